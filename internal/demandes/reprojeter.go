package demandes

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// lotReprojection is small: while a lot is projected its demandes can't be saved.
const lotReprojection = 500

const verrouLotSQL = `
select coalesce(array_agg(id order by id), '{}')
from (
    select id
    from demandes
    where id = any(@ids)
      and statut = 'ACTIVE'
    order by id
    for no key update) d`

// Reprojeter brings the search rows of the active demandes of a département up
// to date with plafonds, settings, ages and territoires, while agents work:
// when one of these changed, and each night. Only rows that differ are written.
// It goes by small transactions and may be stopped and started again; dire is
// called with the number of demandes looked at, and the total.
func (f Fichier) Reprojeter(ctx context.Context, db pg.DB, departement string, dire func(faits, total int)) error {
	if err := f.reprojeter(ctx, db, departement, dire); err != nil {
		return fmt.Errorf("demandes: project again %s: %w", departement, err)
	}
	return nil
}

func (f Fichier) reprojeter(ctx context.Context, db pg.DB, departement string, dire func(faits, total int)) error {
	if _, err := db.Exec(ctx, ciblesSQL, pg.Args{"departement": departement}); err != nil {
		return err
	}
	var ids []int64
	if err := db.QueryRow(ctx, activesSQL, pg.Args{"departement": departement}).Scan(&ids); err != nil {
		return err
	}
	faits := 0
	for lot := range slices.Chunk(ids, lotReprojection) {
		changees, err := f.changees(ctx, db, departement, lot)
		if err != nil {
			return err
		}
		if len(changees) > 0 {
			if err := f.reprojeterLot(ctx, db, changees); err != nil {
				return err
			}
		}
		faits += len(lot)
		dire(faits, len(ids))
	}
	return nil
}

func (f Fichier) reprojeterLot(ctx context.Context, db pg.DB, ids []int64) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		var actives []int64
		if err := tx.QueryRow(ctx, verrouLotSQL, pg.Args{"ids": ids}).Scan(&actives); err != nil {
			return err
		}
		return f.projeterLot(ctx, tx, actives)
	})
}

const pourcentagesSQL = `
select demande_id, coalesce(pct_plai, -1), coalesce(pct_plus, -1), coalesce(pct_pls, -1)
from recherche_demandes
where departement = @departement
  and demande_id = any(@ids)`

// changees are the demandes whose percentages are not those of their search
// row, or that have none.
func (f Fichier) changees(ctx context.Context, db pg.DB, departement string, ids []int64) ([]int64, error) {
	rows, err := db.Query(ctx, pourcentagesSQL, pg.Args{"departement": departement, "ids": ids})
	if err != nil {
		return nil, err
	}
	projetes, id, pct := map[int64][3]int{}, int64(0), [3]int{}
	if _, err = pgx.ForEachRow(rows, []any{&id, &pct[0], &pct[1], &pct[2]}, func() error { projetes[id] = pct; return nil }); err != nil {
		return nil, err
	}
	dossiers, err := menages(ctx, db, ids)
	if err != nil {
		return nil, err
	}
	le := jour.Aujourdhui()
	var l []int64
	for _, d := range dossiers {
		p := f.Plafonds(d, le).Pct
		avant, projete := projetes[d.ID]
		if !projete || avant != [3]int{ou(p["PLAI"]), ou(p["PLUS"]), ou(p["PLS"])} {
			l = append(l, d.ID)
		}
	}
	return l, nil
}

// ou is a percentage as pourcentagesSQL gives it.
func ou(pct *int) int {
	if pct = borner(pct); pct == nil {
		return -1
	}
	return *pct
}

package demandes

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

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

// Reprojeter computes again the search rows of the active demandes of a
// département while agents work: when plafonds, or a setting that the
// percentages depend on, have changed. It goes by small transactions, may be
// stopped and started again, and calls dire with what is done and the total.
func (f Fichier) Reprojeter(ctx context.Context, db pg.DB, departement string, dire func(faits, total int)) error {
	var ids []int64
	if err := db.QueryRow(ctx, activesSQL, pg.Args{"departement": departement}).Scan(&ids); err != nil {
		return fmt.Errorf("demandes: project again %s: %w", departement, err)
	}
	faits := 0
	for lot := range slices.Chunk(ids, lotReprojection) {
		err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
			var actives []int64
			if err := tx.QueryRow(ctx, verrouLotSQL, pg.Args{"ids": lot}).Scan(&actives); err != nil {
				return err
			}
			return f.projeterLot(ctx, tx, actives)
		})
		if err != nil {
			return fmt.Errorf("demandes: project again %s: %w", departement, err)
		}
		faits += len(lot)
		dire(faits, len(ids))
	}
	return nil
}

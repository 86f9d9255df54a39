package demandes_test

import (
	"context"
	"sync"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

// ecartsSQL gives what the numbers kept, and the names, say otherwise than the
// demandes.
const ecartsSQL = `
with vrais as (
    select departement, organisme, statut, etat, count(*) as nombre from demandes group by departement, organisme, statut, etat),
gardes as (
    select departement, organisme, statut, etat, sum(nombre) as nombre from effectifs group by departement, organisme, statut, etat
    having sum(nombre) <> 0)
select (select count(*) from (table vrais except table gardes) x) + (select count(*) from (table gardes except table vrais) x),
    (select count(*) from recherche_noms n join demandes d on d.id = n.demande_id
        where (n.departement, n.statut, n.organisme, n.date_depot) is distinct from (d.departement, d.statut, d.organisme, d.date_depot))`

func concordent(t *testing.T, db pg.DB, quand string) {
	t.Helper()
	var effectifs, noms int
	if err := db.QueryRow(t.Context(), ecartsSQL).Scan(&effectifs, &noms); err != nil {
		t.Fatal(err)
	}
	if effectifs != 0 || noms != 0 {
		t.Errorf("%s: %d numbers and %d names differ from the demandes", quand, effectifs, noms)
	}
}

// R-REC-21: whatever writes the demandes, even a statement typed by hand, the
// numbers that totals add up and the names that lists read follow.
func TestEffectifsEtNomsSuivent(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	var ids []int64
	for i := range 12 {
		ids = append(ids, demandestest.Creer(t, db, func(d *demandes.Demande) { d.DateDepot = jour.De(2025, 1, 1+i) }).ID)
	}
	for range 3 {
		demandestest.Brouillon(t, db, "TMH")
	}
	concordent(t, db, "created")
	for _, x := range []struct{ quand, sql string }{
		{"radiated", "update demandes set statut = 'RADIEE', motif_radiation = 'RADABA', date_radiation = current_date where id % 2 = 0 and statut = 'ACTIVE'"},
		{"another état", "update demandes set avancement = 'EN_INSTANCE' where statut = 'ACTIVE' and id % 3 = 0"},
		{"reactivated", "update demandes set statut = 'ACTIVE', motif_radiation = '', date_radiation = null where statut = 'RADIEE' and id % 4 = 0"},
		{"another organisme", "update demandes set organisme = 'PROMO' where statut = 'ACTIVE'"},
		{"earlier deposit", "update demandes set date_depot = date_depot - 30 where date_depot is not null"},
		{"drafts deleted", "delete from demandes where id in (select id from demandes where statut = 'BROUILLON' limit 2)"},
	} {
		if n, err := db.Exec(t.Context(), x.sql); err != nil || n.RowsAffected() == 0 {
			t.Fatalf("%s: %v, %v", x.quand, n, err)
		}
		concordent(t, db, x.quand)
	}
	ensemble(t, db, ids)
	concordent(t, db, "changed together")
	if _, err := pgtest.Admin(t).Exec(t.Context(), "truncate demandes cascade"); err != nil {
		t.Fatal(err)
	}
	concordent(t, db, "emptied")
}

// ensemble changes each demande many times, on several connections, while the
// differences are gathered.
func ensemble(t *testing.T, db pg.DB, ids []int64) {
	t.Helper()
	const basculer = "update demandes set avancement = case when avancement = '' then 'VALIDEE' else '' end where id = any(@ids) and statut = 'ACTIVE'"
	var g sync.WaitGroup
	travail := func(f func(context.Context) error) {
		g.Go(func() {
			for range 80 {
				if err := f(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 4 {
		part := ids[i*3 : i*3+3]
		travail(func(ctx context.Context) error {
			_, err := db.Exec(ctx, basculer, pg.Args{"ids": part})
			return err
		})
	}
	travail(func(ctx context.Context) error { return demandes.RegrouperEffectifs(ctx, db) })
	g.Wait()
	var lignes int
	if err := db.QueryRow(t.Context(), "select count(*) from effectifs").Scan(&lignes); err != nil {
		t.Fatal(err)
	}
	if err := demandes.RegrouperEffectifs(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	var apres int
	if err := db.QueryRow(t.Context(), "select count(*) from effectifs").Scan(&apres); err != nil || apres > 1000 {
		t.Errorf("%d rows, then %d once gathered, %v", lignes, apres, err)
	}
}

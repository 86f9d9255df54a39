package demandes_test

import (
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

// The territoires that bound a collectivité's sight are those of the closure,
// whether written with the demande or computed again for all.
func TestCiblesFollowTheClosure(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := demandestest.Fichier(t, db)
	d := demandestest.Creer(t, db, func(d *demandes.Demande) { d.Souhait.Choix = []string{"31-555-13", "31-395", "31-547"} })
	lire := func() (cibles, want []int32) {
		err := db.QueryRow(t.Context(), `
select cibles, (select array_agg(distinct t.numero order by t.numero) from choix_geographiques c
    join territoires_inclusions i on i.descendant = c.territoire join territoires t on t.code = i.ancetre
    where c.demande_id = d.id and t.type <> 'departement')
from demandes d where id = @id`, pg.Args{"id": d.ID}).Scan(&cibles, &want)
		if err != nil {
			t.Fatal(err)
		}
		return cibles, want
	}
	egales := func(moment string) {
		t.Helper()
		cibles, want := lire()
		if len(want) < 6 || len(cibles) != len(want) {
			t.Fatalf("%s: %v, want %v", moment, cibles, want)
		}
		for i := range want {
			if cibles[i] != want[i] {
				t.Fatalf("%s: %v, want %v", moment, cibles, want)
			}
		}
	}
	egales("written with the demande")
	if _, err := db.Exec(t.Context(), `update demandes set cibles = '{}' where id = @id`, pg.Args{"id": d.ID}); err != nil {
		t.Fatal(err)
	}
	if err := f.ProjeterTout(t.Context(), db, "31"); err != nil {
		t.Fatal(err)
	}
	egales("computed again")
}

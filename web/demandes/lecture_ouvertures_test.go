package demandes

import (
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

func TestOuverturesNoted(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	s := demandestest.Agent(t, db, demandestest.Saisie())
	a, b := demandestest.Creer(t, db, nil), demandestest.Creer(t, db, nil)
	var o ouvertures
	for _, d := range []*demandes.Demande{a, b, a} {
		o.noter(db, s, d.ID)
	}
	o.noter(db, s, 999_999) // gone meanwhile: the others are noted all the same
	o.attendre()
	var n int
	err := db.QueryRow(t.Context(), `select count(*) from dernieres_ouvertures where utilisateur = @utilisateur and demande_id = any(@ids)`,
		pg.Args{"utilisateur": s.Utilisateur, "ids": []int64{a.ID, b.ID}}).Scan(&n)
	if err != nil || n != 2 {
		t.Errorf("%d dossiers noted, %v", n, err)
	}
}

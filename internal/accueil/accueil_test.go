package accueil_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/accueil"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/gestion"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg/pgtest"
)

// TestTypologie counts demandes of several types, of none, of another
// département.
func TestTypologie(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	ref := demandestest.Ref(t, db)
	for _, types := range [][]string{{"T2"}, {"T2", "T3"}, {"T3", "T6P"}, {"C"}, nil} {
		demandestest.Creer(t, db, func(d *demandes.Demande) { d.Souhait.Types, d.Incomplete = types, types == nil })
	}
	demandestest.Brouillon(t, db, "TMH")
	got, err := accueil.CompterTypes(t.Context(), db, ref, "31")
	if err != nil {
		t.Fatal(err)
	}
	effectifs := map[string]int{"C": 1, "T1": 0, "T2": 2, "T3": 2, "T4": 0, "T5": 0, "T6P": 1, "X": 1}
	if len(got.Types) != len(effectifs) || got.Demandes != 5 || got.Somme != 7 {
		t.Errorf("%+v", got)
	}
	for _, x := range got.Types {
		if effectifs[x.Code] != x.Nombre {
			t.Errorf("%s: %d, not %d", x.Code, x.Nombre, effectifs[x.Code])
		}
	}
	if vide, err := accueil.CompterTypes(t.Context(), db, ref, "09"); err != nil || vide.Demandes != 0 || len(vide.Types) != 8 {
		t.Errorf("another département: %+v, %v", vide, err)
	}
}

// TestChiffres remembers the figures, département by département.
func TestChiffres(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	ref := demandestest.Ref(t, db)
	demandestest.Creer(t, db, nil)
	var c accueil.Chiffres
	premier, err := c.Typologie(t.Context(), db, ref, "31")
	if err != nil || premier.Demandes != 1 {
		t.Fatalf("%+v, %v", premier, err)
	}
	demandestest.Creer(t, db, nil)
	if encore, err := c.Typologie(t.Context(), db, ref, "31"); err != nil || encore.Demandes != 1 || encore.Le != premier.Le {
		t.Errorf("counted again at once: %+v, %v", encore, err)
	}
	if autre, err := c.Typologie(t.Context(), db, ref, "09"); err != nil || autre.Demandes != 0 {
		t.Errorf("the figures of another département: %+v, %v", autre, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Typologie(ctx, db, ref, "81"); err == nil {
		t.Error("a count that failed gives figures")
	}
}

func TestLire(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	auj := jour.Aujourdhui()
	moi, collegue := demandestest.Agent(t, db, demandestest.Saisie()), demandestest.Agent(t, db, demandestest.Saisie())
	f := demandestest.Fichier(t, db)
	ouvrir := func(s habilitations.Session, ids ...int64) {
		for _, id := range ids {
			if err := demandes.Ouvrir(t.Context(), db, s, id); err != nil {
				t.Fatal(err)
			}
		}
	}
	lire := func(s habilitations.Session) accueil.Accueil {
		t.Helper()
		var a accueil.Accueil
		err := pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) (err error) {
			a, err = accueil.Lire(t.Context(), tx, s, auj)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}

	vide := lire(moi)
	if len(vide.Recents)+len(vide.Brouillons)+len(vide.EnCours)+vide.Echeances.Nombre+vide.Echues.Nombre != 0 {
		t.Errorf("an empty file: %+v", vide)
	}

	bientot := demandestest.Creer(t, db, func(d *demandes.Demande) { d.DateDepot = auj.Mois(-12).Jours(10) })
	demandestest.Creer(t, db, func(d *demandes.Demande) { // asks for Toulouse, which the EPCI sees
		d.DateDepot, d.Souhait.Choix = auj.Mois(-12).Jours(30), []string{"31-555"}
	})
	echue := demandestest.Creer(t, db, func(d *demandes.Demande) { d.DateDepot = auj.Mois(-12).Jours(-10) })
	var ids []int64
	for range 9 {
		ids = append(ids, demandestest.Creer(t, db, nil).ID)
	}
	ouvrir(moi, ids...)
	ouvrir(moi, bientot.ID)
	ouvrir(collegue, echue.ID)
	a := lire(moi)
	if len(a.Recents) != accueil.MaxRecents || a.Recents[0].Numero != bientot.NumeroUnique || a.Recents[0].Nom != "Barthès" {
		t.Errorf("opened last: %+v", a.Recents)
	}
	if a.Echeances.Nombre != 2 || a.Echues.Nombre != 1 {
		t.Errorf("échéances: %d, échues: %d", a.Echeances.Nombre, a.Echues.Nombre)
	}

	for _, s := range []habilitations.Session{moi, demandestest.Epci()} { // what the screen counts is what the list shows
		a := lire(s)
		for _, x := range []accueil.Attente{a.Echeances, a.Echues} {
			if n, err := gestion.Compter(t.Context(), db, s, x.Criteres); err != nil || n != x.Nombre {
				t.Errorf("%s, %v: %d on the home page, %d in the list, %v", s.Organisme, x.Criteres.Dates, x.Nombre, n, err)
			}
		}
	}

	for i := range 7 {
		s := moi
		if i%2 == 0 {
			s = collegue
		}
		if _, err := f.NouveauBrouillon(t.Context(), db, s, cle(i), ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.OuvrirSaisie(t.Context(), db, moi, bientot.NumeroUnique, demandes.SaisieRenouvellement); err != nil {
		t.Fatal(err)
	}
	a = lire(moi)
	if len(a.Brouillons) != accueil.MaxBrouillons || a.Brouillons[0].Total != 7 || !a.Brouillons[2].Moi || a.Brouillons[3].Moi || a.Brouillons[3].Auteur == "" {
		t.Errorf("drafts, mine first: %+v", a.Brouillons)
	}
	if len(a.EnCours) != 1 || a.EnCours[0].Numero != bientot.NumeroUnique || a.EnCours[0].Sorte != demandes.SaisieRenouvellement {
		t.Errorf("working copies: %+v", a.EnCours)
	}
	if b := lire(collegue); len(b.EnCours) != 0 || len(b.Recents) != 1 {
		t.Errorf("of a colleague: %+v", b)
	}
	autre := demandestest.Agent(t, db, demandestest.AutreBailleur())
	if b := lire(autre); len(b.Brouillons) != 0 {
		t.Errorf("drafts of another organisme: %+v", b.Brouillons)
	}
	ouvrir(autre, echue.ID)
	epci := demandestest.Epci() // echue asks for Muret, not its territory
	epci.Utilisateur = autre.Utilisateur
	if b := lire(epci); len(b.Recents) != 0 || b.Echues.Nombre != 0 {
		t.Errorf("out of sight: %+v", b)
	}
	if b := lire(demandestest.NonEnregistreur()); len(b.Recents) != 0 || b.Echeances.Nombre != 0 {
		t.Errorf("without nominative data: %+v", b)
	}
}

func cle(i int) string { return "00000000-0000-4000-8000-00000000000" + string(rune('0'+i)) }

package demandes_test

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/pg/pgtest"
)

// conjoint is a form where the person of another one is the co-titulaire.
func conjoint(n int, v demandes.Valeurs) demandes.Valeurs {
	w := personne(n)
	w["demandeur.situation_familiale"] = "M"
	for nom, x := range map[string]string{
		"lien": "M", "civilite": "1", "nationalite": "1", "situation_familiale": "M", "activite": "RET",
		"nom": v["demandeur.nom"], "prenom": v["demandeur.prenom"], "naissance": v["demandeur.naissance"],
	} {
		w["cotitulaire.1."+nom] = x
	}
	return w
}

// accepterTout confirms the alertes of a saisie.
func accepterTout(t *testing.T, f demandes.Fichier, a *demandes.Saisie) {
	t.Helper()
	e := demandes.Entete{ID: a.DemandeID, Departement: "31", Statut: demandes.Brouillon}
	_, b := f.ControlerSaisie(e, a, jourVie)
	for _, x := range b.Alertes {
		a.Acceptees = append(a.Acceptees, x.Code)
	}
	if err := b.Erreurs.Err(); err != nil {
		t.Fatal(err)
	}
}

// R-SAI-39: two counters register the same household at the same time. The
// second waits for the first, then sees it; as co-titulaire too.
func TestSameHouseholdAtTwoCounters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		nom      string
		deuxieme func(n int, v demandes.Valeurs) demandes.Valeurs
	}{
		{"the same person", func(_ int, v demandes.Valeurs) demandes.Valeurs { return maps.Clone(v) }},
		{"the demandeur of one is the co-titulaire of the other", conjoint},
		{"under the name of birth", func(_ int, v demandes.Valeurs) demandes.Valeurs {
			w := maps.Clone(v)
			w["demandeur.nom"], w["demandeur.nom_naissance"] = "Dupuy", v["demandeur.nom"]
			return w
		}},
	} {
		t.Run(c.nom, func(t *testing.T) {
			t.Parallel()
			db := pgtest.DB(t)
			f, s := fichierVie(t, db), agent(t, db)
			autre := demandestest.Agent(t, db, demandestest.AutreBailleur())
			v := personne(1)
			un, deux := saisir(t, f, db, s, v), saisir(t, f, db, autre, c.deuxieme(2, v))
			accepterTout(t, f, un)
			accepterTout(t, f, deux)

			tx, err := db.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(context.Background()) }() // committed below
			if _, err := f.Confirmer(t.Context(), tx, s, un, jourVie); err != nil {
				t.Fatal(err)
			}
			admin := pgtest.Admin(t) // sees what the others wait for
			fini := make(chan error, 1)
			go func() {
				_, err := f.Confirmer(t.Context(), db, autre, deux, jourVie)
				fini <- err
			}()
			for attend := ""; attend != "advisory"; { // until the second waits for the person
				select {
				case err := <-fini:
					t.Fatalf("the second didn't wait: %v", err)
				default:
				}
				err := admin.QueryRow(t.Context(), `select coalesce((select wait_event from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock'), '')`).Scan(&attend)
				if err != nil {
					t.Fatal(err)
				}
				if attend != "" && attend != "advisory" {
					t.Fatalf("the second waits for %s: it has already looked for doublons", attend)
				}
			}
			if err := tx.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			var proches *demandes.Doublons
			if err := <-fini; !errors.As(err, &proches) || len(proches.Candidats) != 1 {
				t.Fatalf("the second doesn't see the first: %v", err)
			}
			deux.MotifDoublon = "Autre personne, pièces vues"
			if _, err := f.Confirmer(t.Context(), db, autre, deux, jourVie); err != nil {
				t.Errorf("with a reason: %v", err)
			}
		})
	}
}

// Couples that share their two persons, in both orders: none waits for ever,
// one alone is created.
func TestSameCoupleFromBothSides(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := fichierVie(t, db), agent(t, db)
	x, y := personne(1), personne(2)
	var creees, refusees int
	var mu sync.Mutex
	var attente sync.WaitGroup
	for i := range 8 {
		v := conjoint(1, y)
		if i%2 == 1 {
			v = conjoint(2, x)
		}
		a := saisir(t, f, db, s, v)
		accepterTout(t, f, a)
		attente.Go(func() {
			_, err := f.Confirmer(t.Context(), db, s, a, jourVie)
			mu.Lock()
			defer mu.Unlock()
			var proches *demandes.Doublons
			switch {
			case err == nil:
				creees++
			case errors.As(err, &proches):
				refusees++
			default:
				t.Error(err)
			}
		})
	}
	attente.Wait()
	if creees != 1 || refusees != 7 {
		t.Errorf("%d created, %d refused", creees, refusees)
	}
}

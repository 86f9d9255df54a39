package recherche_test

import (
	"net/url"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/recherche"
)

// Each criterion and its opposite share out the demandes; each order and each
// rupture gives them all, page after page.
func TestChaqueCritere(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	ref := demandestest.Ref(t, db)
	for i, nom := range []string{"Barthès", "Dupont", "Roux", "Faure", "Cazals"} {
		demandestest.Creer(t, db, func(d *demandes.Demande) {
			d.Demandeur.Nom, d.DateDepot = nom, jour.De(2026, 3, 14).Jours(i)
			if i%2 == 1 {
				d.Souhait.Choix, d.Souhait.Types = []string{"31-433", "31-555"}, []string{"T2", "T3"}
			}
		})
	}
	s := demandestest.Session(habilitations.Saisie)
	s.AvecParc = true
	n := func(q string) int {
		t.Helper()
		v, err := url.ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		c, err := recherche.Lire(v, ref)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		if got := c.Ecrire(true).Encode(); got != v.Encode() {
			t.Errorf("%s is written %s", v.Encode(), got)
		}
		n, err := recherche.Compter(t.Context(), db, s, ref, c)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		t.Log(q, n, c.Phrase(ref))
		return n
	}
	valeurs := map[recherche.Sorte]string{recherche.Periode: ".du=15%2F03%2F2026", recherche.Bornes: ".min=2", recherche.OuiNon: "=O", recherche.Mot: "=%25A%25"}
	for _, k := range recherche.Tous(s) {
		q := k.Code + valeurs[k.Sorte]
		switch {
		case k.Sorte == recherche.Lieux:
			q = k.Code + "=31-395"
		case k.Nomenclature == "commune":
			q = k.Code + "=31555"
		case k.Nomenclature == "guichet":
			q = k.Code + "=11054"
		case k.Nomenclature != "":
			q = k.Code + "=" + ref.Nomenclature(k.Nomenclature)[0].Code
		}
		if oui, non := n(q), n(q+"&"+k.Code+".sauf=1"); oui+non != 5 {
			t.Errorf("%s: %d and %d, want 5 in all", q, oui, non)
		}
	}
	for _, c := range []struct {
		q string
		n int
	}{
		{"", 5}, {"lieux=31-395", 3}, {"lieux=TM", 2}, {"lieux=31-555", 2}, {"lieux=31-555&lieux.rang=1", 0}, {"lieux=31-433&lieux.rang=1", 2},
		{"souhait.types=T3", 2}, {"souhait.types=T2,T3", 5},
	} {
		if got := n(c.q); got != c.n {
			t.Errorf("%s: %d, want %d", c.q, got, c.n)
		}
	}
	for _, tri := range recherche.Tris {
		for _, desc := range []bool{false, true} {
			for _, rupture := range append(recherche.Ruptures, recherche.Rupture{}) {
				v := recherche.Vue{Tri: tri.Code, Desc: desc, Rupture: rupture.Code, Taille: 2}
				var vus []int64
				for {
					l, err := recherche.Chercher(t.Context(), db, s, ref, recherche.Criteres{}, v)
					if err != nil {
						t.Fatalf("%+v: %v", v, err)
					}
					for _, x := range l.Lignes {
						vus = append(vus, x.ID)
					}
					somme := 0
					for _, g := range l.Groupes {
						somme += g.Nombre
					}
					if rupture.Code != "" && somme != l.Total {
						t.Errorf("%+v: groups of %d demandes, total %d", v, somme, l.Total)
					}
					if !l.Suivante || len(vus) > 10 {
						break
					}
					v.Apres, v.Rang = l.Lignes[len(l.Lignes)-1].ID, l.Rang+len(l.Lignes)
				}
				uniques := map[int64]bool{}
				for _, id := range vus {
					uniques[id] = true
				}
				if len(vus) != 5 || len(uniques) != 5 {
					t.Errorf("%+v: pages give %v", v, vus)
				}
			}
		}
	}
}

package demandestest_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/referentiels"
)

var update = flag.Bool("update", false, "rewrite docs/exemples.md")

// The five dossiers as they come on paper forms: no mistake, the expected
// alertes only, and the nature, category and percentages worked out by hand
// from plafonds.csv.
func TestExemples(t *testing.T) {
	t.Parallel()
	ref, err := referentiels.Ouvrir(t.Context(), pgtest.DB(t))
	if err != nil {
		t.Fatal(err)
	}
	f := demandes.Fichier{Ref: ref}
	le, err := jour.Parse(demandestest.JourExemples)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range demandestest.Exemples {
		t.Run(x.Titre, func(t *testing.T) {
			d, b := demandes.Controler(demandes.Entete{Departement: "31", Statut: demandes.Brouillon}, x.Valeurs, nil, ref, le)
			for _, e := range b.Erreurs {
				t.Errorf("mistake: %s: %s", e.Nom, e.Message)
			}
			var alertes []string
			for _, a := range b.Alertes {
				alertes = append(alertes, a.Champ)
			}
			if !slices.Equal(alertes, x.Alertes) {
				t.Errorf("alertes %v, want %v", alertes, x.Alertes)
			}
			if d.Nature != x.Nature || d.Foyer != x.Foyer {
				t.Errorf("nature %s for %d, want %s for %d", d.Nature, d.Foyer, x.Nature, x.Foyer)
			}
			p := f.Plafonds(d, le)
			if p.Categorie != x.Categorie {
				t.Errorf("category %d, want %d", p.Categorie, x.Categorie)
			}
			for fin, want := range x.Pct {
				if got := p.Pct[fin]; got == nil || *got != want {
					t.Errorf("%s %v, want %d %%", fin, got, want)
				}
			}
			if retour := demandes.Ecrire(d, ref); !egales(retour, x.Valeurs) {
				t.Errorf("the form read and written again differs: %v", demandes.Differences(x.Valeurs, retour))
			}
		})
	}
	if got := page(ref); *update {
		if err := os.WriteFile("../../../docs/exemples.md", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if sur, _ := os.ReadFile("../../../docs/exemples.md"); string(sur) != got {
		t.Error("docs/exemples.md is stale: go test ./internal/demandes/demandestest -update")
	}
}

func egales(a, b demandes.Valeurs) bool { return len(demandes.Differences(a, b)) == 0 }

// page writes the examples as one would fill the form, tab after tab.
func page(ref *referentiels.Referentiels) string {
	var b strings.Builder
	b.WriteString("# Cinq dossiers comme ils arrivent sur le formulaire papier\n\nPersonnes fictives. Chiffres au " + demandestest.JourExemples +
		" (plafonds 2026, revenu fiscal 2024). Page écrite par `go test ./internal/demandes/demandestest -update` ; les mêmes dossiers sont tapés dans le navigateur par les tests.\n")
	for i, x := range demandestest.Exemples {
		fmt.Fprintf(&b, "\n## %d. %s\n\n%s\n", i+1, x.Titre, x.Recit)
		fmt.Fprintf(&b, "\n**Attendu** : nature « %s », foyer %d", ref.Libelle("nature_demande", x.Nature), x.Foyer)
		if x.Categorie > 0 {
			fmt.Fprintf(&b, ", catégorie de ménage %d, %d %% du plafond PLAI, %d %% du PLUS, %d %% du PLS", x.Categorie, x.Pct["PLAI"], x.Pct["PLUS"], x.Pct["PLS"])
		}
		b.WriteString(". L’attestation porte « " + strings.Join(x.Attestation, " », « ") + " ».\n")
		for _, d := range demandes.Differences(nil, x.Valeurs) {
			c, _ := champs.Nom(d.Nom)
			if o := c.Onglet; o != "" {
				fmt.Fprintf(&b, "- %s, `%s` : %s\n", o.Libelle(), d.Nom, d.Apres)
			}
		}
	}
	return b.String()
}

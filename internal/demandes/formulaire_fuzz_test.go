package demandes_test

import (
	"maps"
	"strings"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/pg/pgtest"
)

// Whatever is typed in whatever field: reading never panics, and what was
// understood is written and read back as the same dossier.
func FuzzFormulaire(f *testing.F) {
	ref := demandestest.Ref(f, pgtest.DB(f))
	for _, x := range demandestest.Exemples {
		for nom, v := range x.Valeurs {
			f.Add(nom, v)
		}
	}
	f.Add("demandeur.naissance", "31/02/1990")
	f.Add("ressource.1.montant", "1 577,00 €")
	f.Add("choix.9", "31-395 X MURET")
	f.Add("cotitulaire.999999999999.nom", "X")
	f.Add("handicap.1.nature.", "1")
	base := demandestest.Exemples[1].Valeurs
	f.Fuzz(func(t *testing.T, nom, valeur string) {
		v := maps.Clone(base)
		v[nom] = form.Nettoyer(valeur)
		d, _ := demandes.Lire(demandes.Entete{Departement: "31"}, v, ref)
		ecrit := demandes.Ecrire(d, ref)
		relu, fautes := demandes.Lire(demandes.Entete{Departement: "31"}, ecrit, ref)
		for _, e := range fautes {
			if !strings.HasSuffix(e.Nom, ".type") && !strings.HasSuffix(e.Nom, ".montant") {
				t.Errorf("%q = %q was understood, then refused: %s %s", nom, valeur, e.Nom, e.Message)
			}
		}
		if diff := demandes.Differences(ecrit, demandes.Ecrire(relu, ref)); len(diff) > 0 {
			t.Errorf("%q = %q isn't stable: %v", nom, valeur, diff)
		}
	})
}

package conservation_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/conservation"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/pg/pgtest"
)

// What an agent is typing is held too: the person reads it, social security
// number included.
func TestTheDossierHoldsWhatIsBeingTyped(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), pgtest.Admin(t)
	d := demandestest.Creer(t, db, nil)
	f, agent := demandestest.Fichier(t, db), demandestest.Agent(t, db, demandestest.Saisie())
	a, err := f.OuvrirSaisie(ctx, db, agent, d.NumeroUnique, demandes.SaisieModification)
	if err != nil {
		t.Fatal(err)
	}
	tapees := maps.Clone(a.Valeurs)
	for nom := range tapees {
		if strings.HasSuffix(nom, ".tel_portable") {
			tapees[nom] = "06 39 98 00 99"
			tapees[strings.TrimSuffix(nom, ".tel_portable")+".nir"] = "291033155500120"
		}
	}
	if err := f.EnregistrerOnglet(ctx, db, agent, a, champs.Identite, tapees, 0); err != nil {
		t.Fatal(err)
	}
	c, err := conservation.Communiquer(ctx, db, f, demandestest.Atlas(), d.NumeroUnique)
	if err != nil || len(c.Saisies) != 1 {
		t.Fatal(c, err)
	}
	s := c.Saisies[0]
	if !slices.Contains(slices.Collect(maps.Values(s.Valeurs)), "291033155500120") {
		t.Errorf("the number is not readable: %v", s.Valeurs)
	}
	var changes []string
	for _, x := range s.Changes {
		changes = append(changes, x.Libelle+" "+x.Valeur)
	}
	if len(changes) != 2 || !slices.Contains(changes, "Portable 06 39 98 00 99") {
		t.Errorf("changes: %q", changes)
	}
}

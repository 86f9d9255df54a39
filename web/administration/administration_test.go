package administration_test

import (
	"strings"
	"testing"

	"imhoweb/internal/habilitations"
	"imhoweb/web/webtest"
)

// The front page shows each profile its own screens, and ATLAS the jobs that
// failed (R-MEN-10).
func TestEntree(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	r := atlas.Get(t, "/administration")
	for _, texte := range []string{"Utilisateurs", "Organismes", "Paramètres", "Journal", "Travaux"} {
		if !r.Dit(texte) {
			t.Errorf("ATLAS isn't shown %q", texte)
		}
	}
	if r.Dit("en échec") {
		t.Error("a failure is told without any")
	}
	_, err := site.DB.Exec(t.Context(), "insert into travaux (code, libelle, etat, erreur, debut, fin) values ('alertes', 'Alertes', 'ECHEC', 'essai', now(), now())")
	if err != nil {
		t.Fatal(err)
	}
	if r = atlas.Get(t, "/administration"); !r.Dit("travail en échec") {
		t.Error("a failed job isn't told")
	}
	for _, c := range []struct {
		role        habilitations.Role
		voit, cache string
	}{
		{habilitations.AdminOrganisme, "Utilisateurs", "Paramètres"},
		{habilitations.Auditeur, "Journal", "Utilisateurs"},
	} {
		corps := site.Agent(t, "ATLAS", c.role).Get(t, "/administration").Corps
		if !strings.Contains(corps, "<b>"+c.voit) || strings.Contains(corps, "<b>"+c.cache) || strings.Contains(corps, "en échec") {
			t.Errorf("%s: wrong screens", c.role)
		}
	}
}

package web_test

import (
	"net/http"
	"strings"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/texte"
	"imhoweb/web/webtest"
)

// TestPartenaires walks through the partners of the file as they are in the
// référentiel: what each is for the law, and what its agents hence open. The
// demande aims at Muret.
//
// R-GOU-01, R-GOU-03, R-GOU-04, R-GOU-05, R-GOU-06, R-GOU-07, R-GOU-08, R-GOU-09, R-GOU-10, R-GOU-11, R-GOU-12, R-GOU-13, R-GOU-14
func TestPartenaires(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	d := demandestest.Creer(t, site.DB, func(d *demandes.Demande) { d.Souhait.Choix = []string{"31-395"} })
	for _, c := range []struct {
		id, organisme string
		sorte         habilitations.TypeOrganisme
		role          habilitations.Role
		dossier       int    // status of the demande
		menu          string // modules of the menu
	}{
		{"R-GOU-01", "ATLAS", habilitations.Gestionnaire, habilitations.AdminAtlas, 200, "Demande Administration"},
		{"R-GOU-03", "ATLAS", habilitations.Gestionnaire, habilitations.Statistiques, 403, ""},
		{"R-GOU-04", "PROMO", habilitations.Bailleur, habilitations.Consultation, 200, "Demande"},
		{"R-GOU-05", "USH", habilitations.Federation, habilitations.Statistiques, 403, ""},
		{"R-GOU-06", "GD31", habilitations.Federation, habilitations.StatistiquesAgregees, 403, ""},
		{"R-GOU-07", "ETAT", habilitations.Etat, habilitations.Reservataire, 200, "Demande"},
		{"R-GOU-08", "CD31", habilitations.Departement, habilitations.Saisie, 200, "Demande"},
		{"R-GOU-09", "TM", habilitations.Epci, habilitations.Saisie, 404, "Demande"},
		{"R-GOU-10", "SICOVAL", habilitations.Epci, habilitations.Consultation, 404, "Demande"},
		{"R-GOU-11", "MURETAIN", habilitations.Epci, habilitations.Saisie, 200, "Demande"},
		{"R-GOU-12", "TOURNEF", habilitations.Commune, habilitations.Saisie, 404, "Demande"},
		{"R-GOU-13", "CUGNAUX", habilitations.Commune, habilitations.StatistiquesAgregees, 403, ""},
		{"R-GOU-14", "AL", habilitations.Collecteur, habilitations.Reservataire, 200, "Demande"},
	} {
		t.Run(c.id+" "+c.organisme, func(t *testing.T) {
			o, ok := site.Deps.Ref.Organisme(c.organisme)
			if !ok || habilitations.TypeOrganisme(o.Type) != c.sorte {
				t.Fatalf("%s: %q, want %s", c.organisme, o.Type, c.sorte)
			}
			agent := site.Agent(t, c.organisme, c.role)
			if r := agent.Get(t, "/demandes/"+d.NumeroUnique); r.Statut != c.dossier || r.Dit(texte.Capitales(d.Demandeur.Nom)) != (c.dossier == http.StatusOK) {
				t.Errorf("%s, %s: the demande answers %d, want %d", c.organisme, c.role, r.Statut, c.dossier)
			}
			if menu := modulesDe(agent.Get(t, "/").Corps); menu != c.menu {
				t.Errorf("%s, %s: modules %q, want %q", c.organisme, c.role, menu, c.menu)
			}
		})
	}
}

// modulesDe are the entries of the first level of the menu.
func modulesDe(corps string) string {
	_, menu, _ := strings.Cut(corps, `class="modules"`)
	menu, _, _ = strings.Cut(menu, "</nav>")
	var l []string
	for _, a := range strings.Split(menu, "<a ")[1:] {
		_, a, _ = strings.Cut(a, ">")
		a, _, _ = strings.Cut(a, "</a>")
		l = append(l, strings.TrimSpace(a))
	}
	return strings.Join(l, " ")
}

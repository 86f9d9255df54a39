package e2e

import (
	"testing"

	"imhoweb/internal/demo"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/web/webtest"
)

// Site is the application on a small file of the demonstration, with its accounts.
type Site struct {
	*webtest.Site
	comptes []demo.Connexion
}

// demandesDemo is enough for lists of several pages.
const demandesDemo = 300

// site assembles the application on a base of its own.
func site(t *testing.T) *Site {
	t.Helper()
	s := webtest.New(t)
	admin := pgtest.Admin(t)
	if err := demo.Generer(t.Context(), admin, demo.Options{Demandes: demandesDemo, Graine: 31}); err != nil {
		t.Fatal(err)
	}
	comptes, err := demo.CreerComptes(t.Context(), s.DB)
	if err != nil {
		t.Fatal(err)
	}
	d := s.Deps
	d.Demo = true
	return &Site{Site: webtest.Instance(t, d), comptes: comptes}
}

// compte is the first account of the demonstration with that role there.
func (s *Site) compte(t *testing.T, organisme string, role habilitations.Role) demo.Connexion {
	t.Helper()
	for _, c := range s.comptes {
		if c.Organisme == organisme && c.Role == role {
			return c
		}
	}
	t.Fatalf("no account %s of %s", role, organisme)
	return demo.Connexion{}
}

// agent opens a tab and logs in, by the form.
func (s *Site) agent(t *testing.T, organisme string, role habilitations.Role) *Onglet {
	t.Helper()
	o := onglet(t, s.URL)
	o.connecter(s.compte(t, organisme, role))
	return o
}

// connecter types a name, a first name and a password into the login page.
func (o *Onglet) connecter(c demo.Connexion) {
	o.t.Helper()
	o.aller("/connexion")
	o.identifier(c)
}

func (o *Onglet) identifier(c demo.Connexion) {
	o.t.Helper()
	o.taper("#nom", c.Nom)
	o.taper("#prenom", c.Prenom)
	o.taper("#mot_de_passe", c.MotDePasse)
	o.suivre("=Se connecter")
}

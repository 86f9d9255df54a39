package e2e

import (
	"testing"

	"imhoweb/internal/demo"
	"imhoweb/internal/habilitations"
)

// pagesTextes are the screens of the texts and of the erasure.
var pagesTextes = []string{
	"/charte", "/administration/textes", "/administration/textes/charte", "/administration/textes/charte/versions/1",
	"/administration/textes/charte/comparaison?de=1&a=1", "/administration/textes/charte/brouillon", "/administration/textes/charte/brouillon/apercu",
	"/administration/textes/charte/acceptations", "/administration/textes/accessibilite", "/administration/conservation",
}

// TestPagesTextes shows each of them to ATLAS, in both themes and sizes, and
// without JavaScript, with a draft and demandes to erase.
func TestPagesTextes(t *testing.T) {
	t.Parallel()
	s := site(t)
	_, err := s.DB.Exec(t.Context(), `
update demandes set date_radiation = date_radiation - 400 where id in (select id from demandes where statut = 'RADIEE' order by id limit 60)`)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.DB.Exec(t.Context(), `insert into effacements (limite, mois, a_effacer, effacees) values (current_date - 366, 12, 40, 40)`)
	if err != nil {
		t.Fatal(err)
	}
	o := s.agent(t, "ATLAS", habilitations.AdminAtlas)
	o.aller("/administration/textes/charte/brouillon")
	o.taper("#contenu", "## Charte\n\nUn texte nouveau.\n\n- un point\n- deux points")
	o.suivre("=Enregistrer et voir l’aperçu")
	o.doitDire("Ce qui change", "Un texte nouveau.")
	o.parcourir(regles, pagesTextes, bureau, telephone)
	o.aller("/preferences")
	o.cliquer(`label[for="theme__dark"]`)
	o.suivre("=Enregistrer les préférences")
	o.parcourir(couleurs, pagesTextes, bureau)
	o.couperJS()
	o.parcourir(regles, pagesTextes, bureau)
}

// TestCharte follows an agent who meets the charte, then a new version of it.
// R-CHA-12
func TestCharte(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := onglet(t, s.URL)
	o.connecter(demo.Connexion{Nom: "Peyre", Prenom: "Gilles", MotDePasse: demo.MotDePasse}) // of the demonstration, who has not accepted
	o.doitDire("Avant de commencer", "17 janvier 2011")
	o.verifier()
	o.aller("/demandes")
	o.doitDire("Avant de commencer")
	o.suivre("=J’ai lu la charte et je m’engage à la respecter")
	if a := o.adresse(); a != "/demandes" {
		t.Errorf("the acceptance leads to %s", a)
	}

	atlas := s.agent(t, "ATLAS", habilitations.AdminAtlas)
	atlas.aller("/administration/textes/charte/brouillon")
	atlas.taper("#contenu", "## Charte nouvelle\n\nUn article de plus.")
	atlas.suivre("=Enregistrer et voir l’aperçu")
	atlas.suivre("=Publier cette version")
	atlas.doitDire("1 correction à faire")
	atlas.verifier()
	atlas.taper("#resume", "Un article de plus.")
	atlas.suivre("=Publier cette version")
	atlas.doitDire("Version 2 publiée.")

	o.attendreCharte()
	o.doitDire("La charte a changé", "Un article de plus.")
	o.verifier()
	o.suivre("=J’ai lu la charte et je m’engage à la respecter")
	o.aller("/charte")
	o.doitDire("Vous avez accepté cette version")
}

// attendreCharte opens a page until the new version is known: a session is
// remembered some seconds.
func (o *Onglet) attendreCharte() {
	o.t.Helper()
	for range 100 {
		o.aller("/demandes")
		if o.existe("#t-acceptation") {
			return
		}
	}
	o.t.Fatal("the new version never comes")
}

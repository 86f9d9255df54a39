package textes_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/web/webtest"
)

// R-CHA-12
func TestTheCharteComesBeforeEverything(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	courriel := site.CompteSansCharte(t, "", "", "TMH", habilitations.Saisie)
	n := site.Connecter(t, courriel)

	t.Run("every page leads to it, and back", func(t *testing.T) {
		for chemin, retour := range map[string]string{
			"/": "/", "/demandes?etat=ACTIVE": "/demandes?etat=ACTIVE", "/preferences": "/preferences", "/liens-utiles": "/liens-utiles",
		} {
			r := n.Get(t, chemin)
			u, err := url.Parse(r.Lieu)
			if r.Statut != http.StatusSeeOther || err != nil || u.Path != "/charte" || u.Query().Get("retour") != retour {
				t.Errorf("%s: %d %s", chemin, r.Statut, r.Lieu)
			}
		}
		r := n.Post(t, "/demandes/nouvelle")
		if r.Statut != http.StatusSeeOther || !strings.HasPrefix(r.Lieu, "/charte?") {
			t.Errorf("an act is done: %d %s", r.Statut, r.Lieu)
		}
	})
	t.Run("a fragment of a page leads the whole page", func(t *testing.T) {
		r := n.Requete(t, http.MethodGet, "/demandes", nil)
		r.Header.Set("HX-Request", "true")
		if p := n.Envoyer(t, r); !strings.HasPrefix(p.Header.Get("HX-Redirect"), "/charte?") {
			t.Errorf("%d %v", p.Statut, p.Header)
		}
	})
	t.Run("what strangers may read stays open", func(t *testing.T) {
		for _, chemin := range []string{"/charte", "/mentions-legales", "/donnees-personnelles", "/accessibilite"} {
			if r := n.Get(t, chemin); r.Statut != http.StatusOK {
				t.Errorf("%s: %d", chemin, r.Statut)
			}
		}
	})
	t.Run("it is accepted once read", func(t *testing.T) {
		r := n.Get(t, "/charte?retour=/preferences")
		for _, phrase := range []string{"Avant de commencer", "17 janvier 2011", "J’ai lu la charte", `value="/preferences"`, `name="numero" value="1"`} {
			if !r.Dit(phrase) {
				t.Errorf("%q is missing", phrase)
			}
		}
		if r := n.Post(t, "/charte", "numero", "7", "retour", "/preferences"); r.Statut != http.StatusConflict {
			t.Errorf("a version that nobody published: %d", r.Statut)
		}
		for range 2 {
			if r := n.Post(t, "/charte", "numero", "1", "retour", "/preferences"); r.Statut != http.StatusSeeOther || r.Lieu != "/preferences" {
				t.Errorf("%d %s", r.Statut, r.Lieu)
			}
		}
		if r := n.Get(t, "/preferences"); r.Statut != http.StatusOK {
			t.Errorf("%d", r.Statut)
		}
		if r := n.Get(t, "/charte"); r.Dit("J’ai lu la charte") || !r.Dit("Vous avez accepté cette version le "+jour.Aujourdhui().String()) {
			t.Error("the page still asks")
		}
	})
	t.Run("the return stays on this site", func(t *testing.T) {
		for _, retour := range []string{"https://ailleurs.example/", "//ailleurs.example", "/charte", "javascript:x"} {
			if r := n.Post(t, "/charte", "numero", "1", "retour", retour); r.Lieu != "/" {
				t.Errorf("%s: %s", retour, r.Lieu)
			}
		}
	})
}

// R-CHA-01
func TestTheCharteIsAlwaysReadable(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	for nom, n := range map[string]*webtest.Navigateur{
		"a stranger": site.Navigateur(t), "an agent": site.Agent(t, "TMH", habilitations.Consultation), "the statistician": site.Agent(t, "USH", habilitations.StatistiquesAgregees),
	} {
		r := n.Get(t, "/charte")
		if r.Statut != http.StatusOK || !r.Dit("Souveraineté des commissions d’attribution") || !r.Dit("Version 1, publiée le "+jour.Aujourdhui().String()) || r.Dit("J’ai lu la charte") {
			t.Errorf("%s: %d", nom, r.Statut)
		}
		if p := n.Get(t, "/mentions-legales"); !p.Dit(`<a href="/charte">Charte de déontologie</a>`) {
			t.Errorf("%s: no link in the footer", nom)
		}
	}
}

// R-CHA-12
func TestANewVersionIsAcceptedAgain(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	agent := site.Agent(t, "TMH", habilitations.Saisie)

	r := atlas.Post(t, "/administration/textes/charte/brouillon", "version", "0", "aller", "apercu",
		"contenu", "## Charte nouvelle\n\n- un article\n\n<script>alert(1)</script>", "resume", "")
	if r.Statut != http.StatusSeeOther || r.Lieu != "/administration/textes/charte/brouillon/apercu" {
		t.Fatal(r.Statut, r.Lieu)
	}
	p := atlas.Get(t, r.Lieu)
	for _, phrase := range []string{"<h2>Charte nouvelle</h2>", "<li>un article</li>", "<ins>- un article</ins>", "<del>## Cadre et visée</del>", "Chaque agent devra accepter"} {
		if !p.Dit(phrase) {
			t.Errorf("the preview lacks %q", phrase)
		}
	}
	if strings.Contains(p.Corps, "<script>alert") {
		t.Error("the markup of the author is served")
	}
	if r := atlas.Post(t, "/administration/textes/charte/publication", "version", "1", "resume", ""); r.Statut != http.StatusUnprocessableEntity || !r.Dit("Indiquez en une phrase ce qui change") {
		t.Errorf("published without a word: %d", r.Statut)
	}
	if r := agent.Get(t, "/preferences"); r.Statut != http.StatusOK {
		t.Error("a draft stops agents:", r.Statut)
	}
	if r := atlas.Post(t, "/administration/textes/charte/publication", "version", "1", "resume", "Un article nouveau."); r.Statut != http.StatusSeeOther {
		t.Fatal(r.Statut, r.Corps)
	}

	autre := webtest.Instance(t, site.Deps) // remembers nothing
	agent.Site = autre
	envoyer(t, agent)
	c := agent.Get(t, "/charte?retour=%2F")
	for _, phrase := range []string{"La charte a changé", "Un article nouveau.", "Charte nouvelle", `name="numero" value="2"`} {
		if !c.Dit(phrase) {
			t.Errorf("the page lacks %q", phrase)
		}
	}
	if r := agent.Post(t, "/charte", "numero", "1"); r.Statut != http.StatusSeeOther {
		t.Errorf("%d", r.Statut)
	}
	if r := agent.Get(t, "/preferences"); r.Statut != http.StatusSeeOther {
		t.Error("the old version opens the site:", r.Statut)
	}
	if r := agent.Post(t, "/charte", "numero", "2", "retour", "/demandes/nouvelle"); r.Lieu != "/demandes/nouvelle" {
		t.Errorf("%d %s", r.Statut, r.Lieu)
	}
	if r := agent.Get(t, "/demandes/nouvelle"); r.Statut != http.StatusOK || !r.Dit("Dupuyzqxw") {
		t.Errorf("what was typed is lost: %d", r.Statut)
	}

	t.Run("who accepted what, organisme by organisme", func(t *testing.T) {
		l := atlas.Get(t, "/charte")
		if !l.Dit("J’ai lu la charte") {
			t.Error("ATLAS accepts too")
		}
		atlas.Post(t, "/charte", "numero", "2")
		r := atlas.Get(t, "/administration/textes/charte/acceptations.csv")
		if r.Statut != http.StatusOK || !r.Dit("Empreinte du texte") || strings.Count(r.Corps, "Acceptée") < 2 {
			t.Errorf("%d\n%s", r.Statut, r.Corps)
		}
		chef := site.Agent(t, "CHALETS", habilitations.AdminOrganisme)
		if r := chef.Get(t, "/administration/textes/charte/acceptations"); r.Statut != http.StatusOK || r.Dit("Toulouse Métropole Habitat") {
			t.Errorf("another organisme's agents are listed: %d", r.Statut)
		}
		for _, chemin := range []string{"/administration/textes", "/administration/textes/charte", "/administration/textes/charte/brouillon"} {
			if r := chef.Get(t, chemin); r.Statut != http.StatusForbidden {
				t.Errorf("%s: %d", chemin, r.Statut)
			}
		}
	})
	t.Run("versions are kept and compared", func(t *testing.T) {
		for chemin, phrase := range map[string]string{
			"/administration/textes":                             "Version 2",
			"/administration/textes/charte":                      "Un article nouveau.",
			"/administration/textes/charte/versions/1":           "17 janvier 2011",
			"/administration/textes/charte/comparaison?de=1&a=2": "<ins>## Charte nouvelle</ins>",
			"/administration/textes/liens-utiles/brouillon":      "service-public.fr",
		} {
			if r := atlas.Get(t, chemin); r.Statut != http.StatusOK || !r.Dit(phrase) {
				t.Errorf("%s: %d", chemin, r.Statut)
			}
		}
		for _, chemin := range []string{"/administration/textes/autre", "/administration/textes/charte/versions/9", "/administration/textes/charte/comparaison"} {
			if r := atlas.Get(t, chemin); r.Statut != http.StatusNotFound {
				t.Errorf("%s: %d", chemin, r.Statut)
			}
		}
	})
}

// envoyer types a name in a new dossier, which the charte stops.
func envoyer(t *testing.T, n *webtest.Navigateur) {
	t.Helper()
	r := n.Post(t, "/demandes/nouvelle", "demandeur.nom", "Dupuyzqxw", "aller", "coordonnees")
	u, err := url.Parse(r.Lieu)
	if err != nil || u.Path != "/charte" || u.Query().Get("motif") != "saisie" || u.Query().Get("retour") != "/demandes/nouvelle" {
		t.Fatalf("%d %s", r.Statut, r.Lieu)
	}
}

package web_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"imhoweb/internal/habilitations"
	"imhoweb/web/access"
	"imhoweb/web/webtest"
)

func TestEntetes(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	p := site.Navigateur(t).Get(t, "/connexion")
	for nom, attendu := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":  "nosniff",
		"Referrer-Policy":         "same-origin",
		"Cache-Control":           "no-store",
	} {
		if v := p.Header.Get(nom); v != attendu {
			t.Errorf("%s: %q", nom, v)
		}
	}
	if p.Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS over http")
	}

	t.Run("https adds HSTS and makes the cookie secure", func(t *testing.T) {
		d := site.Deps
		d.Config.URL = &url.URL{Scheme: "https", Host: "imhoweb.example"}
		sur := webtest.Instance(t, d)
		c := site.Compte(t, "", "", "TMH", habilitations.Saisie)
		r := sur.Navigateur(t).Post(t, "/connexion", "courriel", c, "mot_de_passe", webtest.MotDePasse)
		if r.Header.Get("Strict-Transport-Security") == "" {
			t.Error("no HSTS")
		}
		cookie := r.Header.Get("Set-Cookie")
		for _, attribut := range []string{access.Cookie + "=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"} {
			if !strings.Contains(cookie, attribut) {
				t.Errorf("%q without %s", cookie, attribut)
			}
		}
		if strings.Contains(cookie, "Expires") || strings.Contains(cookie, "Max-Age") {
			t.Errorf("the cookie outlives the browser: %q", cookie)
		}
	})
}

func TestRefus(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	agent := site.Agent(t, "TMH", habilitations.Saisie)

	t.Run("refuses an act sent by another site", func(t *testing.T) {
		for nom, valeur := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://exemple.fr"} {
			r := agent.Requete(t, http.MethodPost, "/preferences", strings.NewReader("theme=dark"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(nom, valeur)
			if p := agent.Envoyer(t, r); p.Statut != http.StatusForbidden || !p.Dit("vient d’un autre site") {
				t.Errorf("%s: %d", nom, p.Statut)
			}
		}
		if p := agent.Get(t, "/preferences"); !strings.Contains(p.Corps, `data-bs-theme="light"`) {
			t.Error("the act was done")
		}
	})

	t.Run("refuses politely what is too large, announced or not", func(t *testing.T) {
		corps := "densite=" + strings.Repeat("a", int(site.Deps.Config.TailleMax))
		for _, lecteur := range []interface {
			Read([]byte) (int, error)
		}{strings.NewReader(corps), struct{ *strings.Reader }{strings.NewReader(corps)}} {
			r := agent.Requete(t, http.MethodPost, "/preferences", lecteur)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if p := agent.Envoyer(t, r); p.Statut != http.StatusRequestEntityTooLarge || !p.Dit("Envoi trop volumineux") {
				t.Errorf("%d", p.Statut)
			}
		}
	})

	t.Run("refuses a form that cannot be read", func(t *testing.T) {
		r := agent.Requete(t, http.MethodPost, "/preferences", strings.NewReader("densite=%zz"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if p := agent.Envoyer(t, r); p.Statut != http.StatusBadRequest || !p.Dit("Demande illisible") {
			t.Errorf("%d", p.Statut)
		}
	})

	t.Run("shows a page for what doesn't exist", func(t *testing.T) {
		if p := agent.Get(t, "/n-existe-pas"); p.Statut != http.StatusNotFound || !p.Dit("Page introuvable") || !p.Dit("Se déconnecter") {
			t.Errorf("404: %d", p.Statut)
		}
		if p := agent.Get(t, "/deconnexion"); p.Statut != http.StatusMethodNotAllowed || !p.Dit("ne s’ouvre pas ainsi") {
			t.Errorf("405: %d", p.Statut)
		}
	})
}

func TestRetour(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	c := site.Compte(t, "", "", "TMH", habilitations.Saisie)
	n := site.Navigateur(t)
	r := n.Get(t, "/preferences")
	if r.Statut != http.StatusSeeOther || r.Lieu != "/connexion?retour=%2Fpreferences" {
		t.Fatalf("%d %q", r.Statut, r.Lieu)
	}
	if p := n.Get(t, r.Lieu); !strings.Contains(p.Corps, `name="retour" value="/preferences"`) {
		t.Error("the form forgets where to go back")
	}
	if p := n.Get(t, "/connexion?retour=https://exemple.fr/"); strings.Contains(p.Corps, "exemple.fr") {
		t.Error("another site is kept as a return")
	}
	r = n.Post(t, "/connexion", "courriel", c, "mot_de_passe", webtest.MotDePasse, "retour", "//exemple.fr")
	if r.Lieu != "/" {
		t.Errorf("redirected to %q", r.Lieu)
	}
	if r := n.Get(t, "/connexion?retour=%2Fpreferences"); r.Statut != http.StatusSeeOther || r.Lieu != "/preferences" {
		t.Errorf("already connected: %d %q", r.Statut, r.Lieu)
	}
}

// R-MEN-19
func TestPreferences(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	c := site.Compte(t, "", "", "TMH", habilitations.Saisie)
	n := site.Connecter(t, c)
	r := n.Post(t, "/preferences", "densite", "aeree", "theme", "dark", "par_page", "100")
	if r.Statut != http.StatusSeeOther {
		t.Fatalf("%d", r.Statut)
	}
	p := n.Get(t, "/preferences")
	if !strings.Contains(p.Corps, `data-densite="aeree"`) || !strings.Contains(p.Corps, `data-bs-theme="dark"`) || !p.Dit("Préférences enregistrées.") {
		t.Error("the page ignores the preferences")
	}
	if p := site.Connecter(t, c).Get(t, "/preferences"); !strings.Contains(p.Corps, `data-bs-theme="dark"`) {
		t.Error("the next session ignores them")
	}
	r = n.Post(t, "/preferences", "densite", "compacte", "retour", "/liens-utiles")
	if r.Lieu != "/liens-utiles" || !strings.Contains(n.Get(t, "/liens-utiles").Corps, `data-densite="compacte" data-bs-theme="dark"`) {
		t.Errorf("one choice made in a list: %q", r.Lieu)
	}
	if r := n.Post(t, "/preferences", "par_page", "100000"); r.Statut != http.StatusUnprocessableEntity || !r.Dit("Choisissez un nombre de lignes dans la liste.") {
		t.Errorf("%d", r.Statut)
	}
}

// R-MEN-13, R-MEN-14, R-MEN-15, R-MEN-16, R-MEN-18, R-MEN-21, R-MEN-22, R-MEN-24
func TestBandeau(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	p := site.Agent(t, "TMH", habilitations.Saisie).Get(t, "/liens-utiles")
	for _, dit := range []string{
		"31.0-essai", "Nb Utilisateurs", `href="/" aria-label="Accueil"`, `href="/liens-utiles" aria-label="Liens utiles"`,
		`href="/mot-de-passe" aria-label="Changer de mot de passe"`, `action="/deconnexion"`, "<time datetime=", "© 2026 ATLAS",
	} {
		if !p.Dit(dit) {
			t.Errorf("the header doesn't say %q", dit)
		}
	}
}

// R-MEN-11
func TestMenuReduit(t *testing.T) {
	t.Parallel()
	const module = `<a href="/demandes"`
	site := webtest.New(t)
	if p := site.Agent(t, "TMH", habilitations.Saisie).Get(t, "/liens-utiles"); !strings.Contains(p.Corps, module) {
		t.Error("an agent who registers demandes doesn't see their module")
	}
	auditeur := site.Agent(t, "ATLAS", habilitations.Auditeur)
	if p := auditeur.Get(t, "/liens-utiles"); strings.Contains(p.Corps, module) {
		t.Error("an auditor sees the module of demandes")
	}
	for _, r := range site.Routes {
		s := habilitations.Session{Utilisateur: 1, TypeOrganisme: habilitations.Gestionnaire, Roles: []habilitations.Role{habilitations.Auditeur}}
		if r.Droit == habilitations.Public || s.Peut(r.Droit) {
			continue
		}
		if p := auditeur.Envoyer(t, auditeur.Requete(t, r.Methode, remplir(r.Chemin), nil)); p.Statut != http.StatusForbidden {
			t.Errorf("%s %s by its address: %d", r.Methode, r.Chemin, p.Statut)
		}
	}
}

func TestSupervision(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	for chemin, dit := range map[string]string{"/sante": "vivant", "/pret": "prêt"} {
		if p := site.Navigateur(t).Get(t, chemin); p.Statut != http.StatusOK || !p.Dit(dit) || p.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %s", chemin, p.Statut, p.Corps)
		}
	}
}

// Not parallel: it listens to the log of the whole program.
func TestJournal(t *testing.T) {
	var b bytes.Buffer
	avant := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&b, nil)))
	t.Cleanup(func() { slog.SetDefault(avant) })
	site := webtest.New(t)
	n := site.Connecter(t, site.Compte(t, "Jamaisjournalisé", "Luc", "TMH", habilitations.Saisie))
	n.Get(t, "/preferences?nom=Secretdrole")
	n.Get(t, "/adresse-inventee-Secretdrole")
	ligne := b.String()
	for _, dit := range []string{`"route":"/preferences"`, `"methode":"GET"`, `"statut":200`, `"statut":404`, `"utilisateur":1`, `"duree"`, `"reference"`} {
		if !strings.Contains(ligne, dit) {
			t.Errorf("the log doesn't say %s", dit)
		}
	}
	if strings.Contains(ligne, "Secretdrole") || strings.Contains(ligne, "amaisjournalis") {
		t.Error("the log names somebody")
	}
}

package connexion_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/webtest"
)

func TestConnexion(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	site.Compte(t, "Castéra-Lagrange", "Éric", "TMH", habilitations.Saisie)

	// R-CNX-01, R-CNX-02, R-CNX-03, R-CNX-04, R-CNX-07, R-CNX-10, R-CNX-11
	t.Run("shows the door", func(t *testing.T) {
		p := site.Navigateur(t).Get(t, "/connexion")
		for id, dits := range map[string][]string{
			"R-CNX-01": {"Imhoweb", "favicon."},
			"R-CNX-02": {"Gestion des fichiers départementaux de la demande de logement social"},
			"R-CNX-03": {"Firefox, Chrome, Edge ou Safari"},
			"R-CNX-04": {"© 2026 ATLAS", "Mentions légales", "Accessibilité", "Données personnelles"},
			"R-CNX-07": {`type="password"`, `autocomplete="current-password"`},
			"R-CNX-10": {site.Deps.Ref.Texte(referentiels.ConnexionMentionCnil), site.Deps.Ref.Texte(referentiels.ConnexionDonneesPersonnelles)},
			"R-CNX-11": {"Version 31.0-essai"},
		} {
			for _, dit := range dits {
				if !p.Dit(dit) {
					t.Errorf("%s: the page doesn't say %q", id, dit)
				}
			}
		}
		if strings.Contains(p.Corps, `id="organisme"`) {
			t.Error("the organisme is asked before the password")
		}
		for _, chemin := range []string{"/mentions-legales", "/accessibilite", "/donnees-personnelles", "/mot-de-passe"} {
			if p := site.Navigateur(t).Get(t, chemin); p.Statut != http.StatusOK {
				t.Errorf("%s: %d", chemin, p.Statut)
			}
		}
	})

	// R-CNX-05, R-CNX-06, R-MEN-12
	t.Run("opens with nom and prénom, whatever accents, case and hyphens", func(t *testing.T) {
		n := site.Navigateur(t)
		r := n.Post(t, "/connexion", "nom", "CASTERA LAGRANGE", "prenom", "eric", "mot_de_passe", webtest.MotDePasse)
		if r.Statut != http.StatusSeeOther || r.Lieu != "/" {
			t.Fatalf("%d to %q", r.Statut, r.Lieu)
		}
		p := n.Get(t, "/preferences")
		if p.Statut != http.StatusOK || !p.Dit("Éric CASTÉRA-LAGRANGE") || !p.Dit("Toulouse Métropole Habitat · Saisie") {
			t.Errorf("%d: the agent isn't named, with organisme and profil", p.Statut)
		}
	})

	t.Run("asks for what is missing without counting an attempt", func(t *testing.T) {
		r := site.Navigateur(t).Post(t, "/connexion", "nom", "Dupont")
		if r.Statut != http.StatusUnprocessableEntity || !r.Dit("Indiquez votre prénom.") || !r.Dit("Indiquez votre mot de passe.") {
			t.Errorf("%d", r.Statut)
		}
		if !strings.Contains(r.Corps, `value="Dupont"`) {
			t.Error("what was typed is lost")
		}
		compter(t, site, "select count(*) from tentatives_connexion where echecs > 0", 0)
	})

	// R-CNX-09
	t.Run("says the same for an unknown agent, a wrong password and a suspended account", func(t *testing.T) {
		suspendu := site.Compte(t, "Suspendu", "Luc", "TMH", habilitations.Saisie)
		if err := administration.SuspendreCompte(t.Context(), site.DB, suspendu, true); err != nil {
			t.Fatal(err)
		}
		vus := map[string]bool{}
		for _, essai := range [][3]string{
			{"Inconnu", "Luc", "x"}, {"Castéra-Lagrange", "Éric", "x"}, {"Suspendu", "Luc", webtest.MotDePasse},
		} {
			r := site.Navigateur(t).Post(t, "/connexion", "nom", essai[0], "prenom", essai[1], "mot_de_passe", essai[2])
			if r.Statut != http.StatusUnprocessableEntity || !r.Dit("Nom, prénom ou mot de passe incorrect.") {
				t.Errorf("%v: %d", essai, r.Statut)
			}
			corps := strings.NewReplacer(essai[0], "", essai[1], "", "Castéra-Lagrange", "").Replace(r.Corps)
			vus[corps] = true
		}
		if len(vus) != 1 {
			t.Errorf("%d different pages", len(vus))
		}
	})

	t.Run("never shows a password again", func(t *testing.T) {
		r := site.Navigateur(t).Post(t, "/connexion", "nom", "A", "prenom", "B", "mot_de_passe", "secret-de-polichinelle")
		if r.Dit("polichinelle") {
			t.Error("the password is in the page")
		}
	})
}

// R-CNX-05
func TestHomonymes(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	site.Compte(t, "Dupuy", "Jean", "OPH31", habilitations.Saisie)
	site.Compte(t, "Dupuy", "Jean", "PROMO", habilitations.Consultation)

	t.Run("asks for no organisme on a wrong password", func(t *testing.T) {
		r := site.Navigateur(t).Post(t, "/connexion", "nom", "Dupuy", "prenom", "Jean", "mot_de_passe", "faux")
		if r.Dit("Promologis") || strings.Contains(r.Corps, `id="organisme"`) {
			t.Error("a wrong password learns that there are homonyms")
		}
	})

	t.Run("asks for the organisme after the password, not for the password again", func(t *testing.T) {
		n := site.Navigateur(t)
		r := n.Post(t, "/connexion", "nom", "Dupuy", "prenom", "Jean", "mot_de_passe", webtest.MotDePasse)
		if r.Statut != http.StatusUnprocessableEntity || !r.Dit("Promologis") || !r.Dit("OPH 31") {
			t.Fatalf("%d: no choice", r.Statut)
		}
		suite := entre(t, r.Corps, `name="suite" value="`, `"`)
		r = n.Post(t, "/connexion", "suite", suite, "organisme", "PROMO", "retour", "/preferences")
		if r.Statut != http.StatusSeeOther || r.Lieu != "/preferences" {
			t.Fatalf("%d to %q", r.Statut, r.Lieu)
		}
		if p := n.Get(t, "/preferences"); !p.Dit("Promologis") {
			t.Error("another organisme was opened")
		}
	})

	t.Run("opens at once when the organisme comes with the password", func(t *testing.T) {
		n := site.Navigateur(t)
		r := n.Post(t, "/connexion", "nom", "Dupuy", "prenom", "Jean", "mot_de_passe", webtest.MotDePasse, "organisme", "OPH31")
		if r.Statut != http.StatusSeeOther || !n.Get(t, "/preferences").Dit("OPH 31") {
			t.Errorf("%d", r.Statut)
		}
	})

	t.Run("refuses a forged seal, and an organisme that isn't one's own", func(t *testing.T) {
		for _, champs := range [][]string{
			{"suite", "AAAA", "organisme", "PROMO"},
			{"nom", "Dupuy", "prenom", "Jean", "mot_de_passe", webtest.MotDePasse, "organisme", "ATLAS"},
		} {
			if r := site.Navigateur(t).Post(t, "/connexion", champs...); r.Statut != http.StatusUnprocessableEntity {
				t.Errorf("%v: %d", champs, r.Statut)
			}
		}
	})
}

// R-CNX-09
func TestBlocage(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	autre := webtest.Instance(t, site.Deps)
	site.Compte(t, "Pujol", "Anne", "TMH", habilitations.Saisie)

	for _, nom := range []string{"Pujol", "Inconnue"} {
		t.Run("slows down then blocks "+nom+" over two instances, the right password included", func(t *testing.T) {
			n, m := site.Navigateur(t), autre.Navigateur(t)
			var ralenti, bloque bool
			for i := range 40 {
				nav := n
				if i%2 == 1 {
					nav = m
				}
				r := nav.Post(t, "/connexion", "nom", nom, "prenom", "Anne", "mot_de_passe", "faux")
				switch {
				case r.Statut == http.StatusUnprocessableEntity && r.Dit(administration.MessageIncorrect):
				case r.Statut == http.StatusTooManyRequests && r.Dit("secondes."), r.Statut == http.StatusTooManyRequests && r.Dit("1 seconde."):
					ralenti = true
					passer(t, site, "1 minute") // the wait is over
				case r.Statut == http.StatusTooManyRequests && r.Dit("minutes."):
					bloque = true
				default:
					t.Fatalf("attempt %d: %d", i, r.Statut)
				}
				if bloque {
					break
				}
			}
			if !ralenti || !bloque {
				t.Fatalf("slowed: %v, blocked: %v", ralenti, bloque)
			}
			for _, nav := range []*webtest.Navigateur{n, m} {
				r := nav.Post(t, "/connexion", "nom", nom, "prenom", "Anne", "mot_de_passe", webtest.MotDePasse)
				if r.Statut != http.StatusTooManyRequests || !r.Dit("Trop d’essais. Réessayez dans 15 minutes.") {
					t.Errorf("%d", r.Statut)
				}
			}
		})
	}

	t.Run("opens once the block is over", func(t *testing.T) {
		passer(t, site, "16 minutes")
		r := autre.Navigateur(t).Post(t, "/connexion", "nom", "Pujol", "prenom", "Anne", "mot_de_passe", webtest.MotDePasse)
		if r.Statut != http.StatusSeeOther {
			t.Errorf("%d", r.Statut)
		}
	})

	t.Run("lets no more guesses through when they come together", func(t *testing.T) {
		var mu sync.Mutex
		var regardes int
		var attente sync.WaitGroup
		for range 30 {
			n := site.Navigateur(t)
			attente.Go(func() {
				r := n.Post(t, "/connexion", "nom", "Ensemble", "prenom", "Luc", "mot_de_passe", "faux")
				mu.Lock()
				defer mu.Unlock()
				if r.Statut == http.StatusUnprocessableEntity {
					regardes++
				}
			})
		}
		attente.Wait()
		if regardes == 0 || regardes > 4 {
			t.Errorf("%d passwords looked at", regardes)
		}
	})
}

// passer makes as if that long had gone by since the last attempts.
func passer(t *testing.T, site *webtest.Site, duree string) {
	t.Helper()
	_, err := site.DB.Exec(t.Context(), "update tentatives_connexion set bloque_jusqu = bloque_jusqu - $1::text::interval", duree)
	if err != nil {
		t.Fatal(err)
	}
}

func TestSession(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	courriel := site.Compte(t, "", "", "TMH", habilitations.Saisie)

	t.Run("gives another token at login: one known before opens nothing", func(t *testing.T) {
		n := site.Navigateur(t)
		u, _ := url.Parse(site.URL)
		n.Jar.SetCookies(u, []*http.Cookie{{Name: access.Cookie, Value: "connu-de-l-attaquant", Path: "/"}})
		n.Post(t, "/connexion", "courriel", courriel, "mot_de_passe", webtest.MotDePasse)
		apres := cookie(t, n)
		if apres == "connu-de-l-attaquant" {
			t.Fatal("the token was kept")
		}
		voleur := site.Navigateur(t)
		voleur.Jar.SetCookies(u, []*http.Cookie{{Name: access.Cookie, Value: "connu-de-l-attaquant", Path: "/"}})
		if r := voleur.Get(t, "/preferences"); r.Statut != http.StatusSeeOther {
			t.Errorf("the fixed token opens: %d", r.Statut)
		}
		r := n.Post(t, "/connexion", "courriel", courriel, "mot_de_passe", webtest.MotDePasse)
		if cookie(t, n) == apres || r.Statut != http.StatusSeeOther {
			t.Error("a second login kept the token of the first")
		}
		compter(t, site, "select count(*) from sessions where jeton like '%attaquant%'", 0)
	})

	// R-MEN-22
	t.Run("ends at logout, for a copy of the cookie too", func(t *testing.T) {
		n := site.Connecter(t, courriel)
		copie := cookie(t, n)
		if r := n.Post(t, "/deconnexion"); r.Statut != http.StatusSeeOther || r.Lieu != "/connexion?motif=sortie" {
			t.Fatalf("%d to %q", r.Statut, r.Lieu)
		}
		u, _ := url.Parse(site.URL)
		n.Jar.SetCookies(u, []*http.Cookie{{Name: access.Cookie, Value: copie, Path: "/"}})
		if r := n.Get(t, "/preferences"); r.Statut != http.StatusSeeOther {
			t.Errorf("%d", r.Statut)
		}
	})

	t.Run("ends with inactivity, and after its longest duration", func(t *testing.T) {
		for _, sql := range []string{
			"update sessions set vu_le = vu_le - interval '31 minutes'",
			"update sessions set expiry = now() - interval '1 second'",
		} {
			n := site.Connecter(t, courriel)
			if _, err := site.DB.Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
			n.Site = webtest.Instance(t, site.Deps) // remembers nothing
			transporter(t, site, n)
			r := n.Get(t, "/preferences")
			if r.Statut != http.StatusSeeOther || !strings.Contains(r.Lieu, "motif=session") {
				t.Errorf("%s: %d %q", sql, r.Statut, r.Lieu)
			}
		}
	})

	t.Run("ends when the account is suspended", func(t *testing.T) {
		c := site.Compte(t, "", "", "TMH", habilitations.Saisie)
		n := site.Connecter(t, c)
		if err := administration.SuspendreCompte(t.Context(), site.DB, c, true); err != nil {
			t.Fatal(err)
		}
		n.Site = webtest.Instance(t, site.Deps)
		transporter(t, site, n)
		if r := n.Get(t, "/preferences"); r.Statut != http.StatusSeeOther {
			t.Errorf("%d", r.Statut)
		}
	})

	// R-MEN-15
	t.Run("counts distinct agents, not sessions, and not those who left", func(t *testing.T) {
		site := webtest.New(t)
		a, b := site.Compte(t, "", "", "TMH", habilitations.Saisie), site.Compte(t, "", "", "TM", habilitations.Saisie)
		site.Connecter(t, a)
		site.Connecter(t, a)
		site.Connecter(t, b).Post(t, "/deconnexion")
		n, err := administration.NbActifs(t.Context(), site.DB)
		if err != nil || n != 1 {
			t.Errorf("%d agents, %v", n, err)
		}
	})
}

// transporter gives the browser of site the same cookie for its new instance:
// ports differ, cookies don't know ports.
func transporter(t *testing.T, de *webtest.Site, n *webtest.Navigateur) {
	t.Helper()
	avant, _ := url.Parse(de.URL)
	apres, _ := url.Parse(n.Site.URL)
	n.Jar.SetCookies(apres, n.Jar.Cookies(avant))
}

// R-CNX-08, R-MEN-21
func TestMotDePasse(t *testing.T) {
	t.Parallel()
	const nouveau = "berges du Touch au matin"
	site := webtest.New(t)

	t.Run("says its rules before one types", func(t *testing.T) {
		p := site.Navigateur(t).Get(t, "/mot-de-passe")
		for _, dit := range []string{"Ancien mot de passe", "Nouveau mot de passe", "une seconde fois", administration.ReglesMotDePasse} {
			if !p.Dit(dit) {
				t.Errorf("the page doesn't say %q", dit)
			}
		}
	})

	t.Run("changes at the door, and closes every session", func(t *testing.T) {
		c := site.Compte(t, "Roques", "Élodie", "TMH", habilitations.Saisie)
		ouverte := site.Connecter(t, c)
		n := site.Navigateur(t)
		r := n.Post(t, "/mot-de-passe", "nom", "Roques", "prenom", "Elodie", "mot_de_passe", webtest.MotDePasse,
			"nouveau", nouveau, "confirmation", nouveau)
		if r.Statut != http.StatusSeeOther || r.Lieu != "/connexion?motif=mdp" {
			t.Fatalf("%d %q", r.Statut, r.Lieu)
		}
		if r := ouverte.Get(t, "/preferences"); r.Statut != http.StatusSeeOther {
			t.Errorf("the other session still opens: %d", r.Statut)
		}
		for mdp, statut := range map[string]int{webtest.MotDePasse: http.StatusUnprocessableEntity, nouveau: http.StatusSeeOther} {
			if r := n.Post(t, "/connexion", "courriel", c, "mot_de_passe", mdp); r.Statut != statut {
				t.Errorf("login: %d instead of %d", r.Statut, statut)
			}
		}
	})

	t.Run("changes when connected, and keeps that session only", func(t *testing.T) {
		c := site.Compte(t, "", "", "TMH", habilitations.Saisie)
		n, autre := site.Connecter(t, c), site.Connecter(t, c)
		r := n.Post(t, "/mot-de-passe", "mot_de_passe", webtest.MotDePasse, "nouveau", nouveau, "confirmation", nouveau)
		if r.Statut != http.StatusSeeOther || r.Lieu != "/compte" {
			t.Fatalf("%d %q", r.Statut, r.Lieu)
		}
		if p := n.Get(t, "/compte"); p.Statut != http.StatusOK || !p.Dit("Mot de passe changé.") {
			t.Errorf("%d: the message is lost", p.Statut)
		}
		if p := n.Get(t, "/preferences"); p.Dit("Mot de passe changé.") {
			t.Error("the message shows twice")
		}
		if r := autre.Get(t, "/preferences"); r.Statut != http.StatusSeeOther {
			t.Errorf("the other session still opens: %d", r.Statut)
		}
	})

	t.Run("refuses what is weak, and looks at it only after the old one", func(t *testing.T) {
		c := site.Compte(t, "Lacoste", "Bernard", "TMH", habilitations.Saisie)
		n := site.Connecter(t, c)
		for nouveau, dit := range map[string]string{
			"court":               "au moins 12 caractères",
			"Toulouse31000!":      "trop courant",
			"motdepasse2026":      "trop courant",
			"vive-bernard-lacost": "ni votre nom ni votre prénom",
			webtest.MotDePasse:    "différent de l’ancien",
		} {
			r := n.Post(t, "/mot-de-passe", "mot_de_passe", webtest.MotDePasse, "nouveau", nouveau, "confirmation", nouveau)
			if r.Statut != http.StatusUnprocessableEntity || !r.Dit(dit) {
				t.Errorf("%q: %d without %q", nouveau, r.Statut, dit)
			}
		}
		r := n.Post(t, "/mot-de-passe", "mot_de_passe", webtest.MotDePasse, "nouveau", nouveau, "confirmation", "autre chose encore")
		if r.Statut != http.StatusUnprocessableEntity || !r.Dit("Tapez deux fois le même mot de passe.") {
			t.Errorf("confirmation: %d", r.Statut)
		}
		r = site.Navigateur(t).Post(t, "/mot-de-passe", "courriel", c, "mot_de_passe", "faux", "nouveau", "court", "confirmation", "court")
		if !r.Dit(administration.MessageIncorrect) || r.Dit("au moins 12 caractères.") {
			t.Error("the new password was judged before the old one was proven")
		}
	})
}

func cookie(t *testing.T, n *webtest.Navigateur) string {
	t.Helper()
	u, err := url.Parse(n.Site.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range n.Jar.Cookies(u) {
		if c.Name == access.Cookie {
			return c.Value
		}
	}
	t.Fatal("no session cookie")
	return ""
}

func compter(t *testing.T, site *webtest.Site, sql string, attendu int) {
	t.Helper()
	var n int
	if err := site.DB.QueryRow(t.Context(), sql).Scan(&n); err != nil || n != attendu {
		t.Errorf("%s: %d instead of %d, %v", sql, n, attendu, err)
	}
}

func entre(t *testing.T, s, debut, fin string) string {
	t.Helper()
	_, reste, ok := strings.Cut(s, debut)
	milieu, _, ok2 := strings.Cut(reste, fin)
	if !ok || !ok2 {
		t.Fatalf("%q not found", debut)
	}
	return milieu
}

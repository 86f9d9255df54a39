package comptes_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"imhoweb/internal/habilitations"
	"imhoweb/web/webtest"
)

const phrase = "berges du Touch au matin"

// id is the account of a courriel.
func id(t *testing.T, site *webtest.Site, courriel string) string {
	t.Helper()
	var n int64
	if err := site.DB.QueryRow(t.Context(), "select id from utilisateurs where courriel = $1", courriel).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return strconv.FormatInt(n, 10)
}

func compter(t *testing.T, site *webtest.Site, sql string, args ...any) (n int) {
	t.Helper()
	if err := site.DB.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// trouver gives what a pattern holds in a page.
func trouver(t *testing.T, r webtest.Reponse, motif string) string {
	t.Helper()
	m := regexp.MustCompile(motif).FindStringSubmatch(html.UnescapeString(r.Corps))
	if m == nil {
		t.Fatalf("%q is not in the page (%d):\n%s", motif, r.Statut, r.Corps)
	}
	return m[1]
}

// TestParcours: ATLAS names an administrator, who invites an agent, who chooses
// a password, is refused what it may not do, and is suspended while it works.
//
// R-MEN-10 R-CHA-07
func TestParcours(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)

	r := atlas.Post(t, "/administration/utilisateurs/nouveau", "nom", "Castéra", "prenom", "Yvan", "courriel", "yvan@tmh.example",
		"organisme", "TMH", "role.ADMIN_ORGANISME", "1", "moyen", "courriel")
	if r.Statut != http.StatusSeeOther {
		t.Fatalf("%d\n%s", r.Statut, r.Corps)
	}
	if !atlas.Get(t, r.Lieu).Dit("Invité") {
		t.Error("the record doesn't say that the agent is invited")
	}
	l := atlas.Get(t, "/administration/courriels")
	if !l.Dit("yvan@tmh.example") || !l.Dit("Aucun serveur d’envoi") {
		t.Error("the mail isn't kept")
	}
	mail := atlas.Get(t, trouver(t, l, `href="(/administration/courriels/\d+)"`))
	lien := trouver(t, mail, `(/invitation/[a-z0-9-]+)`)

	yvan := site.Navigateur(t)
	if p := yvan.Get(t, lien); p.Statut != http.StatusOK || !p.Dit("Yvan CASTÉRA") {
		t.Fatalf("%d", p.Statut)
	}
	if p := yvan.Post(t, lien, "nouveau", "yvan castera 2026", "confirmation", "yvan castera 2026"); p.Statut != http.StatusUnprocessableEntity {
		t.Errorf("a password with the name: %d", p.Statut)
	}
	if p := yvan.Post(t, lien, "nouveau", phrase, "confirmation", phrase); p.Statut != http.StatusSeeOther {
		t.Fatalf("%d", p.Statut)
	}
	if p := yvan.Get(t, lien); p.Statut != http.StatusNotFound || !p.Dit("ne sert plus") {
		t.Errorf("the link serves twice: %d", p.Statut)
	}
	site.Accepter(t, "yvan@tmh.example")
	entrer(t, yvan, "yvan@tmh.example", phrase)

	// The administrator invites an agent without courriel, in its own organisme
	// whatever the form says.
	r = yvan.Post(t, "/administration/utilisateurs/nouveau", "nom", "Barthès", "prenom", "Maëlle", "organisme", "PROMO", "organisme_id", "PROMO",
		"role.SAISIE", "1", "moyen", "papier")
	if r.Statut != http.StatusSeeOther || !strings.Contains(r.Lieu, "/code?c=") {
		t.Fatalf("%d %s\n%s", r.Statut, r.Lieu, r.Corps)
	}
	code := trouver(t, yvan.Get(t, r.Lieu), `([a-z0-9]{5}(?:-[a-z0-9]{5}){3})`)
	maelle := compter(t, site, "select a.utilisateur from affectations a join utilisateurs u on u.id = a.utilisateur where u.nom = 'Barthès' and a.organisme = 'TMH'")
	if p := atlas.Get(t, strings.Replace(r.Lieu, strconv.Itoa(maelle), id(t, site, "yvan@tmh.example"), 1)); p.Statut != http.StatusNotFound {
		t.Errorf("the code opens under another agent: %d", p.Statut)
	}
	n := site.Navigateur(t)
	p := n.Post(t, "/invitation", "code", strings.ToUpper(strings.ReplaceAll(code, "-", " ")))
	if p.Statut != http.StatusSeeOther {
		t.Fatalf("%d", p.Statut)
	}
	if p = n.Post(t, p.Lieu, "nouveau", phrase, "confirmation", phrase); p.Statut != http.StatusSeeOther {
		t.Fatalf("%d\n%s", p.Statut, p.Corps)
	}
	if _, err := site.DB.Exec(t.Context(), "update utilisateurs set courriel = 'maelle@tmh.example' where id = $1", maelle); err != nil {
		t.Fatal(err)
	}
	site.Accepter(t, "maelle@tmh.example")
	if p = n.Post(t, "/connexion", "nom", "BARTHES", "prenom", "maelle", "mot_de_passe", phrase); p.Statut != http.StatusSeeOther {
		t.Fatalf("%d\n%s", p.Statut, p.Corps)
	}
	if p = n.Get(t, "/demandes"); p.Statut != http.StatusOK {
		t.Errorf("refused what it may do: %d", p.Statut)
	}
	for _, chemin := range []string{"/administration", "/administration/utilisateurs", "/administration/utilisateurs/" + strconv.Itoa(maelle), "/administration/courriels"} {
		if p = n.Get(t, chemin); p.Statut != http.StatusForbidden {
			t.Errorf("%s: %d", chemin, p.Statut)
		}
	}

	// Suspended while it works: the very next page is the login.
	adresse := "/administration/utilisateurs/" + strconv.Itoa(maelle) + "/organismes/TMH/suspension"
	v := trouver(t, yvan.Get(t, adresse), `name="version" value="(\d+)"`)
	for range 2 { // a double click
		if p = yvan.Post(t, adresse, "version", v); p.Statut != http.StatusSeeOther {
			t.Fatalf("%d\n%s", p.Statut, p.Corps)
		}
	}
	if p = n.Get(t, "/demandes"); p.Statut != http.StatusSeeOther || !strings.HasPrefix(p.Lieu, "/connexion") {
		t.Errorf("still in: %d %s", p.Statut, p.Lieu)
	}
	if p = n.Post(t, "/connexion", "nom", "BARTHES", "prenom", "maelle", "mot_de_passe", phrase); p.Statut != http.StatusUnprocessableEntity {
		t.Errorf("comes in again: %d", p.Statut)
	}
	if k := compter(t, site, "select count(*) from changements where objet = 'utilisateur' and cle = $1 and acte = 'suspendre'", strconv.Itoa(maelle)); k != 1 {
		t.Errorf("%d traces of the suspension", k)
	}
	l = yvan.Get(t, "/administration/utilisateurs?etat=suspendu")
	if !l.Dit("BARTHÈS Maëlle") || l.Dit("CASTÉRA Yvan") {
		t.Error("the list isn't filtered by state")
	}
	csv := yvan.Get(t, "/administration/utilisateurs.csv?q=barthes")
	if !strings.Contains(csv.Corps, "BARTHÈS Maëlle") || strings.Contains(csv.Corps, "CASTÉRA") {
		t.Errorf("%s", csv.Corps)
	}
}

// TestAutreOrganisme sends every address about an agent of another organisme:
// it doesn't exist.
func TestAutreOrganisme(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	admin := site.Agent(t, "TMH", habilitations.AdminOrganisme)
	autre := id(t, site, site.Compte(t, "", "", "PROMO", habilitations.Saisie))
	vus := 0
	for _, r := range site.Routes {
		if !strings.HasPrefix(r.Chemin, "/administration/utilisateurs/{id}") || r.Droit != habilitations.GererUtilisateurs {
			continue
		}
		vus++
		for _, organisme := range []string{"PROMO", "TMH"} {
			chemin := strings.NewReplacer("{id}", autre, "{organisme}", organisme).Replace(r.Chemin)
			p := admin.Envoyer(t, admin.Requete(t, r.Methode, chemin, nil))
			if p.Statut != http.StatusNotFound {
				t.Errorf("%s %s: %d", r.Methode, chemin, p.Statut)
			}
		}
	}
	if vus < 14 {
		t.Errorf("%d addresses only", vus)
	}
	for _, chemin := range []string{"/administration/utilisateurs/x", "/administration/utilisateurs/99999999999999999999", "/administration/utilisateurs/-1"} {
		if p := admin.Get(t, chemin); p.Statut != http.StatusNotFound {
			t.Errorf("%s: %d", chemin, p.Statut)
		}
	}
	l := admin.Get(t, "/administration/utilisateurs?organisme=PROMO")
	if l.Dit("PROMO") || l.Dit("Promologis") {
		t.Error("the list shows another organisme")
	}
	if p := admin.Post(t, "/administration/certification", "organisme", "PROMO", "agent."+autre, "suspendre"); p.Statut != http.StatusNotFound {
		t.Errorf("re-certification of another organisme: %d", p.Statut)
	}
	if k := compter(t, site, "select count(*) from affectations where organisme = 'PROMO' and (suspendue_le is not null or certifiee_le is not null)"); k != 0 {
		t.Error("something changed")
	}
}

// TestRoles changes roles: shown before and after, confirmed for exactly that,
// and refused when the record changed meanwhile.
func TestRoles(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	admin := site.Agent(t, "TMH", habilitations.AdminOrganisme)
	agent := id(t, site, site.Compte(t, "", "", "TMH", habilitations.Saisie))
	chemin := "/administration/utilisateurs/" + agent + "/organismes/TMH"
	champs := []string{"version", "1", "role.SAISIE", "1", "role.INSTRUCTION", "1", "role.ADMIN_ATLAS", "1", "delegue.SAISIE", "1"}
	r := admin.Post(t, chemin, champs...)
	if r.Statut != http.StatusUnprocessableEntity || !r.Dit("Confirmez ce qui va changer") || !r.Dit("Saisie, Instruction") || r.Dit("Administration ATLAS") {
		t.Fatalf("%d\n%s", r.Statut, r.Corps)
	}
	confirme := trouver(t, r, `name="confirme" value="([0-9a-f]+)"`)
	r = admin.Post(t, chemin, append(champs, "role.COMMISSION", "1", "confirme", confirme)...)
	if r.Statut != http.StatusUnprocessableEntity {
		t.Errorf("another change than the one confirmed: %d", r.Statut)
	}
	if r = admin.Post(t, chemin, append(champs, "confirme", confirme)...); r.Statut != http.StatusSeeOther {
		t.Fatalf("%d\n%s", r.Statut, r.Corps)
	}
	var roles, delegues []string
	if err := site.DB.QueryRow(t.Context(), "select roles, delegues from affectations where utilisateur = $1", agent).Scan(&roles, &delegues); err != nil {
		t.Fatal(err)
	}
	if strings.Join(roles, " ") != "INSTRUCTION SAISIE" || len(delegues) != 0 {
		t.Errorf("%v, %v", roles, delegues)
	}
	r = admin.Post(t, chemin, champs...)
	if r.Statut != http.StatusConflict || !r.Dit("Un autre administrateur") {
		t.Errorf("%d", r.Statut)
	}
	r = admin.Post(t, "/administration/utilisateurs/"+agent+"/identite", "version", "1", "nom", "Change", "prenom", "Luc", "courriel", "")
	if r.Statut != http.StatusConflict || !r.Dit("Votre saisie") || !strings.Contains(r.Corps, `value="Change"`) {
		t.Errorf("%d, or what was typed is lost", r.Statut)
	}
	r = admin.Post(t, "/administration/utilisateurs/"+agent+"/organismes/TMH/suspension", "version", "1")
	if r.Statut != http.StatusConflict {
		t.Errorf("%d", r.Statut)
	}
	if p := admin.Post(t, "/administration/utilisateurs/"+agent+"/affectation", "organisme", "PROMO", "role.SAISIE", "1"); p.Statut != http.StatusForbidden {
		t.Errorf("an affectation elsewhere: %d", p.Statut)
	}
}

// TestMotDePasseReinitialise: neither the password nor the sessions outlive a
// reset.
func TestMotDePasseReinitialise(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	admin := site.Agent(t, "TMH", habilitations.AdminOrganisme)
	courriel := site.Compte(t, "", "", "TMH", habilitations.Saisie)
	agent := site.Connecter(t, courriel)
	r := admin.Post(t, "/administration/utilisateurs/"+id(t, site, courriel)+"/acces", "version", "1", "moyen", "papier")
	if r.Statut != http.StatusSeeOther {
		t.Fatalf("%d\n%s", r.Statut, r.Corps)
	}
	if p := agent.Get(t, "/"); p.Statut != http.StatusSeeOther {
		t.Errorf("the session survives: %d", p.Statut)
	}
	if p := agent.Post(t, "/connexion", "courriel", courriel, "mot_de_passe", webtest.MotDePasse); p.Statut != http.StatusUnprocessableEntity {
		t.Errorf("the former password opens: %d", p.Statut)
	}
}

// entrer logs in.
func entrer(t *testing.T, n *webtest.Navigateur, courriel, mdp string) {
	t.Helper()
	if r := n.Post(t, "/connexion", "courriel", courriel, "mot_de_passe", mdp); r.Statut != http.StatusSeeOther {
		t.Fatalf("%d\n%s", r.Statut, r.Corps)
	}
}

// TestSecondFacteur activates a second factor, which the next logins ask for.
func TestSecondFacteur(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	courriel := site.Compte(t, "", "", "TMH", habilitations.Saisie)
	n, autre := site.Connecter(t, courriel), site.Connecter(t, courriel)
	r := n.Get(t, "/compte/second-facteur")
	scelle := trouver(t, r, `name="secret" value="([^"]+)"`)
	cle := strings.ReplaceAll(trouver(t, r, `Clé[^<]{1,6}<b[^>]*>([A-Z0-9 ]+)<`), " ", "")
	code := func(dans time.Duration) string {
		c, err := totp.GenerateCode(cle, time.Now().Add(dans))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	r = n.Post(t, "/compte/second-facteur", "secret", scelle, "code", "abc")
	if r.Statut != http.StatusUnprocessableEntity || !r.Dit("Ce code n’est pas le bon") {
		t.Fatalf("%d", r.Statut)
	}
	if p := site.Agent(t, "TMH", habilitations.Saisie).Post(t, "/compte/second-facteur", "secret", scelle, "code", code(0)); p.Lieu != "/compte/second-facteur" {
		t.Errorf("the secret of another agent: %d %s", p.Statut, p.Lieu)
	}
	r = n.Post(t, "/compte/second-facteur", "secret", scelle, "code", code(-30*time.Second))
	if r.Statut != http.StatusSeeOther {
		t.Fatalf("%d\n%s", r.Statut, r.Corps)
	}
	secours := trouver(t, n.Get(t, r.Lieu), `<li class="num[^>]*>([a-z0-9]{5}-[a-z0-9]{5})<`)
	if p := autre.Get(t, "/"); p.Statut != http.StatusSeeOther {
		t.Errorf("another session stays open: %d", p.Statut)
	}

	connexion := func() (*webtest.Navigateur, string) {
		x := site.Navigateur(t)
		r := x.Post(t, "/connexion", "courriel", courriel, "mot_de_passe", webtest.MotDePasse)
		if r.Statut != http.StatusUnprocessableEntity {
			t.Fatalf("the password is enough: %d", r.Statut)
		}
		if p := x.Get(t, "/"); p.Statut != http.StatusSeeOther {
			t.Fatalf("a page opens before the second factor: %d", p.Statut)
		}
		return x, trouver(t, r, `name="preuve" value="([^"]+)"`)
	}
	x, preuve := connexion()
	for nom, champs := range map[string][]string{
		"a wrong code":          {"preuve", preuve, "code", "12345"},
		"a forged proof":        {"preuve", preuve[:len(preuve)-2] + "aa", "code", secours},
		"no proof":              {"preuve", "", "code", secours},
		"the code already used": {"preuve", preuve, "code", code(-30 * time.Second)},
	} {
		if p := x.Post(t, "/connexion", champs...); p.Statut != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", nom, p.Statut)
		}
	}
	if p := x.Post(t, "/connexion", "preuve", preuve, "code", secours); p.Statut != http.StatusSeeOther {
		t.Fatalf("a recovery code: %d", p.Statut)
	}
	if p := x.Get(t, "/compte"); p.Statut != http.StatusOK || !strings.Contains(p.Corps, `<b class="num">9</b>`) {
		t.Errorf("%d", p.Statut)
	}
	y, preuve := connexion()
	if p := y.Post(t, "/connexion", "preuve", preuve, "code", secours); p.Statut != http.StatusUnprocessableEntity {
		t.Errorf("the recovery code serves twice: %d", p.Statut)
	}
	if p := y.Post(t, "/connexion", "preuve", preuve, "code", code(0)); p.Statut != http.StatusSeeOther {
		t.Errorf("a code: %d", p.Statut)
	}

	t.Run("a proof dies with the password", func(t *testing.T) {
		_, preuve := connexion()
		if p := y.Post(t, "/mot-de-passe", "mot_de_passe", webtest.MotDePasse, "nouveau", phrase, "confirmation", phrase); p.Statut != http.StatusSeeOther {
			t.Fatalf("%d", p.Statut)
		}
		if p := x.Get(t, "/"); p.Statut != http.StatusSeeOther {
			t.Errorf("a session outlives the password: %d", p.Statut)
		}
		z := site.Navigateur(t)
		if p := z.Post(t, "/connexion", "preuve", preuve, "code", code(30*time.Second)); p.Statut != http.StatusUnprocessableEntity || !p.Dit("Le délai est passé") {
			t.Errorf("%d", p.Statut)
		}
	})
	t.Run("is removed with a proof", func(t *testing.T) {
		if p := y.Post(t, "/compte/second-facteur/retrait", "code", ""); p.Statut != http.StatusUnprocessableEntity {
			t.Errorf("%d", p.Statut)
		}
		if p := y.Post(t, "/compte/second-facteur/retrait", "code", code(30*time.Second)); p.Statut != http.StatusSeeOther {
			t.Errorf("%d\n%s", p.Statut, p.Corps)
		}
		entrer(t, site.Navigateur(t), courriel, phrase)
	})
}

// TestSecondFacteurExige: a role that demands one opens nothing else before.
func TestSecondFacteurExige(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	d := site.Deps
	d.Config.SecondFacteur = []string{"ADMIN_ATLAS"}
	exigeant := webtest.Instance(t, d)
	atlas := exigeant.Agent(t, "ATLAS", habilitations.AdminAtlas)
	for _, chemin := range []string{"/", "/demandes", "/administration/utilisateurs"} {
		if p := atlas.Get(t, chemin); p.Statut != http.StatusSeeOther || !strings.HasPrefix(p.Lieu, "/compte/second-facteur") {
			t.Errorf("%s: %d %s", chemin, p.Statut, p.Lieu)
		}
	}
	if p := atlas.Post(t, "/administration/utilisateurs/nouveau", "nom", "X"); p.Statut != http.StatusSeeOther {
		t.Errorf("an act: %d", p.Statut)
	}
	if p := atlas.Get(t, "/compte/second-facteur"); p.Statut != http.StatusOK || !p.Dit("Votre rôle exige un second facteur") {
		t.Errorf("%d", p.Statut)
	}
	if p := atlas.Post(t, "/compte/second-facteur/retrait", "code", "123456"); p.Statut != http.StatusForbidden {
		t.Errorf("removes what is demanded: %d", p.Statut)
	}
	if p := exigeant.Agent(t, "TMH", habilitations.Saisie).Get(t, "/demandes"); p.Statut != http.StatusOK {
		t.Errorf("another role: %d", p.Statut)
	}
}

// TestOrganismes changes the organisme from the header (R-MEN-12).
func TestOrganismes(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	courriel := site.Compte(t, "", "", "TMH", habilitations.Saisie)
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	agent := id(t, site, courriel)
	r := atlas.Post(t, "/administration/utilisateurs/"+agent+"/affectation", "organisme", "CUGNAUX", "role.STATISTIQUES_AGREGEES", "1", "role.SAISIE", "1")
	if r.Statut != http.StatusSeeOther {
		t.Fatalf("%d\n%s", r.Statut, r.Corps)
	}
	n := site.Navigateur(t)
	if r = n.Post(t, "/connexion", "courriel", courriel, "mot_de_passe", webtest.MotDePasse, "organisme", "TMH"); r.Statut != http.StatusSeeOther {
		t.Fatalf("%d", r.Statut)
	}
	if r = n.Get(t, "/demandes"); r.Statut != http.StatusOK || !strings.Contains(r.Corps, `action="/organisme"`) {
		t.Fatalf("%d: the header offers no choice", r.Statut)
	}
	avant := temoin(t, n)
	if r = n.Post(t, "/organisme", "organisme", "PROMO"); r.Statut != http.StatusNotFound {
		t.Errorf("an organisme of others: %d", r.Statut)
	}
	if r = n.Post(t, "/organisme", "organisme", "CUGNAUX"); r.Statut != http.StatusSeeOther {
		t.Fatalf("%d", r.Statut)
	}
	if temoin(t, n) == avant {
		t.Error("the session keeps its token")
	}
	if r = n.Get(t, "/"); !r.Dit("Cugnaux") {
		t.Error("the header doesn't say the new organisme")
	}
	if r = n.Get(t, "/demandes"); r.Statut != http.StatusForbidden {
		t.Errorf("keeps the rights of the former: %d", r.Statut)
	}
	if strings.Contains(site.Agent(t, "TMH", habilitations.Saisie).Get(t, "/").Corps, `action="/organisme"`) {
		t.Error("a choice of one")
	}
}

// temoin is the cookie of the session.
func temoin(t *testing.T, n *webtest.Navigateur) string {
	t.Helper()
	u, err := url.Parse(n.Site.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range n.Jar.Cookies(u) {
		if c.Name == "imhoweb_session" {
			return c.Value
		}
	}
	return ""
}

func TestSessionsOuvertes(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	courriel := site.Compte(t, "", "", "TMH", habilitations.Saisie)
	a, b, c := site.Connecter(t, courriel), site.Connecter(t, courriel), site.Connecter(t, courriel)
	autre := site.Agent(t, "TMH", habilitations.Saisie)
	r := a.Get(t, "/compte")
	if strings.Count(r.Corps, `name="session"`) != 2 || !r.Dit("celle-ci") {
		t.Fatalf("%s", r.Corps)
	}
	jeton := trouver(t, r, `name="session" value="([0-9a-f]+)"`)
	if autre.Post(t, "/compte/sessions", "session", jeton); strings.Count(a.Get(t, "/compte").Corps, `name="session"`) != 2 {
		t.Error("closed by another agent")
	}
	a.Post(t, "/compte/sessions", "session", jeton)
	if ouvertes := boolInt(b.Get(t, "/").Statut == http.StatusOK) + boolInt(c.Get(t, "/").Statut == http.StatusOK); ouvertes != 1 {
		t.Errorf("%d of the two others stay open", ouvertes)
	}
	a.Post(t, "/compte/sessions")
	if b.Get(t, "/").Statut == http.StatusOK || c.Get(t, "/").Statut == http.StatusOK || a.Get(t, "/").Statut != http.StatusOK || autre.Get(t, "/").Statut != http.StatusOK {
		t.Error("the others, and only they, should be closed")
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestMotDePasseOublie(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	courriel := site.Compte(t, "", "", "TMH", habilitations.Saisie)
	n := site.Navigateur(t)
	connu, inconnu := n.Post(t, "/mot-de-passe/oublie", "courriel", courriel), n.Post(t, "/mot-de-passe/oublie", "courriel", "personne@x.example")
	if connu.Statut != http.StatusSeeOther || connu.Statut != inconnu.Statut || connu.Lieu != inconnu.Lieu || connu.Corps != inconnu.Corps {
		t.Errorf("the answer tells who exists: %+v, %+v", connu, inconnu)
	}
	if !n.Get(t, connu.Lieu).Dit("Demande reçue") || compter(t, site, "select count(*) from courriels") != 1 {
		t.Error("no mail, or several")
	}
	if p := n.Post(t, "/mot-de-passe/oublie", "courriel", ""); p.Statut != http.StatusUnprocessableEntity {
		t.Errorf("%d", p.Statut)
	}
}

func TestCertification(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	admin := site.Agent(t, "TMH", habilitations.AdminOrganisme)
	courriel := site.Compte(t, "", "", "TMH", habilitations.Saisie)
	agent := site.Connecter(t, courriel)
	garde := id(t, site, site.Compte(t, "", "", "TMH", habilitations.Saisie))
	if p := admin.Get(t, "/administration/certification"); p.Statut != http.StatusOK || !p.Dit("Décision pour") {
		t.Fatalf("%d", p.Statut)
	}
	if p := admin.Post(t, "/administration/certification"); p.Statut != http.StatusUnprocessableEntity || !p.Dit("Cochez au moins un agent") {
		t.Errorf("%d", p.Statut)
	}
	p := admin.Post(t, "/administration/certification", "agent."+garde, "confirmer", "agent."+id(t, site, courriel), "suspendre")
	if p.Statut != http.StatusSeeOther {
		t.Fatalf("%d\n%s", p.Statut, p.Corps)
	}
	if p := agent.Get(t, "/"); p.Statut != http.StatusSeeOther {
		t.Errorf("suspended and still in: %d", p.Statut)
	}
	if p := admin.Get(t, "/administration/certification/rapport"); p.Statut != http.StatusForbidden {
		t.Errorf("the report of all: %d", p.Statut)
	}
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	if p := atlas.Get(t, "/administration/certification/rapport"); p.Statut != http.StatusOK || !p.Dit("Toulouse Métropole Habitat") {
		t.Errorf("%d", p.Statut)
	}
	if p := atlas.Get(t, "/administration/certification?organisme=TMH"); p.Statut != http.StatusOK || !p.Dit("Toulouse Métropole Habitat") {
		t.Errorf("%d", p.Statut)
	}
	if p := admin.Get(t, "/administration/droits"); p.Statut != http.StatusOK || !p.Dit("enregistreur") {
		t.Errorf("%d", p.Statut)
	}
}

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"imhoweb/internal/habilitations"
)

// pagesComptes are shown by TestPagesComptes, with an agent of the demonstration.
var pagesComptes = []string{"/administration/utilisateurs/{id}", "/administration/courriels/{id}", "/invitation/{jeton}"}

// identifiant gives the account of a courriel.
func (s *Site) identifiant(t *testing.T, courriel string) string {
	t.Helper()
	var id int64
	if err := s.DB.QueryRow(t.Context(), "select id from utilisateurs where courriel = $1", courriel).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(id)
}

// TestPagesComptes shows the screens of accounts to ATLAS and to an
// administrator of an organisme.
func TestPagesComptes(t *testing.T) {
	t.Parallel()
	s := site(t)
	agent := "/administration/utilisateurs/" + s.identifiant(t, s.compte(t, "TMH", habilitations.Saisie).Courriel)
	partage := "/administration/utilisateurs/" + s.identifiant(t, s.compte(t, "SICOVAL", habilitations.Saisie).Courriel)
	place := agent + "/organismes/TMH"
	l := []string{"/administration/utilisateurs", "/administration/utilisateurs?q=introuvable", "/administration/utilisateurs/nouveau",
		agent, agent + "/identite", agent + "/acces", place, place + "/suspension", "/administration/certification", "/administration/droits",
		"/compte", "/compte/second-facteur"}

	o := s.agent(t, "TMH", habilitations.AdminOrganisme)
	o.parcourir(regles, l, bureau, telephone)
	atlas := s.agent(t, "ATLAS", habilitations.AdminAtlas)
	atlas.aller(agent + "/acces")
	atlas.suivre("=Réinitialiser le mot de passe")
	atlas.doitDire("Lien envoyé.")
	atlas.parcourir(regles, []string{partage, agent + "/affectation", place, "/administration/certification/rapport", "/administration/courriels",
		"/administration/courriels/1", "/administration/utilisateurs/nouveau"}, bureau)
	atlas.aller(agent + "/acces")
	atlas.cliquer(`label[for="moyen__papier"]`)
	atlas.suivre("=Réinitialiser le mot de passe")
	atlas.doitDire("Imprimez cette page")
	atlas.verifier()
	atlas.aller("/preferences")
	atlas.cliquer(`label[for="theme__dark"]`)
	atlas.suivre("=Enregistrer les préférences")
	atlas.parcourir(couleurs, append(l, partage, "/administration/courriels/1"), bureau)
	atlas.couperJS()
	atlas.parcourir(regles, l, bureau)

	porte := onglet(t, s.URL)
	porte.parcourir(regles, []string{"/invitation", "/mot-de-passe/oublie", "/mot-de-passe/oublie?envoye", "/invitation/abcde-abcde-abcde-abcde"}, bureau, telephone)
}

// TestArriveeDUnAgent: an administrator invites an agent, who chooses a
// password, accepts the charte, sets up a second factor, is refused what it may
// not do, and is suspended while it works.
//
// R-CHA-12
func TestArriveeDUnAgent(t *testing.T) {
	t.Parallel()
	const phrase = "berges du Touch au matin"
	s := site(t)
	admin := s.agent(t, "TMH", habilitations.AdminOrganisme)
	admin.aller("/administration/utilisateurs")
	admin.suivre("=Inviter un agent")
	admin.taper("#nom", "Sarrazin")
	admin.taper("#prenom", "Lucette")
	admin.cliquer(`label[for="moyen__papier"]`)
	admin.cliquer(`label[for="role.CONSULTATION"]`)
	admin.suivre("=Inviter cet agent")
	admin.doitDire("Imprimez cette page")
	code := lire[string](admin, `document.querySelector(".a-imprimer b.fs-4").textContent`)

	o := onglet(t, s.URL)
	o.aller("/connexion")
	o.suivre("=J’ai un code d’invitation")
	o.taper("#code", strings.ToUpper(code))
	o.suivre("=Continuer")
	o.doitDire("Bienvenue", "SARRAZIN")
	o.verifier()
	o.taper("#nouveau", phrase)
	o.taper("#confirmation", phrase+" !")
	o.suivre("=Enregistrer ce mot de passe")
	o.doitDire("Tapez deux fois le même mot de passe.")
	o.verifier()
	o.taper("#nouveau", phrase)
	o.taper("#confirmation", phrase)
	o.suivre("=Enregistrer ce mot de passe")
	o.doitDire("Mot de passe choisi")
	o.taper("#nom", "SARRAZIN")
	o.taper("#prenom", "lucette")
	o.taper("#mot_de_passe", phrase)
	o.suivre("=Se connecter")
	o.attendreCharte()
	o.suivre("=J’ai lu la charte et je m’engage à la respecter")

	o.aller("/compte")
	o.suivre("=Activer un second facteur")
	cle := strings.ReplaceAll(lire[string](o, `document.querySelector("b[translate=no]").textContent`), " ", "")
	chiffres, err := totp.GenerateCode(cle, time.Now().Add(-30*time.Second)) // leaves the present one for the login
	if err != nil {
		t.Fatal(err)
	}
	o.taper("#code", chiffres)
	o.suivre("=Activer")
	o.doitDire("Notez ou imprimez ces codes")
	o.verifier()
	secours := lire[string](o, `document.querySelector("main li.num").textContent`)
	o.suivre("=J’ai noté mes codes")
	o.suivre("=Se déconnecter")
	o.aller("/connexion")
	o.taper("#nom", "SARRAZIN")
	o.taper("#prenom", "lucette")
	o.taper("#mot_de_passe", phrase)
	o.suivre("=Se connecter")
	o.doitDire("Code de votre application")
	o.verifier()
	o.taper("#code", secours)
	o.suivre("=Se connecter")
	o.doitDire("Lucette SARRAZIN")

	o.aller("/administration/utilisateurs")
	o.doitDire("Action non autorisée")
	o.aller("/demandes/nouvelle")
	o.doitDire("Action non autorisée")
	o.aller("/demandes")

	admin.aller("/administration/utilisateurs?q=sarrazin")
	admin.suivre("=SARRAZIN Lucette")
	admin.suivre("=Suspendre")
	admin.doitDire("Les sessions ouvertes de l’agent sont fermées")
	admin.suivre("=Suspendre cet accès")
	admin.doitDire("Accès suspendu")
	o.aller("/demandes")
	o.doitDire("Votre session a pris fin")
}

package e2e

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
)

// TestOrganismeNeuf is the life of an organisme in the file: ATLAS creates a
// commune that registers demandes, invites its administrator, who invites an
// agent; the agent chooses a password, accepts the charte, takes a second
// factor, sees the demandes of its territory only, is refused the rest, and is
// suspended while it works.
//
// R-MEN-10 R-MEN-11 R-CHA-12
func TestOrganismeNeuf(t *testing.T) {
	t.Parallel()
	s := site(t)
	blagnac := s.fiche(t, func(d *demandes.Demande) {
		d.NumeroUnique, d.NumeroIW = demandes.Numeros(d.Departement, d.DateDepot, 900_003, d.Guichet)
		d.Souhait.Choix = []string{"31-069"}
	})
	muret := s.fiche(t, func(d *demandes.Demande) { d.Souhait.Choix = []string{"31-395"} })
	atlas := s.agent(t, "ATLAS", habilitations.AdminAtlas)

	atlas.aller("/administration/organismes/nouveau")
	atlas.taper("#code", "BLAGNAC")
	atlas.taper("#nom", "Commune de Blagnac")
	atlas.poser("type", "COMMUNE")
	atlas.poser("territoire", "31-069")
	atlas.cliquer("#enregistreur")
	atlas.suivre("=Ajouter l’organisme")
	atlas.doitDire("Ce qui va changer")
	atlas.verifier()
	atlas.suivre("=Confirmer : ajouter l’organisme")
	atlas.doitDire("Organisme ajouté.", "Commune de Blagnac")
	atlas.verifier()

	atlas.inviter("BLAGNAC", "Sarda", "Élise", "elise.sarda@blagnac.example", "ADMIN_ORGANISME")
	admin := onglet(t, s.URL)
	admin.accepterInvitation(atlas.lienRecu("elise.sarda@blagnac.example"), "genet-cigale-tramontane")
	admin.identifierCourriel("elise.sarda@blagnac.example", "genet-cigale-tramontane")
	admin.accepterCharte()
	if got := lire[bool](admin, `document.querySelector(".modules").innerText.includes("Demande")`); got {
		t.Error("an administrator without another role is shown the demandes")
	}
	admin.inviter("", "Oulès", "Marc", "marc.oules@blagnac.example", "SAISIE")
	admin.aller("/administration/utilisateurs")
	admin.doitDire("SARDA Élise", "OULÈS Marc", "Invité", "Résultats 1 à 2 / 2")
	admin.verifier()

	agent := onglet(t, s.URL)
	agent.accepterInvitation(atlas.lienRecu("marc.oules@blagnac.example"), "brebis-ardoise-pastel")
	agent.identifierCourriel("marc.oules@blagnac.example", "brebis-ardoise-pastel")
	agent.aller("/demandes")
	if agent.adresse() == "/demandes" {
		t.Fatal("the demandes open before the charte is accepted")
	}
	agent.accepterCharte()
	agent.prendreSecondFacteur()

	agent.aller("/demandes/" + blagnac.NumeroUnique)
	agent.doitDire(blagnac.NumeroIW)
	agent.aller("/demandes/" + muret.NumeroUnique)
	agent.doitDire("Page introuvable")
	agent.aller("/administration/utilisateurs")
	agent.doitDire("Action non autorisée")

	atlas.aller("/administration/utilisateurs?q=oules")
	atlas.suivre(`#tableau tbody a`)
	atlas.suivre("=Suspendre")
	atlas.verifier()
	atlas.suivre("=Suspendre cet accès")
	atlas.doitDire("Suspendu")
	agent.aller("/demandes/" + blagnac.NumeroUnique)
	if !strings.HasPrefix(agent.adresse(), "/connexion") {
		t.Errorf("a suspended agent goes on: %s", agent.adresse())
	}
	agent.identifierCourriel("marc.oules@blagnac.example", "brebis-ardoise-pastel")
	agent.doitDire("incorrect")
}

// TestCommuneSansEnregistrement: a commune that registers nothing has figures
// and no demande (CCH R441-2-6).
//
// R-MEN-11 R-GOU-13
func TestCommuneSansEnregistrement(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "CUGNAUX", habilitations.StatistiquesAgregees)
	o.doitDire("Demandes par typologie")
	if menu := lire[string](o, `[...document.querySelectorAll(".modules a")].map(a => a.innerText).join(" ")`); menu != "" {
		t.Errorf("modules %q", menu)
	}
	for _, chemin := range []string{"/demandes", "/demandes/nouvelle", "/administration"} {
		o.aller(chemin)
		o.doitDire("Action non autorisée")
	}
}

// inviter fills the invitation of an agent; ATLAS chooses the organisme.
func (o *Onglet) inviter(organisme, nom, prenom, courriel, role string) {
	o.t.Helper()
	o.aller("/administration/utilisateurs/nouveau")
	if organisme != "" {
		o.poser("organisme", organisme)
		o.suivre("=Voir ses agences et ses rôles")
	}
	o.taper("#nom", nom)
	o.taper("#prenom", prenom)
	o.taper("#courriel", courriel)
	o.cliquer(`[id="role.` + role + `"]`)
	o.verifier()
	o.suivre("=Inviter cet agent")
	o.doitDire(courriel)
}

var lienInvitation = regexp.MustCompile(`/invitation/[A-Za-z0-9_-]+`)

// lienRecu reads the last mail kept for an address.
func (o *Onglet) lienRecu(courriel string) string {
	o.t.Helper()
	o.aller("/administration/courriels?q=" + courriel)
	o.suivre(`#tableau tbody a`)
	lien := lienInvitation.FindString(lire[string](o, `document.querySelector("pre")?.innerText ?? document.body.innerText`))
	if lien == "" {
		o.t.Fatalf("the mail to %s holds no link", courriel)
	}
	return lien
}

func (o *Onglet) accepterInvitation(lien, motDePasse string) {
	o.t.Helper()
	o.aller(lien)
	o.taper("#nouveau", "trop-court")
	o.taper("#confirmation", "trop-court")
	o.suivre("=Enregistrer ce mot de passe")
	o.verifier()
	o.taper("#nouveau", motDePasse)
	o.taper("#confirmation", motDePasse)
	o.suivre("=Enregistrer ce mot de passe")
	if strings.HasPrefix(o.adresse(), "/invitation/") {
		o.t.Fatalf("the password is refused: %s", o.resume())
	}
}

func (o *Onglet) identifierCourriel(courriel, motDePasse string) {
	o.t.Helper()
	if !strings.HasPrefix(o.adresse(), "/connexion") {
		return
	}
	if !o.existe("#courriel") {
		o.aller("/connexion?courriel")
	}
	o.taper("#courriel", courriel)
	o.taper("#mot_de_passe", motDePasse)
	o.suivre("=Se connecter")
}

func (o *Onglet) accepterCharte() {
	o.t.Helper()
	o.doitDire("charte de déontologie")
	o.verifier()
	o.suivre("=J’ai lu la charte et je m’engage à la respecter")
}

// prendreSecondFacteur types the key into an application, as a telephone does.
func (o *Onglet) prendreSecondFacteur() {
	o.t.Helper()
	o.aller("/compte/second-facteur")
	o.verifier()
	cle := strings.ReplaceAll(lire[string](o, `document.querySelector('b.num[translate=no]').innerText`), " ", "")
	code, err := totp.GenerateCode(cle, time.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	o.taper("#code", code)
	o.suivre("=Activer")
	o.doitDire("Notez ou imprimez ces codes maintenant")
	o.verifier()
	o.suivre("=J’ai noté mes codes")
}

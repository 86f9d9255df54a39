package demandes_test

import (
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/web/webtest"
)

// reprendre presses the button of a page that shows what was typed.
func reprendre(t *testing.T, n *webtest.Navigateur, r webtest.Reponse) webtest.Reponse {
	t.Helper()
	i := strings.Index(r.Corps, `<form class="bloc" method="post"`)
	if i < 0 {
		t.Fatalf("no form\n%s", texteDe(r.Corps))
	}
	corps := r.Corps[i : i+strings.Index(r.Corps[i:], "</form>")+len("</form>")]
	p := page{t, webtest.Reponse{Corps: strings.Replace(corps, `<form class`, `<form id="saisie" class`, 1)}, "the page"}
	return p.envoyer(n, "", "", nil)
}

// A colleague deletes the draft under somebody who types in it.
func TestDraftDeletedWhileTyping(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n, m := agent(t, w), agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "aller", "coordonnees", demandes.Valeurs{"demandeur.nom": "Roux"})
	if r := m.Post(t, strings.Replace(p.chemin, "coordonnees", "suppression", 1)); r.Statut != 303 {
		t.Fatalf("%d", r.Statut)
	}
	r := p.envoyer(n, "acte", "sauver", demandes.Valeurs{"adresse.voie": "3 rue d’O’Brien <b>", "courrier.autre": "1"})
	if r.Statut != 410 {
		t.Fatalf("%d\n%s", r.Statut, texteDe(r.Corps))
	}
	dit(t, r, "Ce brouillon n’existe plus", "3 rue d’O’Brien <b>", "Reprendre dans un nouveau brouillon")
	if compter(t, w, `select count(*) from demandes`) != 0 {
		t.Error("showing it made a draft")
	}
	premiere := reprendre(t, n, r)
	q := ouvrir(t, n, premiere.Lieu)
	q.dit("repris dans ce nouveau brouillon")
	if v := q.valeurs(); !strings.HasSuffix(q.chemin, "/coordonnees") || v.Get("adresse.voie") != "3 rue d’O’Brien <b>" || v.Get("courrier.autre") != "1" {
		t.Errorf("%s: %v", q.chemin, v)
	}
	q.suivre(n, "acte", "sauver", demandes.Valeurs{"adresse.voie": "4 rue Neuve"})
	if seconde := reprendre(t, n, r); seconde.Lieu != premiere.Lieu || compter(t, w, `select count(*) from demandes`) != 1 {
		t.Errorf("pressed twice: %q then %q", premiere.Lieu, seconde.Lieu)
	}
	if v := ouvrir(t, n, premiere.Lieu).valeurs(); v.Get("adresse.voie") != "4 rue Neuve" {
		t.Errorf("the second press undid the typing: %q", v.Get("adresse.voie"))
	}
}

// A colleague creates the demande: what the other typed goes into a
// modification, and a page that says nothing new goes to the demande.
func TestDraftConfirmedWhileTyping(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n, m := agent(t, w), agent(t, w)
	fin := taper(t, n, valide(nil))
	brouillon := strings.TrimSuffix(fin.chemin, "/historique")
	p := ouvrir(t, m, brouillon+"/coordonnees")
	creee := fin.envoyer(n, "acte", "confirmer", nil)
	if creee.Statut != 303 {
		t.Fatalf("%d\n%s", creee.Statut, texteDe(creee.Corps))
	}
	if r := p.envoyer(m, "acte", "sauver", nil); r.Statut != 303 || r.Lieu != creee.Lieu {
		t.Errorf("nothing typed: %d %q\n%s", r.Statut, r.Lieu, texteDe(r.Corps))
	}
	r := p.envoyer(m, "acte", "sauver", demandes.Valeurs{"adresse.voie": "9 allée des Soupirs", "accompagnement.suivi": "O", "accompagnement.telephone": "pas un numéro"})
	if r.Statut != 409 {
		t.Fatalf("%d", r.Statut)
	}
	dit(t, r, "Ce brouillon est devenu une demande", "9 allée des Soupirs", "12 rue des Violettes", "pas un numéro", "Reprendre dans une modification")
	if strings.Contains(strings.ToUpper(texteDe(r.Corps)), "MURET") {
		t.Error("a field left alone is shown as typed")
	}
	q := ouvrir(t, m, reprendre(t, m, r).Lieu)
	if v := q.valeurs(); v.Get("adresse.voie") != "9 allée des Soupirs" || v.Get("accompagnement.telephone") != "pas un numéro" || v.Get("adresse.commune") == "" {
		t.Errorf("%s: %v", q.chemin, v)
	}
	numero := strings.TrimPrefix(creee.Lieu, "/demandes/")
	if x := lire(t, w, numero); x.Coordonnees.Voie != "12 rue des Violettes" {
		t.Error("the demande moved before its confirmation")
	}
	if r := q.envoyer(m, "acte", "confirmer", demandes.Valeurs{"accompagnement.suivi": "", "accompagnement.telephone": ""}); r.Statut != 303 {
		t.Fatalf("%d\n%s", r.Statut, texteDe(r.Corps))
	}
	if x := lire(t, w, numero); x.Coordonnees.Voie != "9 allée des Soupirs" {
		t.Errorf("%q", x.Coordonnees.Voie)
	}
}

// Another agent radiates the demande: what was typed, on this tab and before,
// goes into a new draft.
func TestDemandeRadiatedWhileTyping(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, nil)
	n, m := agent(t, w), w.Agent(t, "PROMO", habilitations.Saisie)
	base := "/demandes/" + d.NumeroUnique
	p := ouvrir(t, n, base+"/identite?saisie=modification").suivre(n, "aller", "coordonnees", demandes.Valeurs{"demandeur.nom_naissance": "Lacombe"})
	auj := jour.Aujourdhui().String()
	if r := m.Post(t, base+"/radiation", "radiation.motif", demandes.RadRenonciation, "radiation.date", auj); r.Statut != 303 {
		t.Fatalf("%d\n%s", r.Statut, texteDe(r.Corps))
	}
	r := p.envoyer(n, "acte", "confirmer", demandes.Valeurs{"adresse.voie": "9 allée des Soupirs"})
	if r.Statut != 409 {
		t.Fatalf("%d\n%s", r.Statut, texteDe(r.Corps))
	}
	dit(t, r, "La demande a changé pendant votre saisie", "radiée", "9 allée des Soupirs", "Lacombe", "Reprendre dans un nouveau brouillon")
	q := ouvrir(t, n, reprendre(t, n, r).Lieu)
	if v := q.valeurs(); v.Get("adresse.voie") != "9 allée des Soupirs" || v.Get("adresse.code_postal") != "31600" {
		t.Errorf("%s: %v", q.chemin, v)
	}
	if v := q.suivre(n, "aller", "identite", nil).valeurs(); v.Get("demandeur.nom_naissance") != "Lacombe" || v.Get("demandeur.nom") != "Barthès" {
		t.Errorf("the other tab: %v", v)
	}
	if s, _ := statutDe(t, w, d); s != "RADIEE" {
		t.Errorf("the demande is %s", s)
	}
}

// The agent leaves in another tab, then sends the form: it comes back after the
// login, even when a colleague has deleted the draft since.
func TestLogoutInAnotherTab(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	courriel := w.Compte(t, "", "", "TMH", habilitations.Saisie)
	n, m := w.Connecter(t, courriel), agent(t, w)
	entrer := func() {
		t.Helper()
		if r := n.Post(t, "/connexion", "courriel", courriel, "mot_de_passe", webtest.MotDePasse); r.Statut != 303 {
			t.Fatalf("%d", r.Statut)
		}
	}
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "acte", "sauver", demandes.Valeurs{"demandeur.nom": "Roux"})
	sortir := func(tapees demandes.Valeurs) {
		t.Helper()
		n.Post(t, "/deconnexion")
		if r := p.envoyer(n, "acte", "sauver", tapees); r.Statut != 303 || !strings.Contains(r.Lieu, "motif=saisie") {
			t.Fatalf("%d %q", r.Statut, r.Lieu)
		}
		if r := n.Get(t, p.chemin); r.Statut != 303 || !strings.HasPrefix(r.Lieu, "/connexion") {
			t.Fatalf("the dossier opens without a session: %d", r.Statut)
		}
		entrer()
	}
	sortir(demandes.Valeurs{"demandeur.prenom": "Luc"})
	q := ouvrir(t, n, p.chemin)
	q.dit("Votre saisie a été retrouvée")
	if v := q.valeurs(); v.Get("demandeur.prenom") != "Luc" {
		t.Errorf("%v", v)
	}
	sortir(demandes.Valeurs{"demandeur.prenom": "Léa"})
	m.Post(t, strings.Replace(p.chemin, string(champs.Identite), "suppression", 1))
	r := n.Get(t, p.chemin)
	if r.Statut != 410 {
		t.Fatalf("%d", r.Statut)
	}
	dit(t, r, "Léa", "Reprendre dans un nouveau brouillon")
	if v := ouvrir(t, n, reprendre(t, n, r).Lieu).valeurs(); v.Get("demandeur.prenom") != "Léa" {
		t.Errorf("%v", v)
	}
}

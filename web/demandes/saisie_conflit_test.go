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

// Two agents of the organisme on one draft: the second loses nothing.
func TestPageOlderThanTheDraft(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n, m := agent(t, w), agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "acte", "sauver", demandes.Valeurs{"demandeur.nom": "Roux"})
	ancienne := ouvrir(t, m, p.chemin)
	p.suivre(n, "acte", "sauver", demandes.Valeurs{"demandeur.prenom": "Luc"})
	r := ancienne.envoyer(m, "acte", "sauver", demandes.Valeurs{"demandeur.prenom": "Léa", "demandeur.nom_naissance": "Faure"})
	if r.Statut != 409 {
		t.Fatalf("%d", r.Statut)
	}
	dit(t, r, "a changé ailleurs", "vous « Léa », enregistré « Luc »")
	q := page{t, r, p.chemin}
	if v := q.valeurs(); v.Get("demandeur.prenom") != "Léa" || v.Get("demandeur.nom_naissance") != "Faure" {
		t.Errorf("typing lost: %v", v)
	}
	if v := q.suivre(m, "acte", "sauver", nil).valeurs(); v.Get("demandeur.prenom") != "Léa" {
		t.Errorf("kept %q", v.Get("demandeur.prenom"))
	}
}

// Two agents on a registered demande: disjoint changes merge, the same field
// is settled by hand.
func TestConflit(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, nil)
	n := agent(t, w)
	m := w.Connecter(t, w.Compte(t, "Roux", "Léa", "PROMO", habilitations.Saisie))
	adresse := "/demandes/" + d.NumeroUnique + "/identite?saisie=modification"
	mienne := ouvrir(t, n, adresse).suivre(n, "acte", "sauver", demandes.Valeurs{"demandeur.prenom": "Maelle", "demandeur.nom_naissance": "Lacombe"})
	if lire(t, w, d.NumeroUnique).Demandeur.Prenom != "Maëlle" {
		t.Fatal("the demande moved before its confirmation")
	}
	r := ouvrir(t, m, adresse).envoyer(m, "acte", "confirmer", demandes.Valeurs{"demandeur.prenom": "Maëlys", "demandeur.tel_domicile": "05 61 00 11 22"})
	if r.Statut != 303 {
		t.Fatalf("the first: %d\n%s", r.Statut, texteDe(r.Corps))
	}
	r = mienne.envoyer(n, "acte", "confirmer", nil)
	conflit := "/demandes/" + d.NumeroUnique + "/conflit"
	if r.Lieu != conflit {
		t.Fatalf("the second: %d %q\n%s", r.Statut, r.Lieu, texteDe(r.Corps))
	}
	r = n.Get(t, conflit)
	dit(t, r, "L. ROUX (", "Vos changements", "Maelle", "Maëlys", "Maëlle")
	if r.Dit("05 61 00 11 22") {
		t.Error("a change on one side only is asked")
	}
	if r = n.Post(t, conflit); r.Statut != 422 {
		t.Errorf("nothing chosen: %d", r.Statut)
	}
	if r = n.Post(t, conflit, "garder.demandeur.prenom", "leur"); r.Statut != 303 {
		t.Fatalf("settled: %d", r.Statut)
	}
	if r = ouvrir(t, n, r.Lieu).envoyer(n, "acte", "confirmer", nil); r.Lieu != "/demandes/"+d.NumeroUnique {
		t.Fatalf("confirmed: %d %q\n%s", r.Statut, r.Lieu, texteDe(r.Corps))
	}
	x := lire(t, w, d.NumeroUnique).Demandeur
	if x.Prenom != "Maëlys" || x.NomNaissance != "Lacombe" || x.TelDomicile != "05 61 00 11 22" {
		t.Errorf("%+v", x.Identite)
	}
}

// Reading a demande to change it writes nothing; a page shown before another
// agent's change doesn't undo it.
func TestModificationPageOlderThanTheDemande(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, nil)
	n, m := agent(t, w), agent(t, w)
	adresse := "/demandes/" + d.NumeroUnique + "/identite?saisie=modification"
	ancienne := ouvrir(t, n, adresse)
	if c := compter(t, w, `select count(*) from saisies`); c != 0 {
		t.Fatalf("reading opened %d saisies", c)
	}
	if r := ouvrir(t, m, adresse).envoyer(m, "acte", "confirmer", demandes.Valeurs{"demandeur.prenom": "Maëlys"}); r.Statut != 303 {
		t.Fatalf("%d", r.Statut)
	}
	r := ancienne.envoyer(n, "acte", "confirmer", demandes.Valeurs{"demandeur.nom_naissance": "Lacombe"})
	if r.Statut != 409 {
		t.Fatalf("%d", r.Statut)
	}
	dit(t, r, "vous « Maëlle », enregistré « Maëlys »")
}

// R-SAI-10 for a modification: dropped, the demande stays.
func TestAbandonner(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, nil)
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/"+d.NumeroUnique+"/identite?saisie=renouvellement").suivre(n, "acte", "sauver", demandes.Valeurs{"demandeur.prenom": "Autre"})
	p.dit("Renouveler la demande", "Abandonner")
	if r := p.envoyer(n, "acte", "abandonner", nil); r.Lieu != "/demandes/"+d.NumeroUnique {
		t.Errorf("%d %q", r.Statut, r.Lieu)
	}
	if lire(t, w, d.NumeroUnique).Demandeur.Prenom != "Maëlle" || compter(t, w, `select count(*) from saisies`) != 0 {
		t.Error("something moved")
	}
}

func TestRenouvellement(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	depot := jour.Aujourdhui().Mois(-11)
	d := demandestest.Creer(t, w.DB, func(d *demandes.Demande) { d.DateDepot = depot })
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/"+d.NumeroUnique+"/ressources?saisie=renouvellement")
	r := p.envoyer(n, "acte", "confirmer", demandes.Valeurs{"ressource.1.montant": "1650"})
	if r.Statut != 303 {
		t.Fatalf("%d\n%s", r.Statut, texteDe(r.Corps))
	}
	x := lire(t, w, d.NumeroUnique)
	if x.DateDepot != depot || x.DateRenouvellement != jour.Aujourdhui() || x.Ressources[0].Montant != 1650 {
		t.Errorf("%+v", x.Entete)
	}
}

// Two clicks, or the button of the previous page again: one renewal, one
// attestation.
func TestRenouvellementSentTwice(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, func(d *demandes.Demande) { d.DateDepot = jour.Aujourdhui().Mois(-11) })
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/"+d.NumeroUnique+"/ressources?saisie=renouvellement")
	for range 2 {
		if r := p.envoyer(n, "acte", "confirmer", nil); r.Statut != 303 || r.Lieu != "/demandes/"+d.NumeroUnique {
			t.Fatalf("%d %q\n%s", r.Statut, r.Lieu, texteDe(r.Corps))
		}
	}
	if c := compter(t, w, `select count(*) from evenements where type = 'REN'`); c != 1 {
		t.Errorf("%d renewals", c)
	}
	if c := compter(t, w, `select count(*) from saisies`); c != 0 {
		t.Errorf("%d saisies left open", c)
	}
	if r := n.Get(t, "/demandes/"+d.NumeroUnique); r.Dit("autre agent") || r.Dit("abandonnée") || !r.Dit("Demande renouvelée jusqu’au") {
		t.Errorf("the page doesn't say the renewal alone\n%s", texteDe(r.Corps))
	}
}

// Unusual but true: confirmed one by one, and again when the value changes.
func TestAlertes(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := taper(t, n, valide(demandes.Valeurs{"ressource.1.montant": "15770", "demandeur.situation_familiale": "M"}))
	r := p.envoyer(n, "acte", "confirmer", nil)
	if r.Statut != 422 {
		t.Fatalf("%d", r.Statut)
	}
	dit(t, r, "2 points à confirmer", "Revenus inhabituels", "Une personne en couple dépose d’ordinaire avec son conjoint")
	cases := accepter(r)
	if len(cases) != 2 {
		t.Fatalf("boxes: %v", cases)
	}
	une := demandes.Valeurs{}
	for nom := range cases {
		une[nom] = "1"
		break
	}
	r = page{t, r, p.chemin}.envoyer(n, "acte", "confirmer", une)
	if r.Statut != 422 || len(accepter(r)) != 1 {
		t.Fatalf("one confirmed: %d, left %v", r.Statut, accepter(r))
	}
	r = page{t, r, p.chemin}.envoyer(n, "acte", "confirmer", accepter(r))
	if r.Statut != 303 {
		t.Fatalf("both confirmed: %d\n%s", r.Statut, texteDe(r.Corps))
	}
}

// R-SAI-39: looked for on demand and at the creation, whoever registered it.
func TestDoublons(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	proche := demandestest.Creer(t, w.DB, func(d *demandes.Demande) { d.Organisme, d.Guichet = "PROMO", "11084" })
	n := agent(t, w)
	v := valide(demandes.Valeurs{"demandeur.nom": "BARTHES", "demandeur.prenom": "Maelle"})

	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "acte", "sauver", deOnglet(v, champs.Identite))
	r := p.envoyer(n, "acte", "doublons", nil)
	if r.Statut != 200 {
		t.Fatalf("on demand: %d", r.Statut)
	}
	dit(t, r, "1 demande proche existe déjà", "Renouveler celle-là", "Ouvrir", "Ce n’est pas la même personne")
	if !strings.Contains(r.Corps, "/demandes/"+proche.NumeroUnique) {
		t.Error("no link to it")
	}

	p = taper(t, n, v)
	r = p.envoyer(n, "acte", "confirmer", nil)
	if r.Statut != 422 || compter(t, w, `select count(*) from demandes where statut = 'ACTIVE'`) != 1 {
		t.Fatalf("without a reason: %d", r.Statut)
	}
	r = page{t, r, p.chemin}.envoyer(n, "acte", "confirmer", demandes.Valeurs{"doublon.motif": "   "})
	if r.Statut != 422 {
		t.Fatalf("with blanks: %d", r.Statut)
	}
	const motif = "Pièces d’identité différentes vues au guichet"
	r = page{t, r, p.chemin}.envoyer(n, "acte", "confirmer", demandes.Valeurs{"doublon.motif": motif})
	if r.Statut != 303 {
		t.Fatalf("with a reason: %d\n%s", r.Statut, texteDe(r.Corps))
	}
	if c := compter(t, w, `select count(*) from evenements_valeurs where champ = 'doublon.motif' and apres = '`+motif+`'`); c != 1 {
		t.Errorf("the reason is recorded %d times", c)
	}
}

// Outside the portée a close demande shows its number, its guichet and the
// score, never who it is.
func TestDoublonOutOfSight(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	demandestest.Creer(t, w.DB, func(d *demandes.Demande) { d.Demandeur.Courriel = "secret@exemple.fr" })
	n := w.Agent(t, "TM", habilitations.Saisie)
	v := valide(demandes.Valeurs{"demandeur.nom": "Bartès"})
	r := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "acte", "sauver", deOnglet(v, champs.Identite)).envoyer(n, "acte", "doublons", nil)
	dit(t, r, "1 demande proche existe déjà", "hors de votre périmètre", "11054")
	if r.Dit("BARTHÈS") {
		t.Error("its name is shown")
	}
}

package demandes_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/web/webtest"
)

// The variant of a personne morale: three tabs, and nothing lost on the way.
func TestPersonneMorale(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "acte", "sauver", demandes.Valeurs{"demandeur.nom": "Roux"})
	p = p.suivre(n, "acte", "sauver", demandes.Valeurs{"demande.personne_morale": "1"})
	p.dit("Organisme demandeur", "Raison sociale")
	if p.valeurs().Has("demandeur.nom") {
		t.Error("a person is asked for")
	}
	ouvrir(t, n, strings.Replace(p.chemin, "identite", "ressources", 1)).dit("sans objet")
	v := p.valeurs()
	v.Del("demande.personne_morale")
	v.Set("acte", "sauver")
	n.PostForm(t, p.chemin, v)
	if nom := ouvrir(t, n, p.chemin).valeurs().Get("demandeur.nom"); nom != "Roux" {
		t.Errorf("back to a person, the name is %q", nom)
	}
}

// R-SAI-23, R-SAI-26, R-SAI-27, R-ONG-02: persons come and go, the
// nature and the size of the household follow.
func TestLignes(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "ajouter", "cotitulaire", demandes.Valeurs{"demandeur.nom": "Roux", "demandeur.naissance": jour.Aujourdhui().Mois(-12 * 36).String()})
	p.dit("36 ans", "Co-demandeur 1", "Personne seule")
	if !p.valeurs().Has("cotitulaire.1.nom") {
		t.Fatal("the new person has no fields")
	}
	p = p.suivre(n, "ajouter", "cotitulaire", demandes.Valeurs{"cotitulaire.1.nom": "Faure", "cotitulaire.1.lien": "C"})
	if v := p.valeurs(); v.Get("cotitulaire.1.nom") != "Faure" || !v.Has("cotitulaire.2.nom") {
		t.Fatalf("two persons: %v", v)
	}
	p.dit("Couple")
	occupants := strings.Split(p.chemin, "/identite")[0] + "/occupants"
	p = ouvrir(t, n, occupants).suivre(n, "ajouter", "charge", nil)
	p = p.suivre(n, "ajouter", "charge", nil)
	if v := p.valeurs(); !v.Has("charge.1.nom") || !v.Has("charge.2.nom") {
		t.Fatal("two empty lines don't both stay")
	}
	p = p.suivre(n, "acte", "sauver", demandes.Valeurs{"charge.2.prenom": "Léo"})
	p.dit("Famille", "3 personnes")
	if p.valeurs().Has("charge.1.nom") {
		t.Error("a line left blank stays")
	}
	p = p.suivre(n, "retirer", "charge.2", nil)
	p.dit("Couple", "2 personnes")
	// a person takes along what other tabs say of them
	metier := strings.Replace(occupants, "occupants", "metier", 1)
	ouvrir(t, n, metier+"?personne=cotitulaire.1").suivre(n, "acte", "sauver", demandes.Valeurs{"cotitulaire.1.profession": "Pharmacienne"})
	p = ouvrir(t, n, strings.Replace(occupants, "occupants", "identite", 1)).suivre(n, "retirer", "cotitulaire.1", nil)
	p.dit("Personne seule")
	if ouvrir(t, n, metier); strings.Contains(ouvrir(t, n, metier).Corps, "Pharmacienne") {
		t.Error("the job of who was removed stays")
	}
}

// R-MET-01, R-MET-02, R-MET-07: one person at a time, nothing lost of the other.
func TestBascule(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "aller", "metier", demandes.Valeurs{"demandeur.nom": "Roux"})
	p.dit("Métier du demandeur", "Employeur du demandeur")
	if strings.Contains(p.Corps, `aria-pressed`) {
		t.Error("a choice of persons without a co-demandeur")
	}
	p = p.suivre(n, "aller", "identite", demandes.Valeurs{"demandeur.profession": "Boulanger"})
	p = p.suivre(n, "ajouter", "cotitulaire", nil)
	p = p.suivre(n, "aller", "metier", demandes.Valeurs{"cotitulaire.1.nom": "Faure"})
	p = p.suivre(n, "aller", "metier#cotitulaire.1.profession", nil)
	p.dit("Métier du co-demandeur 1")
	if p.valeurs().Has("demandeur.profession") {
		t.Error("both persons are shown")
	}
	p = p.suivre(n, "aller", "metier#demandeur.profession", demandes.Valeurs{"cotitulaire.1.profession": "Pharmacienne"})
	if v := p.valeurs(); v.Get("demandeur.profession") != "Boulanger" {
		t.Errorf("the demandeur's job: %q", v.Get("demandeur.profession"))
	}
	p = p.suivre(n, "aller", "metier#cotitulaire.1.profession", nil)
	if v := p.valeurs(); v.Get("cotitulaire.1.profession") != "Pharmacienne" {
		t.Errorf("the co-demandeur's job: %q", v.Get("cotitulaire.1.profession"))
	}
}

// R-MET-19, R-MET-20, R-MET-21, R-MET-22, R-MET-23, R-COL-01, R-COL-02, R-COL-03, R-COL-04, R-COL-05, R-COL-06
func TestCollecteurs(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, func(d *demandes.Demande) {
		d.Demandeur.Collecteurs = []demandes.Collecteur{{Code: "01", Dossier: "AL-2009"}}
	})
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "aller", "metier", demandes.Valeurs{"demandeur.nom": "Roux"})
	p.dit("aucun", "Détail", "Saisie des organismes et dossiers collecteurs", "(demandeur)", "Libellé organisme", "Numéro de dossier", "Action Logement Services", "Valider")
	if v := p.valeurs(); v.Has("demandeur.dossier.01") || !v.Has("demandeur.dossier.15") {
		t.Error("a closed collecteur is offered, or an open one isn't")
	}
	p = p.suivre(n, "aller", "metier#demandeur.un_pour_cent", demandes.Valeurs{"demandeur.un_pour_cent": "O", "demandeur.collecteur.ALS": "1", "demandeur.dossier.ALS": "AL-4471", "demandeur.collecteur.15": "1"})
	if v := p.valeurs(); v.Get("demandeur.collecteur.ALS") != "1" || v.Get("demandeur.dossier.ALS") != "AL-4471" || v.Get("demandeur.collecteur.15") != "1" {
		t.Errorf("kept %v", v)
	}
	resume := texteDe(p.Corps[strings.Index(p.Corps, "<caption"):strings.Index(p.Corps, "<details data-imhoweb-fenetre")])
	for _, x := range []string{"Action Logement Services", "AL-4471", "Autre collecteur"} {
		if !strings.Contains(resume, x) {
			t.Errorf("%q isn't in the summary: %s", x, resume)
		}
	}
	p = ouvrir(t, n, "/demandes/"+d.NumeroUnique+"/metier?saisie=modification")
	if v := p.valeurs(); v.Get("demandeur.collecteur.01") != "1" || v.Get("demandeur.dossier.01") != "AL-2009" {
		t.Error("a closed collecteur already on the dossier isn't offered")
	}
}

// R-ONG-05, R-ONG-06: computed by the server, without keeping anything.
func TestTotauxVivants(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "aller", "ressources", demandes.Valeurs{"demandeur.nom": "Roux"})
	p.dit("RFR à actualiser", "non renseigné")
	annee := jour.Aujourdhui().Annee() - 2
	r := p.envoyer(n, "acte", "calculer", demandes.Valeurs{"ressource.1.type": "SAL", "ressource.1.montant": "1577", "versee.1.type": "PAV", "versee.1.montant": "77",
		fmt.Sprintf("rfr.demandeur.%d", annee): "0"})
	if r.Statut != 200 {
		t.Fatalf("%d", r.Statut)
	}
	dit(t, r, "1 500 € par mois", "PLAI", "PLUS", "PLS", "0 %")
	if v := ouvrir(t, n, p.chemin).valeurs(); v.Get("ressource.1.montant") != "" {
		t.Errorf("computing kept %q", v.Get("ressource.1.montant"))
	}
}

// R-ONG-12: up to eight, in order, moved by buttons.
func TestChoixOrdonnes(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "aller", "logement-recherche", demandes.Valeurs{"demandeur.nom": "Roux"})
	p = p.suivre(n, "acte", "sauver", demandes.Valeurs{"choix.1": "A", "choix.2": "B", "choix.3": "C"})
	ordre := func(p page) string {
		var l string
		for i := 1; i <= demandes.MaxChoix; i++ {
			l += p.valeurs().Get(fmt.Sprintf("choix.%d", i))
		}
		return l
	}
	for _, c := range []struct{ bouton, valeur, want string }{
		{"monter", "2", "BAC"}, {"descendre", "2", "BCA"}, {"monter", "1", "BCA"}, {"retirer", "choix.1", "CA"}, {"ajouter", "choix", "CA"}, {"descendre", "9", "CA"},
	} {
		if p = p.suivre(n, c.bouton, c.valeur, nil); ordre(p) != c.want {
			t.Fatalf("%s %s: %q, want %q", c.bouton, c.valeur, ordre(p), c.want)
		}
	}
	for range 10 {
		p = p.suivre(n, "ajouter", "choix", nil)
		if p.valeurs().Has("choix.9") {
			t.Fatal("a ninth choice")
		}
	}
}

// A session that ends under the typing gives it back after the login.
func TestReprise(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	courriel := w.Compte(t, "", "", "TMH", habilitations.Saisie)
	n := w.Connecter(t, courriel)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "aller", "coordonnees", demandes.Valeurs{"demandeur.nom": "Roux"})
	if _, err := w.DB.Exec(t.Context(), `update sessions set expiry = now() - interval '1 minute'`); err != nil {
		t.Fatal(err)
	}
	w2 := webtest.Instance(t, w.Deps) // remembers no session
	n.Site = w2
	r := p.envoyer(n, "acte", "sauver", demandes.Valeurs{"adresse.voie": "12 rue des Violettes"})
	if r.Statut != 303 || !strings.HasPrefix(r.Lieu, "/connexion") {
		t.Fatalf("%d %q", r.Statut, r.Lieu)
	}
	u, _ := url.Parse(r.Lieu)
	r = n.Post(t, "/connexion", "courriel", courriel, "mot_de_passe", webtest.MotDePasse, "retour", u.Query().Get("retour"))
	q := ouvrir(t, n, r.Lieu)
	q.dit("Votre saisie a été retrouvée")
	if v := q.valeurs(); v.Get("adresse.voie") != "12 rue des Violettes" {
		t.Fatalf("lost: %v", v)
	}
	if v := q.suivre(n, "acte", "sauver", nil).valeurs(); v.Get("adresse.voie") != "12 rue des Violettes" {
		t.Error("not kept")
	}
}

// R-SAI-01, R-SAI-02, R-SAI-03, R-SAI-04, R-SAI-05, R-SAI-06, R-SAI-07, R-SAI-14, R-SAI-15, R-SAI-16, R-SAI-17, R-SAI-18, R-SAI-19,
// R-SAI-20, R-SAI-21, R-SAI-40: every tab keeps the demande in sight.
func TestPanneauEtOnglets(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "acte", "sauver", demandes.Valeurs{"demandeur.nom": "Roux", "demandeur.prenom": "Luc"})
	for _, o := range champs.Onglets {
		q := ouvrir(t, n, strings.Replace(p.chemin, "identite", string(o.Code), 1))
		q.dit("ROUX Luc", "Rubriques obligatoires", "Chercher une demande", "(marital ou jeune fille)", "Prénom", "N° Unique", "N° IW", "État", "Toutes sauf radiées", "Nature", o.Libelle)
		if strings.Contains(q.Corps, "Effacée") {
			t.Error("a state that nobody can find is offered")
		}
		if o.Code != champs.Historique && !strings.Contains(q.Corps, `class="cerfa"`) {
			t.Errorf("%s: no heading of the national form is marked", o.Code)
		}
		if !regexp.MustCompile(`name="aller" value="` + string(o.Code) + `"[^>]*aria-current="page"`).MatchString(q.Corps) {
			t.Errorf("%s isn't the current tab", o.Code)
		}
	}
}

// The person chosen first, then one more line: nothing chosen is lost.
func TestPersonneDUneRessourceGardee(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "aller", "ressources", demandes.Valeurs{"demandeur.nom": "Roux"})
	p = p.suivre(n, "ajouter", "versee", demandes.Valeurs{"ressource.1.personne": "demandeur"})
	p = p.suivre(n, "ajouter", "ressource", demandes.Valeurs{"versee.1.personne": "demandeur"})
	v := p.valeurs()
	for _, nom := range []string{"ressource.1.personne", "versee.1.personne"} {
		if v.Get(nom) != "demandeur" {
			t.Errorf("%s is lost: %q", nom, v.Get(nom))
		}
	}
	if !v.Has("ressource.2.montant") {
		t.Error("no line added")
	}
}

func TestLieux(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	for chemin, want := range map[string]string{
		"/communes?q=mure":       `"libelle":"MURET (31600)"`,
		"/communes?q=31600":      `"code_postal":"31600"`,
		"/communes?q=%00":        `[]`,
		"/territoires?q=mure":    `"libelle":"31-395 X MURET"`,
		"/territoires?q=":        `[]`,
		"/territoires?q=%25%27x": `[]`,
	} {
		if r := n.Get(t, chemin); r.Statut != 200 || !strings.Contains(r.Corps, want) {
			t.Errorf("%s: %d %s", chemin, r.Statut, r.Corps)
		}
	}
}

// R-ONG-03, R-ONG-04, R-ONG-08, R-ONG-09, R-ONG-11, R-ONG-13, R-ONG-14, R-MET-05, R-MET-06, R-MET-09, R-MET-10, R-MET-11, R-MET-12,
// R-MET-13, R-MET-14, R-MET-15, R-MET-16, R-MET-17, R-MET-18: every field of the catalogue has its place in its tab, and is kept.
func TestEveryFieldOfTheCatalogue(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	v := demandes.Valeurs{}
	for _, c := range champs.Tous() {
		if nom, valeur := exemple(w, c); nom != "" {
			v[nom] = valeur
		}
	}
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "ajouter", "cotitulaire", demandes.Valeurs{"demandeur.nom": "Roux"})
	base := strings.Split(p.chemin, "/identite")[0]
	for _, o := range champs.Onglets[:7] {
		p = ouvrir(t, n, base+"/"+string(o.Code))
		for nom := range deOnglet(v, o.Code) {
			for _, sorte := range []string{"cotitulaire", "charge", "garde", "autre", "handicap", "versee"} {
				if strings.HasPrefix(nom, sorte+".1.") && !p.valeurs().Has(sorte+".1."+map[string]string{"cotitulaire": "nom", "handicap": "personne", "versee": "montant"}[sorte]) &&
					!strings.Contains(p.Corps, `id="`+sorte+`.1"`) {
					p = p.suivre(n, "ajouter", sorte, nil)
				}
			}
		}
		p = p.suivre(n, "acte", "sauver", deOnglet(v, o.Code))
		vues := p.valeurs()
		for nom, x := range deOnglet(v, o.Code) {
			if vues.Get(nom) != x {
				t.Errorf("%s, %s: typed %q, shown %q", o.Code, nom, x, vues.Get(nom))
			}
		}
	}
}

// exemple is a name of the form and a value for an entry of the catalogue; ""
// for what this screen doesn't ask in this variant.
func exemple(w *webtest.Site, c champs.Champ) (nom, valeur string) {
	sujet, reste, _ := strings.Cut(c.Code, ".")
	nom = c.Code
	switch {
	case c.Onglet == champs.Historique || sujet == "demande" && c.Code != "demande.origine" && c.Code != "demande.preavis_postal" && c.Code != "demande.numero_interne",
		sujet == "morale", c.Code == "titulaire.emancipe", c.Code == "rfr.cotitulaire", c.Code == "titulaire.lien":
		return "", ""
	case c.Code == "titulaire.fiscal_commun":
		nom = "cotitulaire.1." + reste
	case sujet == "titulaire":
		nom = "demandeur." + reste
	case slices.Contains([]string{"charge", "garde", "autre", "handicap", "ressource", "versee"}, sujet):
		nom = sujet + ".1." + reste
	case sujet == "rfr":
		nom = fmt.Sprintf("%s.%d", c.Code, jour.Aujourdhui().Annee()-2)
	case c.Code == "choix":
		return "choix.1", "31-395 X MURET"
	case c.Code == "titulaire.dossier":
		nom += ".ALS"
	}
	if c.Nomenclature != "" {
		ouvertes := w.Deps.Ref.Ouvertes(c.Nomenclature, jour.Aujourdhui())
		code := ouvertes[min(1, len(ouvertes)-1)].Code
		if c.Type == champs.Case {
			return nom + "." + code, "1"
		}
		return nom, code
	}
	switch c.Type {
	case champs.Case:
		return nom, "1"
	case champs.OuiNon:
		return nom, "O"
	}
	if reste == "personne" {
		return nom, "demandeur"
	}
	if c.Code == "titulaire.dossier" {
		nom = "demandeur.dossier.15"
	}
	return nom, "valeur de " + c.Code
}

// R-SAI-32: a minor is refused, unless emancipated; the age is told.
func TestMineur(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := taper(t, n, valide(demandes.Valeurs{"demandeur.naissance": jour.Aujourdhui().Mois(-12 * 17).String()}))
	r := p.envoyer(n, "acte", "confirmer", nil)
	dit(t, r, "à 17 ans, la personne est mineure")
	identite := ouvrir(t, n, strings.Split(p.chemin, "/historique")[0]+"/identite")
	identite.dit("17 ans", "Mineur(e) émancipé(e)")
	if r = identite.envoyer(n, "acte", "confirmer", demandes.Valeurs{"demandeur.emancipe": "1"}); r.Statut != 303 {
		t.Errorf("emancipated: %d\n%s", r.Statut, texteDe(r.Corps))
	}
}

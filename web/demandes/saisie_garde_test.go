package demandes_test

import (
	"fmt"
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/web/webtest"
)

// Whatever is typed in a text comes back as typed, escaped, and never breaks a page.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	const hostile = `<script>alert(1)</script>"'&amp;&t;> O’Brien %s {{x}} ' or 1=1 -- ` + "\u202e\U0001F3E0"
	v := demandes.Valeurs{"demandeur.nom": "x"}
	for _, c := range champs.Tous() {
		if c.Type == champs.Case || c.Type == champs.Code || c.Type == champs.OuiNon || c.Onglet == champs.Historique || c.Code == "demande.guichet" {
			continue
		}
		sujet, reste, _ := strings.Cut(c.Code, ".")
		switch sujet {
		case "titulaire":
			v["demandeur."+reste], v["cotitulaire.1."+reste] = hostile, hostile
		case "charge", "garde", "autre", "handicap", "ressource", "versee":
			v[sujet+".1."+reste] = hostile
		case "rfr":
			v[c.Code+".2024"] = hostile
		case "choix":
			v["choix.1"] = hostile
		default:
			v[c.Code] = hostile
		}
	}
	delete(v, "cotitulaire.1.lien")
	p := ouvrir(t, n, "/demandes/nouvelle")
	p = p.suivre(n, "aller", "coordonnees", deOnglet(v, champs.Identite))
	base := strings.TrimSuffix(p.chemin, "/coordonnees")
	for _, o := range champs.Onglets[1:7] {
		p = ouvrir(t, n, base+"/"+string(o.Code)).suivre(n, "acte", "sauver", deOnglet(v, o.Code))
	}
	r := p.envoyer(n, "acte", "confirmer", nil)
	if r.Statut != 422 {
		t.Errorf("confirm: %d", r.Statut)
	}
	for _, o := range champs.Onglets {
		chemin := base + "/" + string(o.Code)
		p := ouvrir(t, n, chemin)
		if strings.Contains(p.Corps, "<script>alert") {
			t.Errorf("%s: a script came back", o.Code)
		}
		vues := p.valeurs()
		for nom, x := range deOnglet(v, o.Code) {
			c, _ := champs.Nom(nom)
			montree := vues.Has(nom) && c.Code != "handicap.personne" && c.Code != "ressource.personne" && c.Code != "versee.personne"
			if montree && vues.Get(nom) != x {
				t.Errorf("%s: %q came back as %q", nom, x, vues.Get(nom))
			}
			if !vues.Has(nom) && !strings.HasPrefix(nom, "demande.") && !strings.HasPrefix(nom, "morale.") && !strings.HasPrefix(nom, "cotitulaire.1.") &&
				nom != "demandeur.dossier" && !strings.HasPrefix(nom, "rfr.") {
				t.Errorf("%s isn't in its tab", nom)
			}
		}
	}
	trop := n.Post(t, base+"/identite", "demandeur.nom", strings.Repeat("a", 2<<20))
	if trop.Statut != 413 {
		t.Errorf("too large: %d", trop.Statut)
	}
}

func TestDroitsSaisie(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	brouillon := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "acte", "sauver", demandes.Valeurs{"demandeur.nom": "Roux"}).chemin
	d := demandestest.Creer(t, w.DB, nil)
	autre := w.Agent(t, "PROMO", habilitations.Saisie)
	lecteur := w.Agent(t, "TMH", habilitations.Consultation)
	version := fmt.Sprint(compter(t, w, `select version from demandes where statut = 'ACTIVE'`))
	modif := "/demandes/" + d.NumeroUnique + "/identite?saisie=modification"
	for _, c := range []struct {
		nom    string
		n      *webtest.Navigateur
		chemin string
		get    int
		post   int
	}{
		{"another organisme, the draft", autre, brouillon, 404, 404},
		{"another organisme, a demande", autre, modif, 200, 303},
		{"a colleague who only reads, the draft", lecteur, brouillon, 200, 403},
		{"a colleague who only reads, a demande", lecteur, modif, 403, 403},
		{"no such tab", n, strings.Replace(brouillon, "identite", "autre", 1), 404, 404},
		{"no such draft", n, "/demandes/b-999999/identite", 404, 404},
	} {
		t.Run(c.nom, func(t *testing.T) {
			if r := c.n.Get(t, c.chemin); r.Statut != c.get {
				t.Errorf("GET %d, want %d", r.Statut, c.get)
			}
			if r := c.n.Post(t, c.chemin, "acte", "sauver", "saisie", "modification", "version_base", version); r.Statut != c.post {
				t.Errorf("POST %d, want %d", r.Statut, c.post)
			}
		})
	}
	if r := lecteur.Get(t, "/demandes/nouvelle"); r.Statut != 403 {
		t.Errorf("who only reads, a new demande: %d", r.Statut)
	}
	p := lecteur.Get(t, brouillon)
	if strings.Contains(p.Corps, `name="demandeur.nom"`) || !p.Dit("ROUX") {
		t.Error("a draft read by a colleague: fields to type, or no value")
	}
}

// R-SAI-10: asked, then done, with a trace.
func TestSuppression(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "acte", "sauver", demandes.Valeurs{"demandeur.nom": "Roux", "demandeur.prenom": "Luc"})
	chemin := strings.Replace(p.chemin, "identite", "suppression", 1)
	r := n.Get(t, chemin)
	dit(t, r, "Supprimer le brouillon de ROUX Luc ?", "sera perdue")
	if c := compter(t, w, `select count(*) from demandes`); c != 1 {
		t.Fatal("asking deleted it")
	}
	if r = n.Post(t, chemin); r.Statut != 303 || r.Lieu != "/demandes" {
		t.Errorf("%d %q", r.Statut, r.Lieu)
	}
	if c := compter(t, w, `select count(*) from demandes`); c != 0 {
		t.Error("still there")
	}
	if c := compter(t, w, `select count(*) from evenements where type = 'SUP'`); c != 1 {
		t.Errorf("%d traces", c)
	}
	if r := n.Post(t, p.chemin, "acte", "sauver", "demandeur.nom", "Roux"); r.Statut != 410 {
		t.Errorf("typing in it again: %d", r.Statut)
	}
}

// R-SAI-11, R-SAI-12: leaving keeps what was typed.
func TestFermerAutre(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := ouvrir(t, n, "/demandes/nouvelle").suivre(n, "acte", "sauver", nil)
	for acte, lieu := range map[string]string{"fermer": "/demandes", "autre": "/demandes/nouvelle"} {
		if r := ouvrir(t, n, p.chemin).envoyer(n, "acte", acte, demandes.Valeurs{"demandeur.nom": acte}); r.Lieu != lieu {
			t.Errorf("%s: %d %q", acte, r.Statut, r.Lieu)
		}
		if v := ouvrir(t, n, p.chemin).valeurs().Get("demandeur.nom"); v != acte {
			t.Errorf("%s kept %q", acte, v)
		}
	}
}

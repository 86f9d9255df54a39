package demandes_test

import (
	"fmt"
	"html"
	"maps"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/web/webtest"
)

// page is what a browser without a script would send from a form: the values
// of its controls.
type page struct {
	t *testing.T
	webtest.Reponse
	chemin string
}

func ouvrir(t *testing.T, n *webtest.Navigateur, chemin string) page {
	t.Helper()
	for range 5 {
		r := n.Get(t, chemin)
		if r.Statut == 303 {
			chemin, _, _ = strings.Cut(r.Lieu, "#")
			continue
		}
		if r.Statut != 200 {
			t.Fatalf("GET %s: %d\n%s", chemin, r.Statut, texteDe(r.Corps))
		}
		return page{t, r, chemin}
	}
	t.Fatalf("GET %s: too many redirections", chemin)
	return page{}
}

var (
	formulaire = regexp.MustCompile(`(?s)<form[^>]*id="saisie".*?</form>`)
	actionDe   = regexp.MustCompile(`<form[^>]* action="([^"]*)"`)
	entrees    = regexp.MustCompile(`<input ([^>]*)>`)
	textes     = regexp.MustCompile(`(?s)<textarea ([^>]*)>(.*?)</textarea>`)
	listes     = regexp.MustCompile(`(?s)<select ([^>]*)>(.*?)</select>`)
	choisie    = regexp.MustCompile(`<option value="([^"]*)" selected`)
	attribut   = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	balises    = regexp.MustCompile(`(?s)<[^>]*>`)
	blancs     = regexp.MustCompile(`\s+`)
)

// espaces makes spaces that don't break like the others.
var espaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

func texteDe(corps string) string {
	return blancs.ReplaceAllString(espaces.Replace(html.UnescapeString(balises.ReplaceAllString(corps, " "))), " ")
}

// valeurs reads the form of the saisie.
func (p page) valeurs() url.Values {
	p.t.Helper()
	f := formulaire.FindString(p.Corps)
	if f == "" {
		p.t.Fatalf("%s has no form\n%s", p.chemin, texteDe(p.Corps))
	}
	v := url.Values{}
	lire := func(s string) map[string]string {
		m := map[string]string{}
		for _, a := range attribut.FindAllStringSubmatch(s, -1) {
			m[a[1]] = html.UnescapeString(a[2])
		}
		return m
	}
	for _, e := range entrees.FindAllStringSubmatch(f, -1) {
		a := lire(e[1])
		coche := strings.Contains(balises.ReplaceAllString(attribut.ReplaceAllString(e[1], ""), ""), "checked")
		if a["name"] == "" || a["form"] != "" || (a["type"] == "checkbox" || a["type"] == "radio") && !coche {
			continue
		}
		v.Set(a["name"], a["value"])
	}
	for _, e := range textes.FindAllStringSubmatch(f, -1) {
		v.Set(lire(e[1])["name"], html.UnescapeString(e[2]))
	}
	for _, e := range listes.FindAllStringSubmatch(f, -1) {
		a := lire(e[1])
		if a["form"] != "" {
			continue
		}
		v.Set(a["name"], "")
		if m := choisie.FindStringSubmatch(e[2]); m != nil {
			v.Set(a["name"], html.UnescapeString(m[1]))
		}
	}
	return v
}

// envoyer types values in the form, presses a button, and gives the answer.
func (p page) envoyer(n *webtest.Navigateur, bouton, valeur string, tapees demandes.Valeurs) webtest.Reponse {
	p.t.Helper()
	v := p.valeurs()
	for nom, x := range tapees {
		v.Set(nom, x)
	}
	v.Set(bouton, valeur)
	action := html.UnescapeString(actionDe.FindStringSubmatch(formulaire.FindString(p.Corps))[1])
	return n.PostForm(p.t, action, v)
}

// suivre is envoyer, then the page to which it leads.
func (p page) suivre(n *webtest.Navigateur, bouton, valeur string, tapees demandes.Valeurs) page {
	p.t.Helper()
	r := p.envoyer(n, bouton, valeur, tapees)
	if r.Statut != 303 {
		p.t.Fatalf("%s=%s: %d\n%s", bouton, valeur, r.Statut, texteDe(r.Corps))
	}
	lieu, _, _ := strings.Cut(r.Lieu, "#")
	return ouvrir(p.t, n, lieu)
}

func (p page) dit(textes ...string) {
	p.t.Helper()
	corps := texteDe(p.Corps)
	for _, x := range textes {
		if !strings.Contains(corps, x) {
			p.t.Errorf("%s doesn't say %q\n%s", p.chemin, x, corps)
		}
	}
}

func dit(t *testing.T, r webtest.Reponse, textes ...string) {
	t.Helper()
	page{t, r, "the answer"}.dit(textes...)
}

// deOnglet are the values of one tab.
func deOnglet(v demandes.Valeurs, o champs.Onglet) demandes.Valeurs {
	l := demandes.Valeurs{}
	for nom, x := range v {
		if c, ok := champs.Nom(nom); ok && c.Onglet == o {
			l[nom] = x
		}
	}
	return l
}

// taper types a whole dossier, tab after tab, without a script, and stays on
// the last one.
func taper(t *testing.T, n *webtest.Navigateur, v demandes.Valeurs) page {
	t.Helper()
	p := ouvrir(t, n, "/demandes/nouvelle")
	for i, o := range champs.Onglets[:7] {
		p = p.suivre(n, "aller", string(champs.Onglets[i+1].Code), deOnglet(v, o.Code))
		if strings.Contains(p.chemin, "metier") { // one person at a time
			for nom := range deOnglet(v, champs.Metier) {
				if strings.HasPrefix(nom, "cotitulaire.1.") {
					metier := deOnglet(v, champs.Metier)
					p = p.suivre(n, "aller", "metier#cotitulaire.1.profession", du(metier, "demandeur."))
					p = p.suivre(n, "aller", "metier", du(metier, "cotitulaire.1."))
					break
				}
			}
		}
	}
	return p
}

func du(v demandes.Valeurs, prefixe string) demandes.Valeurs {
	l := demandes.Valeurs{}
	for nom, x := range v {
		if strings.HasPrefix(nom, prefixe) {
			l[nom] = x
		}
	}
	return l
}

func agent(t *testing.T, w *webtest.Site) *webtest.Navigateur {
	t.Helper()
	return w.Agent(t, "TMH", habilitations.Saisie)
}

func compter(t *testing.T, w *webtest.Site, sql string) int {
	t.Helper()
	var n int
	if err := w.DB.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// valide is a person alone, complete.
func valide(plus demandes.Valeurs) demandes.Valeurs {
	v := demandes.Valeurs{
		"demandeur.civilite": "2", "demandeur.nom": "Barthès", "demandeur.nom_naissance": "Lacombe", "demandeur.prenom": "Maëlle",
		"demandeur.naissance": "14/03/1991", "demandeur.nationalite": "1", "demandeur.situation_familiale": "C",
		"demandeur.tel_domicile": "05.61 00 11 22", "demandeur.tel_portable": "06 39 98 41 17", "demandeur.tel_travail": "+33 5 61 00 11 23",
		"demandeur.courriel": "maelle@exemple.fr", "demande.guichet": "11054",
		"adresse.voie": "12 rue des Violettes", "adresse.code_postal": "31600", "adresse.commune": "Muret",
		"demandeur.activite": "CDI", "demandeur.employeur": "Boulangerie du Lauragais", "demandeur.profession": "Vendeuse",
		"ressource.1.type": "SAL", "ressource.1.montant": "1577", fmt.Sprintf("rfr.demandeur.%d", jour.Aujourdhui().Annee()-2): "17420",
		"logement.situation": "LP", "logement.categorie": "A", "logement.type": "T1", "logement.loyer": "610", "motif.1": "09",
		"type.T2": "1", "souhait.categorie": "I", "choix.1": "31-395 X MURET", "souhait.elargie": "N",
	}
	maps.Copy(v, plus)
	return v
}

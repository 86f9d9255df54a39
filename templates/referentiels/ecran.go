// Package referentiels holds the screens that run the référentiels: forms with
// what they would change, trees, grids.
package referentiels

import (
	"math"
	"strconv"
	"unicode"

	"github.com/a-h/templ"

	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels/tenue"
	"imhoweb/templates/administration"
	"imhoweb/templates/components"
	"imhoweb/templates/layout"
)

// Sorte is the control of a field.
type Sorte int

// Sortes of control.
const (
	Ligne Sorte = iota
	Long
	Liste // of Choix
	Case
	Date
	Nombre
	Fixe // shown, not changed
)

// Champ is a field of a form.
type Champ struct {
	Nom, Libelle, Aide, Unite string
	Sorte                     Sorte
	Choix                     []components.Choix
	SansVide                  bool // a Liste without « Aucun »
	Requis                    bool
	Largeur                   int // columns out of 12; 6 when 0
}

// Formulaire is a screen that makes an act: the fields, then what they would
// change, to be confirmed.
type Formulaire struct {
	Titre, SousTitre string
	Fil              []layout.Lien // beyond Administration
	Action           string        // where it is posted
	Bouton           string        // "Enregistrer", "Fermer l’organisme"
	Retour           string        // the way back
	Intro            string
	Champs           []Champ
	F                *form.Form
	Version          int
	Apercu           *tenue.Apercu // what is to be confirmed; nil before
	Signature        string        // of what is to be confirmed
	Lourd            bool          // the button of confirmation is that of a danger
	Suite            templ.Component
}

// Page is the page of the form.
func (f Formulaire) Page() layout.Page {
	fil := append(f.Fil[:len(f.Fil):len(f.Fil)], layout.Lien{Libelle: f.Titre})
	return layout.Page{Titre: f.Titre, SousTitre: f.SousTitre, Module: "administration", Fil: administration.Fil(fil...)}
}

func (c Champ) classe(f *form.Form) string {
	l := c.Largeur
	if l == 0 {
		l = 6
	}
	cl := "l" + strconv.Itoa(l)
	if f.Erreur(c.Nom) != "" {
		cl += " champ-fautif"
	}
	return cl
}

// attributs are those of every control.
func (c Champ) attributs(f *form.Form) templ.Attributes {
	a := templ.Attributes{"id": c.Nom, "name": c.Nom}
	decrit := ""
	if f.Erreur(c.Nom) != "" {
		decrit, a["aria-invalid"] = c.Nom+"__faute", "true"
	}
	if c.Aide != "" {
		if decrit != "" {
			decrit += " "
		}
		decrit += c.Nom + "__aide"
	}
	if decrit != "" {
		a["aria-describedby"] = decrit
	}
	if c.Requis {
		a["aria-required"] = "true"
	}
	switch c.Sorte {
	case Date:
		a["placeholder"], a["inputmode"] = "JJ/MM/AAAA", "numeric"
	case Nombre:
		a["inputmode"] = "numeric"
	}
	return a
}

func valeurFixe(c Champ, v string) string {
	for _, x := range c.Choix {
		if x.Code == v {
			return x.Libelle
		}
	}
	return v
}

// Choix turns the choices of the domain into those of a list.
func Choix(l []tenue.Choix) []components.Choix {
	r := make([]components.Choix, len(l))
	for i, c := range l {
		r[i] = components.Choix{Code: c.Code, Libelle: c.Libelle}
	}
	return r
}

// minuscule puts the first letter of a label in lower case, to follow « : ».
func minuscule(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToLower(r[0])
	}
	return string(r)
}

// Ecart is the difference of two amounts, in per cent with a tenth: « +2,1 % ».
func Ecart(avant, apres int) string {
	dixiemes := int(math.Round(float64(apres-avant) * 1000 / float64(avant)))
	signe := "+"
	if dixiemes < 0 {
		signe, dixiemes = texte.SigneMoins, -dixiemes
	}
	return signe + components.Nombre(dixiemes/10) + "," + strconv.Itoa(dixiemes%10) + texte.Fine + "%"
}

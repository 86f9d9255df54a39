// Package referentiels holds the screens that run the référentiels: forms with
// what they would change, trees, grids.
package referentiels

import (
	"math"
	"strconv"

	"github.com/a-h/templ"

	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels/tenue"
	"imhoweb/templates/administration"
	"imhoweb/templates/components"
	"imhoweb/templates/layout"
)

// Formulaire is a screen that makes an act: the fields, then what they would
// change, to be confirmed.
type Formulaire struct {
	Titre, SousTitre string
	Fil              []layout.Lien // beyond Administration
	Action           string        // where it is posted
	Bouton           string        // "Enregistrer", "Fermer l’organisme"
	Retour           string        // the way back
	Intro            string
	Champs           []components.Controle
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

func differences(l []tenue.Difference) []components.Difference {
	r := make([]components.Difference, len(l))
	for i, d := range l {
		r[i] = components.Difference{Fait: d.Libelle, Avant: d.Avant, Apres: d.Apres}
	}
	return r
}

// Choix turns the choices of the domain into those of a list.
func Choix(l []tenue.Choix) []components.Choix {
	r := make([]components.Choix, len(l))
	for i, c := range l {
		r[i] = components.Choix{Code: c.Code, Libelle: c.Libelle}
	}
	return r
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

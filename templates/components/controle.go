package components

import (
	"maps"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"imhoweb/internal/champs"
	"imhoweb/internal/platform/form"
)

// Controle is a field as it stands on a screen: its label and marks, what is
// typed, its help and its mistake. Champ makes it of the catalogue; a screen
// whose fields aren't facts of a demande declares its own and gives it to
// Saisir, Segments or Groupe. The control's id is its name, with its dots, so
// that a summary of mistakes may link to it.
type Controle struct {
	Nom, Libelle, Aide string
	Type               champs.Type // what is shown and typed; a Code is chosen in Choix
	Largeur            int         // columns out of 12; 0 outside of a grid
	Requis             bool
	Masquee            bool // the label is for assistive technologies only
	Secret             bool // a password: never sent back
	Fixe               bool // shown, not typed
	Choix              []Choix
	Vide               string // the option which chooses nothing; "": there is none
	Unite              string // written after the control
	Avec               templ.Attributes

	cerfa         bool
	valeur, faute string
}

// de takes the value and the mistake from the form.
func (c Controle) de(f *form.Form) Controle {
	c.valeur, c.faute = f.Get(c.Nom), f.Erreur(c.Nom)
	return c
}

func (c Controle) classe() string {
	var cl []string
	if c.Largeur > 0 {
		cl = append(cl, "l"+strconv.Itoa(c.Largeur))
	}
	if c.faute != "" {
		cl = append(cl, "champ-fautif")
	}
	return strings.Join(cl, " ")
}

func (c Controle) etiquetteClasse() string {
	if c.Masquee {
		return "visually-hidden"
	}
	return "form-label"
}

// Decrit ties a control to the help and the mistake under it, when they are.
func Decrit(nom, aide, faute string) templ.Attributes {
	a := templ.Attributes{}
	if d := decrit(nom, aide, faute); d != "" {
		a["aria-describedby"] = d
	}
	if faute != "" {
		a["aria-invalid"] = "true"
	}
	return a
}

// decrit lists the ids of what stands under a control.
func decrit(nom, aide, faute string) string {
	var ids []string
	if faute != "" {
		ids = append(ids, nom+"__faute")
	}
	if aide != "" {
		ids = append(ids, nom+"__aide")
	}
	return strings.Join(ids, " ")
}

// commun are the attributes of every control.
func (c Controle) commun() templ.Attributes {
	a := Decrit(c.Nom, c.Aide, c.faute)
	a["id"], a["name"] = c.Nom, c.Nom
	if c.Requis {
		a["aria-required"] = "true"
	}
	maps.Copy(a, c.Avec)
	return a
}

// ligne are those of a one-line field. Browsers must not offer what was typed
// for somebody else, hence autocomplete off.
func (c Controle) ligne() templ.Attributes {
	a := templ.Attributes{"type": "text", "autocomplete": "off", "value": c.valeur}
	switch c.Type {
	case champs.Date:
		a["inputmode"], a["placeholder"] = "numeric", "JJ/MM/AAAA"
	case champs.Montant, champs.Entier, champs.CodePostal, champs.Siret:
		a["inputmode"] = "numeric"
	case champs.Telephone:
		a["type"] = "tel"
	case champs.Courriel:
		a["inputmode"], a["autocapitalize"], a["spellcheck"] = "email", "off", "false"
	case champs.Commune:
		a["data-imhoweb-commune"], a["spellcheck"] = true, "false"
		if p := strings.TrimSuffix(c.Nom, "commune"); p != c.Nom {
			a["data-imhoweb-code-postal"] = p + "code_postal"
		}
	case champs.Territoire:
		a["data-imhoweb-territoire"], a["spellcheck"] = true, "false"
	case champs.NomPropre, champs.Nir, champs.Numero:
		a["spellcheck"] = "false"
	}
	if c.Secret {
		a["type"], a["value"] = "password", ""
	}
	maps.Copy(a, c.commun())
	return a
}

// long are those of several lines, three unless Avec says more.
func (c Controle) long() templ.Attributes {
	a := templ.Attributes{"class": "form-control", "rows": "3"}
	maps.Copy(a, c.commun())
	return a
}

// groupe are the attributes of a fieldset, which a summary of mistakes reaches.
func (c Controle) groupe() templ.Attributes {
	a := templ.Attributes{"id": c.Nom, "tabindex": "-1"}
	if d := decrit(c.Nom, c.Aide, c.faute); d != "" {
		a["aria-describedby"] = d
	}
	return a
}

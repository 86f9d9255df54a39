package components

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"imhoweb/internal/champs"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// Saisie is what the fields of one screen share.
type Saisie struct {
	F                    *form.Form
	Noms                 Nomenclatures
	Jour                 jour.Date // the day on which nomenclatures are open
	Session              habilitations.Session
	LectureSeule         bool // values are shown, not typed
	VisiblesObligatoires bool // mark what the creation demands
}

// FormulaireSaisie is the id of the form that the tabs, the bar of actions and
// the buttons that add a line belong to, even when they stand outside of it.
const FormulaireSaisie = "saisie"

// Choix is an option that isn't of a nomenclature.
type Choix struct{ Code, Libelle string }

// Option adjusts one field.
type Option func(*champ)

// Largeur is the number of columns out of 12; each type has its own by default.
func Largeur(colonnes int) Option { return func(c *champ) { c.largeur = colonnes } }

// Libelle replaces the label of the catalogue.
func Libelle(libelle string) Option { return func(c *champ) { c.Libelle = libelle } }

// EtiquetteMasquee keeps the label for assistive technologies only: in a table
// whose heading says it.
func EtiquetteMasquee() Option { return func(c *champ) { c.masquee = true } }

// SansCerfa leaves the mark of the national form out.
func SansCerfa() Option { return func(c *champ) { c.Cerfa = false } }

// Aide replaces the help of the catalogue.
func Aide(aide string) Option { return func(c *champ) { c.Aide = aide } }

// Obligatoire forces the mark, on or off: a rule of the domain decided.
func Obligatoire(oui bool) Option { return func(c *champ) { c.obligatoire = oui } }

// Avec adds attributes to the control.
func Avec(attributs templ.Attributes) Option { return func(c *champ) { c.plus = attributs } }

// Parmi gives the options of a field that has no nomenclature.
func Parmi(choix ...Choix) Option {
	return func(c *champ) { c.choix, c.parmi = choix, true }
}

// SiVide is the word for an empty value in reading: "aucun", "jamais".
func SiVide(mot string) Option { return func(c *champ) { c.vide = mot } }

// champ is one field, ready to be shown.
type champ struct {
	champs.Champ
	s           Saisie
	nom         string
	largeur     int
	masquee     bool
	obligatoire bool
	parmi       bool
	choix       []Choix
	vide        string
	plus        templ.Attributes
}

// Champ shows the field of that form name as the catalogue says: label, marks,
// control, help and mistake; or its value, in reading. A field that the session
// has no right to see isn't shown at all. The control's id is its name, with
// its dots, so that a summary may link to it.
func Champ(s Saisie, nom string, options ...Option) templ.Component {
	return rendu(s, nom, options, func(c champ) templ.Component {
		switch {
		case s.LectureSeule:
			return lecture(c)
		case c.parmi || c.Type == champs.Code:
			return selection(c)
		case c.Type == champs.Case:
			return boite(c)
		case c.Type == champs.OuiNon:
			return ouiNon(c)
		case c.Type == champs.TexteLong:
			return texteLong(c)
		case c.Type == champs.Commune || c.Type == champs.Territoire:
			return lieu(c)
		}
		return ligne(c)
	})
}

// Cases shows all the values of a nomenclature as boxes; each is the field
// "nom.CODE", sent as "1".
func Cases(s Saisie, nom string, options ...Option) templ.Component {
	return rendu(s, nom, options, func(c champ) templ.Component {
		c.choix = c.ouvertes()
		if s.LectureSeule {
			return lectureCases(c)
		}
		return groupeCases(c)
	})
}

// rendu resolves the field, then shows it as f says.
func rendu(s Saisie, nom string, options []Option, f func(champ) templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		x, ok := champs.Nom(nom)
		if !ok {
			return fmt.Errorf("champ inconnu : %q", nom)
		}
		if x.Droit != "" && !s.Session.Peut(x.Droit) {
			return nil
		}
		c := champ{Champ: x, s: s, nom: nom, largeur: largeurs[x.Type], vide: NonRenseigne}
		c.obligatoire = s.VisiblesObligatoires && x.Obligation == champs.Creation
		for _, o := range options {
			o(&c)
		}
		return f(c).Render(ctx, w)
	})
}

// largeurs are the columns, out of 12, that each type takes by default.
var largeurs = map[champs.Type]int{
	champs.Texte: 4, champs.TexteLong: 12, champs.NomPropre: 4, champs.Code: 4, champs.Date: 3, champs.Montant: 3,
	champs.Entier: 2, champs.Case: 6, champs.OuiNon: 4, champs.Commune: 4, champs.Territoire: 6, champs.Telephone: 3,
	champs.Courriel: 4, champs.CodePostal: 2, champs.Siret: 3, champs.Nir: 4, champs.Numero: 4,
}

func (c champ) valeur() string { return c.s.F.Get(c.nom) }
func (c champ) faute() string  { return c.s.F.Erreur(c.nom) }

func (c champ) classe() string {
	cl := "l" + strconv.Itoa(c.largeur)
	if c.faute() != "" {
		cl += " champ-fautif"
	}
	return cl
}

func (c champ) etiquetteClasse() string {
	if c.masquee {
		return "visually-hidden"
	}
	return "form-label"
}

// decrit lists the ids of what describes the control.
func (c champ) decrit() string {
	var ids []string
	if c.faute() != "" {
		ids = append(ids, c.nom+"__faute")
	}
	if c.Aide != "" {
		ids = append(ids, c.nom+"__aide")
	}
	return strings.Join(ids, " ")
}

// commun are the attributes of every control.
func (c champ) commun() templ.Attributes {
	a := templ.Attributes{"id": c.nom, "name": c.nom}
	if d := c.decrit(); d != "" {
		a["aria-describedby"] = d
	}
	if c.faute() != "" {
		a["aria-invalid"] = "true"
	}
	if c.obligatoire {
		a["aria-required"] = "true"
	}
	for k, v := range c.plus {
		a[k] = v
	}
	return a
}

// saisieAttributs are those of a one-line field. Browsers must not offer what
// was typed for somebody else, hence autocomplete off.
func (c champ) saisieAttributs() templ.Attributes {
	a := templ.Attributes{"type": "text", "autocomplete": "off", "value": c.valeur()}
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
		if p := strings.TrimSuffix(c.nom, "commune"); p != c.nom {
			a["data-imhoweb-code-postal"] = p + "code_postal"
		}
	case champs.Territoire:
		a["data-imhoweb-territoire"], a["spellcheck"] = true, "false"
	case champs.NomPropre, champs.Nir, champs.Numero:
		a["spellcheck"] = "false"
	}
	for k, v := range c.commun() {
		a[k] = v
	}
	return a
}

// options are those of a select: the field's own, or the open values of the
// nomenclature. A value that is in neither stays, so that saving keeps it.
func (c champ) options() []Choix {
	l := c.choix
	if !c.parmi {
		l = c.ouvertes(c.valeur())
	}
	v := c.valeur()
	if v != "" && !slices.ContainsFunc(l, func(x Choix) bool { return x.Code == v }) {
		l = append(slices.Clone(l), Choix{v, v})
	}
	return l
}

func (c champ) ouvertes(deja ...string) []Choix {
	if c.s.Noms == nil || c.Nomenclature == "" {
		return nil
	}
	return choixDe(c.s.Noms.Ouvertes(c.Nomenclature, c.s.Jour, append(deja, c.cochees()...)...))
}

func choixDe(codes []referentiels.Code) []Choix {
	l := make([]Choix, len(codes))
	for i, x := range codes {
		l[i] = Choix{x.Code, x.Libelle}
	}
	return l
}

// cochees lists the codes ticked under the field's name.
func (c champ) cochees() []string {
	if c.s.F == nil {
		return nil
	}
	var l []string
	for nom, v := range c.s.F.Valeurs {
		if code, ok := strings.CutPrefix(nom, c.nom+"."); ok && v == "1" {
			l = append(l, code)
		}
	}
	slices.Sort(l)
	return l
}

// libelleBoite is the label of one box: that of the code which ends its name,
// for a box of a nomenclature.
func (c champ) libelleBoite() string {
	code := c.nom[strings.LastIndexByte(c.nom, '.')+1:]
	if c.Nomenclature != "" && c.s.Noms != nil {
		if l := c.s.Noms.Libelle(c.Nomenclature, code); l != "" {
			return l
		}
	}
	return c.Libelle
}

// lisible is the value as people read it; "" when empty.
func (c champ) lisible() string {
	v := c.valeur()
	switch {
	case c.Type == champs.Case && v == "1":
		return "oui"
	case c.Type == champs.Case:
		return "non"
	case v == "":
		return ""
	case c.parmi:
		for _, x := range c.choix {
			if x.Code == v {
				return x.Libelle
			}
		}
		return v
	case c.Nomenclature != "" && c.s.Noms != nil:
		return ou(c.s.Noms.Libelle(c.Nomenclature, v), v)
	}
	return parType(c.Type, v)
}

func parType(t champs.Type, v string) string {
	switch t {
	case champs.NomPropre:
		return texte.Capitales(v)
	case champs.Montant:
		return montant(v)
	case champs.OuiNon:
		return map[string]string{"O": "oui", "N": "non"}[v]
	case champs.Telephone:
		return grouper(v, 2, 2, 2, 2, 2)
	case champs.Siret:
		return Siret(v)
	case champs.Nir:
		return grouper(v, 1, 2, 2, 2, 3, 3, 2)
	}
	return v
}

// libelleLecture names the value: for a box, what the box says.
func (c champ) libelleLecture() string {
	if c.Type == champs.Case {
		return c.libelleBoite()
	}
	return c.Libelle
}

// listeCochees joins the labels of the ticked boxes, in the order of the nomenclature.
func (c champ) listeCochees() string {
	cochees := c.cochees()
	var l []string
	for _, o := range c.choix {
		if slices.Contains(cochees, o.Code) {
			l = append(l, o.Libelle)
		}
	}
	return strings.Join(l, ", ")
}

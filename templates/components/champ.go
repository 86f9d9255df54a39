package components

import (
	"context"
	"fmt"
	"io"
	"slices"
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
func Largeur(colonnes int) Option { return func(c *champ) { c.Largeur = colonnes } }

// Libelle replaces the label of the catalogue.
func Libelle(libelle string) Option { return func(c *champ) { c.Libelle = libelle } }

// EtiquetteMasquee keeps the label for assistive technologies only: in a table
// whose heading says it.
func EtiquetteMasquee() Option { return func(c *champ) { c.Masquee = true } }

// SansCerfa leaves the mark of the national form out.
func SansCerfa() Option { return func(c *champ) { c.cerfa = false } }

// Aide replaces the help of the catalogue.
func Aide(aide string) Option { return func(c *champ) { c.Aide = aide } }

// Obligatoire forces the mark, on or off: a rule of the domain decided.
func Obligatoire(oui bool) Option { return func(c *champ) { c.Requis = oui } }

// Avec adds attributes to the control.
func Avec(attributs templ.Attributes) Option { return func(c *champ) { c.Avec = attributs } }

// Parmi gives the options of a field that has no nomenclature.
func Parmi(choix ...Choix) Option {
	return func(c *champ) { c.Choix, c.parmi = choix, true }
}

// SiVide is the word for an empty value in reading: "aucun", "jamais".
func SiVide(mot string) Option { return func(c *champ) { c.vide = mot } }

// champ is a field of the catalogue, ready to be shown.
type champ struct {
	Controle
	fait  champs.Champ
	s     Saisie
	parmi bool
	vide  string
}

// Champ shows the field of that form name as the catalogue says; or its value,
// in reading. A field that the session has no right to see isn't shown at all.
func Champ(s Saisie, nom string, options ...Option) templ.Component {
	return rendu(s, nom, options, func(c champ) templ.Component {
		switch {
		case s.LectureSeule:
			return valeurLue(c.Controle, c.libelleLecture(), c.lisible(), c.vide)
		case c.parmi || c.Type == champs.Code:
			c.Choix, c.Type, c.Vide = c.options(), champs.Code, "Choisir…"
		case c.Type == champs.Case:
			c.Libelle = c.libelleBoite()
		case c.Type == champs.OuiNon:
			c.Choix = troisEtats
			return segments(c.Controle)
		}
		return controle(c.Controle)
	})
}

// troisEtats: an answer that wasn't given isn't a no.
var troisEtats = []Choix{{"O", "Oui"}, {"N", "Non"}, {"", "Non renseigné"}}

// Cases shows all the values of a nomenclature as boxes; each is the field
// "nom.CODE", sent as "1".
func Cases(s Saisie, nom string, options ...Option) templ.Component {
	return rendu(s, nom, options, func(c champ) templ.Component {
		c.Choix = c.ouvertes()
		if s.LectureSeule {
			return valeurLue(c.Controle, c.Libelle, c.listeCochees(), c.vide)
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
		c := champ{fait: x, s: s, vide: NonRenseigne, Controle: Controle{
			Nom: nom, Libelle: x.Libelle, Aide: x.Aide, Type: x.Type, Largeur: largeurs[x.Type],
			Requis: s.VisiblesObligatoires && x.Obligation == champs.Creation, cerfa: x.Cerfa,
		}}
		c.Controle = c.de(s.F)
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

// options are those of a select: the field's own, or the open values of the
// nomenclature. A value that is in neither stays, so that saving keeps it.
func (c champ) options() []Choix {
	l := c.Choix
	if !c.parmi {
		l = c.ouvertes(c.valeur)
	}
	v := c.valeur
	if v != "" && !slices.ContainsFunc(l, func(x Choix) bool { return x.Code == v }) {
		l = append(slices.Clone(l), Choix{v, v})
	}
	return l
}

func (c champ) ouvertes(deja ...string) []Choix {
	if c.s.Noms == nil || c.fait.Nomenclature == "" {
		return nil
	}
	return choixDe(c.s.Noms.Ouvertes(c.fait.Nomenclature, c.s.Jour, append(deja, c.cochees()...)...))
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
		if code, ok := strings.CutPrefix(nom, c.Nom+"."); ok && v == "1" {
			l = append(l, code)
		}
	}
	slices.Sort(l)
	return l
}

// libelleBoite is the label of one box: that of the code which ends its name,
// for a box of a nomenclature.
func (c champ) libelleBoite() string {
	code := c.Nom[strings.LastIndexByte(c.Nom, '.')+1:]
	if c.fait.Nomenclature != "" && c.s.Noms != nil {
		if l := c.s.Noms.Libelle(c.fait.Nomenclature, code); l != "" {
			return l
		}
	}
	return c.Libelle
}

// lisible is the value as people read it; "" when empty.
func (c champ) lisible() string {
	v := c.valeur
	switch {
	case c.Type == champs.Case && v == "1":
		return "oui"
	case c.Type == champs.Case:
		return "non"
	case v == "":
		return ""
	case c.parmi:
		for _, x := range c.Choix {
			if x.Code == v {
				return x.Libelle
			}
		}
		return v
	case c.fait.Nomenclature != "" && c.s.Noms != nil:
		return ou(c.s.Noms.Libelle(c.fait.Nomenclature, v), v)
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
	for _, o := range c.Choix {
		if slices.Contains(cochees, o.Code) {
			l = append(l, o.Libelle)
		}
	}
	return strings.Join(l, ", ")
}

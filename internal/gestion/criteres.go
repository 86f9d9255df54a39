// Package gestion is the list of the demandes: which ones an agent asks for
// (Criteres), in what order, page after page (Lister), and the same rows as a
// file (Exporter). List, total, groups and export start from one Criteres, so
// that they always agree.
//
// Start with criteres.go; where.go makes the SQL, liste.go reads a page.
package gestion

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"imhoweb/internal/champs"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

// Criteres says which demandes: one value is the search screen, its address,
// its sentence and its condition. The zero value is every demande but the
// radiées. Each criterion narrows the result.
type Criteres struct {
	Nom, Prenom string // as typed, % stands for any text; never in an address
	Numero      Numero
	Codes       map[string][]string // by code of champs; several values of one are alternatives
	Dates       map[string]Periode
	Cases       map[string]bool
	Brouillons  bool // only the drafts of my organisme
}

// Numero is a number sought, and which of the three it is (R-REC-04).
type Numero struct {
	Champ  string // NumeroUnique, NumeroIW or NumeroInterne
	Valeur string // without spaces, in capitals
}

// Periode is a range of dates, both ends included; a zero end is open.
type Periode struct{ Du, Au jour.Date }

// Codes of champs that criteria know by name.
const (
	NumeroUnique  = "demande.numero_unique"
	NumeroIW      = "demande.numero_iw"
	NumeroInterne = "demande.numero_interne"
	Etat          = "demande.etat"
	Incomplete    = "demande.incomplete"
	Nom           = "titulaire.nom"
	Prenom        = "titulaire.prenom"
	brouillons    = "brouillons"
)

// Values of the criterion Etat beside the displayed states.
const (
	EtatTous       = "TOUTES"     // the radiées too
	EtatIncomplete = "INCOMPLETE" // on the form: the flag, which is a criterion of its own
)

// Names of the form's fields that gather several criteria.
const (
	FormNumero      = "numero"
	FormNumeroChamp = "numero_champ"
)

// Numeros are the three natures of a number, with the words of the segment.
var Numeros = []struct{ Code, Libelle string }{
	{NumeroUnique, "Unique"}, {NumeroIW, "IW"}, {NumeroInterne, "Interne"},
}

// sorte is how a criterion is read, said and filtered.
type sorte int

const (
	sorteCode sorte = iota // a set of codes
	sorteDates
	sorteCase
	sorteNumero
	sorteNom // posted only
)

// sorteDe gives the kind of an entry of the catalogue.
func sorteDe(c champs.Champ) sorte {
	switch {
	case c.Code == Nom || c.Code == Prenom:
		return sorteNom
	case c.Code == NumeroUnique || c.Code == NumeroIW || c.Code == NumeroInterne:
		return sorteNumero
	case c.Type == champs.Date:
		return sorteDates
	case c.Type == champs.Case && c.Nomenclature == "":
		return sorteCase
	}
	return sorteCode
}

// criteres are the entries of the catalogue that may be criteria.
var criteres = champs.AvecUsage(champs.EnCritere)

// Bounds of what an address may carry.
const (
	maxValeurs = 60
	maxTexte   = 60
)

// ParseQuery reads criteria from an address or a posted form, under the codes
// of the catalogue ("demande.date_depot.du"). A value that can't be read is a
// fault.Fields: no criterion is dropped silently.
func ParseQuery(v url.Values) (Criteres, error) {
	c := Criteres{Codes: map[string][]string{}, Dates: map[string]Periode{}, Cases: map[string]bool{}}
	var f fault.Fields
	for _, ch := range criteres {
		switch sorteDe(ch) {
		case sorteNom:
		case sorteNumero:
			c.lireNumero(ch.Code, v.Get(ch.Code), &f)
		case sorteDates:
			c.lireDates(ch.Code, v, &f)
		case sorteCase:
			if v.Get(ch.Code) != "" {
				c.Cases[ch.Code] = true
			}
		default:
			c.lireCodes(ch.Code, v[ch.Code], &f)
		}
	}
	if n := v.Get(FormNumero); n != "" {
		c.lireNumero(numeroChamp(v.Get(FormNumeroChamp)), n, &f)
	}
	c.Brouillons = v.Get(brouillons) != ""
	c.Nom, c.Prenom = lireNom(Nom, v, &f), lireNom(Prenom, v, &f)
	return c, f.Err()
}

func lireNom(code string, v url.Values, f *fault.Fields) string {
	s := strings.Join(strings.Fields(form.Nettoyer(v.Get(code))), " ")
	if len([]rune(s)) > maxTexte {
		f.Add(code, "Raccourcissez ce texte à 60 caractères.")
		return ""
	}
	return s
}

func numeroChamp(code string) string {
	for _, n := range Numeros {
		if n.Code == code {
			return code
		}
	}
	return NumeroUnique
}

func (c *Criteres) lireNumero(code, valeur string, f *fault.Fields) {
	valeur = strings.ToUpper(strings.Join(strings.Fields(form.Nettoyer(valeur)), ""))
	if valeur == "" {
		return
	}
	if len([]rune(valeur)) > maxTexte {
		f.Add(FormNumero, "Indiquez un numéro de 60 caractères au plus.")
		return
	}
	c.Numero = Numero{code, valeur}
}

func (c *Criteres) lireDates(code string, v url.Values, f *fault.Fields) {
	lire := func(bout string) jour.Date {
		d, err := jour.Parse(form.Nettoyer(v.Get(code + bout)))
		if err != nil {
			f.Add(code+bout, "Indiquez une date du calendrier, par exemple 14/03/2026.")
		}
		return d
	}
	p := Periode{lire(".du"), lire(".au")}
	if !p.Du.IsZero() && !p.Au.IsZero() && p.Au.Avant(p.Du) {
		f.Add(code+".au", "Indiquez une fin de période qui suit son début.")
		return
	}
	if p != (Periode{}) {
		c.Dates[code] = p
	}
}

func (c *Criteres) lireCodes(code string, valeurs []string, f *fault.Fields) {
	var l []string
	for s := range strings.SplitSeq(strings.Join(valeurs, ","), ",") {
		switch s = form.Nettoyer(s); {
		case s == "":
		case len([]rune(s)) > maxTexte || len(l) == maxValeurs:
			f.Add(code, "Choisissez dans la liste.")
			return
		case code == Etat && s == EtatIncomplete:
			c.Cases[Incomplete] = true
		default:
			l = append(l, s)
		}
	}
	slices.Sort(l)
	if l = slices.Compact(l); len(l) > 0 {
		c.Codes[code] = l
	}
}

// Query writes the criteria back to an address, the names left out: what
// ParseQuery reads gives the same criteria.
func (c Criteres) Query() url.Values {
	v := url.Values{}
	if c.Numero.Valeur != "" {
		v.Set(c.Numero.Champ, c.Numero.Valeur)
	}
	for code, l := range c.Codes {
		v.Set(code, strings.Join(l, ","))
	}
	for code, p := range c.Dates {
		ecrireDate(v, code+".du", p.Du)
		ecrireDate(v, code+".au", p.Au)
	}
	for code := range c.Cases {
		v.Set(code, "1")
	}
	if c.Brouillons {
		v.Set(brouillons, "1")
	}
	return v
}

func ecrireDate(v url.Values, nom string, d jour.Date) {
	if !d.IsZero() {
		v.Set(nom, d.ISO())
	}
}

// Form writes the criteria on the search screen, names included.
func (c Criteres) Form() *form.Form {
	f := form.New(map[string]string{Nom: c.Nom, Prenom: c.Prenom, FormNumero: c.Numero.Valeur, FormNumeroChamp: numeroChamp(c.Numero.Champ)})
	for code, l := range c.Codes {
		f.Valeurs[code] = strings.Join(l, ",")
	}
	for code, p := range c.Dates {
		f.Valeurs[code+".du"], f.Valeurs[code+".au"] = p.Du.String(), p.Au.String()
	}
	if c.Cases[Incomplete] {
		f.Valeurs[Etat] = EtatIncomplete
	}
	if c.Brouillons {
		f.Valeurs[brouillons] = "1"
	}
	return f
}

// Nominatif tells that a name is sought: jokers alone are no name (R-REC-02).
func (c Criteres) Nominatif() bool {
	return motif(c.Nom) != "" || motif(c.Prenom) != ""
}

// Nombre counts the criteria set.
func (c Criteres) Nombre() int {
	n := len(c.Codes) + len(c.Dates) + len(c.Cases)
	for _, pose := range []bool{motif(c.Nom) != "", motif(c.Prenom) != "", c.Numero.Valeur != "", c.Brouillons} {
		if pose {
			n++
		}
	}
	return n
}

// motif is the LIKE pattern of a name over normalised columns; without a joker
// it is a beginning (DUPONT finds DUPONT-MARTIN). "" looks for nothing.
func motif(s string) string {
	m, seuls := texte.Jokers(s)
	if seuls {
		return ""
	}
	if !strings.Contains(s, "%") {
		m += "%"
	}
	return m
}

// Sans gives the criteria without those of these codes, for the ways out of an
// empty list.
func (c Criteres) Sans(codes ...string) Criteres {
	c.Codes, c.Dates, c.Cases = maps.Clone(c.Codes), maps.Clone(c.Dates), maps.Clone(c.Cases)
	for _, code := range codes {
		delete(c.Codes, code)
		delete(c.Dates, code)
		delete(c.Cases, code)
	}
	return c
}

// AvecCode gives the criteria with one of them replaced.
func (c Criteres) AvecCode(code string, valeurs ...string) Criteres {
	c = c.Sans(code)
	if c.Codes == nil {
		c.Codes = map[string][]string{}
	}
	c.Codes[code] = valeurs
	return c
}

package recherche

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels"
)

// Criteres says which demandes: one value is the screen, its address, its
// sentence and its condition. The zero value is every active demande. Each
// criterion narrows the result.
type Criteres struct {
	Valeurs map[string]Valeur // by code of the catalogue
}

// Valeur is what is asked of one criterion. Which fields serve depends on its
// kind; a zero end is open.
type Valeur struct {
	Codes    []string  // Codes, Plusieurs, Textes, Lieux: any of these
	Du, Au   jour.Date // Periode
	Min, Max *int      // Bornes
	Oui      string    // OuiNon: "O", "N", or "?" for not given
	Texte    string    // Mot: as typed
	Rang     int       // Lieux: the choice must be among the first n; 0 any
	Exacts   bool      // Lieux: without the demandes that ask for the whole commune or more (R-LOG-40)
	Sauf     bool      // the demandes that don't fit this criterion
}

// NonRenseigne stands for a code that wasn't given.
const NonRenseigne = "-"

// Suffixes of the names in an address or a form.
const (
	suffixeDu, suffixeAu   = ".du", ".au"
	suffixeMin, suffixeMax = ".min", ".max"
	suffixeSauf            = ".sauf"
	suffixeRang            = ".rang"
	suffixeExacts          = ".exacts"
)

// Bounds of what an address may carry.
const (
	maxValeurs = 200
	maxTexte   = 60
	maxNombre  = 99_999
	maxRang    = 8
)

// Lire reads criteria from an address or a posted form. A value that can't be
// read is a fault.Fields: no criterion is dropped silently. Names of other
// things are left to others.
func Lire(v url.Values, ref *referentiels.Referentiels) (Criteres, error) {
	c := Criteres{Valeurs: map[string]Valeur{}}
	l := lecteur{v: v, ref: ref}
	for _, k := range catalogue {
		if x, ok := l.lire(k); ok {
			c.Valeurs[k.Code] = x
		}
	}
	return c, l.fautes.Err()
}

type lecteur struct {
	v      url.Values
	ref    *referentiels.Referentiels
	fautes fault.Fields
}

// lire gives what is asked of a criterion; false when nothing is.
func (l *lecteur) lire(k Critere) (x Valeur, ok bool) {
	switch k.Sorte {
	case Periode:
		x.Du, x.Au = l.date(k.Code+suffixeDu), l.date(k.Code+suffixeAu)
		if !x.Du.IsZero() && !x.Au.IsZero() && x.Au.Avant(x.Du) {
			l.fautes.Add(k.Code+suffixeAu, "Indiquez une fin de période qui suit son début.")
		}
		ok = !x.Du.IsZero() || !x.Au.IsZero()
	case Bornes:
		x.Min, x.Max = l.nombre(k.Code+suffixeMin), l.nombre(k.Code+suffixeMax)
		if x.Min != nil && x.Max != nil && *x.Max < *x.Min {
			l.fautes.Add(k.Code+suffixeMax, "Indiquez un maximum qui dépasse le minimum.")
		}
		ok = x.Min != nil || x.Max != nil
	case OuiNon:
		x.Oui = l.v.Get(k.Code)
		if ok = x.Oui != ""; ok && !slices.Contains([]string{"O", "N", "?"}, x.Oui) {
			l.fautes.Add(k.Code, "Choisissez dans la liste.")
		}
	case Mot:
		x.Texte = strings.Join(strings.Fields(form.Nettoyer(l.v.Get(k.Code))), " ")
		if ok = x.Texte != ""; len([]rune(x.Texte)) > maxTexte {
			l.fautes.Add(k.Code, "Raccourcissez ce texte à 60 caractères.")
		}
	default:
		x.Codes = l.codes(k)
		ok = len(x.Codes) > 0
	}
	if k.Sorte == Lieux && ok {
		x.Rang, x.Exacts = l.rang(k.Code+suffixeRang), l.v.Get(k.Code+suffixeExacts) != ""
	}
	x.Sauf = ok && l.v.Get(k.Code+suffixeSauf) != ""
	return x, ok
}

func (l *lecteur) date(nom string) jour.Date {
	d, err := jour.Parse(form.Nettoyer(l.v.Get(nom)))
	if err != nil {
		l.fautes.Add(nom, "Indiquez une date du calendrier, par exemple 14/03/2026.")
	}
	return d
}

func (l *lecteur) nombre(nom string) *int {
	s := strings.Join(strings.Fields(form.Nettoyer(l.v.Get(nom))), "")
	if s == "" {
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > maxNombre {
		l.fautes.Add(nom, "Indiquez un nombre entier, de 0 à 99 999.")
		return nil
	}
	return &n
}

func (l *lecteur) rang(nom string) int {
	s := l.v.Get(nom)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxRang {
		l.fautes.Add(nom, "Choisissez un rang de 1 à 8.")
		return 0
	}
	return n
}

// codes are in order and once each, whatever the order of an address.
func (l *lecteur) codes(k Critere) []string {
	var codes []string
	for s := range strings.SplitSeq(strings.Join(l.v[k.Code], ","), ",") {
		if s = form.Nettoyer(s); s == "" {
			continue
		}
		if len(codes) == maxValeurs || !l.connu(k, s) {
			l.fautes.Add(k.Code, "Choisissez dans la liste.")
			return nil
		}
		codes = append(codes, s)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func (l *lecteur) connu(k Critere, code string) bool {
	var ok bool
	switch {
	case k.Sorte == Lieux:
		_, ok = l.ref.Territoire(code)
	case code == NonRenseigne:
		ok = k.Sorte != Plusieurs
	case k.Nomenclature == communes:
		_, ok = l.ref.Commune(code)
	case k.Nomenclature == guichets:
		_, ok = l.ref.Guichet(code)
	default:
		_, ok = l.ref.Valeur(k.Nomenclature, code)
	}
	return ok
}

// Ecrire is the inverse of Lire. Texts are left out of an address: they may
// hold a name; avecMots keeps them, for a form or for what the server keeps.
func (c Criteres) Ecrire(avecMots bool) url.Values {
	v := url.Values{}
	poser := func(nom, valeur string) {
		if valeur != "" {
			v.Set(nom, valeur)
		}
	}
	for code, x := range c.Valeurs {
		k := parCode[code]
		switch k.Sorte {
		case Periode:
			poser(code+suffixeDu, x.Du.String())
			poser(code+suffixeAu, x.Au.String())
		case Bornes:
			poser(code+suffixeMin, ecrireNombre(x.Min))
			poser(code+suffixeMax, ecrireNombre(x.Max))
		case OuiNon:
			poser(code, x.Oui)
		case Mot:
			if !avecMots {
				continue
			}
			poser(code, x.Texte)
		default:
			poser(code, strings.Join(x.Codes, ","))
		}
		if x.Rang > 0 {
			poser(code+suffixeRang, strconv.Itoa(x.Rang))
		}
		if x.Exacts {
			poser(code+suffixeExacts, "1")
		}
		if x.Sauf {
			poser(code+suffixeSauf, "1")
		}
	}
	return v
}

func ecrireNombre(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// Vides tells that nothing is asked.
func (c Criteres) Vides() bool { return len(c.Valeurs) == 0 }

// AMots tells that some text is sought, which no address may hold.
func (c Criteres) AMots() bool {
	for code := range c.Valeurs {
		if parCode[code].Sorte == Mot {
			return true
		}
	}
	return false
}

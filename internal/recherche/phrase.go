package recherche

import (
	"strconv"
	"strings"

	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// Phrase says the criteria in French, in the order of the screen: « à Muret ou
// Portet-sur-Garonne, type T2, déposées jusqu’au 01/01/2024, plafond PLUS de
// 20 à 60 % ». A text sought may hold a name: the sentence must not be logged.
func (c Criteres) Phrase(ref *referentiels.Referentiels) string {
	return c.phrase(ref, true)
}

// PhraseSansMots is Phrase without the texts sought, for the journal.
func (c Criteres) PhraseSansMots(ref *referentiels.Referentiels) string {
	return c.phrase(ref, false)
}

func (c Criteres) phrase(ref *referentiels.Referentiels, avecMots bool) string {
	var l []string
	for _, r := range c.Resume(ref) {
		if r.Sorte == Mot && !avecMots {
			l = append(l, r.Debut+" …")
			continue
		}
		l = append(l, r.Dire())
	}
	if len(l) == 0 {
		return "toutes les demandes actives"
	}
	return strings.Join(l, ", ")
}

// Ligne is one criterion as the summary says it (R-LOG-05).
type LigneResume struct {
	Critere
	Debut  string // "type"
	Valeur string // "T2 ou T3"
	Sauf   bool
}

// Dire joins both.
func (l LigneResume) Dire() string {
	s := strings.TrimSpace(l.Debut + " " + l.Valeur)
	if l.Sauf {
		return "sauf " + s
	}
	return s
}

// Resume lists what is asked, in the order of the screen.
func (c Criteres) Resume(ref *referentiels.Referentiels) []LigneResume {
	var l []LigneResume
	for _, k := range catalogue {
		x, ok := c.Valeurs[k.Code]
		if !ok {
			continue
		}
		debut := k.Phrase
		if debut == "" {
			debut = minuscule(k.Libelle)
		}
		l = append(l, LigneResume{Critere: k, Debut: debut, Valeur: dire(k, x, ref), Sauf: x.Sauf})
	}
	return l
}

func dire(k Critere, x Valeur, ref *referentiels.Referentiels) string {
	switch k.Sorte {
	case Periode:
		return direPeriode(x)
	case Bornes:
		return direBornes(k, x)
	case OuiNon:
		return map[string]string{"O": ": oui", "N": ": non", "?": ": non renseigné"}[x.Oui]
	case Mot:
		return "« " + x.Texte + " »"
	}
	noms := make([]string, len(x.Codes))
	for i, code := range x.Codes {
		noms[i] = LibelleDe(k, code, ref)
	}
	s := strings.Join(noms, " ou ")
	switch {
	case x.Rang == 1:
		s += " en premier choix"
	case x.Rang > 1:
		s += " dans les " + strconv.Itoa(x.Rang) + " premiers choix"
	}
	if x.Exacts {
		s += ", ces lieux seulement"
	}
	return s
}

// LibelleDe is the French of a value.
func LibelleDe(k Critere, code string, ref *referentiels.Referentiels) string {
	switch {
	case k.Sorte == Lieux:
		t, _ := ref.Territoire(code)
		return t.Nom
	case code == NonRenseigne:
		return "non renseigné"
	case k.Nomenclature == communes:
		c, _ := ref.Commune(code)
		return c.Nom
	case k.Nomenclature == guichets:
		g, _ := ref.Guichet(code)
		return g.Code + " " + g.Nom
	}
	return ref.Libelle(k.Nomenclature, code)
}

func direPeriode(x Valeur) string {
	switch {
	case x.Au.IsZero():
		return "depuis le " + x.Du.String()
	case x.Du.IsZero():
		return "jusqu’au " + x.Au.String()
	}
	return "du " + x.Du.String() + " au " + x.Au.String()
}

func direBornes(k Critere, x Valeur) string {
	unite := texte.Insecable + k.Unite
	switch {
	case x.Max == nil:
		return "à partir de " + texte.Milliers(*x.Min) + unite
	case x.Min == nil:
		return "jusqu’à " + texte.Milliers(*x.Max) + unite
	case *x.Min == *x.Max:
		return "de " + texte.Milliers(*x.Min) + unite
	}
	return "de " + texte.Milliers(*x.Min) + " à " + texte.Milliers(*x.Max) + unite
}

func minuscule(s string) string {
	r := []rune(s)
	if len(r) > 1 && strings.ToUpper(string(r[1])) == string(r[1]) { // an acronym
		return s
	}
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

package gestion

import (
	"strings"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// Phrase says the criteria in French: « nom DUP%, état Active, déposées du
// 01/06/2021 au 24/11/2026 ». It names persons: it must not be logged.
func (c Criteres) Phrase(ref *referentiels.Referentiels) string {
	var l []string
	dire := func(libelle, valeur string) { l = append(l, libelle+" "+valeur) }
	if motif(c.Nom) != "" {
		dire("nom", c.Nom)
	}
	if motif(c.Prenom) != "" {
		dire("prénom", c.Prenom)
	}
	if c.Numero.Valeur != "" {
		dire(minuscule(champs.Get(c.Numero.Champ).LibelleCourt()), c.Numero.Valeur)
	}
	for _, ch := range criteres {
		switch sorteDe(ch) {
		case sorteCode:
			if codes := c.Codes[ch.Code]; len(codes) > 0 {
				dire(minuscule(ch.LibelleCourt()), LibellesDe(ref, ch, codes))
			}
		case sorteDates:
			if p, ok := c.Dates[ch.Code]; ok {
				l = append(l, p.phrase(libellesDates[ch.Code]))
			}
		case sorteCase:
			if c.Cases[ch.Code] {
				l = append(l, minuscule(ch.Libelle))
			}
		}
	}
	if c.Brouillons {
		l = append(l, "brouillons de mon organisme")
	}
	if len(l) == 0 {
		return "toutes les demandes, sauf les radiées"
	}
	return strings.Join(l, ", ")
}

// PhraseSansTexte is Phrase for the journal of accesses: that a name or a number
// was sought, not which.
func (c Criteres) PhraseSansTexte(ref *referentiels.Referentiels) string {
	var l []string
	if c.Nominatif() {
		l = append(l, "recherche par nom")
	}
	if c.Numero.Valeur != "" {
		l = append(l, "recherche par numéro")
	}
	nommes := len(l) > 0
	c.Nom, c.Prenom, c.Numero = "", "", Numero{}
	if reste := c.Phrase(ref); !nommes || reste != (Criteres{}).Phrase(ref) {
		l = append(l, reste)
	}
	return strings.Join(l, ", ")
}

// libellesDates are the participles of the periods.
var libellesDates = map[string]string{"demande.date_depot": "déposées", "demande.date_echeance": "à renouveler"}

func (p Periode) phrase(libelle string) string {
	switch {
	case p.Au.IsZero():
		return libelle + " depuis le " + p.Du.String()
	case p.Du.IsZero():
		return libelle + " jusqu’au " + p.Au.String()
	}
	return libelle + " du " + p.Du.String() + " au " + p.Au.String()
}

// LibelleDe is the French of a value of a coded fact.
func LibelleDe(ref *referentiels.Referentiels, ch champs.Champ, code string) string {
	switch {
	case ch.Code == Etat && code == EtatTous:
		return "toutes, radiées comprises"
	case ch.Code == Etat:
		return demandes.EtatLibelle(code)
	case ch.Code == "demande.guichet":
		if g, ok := ref.Guichet(code); ok {
			return g.Code + " " + g.Nom
		}
	case ch.Type == champs.Commune:
		if c, ok := ref.Commune(code); ok {
			return c.Nom
		}
	case ch.Type == champs.Territoire:
		return ref.LibelleChoix(code)
	case ch.Nomenclature != "":
		return ref.Libelle(ch.Nomenclature, code)
	}
	return code
}

// LibellesDe joins the French of several values.
func LibellesDe(ref *referentiels.Referentiels, ch champs.Champ, codes []string) string {
	l := make([]string, len(codes))
	for i, code := range codes {
		l[i] = LibelleDe(ref, ch, code)
	}
	return strings.Join(l, " ou ")
}

// minuscule starts a label as the middle of a sentence does; « N° » and
// acronyms stay.
func minuscule(s string) string {
	if strings.HasPrefix(s, "N°") {
		return "n°" + texte.Insecable + strings.TrimSpace(strings.TrimPrefix(s, "N°"))
	}
	r := []rune(s)
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

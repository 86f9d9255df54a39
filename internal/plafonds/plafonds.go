// Package plafonds answers one question: what is the income ceiling of this
// household, and how near to it is it? The rule is pure (no clock, no
// database); the amounts are those of the table plafonds.
//
// Source: arrêté du 29 juillet 1987, annexe I (domain rules §9). Start with
// Categorie.
package plafonds

import (
	"fmt"
	"slices"

	"imhoweb/internal/platform/jour"
)

// AgesJeuneMenage is the greatest sum of the whole ages of a couple that the
// arrêté calls a jeune ménage.
const AgesJeuneMenage = 55

// CategorieMax is the last category of the arrêté; beyond it, an amount is
// added for each further person.
const CategorieMax = 6

// Adulte is a future holder of the lease.
type Adulte struct {
	Naissance  jour.Date // zero when not given: the couple is then never a jeune ménage
	Invalidite bool      // carte mobilité inclusion, mention invalidité
}

// Foyer is the household to house, as the arrêté counts it.
type Foyer struct {
	Titulaires []Adulte // demandeur, then co-titulaires
	// EnCouple: two of the titulaires are married, pacsés or concubins. Two
	// flat-sharers are not.
	EnCouple bool
	// PersonnesACharge: children (garde alternée and droit de visite included),
	// ascendants and others on the titulaires' tax notice.
	PersonnesACharge int
	// Autres persons to house who are nobody's charge: they count among the
	// persons, and end the benefit of the « personne seule » routes.
	Autres int
	// ANaitre: children to be born, counted or not by parameter.
	ANaitre int
	// Invalides: persons with the card among those who are not titulaires.
	Invalides int
}

// Personnes is the number of persons to house.
func (f Foyer) Personnes(compterANaitre bool) int {
	return len(f.Titulaires) + f.Autres + f.aCharge(compterANaitre)
}

func (f Foyer) aCharge(compterANaitre bool) int {
	if compterANaitre {
		return f.PersonnesACharge + f.ANaitre
	}
	return f.PersonnesACharge
}

func (f Foyer) invalide() bool {
	return f.Invalides > 0 || slices.ContainsFunc(f.Titulaires, func(a Adulte) bool { return a.Invalidite })
}

// jeuneMenage: a couple without a person à charge whose whole ages add up to
// 55 at most.
func (f Foyer) jeuneMenage(le jour.Date, aCharge int) bool {
	if !f.EnCouple || len(f.Titulaires) != 2 || aCharge > 0 {
		return false
	}
	somme := 0
	for _, a := range f.Titulaires {
		if a.Naissance.IsZero() {
			return false
		}
		somme += a.Naissance.Age(le)
	}
	return somme <= AgesJeuneMenage
}

// voie is one of the ways of the arrêté to reach a category; its rang goes
// beyond 6 for large households.
type voie struct {
	rang    int
	libelle string
}

// Categorie is the category of the household on that day, 1 to 6, and the
// number of persons beyond what the sixth covers. It is the highest of the
// listed ways; ways don't add up, so that a person with two cards, or a lone
// parent with a disabled child, rises by one category only. Voies says in
// French which ways gave it. A household without titulaire has no category: 0.
//
// A person alone with five others à charge is « personne seule avec quatre
// personnes à charge » (category 6) and one person more.
func Categorie(f Foyer, le jour.Date, compterANaitre bool) (categorie, supplementaires int, voies []string) {
	if len(f.Titulaires) == 0 {
		return 0, 0, nil
	}
	toutes := f.voies(le, compterANaitre)
	rang := 0
	for _, v := range toutes {
		rang = max(rang, v.rang)
	}
	for _, v := range toutes {
		if v.rang == rang {
			voies = append(voies, v.libelle)
		}
	}
	return min(rang, CategorieMax), max(0, rang-CategorieMax), voies
}

func (f Foyer) voies(le jour.Date, compterANaitre bool) []voie {
	n, c := f.Personnes(compterANaitre), f.aCharge(compterANaitre)
	voies := []voie{{n, pluriel(n, "personne", "personnes") + " à loger"}}
	if n == 1 {
		voies[0].libelle = "Personne seule"
	}
	if len(f.Titulaires) == 1 && f.Autres == 0 && c > 0 {
		voies = append(voies, voie{c + 2, "Personne seule avec " + pluriel(c, "personne", "personnes") + " à charge"})
	}
	if f.jeuneMenage(le, c) {
		voies = append(voies, voie{3, "Jeune ménage sans personne à charge"})
	}
	if f.invalide() {
		voies = append(voies, voie{n + 1, pluriel(n, "personne", "personnes") + " dont une au moins avec la carte mobilité inclusion, mention invalidité"})
	}
	return voies
}

func pluriel(n int, un, plusieurs string) string {
	if n < 2 {
		return fmt.Sprintf("%d\u00a0%s", n, un)
	}
	return fmt.Sprintf("%d\u00a0%s", n, plusieurs)
}

// AnneeRFR is the year of the revenu fiscal de référence compared with the
// plafonds of that day: N-2 (CCH R441-1).
func AnneeRFR(le jour.Date) int { return le.Annee() - 2 }

// Pourcentage is RFR / plafond × 100, to the nearest whole number, except that
// a household above its plafond is never shown at 100 or less (100,2 % reads
// 101). It is nil when the RFR is not known (« RFR à actualiser ») or when
// there is no plafond; an RFR of 0 is 0.
func Pourcentage(rfr *int, plafond int) *int {
	if rfr == nil || plafond <= 0 {
		return nil
	}
	p := (*rfr*200 + plafond) / (2 * plafond)
	if *rfr > plafond && p <= 100 {
		p = 101
	}
	return &p
}

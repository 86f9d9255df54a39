package doublons

import (
	"fmt"

	"imhoweb/internal/platform/jour"
)

// Points of the birth date, on 35.
const (
	dateIdentique  = 35
	dateInversee   = 24
	dateChiffre    = 22
	dateDefaut     = 16 // both on the 1st of January: given when the day is unknown
	dateVide       = 3
	dateGeneration = 3 // wrong decade, or father and son
	dateAnnee      = 3 // a default date and another of the same year
	datePartielle  = 0 // two of day, month and year
	dateAutre      = -25
)

// Bounds, in years, between which dates that agree to the day or in part look
// less like a wrong decade than like father and son of the same name: the doubt
// is left to the agent.
const (
	generation    = 18
	generationMax = 40
)

// compareDates compares birth dates.
// femmes tells that both are women: then a parent of the same name is unlikely.
func compareDates(a, b jour.Date, femmes bool) degre {
	if a.IsZero() || b.IsZero() {
		return degre{points: dateVide, raison: "date de naissance non renseignée", accord: true}
	}
	if a == b && parDefaut(a) {
		return degre{dateDefaut, "même 1er janvier de naissance, date souvent donnée par défaut", true, false}
	}
	if a == b {
		return degre{dateIdentique, "même date de naissance", true, true}
	}
	if parDefaut(a) || parDefaut(b) {
		return compareDefaut(a, b)
	}
	ecart := max(a.Annee(), b.Annee()) - min(a.Annee(), b.Annee())
	memeJour := jourMois(a) == jourMois(b)
	switch {
	case inverser(a) == b:
		return degre{dateInversee, "jour et mois de naissance inversés", true, false}
	case memeJour && ecart == 100:
		return degre{dateChiffre, "date de naissance : le siècle diffère", true, false}
	case memeJour && !femmes && ecart >= generation && ecart < generationMax:
		return degre{points: dateGeneration, raison: "même jour de naissance à une génération d’écart, peut-être parent et enfant"}
	case unChiffre(a, b):
		return degre{dateChiffre, "date de naissance : un chiffre diffère", true, false}
	case chiffresIntervertis(a, b):
		return degre{dateChiffre, "date de naissance : deux chiffres intervertis", true, false}
	case partiesCommunes(a, b) == 2 && ecart < generation:
		return degre{points: datePartielle, raison: "dates de naissance en partie semblables"}
	}
	return degre{points: dateAutre, raison: "dates de naissance différentes"}
}

// compareDefaut compares two dates of which one at least is a default: only
// the year can say something.
func compareDefaut(a, b jour.Date) degre {
	if a.Annee() == b.Annee() {
		return degre{dateAnnee, "même année de naissance, l’une au 1er janvier", true, false}
	}
	return degre{points: dateAutre, raison: "dates de naissance différentes"}
}

// parDefaut tells whether a date is a 1st of January, as given when only the
// year is known.
func parDefaut(d jour.Date) bool { return jourMois(d) == [2]int{1, 1} }

func jourMois(d jour.Date) [2]int {
	_, m, j := d.Date()
	return [2]int{j, int(m)}
}

// inverser swaps day and month; the zero Date when the calendar has no such day.
func inverser(d jour.Date) jour.Date {
	a, m, j := d.Date()
	return dateOuRien(fmt.Sprintf("%02d%02d%04d", m, j, a))
}

func chiffres(d jour.Date) string {
	a, m, j := d.Date()
	return fmt.Sprintf("%02d%02d%04d", j, m, a)
}

func dateOuRien(chiffres string) jour.Date {
	d, err := jour.Parse(chiffres)
	if err != nil {
		return jour.Date{}
	}
	return d
}

// unChiffre tells whether JJMMAAAA differ by one digit.
func unChiffre(a, b jour.Date) bool {
	x, y, n := chiffres(a), chiffres(b), 0
	for i := range x {
		if x[i] != y[i] {
			n++
		}
	}
	return n == 1
}

// chiffresIntervertis tells whether two neighbouring digits of the day, the
// month or the year are swapped (1978, 1987).
func chiffresIntervertis(a, b jour.Date) bool {
	x, y := chiffres(a), chiffres(b)
	for _, i := range []int{0, 2, 4, 5, 6} {
		if x[:i]+x[i+1:i+2]+x[i:i+1]+x[i+2:] == y {
			return true
		}
	}
	return false
}

func partiesCommunes(a, b jour.Date) int {
	n := 0
	x, y := jourMois(a), jourMois(b)
	for _, egal := range []bool{x[0] == y[0], x[1] == y[1], a.Annee() == b.Annee()} {
		if egal {
			n++
		}
	}
	return n
}

// Proches are the dates that a slip of the hand may have turned into d, d
// itself included: one digit wrong, day and month swapped, two neighbouring
// digits swapped, another century. None for the zero Date.
func Proches(d jour.Date) []jour.Date {
	if d.IsZero() {
		return nil
	}
	x := chiffres(d)
	vues := map[jour.Date]bool{{}: true}
	var dates []jour.Date
	ajouter := func(s string) {
		if p := dateOuRien(s); !vues[p] {
			vues[p] = true
			dates = append(dates, p)
		}
	}
	ajouter(x)
	ajouter(x[2:4] + x[:2] + x[4:])
	for i := range x {
		for c := '0'; c <= '9'; c++ {
			ajouter(x[:i] + string(c) + x[i+1:])
		}
		if i < len(x)-1 && i != 1 && i != 3 {
			ajouter(x[:i] + x[i+1:i+2] + x[i:i+1] + x[i+2:])
		}
	}
	ajouter(fmt.Sprintf("%s%04d", x[:4], d.Annee()+100))
	ajouter(fmt.Sprintf("%s%04d", x[:4], max(d.Annee()-100, 1)))
	return dates
}

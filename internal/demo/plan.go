package demo

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
)

// The file opened that day; older demandes were taken over from the former
// system, with ranks of their own.
var ouverture = jour.De(2011, time.April, 4)

const premierRangRepris = 690_000

// Shares of the stock, beside those of calibrage.csv.
const (
	partRadiees     = .4   // radiated in the last twelve months, for one active
	partReprises    = .004 // taken over from before the opening, still renewed
	partIncompletes = .003 // without an identity complete, beside those without a type
	partMorales     = .0015
	partTardifs     = .15  // renewals after the échéance, within the month of tolerance
	partReactivees  = .006 // renewals after a radiation
)

// fiche is the life of one demande, before anything is known of its household.
type fiche struct {
	depot           jour.Date
	renouvellements []jour.Date
	reactivation    int // position of the renewal that followed a radiation, plus one
	radiation       jour.Date
	motif           string
	anciennete      int // position in anciennetes
	sansType        bool
	incomplete      bool
	rang            int
	id              int64
}

func (f *fiche) active() bool { return f.motif == "" }

// valideDepuis is the deposit or the last renewal.
func (f *fiche) valideDepuis() jour.Date {
	if n := len(f.renouvellements); n > 0 {
		return f.renouvellements[n-1]
	}
	return f.depot
}

func (f *fiche) echeance() jour.Date { return demandes.Echeance(f.valideDepuis()) }

// planifier draws the lives of the demandes of a département, in the order of
// their deposit, with their ranks.
func (g *generateur) planifier(r *rand.Rand, actives int) []fiche {
	radiees := int(math.Round(float64(actives) * partRadiees))
	fiches := make([]fiche, 0, actives+radiees)
	sansType := int(math.Round(float64(actives) * partSansType))
	reprises := int(math.Round(float64(actives) * partReprises))
	for i := range actives {
		f := g.active(r, i < reprises)
		f.sansType = i < sansType
		f.incomplete = f.sansType || r.Float64() < partIncompletes
		fiches = append(fiches, f)
	}
	for range radiees {
		fiches = append(fiches, g.radiee(r))
	}
	slices.SortStableFunc(fiches, func(a, b fiche) int { return cmp.Compare(a.depot.Time().Unix(), b.depot.Time().Unix()) })
	mois, rang := 0, 0
	for i := range fiches {
		f := &fiches[i]
		if m := demandes.Mois(f.depot); m != mois {
			mois, rang = m, 0
			if f.depot.Avant(ouverture) {
				rang = premierRangRepris + r.IntN(8000)
			}
		}
		rang++
		f.rang = rang
	}
	return fiches
}

// active draws an active demande: each year it was renewed around its échéance,
// so that some are due today, and some late by less than a month.
func (g *generateur) active(r *rand.Rand, reprise bool) fiche {
	f := fiche{anciennete: g.lois.anciennetes.tirer(r, 0)}
	bornes := anciennetes[f.anciennete]
	jours := bornes[0] + r.IntN(bornes[1]-bornes[0])
	if f.anciennete == len(anciennetes)-1 {
		jours = bornes[0] + int(r.ExpFloat64()*700)
	}
	f.depot = g.jour.Jours(-jours)
	if reprise {
		f.anciennete = len(anciennetes) - 1
		f.depot = jour.De(2008, time.January, 2).Jours(r.IntN(1090))
	} else if g.jour.Apres(ouverture.Mois(12)) && f.depot.Avant(ouverture) {
		f.depot = ouverture.Jours(r.IntN(300))
	}
	f.depot = ouvre(r, f.depot)
	for {
		suivant, reactivation := g.renouvellementSuivant(r, &f)
		if !suivant.Avant(g.jour) {
			return f
		}
		f.renouvellements = append(f.renouvellements, suivant)
		if reactivation {
			f.reactivation = len(f.renouvellements)
		}
	}
}

// renouvellementSuivant is when the demandeur renews next: in the weeks before
// the échéance, late, or once by a reactivation.
func (g *generateur) renouvellementSuivant(r *rand.Rand, f *fiche) (le jour.Date, reactivation bool) {
	u := r.Float64()
	if u < partReactivees && f.reactivation == 0 {
		le = ouvre(r, f.valideDepuis().Mois(demandes.NonRenouvellementMois).Jours(8+r.IntN(100)))
		if le.Avant(g.jour) {
			return le, true
		}
	}
	if u < partTardifs {
		return ouvre(r, f.echeance().Jours(1+r.IntN(26))), false
	}
	return ouvre(r, f.echeance().Jours(-r.IntN(42))), false
}

// radiee draws a demande radiated in the last twelve months; older ones have
// been erased (décret 2017-917, article 4).
func (g *generateur) radiee(r *rand.Rand) fiche {
	f := fiche{motif: demandes.RadNonRenouvelee, radiation: ouvre(r, g.jour.Jours(-1-r.IntN(363)))}
	var depuis jour.Date // deposit or last renewal
	switch u := r.Float64(); {
	case u < g.partAttribuees:
		f.motif = demandes.RadAttribution
	case u < g.partAttribuees+g.partAutresRadiations:
		f.motif = [...]string{demandes.RadRenonciation, demandes.RadRenonciation, demandes.RadSansReponse, demandes.RadIrrecevable}[r.IntN(4)]
	}
	if f.motif == demandes.RadNonRenouvelee {
		depuis = f.radiation.Mois(-demandes.NonRenouvellementMois).Jours(-r.IntN(4))
	} else {
		depuis = f.radiation.Jours(-20 - r.IntN(330))
	}
	annees := min(int(r.ExpFloat64()*1.1), 10)
	f.depot = ouvre(r, depuis.Mois(-12*annees).Jours(r.IntN(10*annees+1)))
	for i := 1; i < annees; i++ {
		f.renouvellements = append(f.renouvellements, ouvre(r, f.depot.Mois(12*i).Jours(-r.IntN(9*i+1))))
	}
	if annees > 0 {
		f.renouvellements = append(f.renouvellements, ouvre(r, depuis))
	}
	for i, b := range anciennetes {
		if g.jour.Jours(-b[0]).Avant(f.depot) {
			break
		}
		f.anciennete = i
	}
	return f
}

// ouvre moves a date to a day when guichets are open: never on a Sunday, seldom
// on a Saturday.
func ouvre(r *rand.Rand, d jour.Date) jour.Date {
	switch d.Time().Weekday() {
	case time.Sunday:
		return d.Jours(-2)
	case time.Saturday:
		if r.IntN(8) > 0 {
			return d.Jours(-1)
		}
	}
	return d
}

// Package doublons tells whether two persons of the file are one (R-SAI-39):
// one active demande per household in the département (CCH R441-2-3), whoever
// registered it.
//
// Comparer judges two identities; Chercher finds, in the département, the
// persons worth comparing with those of a dossier. Start with Comparer. Its
// rules are general (spelling, sound, typing, calendar): none of them knows a
// given name.
package doublons

import (
	"strings"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

// Identite is what the file knows of a person for this purpose, as typed.
type Identite struct {
	Titre        string // M, MME, MLE…; "" when unknown
	Nom          string // nom d'usage, or the only one given
	NomNaissance string
	Prenom       string // one or several
	Naissance    jour.Date
}

// Verdict is what an agent should make of a score.
type Verdict string

// Certain and Probable mean "the same person": creation then asks for a motive.
const (
	Certain   Verdict = "certain"
	Probable  Verdict = "probable"
	Possible  Verdict = "possible"
	Different Verdict = "différent"
)

// The lowest score of each verdict.
const (
	seuilCertain  = 90
	seuilProbable = 70
	seuilPossible = 50
)

// MemePersonne tells whether the verdict affirms that both are one person.
func (v Verdict) MemePersonne() bool { return v == Certain || v == Probable }

// Resultat is the outcome of a comparison. Comparer(a, b) and Comparer(b, a)
// are equal.
type Resultat struct {
	Score   int // 0 to 100
	Verdict Verdict
	Raisons []string // French, for the agent: name, first name, date, title
}

// Comparer judges whether a and b are one person. The name counts for 40
// points, the first name for 25, the birth date for 35; a weaker likeness
// gives fewer, a contradiction takes some away. An empty field never
// resembles anything, and nobody is recognised without both a name and a first
// name that resemble.
func Comparer(a, b Identite) Resultat { return preparer(a).comparer(preparer(b)) }

// fiche is an identity prepared for comparisons.
type fiche struct {
	sexe      string // F, M or ""
	nom       mot
	naissance mot
	prenom    mot
	date      jour.Date
}

func preparer(i Identite) fiche {
	f := fiche{sexe: sexeTitre(i.Titre), nom: lireMot(i.Nom), naissance: lireMot(i.NomNaissance), prenom: lireMot(i.Prenom), date: i.Naissance}
	if f.nom.vide() { // only the birth name was given
		f.nom, f.naissance = f.naissance, mot{}
	}
	return f
}

// sexeTitre reads a civilité, by its word or its code of the nomenclature; MLE
// was replaced by MME in 2012 and counts as it.
func sexeTitre(titre string) string {
	switch texte.Normaliser(titre) {
	case "1", "M", "MR", "MONSIEUR":
		return "M"
	case "2", "3", "MME", "MLE", "MLLE", "MADAME", "MADEMOISELLE":
		return "F"
	}
	return ""
}

// degre is how far one part of two identities agrees.
type degre struct {
	points  int
	raison  string
	accord  bool // enough to affirm one person, if the rest agrees
	parfait bool
}

func (f fiche) comparer(g fiche) Resultat {
	mieux := f.total(g, compareNoms(f, g), comparePrenoms(f, g), false)
	if mieux.Score >= seuilCertain {
		return mieux
	}
	for _, r := range []Resultat{f.inverse(g), g.inverse(f)} {
		if r.Raisons == nil {
			continue
		}
		if r.Score > mieux.Score || r.Score == mieux.Score && strings.Join(r.Raisons, ";") < strings.Join(mieux.Raisons, ";") {
			mieux = r
		}
	}
	return mieux
}

// inverse compares f with g read as if its name and first name had been typed
// each in the place of the other; the zero Resultat when that makes no sense.
func (f fiche) inverse(g fiche) Resultat {
	g.nom, g.prenom, g.naissance = g.prenom, g.nom, mot{}
	nom, prenom := compareNoms(f, g), comparePrenoms(f, g)
	if !nom.accord || !prenom.accord {
		return Resultat{}
	}
	return f.total(g, nom, prenom, true)
}

// Maluses, in points of the score.
const (
	malusTitre    = 12 // civilités that contradict each other
	malusCumul    = 4  // each imperfect part beyond the first
	malusInverse  = 6  // doubled when the date is imperfect too
	bonusDeuxNoms = 6  // usage and birth names both agree
)

// total adds up the three parts.
func (f fiche) total(g fiche, nom, prenom degre, inverse bool) Resultat {
	date := compareDates(f.date, g.date, f.sexe == "F" && g.sexe == "F")
	score := nom.points + prenom.points + date.points
	raisons := []string{nom.raison, prenom.raison, date.raison}
	if inverse {
		raisons = []string{"nom et prénom inversés", date.raison}
		score -= malusInverse
		if !date.parfait {
			score -= malusInverse
		}
	}
	imparfaits := -1
	for _, d := range []degre{nom, prenom, date} {
		if !d.parfait {
			imparfaits++
		}
	}
	score -= malusCumul * max(imparfaits, 0)
	if titresContraires(f, g) {
		score -= malusTitre
		raisons = append(raisons, "civilités différentes")
	}
	if !nom.accord || !prenom.accord || !date.accord {
		score = min(score, seuilProbable-1)
	}
	return conclure(score, raisons)
}

func conclure(score int, raisons []string) Resultat {
	r := Resultat{Score: min(max(score, 0), 100)}
	switch {
	case r.Score >= seuilCertain:
		r.Verdict = Certain
	case r.Score >= seuilProbable:
		r.Verdict = Probable
	case r.Score >= seuilPossible:
		r.Verdict = Possible
	default:
		r.Verdict = Different
	}
	for _, s := range raisons {
		if s != "" {
			r.Raisons = append(r.Raisons, s)
		}
	}
	return r
}

func titresContraires(f, g fiche) bool { return f.sexe != "" && g.sexe != "" && f.sexe != g.sexe }

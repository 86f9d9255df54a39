package doublons

import (
	"strings"
	"sync"

	"imhoweb/internal/noms"
	"imhoweb/internal/platform/texte"
)

// Points of the first name, on 25.
const (
	prenomIdentique = 25
	prenomOrdre     = 22
	prenomSon       = 21
	prenomVariante  = 18
	prenomPremier   = 15 // the first of several
	prenomUneLettre = 14
	prenomSecond    = 12 // another of several
	prenomInitiale  = 11
	prenomDeux      = 10
	prenomAbrege    = 8
	prenomAutre     = -15
)

// comparePrenoms compares first names, single or several.
func comparePrenoms(f, g fiche) degre {
	a, b := f.prenom, g.prenom
	if a.vide() || b.vide() {
		return degre{raison: "prénom non renseigné"}
	}
	l := ressembler(a, b)
	switch {
	case l == identique && strings.EqualFold(a.brut, b.brut):
		return degre{prenomIdentique, "même prénom", true, true}
	case l == identique:
		return degre{prenomIdentique, "même prénom, à l’accent, au tiret ou à l’espace près", true, true}
	case titresContraires(f, g):
		return prenomsDifferents // KARIM and KARIMA, M. and Mme
	case len(a.mots) > 1 || len(b.mots) > 1:
		if d := prenomsMultiples(a.mots, b.mots); d.accord {
			return d
		}
		if len(a.mots) == len(b.mots) {
			return motAMot(f, g)
		}
	}
	return prenomsProches(f, g, l)
}

var prenomsDifferents = degre{points: prenomAutre, raison: "prénoms différents"}

// motAMot compares as many first names one by one and keeps the worst: JEAN
// PAUL and JEAN LUC differ although most of their letters agree.
func motAMot(f, g fiche) degre {
	pire := degre{points: prenomOrdre}
	for i := range f.prenom.mots {
		a, b := f, g
		a.prenom, b.prenom = lireMot(f.prenom.mots[i]), lireMot(g.prenom.mots[i])
		if a.prenom.joint == b.prenom.joint {
			continue
		}
		if d := prenomsProches(a, b, ressembler(a.prenom, b.prenom)); d.points < pire.points {
			pire = d
		}
	}
	return pire
}

// prenomsProches judges first names that resemble each other. Two first names
// that parents really give are seldom a typing mistake of each other: they are
// more likely twins, or brother and sister.
func prenomsProches(f, g fiche, l lien) degre {
	a, b := f.prenom, g.prenom
	sexeA, connuA := sexePrenom(a)
	sexeB, connuB := sexePrenom(b)
	titres := f.sexe != "" && f.sexe == g.sexe
	if !titres && connuA && connuB && sexeA != sexeB && sexeA != "FM" && sexeB != "FM" {
		return prenomsDifferents // MICHEL and MICHÈLE sound alike
	}
	switch {
	case l == memeSon:
		return degre{prenomSon, "même prénom, autre orthographe", true, true}
	case l == variante:
		return degre{prenomVariante, "prénom proche : autre transcription", true, true}
	case abrege(a.joint, b.joint) || abrege(b.joint, a.joint):
		return degre{prenomAbrege, "prénom abrégé", true, false}
	case connuA && connuB:
		return prenomsDifferents
	case l == uneLettre:
		return degre{prenomUneLettre, "prénom proche : une lettre", true, false}
	case l == deuxLettres:
		return degre{prenomDeux, "prénom proche : deux lettres", true, false}
	}
	return prenomsDifferents
}

// abrege tells whether court is the beginning of long: an initial, or cut after
// a consonant as French does (a name cut after a vowel is another name:
// LÉA, LÉANE).
func abrege(court, long string) bool {
	n := len(court)
	if n >= len(long) || !strings.HasPrefix(long, court) {
		return false
	}
	return n == 1 || n >= 3 && len(long)-n >= 2 && !texte.EstVoyelle(rune(court[n-1])) && court[n-1] != 'Y'
}

// prenomsMultiples compares several first names with one or several. JEAN
// PIERRE and JEAN PAUL are brothers; JEAN alone may be either.
func prenomsMultiples(a, b []string) degre {
	n := communs(a, b)
	switch {
	case n == len(a) && n == len(b):
		return degre{prenomOrdre, "mêmes prénoms dans un autre ordre", true, true}
	case (n == len(a) || n == len(b)) && memeMot(a[0], b[0]):
		return degre{prenomPremier, "prénom usuel, premier de plusieurs", true, false}
	case n == len(a) || n == len(b):
		return degre{prenomSecond, "prénom usuel, parmi plusieurs", true, false}
	case n >= 2:
		return degre{prenomSecond, "plusieurs prénoms en commun", true, false}
	case initiales(a, b):
		return degre{prenomInitiale, "prénom en initiale", true, false}
	}
	return degre{}
}

// initiales tells whether the same number of first names agree one by one, some
// of them by their initial only (J. PIERRE).
func initiales(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		une := min(len(a[i]), len(b[i])) == 1 && a[i][0] == b[i][0]
		if !une && !memeMot(a[i], b[i]) {
			return false
		}
	}
	return true
}

// attestes are the first names borne in France (Insee), normalised, with their
// sexes: the rule of prenomsProches, not a list of matches.
var attestes = sync.OnceValue(func() map[string]string {
	tous, err := noms.Prenoms()
	if err != nil {
		panic(err) // the table is embedded: only a broken build fails
	}
	m := make(map[string]string, len(tous))
	for p, sexe := range tous {
		m[strings.ReplaceAll(texte.Normaliser(p), " ", "")] += sexe
	}
	return m
})

// sexePrenom gives the sexes of an attested first name: F, M or FM.
func sexePrenom(m mot) (sexe string, connu bool) {
	sexe, connu = attestes()[m.joint]
	if strings.Contains(sexe, "F") && strings.Contains(sexe, "M") {
		sexe = "FM"
	} else if connu {
		sexe = sexe[:1] // two spellings of one sexe
	}
	return sexe, connu
}

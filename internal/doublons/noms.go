package doublons

import (
	"slices"
	"strings"
)

// particules are the words that a name may gain or lose from one form to the
// other: French, Arabic, Berber, Breton, Italian, Spanish, Portuguese, Dutch,
// German.
var particules = []string{
	"DE", "DU", "DES", "D", "LE", "LA", "LES", "L", "EL", "AL", "ABD", "ABOU", "ABU", "BEN", "BENT", "BIN", "BINT", "IBN", "BOU",
	"AIT", "OULD", "OU", "DA", "DI", "DO", "DOS", "DAS", "DELLA", "DEL", "SAN", "VAN", "VON", "DER", "DEN", "MC", "MAC", "O", "ST", "SAINT",
}

// Points of the name, on 40.
const (
	nomIdentique = 40
	nomUsages    = 37 // usage name of one, birth name of the other
	nomSon       = 36
	nomParticule = 35
	nomOrdre     = 34
	nomVariante  = 32
	nomCompose   = 30 // one of the two names of the other
	nomUneLettre = 29
	nomDeux      = 24
	nomConflit   = 16 // same usage name, other birth name: often spouses of brothers
	nomAutre     = -8
	nomAutreM    = -25 // a man's name seldom changes
)

// compareNoms compares usage and birth names: the best of the four pairs, since
// a woman may be known by either, then what the birth names say of it.
func compareNoms(f, g fiche) degre {
	if f.nom.vide() || g.nom.vide() {
		return degre{raison: "nom non renseigné"}
	}
	usage := compareNom(f.nom, g.nom)
	mieux := usage
	naissance := compareNom(f.naissance, g.naissance)
	if naissance.points > mieux.points {
		mieux = naissance
		mieux.raison = "nom de naissance : " + mieux.raison
	}
	croise1, croise2 := compareNom(f.nom, g.naissance), compareNom(f.naissance, g.nom)
	inverses := croise1.accord && croise2.accord
	croise := croise1
	if croise2.points > croise.points {
		croise = croise2
	}
	if croise.points = min(croise.points, nomUsages); croise.accord && croise.points > mieux.points {
		mieux = croise
		mieux.raison = "nom d’usage de l’une, nom de naissance de l’autre"
	}
	deux := !f.naissance.vide() && !g.naissance.vide()
	switch {
	case !mieux.accord:
		return nomsDifferents(f, g)
	case deux && inverses && !usage.accord:
		mieux.raison = "nom d’usage et nom de naissance inversés"
	case deux && !naissance.accord:
		mieux.points, mieux.parfait = min(mieux.points, nomConflit), false
		mieux.raison += ", noms de naissance différents"
	case deux && usage.accord && f.nom.joint != f.naissance.joint && g.nom.joint != g.naissance.joint:
		mieux.points += bonusDeuxNoms
	}
	return mieux
}

func nomsDifferents(f, g fiche) degre {
	if f.sexe == "M" || g.sexe == "M" {
		return degre{points: nomAutreM, raison: "noms différents"}
	}
	return degre{points: nomAutre, raison: "noms différents (changement de nom possible)"}
}

// compareNom compares two family names.
func compareNom(a, b mot) degre {
	if a.vide() || b.vide() {
		return degre{}
	}
	l := ressembler(a, b)
	switch {
	case l == identique && strings.EqualFold(a.brut, b.brut):
		return degre{nomIdentique, "même nom", true, true}
	case l == identique:
		return degre{nomIdentique, "même nom, à l’accent, au tiret ou à l’espace près", true, true}
	case l == memeSon:
		return degre{nomSon, "même nom, autre orthographe", true, true}
	case particuleEnPlus(a, b) || particuleEnPlus(b, a):
		return degre{nomParticule, "même nom, à la particule près", true, true}
	}
	if d := nomsComposes(nobles(a), nobles(b)); d.accord {
		return d
	}
	if min(len(a.joint), len(b.joint)) > longueurUneFaute { // LE DU, LE DU LECLERC
		if d := nomsComposes(a.mots, b.mots); d.accord {
			return d
		}
	}
	switch l {
	case variante:
		return degre{nomVariante, "nom proche : autre transcription", true, false}
	case uneLettre:
		return degre{nomUneLettre, "nom proche : une lettre", true, false}
	case deuxLettres:
		return degre{nomDeux, "nom proche : deux lettres", true, false}
	}
	return degre{}
}

// particuleEnPlus tells whether long is court and one or more particles, apart
// or in the same word (EL AMRANI, ELAMRANI, AMRANI). AIT ALI and BEN ALI are
// two names.
func particuleEnPlus(long, court mot) bool {
	if p, ok := strings.CutSuffix(long.joint, court.joint); ok && len(court.joint) > longueurUneFaute && slices.Contains(particules, p) {
		return true
	}
	if communs(long.mots, court.mots) < len(court.mots) {
		return false
	}
	return slices.Equal(nobles(long), nobles(court))
}

// nobles are the words of a name without its particles; all of them when the
// name is made of nothing else.
func nobles(m mot) []string {
	var n []string
	for _, s := range m.mots {
		if !slices.Contains(particules, s) {
			n = append(n, s)
		}
	}
	if len(n) == 0 {
		return m.mots
	}
	return n
}

// nomsComposes compares the words of compound names (MARTIN DURAND, MARTIN).
func nomsComposes(a, b []string) degre {
	n := communs(a, b)
	switch {
	case n == 0 || len(a) == 1 && len(b) == 1:
		return degre{}
	case n == len(a) && n == len(b):
		return degre{nomOrdre, "mêmes noms dans un autre ordre", true, true}
	case n == len(a) || n == len(b):
		return degre{nomCompose, "l’un des deux noms de l’autre", true, false}
	}
	return degre{}
}

package doublons

import (
	"slices"
	"strings"

	"github.com/hbollon/go-edlib"

	"imhoweb/internal/platform/texte"
)

// mot is a name in the forms that comparisons need.
type mot struct {
	brut   string   // as typed, spaces trimmed
	mots   []string // normalised words
	joint  string   // normalised, in one word: hyphens and spaces don't count
	reduit string   // as it sounds
}

func lireMot(s string) mot {
	m := mot{brut: strings.TrimSpace(s), mots: texte.Mots(s)}
	m.joint = strings.Join(m.mots, "")
	m.reduit = texte.Reduire(m.joint)
	return m
}

func (m mot) vide() bool { return m.joint == "" }

// lien is how two names resemble each other, from best to worst.
type lien int

const (
	identique   lien = iota // same letters
	memeSon                 // another spelling of the same sounds: MOHAMMED, MOHAMED
	variante                // an inner vowel of a transliteration: YOUSSEF, YOUSSOUF
	uneLettre               // one typing mistake
	deuxLettres             // two, in a long name
	autre
)

// The shortest names in which one or two mistakes can be told from another name
// (two in the shortest: only after the first letter).
const (
	longueurUneFaute   = 3
	longueurDeuxFautes = 6
)

// ressembler compares two names; empty ones never resemble anything.
func ressembler(a, b mot) lien {
	switch {
	case a.vide() || b.vide():
		return autre
	case a.joint == b.joint:
		return identique
	case a.reduit == b.reduit && len(a.reduit) > 1:
		return memeSon
	case transcription(a.reduit, b.reduit):
		return variante
	}
	la, lb := len([]rune(a.joint)), len([]rune(b.joint))
	court := min(la, lb)
	if court < longueurUneFaute || max(la, lb)-court > 2 {
		return autre
	}
	switch d := edlib.OSADamerauLevenshteinDistance(a.joint, b.joint); {
	case d == 1:
		return uneLettre
	case d == 2 && (court > longueurDeuxFautes || court == longueurDeuxFautes && a.joint[0] == b.joint[0]):
		return deuxLettres
	}
	return autre
}

// transcription tells whether two names, as they sound, are transliterations of
// one: same consonants and same first letter, the others vowels that French
// spelling mixes up, or a silent E at the end (SOUFIAN, SOUFIANE). A final
// vowel that is heard must be the same: it often tells one name from another
// (LINA, LINE), and so do the vowels of names that have hardly anything else.
func transcription(a, b string) bool {
	a, b = sansEMuet(a), sansEMuet(b)
	if a == b {
		return len(a) > 2
	}
	if len(a) == len(b)+1 {
		return voyelleOmise(a, b)
	}
	if len(b) == len(a)+1 {
		return voyelleOmise(b, a)
	}
	if len(a) != len(b) || len(a) < 4 || a[0] != b[0] && !(a[0] == 'O' && b[0] == 'U') && !(a[0] == 'U' && b[0] == 'O') {
		return false
	}
	consonnes, fin := 0, len(a)-1
	for i := range len(a) {
		c, d := rune(a[i]), rune(b[i])
		switch {
		case !texte.EstVoyelle(c):
			consonnes++
			if c != d {
				return false
			}
		case c != d && (i == fin || !confondues(c, d)):
			return false
		}
	}
	return consonnes >= 3 || consonnes == 2 && !texte.EstVoyelle(rune(a[fin]))
}

// voyelleOmise tells whether court is long without one inner vowel (FATMA,
// FATIMA), in names of at least three consonants.
func voyelleOmise(long, court string) bool {
	if squelette := strings.Map(consonne, court); len(squelette) < 3 || squelette != strings.Map(consonne, long) {
		return false
	}
	for i := 1; i < len(long)-1; i++ {
		if texte.EstVoyelle(rune(long[i])) && long[:i]+long[i+1:] == court {
			return true
		}
	}
	return false
}

func consonne(c rune) rune {
	if texte.EstVoyelle(c) {
		return -1
	}
	return c
}

// sansEMuet cuts an E that follows a consonant at the end of a word.
func sansEMuet(s string) string {
	if n := len(s); n > 2 && s[n-1] == 'E' && !texte.EstVoyelle(rune(s[n-2])) {
		return s[:n-1]
	}
	return s
}

// confondues tells whether two vowels often stand for one sound of the
// original language: E for any short vowel, O and U for the same one.
func confondues(c, d rune) bool {
	return c == 'E' && texte.EstVoyelle(d) || d == 'E' && texte.EstVoyelle(c) || c == 'O' && d == 'U' || c == 'U' && d == 'O'
}

// memeMot compares one word of a compound name with one of another.
func memeMot(a, b string) bool { return ressembler(lireMot(a), lireMot(b)) <= memeSon }

// communs counts the words that two names share, each once.
func communs(a, b []string) int {
	libres := slices.Clone(b)
	n := 0
	for _, m := range a {
		if i := slices.IndexFunc(libres, func(x string) bool { return memeMot(m, x) }); i >= 0 {
			libres = slices.Delete(libres, i, i+1)
			n++
		}
	}
	return n
}

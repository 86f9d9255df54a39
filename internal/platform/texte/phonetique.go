package texte

import (
	"strings"
	"unicode/utf8"
)

// reductions are applied in this order, once, to the upper-case letters of a
// name. They are rules of spelling (French sounds, then the usual ways of
// writing Arabic, Berber, Turkish and Slavic sounds in French), never names.
var reductions = strings.NewReplacer(
	"TCH", "X", "SCH", "X", "DJ", "J", "CH", "X", "SH", "X", // X stands for "ch"
	"PH", "F", "KH", "", "GH", "G", "TH", "T", "DH", "D", "CK", "K", "QU", "K", "Q", "K",
	"GN", "N", "GU", "G", "GE", "JE", "GI", "JI", "GY", "JI",
	"CE", "SE", "CI", "SI", "CY", "SI", "C", "K", "Z", "S", "X", "KS",
	"EAU", "O", "AU", "O", "OU", "U", "W", "U",
	"AI", "E", "EI", "E", "AY", "E", "EY", "E", "Y", "I",
	"H", "",
)

// Reduire writes a normalised name as it sounds, in one word: doubled letters
// single, silent H gone, one letter for each sound. MOHAMMED and MOHAMED,
// CHRISTOPHE and KRISTOF + E, OUALID and WALID come out alike.
func Reduire(s string) string {
	r := reductions.Replace(strings.ReplaceAll(Normaliser(s), " ", ""))
	var b strings.Builder
	b.Grow(len(r))
	var avant rune
	for _, c := range r {
		if c != avant {
			b.WriteRune(c)
		}
		avant = c
	}
	return b.String()
}

// Phonetique is the key under which names that sound alike are stored: the
// consonants of Reduire, without the silent endings of French (E, S, T, D, P
// after another letter); an initial vowel counts as A whatever it is, for
// EMELINE and HAMELINE. It is coarse on purpose: a search that uses it must
// also compare something else. Empty for a text without letters.
func Phonetique(s string) string {
	r := Reduire(s)
	r = strings.TrimSuffix(r, "E")
	if n := len(r); n > 3 && strings.ContainsRune("SXTDP", rune(r[n-1])) {
		r = r[:n-1]
	}
	var b strings.Builder
	var avant rune
	for i, c := range r {
		switch {
		case !EstVoyelle(c) && c != avant:
			b.WriteRune(c)
		case i == 0:
			b.WriteByte('A')
		}
		avant = c
	}
	if b.Len() == 0 && r != "" { // a lone silent letter
		_, n := utf8.DecodeRuneInString(r)
		return r[:n]
	}
	return b.String()
}

// EstVoyelle tells whether c is one of the vowels that Reduire leaves.
func EstVoyelle(c rune) bool { return strings.ContainsRune("AEIOU", c) }

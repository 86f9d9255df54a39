package referentiels

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normaliser gives the form under which names of places are compared: capitals
// without accents, hyphens and apostrophes as spaces, ST and STE in full.
// "St-Orens" and "SAINT ORENS" are the same.
func Normaliser(s string) string {
	mots := strings.FieldsFunc(sansAccents(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, m := range mots {
		switch m {
		case "ST":
			mots[i] = "SAINT"
		case "STE":
			mots[i] = "SAINTE"
		}
	}
	return strings.Join(mots, " ")
}

var ligatures = strings.NewReplacer("Œ", "OE", "Æ", "AE", "ẞ", "SS", "ß", "SS")

// sansAccents gives capitals without accents, other characters untouched.
func sansAccents(s string) string {
	s = ligatures.Replace(strings.ToUpper(s))
	if ascii(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Package texte is how the file compares and shows names and figures: the
// stored form of a name (upper case, unaccented), its phonetic key, the LIKE
// pattern of an agent's jokers, and French typography.
package texte

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// etrangeres are the letters that Unicode doesn't decompose into a base letter
// and a mark, with what a French agent types instead.
var etrangeres = map[rune]string{
	'Œ': "OE", 'Æ': "AE", 'ß': "SS", 'ẞ': "SS", 'Ø': "O", 'Ł': "L", 'Đ': "D", 'Ð': "D", 'Þ': "TH",
	'Ħ': "H", 'ı': "I", 'ĸ': "K", 'Ŋ': "N", 'Ŧ': "T", 'Ɖ': "D", 'Ə': "E", 'Ɛ': "E", 'Ɔ': "O", 'Ɗ': "D",
	'Ɓ': "B", 'Ƙ': "K", 'Ɲ': "N", 'Ƴ': "Y", 'Ɨ': "I",
}

// Normaliser is the form in which names are stored for search and compared:
// upper case, without accents nor ligatures (Œ → OE, ß → SS, Ø → O), each run
// of anything that is neither a letter nor a digit (apostrophe, hyphen, space,
// dot) reduced to one space, none at the ends. It is idempotent. Letters of
// other scripts are kept. The result suits columns with collate "C".
func Normaliser(s string) string {
	if n, ok := normaliserASCII(s); ok {
		return n
	}
	var b strings.Builder
	b.Grow(len(s))
	blanc := false
	ecrire := func(t string) {
		if blanc && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blanc = false
		b.WriteString(t)
	}
	// Upper case comes first: it may compose letters that NFKD takes apart.
	for _, r := range norm.NFKD.String(strings.ToUpper(s)) {
		r = unicode.ToUpper(r)
		t, connue := etrangeres[r]
		switch {
		case connue:
			ecrire(t)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			ecrire(string(r))
		case unicode.In(r, unicode.Mn, unicode.Mc, unicode.Cf) || r == '·':
			// accents, vowel signs, joiners, soft hyphens: part of the word
		default:
			blanc = true
		}
	}
	return b.String()
}

// normaliserASCII is the path of nearly all names; false means that s holds
// something else.
func normaliserASCII(s string) (string, bool) {
	b := make([]byte, 0, len(s))
	blanc := false
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return "", false
		case 'a' <= c && c <= 'z':
			c -= 'a' - 'A'
		case 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		default:
			blanc = true
			continue
		}
		if blanc && len(b) > 0 {
			b = append(b, ' ')
		}
		blanc = false
		b = append(b, c)
	}
	return string(b), true
}

// Mots are the words of the normalised text; none for an empty one.
func Mots(s string) []string { return strings.Fields(Normaliser(s)) }

// Jokers turns what an agent types in a criterion ("%" stands for any text)
// into a LIKE pattern over normalised columns. Everything but % is normalised,
// so nothing typed can act as another wildcard; repeated % count as one.
// seuls tells that the text holds nothing to look for: empty, or jokers alone.
func Jokers(s string) (motif string, seuls bool) {
	parts := strings.Split(s, "%")
	seuls = true
	var b strings.Builder
	joker := false
	for i, p := range parts {
		joker = joker || i > 0
		n := Normaliser(p)
		if n == "" {
			continue
		}
		if joker {
			b.WriteByte('%')
			if separe(p, true) {
				b.WriteByte(' ') // "% SMITH": the word begins there
			}
		}
		b.WriteString(n)
		if i < len(parts)-1 && separe(p, false) {
			b.WriteByte(' ') // "LE %": the word ends there
		}
		joker, seuls = false, false
	}
	if joker {
		b.WriteByte('%')
	}
	return b.String(), seuls
}

// separe tells whether p begins (or ends) with something that Normaliser
// reduces to a space.
func separe(p string, debut bool) bool {
	var r rune
	if debut {
		r, _ = utf8.DecodeRuneInString(p)
	} else {
		r, _ = utf8.DecodeLastRuneInString(p)
	}
	return Normaliser("A"+string(r)+"A") == "A A"
}

// EchapperLike escapes the wildcards of LIKE in a text searched as it is.
func EchapperLike(s string) string { return echappeur.Replace(s) }

var echappeur = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

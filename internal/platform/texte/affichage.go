package texte

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// The spaces and the sign of French typography (design, "Écrire").
const (
	Fine       = "\u202f" // between thousands, before ; ? ! %
	Insecable  = "\u00a0" // before : and a unit
	SigneMoins = "\u2212"
)

// Milliers writes a whole number with its thousands apart: 35 161, −43.
func Milliers(n int) string {
	chiffres := strconv.Itoa(n)
	signe := ""
	if n < 0 {
		signe, chiffres = SigneMoins, chiffres[1:]
	}
	var b strings.Builder
	b.WriteString(signe)
	for i, c := range chiffres {
		if i > 0 && (len(chiffres)-i)%3 == 0 {
			b.WriteString(Fine)
		}
		b.WriteRune(c)
	}
	return b.String()
}

// Euros writes an amount in whole euros: 1 577 €.
func Euros(n int) string { return Milliers(n) + Insecable + "€" }

// Pluriel writes a count and its noun: 0 demande, 1 demande, 2 demandes.
// French takes the plural from two on.
func Pluriel(n int, singulier, pluriel string) string {
	mot := singulier
	if n >= 2 || n <= -2 {
		mot = pluriel
	}
	return Milliers(n) + Insecable + mot
}

// Capitales shows a name: capitals with their accents (R-SAI: names are stored
// as typed and shown in capitals), spaces tidied.
func Capitales(nom string) string {
	return cases.Upper(language.French).String(strings.Join(strings.Fields(nom), " "))
}

// Minuscule starts a sentence in lower case, to follow « : »; an acronym keeps
// its capitals.
func Minuscule(s string) string {
	r := []rune(s)
	if len(r) == 0 || len(r) > 1 && unicode.IsUpper(r[1]) {
		return s
	}
	r[0] = unicode.ToLower(r[0])
	return string(r)
}

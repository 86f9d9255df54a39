package tenue

import (
	"regexp"
	"unicode/utf8"

	"imhoweb/internal/platform/fault"
)

var (
	formeCodePostal = regexp.MustCompile(`^[0-9]{5}$`)
	formeTelephone  = regexp.MustCompile(`^\+?[0-9][0-9 .]{7,19}$`)
)

// texte demands a text of some length.
func texte(f *fault.Fields, nom, valeur string, max int, siVide string) {
	switch n := utf8.RuneCountInString(valeur); {
	case n == 0 && siVide != "":
		f.Add(nom, siVide)
	case n > max:
		f.Add(nom, "Raccourcissez ce texte.")
	}
}

// lieu checks the address of an organisme, an agence or a guichet.
func lieu(f *fault.Fields, adresse, codePostal, ville, telephone string) {
	texte(f, "adresse", adresse, 200, "")
	texte(f, "ville", ville, 80, "")
	if codePostal != "" && !formeCodePostal.MatchString(codePostal) {
		f.Add("code_postal", "Indiquez les cinq chiffres du code postal, par exemple 31000.")
	}
	if telephone != "" && !formeTelephone.MatchString(telephone) {
		f.Add("telephone", "Indiquez un numéro de téléphone, par exemple 05 61 00 00 00.")
	}
}

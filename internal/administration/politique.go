package administration

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"imhoweb/internal/platform/texte"
)

// Bounds of a password, in characters. The upper one only keeps a request from
// hashing a book.
const (
	LongueurMin = 12
	LongueurMax = 200
)

// ReglesMotDePasse is what the screens say before one types (R-CNX-08).
var ReglesMotDePasse = fmt.Sprintf("%d caractères au moins ; une phrase convient. "+
	"Ni votre nom, ni votre prénom, ni une suite courante. Espaces et accents acceptés.", LongueurMin)

//go:embed motsdepasse.txt
var courantsTexte string

// courants are the frequent passwords and the words they are made of, reduced
// by racine.
var courants = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for l := range strings.Lines(courantsTexte) {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			m[racine(l)] = true
		}
	}
	return m
})

// refuserMotDePasse gives the sentence that refuses a new password, or "".
func refuserMotDePasse(clair, nom, prenom string) string {
	n := utf8.RuneCountInString(clair)
	switch {
	case n < LongueurMin:
		return fmt.Sprintf("Choisissez un mot de passe d’au moins %d caractères.", LongueurMin)
	case n > LongueurMax:
		return fmt.Sprintf("Choisissez un mot de passe d’au plus %d caractères.", LongueurMax)
	case contientNom(clair, nom) || contientNom(clair, prenom):
		return "Choisissez un mot de passe qui ne contient ni votre nom ni votre prénom."
	case previsible(clair):
		return "Ce mot de passe est trop courant. Choisissez plusieurs mots sans lien entre eux."
	}
	return ""
}

// contientNom ignores case, accents and separators; a name of one or two
// letters would forbid too much.
func contientNom(clair, nom string) bool {
	serre := func(s string) string { return strings.ReplaceAll(texte.Normaliser(s), " ", "") }
	n := serre(nom)
	return utf8.RuneCountInString(n) >= 3 && strings.Contains(serre(clair), n)
}

// previsible recognises a frequent password, also dressed with digits and signs
// ("Toulouse31000!!"), doubled ("soleilsoleil"), a run of the alphabet or of
// the keyboard, or fewer than five distinct characters.
func previsible(clair string) bool {
	distincts := map[rune]bool{}
	for _, r := range strings.ToLower(clair) {
		distincts[r] = true
	}
	if len(distincts) < 5 {
		return true
	}
	r := racine(clair)
	if r == "" || courants()[r] || enSuite(clair) {
		return true
	}
	for n := 3; n <= len(r)/2; n++ { // a word repeated
		if len(r)%n == 0 && strings.Repeat(r[:n], len(r)/n) == r && courants()[r[:n]] {
			return true
		}
	}
	return false
}

// leet undoes the usual disguises.
var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// racine keeps the letters of a password, disguises undone, without the digits
// and signs around them: "P4ssw0rd2026!" gives "password", digits alone "".
func racine(s string) string {
	s = strings.Trim(s, "0123456789 !?.,;:*-_+=#&$@/()")
	s = strings.ToLower(texte.Normaliser(leet.Replace(s)))
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, s)
}

var suites = []string{"abcdefghijklmnopqrstuvwxyz", "azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm", "01234567890123456789", "98765432109876543210"}

// enSuite tells that most of the password is one run of a keyboard or of the
// alphabet.
func enSuite(clair string) bool {
	s := strings.ToLower(clair)
	for _, suite := range suites {
		for i := 0; i+8 <= len(suite); i++ {
			if strings.Contains(s, suite[i:i+8]) && len(s) < 16 {
				return true
			}
		}
	}
	return false
}

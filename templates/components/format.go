package components

import (
	"strconv"
	"strings"
	"time"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

// NonRenseigne stands for an empty value: neither zero nor "no".
const NonRenseigne = "non renseigné"

// Nombre writes a whole number with its thousands apart.
func Nombre(n int) string { return texte.Milliers(n) }

// Euros writes an amount in whole euros.
func Euros(n int) string { return texte.Euros(n) }

// Pourcent writes a whole percentage: 36 %.
func Pourcent(n int) string { return texte.Milliers(n) + texte.Fine + "%" }

// Pluriel writes a count and its noun; zero has its own word: « aucune demande ».
func Pluriel(n int, aucun, singulier, pluriel string) string {
	if n == 0 {
		return aucun + texte.Insecable + singulier
	}
	return texte.Pluriel(n, singulier, pluriel)
}

// NomPersonne writes a person in a list: NOM Prénom.
func NomPersonne(nom, prenom string) string {
	return strings.TrimSpace(texte.Capitales(nom) + " " + prenom)
}

// Siret writes 14 digits in groups: 123 456 789 00012.
func Siret(s string) string { return grouper(s, 3, 3, 3, 5) }

// DateHeure writes an instant, in Paris: 24/11/2026 09:14.
func DateHeure(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(jour.Paris).Format("02/01/2006 15:04")
}

// Heure writes the hour of an instant, in Paris: 09:14.
func Heure(t time.Time) string { return t.In(jour.Paris).Format("15:04") }

// montant writes a typed amount, as typed when it isn't a whole number.
func montant(s string) string {
	n, err := strconv.Atoi(s)
	if err != nil {
		return s
	}
	return Euros(n)
}

// grouper cuts a number in groups for the eye ("0612345678" by 2). Other
// characters than digits and letters mean that it was typed in groups already.
func grouper(s string, tailles ...int) string {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return s
		}
	}
	total := 0
	for _, t := range tailles {
		total += t
	}
	if len(s) != total {
		return s
	}
	var groupes []string
	for _, t := range tailles {
		groupes, s = append(groupes, s[:t]), s[t:]
	}
	return strings.Join(groupes, texte.Insecable)
}

package journal

import (
	"time"

	"imhoweb/internal/platform/jour"
)

// Feries lists the public holidays of a year (Code du travail, L3133-1).
func Feries(annee int) []jour.Date {
	p := paques(annee)
	return []jour.Date{
		jour.De(annee, time.January, 1), p.Jours(1), jour.De(annee, time.May, 1), jour.De(annee, time.May, 8), p.Jours(39), p.Jours(50),
		jour.De(annee, time.July, 14), jour.De(annee, time.August, 15), jour.De(annee, time.November, 1), jour.De(annee, time.November, 11),
		jour.De(annee, time.December, 25),
	}
}

// paques is Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher).
func paques(annee int) jour.Date {
	a, b, c := annee%19, annee/100, annee%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return jour.De(annee, time.Month(n/31), n%31+1)
}

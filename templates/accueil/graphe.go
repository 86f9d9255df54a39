package accueil

import (
	"fmt"

	"imhoweb/internal/accueil"
)

// The chart, in the units of its viewBox.
const (
	largeur = 734
	hauteur = 220
	gauche  = 54  // room for the figures of the axis
	haut    = 18  // of the tallest bar
	bas     = 190 // the axis
)

// barre is a column of the histogram.
type barre struct {
	Code, Titre, Nombre string
	X, Y, Large, Haute  string
	Centre, Sommet      string
}

// graduation is a line of the grid.
type graduation struct {
	Y, Texte string // position of the line, and of its figure
	Nombre   int
}

// graphe is the histogram of the types.
type graphe struct {
	Barres      []barre
	Graduations []graduation
}

func tracer(t accueil.Typologie) graphe {
	plus := 0
	for _, x := range t.Types {
		plus = max(plus, x.Nombre)
	}
	pas := pasDe(plus)
	sommet := max(pas, (plus+pas-1)/pas*pas)
	y := func(n int) float64 { return bas - float64(n)*(bas-haut)/float64(sommet) }
	var g graphe
	for n := 0; n <= sommet; n += pas {
		g.Graduations = append(g.Graduations, graduation{unite(y(n)), unite(y(n) + 4), n})
	}
	colonne := float64(largeur-gauche) / float64(max(1, len(t.Types)))
	large := colonne * 0.64
	for i, x := range t.Types {
		g.Barres = append(g.Barres, barre{
			Code: court(x.Code), Titre: x.Libelle, Nombre: nombre(x.Nombre),
			X: unite(gauche + colonne*float64(i) + (colonne-large)/2), Y: unite(y(x.Nombre)), Large: unite(large), Haute: unite(bas - y(x.Nombre)),
			Centre: unite(gauche + colonne*(float64(i)+0.5)), Sommet: unite(y(x.Nombre) - 5),
		})
	}
	return g
}

// pasDe is the step of the axis, 1, 2 or 5 times a power of ten, so that it
// has at most five lines above zero.
func pasDe(plus int) int {
	for p := 1; ; p *= 10 {
		for _, m := range []int{1, 2, 5} {
			if plus <= 5*m*p {
				return m * p
			}
		}
	}
}

func unite(f float64) string { return fmt.Sprintf("%.1f", f) }

// court is the label of a column (R-ACC-09): T6 is « T6 et plus ».
func court(code string) string {
	if code == "T6P" {
		return "T6"
	}
	return code
}

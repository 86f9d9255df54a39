package editions

import (
	"math"
	"strings"
)

// style is how a text is set; sizes are in points, line heights in mm.
type style struct {
	gras       bool
	taille     float64
	interligne float64
}

// mm gives a width in em as mm.
func (s style) mm(em float64) float64 { return em * s.taille * 25.4 / 72 }

// morceau is a run of text in one face, at a distance from the left of its line.
type morceau struct {
	x      float64
	police *police
	taille float64
	texte  string
}

// ligne is a line, ready to draw.
type ligne struct {
	morceaux []morceau
	hauteur  float64
}

// decaler moves a line to the right.
func (l ligne) decaler(x float64) ligne {
	for i := range l.morceaux {
		l.morceaux[i].x += x
	}
	return l
}

// largeur is where the line ends.
func (l ligne) largeur() float64 {
	if len(l.morceaux) == 0 {
		return 0
	}
	m := l.morceaux[len(l.morceaux)-1]
	return m.x + style{taille: m.taille}.mm(m.police.largeur(m.texte))
}

// couper sets a text in lines no wider than largeur (mm). It breaks at ordinary
// spaces, so no-break ones hold; a word wider than the line is cut.
func (s style) couper(texte string, largeur float64) []ligne {
	var lignes []ligne
	courante, x := ligne{hauteur: s.interligne}, 0.0
	espace := s.mm(polices().normale.avances[' '])
	for _, mot := range strings.FieldsFunc(imprimable(texte), func(r rune) bool { return r == ' ' }) {
		p, mot := polices().choisir(s.gras, mot)
		for mot != "" {
			l := s.mm(p.largeur(mot))
			if x > 0 && x+espace+l > largeur {
				lignes = append(lignes, courante)
				courante, x = ligne{hauteur: s.interligne}, 0
			}
			reste := ""
			if l > largeur {
				mot, reste = s.tronquer(p, mot, largeur)
				l = s.mm(p.largeur(mot))
			}
			if x > 0 {
				x += espace
			}
			courante.ajouter(morceau{x, p, s.taille, mot})
			x += l
			mot = reste
		}
	}
	if x > 0 {
		lignes = append(lignes, courante)
	}
	return lignes
}

// ajouter puts a word at the end of the line, in the run before it when the
// face is the same: a reader then copies whole sentences.
func (l *ligne) ajouter(m morceau) {
	if n := len(l.morceaux); n > 0 && l.morceaux[n-1].police == m.police && m.police.famille == familleTexte {
		l.morceaux[n-1].texte += " " + m.texte
		return
	}
	l.morceaux = append(l.morceaux, m)
}

// tronquer cuts a word where the line ends.
func (s style) tronquer(p *police, mot string, largeur float64) (debut, reste string) {
	var l float64
	for i, r := range mot {
		if l += s.mm(p.avances[r]); l > largeur && i > 0 {
			return mot[:i], mot[i:]
		}
	}
	return mot, ""
}

// reduire gives the style in which a text holds on one line, no smaller than
// mini points.
func (s style) reduire(texte string, largeur, mini float64) style {
	for len(s.couper(texte, largeur)) > 1 && s.taille > mini {
		s.taille = math.Max(mini, s.taille-0.25)
	}
	return s
}

// bloc is a piece of the text: a paragraph, a heading, a bullet, or a row with
// its label.
type bloc struct {
	avant   float64 // space above, mm; none at the top of a page
	style   style
	texte   string
	retrait float64 // from the left margin, mm
	marque  string  // in the indent: a bullet, a number
	libelle string  // of a row, in bold on the left
	filet   bool    // a rule above, but at the top of a page
	lie     bool    // on the same page as the next block
}

// bande is a block set in lines.
type bande struct {
	bloc
	lignes []ligne
}

func (b bloc) composer(largeur float64) bande {
	lignes := b.style.couper(b.texte, largeur-b.retrait)
	for i := range lignes {
		lignes[i] = lignes[i].decaler(b.retrait)
	}
	gauche := b.style.couper(b.marque, b.retrait)
	if b.libelle != "" {
		gras := b.style
		gras.gras = true
		gauche = gras.couper(b.libelle, b.retrait-3)
	}
	for i, l := range gauche { // a long label makes the row as high as itself
		if i == len(lignes) {
			lignes = append(lignes, ligne{hauteur: b.style.interligne})
		}
		lignes[i].morceaux = append(l.morceaux, lignes[i].morceaux...)
	}
	return bande{b, lignes}
}

// posee is a line at its place on a page; y is the top of the line, mm.
type posee struct {
	ligne
	y     float64
	filet bool
}

// paginer fills pages from the top of the first (haut) or of the next ones
// (suite) down to bas. A heading stays with what follows; a paragraph leaves
// no line alone on either side; a row is not cut.
func paginer(bandes []bande, haut, suite, bas float64) [][]posee {
	pages, y, sommet := [][]posee{nil}, haut, true
	nouvelle := func() { pages, y, sommet = append(pages, nil), suite, true }
	for i, b := range bandes {
		avant := b.avant
		if sommet {
			avant = 0
		}
		if !sommet && y+avant+besoin(bandes[i:]) > bas {
			nouvelle()
			avant = 0
		}
		y += avant
		for j, l := range b.lignes {
			if y+b.hauteur(j, resteAvecVeuve(b, j)) > bas && !sommet {
				nouvelle()
			}
			pages[len(pages)-1] = append(pages[len(pages)-1], posee{l, y, b.filet && j == 0 && !sommet})
			y, sommet = y+l.hauteur, false
		}
	}
	return pages
}

// besoin is the height that must be free for the first block to start here.
func besoin(bandes []bande) float64 {
	b := bandes[0]
	if !b.lie || len(bandes) == 1 {
		return b.hauteur(0, premieres(b))
	}
	return b.hauteur(0, len(b.lignes)) + bandes[1].avant + besoin(bandes[1:])
}

// premieres counts the first lines that go together: a whole row, a paragraph
// of three lines or less, else two lines.
func premieres(b bande) int {
	if b.libelle != "" || len(b.lignes) <= 3 {
		return len(b.lignes)
	}
	return 2
}

// resteAvecVeuve counts the lines to place with line j: the last two go
// together.
func resteAvecVeuve(b bande, j int) int {
	if len(b.lignes)-j == 2 {
		return 2
	}
	return 1
}

// hauteur is the height of n lines from line j.
func (b bande) hauteur(j, n int) float64 {
	var h float64
	for _, l := range b.lignes[min(j, len(b.lignes)):min(j+n, len(b.lignes))] {
		h += l.hauteur
	}
	return h
}

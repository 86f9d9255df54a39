package textes

import "strings"

// Sorte tells what became of a line between two versions.
type Sorte string

// Sortes of lines.
const (
	Gardee  Sorte = ""
	Ajoutee Sorte = "ajoutee"
	Retiree Sorte = "retiree"
)

// Ligne is a line of a comparison.
type Ligne struct {
	Sorte Sorte
	Texte string
}

// Comparer sets two texts side by side, line by line: what was removed comes
// before what replaces it.
func Comparer(avant, apres string) []Ligne {
	a, b := lignes(avant), lignes(apres)
	// communes[i][j] is the longest common run of a[i:] and b[j:].
	communes := make([][]int, len(a)+1)
	for i := range communes {
		communes[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				communes[i][j] = communes[i+1][j+1] + 1
			} else {
				communes[i][j] = max(communes[i+1][j], communes[i][j+1])
			}
		}
	}
	var l []Ligne
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			l = append(l, Ligne{Gardee, a[i]})
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || communes[i+1][j] >= communes[i][j+1]):
			l = append(l, Ligne{Retiree, a[i]})
			i++
		default:
			l = append(l, Ligne{Ajoutee, b[j]})
			j++
		}
	}
	return l
}

// lignes leaves blank lines out: they say nothing to whoever compares. A text
// has at most tailleComparee lines, so that the comparison stays small.
func lignes(s string) []string {
	var l []string
	for _, x := range strings.Split(s, "\n") {
		if x = strings.TrimSpace(x); x != "" {
			l = append(l, x)
		}
	}
	if len(l) > tailleComparee {
		l = append(l[:tailleComparee:tailleComparee], strings.Join(l[tailleComparee:], "\n"))
	}
	return l
}

const tailleComparee = 1500

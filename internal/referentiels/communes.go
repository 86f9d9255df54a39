package referentiels

import (
	"slices"
	"strings"
)

// ChercherCommunes finds up to n communes of France by the beginning of their
// name, of one of the words of their name, or of a code postal or Insee. Accents,
// case, hyphens and « st » for « saint » don't matter. The exact name comes
// first, then names that begin so, then words; the most populated first within
// each. Codes postaux are known for Haute-Garonne only.
func (r *Referentiels) ChercherCommunes(texte string, n int) []Commune {
	cherche := Normaliser(texte)
	if cherche == "" || n <= 0 {
		return nil
	}
	toutes := r.etat.Load().listeCommunes
	if c := cherche[0]; c >= '0' && c <= '9' {
		return chercherParCode(toutes, cherche, n)
	}
	return chercherParNom(toutes, cherche, n)
}

func chercherParCode(toutes []Commune, cherche string, n int) (trouvees []Commune) {
	var insee []Commune
	for _, c := range toutes {
		switch {
		case slices.ContainsFunc(c.CodesPostaux, func(cp string) bool { return strings.HasPrefix(cp, cherche) }):
			if trouvees = append(trouvees, c); len(trouvees) == n {
				return trouvees
			}
		case len(insee) < n && strings.HasPrefix(c.CodeInsee, cherche):
			insee = append(insee, c)
		}
	}
	return premieres(n, trouvees, insee)
}

func chercherParNom(toutes []Commune, cherche string, n int) []Commune {
	var exactes, debuts, mots []Commune
	mot := " " + cherche
	for _, c := range toutes {
		switch {
		case strings.HasPrefix(c.NomRecherche, cherche):
			if len(c.NomRecherche) == len(cherche) {
				exactes = append(exactes, c)
			} else if len(debuts) < n {
				debuts = append(debuts, c)
			}
		case len(mots) < n && strings.Contains(c.NomRecherche, mot):
			mots = append(mots, c)
		}
	}
	return premieres(n, exactes, debuts, mots)
}

func premieres(n int, listes ...[]Commune) []Commune {
	l := slices.Concat(listes...)
	return l[:min(n, len(l))]
}

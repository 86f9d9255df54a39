// Package noms draws first names and family names for the demo file, as often
// as people born in France bear them.
//
// Source: Insee, fichier des prénoms (2022) and fichier des noms (2008). Names
// and first names are drawn independently: nothing can be read from a pair.
package noms

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
)

//go:embed donnees
var donnees embed.FS

// Nom is a family name: in capitals without accents as the Insee gives it, and
// in its accented form ("" when none was found).
type Nom struct{ Capitales, Accentue string }

// First decade and number of decades of prenoms.csv (n1920 to n2020).
const (
	premiereDecennie = 1920
	decennies        = 11
)

// Tirage draws names. It is read-only, hence safe for concurrent use; each
// goroutine brings its own rand.Rand.
type Tirage struct {
	noms    urne[Nom]
	prenoms map[string]*[decennies]urne[string] // by sexe, F and M
}

// urne draws a value in proportion to its weight.
type urne[T any] struct {
	valeurs []T
	cumuls  []int // running totals of the weights
}

func (u *urne[T]) ajouter(v T, poids int) {
	if poids <= 0 {
		return
	}
	if n := len(u.cumuls); n > 0 {
		poids += u.cumuls[n-1]
	}
	u.valeurs, u.cumuls = append(u.valeurs, v), append(u.cumuls, poids)
}

func (u *urne[T]) tirer(r *rand.Rand) T {
	n := r.IntN(u.cumuls[len(u.cumuls)-1])
	i, exact := slices.BinarySearch(u.cumuls, n)
	if exact {
		i++ // n is the total of the values up to i, which belongs to the next one
	}
	return u.valeurs[i]
}

// Lire reads the embedded tables.
func Lire() (*Tirage, error) {
	t := &Tirage{prenoms: map[string]*[decennies]urne[string]{"F": {}, "M": {}}}
	err := lire("donnees/noms.csv", func(l []string) error {
		poids, err := strconv.Atoi(l[2])
		t.noms.ajouter(Nom{l[0], l[1]}, poids)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = lire("donnees/prenoms.csv", func(l []string) error {
		urnes, ok := t.prenoms[l[1]]
		if !ok {
			return fmt.Errorf("sexe %q", l[1])
		}
		for i := range urnes {
			poids, err := strconv.Atoi(l[3+i])
			if err != nil {
				return err
			}
			urnes[i].ajouter(l[0], poids)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// lire calls f for each line of a CSV file after its header.
func lire(chemin string, f func(ligne []string) error) error {
	fichier, err := donnees.Open(chemin)
	if err != nil {
		return fmt.Errorf("noms: %w", err)
	}
	defer fichier.Close()
	r := csv.NewReader(fichier)
	r.Comma = ';'
	if _, err := r.Read(); err != nil {
		return fmt.Errorf("noms: %s: %w", chemin, err)
	}
	for {
		ligne, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = f(ligne)
		}
		if err != nil {
			return fmt.Errorf("noms: %s: %w", chemin, err)
		}
	}
}

// Nom draws a family name.
func (t *Tirage) Nom(r *rand.Rand) Nom { return t.noms.tirer(r) }

// Prenom draws a first name of a person of that sexe (F or M) born that year.
// A year before 1920 uses the 1920s, one after 2029 the 2020s.
func (t *Tirage) Prenom(r *rand.Rand, sexe string, annee int) string {
	i := min(max((annee-premiereDecennie)/10, 0), decennies-1)
	return t.prenoms[sexe][i].tirer(r)
}

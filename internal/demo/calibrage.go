package demo

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// calibrageCSV holds the shares of each modalité of each variable, measured or
// supposed (column statut), with their source.
//
//go:embed donnees/calibrage.csv
var calibrageCSV string

// calibrage gives the shares of a variable, in the order of the file.
type calibrage map[string][]part

type part struct {
	modalite string
	poids    float64 // normalised: the shares of a variable add up to 1
}

func lireCalibrage() (calibrage, error) {
	r := csv.NewReader(strings.NewReader(calibrageCSV))
	r.Comma = ';'
	lignes, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("demo: calibrage.csv: %w", err)
	}
	c := calibrage{}
	for _, l := range lignes[1:] {
		p, err := strconv.ParseFloat(l[2], 64)
		if err != nil {
			return nil, fmt.Errorf("demo: calibrage.csv: %s, %s: %w", l[0], l[1], err)
		}
		c[l[0]] = append(c[l[0]], part{l[1], p})
	}
	for _, parts := range c {
		total := 0.0
		for _, p := range parts {
			total += p.poids
		}
		for i := range parts {
			parts[i].poids /= total
		}
	}
	return c, nil
}

// poids gives the shares of a variable, which must have n modalités: the
// tables of lois.go name them by position.
func (c calibrage) poids(variable string, n int) []float64 {
	if len(c[variable]) != n {
		panic(fmt.Sprintf("demo: calibrage.csv: %s has %d modalités, want %d", variable, len(c[variable]), n))
	}
	l := make([]float64, n)
	for i, p := range c[variable] {
		l[i] = p.poids
	}
	return l
}

// loi draws a modalité of a variable given the situation already drawn: one
// row of running totals for each situation.
type loi [][]float64

func (l loi) tirer(r *rand.Rand, situation int) int {
	cumuls := l[situation]
	i, _ := slices.BinarySearch(cumuls, r.Float64())
	return min(i, len(cumuls)-1)
}

// contrainte asks that the modalités of a set make this share of the whole.
type contrainte struct {
	colonnes []int
	part     float64
}

// ajuster builds the law of a variable whose modalités must make given shares
// of the whole population, as near as possible to the affinities f between
// situation and modalité (0: never). situations are the shares of each
// situation. It scales rows and columns in turn until both agree (iterative
// proportional fitting).
func ajuster(situations []float64, n int, contraintes []contrainte, f func(situation, modalite int) float64) (loi, [][]float64) {
	p := make([][]float64, len(situations))
	for i := range p {
		p[i] = make([]float64, n)
		for j := range p[i] {
			p[i][j] = f(i, j)
		}
	}
	const tours = 150
	for range tours {
		for _, c := range contraintes {
			somme := 0.0
			for i := range p {
				for _, j := range c.colonnes {
					somme += p[i][j]
				}
			}
			if somme == 0 {
				continue
			}
			for i := range p {
				for _, j := range c.colonnes {
					p[i][j] *= c.part / somme
				}
			}
		}
		for i := range p {
			normer(p[i], situations[i])
		}
	}
	l := make(loi, len(p))
	for i := range p {
		l[i] = make([]float64, n)
		cumul := 0.0
		for j, v := range p[i] {
			if situations[i] > 0 {
				cumul += v / situations[i]
			}
			l[i][j] = cumul
		}
	}
	return l, p
}

// normer scales values so that they add up to total.
func normer(l []float64, total float64) {
	somme := 0.0
	for _, v := range l {
		somme += v
	}
	if somme == 0 {
		return
	}
	for i := range l {
		l[i] *= total / somme
	}
}

// simple asks each modalité for its share.
func simple(parts []float64) []contrainte {
	l := make([]contrainte, len(parts))
	for i, p := range parts {
		l[i] = contrainte{[]int{i}, p}
	}
	return l
}

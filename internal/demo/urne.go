package demo

import (
	"math/rand/v2"
	"slices"
)

// urne draws values in proportion to their weights.
type urne[T any] struct {
	valeurs []T
	cumuls  []int
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
	i, exact := slices.BinarySearch(u.cumuls, r.IntN(u.cumuls[len(u.cumuls)-1]))
	if exact {
		i++ // the total of the values up to i belongs to the next one
	}
	return u.valeurs[i]
}

func (u *urne[T]) vide() bool { return len(u.valeurs) == 0 }

// chance is true with that probability.
func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// entre draws a whole number, both bounds included.
func entre(r *rand.Rand, bas, haut int) int { return bas + r.IntN(max(haut-bas, 0)+1) }

// parmi draws one of the values.
func parmi[T any](r *rand.Rand, l ...T) T { return l[r.IntN(len(l))] }

// reponse is a yes/no that some demandeurs leave without answer.
func reponse(r *rand.Rand, oui, sans float64) *bool {
	if chance(r, sans) {
		return nil
	}
	return new(chance(r, oui))
}

package demo

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// essai is a tireur with the lives it has to tell.
type essai struct {
	tireur
	fiches []fiche
}

func tireurDe(t *testing.T, g *generateur, actives int) *essai {
	t.Helper()
	dep, err := g.departement("31")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(g.graine, 99))
	e := &essai{tireur: tireur{generateur: g, Rand: r, dep: dep}, fiches: g.planifier(r, actives)}
	for i := range e.fiches {
		e.fiches[i].id = int64(i + 1)
	}
	return e
}

func TestLargeFilesSpreadOverDepartements(t *testing.T) {
	t.Parallel()
	if n := nbDepartements(130_000); n != 1 {
		t.Errorf("130 000 demandes over %d départements, want 1", n)
	}
	if l := partager(600_000, []int{1_471_468, 2_615_635, 2_103_778, 2_087_658, 1_914_667}); slices.Max(l) != MaxParDepartement || somme(l) != 600_000 {
		t.Errorf("600 000 demandes: %v", l)
	}
	populations := make([]int, pays)
	for i := range populations {
		populations[i] = 2_600_000 / (i + 1)
	}
	if l := partager(3_500_000, populations); slices.Max(l) != MaxParDepartement || somme(l) != 3_500_000 || slices.Min(l) == 0 {
		t.Errorf("3 500 000 demandes: %v", l)
	}
}

func somme(l []int) (n int) {
	for _, v := range l {
		n += v
	}
	return n
}

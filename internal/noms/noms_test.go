package noms

import (
	"math/rand/v2"
	"testing"
)

func TestTirageIsRepeatableAndFollowsTheDecade(t *testing.T) {
	t.Parallel()
	tirage, err := Lire()
	if err != nil {
		t.Fatal(err)
	}
	compte := func(prenom, sexe string, annee int) (n int) {
		r := rand.New(rand.NewPCG(1, 2))
		for range 20_000 {
			if tirage.Prenom(r, sexe, annee) == prenom {
				n++
			}
		}
		return n
	}
	if avant, apres := compte("Monique", "F", 1945), compte("Monique", "F", 2005); avant < 200 || apres > 20 {
		t.Errorf("Monique: %d of 20 000 born in 1945, %d in 2005", avant, apres)
	}
	if a, b := compte("Marie", "F", 1925), compte("Marie", "F", 1925); a != b || a == 0 {
		t.Errorf("same seed, different draws: %d and %d", a, b)
	}
	for _, annee := range []int{1890, 1920, 2029, 2040} {
		if p := tirage.Prenom(rand.New(rand.NewPCG(1, 2)), "M", annee); p == "" {
			t.Errorf("no first name for %d", annee)
		}
	}
}

func TestFrequentNamesAreDrawnInProportion(t *testing.T) {
	t.Parallel()
	tirage, err := Lire()
	if err != nil {
		t.Fatal(err)
	}
	r, martin, accents := rand.New(rand.NewPCG(3, 4)), 0, 0
	for range 100_000 {
		n := tirage.Nom(r)
		if n.Capitales == "MARTIN" {
			martin++
		}
		if n.Accentue != "" {
			accents++
		}
	}
	total := tirage.noms.cumuls[len(tirage.noms.cumuls)-1]
	want := 157_523 * 100_000 / total
	if martin < want*8/10 || martin > want*12/10 {
		t.Errorf("MARTIN drawn %d times of 100 000, want about %d", martin, want)
	}
	if accents == 0 {
		t.Error("no accented form was drawn")
	}
}

func TestUrneGivesEachValueItsShare(t *testing.T) {
	t.Parallel()
	var u urne[string]
	u.ajouter("jamais", 0)
	u.ajouter("une", 1)
	u.ajouter("trois", 3)
	compte := map[string]int{}
	r := rand.New(rand.NewPCG(5, 6))
	for range 4000 {
		compte[u.tirer(r)]++
	}
	if compte["jamais"] != 0 || compte["une"] < 850 || compte["une"] > 1150 {
		t.Errorf("got %v", compte)
	}
}

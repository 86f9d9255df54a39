package plafonds

import (
	"slices"
	"testing"

	"imhoweb/internal/platform/jour"
)

// le is the day of every worked case.
var le = jour.De(2026, 11, 24)

// age builds an adult of n whole years on that day.
func age(n int) Adulte { return Adulte{Naissance: le.Mois(-12 * n)} }

func carte(a Adulte) Adulte { a.Invalidite = true; return a }

func seul(a Adulte) []Adulte    { return []Adulte{a} }
func deux(a, b Adulte) []Adulte { return []Adulte{a, b} }
func demain(a Adulte) Adulte    { a.Naissance = a.Naissance.Jours(1); return a }
func sansDate(inv bool) Adulte  { return Adulte{Invalidite: inv} }
func colocs(n int) (l []Adulte) { return slices.Repeat([]Adulte{age(25)}, n) }
func couple(a, b int, f Foyer) Foyer {
	f.Titulaires, f.EnCouple = deux(age(a), age(b)), true
	return f
}

// R-ONG-06
func TestCategorie(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		nom        string
		f          Foyer
		sansNaitre bool // the parameter « enfants à naître comptés » says no
		cat, supp  int
	}{
		{"a person alone is category 1", Foyer{Titulaires: seul(age(40))}, false, 1, 0},
		{"a person alone without a birth date is category 1", Foyer{Titulaires: seul(sansDate(false))}, false, 1, 0},
		{"a person alone with a CMI-invalidité is category 2", Foyer{Titulaires: seul(carte(age(70)))}, false, 2, 0},
		{"an older couple is category 2", couple(60, 58, Foyer{}), false, 2, 0},
		{"two flat-sharers of 25 are category 2, not a jeune ménage", Foyer{Titulaires: colocs(2)}, false, 2, 0},
		{"a young couple (25 and 27) is category 3", couple(25, 27, Foyer{}), false, 3, 0},
		{"a couple whose ages add up to exactly 55 is a jeune ménage", couple(30, 25, Foyer{}), false, 3, 0},
		{"a couple whose ages add up to 56 is not", couple(30, 26, Foyer{}), false, 2, 0},
		{"ages are whole: one day before the birthday still makes 55", Foyer{Titulaires: deux(age(30), demain(age(26))), EnCouple: true}, false, 3, 0},
		{"a young couple with one birth date missing is category 2", Foyer{Titulaires: deux(age(22), sansDate(false)), EnCouple: true}, false, 2, 0},
		{"a young couple with one card stays in category 3: ways don't add up", Foyer{Titulaires: deux(carte(age(22)), age(23)), EnCouple: true}, false, 3, 0},
		{"an older couple with one card is category 3", Foyer{Titulaires: deux(carte(age(60)), age(61)), EnCouple: true}, false, 3, 0},
		{"an older couple with two cards rises by one category only", Foyer{Titulaires: deux(carte(age(60)), carte(age(61))), EnCouple: true}, false, 3, 0},
		{"a person alone with one child is category 3, not 2", Foyer{Titulaires: seul(age(35)), PersonnesACharge: 1}, false, 3, 0},
		{"a person alone with a disabled child stays in category 3", Foyer{Titulaires: seul(age(35)), PersonnesACharge: 1, Invalides: 1}, false, 3, 0},
		{"a person alone with two children is category 4", Foyer{Titulaires: seul(age(35)), PersonnesACharge: 2}, false, 4, 0},
		{"a person alone with three children is category 5", Foyer{Titulaires: seul(age(35)), PersonnesACharge: 3}, false, 5, 0},
		{"a person alone with four children is category 6", Foyer{Titulaires: seul(age(35)), PersonnesACharge: 4}, false, 6, 0},
		{"a person alone with five children is category 6 and one more person", Foyer{Titulaires: seul(age(35)), PersonnesACharge: 5}, false, 6, 1},
		{"a person alone with an adult who is nobody's charge is category 2", Foyer{Titulaires: seul(age(35)), Autres: 1}, false, 2, 0},
		{"a person alone with a child and such an adult is category 3", Foyer{Titulaires: seul(age(35)), PersonnesACharge: 1, Autres: 1}, false, 3, 0},
		{"a pregnant person alone is category 3 when à naître count", Foyer{Titulaires: seul(age(28)), ANaitre: 1}, false, 3, 0},
		{"a pregnant person alone is category 1 when they don't", Foyer{Titulaires: seul(age(28)), ANaitre: 1}, true, 1, 0},
		{"a pregnant person alone expecting twins is category 4", Foyer{Titulaires: seul(age(28)), ANaitre: 2}, false, 4, 0},
		{"an older couple expecting a child is category 3", couple(40, 41, Foyer{ANaitre: 1}), false, 3, 0},
		{"an older couple expecting a child is category 2 when à naître don't count", couple(40, 41, Foyer{ANaitre: 1}), true, 2, 0},
		{"a young couple expecting a child is category 3 when à naître count: three persons", couple(22, 23, Foyer{ANaitre: 1}), false, 3, 0},
		{"a young couple expecting a child is category 3 when they don't: jeune ménage", couple(22, 23, Foyer{ANaitre: 1}), true, 3, 0},
		{"a young couple with a child is category 3 like any three persons", couple(22, 23, Foyer{PersonnesACharge: 1}), false, 3, 0},
		{"a couple with one child, one of them with a card, is category 4", couple(40, 41, Foyer{PersonnesACharge: 1, Invalides: 1}), false, 4, 0},
		{"a couple with two children is category 4", couple(40, 41, Foyer{PersonnesACharge: 2}), false, 4, 0},
		{"a couple with two children, one with a card, is category 5", couple(40, 41, Foyer{PersonnesACharge: 2, Invalides: 1}), false, 5, 0},
		{"a couple with three children is category 5", couple(40, 41, Foyer{PersonnesACharge: 3}), false, 5, 0},
		{"a couple with three children, one with a card, is category 6", couple(40, 41, Foyer{PersonnesACharge: 3, Invalides: 1}), false, 6, 0},
		{"a couple with four children is category 6", couple(40, 41, Foyer{PersonnesACharge: 4}), false, 6, 0},
		{"a couple with five children is category 6 and one more person", couple(40, 41, Foyer{PersonnesACharge: 5}), false, 6, 1},
		{"a couple with six children and a grandmother is category 6 and three more", couple(40, 41, Foyer{PersonnesACharge: 6, Autres: 1}), false, 6, 3},
		{"six persons, one with a card, are category 6 and one more", couple(40, 41, Foyer{PersonnesACharge: 4, Invalides: 1}), false, 6, 1},
		{"three flat-sharers are category 3", Foyer{Titulaires: colocs(3)}, false, 3, 0},
		{"parent and adult child as co-titulaires are category 2", Foyer{Titulaires: deux(age(52), age(20))}, false, 2, 0},
		{"a household without titulaire has no category", Foyer{PersonnesACharge: 2}, false, 0, 0},
	} {
		t.Run(c.nom, func(t *testing.T) {
			t.Parallel()
			cat, supp, voies := Categorie(c.f, le, !c.sansNaitre)
			if cat != c.cat || supp != c.supp {
				t.Errorf("category %d + %d by %q, want %d + %d", cat, supp, voies, c.cat, c.supp)
			}
			if (len(voies) == 0) != (cat == 0) {
				t.Errorf("category %d explained by %q", cat, voies)
			}
		})
	}
}

func TestCategorieSaysWhichWayGaveIt(t *testing.T) {
	t.Parallel()
	_, _, voies := Categorie(Foyer{Titulaires: seul(age(35)), PersonnesACharge: 1, Invalides: 1}, le, true)
	want := []string{
		"Personne seule avec 1\u00a0personne à charge",
		"2\u00a0personnes dont une au moins avec la carte mobilité inclusion, mention invalidité",
	}
	if !slices.Equal(voies, want) {
		t.Errorf("got %q, want %q", voies, want)
	}
}

func TestOneMorePersonNeverLowersTheCategory(t *testing.T) {
	t.Parallel()
	rang := func(f Foyer) int { c, s, _ := Categorie(f, le, true); return c + s }
	for titulaires := 1; titulaires <= 3; titulaires++ {
		for charge := 0; charge <= 8; charge++ {
			for naitre := 0; naitre <= 2; naitre++ {
				for _, inv := range []int{0, 1} {
					f := Foyer{Titulaires: colocs(titulaires), EnCouple: titulaires == 2, PersonnesACharge: charge, ANaitre: naitre, Invalides: inv}
					g := f
					g.PersonnesACharge++
					if rang(g) < rang(f) {
						t.Errorf("%+v is %d, with one more à charge %d", f, rang(f), rang(g))
					}
				}
			}
		}
	}
}

func TestPourcentage(t *testing.T) {
	t.Parallel()
	n := func(i int) *int { return &i }
	for _, c := range []struct {
		nom     string
		rfr     *int
		plafond int
		want    *int
	}{
		{"an unknown RFR has no percentage, never 0", nil, 23403, nil},
		{"an RFR of 0 is 0 %", n(0), 23403, n(0)},
		{"15 000 of 23 403 is 64 %", n(15000), 23403, n(64)},
		{"half rounds up", n(125), 1000, n(13)},
		{"the plafond itself is 100 %", n(23403), 23403, n(100)},
		{"one euro above is 101 %, never 100", n(23404), 23403, n(101)},
		{"one euro below is 100 %", n(23402), 23403, n(100)},
		{"30 000 of 23 403 is 128 %", n(30000), 23403, n(128)},
		{"no plafond, no percentage", n(15000), 0, nil},
	} {
		t.Run(c.nom, func(t *testing.T) {
			t.Parallel()
			got := Pourcentage(c.rfr, c.plafond)
			if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
				t.Errorf("got %v, want %v", texte(got), texte(c.want))
			}
		})
	}
}

func texte(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

func TestAnneeRFR(t *testing.T) {
	t.Parallel()
	if got := AnneeRFR(le); got != 2024 {
		t.Errorf("RFR of %d compared with the plafonds of 2026, want 2024", got)
	}
}

// table holds the published PLUS and PLAI of 2026 and an incomplete 2027.
var table = Table{montants: map[cle]int{
	{2026, "PLUS", "1"}: 23403, {2026, "PLUS", "3"}: 37584, {2026, "PLUS", "6"}: 60156, {2026, "PLUS", supp}: 6710,
	{2026, "PLAI", "6"}: 33086, {2026, "PLAI", supp}: 3689,
	{2027, "PLUS", "6"}: 61000,
}}

func TestPlafond(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		nom         string
		annee       int
		financement string
		cat, supp   int
		montant     int
		connu       bool
	}{
		{"category 1", 2026, "PLUS", 1, 0, 23403, true},
		{"eight persons: category 6 and twice the supplement", 2026, "PLUS", 6, 2, 60156 + 2*6710, true},
		{"each financement has its supplement", 2026, "PLAI", 6, 1, 33086 + 3689, true},
		{"a year not published is not known, never interpolated", 2028, "PLUS", 1, 0, 0, false},
		{"a published category without its supplement is not known for seven persons", 2027, "PLUS", 6, 1, 0, false},
		{"a financement not published is not known", 2026, "PLS", 1, 0, 0, false},
		{"a household without category has no plafond", 2026, "PLUS", 0, 0, 0, false},
	} {
		t.Run(c.nom, func(t *testing.T) {
			t.Parallel()
			montant, connu := table.Plafond(c.annee, c.financement, c.cat, c.supp)
			if montant != c.montant || connu != c.connu {
				t.Errorf("got %d, %v; want %d, %v", montant, connu, c.montant, c.connu)
			}
		})
	}
}

// R-ONG-06
func TestLignesShowUnknownAsUnknown(t *testing.T) {
	t.Parallel()
	rfr := 30000
	l := table.Lignes(2026, 6, 0, &rfr)
	if len(l) != 3 || l[0].Financement != "PLAI" || l[1].Financement != "PLUS" || l[2].Financement != "PLS" {
		t.Fatalf("got %+v", l)
	}
	if p := l[1].Pourcentage; p == nil || *p != 50 {
		t.Errorf("PLUS: got %v, want 50", texte(p))
	}
	if l[2].Connu || l[2].Pourcentage != nil {
		t.Errorf("PLS is not published here, got %+v", l[2])
	}
}

package doublons

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"imhoweb/internal/platform/jour"
)

// R-SAI-39
func TestComparerReachesF1OnLabelledPairs(t *testing.T) {
	f, err := os.Open("testdata/paires.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	moities := map[string]*Mesure{"train": {}, "controle": {}}
	negatifs := map[string]int{}
	for p, err := range LirePaires(f) {
		if err != nil {
			t.Fatal(err)
		}
		moitie, _, _ := strings.Cut(p.ID, "-")
		r := Comparer(p.A, p.B)
		moities[moitie].Compter(r.Verdict, *p.MemePersonne)
		if !*p.MemePersonne {
			negatifs[moitie]++
		}
		if r.Verdict.MemePersonne() != *p.MemePersonne {
			t.Logf("%s: %d %s %v", p.ID, r.Score, r.Verdict, r.Raisons)
		}
	}
	for nom, m := range moities {
		t.Logf("%s: %d pairs, precision %.3f, recall %.3f, F1 %.3f", nom, m.Total(), m.Precision(), m.Rappel(), m.F1())
		if m.F1() < 0.95 {
			t.Errorf("%s: F1 %.3f, want at least 0.95", nom, m.F1())
		}
		if m.Total() < 200 || 2*negatifs[nom] != m.Total() {
			t.Errorf("%s: %d pairs of which %d negatives", nom, m.Total(), negatifs[nom])
		}
	}
}

func identite(t testing.TB, s string) Identite {
	t.Helper()
	c := strings.Split(s, ";")
	i, colonne := lireIdentite(c, "a")
	if colonne != "" {
		t.Fatalf("%s: %s", s, colonne)
	}
	return i
}

func TestComparerSaysWhy(t *testing.T) {
	for _, c := range []struct {
		nom, a, b string
		verdict   Verdict
		raison    string
	}{
		{"accents, hyphens and case", "MME;Barthès;;Anne-Laure;30/01/1984", "MME;BARTHES;;ANNE LAURE;30/01/1984", Certain, "même nom, à l’accent, au tiret ou à l’espace près"},
		{"takes the husband's name", "MME;ROUX;;Odile;30/05/1984", "MME;PETIT;ROUX;Odile;30/05/1984", Certain, "nom d’usage de l’une, nom de naissance de l’autre"},
		{"usage and birth names swapped", "MME;ROUX;PETIT;Odile;30/05/1984", "MME;PETIT;ROUX;Odile;30/05/1984", Certain, "nom d’usage et nom de naissance inversés"},
		{"name and first name swapped", "M;BERNARD;;Thomas;11/11/1981", "M;THOMAS;;Bernard;11/11/1981", Certain, "nom et prénom inversés"},
		{"day and month swapped", "M;ROUX;;Paul;03/04/1981", "M;ROUX;;Paul;04/03/1981", Probable, "jour et mois de naissance inversés"},
		{"one digit wrong", "M;ROUX;;Paul;13/04/1981", "M;ROUX;;Paul;13/04/1982", Probable, "date de naissance : un chiffre diffère"},
		{"neighbouring digits swapped", "M;ROUX;;Paul;13/04/1978", "M;ROUX;;Paul;13/04/1987", Probable, "date de naissance : deux chiffres intervertis"},
		{"century", "M;ROUX;;Paul;13/04/1908", "M;ROUX;;Paul;13/04/2008", Probable, "date de naissance : le siècle diffère"},
		{"particle", "M;EL AMRANI;;Paul;13/04/1978", "M;AMRANI;;Paul;13/04/1978", Certain, "même nom, à la particule près"},
		{"transliteration", "M;KHELIFI;;Youssouf;13/04/1978", "M;KHELIFI;;Youcef;13/04/1978", Certain, "prénom proche : autre transcription"},
		{"mistyped first name", "M;ROUX;;Guillaume;13/04/1978", "M;ROUX;;Guillqume;13/04/1978", Probable, "prénom proche : une lettre"},
		{"first of several first names", "M;ROUX;;Guillaume;13/04/1978", "M;ROUX;;Guillaume, Paul;13/04/1978", Certain, "prénom usuel, premier de plusieurs"},
		{"the year alone is known", "M;ROUX;;Guillaume;01/01/1978", "M;ROUX;;Guillaume;13/04/1978", Possible, "même année de naissance, l’une au 1er janvier"},
		{"default date of the same person", "M;ROUX;;Guillaume;01/01/1978", "M;ROUX;;Guillaume;01/01/1978", Probable, "même 1er janvier de naissance, date souvent donnée par défaut"},
		{"twins", "MME;ROUX;;Léa;13/04/1998", "MME;ROUX;;Léna;13/04/1998", Possible, "prénoms différents"},
		{"twins whose first names share a part", "M;ROUX;;Jean-Paul;13/04/1998", "M;ROUX;;Jean-Luc;13/04/1998", Possible, "prénoms différents"},
		{"brother and sister", "M;ROUX;;Michel;13/04/1958", "MME;ROUX;;Michèle;13/04/1958", Different, "civilités différentes"},
		{"father and son to the day", "M;ROUX;;Michel;13/04/1958", "M;ROUX;;Michel;13/04/1988", Possible, "même jour de naissance à une génération d’écart, peut-être parent et enfant"},
		{"father and son", "M;ROUX;;Michel;13/04/1958", "M;ROUX;;Michel;25/09/1985", Different, "dates de naissance différentes"},
		{"sisters", "MME;ROUX;;Agnès;13/04/1958", "MME;ROUX;;Brigitte;25/09/1955", Different, "prénoms différents"},
		{"wives of two brothers", "MME;ROUX;PETIT;Agnès;13/04/1958", "MME;ROUX;VIDAL;Agnès;13/04/1959", Possible, "même nom, noms de naissance différents"},
		{"homonyms of the first of January", "M;DIALLO;;Mamadou;01/01/1985", "M;DIALLO;;Mamadou;01/01/1987", Different, "dates de naissance différentes"},
		{"AIT and BEN are two names", "M;AIT ALI;;Omar;13/04/1958", "M;BEN ALI;;Omar;13/04/1958", Different, "noms différents"},
		{"no birth date", "M;ROUX;;Guillaume;", "M;ROUX;;Guillaume;13/04/1978", Possible, "date de naissance non renseignée"},
	} {
		t.Run(c.nom, func(t *testing.T) {
			r := Comparer(identite(t, c.a), identite(t, c.b))
			if r.Verdict != c.verdict || !strings.Contains(strings.Join(r.Raisons, "|")+"|", c.raison+"|") {
				t.Errorf("%d %s %q, want %s, %q", r.Score, r.Verdict, r.Raisons, c.verdict, c.raison)
			}
		})
	}
}

func TestEmptyNeverMatches(t *testing.T) {
	for _, s := range []string{";;;;", ";ROUX;;;", ";;;Paul;", ";;;;13/04/1978", ";ROUX;;;13/04/1978", ";;;Paul;13/04/1978", "M;;ROUX;;13/04/1978", ";-;'; ;13/04/1978"} {
		if r := Comparer(identite(t, s), identite(t, s)); r.Verdict.MemePersonne() {
			t.Errorf("%q resembles itself: %v", s, r)
		}
	}
}

func FuzzComparer(f *testing.F) {
	f.Add("MME", "ROUX", "", "Odile", 1984, 3, 4, "M", "PETIT", "ROUX", "Odile", 1984, 4, 3)
	f.Add("", "AÏT ALI", "x", "J. P", 1980, 1, 1, "", "BEN ALI", "محمد", "Jean-Paul", 0, 0, 0)
	f.Add("", "ab", "xÉ", "\xff", 2080, 1, 1, "", "ب", "محمد", "E", 2, 0, 0)
	f.Fuzz(func(t *testing.T, ta, na, ba, pa string, aa, ma, ja int, tb, nb, bb, pb string, ab, mb, jb int) {
		a := Identite{ta, na, ba, pa, dateFuzz(aa, ma, ja)}
		b := Identite{tb, nb, bb, pb, dateFuzz(ab, mb, jb)}
		r := Comparer(a, b)
		if s := Comparer(b, a); !reflect.DeepEqual(r, s) {
			t.Fatalf("not symmetric:\n%+v\n%+v\n%v\n%v", a, b, r, s)
		}
		if r.Score < 0 || r.Score > 100 {
			t.Fatalf("score %d", r.Score)
		}
		soi := Comparer(a, a)
		complet := preparer(a)
		if entier := !complet.nom.vide() && !complet.prenom.vide() && !a.Naissance.IsZero(); soi.Verdict.MemePersonne() != entier && entier {
			t.Fatalf("%+v doesn't resemble itself: %v", a, soi)
		}
		if soi.Score < r.Score && !complet.prenom.vide() && !complet.nom.vide() && !a.Naissance.IsZero() && !parDefaut(a.Naissance) {
			t.Fatalf("%+v resembles %+v more than itself", a, b)
		}
		for _, vide := range []Identite{{}, {Nom: na, Prenom: pa}, {Nom: na, Naissance: a.Naissance}, {Prenom: pa, Naissance: a.Naissance}} {
			if v := Comparer(vide, a); vide.Naissance.IsZero() && na == nb && v.Verdict == Certain || (vide.Nom == "" || vide.Prenom == "") && v.Verdict.MemePersonne() {
				t.Fatalf("%+v matches %+v: %v", vide, a, v)
			}
		}
	})
}

func dateFuzz(a, m, j int) jour.Date {
	d, err := jour.Parse(strings.Join([]string{deux(j), deux(m), "1" + deux(a) + "0"}, ""))
	if err != nil {
		return jour.Date{}
	}
	return d
}

func deux(n int) string { return string([]byte{'0' + byte(n&7), '0' + byte(n>>3&7)}) }

func TestProchesHoldsEveryDateThatComparerAccepts(t *testing.T) {
	for _, s := range []string{"13/04/1978", "03/04/1981", "29/02/1980", "31/12/1999", "12/11/1908"} {
		d, err := jour.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		proches := map[jour.Date]bool{}
		for _, p := range Proches(d) {
			proches[p] = true
		}
		if !proches[d] || len(proches) != len(Proches(d)) {
			t.Errorf("%s: itself missing, or twice the same", s)
		}
		for e, fin := jour.De(1870, 1, 1), jour.De(2110, 1, 1); e.Avant(fin); e = e.Jours(1) {
			if r := compareDates(d, e, true); r.points >= dateChiffre && !proches[e] {
				t.Errorf("%s, %s: %s, but not among the near dates", d, e, r.raison)
			}
		}
	}
	if Proches(jour.Date{}) != nil {
		t.Error("an empty date has neighbours")
	}
}

func TestLirePairesNamesWrongLines(t *testing.T) {
	fichier := "\ufeff" + strings.Join(colonnesPaires, ";") + "\n" +
		"1;M;ROUX;;Paul;13/04/1978;M;ROUX;;Paul;13/04/1978;oui\n" +
		"2;M;ROUX;;Paul;31/02/1978;M;ROUX;;Paul;13/04/1978;oui\n" +
		"3;M;ROUX\n" +
		"4;M;ROUX;;Paul;13/04/1978;M;ROUX;;Paul;13/04/1978;peut-être\n" +
		"5;M;RO\"UX;;Paul;13/04/1978;M;ROUX;;Paul;13/04/1978;\n" +
		"6;M;RO\xffUX;;Paul;13/04/1978;M;ROUX;;Paul;13/04/1978;\n" +
		"\n" +
		"7;M;\"ROUX; dit LE ROUX\";;Paul;13/04/1978;M;ROUX;;Paul;;\n"
	var lues []string
	var fausses []int
	for p, err := range LirePaires(strings.NewReader(fichier)) {
		var fausse *LigneFausse
		switch {
		case errors.As(err, &fausse):
			fausses = append(fausses, fausse.Ligne)
		case err != nil:
			t.Fatal(err)
		default:
			lues = append(lues, p.ID)
		}
	}
	if !reflect.DeepEqual(lues, []string{"1", "7"}) || !reflect.DeepEqual(fausses, []int{3, 4, 5, 6, 7}) {
		t.Errorf("read %v, wrong lines %v", lues, fausses)
	}
	for _, err := range LirePaires(strings.NewReader("a;b\n1;2\n")) {
		if err == nil || !strings.Contains(err.Error(), "en-tête") {
			t.Errorf("unknown header: %v", err)
		}
	}
}

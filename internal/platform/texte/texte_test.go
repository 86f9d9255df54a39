package texte

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNormaliser(t *testing.T) {
	for _, c := range []struct{ entree, attendu string }{
		{"", ""},
		{"  ", ""},
		{"Barthès", "BARTHES"},
		{"N’Guyen", "N GUYEN"},
		{"d'Artagnan", "D ARTAGNAN"},
		{"  Jean–Pierre -  Louis ", "JEAN PIERRE LOUIS"},
		{"Lecœur", "LECOEUR"},
		{"Groß", "GROSS"},
		{"Æther Ørsted", "AETHER ORSTED"},
		{"Łukasz Đorđević", "LUKASZ DORDEVIC"},
		{"İbrahim Yıldız", "IBRAHIM YILDIZ"},
		{"Mu\u0303noz\u00a0\u202fPérez", "MUNOZ PEREZ"},
		{"St. Jean", "ST JEAN"},
		{"Mar\u00adtin", "MARTIN"},
		{"O%_\\B", "O B"},
		{"\xff\xfe", ""},
		{"Paral·lel", "PARALLEL"},
		{"محمد", "محمد"},
	} {
		if n := Normaliser(c.entree); n != c.attendu {
			t.Errorf("Normaliser(%q) = %q, want %q", c.entree, n, c.attendu)
		}
	}
}

func TestPhonetiqueGroupsSpellingsOfOneSound(t *testing.T) {
	for _, groupe := range [][]string{
		{"MOHAMED", "Mohammed", "MUHAMMAD", "Mouhamed"},
		{"Oualid", "Walid", "OUALLID"},
		{"Dupont", "Dupond", "DUPON"},
		{"Philippe", "Filipe"},
		{"Djamel", "Jamel", "JAMAL"},
		{"Tchang", "Chang", "Shang"},
		{"Khadija", "HADIDJA", "Khadidja"},
		{"Lefèvre", "LEFEVRE", "Lefaivre"},
		{"Youssef", "YUSUF", "Iousouf"},
	} {
		for _, s := range groupe[1:] {
			if Phonetique(s) != Phonetique(groupe[0]) {
				t.Errorf("%s → %s, %s → %s", groupe[0], Phonetique(groupe[0]), s, Phonetique(s))
			}
		}
	}
	for _, paire := range [][2]string{{"MARTIN", "DURAND"}, {"Karim", "Samir"}, {"Marie", "Nathalie"}} {
		if Phonetique(paire[0]) == Phonetique(paire[1]) {
			t.Errorf("%v share a key", paire)
		}
	}
}

func TestJokers(t *testing.T) {
	for _, c := range []struct {
		entree, motif string
		seuls         bool
	}{
		{"", "", true},
		{"%%%%", "%", true},
		{" % _ %", "%", true},
		{"martin", "MARTIN", false},
		{"Mart%", "MART%", false},
		{"%é%%e%", "%E%E%", false},
		{"le %", "LE %", false},
		{"%-smith", "% SMITH", false},
		{`a_b\c`, "A B C", false},
	} {
		motif, seuls := Jokers(c.entree)
		if motif != c.motif || seuls != c.seuls {
			t.Errorf("Jokers(%q) = %q, %t; want %q, %t", c.entree, motif, seuls, c.motif, c.seuls)
		}
	}
	if e := EchapperLike(`50%_\`); e != `50\%\_\\` {
		t.Errorf("EchapperLike: %s", e)
	}
}

func TestAffichage(t *testing.T) {
	for _, c := range [][2]string{
		{Milliers(0), "0"},
		{Milliers(999), "999"},
		{Milliers(35161), "35\u202f161"},
		{Milliers(-1234567), "−1\u202f234\u202f567"},
		{Milliers(math.MinInt64), "−9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808"},
		{Euros(1577), "1\u202f577\u00a0€"},
		{Pluriel(0, "demande", "demandes"), "0\u00a0demande"},
		{Pluriel(1, "demande", "demandes"), "1\u00a0demande"},
		{Pluriel(2, "demande", "demandes"), "2\u00a0demandes"},
		{Capitales(" barthès  d’ornano "), "BARTHÈS D’ORNANO"},
		{Capitales("Lecœur-Groß"), "LECŒUR-GROSS"},
		{Minuscule("Indiquez une date."), "indiquez une date."},
		{Minuscule("À vérifier"), "à vérifier"},
		{Minuscule("L’année"), "l’année"},
		{Minuscule("EPCI"), "EPCI"},
		{Minuscule(""), ""},
	} {
		if c[0] != c[1] {
			t.Errorf("%q, want %q", c[0], c[1])
		}
	}
}

func FuzzNormaliser(f *testing.F) {
	for _, s := range []string{"", "Barthès", "ŉ ǰ ﬁ ß", "a\u0301\u200d'", "\xff", "İıſ", "ᾳ̈", "٣", "Ǆ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := Normaliser(s)
		if Normaliser(n) != n {
			t.Fatalf("not idempotent: %q → %q → %q", s, n, Normaliser(n))
		}
		if !utf8.ValidString(n) || strings.ContainsAny(n, "%_\\'-\x00") || strings.Contains(n, "  ") || strings.TrimSpace(n) != n {
			t.Fatalf("%q → %q", s, n)
		}
		if Normaliser(" "+s+"-") != n {
			t.Fatalf("%q changes with separators around it", s)
		}
		if k := Phonetique(s); k != Phonetique(n) || strings.Contains(k, " ") || (k == "") != (Reduire(s) == "" || Reduire(s) == "E") {
			t.Fatalf("Phonetique(%q) = %q", s, k)
		}
	})
}

func FuzzJokers(f *testing.F) {
	for _, s := range []string{"", "%", "le %", `a\%b`, "_", "'%--", "%é "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		motif, seuls := Jokers(s)
		if strings.ContainsAny(motif, `_\'`) || strings.Contains(motif, "%%") {
			t.Fatalf("%q → %q", s, motif)
		}
		if seuls != (strings.Trim(motif, "%") == "") {
			t.Fatalf("%q → %q, seuls %t", s, motif, seuls)
		}
		if encore, _ := Jokers(motif); encore != motif {
			t.Fatalf("%q → %q → %q", s, motif, encore)
		}
	})
}

package jour

import (
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for saisie, want := range map[string]string{
		"14/03/1991": "14/03/1991", "14.3.1991": "14/03/1991", "14 03 1991": "14/03/1991", "14031991": "14/03/1991",
		"1991-03-14": "14/03/1991", "29/02/2024": "29/02/2024", "": "",
	} {
		d, err := Parse(saisie)
		if err != nil || d.String() != want {
			t.Errorf("Parse(%q) = %v, %v; want %q", saisie, d, err, want)
		}
	}
	for _, faux := range []string{"31/02/1990", "29/02/2023", "00/01/2000", "1/13/2000", "14/03/91", "hier", "14/03/1991 x", "0000-01-01"} {
		if d, err := Parse(faux); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", faux, d)
		}
	}
}

func TestMoisNeverSlipsIntoTheNextMonth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		d    Date
		n    int
		want string
	}{
		{De(2026, 1, 31), 1, "28/02/2026"}, {De(2024, 1, 31), 1, "29/02/2024"}, {De(2024, 2, 29), 12, "28/02/2025"},
		{De(2026, 11, 24), 12, "24/11/2027"}, {De(2026, 3, 31), -1, "28/02/2026"}, {De(2026, 12, 31), 18, "30/06/2028"},
	} {
		if got := c.d.Mois(c.n).String(); got != c.want {
			t.Errorf("%v + %d months = %s, want %s", c.d, c.n, got, c.want)
		}
	}
}

func TestAge(t *testing.T) {
	t.Parallel()
	le := De(2026, 11, 24)
	for _, c := range []struct {
		d    Date
		want int
	}{{De(2008, 11, 24), 18}, {De(2008, 11, 25), 17}, {De(1926, 11, 23), 100}, {De(2027, 1, 1), -1}} {
		if got := c.d.Age(le); got != c.want {
			t.Errorf("age of %v = %d, want %d", c.d, got, c.want)
		}
	}
}

func TestLongFrench(t *testing.T) {
	t.Parallel()
	if got := De(2026, time.June, 1).Long(); got != "lundi 1er juin 2026" {
		t.Error(got)
	}
	if got := De(2026, time.November, 26).Long(); got != "jeudi 26 novembre 2026" {
		t.Error(got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"14/03/1991", "31/02/1990", "1991-03-14", "", "99999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		back, err := Parse(d.String())
		if err != nil || back != d {
			t.Errorf("%q read as %v, which reads back as %v, %v", s, d, back, err)
		}
	})
}

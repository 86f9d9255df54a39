// Package jour is the civil calendar of the file: a date without an hour, in
// Europe/Paris, typed and shown as JJ/MM/AAAA.
package jour

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"
	_ "time/tzdata" // the binary must know Europe/Paris on a machine without zoneinfo

	"github.com/jackc/pgx/v5/pgtype"
)

// Paris is the only time zone of the product.
var Paris = mustLoad("Europe/Paris")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// Date is a civil date. The zero value means "not given": it is stored as NULL
// and shown as an empty field, never as a first of January.
type Date struct {
	t time.Time // midnight UTC, or zero
}

// ErrFormat says that a text is not a date of the calendar.
var ErrFormat = errors.New("date inconnue du calendrier")

// De builds a date; a day that the calendar doesn't have is normalised as
// time.Date does, so callers with untrusted values use Parse.
func De(annee int, mois time.Month, j int) Date {
	return Date{time.Date(annee, mois, j, 0, 0, 0, 0, time.UTC)}
}

// DeTime gives the civil date of an instant, in Paris.
func DeTime(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	a, m, j := t.In(Paris).Date()
	return De(a, m, j)
}

// Seconde writes an instant in Paris, to the second: "03/11/2026 11:30:00".
func Seconde(t time.Time) string { return t.In(Paris).Format("02/01/2006 15:04:05") }

// Aujourdhui is the current civil date in Paris.
func Aujourdhui() Date { return DeTime(time.Now()) }

var formes = regexp.MustCompile(`^\s*(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})\s*$|^\s*(\d{2})(\d{2})(\d{4})\s*$|^\s*(\d{4})-(\d{2})-(\d{2})\s*$`)

// Parse reads a date as agents type it (14/03/1991, 14.3.1991, 14 03 1991,
// 14031991) or as ISO 8601 (1991-03-14). An empty text is the zero Date.
// "31/02/1990" is ErrFormat: nothing is corrected silently.
func Parse(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	m := formes.FindStringSubmatch(s)
	if m == nil {
		return Date{}, ErrFormat
	}
	var a, mo, j int
	switch {
	case m[1] != "":
		j, mo, a = entier(m[1]), entier(m[2]), entier(m[3])
	case m[4] != "":
		j, mo, a = entier(m[4]), entier(m[5]), entier(m[6])
	default:
		a, mo, j = entier(m[7]), entier(m[8]), entier(m[9])
	}
	d := De(a, time.Month(mo), j)
	if d.t.Year() != a || int(d.t.Month()) != mo || d.t.Day() != j || a < 1 {
		return Date{}, ErrFormat
	}
	return d, nil
}

func entier(s string) int {
	n, _ := strconv.Atoi(s) // only digits reach it
	return n
}

// IsZero tells that the date is not given.
func (d Date) IsZero() bool { return d.t.IsZero() }

// Time is midnight UTC of that day.
func (d Date) Time() time.Time { return d.t }

// Date gives year, month and day.
func (d Date) Date() (int, time.Month, int) { return d.t.Date() }

// Annee gives the year.
func (d Date) Annee() int { return d.t.Year() }

// Avant tells whether d is strictly before e.
func (d Date) Avant(e Date) bool { return d.t.Before(e.t) }

// Apres tells whether d is strictly after e.
func (d Date) Apres(e Date) bool { return d.t.After(e.t) }

// Jours adds n days.
func (d Date) Jours(n int) Date {
	if d.IsZero() {
		return d
	}
	return Date{d.t.AddDate(0, 0, n)}
}

// Mois adds n months; a day that the month lacks becomes its last one
// (31 January + 1 month = 28 or 29 February), so that a deadline never slips
// into the following month.
func (d Date) Mois(n int) Date {
	if d.IsZero() {
		return d
	}
	a, m, j := d.t.Date()
	premier := time.Date(a, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	if dernier := premier.AddDate(0, 1, -1).Day(); j > dernier {
		j = dernier
	}
	return De(premier.Year(), premier.Month(), j)
}

// Age is the number of whole years between d (a birth) and le; it is negative
// when d is after le.
func (d Date) Age(le Date) int {
	n := le.t.Year() - d.t.Year()
	if le.t.Month() < d.t.Month() || le.t.Month() == d.t.Month() && le.t.Day() < d.t.Day() {
		n--
	}
	return n
}

// MoisEntiers is the number of whole months from d to le.
func (d Date) MoisEntiers(le Date) int {
	n := (le.t.Year()-d.t.Year())*12 + int(le.t.Month()) - int(d.t.Month())
	if le.t.Day() < d.t.Day() {
		n--
	}
	return n
}

// String is JJ/MM/AAAA, or "" when not given.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format("02/01/2006")
}

// ISO is AAAA-MM-JJ, or "".
func (d Date) ISO() string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format("2006-01-02")
}

var (
	nomsJours = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	nomsMois  = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
)

// Long is the date in a sentence: "jeudi 26 novembre 2026", "lundi 1er juin 2026".
func (d Date) Long() string {
	if d.IsZero() {
		return ""
	}
	return nomsJours[d.t.Weekday()] + " " + d.SansJour()
}

// SansJour is Long without the day of the week: "26 novembre 2026".
func (d Date) SansJour() string {
	if d.IsZero() {
		return ""
	}
	j := strconv.Itoa(d.t.Day())
	if j == "1" {
		j = "1er"
	}
	return fmt.Sprintf("%s %s %d", j, nomsMois[d.t.Month()-1], d.t.Year())
}

// ScanDate makes Date a pgtype.DateScanner.
func (d *Date) ScanDate(v pgtype.Date) error {
	if !v.Valid {
		*d = Date{}
		return nil
	}
	*d = De(v.Time.Year(), v.Time.Month(), v.Time.Day())
	return nil
}

// DateValue makes Date a pgtype.DateValuer.
func (d Date) DateValue() (pgtype.Date, error) {
	if d.IsZero() {
		return pgtype.Date{}, nil
	}
	return pgtype.Date{Time: d.t, Valid: true}, nil
}

// MarshalJSON writes the ISO form, or null.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(d.ISO())
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*d = Date{}
	if s == nil {
		return nil
	}
	v, err := Parse(*s)
	*d = v
	return err
}

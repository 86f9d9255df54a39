package travaux

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
)

// Travail is one kind of job.
type Travail struct {
	Code    string // "export", "conservation"
	Libelle string // "Export de la liste des demandes"

	// Horaire is the time of every night, in Paris ("02:30"); Toutes an
	// interval instead, for what is short and leaves no trace when it found
	// nothing to do. Neither: on demand only.
	Horaire string
	Toutes  time.Duration

	// Unique keeps a second one from being asked while the first, with the same
	// arguments by the same agent, isn't finished.
	Unique bool
	// Essais is how many times it is tried, further and further apart; 0 for
	// essaisParDefaut.
	Essais int
	// Droit is needed to ask for it and to take its result; "" for those of the
	// schedule, that GererTravaux starts.
	Droit habilitations.Droit

	// Faire does the work. It may be called again after a stop or a failure, so
	// what was done must be found done. The context carries the session that
	// asked (the zero one for the schedule) and ends with a cancellation or a
	// stop of the server. A refusal (fault) is final, another error is tried
	// again; its text is shown to ATLAS and must hold no nominative value.
	Faire func(ctx context.Context, x *Execution, arguments json.RawMessage) error
}

const essaisParDefaut = 5

func (t Travail) essais() int {
	if t.Essais > 0 {
		return t.Essais
	}
	return essaisParDefaut
}

// Periodique tells whether the schedule starts it.
func (t Travail) Periodique() bool { return t.Horaire != "" || t.Toutes > 0 }

// discret is what runs so often that a run without effect is forgotten.
func (t Travail) discret() bool { return t.Toutes > 0 }

// echeance is the latest time it was due, at or before an instant.
func (t Travail) echeance(le time.Time) time.Time {
	if t.Toutes > 0 {
		return le.Truncate(t.Toutes)
	}
	le = le.In(jour.Paris)
	e := t.nuit(le.Year(), le.Month(), le.Day())
	if e.After(le) {
		e = t.nuit(le.Year(), le.Month(), le.Day()-1)
	}
	return e
}

// Prochaine is the next time it is due, after an instant; the zero time when
// it isn't of the schedule.
func (t Travail) Prochaine(le time.Time) time.Time {
	switch {
	case t.Toutes > 0:
		return le.Truncate(t.Toutes).Add(t.Toutes)
	case t.Horaire == "":
		return time.Time{}
	}
	le = le.In(jour.Paris)
	e := t.nuit(le.Year(), le.Month(), le.Day())
	if !e.After(le) {
		e = t.nuit(le.Year(), le.Month(), le.Day()+1)
	}
	return e
}

// nuit is its time on a day. An hour that the change to summer time skips is
// the one after.
func (t Travail) nuit(annee int, mois time.Month, j int) time.Time {
	h, err := time.Parse("15:04", t.Horaire)
	if err != nil {
		panic(err) // Nouvelle has read it
	}
	return time.Date(annee, mois, j, h.Hour(), h.Minute(), 0, 0, jour.Paris)
}

// File is the queue: the kinds of jobs, and the way to ask for one.
type File struct {
	table     []Travail
	insertion *river.Client[pgx.Tx]
}

// Nouvelle makes the queue of a table; a table that can't be right is a
// programming error.
func Nouvelle(table []Travail) *File {
	vus := map[string]bool{}
	for _, t := range table {
		_, err := time.Parse("15:04", t.Horaire)
		if t.Code == "" || t.Faire == nil || vus[t.Code] || t.Horaire != "" && (err != nil || t.Toutes > 0) {
			panic(fmt.Sprintf("travail mal décrit : %+v", t))
		}
		vus[t.Code] = true
	}
	c, err := river.NewClient(riverpgxv5.New(nil), &river.Config{Logger: journal()})
	if err != nil {
		panic(err) // constant configuration
	}
	return &File{table, c}
}

// Travail gives a kind of job by its code.
func (f *File) Travail(code string) (Travail, bool) {
	for _, t := range f.table {
		if t.Code == code {
			return t, true
		}
	}
	return Travail{}, false
}

// Table lists the kinds of jobs.
func (f *File) Table() []Travail { return f.table }

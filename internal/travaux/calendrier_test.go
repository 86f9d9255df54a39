package travaux_test

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/travaux"
)

func TestCalendrier(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	var n atomic.Int64
	f := travaux.Nouvelle([]travaux.Travail{{Code: "nuit", Libelle: "Nuit", Horaire: "02:30", Unique: true,
		Faire: func(context.Context, *travaux.Execution, json.RawMessage) error { n.Add(1); return nil }}})
	a := func(j, h, m int) {
		t.Helper()
		// Three instances look at the same time.
		erreurs := make(chan error)
		for range 3 {
			go func() {
				erreurs <- f.Planifier(t.Context(), db, time.Date(2026, 11, j, h, m, 0, 0, jour.Paris))
			}()
		}
		for range 3 {
			if err := <-erreurs; err != nil {
				t.Fatal(err)
			}
		}
		executer(t, db, f)
	}
	for _, e := range []struct {
		quoi           string
		jour, h, m     int
		attendu, total int64
	}{
		{"installed by day: tonight's isn't missed", 24, 15, 0, 0, 0},
		{"before the hour", 25, 2, 29, 0, 0},
		{"at the hour", 25, 2, 30, 1, 1},
		{"again the same night", 25, 2, 31, 0, 1},
		{"three nights stopped: one run", 28, 9, 0, 1, 2},
		{"the next night", 29, 2, 45, 1, 3},
	} {
		avant := n.Load()
		a(e.jour, e.h, e.m)
		if n.Load()-avant != e.attendu || n.Load() != e.total {
			t.Errorf("%s: %d runs, want %d", e.quoi, n.Load()-avant, e.attendu)
		}
	}
}

func TestTheHourIsThatOfParis(t *testing.T) {
	t.Parallel()
	nuit := travaux.Travail{Horaire: "02:30"}
	for _, e := range []struct{ le, attendu string }{
		{"2026-11-24T15:00:00Z", "2026-11-25T01:30:00Z"},
		{"2026-07-14T15:00:00Z", "2026-07-15T00:30:00Z"},
		{"2026-03-28T23:00:00Z", "2026-03-29T01:30:00Z"}, // 02:30 doesn't exist that night: 03:30
	} {
		le, err := time.Parse(time.RFC3339, e.le)
		if err != nil {
			t.Fatal(err)
		}
		if got := nuit.Prochaine(le).UTC().Format(time.RFC3339); got != e.attendu {
			t.Errorf("after %s: %s, want %s", e.le, got, e.attendu)
		}
	}
}

func TestWhatRunsOftenLeavesNoTraceOfNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	aFaire := atomic.Int64{}
	f := travaux.Nouvelle([]travaux.Travail{{Code: "minute", Libelle: "Minute", Toutes: time.Minute, Unique: true,
		Faire: func(_ context.Context, x *travaux.Execution, _ json.RawMessage) error {
			x.Avancer(int(aFaire.Load()))
			return nil
		}}})
	debut := time.Date(2026, 11, 24, 15, 0, 0, 0, jour.Paris)
	for i, attendu := range []int{0, 0, 1} {
		aFaire.Store(int64(attendu))
		if err := f.Planifier(t.Context(), db, debut.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
		executer(t, db, f)
		if n := compter(t, db, "travaux"); n != attendu {
			t.Errorf("minute %d: %d rows, want %d", i, n, attendu)
		}
	}
	if n := compter(t, db, "river_job where state = 'completed'"); n != 2 {
		t.Errorf("%d runs, want 2", n)
	}
}

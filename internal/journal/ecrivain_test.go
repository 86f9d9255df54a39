package journal_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/journal"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

// capricieuse is a base that doesn't answer when told so.
type capricieuse struct {
	pg.DB
	panne atomic.Bool
}

func (c *capricieuse) Begin(ctx context.Context) (pgx.Tx, error) {
	if c.panne.Load() {
		return nil, errors.New("base arrêtée")
	}
	return c.DB.Begin(ctx)
}

func fermer(t *testing.T, w *journal.Ecrivain) {
	t.Helper()
	if err := w.Fermer(t.Context()); err != nil {
		t.Error(err)
	}
}

// exports are n accesses, none of which is another one again.
func exports(n int) []journal.Entree {
	l := make([]journal.Entree, n)
	for i := range l {
		l[i] = journal.Entree{FaitLe: time.Now(), Utilisateur: 1, Organisme: "TMH", Sorte: journal.Export, Lignes: &i}
	}
	return l
}

// Eight writers on each of two instances make one chain, without hole nor fork.
func TestEcrivains(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	autre, err := pg.Open(t.Context(), pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(autre.Close)
	instances := []*journal.Ecrivain{journal.Ouvrir(db), journal.Ouvrir(autre)}
	var g sync.WaitGroup
	for _, w := range instances {
		for range 8 {
			g.Go(func() {
				for i := range 100 {
					w.Noter(t.Context(), journal.Entree{FaitLe: time.Now(), Utilisateur: 1, Sorte: journal.Export, Demande: int64(i)})
					if i%10 == 0 {
						if err := w.Vider(t.Context()); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
	}
	g.Wait()
	for _, w := range instances {
		fermer(t, w)
	}
	acces, _ := verifier(t, db)
	intacte(t, acces, 1600)
}

func TestEcrivainSansBase(t *testing.T) {
	t.Parallel()
	db := &capricieuse{DB: pgtest.DB(t)}
	w := journal.Ouvrir(db)
	db.panne.Store(true)
	w.Noter(t.Context(), exports(100)...)
	if err := w.Vider(t.Context()); err == nil {
		t.Fatal("the base answered")
	}
	db.panne.Store(false)
	fermer(t, w)
	acces, _ := verifier(t, db)
	intacte(t, acces, 100)
}

// With no room left, whoever notes waits until the base answers: nothing is lost.
func TestFilePleine(t *testing.T) {
	t.Parallel()
	db := &capricieuse{DB: pgtest.DB(t)}
	db.panne.Store(true)
	w := journal.Ouvrir(db)
	w.Noter(t.Context(), exports(journal.Capacite)...)

	annule, cancel := context.WithCancel(t.Context())
	cancel()
	w.Noter(annule, exports(1)...) // no room and no time: to the technical log

	var g sync.WaitGroup
	g.Go(func() {
		w.Noter(t.Context(), journal.Entree{FaitLe: time.Now(), Utilisateur: 9, Sorte: journal.Export})
	})
	db.panne.Store(false)
	g.Go(func() {
		if err := w.Vider(t.Context()); err != nil {
			t.Error(err)
		}
	})
	g.Wait()
	fermer(t, w)
	acces, _ := verifier(t, db)
	intacte(t, acces, journal.Capacite+1)
}

// The same page read again within a minute is one reading; other kinds count.
func TestLecturesRepetees(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	w := journal.Ouvrir(db)
	le := time.Now()
	e := journal.Entree{FaitLe: le, Utilisateur: 1, Organisme: "TMH", Sorte: journal.Lecture, Demande: 3, Ecran: "Identité"}
	for _, x := range []func(*journal.Entree){
		func(*journal.Entree) {},
		func(e *journal.Entree) { e.FaitLe = le.Add(59 * time.Second) }, // not noted
		func(e *journal.Entree) { e.FaitLe = le.Add(60 * time.Second) },
		func(e *journal.Entree) { e.Ecran = "Occupants" },
		func(e *journal.Entree) { e.Utilisateur = 2 },
		func(e *journal.Entree) { e.Demande = 4 },
		func(e *journal.Entree) { e.Sorte = journal.Edition },
		func(e *journal.Entree) { e.Sorte = journal.Edition },
	} {
		y := e
		x(&y)
		w.Noter(t.Context(), y)
	}
	fermer(t, w)
	acces, _ := verifier(t, db)
	intacte(t, acces, 7)
}

// No text keeps a batch from being written.
func TestTextesHostiles(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	long := make([]byte, 100_000)
	for i := range long {
		long[i] = "é"[i%2]
	}
	err := journal.Inscrire(t.Context(), db,
		journal.Entree{FaitLe: time.Now(), Ecran: "a\x00b\xff", Criteres: string(long), Recherche: "pas un uuid", Numero: "' or 1=1 --\x00"},
		journal.Entree{FaitLe: time.Now(), Sorte: journal.Lecture})
	if err != nil {
		t.Fatal(err)
	}
	acces, _ := verifier(t, db)
	intacte(t, acces, 2)
}

package demo

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/pg/pgtest"
)

// couper loads until the rows are committed and some of their indexes built.
func couper(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.Admin(t)
	ctx, arreter := context.WithCancel(t.Context())
	defer arreter()
	err := Generer(ctx, pool, Options{Demandes: 500, Graine: 31, Jour: leJour, Progression: func(fait, total int) {
		if float64(fait) > float64(total)*(partCopie+.1) {
			arreter()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want an interruption", err)
	}
	if n := valeurDe[int](t, pool, "select count(*) from demo_reste"); n == 0 {
		t.Fatal("nothing was left to do")
	}
	return pool
}

func TestALoadInterruptedAmongItsIndexesIsFinished(t *testing.T) {
	t.Parallel()
	entiere := generer(t, 500, leJour)
	var attendu string
	for _, table := range tables {
		attendu += valeurDe[string](t, entiere, empreinteDe(table)) + table.nom + "\n"
	}
	schema := valeurDe[string](t, entiere, schemaSQL)
	for nom, reprendre := range map[string]func(*pgxpool.Pool) error{
		"by Terminer": func(pool *pgxpool.Pool) error {
			var parts []float64
			repris, err := Terminer(t.Context(), pool, func(p float64) { parts = append(parts, p) })
			if !repris || len(parts) == 0 || parts[len(parts)-1] != 1 {
				t.Errorf("finished: %v, shares %v", repris, parts)
			}
			return err
		},
		"by the next load": func(pool *pgxpool.Pool) error {
			if err := Generer(t.Context(), pool, Options{Demandes: 500, Jour: leJour}); !errors.Is(err, ErrNonVide) {
				return errors.New("the base was not found full")
			}
			return nil
		},
		"by two commands at once": func(pool *pgxpool.Pool) error {
			autre := make(chan error)
			go func() {
				_, err := Terminer(t.Context(), pool, nil)
				autre <- err
			}()
			_, err := Terminer(t.Context(), pool, nil)
			return errors.Join(err, <-autre)
		},
	} {
		t.Run(nom, func(t *testing.T) {
			pool := couper(t)
			if err := reprendre(pool); err != nil {
				t.Fatal(err)
			}
			if apres := valeurDe[string](t, pool, schemaSQL); apres != schema {
				t.Errorf("the schema differs:\n%s\n---\n%s", schema, apres)
			}
			var lignes string
			for _, table := range tables {
				lignes += valeurDe[string](t, pool, empreinteDe(table)) + table.nom + "\n"
			}
			if lignes != attendu {
				t.Errorf("rows differ:\n%s\n%s", attendu, lignes)
			}
			if repris, err := Terminer(t.Context(), pool, nil); repris || err != nil {
				t.Errorf("a second time: %v, %v", repris, err)
			}
		})
	}
}

// The server may survive the program that was killed, and end its statement.
func TestATaskDoneMeanwhileIsNotDoneTwice(t *testing.T) {
	t.Parallel()
	pool := couper(t)
	var restant tache
	if err := pool.QueryRow(t.Context(), "select rang, ordres, poids from demo_reste order by rang limit 1").Scan(&restant.Rang, &restant.Ordres, &restant.Poids); err != nil {
		t.Fatal(err)
	}
	ordres := 0
	for range 2 {
		if err := restant.executer(t.Context(), pool, func(int64) { ordres++ }); err != nil {
			t.Error(err)
		}
	}
	if ordres != len(restant.Ordres) {
		t.Errorf("%d statements run, want %d", ordres, len(restant.Ordres))
	}
	if _, err := Terminer(t.Context(), pool, nil); err != nil {
		t.Error(err)
	}
}

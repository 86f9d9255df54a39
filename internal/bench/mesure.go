package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// operation is something agents wait for.
type operation struct {
	nom        string
	quoi       string     // what each level runs
	budgets    [2]float64 // p95 in milliseconds at 60k and 600k; 0: none
	apresUsure bool       // measured again after the modifications
	tirer      func(context.Context) (essai, error)
}

// essai is one draw: the same parameters at both levels. http may be nil.
type essai struct{ sql, http func(context.Context) error }

// releve is the times of one operation.
type releve struct {
	operation
	sql, http []time.Duration
}

// relever measures every operation in turn, again and again, in a random order
// each time: what happens to the machine meanwhile happens to all. A tenth of
// the rounds warms up first.
func relever(ctx context.Context, ops []operation, r reglages) ([]releve, error) {
	l := make([]releve, len(ops))
	for i, o := range ops {
		l[i].operation = o
	}
	alea := rand.New(rand.NewPCG(graine, 2))
	fin := time.Now().Add(r.delai)
	for tour := -r.tours / 10; tour < r.tours && time.Now().Before(fin); tour++ {
		for _, i := range alea.Perm(len(l)) {
			e, err := l[i].tirer(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: draw: %w", l[i].nom, err)
			}
			niveaux := []func() error{
				func() error { return chronometrer(ctx, e.sql, &l[i].sql, tour >= 0) },
				func() error { return chronometrer(ctx, e.http, &l[i].http, tour >= 0) },
			}
			if alea.IntN(2) == 0 { // neither level always finds warm what the other read
				slices.Reverse(niveaux)
			}
			for _, f := range niveaux {
				if err := f(); err != nil {
					return nil, fmt.Errorf("%s: %w", l[i].nom, err)
				}
			}
		}
	}
	return l, nil
}

func chronometrer(ctx context.Context, f func(context.Context) error, temps *[]time.Duration, garder bool) error {
	if f == nil {
		return nil
	}
	debut := time.Now()
	err := f(ctx)
	if garder {
		*temps = append(*temps, time.Since(debut))
	}
	return err
}

// centile is a quantile in milliseconds; 0 without measures.
func centile(temps []time.Duration, p float64) float64 {
	if len(temps) == 0 {
		return 0
	}
	l := slices.Clone(temps)
	slices.Sort(l)
	return float64(l[min(len(l)-1, int(float64(len(l))*p))].Microseconds()) / 1000
}

// chargeMachine is the load average of the last minute; 0 where the system
// doesn't say.
func chargeMachine() (float64, error) {
	texte, err := os.ReadFile("/proc/loadavg")
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	premier, _, _ := strings.Cut(string(texte), " ")
	return strconv.ParseFloat(premier, 64)
}

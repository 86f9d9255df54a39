package editions_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/editions"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

// compteur counts the statements sent, those of batches included.
type compteur struct{ n atomic.Int64 }

func (c *compteur) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	if s := strings.ToLower(d.SQL); !strings.HasPrefix(s, "begin") && s != "commit" {
		c.n.Add(1)
	}
	return ctx
}

func (c *compteur) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (c *compteur) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

func (c *compteur) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) { c.n.Add(1) }

func (c *compteur) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// A print run: the attestation kept, else that of the day, in the order asked
// for, with as many statements for forty demandes as for one.
func TestLettres(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s, le := demandestest.Fichier(t, db), demandestest.Saisie(), jour.Aujourdhui()
	var ids []int64
	var numeros []string
	for i := range 40 {
		d := demandestest.Creer(t, db, func(d *demandes.Demande) {
			if i == 3 {
				d.DateDepot, d.DateRenouvellement = le.Mois(-14), le.Mois(-2)
			}
			if i == 5 {
				d.Statut, d.MotifRadiation, d.DateRadiation = demandes.Radiee, demandes.RadRenonciation, le
			}
		})
		if i == 7 {
			m, err := editions.PreparerMentions(f.Ref, d, editions.Reactivation, le.Jours(-9))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := editions.EnregistrerAttestation(t.Context(), db, d.ID, m); err != nil {
				t.Fatal(err)
			}
		}
		ids, numeros = append(ids, d.ID), append(numeros, d.NumeroUnique)
	}
	slices.Reverse(ids)
	slices.Reverse(numeros)

	config, err := pgxpool.ParseConfig(pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	var c compteur
	config.ConnConfig.Tracer = &c
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	lire := func(s habilitations.Session, ids []int64) (l []editions.Mentions) {
		t.Helper()
		c.n.Store(0)
		err := pg.ReadOnly(t.Context(), pool, func(tx pgx.Tx) (err error) {
			l, err = editions.Lettres(t.Context(), tx, f, f.Ref, s, ids, le)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	lire(s, ids[:1])
	une := c.n.Load()
	l := lire(s, ids)
	if n := c.n.Load(); une != 5 || n != 5 {
		t.Errorf("%d statements for one demande, %d for %d, want 5", une, n, len(ids))
	}
	imprimees := slices.Delete(slices.Clone(numeros), 34, 35) // the radiated one has none
	if lus := numerosDe(l); !slices.Equal(lus, imprimees) {
		t.Errorf("not those asked for, or in another order:\n%v\n%v", lus, imprimees)
	}
	for i, m := range l {
		sorte, jour := editions.Creation, le
		switch imprimees[i] {
		case numeros[36]:
			sorte = editions.Renouvellement
		case numeros[32]:
			sorte, jour = editions.Reactivation, le.Jours(-9)
		}
		if m.Sorte != sorte || m.EmiseLe != jour {
			t.Errorf("%s: %s of %s, want %s of %s", m.NumeroUnique, m.Sorte, m.EmiseLe, sorte, jour)
		}
	}
	if l := lire(demandestest.Session(habilitations.Consultation), ids); len(l) != 0 {
		t.Errorf("a reader prints %d attestations", len(l))
	}
	var gardees int
	if err := db.QueryRow(t.Context(), "select count(*) from attestations").Scan(&gardees); err != nil || gardees != 1 {
		t.Errorf("%d attestations kept, want the one of the act, %v", gardees, err)
	}
}

func numerosDe(l []editions.Mentions) []string {
	var n []string
	for _, m := range l {
		n = append(n, m.NumeroUnique)
	}
	return n
}

// Package pgtest gives tests a real PostgreSQL: a base of their own cloned from
// a migrated template (DB), or a transaction rolled back (Tx), the faster
// choice for query tests.
//
// The server lives in memory, is shared by the test binaries of all packages
// and ends by itself some minutes after the last one; see serveur.go. With
// TEST_DATABASE_URL (a role that may create databases and roles) that server
// is used instead. A package that pgtest imports (migrations, referentiels, pg)
// tests itself from an external _test package.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/pg"
	"imhoweb/migrations"
)

// DB gives the pool of a fresh base: schema and référentiels, no demande. It
// connects with the rights of the application role. A second call in the same
// test gives the same pool; a subtest that calls it gets a base of its own.
// A failed test keeps its base and says how to look into it.
func DB(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return baseDe(t).pool(t, migrations.RoleApplication)
}

// Admin gives a pool on the base of DB(t), as the owner of the tables.
func Admin(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return baseDe(t).pool(t, "")
}

// DSN gives the address of the base of DB(t) as the owner, for what opens its
// own connections.
func DSN(t testing.TB) string {
	t.Helper()
	return baseDe(t).dsn
}

// Vide gives the owner's address of a base without any table, for the tests of
// migrations.
func Vide(t testing.TB) string {
	t.Helper()
	srv := connecter(t)
	b := &base{srv: srv, nom: nomNeuf()}
	exiger(t, srv.executer(t.Context(), "create database "+b.nom))
	b.suivre(t)
	return b.dsn
}

// Tx gives a transaction that is rolled back at the end of the test, on a base
// shared by the package, with the rights of the application role.
func Tx(t testing.TB) pgx.Tx {
	t.Helper()
	pool, err := partagee()
	exiger(t, err)
	tx, err := pool.Begin(t.Context())
	exiger(t, err)
	t.Cleanup(func() { tx.Rollback(context.Background()) })
	return tx
}

// base is the database of one test.
type base struct {
	srv   *acces
	nom   string
	dsn   string
	mu    sync.Mutex
	pools map[string]*pgxpool.Pool // by role
}

var (
	basesMu sync.Mutex
	bases   = map[testing.TB]*base{}
	numero  atomic.Int64
)

func baseDe(t testing.TB) *base {
	t.Helper()
	basesMu.Lock()
	defer basesMu.Unlock()
	if b := bases[t]; b != nil {
		return b
	}
	srv := connecter(t)
	b := &base{srv: srv, nom: nomNeuf()}
	exiger(t, srv.cloner(t.Context(), b.nom))
	bases[t] = b
	t.Cleanup(func() {
		basesMu.Lock()
		defer basesMu.Unlock()
		delete(bases, t)
	})
	b.suivre(t)
	return b
}

// suivre drops the base at the end of the test, or keeps it when it failed.
func (b *base) suivre(t testing.TB) {
	b.dsn = avecBase(b.srv.dsn, b.nom)
	t.Cleanup(func() {
		for _, p := range b.pools {
			fermer(t, p)
		}
		ctx := context.Background()
		if !t.Failed() {
			if err := b.srv.executer(ctx, "drop database if exists "+b.nom+" with (force)"); err != nil {
				t.Log(err)
			}
			return
		}
		garde := "echec_" + b.nom
		if err := b.srv.executer(ctx, "alter database "+b.nom+" rename to "+garde); err != nil {
			t.Log(err)
			garde = b.nom
		}
		t.Logf("base gardée : psql '%s'", avecBase(b.srv.dsn, garde))
	})
}

// fermer closes a pool; a connection never given back fails the test instead of
// hanging it.
func fermer(t testing.TB, p *pgxpool.Pool) {
	ferme := make(chan struct{})
	go func() { p.Close(); close(ferme) }()
	select {
	case <-ferme:
	case <-time.After(10 * time.Second):
		t.Error("une connexion n’a pas été rendue : rows.Close ou Rollback manquant")
	}
}

func (b *base) pool(t testing.TB, role string) *pgxpool.Pool {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if p := b.pools[role]; p != nil {
		return p
	}
	p, err := ouvrir(context.Background(), b.dsn, role)
	exiger(t, err)
	if b.pools == nil {
		b.pools = map[string]*pgxpool.Pool{}
	}
	b.pools[role] = p
	return p
}

// ouvrir connects as the owner and takes the role at once: an external server
// needs no password for it.
func ouvrir(ctx context.Context, dsn, role string) (*pgxpool.Pool, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set("pool_max_conns", "16")
	if role != "" {
		q.Set("role", role)
	}
	u.RawQuery = q.Encode()
	return pg.Open(ctx, u.String())
}

// partagee is the base of Tx, one for this test binary; the next one to come
// drops it.
var partagee = sync.OnceValues(func() (*pgxpool.Pool, error) {
	ctx := context.Background()
	srv, err := serveurDeTest()
	if err != nil {
		return nil, err
	}
	nom := nomNeuf()
	if err := srv.cloner(ctx, nom); err != nil {
		return nil, err
	}
	return ouvrir(ctx, avecBase(srv.dsn, nom), migrations.RoleApplication)
})

// nomNeuf says when and by whom a base was made, for those who clean up.
func nomNeuf() string {
	return fmt.Sprintf("t_%x_%d_%d", time.Now().Unix(), os.Getpid(), numero.Add(1))
}

func avecBase(dsn, base string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn
	}
	u.Path = "/" + base
	return u.String()
}

func connecter(t testing.TB) *acces {
	t.Helper()
	srv, err := serveurDeTest()
	exiger(t, err)
	return srv
}

func exiger(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("base de test : %v", err)
	}
}

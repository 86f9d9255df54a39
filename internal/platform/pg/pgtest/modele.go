package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/migrations"
)

// acces is a server and the address of its maintenance base.
type acces struct {
	dsn   string
	notre bool // the shared test server, and not TEST_DATABASE_URL
}

// executer runs statements on the maintenance base, outside a transaction.
func (a *acces) executer(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, a.dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

// gardes bounds how many templates and failed bases stay.
const (
	modelesGardes = 6
	echecsGardes  = 20
)

// cloner copies the template, built first if this schema has none yet.
func (a *acces) cloner(ctx context.Context, nom string) error {
	for essai := 0; ; essai++ {
		modele, err := a.modele(ctx)
		if err != nil {
			return err
		}
		err = a.executer(ctx, "create database "+nom+" template "+modele+" strategy file_copy")
		var e *pgconn.PgError
		perdu := errors.As(err, &e) && (e.Code == "3D000" || e.Code == "42704") // another binary made room just then
		if !perdu || essai == 2 {
			return err
		}
	}
}

// modele gives the name of the template of today's migrations and référentiels.
func (a *acces) modele(ctx context.Context) (string, error) {
	e, err := empreinte()
	if err != nil {
		return "", err
	}
	nom := "modele_" + e
	conn, err := pgx.Connect(ctx, a.dsn)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	const existeSQL = "select exists (select from pg_database where datname = $1)"
	var existe bool
	if err := conn.QueryRow(ctx, existeSQL, nom).Scan(&existe); err != nil || existe {
		return nom, err
	}
	// One binary builds, the others wait; the lock ends with the connection.
	if _, err := conn.Exec(ctx, "select pg_advisory_lock(hashtext('imhoweb modele'))"); err != nil {
		return "", err
	}
	if err := conn.QueryRow(ctx, existeSQL, nom).Scan(&existe); err != nil || existe {
		return nom, err
	}
	if err := faireDeLaPlace(ctx, conn, `modele\_%`, modelesGardes-1); err != nil {
		return "", err
	}
	chantier := "chantier_" + nom
	for _, sql := range []string{
		"drop database if exists " + chantier + " with (force)",
		"create database " + chantier,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return "", err
		}
	}
	if err := batir(ctx, avecBase(a.dsn, chantier)); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "alter database "+chantier+" rename to "+nom)
	return nom, err
}

// batir fills the template. Statistics are gathered once here: there is no
// autovacuum on the test server.
func batir(ctx context.Context, dsn string) error {
	pool, err := pg.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := migrations.Up(ctx, pool); err != nil {
		return err
	}
	if err := referentiels.Charger(ctx, pool); err != nil {
		return err
	}
	_, err = pool.Exec(ctx, "vacuum analyze")
	return err
}

// empreinte names the template: whatever changes its content changes it.
var empreinte = sync.OnceValues(func() (string, error) {
	ref, err := referentiels.Empreinte()
	h := sha256.New()
	fmt.Fprint(h, migrations.Empreinte(), ref)
	return hex.EncodeToString(h.Sum(nil)[:6]), err
})

// nettoyer drops the bases of test binaries that are gone, once per binary.
func (a *acces) nettoyer(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, a.dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `select datname from pg_database where datname like 't\_%'`)
	if err != nil {
		return err
	}
	noms, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, nom := range noms {
		if a.abandonnee(nom) {
			// Two binaries may clean at once: what counts is that it is gone.
			_, _ = conn.Exec(ctx, "drop database if exists "+nom+" with (force)")
		}
	}
	return faireDeLaPlace(ctx, conn, `echec\_%`, echecsGardes)
}

// abandonnee reads the name given by nomNeuf. On an external server the
// process may be on another machine: only age tells.
func (a *acces) abandonnee(nom string) bool {
	parts := strings.Split(nom, "_")
	if len(parts) != 4 {
		return false
	}
	quand, err1 := strconv.ParseInt(parts[1], 16, 64)
	pid, err2 := strconv.Atoi(parts[2])
	if err1 != nil || err2 != nil {
		return false
	}
	if a.notre && pid != os.Getpid() && syscall.Kill(pid, 0) == syscall.ESRCH {
		return true
	}
	return time.Since(time.Unix(quand, 0)) > 3*time.Hour
}

// faireDeLaPlace drops the oldest bases beyond the number kept.
func faireDeLaPlace(ctx context.Context, conn *pgx.Conn, motif string, gardees int) error {
	rows, err := conn.Query(ctx, "select datname from pg_database where datname like $1 order by oid desc offset $2", motif, gardees)
	if err != nil {
		return err
	}
	noms, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, nom := range noms {
		// In use, or already dropped by another binary: the next one will see.
		_, _ = conn.Exec(ctx, "drop database if exists "+nom)
	}
	return nil
}

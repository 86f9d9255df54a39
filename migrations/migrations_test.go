package migrations_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/migrations"
)

func vide(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), pgtest.Vide(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func TestUp(t *testing.T) {
	t.Parallel()
	ctx, admin := t.Context(), vide(t)

	avant, err := migrations.Lire(ctx, admin)
	if err != nil || avant.AJour() {
		t.Fatalf("an empty base is up to date: %+v, %v", avant, err)
	}
	b, err := migrations.Up(ctx, admin)
	if err != nil || b.SansRole || !slices.Equal(b.Appliquees, avant.Manquantes) {
		t.Fatalf("%+v, %v; want %v", b, err, avant.Manquantes)
	}
	apres, err := migrations.Lire(ctx, admin)
	if err != nil || !apres.AJour() || len(apres.Inconnues) != 0 {
		t.Errorf("%+v, %v", apres, err)
	}
	b, err = migrations.Up(ctx, admin)
	if err != nil || len(b.Appliquees) != 0 {
		t.Errorf("a second time: %+v, %v", b, err)
	}
}

func TestUpTogether(t *testing.T) {
	t.Parallel()
	ctx, admin := t.Context(), vide(t)
	erreurs := make(chan error, 3)
	for range cap(erreurs) {
		go func() {
			_, err := migrations.Up(ctx, admin)
			erreurs <- err
		}()
	}
	for range cap(erreurs) {
		if err := <-erreurs; err != nil {
			t.Error(err)
		}
	}
}

func TestLireAheadOfTheProgram(t *testing.T) {
	t.Parallel()
	admin := pgtest.Admin(t)
	if _, err := admin.Exec(t.Context(), "insert into goose_db_version (version_id, is_applied) values (99999, true)"); err != nil {
		t.Fatal(err)
	}
	e, err := migrations.Lire(t.Context(), pgtest.DB(t))
	if err != nil || !e.AJour() || !slices.Equal(e.Inconnues, []int64{99999}) {
		t.Errorf("%+v, %v", e, err)
	}
}

const evenementSQL = `
insert into evenements (departement, demande_id, type, organisme, version, quand)
values ('31', 1, 'CRE', 'X', 1, $1)`

func TestApplicationRole(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), pgtest.DB(t)
	if _, err := db.Exec(ctx, evenementSQL, "2026-01-01"); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"update evenements set motif = 'x'",
		"delete from evenements",
		"truncate evenements",
		"delete from evenements_defaut",
		"update evenements_" + strings.ReplaceAll(jour.Aujourdhui().ISO()[:7], "-", "_") + " set motif = 'x'",
		"insert into goose_db_version (version_id, is_applied) values (99999, true)",
		"create table essai ()",
		"drop table evenements",
	} {
		_, err := db.Exec(ctx, sql)
		var e *pgconn.PgError
		if !errors.As(err, &e) || e.Code != "42501" { // insufficient_privilege
			t.Errorf("%s: %v, want a refusal", sql, err)
		}
	}
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	ctx, admin := t.Context(), pgtest.Admin(t)
	compter := func(table string) (n int) {
		t.Helper()
		if err := admin.QueryRow(ctx, "select count(*) from "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	// Both ends of March in Paris, an hour or two before and after in UTC.
	for _, quand := range []string{"2019-02-28 22:59:59Z", "2019-02-28 23:00:00Z", "2019-03-31 21:59:59Z", "2019-03-31 22:00:00Z"} {
		if _, err := admin.Exec(ctx, evenementSQL, quand); err != nil {
			t.Fatal(err)
		}
	}
	if n := compter("evenements_defaut"); n != 4 {
		t.Fatalf("%d rows in the default partition, want 4", n)
	}
	mars := jour.De(2019, 3, 15)
	for range 2 {
		if err := migrations.PartitionsEntre(ctx, admin, mars, mars); err != nil {
			t.Fatal(err)
		}
	}
	if n := compter("evenements_2019_03"); n != 2 {
		t.Errorf("%d rows in March, want 2", n)
	}
	if n := compter("evenements"); n != 4 {
		t.Errorf("%d rows in all, want 4", n)
	}
	dernier := jour.Aujourdhui().Mois(migrations.MoisAVenir).ISO()[:7]
	if n := compter("evenements_" + strings.ReplaceAll(dernier, "-", "_")); n != 0 {
		t.Errorf("%d rows in a month to come", n)
	}
	// The application writes through the parent.
	if _, err := pgtest.DB(t).Exec(context.Background(), evenementSQL, "2019-03-10"); err != nil {
		t.Error(err)
	}
}

package migrations

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"imhoweb/internal/platform/pg"
)

// nomFile is how the tables of the job queue are named among migrations.
const nomFile = "file des travaux"

// file creates or updates the tables of the job queue, which are River's and
// follow its versions, and tells whether there was something to do. They come in
// several transactions (a value added to an enum can't be used in its own), so a
// lock keeps two at once apart.
func file(ctx context.Context, admin *pgxpool.Pool) (bool, error) {
	conn, err := admin.Acquire(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "select pg_advisory_lock(hashtext('imhoweb file'))"); err != nil {
		return false, err
	}
	defer func() {
		if _, err := conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock(hashtext('imhoweb file'))"); err != nil {
			_ = conn.Hijack().Close(context.WithoutCancel(ctx)) // a lock must not go back to the pool
		}
	}()
	m, err := migrateurFile(admin)
	if err != nil {
		return false, err
	}
	res, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if err != nil {
		return false, fmt.Errorf("%s : %w", nomFile, err)
	}
	return len(res.Versions) > 0, nil
}

func migrateurFile(pool *pgxpool.Pool) (*rivermigrate.Migrator[pgx.Tx], error) {
	return rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
}

// versionFile is the version of the queue's tables that this program wants.
func versionFile() int {
	m, err := migrateurFile(nil)
	if err != nil {
		panic(err) // constant configuration
	}
	toutes := m.AllVersions()
	return toutes[len(toutes)-1].Version
}

// fileComplete tells whether the queue has its tables.
func fileComplete(ctx context.Context, db pg.DB) (bool, error) {
	var version int
	err := db.QueryRow(ctx, "select coalesce(max(version), 0) from river_migration where line = 'main'").Scan(&version)
	var absente *pgconn.PgError
	if errors.As(err, &absente) && absente.Code == "42P01" { // undefined_table: nothing applied yet
		return false, nil
	}
	return version >= versionFile(), err
}

// Package pg is what the domain needs from PostgreSQL: one interface that the
// pool and a transaction both satisfy, composed conditions, and the reading of
// constraint errors.
package pg

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// DB is satisfied by *pgxpool.Pool, *pgxpool.Conn and pgx.Tx: the caller
// decides whether a function runs in a transaction.
type DB interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Begin(ctx context.Context) (pgx.Tx, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, src pgx.CopyFromSource) (int64, error)
}

// Args are named arguments; a name used in the text and missing here, or the
// reverse, is an error.
type Args = pgx.StrictNamedArgs

// maxConnexions bounds a pool, unless its DSN says otherwise (pool_max_conns):
// more than there are cores, so that a few exports read slowly by their
// browsers don't keep every page waiting.
const maxConnexions = 16

// Open connects a pool and checks that the base answers.
func Open(ctx context.Context, dsn string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("adresse de la base illisible : %w", err)
	}
	if _, ok := cfg.ConnConfig.RuntimeParams["application_name"]; !ok {
		cfg.ConnConfig.RuntimeParams["application_name"] = "imhoweb"
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "Europe/Paris"
	if !strings.Contains(dsn, "pool_max_conns") {
		cfg.MaxConns = maxConnexions
	}
	cfg.MaxConnIdleTime = 5 * time.Minute
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("la base ne répond pas : %w", err)
	}
	return pool, nil
}

// IsUnique tells whether err is the violation of that unique constraint or
// index; an empty name means any.
func IsUnique(err error, contrainte string) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "23505" && (contrainte == "" || e.ConstraintName == contrainte)
}

// Condition is one SQL predicate and its named arguments. The zero value is
// always true.
type Condition struct {
	SQL  string
	Args Args
}

// Where collects conditions that must all hold.
type Where struct {
	sql  []string
	args Args
}

// And adds a predicate with its named arguments. A name already taken by
// another condition panics: two criteria would silently share a value.
func (w *Where) And(sql string, args Args) {
	if sql == "" {
		return
	}
	if w.args == nil {
		w.args = Args{}
	}
	for nom := range args {
		if _, pris := w.args[nom]; pris {
			panic("pg.Where: argument @" + nom + " given twice")
		}
	}
	w.sql = append(w.sql, "("+sql+")")
	maps.Copy(w.args, args)
}

// AndCondition adds a Condition.
func (w *Where) AndCondition(c Condition) { w.And(c.SQL, c.Args) }

// SQL is the conjunction, "true" when nothing was added.
func (w *Where) SQL() string {
	if len(w.sql) == 0 {
		return "true"
	}
	return strings.Join(w.sql, "\n  and ")
}

// Args gives the collected arguments with those of the statement itself.
func (w *Where) Args(plus Args) Args {
	tous := Args{}
	maps.Copy(tous, w.args)
	maps.Copy(tous, plus)
	return tous
}

// ReadOnly runs f in a read-only transaction with a stable snapshot: the
// domain transaction of a GET, so that a list and its total agree and nothing
// is written.
func ReadOnly(ctx context.Context, db DB, f func(pgx.Tx) error) error {
	type beginner interface {
		BeginTx(context.Context, pgx.TxOptions) (pgx.Tx, error)
	}
	b, ok := db.(beginner)
	if !ok { // already in a transaction
		return pgx.BeginFunc(ctx, db, f)
	}
	return pgx.BeginTxFunc(ctx, b, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, f)
}

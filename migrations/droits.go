package migrations

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"imhoweb/internal/platform/pg"
)

// RoleApplication is the role that serves requests. It owns nothing.
const RoleApplication = "imhoweb_app"

// AjoutSeul are the append-only tables: the application adds rows to them and
// can neither change nor remove one. Their partitions follow.
var AjoutSeul = []string{"evenements", "journal_acces", "changements", "journal_ancres", "acceptations"}

// droits grants the application role its rights on whatever tables exist now.
// It reports a role that is missing and that this owner may not create.
func droits(ctx context.Context, db pg.DB) (sansRole bool, err error) {
	sansRole, err = creerRole(ctx, db)
	if err != nil || sansRole {
		return sansRole, err
	}
	return false, pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		// Two migrations at once would collide on the same catalogue rows.
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtext('imhoweb droits'))"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, droitsSQL); err != nil {
			return err
		}
		return retirerAjoutSeul(ctx, tx)
	})
}

func creerRole(ctx context.Context, db pg.DB) (sansRole bool, err error) {
	var existe bool
	err = db.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", RoleApplication).Scan(&existe)
	if err != nil || existe {
		return false, err
	}
	_, err = db.Exec(ctx, "create role "+RoleApplication+" login")
	var e *pgconn.PgError
	switch {
	case errors.As(err, &e) && (e.Code == "42710" || e.Code == "23505"): // another base of the server just did
		return false, nil
	case errors.As(err, &e) && e.Code == "42501": // not allowed to create roles
		return true, nil
	}
	return false, err
}

// Migration bookkeeping is read only: the application must not declare itself
// migrated.
const droitsSQL = `
grant usage on schema public to ` + RoleApplication + `;
grant select, insert, update, delete on all tables in schema public to ` + RoleApplication + `;
grant usage, select on all sequences in schema public to ` + RoleApplication + `;
revoke insert, update, delete on goose_db_version, river_migration from ` + RoleApplication

const ajoutSeulSQL = `
select c.oid::regclass::text
from pg_class c
left join pg_inherits i on i.inhrelid = c.oid
left join pg_class parent on parent.oid = i.inhparent
where c.relkind in ('r', 'p')
  and c.relnamespace = 'public'::regnamespace
  and (c.relname = any(@tables) or parent.relname = any(@tables))
order by 1`

func retirerAjoutSeul(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, ajoutSeulSQL, pg.Args{"tables": AjoutSeul})
	if err != nil {
		return err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, t := range tables { // names come quoted from the catalogue
		if _, err := tx.Exec(ctx, "revoke update, delete, truncate on "+t+" from "+RoleApplication); err != nil {
			return err
		}
	}
	return nil
}

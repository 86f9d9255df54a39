package demo

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// objet is a constraint or an index taken away during the copy: building an
// index once from sorted rows, and checking a foreign key once for all rows,
// is several times cheaper than row by row.
type objet struct{ Retirer, Remettre string }

// Constraints of the tables, and foreign keys of others towards them. Foreign
// keys come first, since primary keys can't go before them.
const contraintesSQL = `
select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname),
    format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
from pg_constraint c
where (c.conrelid = any(@tables::regclass[]) or c.contype = 'f' and c.confrelid = any(@tables::regclass[]))
  and c.contype in ('p', 'u', 'f')
  and c.conparentid = 0
order by c.contype <> 'f', c.conrelid::regclass::text, c.conname`

// Other indexes. That of a partitioned table is defined « ON ONLY » it, and
// must be built on its partitions too.
const indexSQL = `
select format('drop index %s', i.indexrelid::regclass), replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
from pg_index i
where i.indrelid = any(@tables::regclass[])
  and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
  and not exists (select from pg_inherits h where h.inhrelid = i.indexrelid)
order by i.indexrelid::regclass::text`

// alleger takes the constraints and indexes of the tables away, within the
// transaction: if it ends badly they were never gone. It returns what to run
// to have them back.
func alleger(ctx context.Context, tx pgx.Tx) ([]string, error) {
	var noms []string
	for _, t := range tables {
		noms = append(noms, t.nom)
	}
	var objets []objet
	for _, sql := range []string{contraintesSQL, indexSQL} {
		rows, err := tx.Query(ctx, sql, pg.Args{"tables": noms})
		if err != nil {
			return nil, fmt.Errorf("demo: read the schema: %w", err)
		}
		lus, err := pgx.CollectRows(rows, pgx.RowToStructByPos[objet])
		if err != nil {
			return nil, fmt.Errorf("demo: read the schema: %w", err)
		}
		objets = append(objets, lus...)
	}
	var remettre []string
	for i, o := range objets {
		if _, err := tx.Exec(ctx, o.Retirer); err != nil {
			return nil, fmt.Errorf("demo: %s: %w", o.Retirer, err)
		}
		remettre = append(remettre, objets[len(objets)-1-i].Remettre)
	}
	return remettre, nil
}

// reglagesSQL suits the building of large indexes by one connection.
const reglagesSQL = `
set local maintenance_work_mem = '256MB';
set local max_parallel_maintenance_workers = 1;
set local min_parallel_table_scan_size = '2MB';
set local synchronous_commit = off;
set local statement_timeout = 0;
set local client_min_messages = warning`

const partitionneesSQL = `
select c.relname
from pg_class c
where c.oid = any(@tables::regclass[])
  and c.relkind = 'p'`

// partitionnees tells which of the tables are cut into partitions.
func partitionnees(ctx context.Context, db pg.DB) (map[string]bool, error) {
	var noms []string
	for _, t := range tables {
		noms = append(noms, t.nom)
	}
	rows, err := db.Query(ctx, partitionneesSQL, pg.Args{"tables": noms})
	if err != nil {
		return nil, fmt.Errorf("demo: read the schema: %w", err)
	}
	m := map[string]bool{}
	var nom string
	_, err = pgx.ForEachRow(rows, []any{&nom}, func() error { m[nom] = true; return nil })
	return m, err
}

// viderSQL makes « copy … freeze » possible, which only writes to a table made
// or emptied by its own transaction. Every table was found empty before.
func viderSQL() string {
	var noms []string
	for _, t := range tables {
		noms = append(noms, t.nom)
	}
	return "truncate " + strings.Join(noms, ", ") + " restart identity cascade"
}

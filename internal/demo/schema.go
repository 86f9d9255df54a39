package demo

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// objet is a constraint, an index or a setting taken away during the copy:
// building an index once from all rows, and checking a foreign key once for all
// rows, is several times cheaper than row by row.
type objet struct {
	Table    string
	Cle      bool // a foreign key
	Poids    int  // time to put it back, for a row: see poidsAnalyse
	Retirer  string
	Remettre string
	Valider  string // foreign keys only; '' when putting it back checks it
}

// Constraints of the tables, and foreign keys of others towards them. Foreign
// keys come first, since primary keys can't go before them. They come back not
// valid, which is immediate, and are checked afterwards under a lock that lets
// other tables be checked at the same time; PostgreSQL has no such foreign key
// on a partitioned table.
const contraintesSQL = `
select c.conrelid::regclass::text, c.contype = 'f', case c.contype when 'f' then 2 else 12 end,
    format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname),
    format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
        || case when c.contype = 'f' and t.relkind <> 'p' then ' not valid' else '' end,
    case when c.contype = 'f' and t.relkind <> 'p'
        then format('alter table %s validate constraint %I', c.conrelid::regclass, c.conname) else '' end
from pg_constraint c
join pg_class t on t.oid = c.conrelid
where (c.conrelid = any(@tables::regclass[]) or c.contype = 'f' and c.confrelid = any(@tables::regclass[]))
  and c.contype in ('p', 'u', 'f')
  and c.conparentid = 0
order by c.contype <> 'f', c.conrelid::regclass::text, c.conname`

// Other indexes. That of a partitioned table is defined « ON ONLY » it, and
// must be built on its partitions too.
const indexSQL = `
select i.indrelid::regclass::text, false, 12, format('drop index %s', i.indexrelid::regclass),
    replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON '), ''
from pg_index i
where i.indrelid = any(@tables::regclass[])
  and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
  and not exists (select from pg_inherits h where h.inhrelid = i.indexrelid)
order by i.indexrelid::regclass::text`

// Autovacuum would analyse the tables while their indexes are built, and hold
// the locks that these need.
const menageSQL = `
select coalesce(pg_partition_root(c.oid), c.oid)::regclass::text, false, 0,
    format('alter table %s set (autovacuum_enabled = off)', c.oid::regclass),
    format('alter table %s reset (autovacuum_enabled)', c.oid::regclass), ''
from pg_class c
where c.relkind = 'r'
  and coalesce(pg_partition_root(c.oid), c.oid) = any(@tables::regclass[])
order by c.oid::regclass::text`

// alleger takes the constraints and indexes of the tables away, within the
// transaction, and returns them.
func alleger(ctx context.Context, tx pgx.Tx) ([]objet, error) {
	var objets []objet
	for _, sql := range []string{contraintesSQL, indexSQL, menageSQL} {
		rows, err := tx.Query(ctx, sql, pg.Args{"tables": nomsTables()})
		if err != nil {
			return nil, fmt.Errorf("demo: read the schema: %w", err)
		}
		lus, err := pgx.CollectRows(rows, pgx.RowToStructByPos[objet])
		if err != nil {
			return nil, fmt.Errorf("demo: read the schema: %w", err)
		}
		objets = append(objets, lus...)
	}
	var retraits []string
	for _, o := range objets {
		retraits = append(retraits, o.Retirer)
	}
	if _, err := tx.Exec(ctx, strings.Join(retraits, ";\n")); err != nil {
		return nil, fmt.Errorf("demo: take the indexes away: %w", err)
	}
	return objets, nil
}

func nomsTables() []string {
	var noms []string
	for _, t := range tables {
		noms = append(noms, t.nom)
	}
	return noms
}

// reglagesSQL suits long work. One connection builds an index alone, since
// others build those of other tables meanwhile.
const reglagesSQL = `
set local maintenance_work_mem = '256MB';
set local max_parallel_maintenance_workers = 0;
set local synchronous_commit = off;
set local statement_timeout = 0;
set local client_min_messages = warning`

// viderSQL makes « copy … freeze » possible, which only writes to a table made
// or emptied by its own transaction. Every table was found empty before.
func viderSQL() string {
	return "truncate " + strings.Join(nomsTables(), ", ") + " restart identity cascade"
}

// A partition by list holds one département.
const partitionsSQL = `
select p.relname, substring(pg_get_expr(c.relpartbound, c.oid) from '^FOR VALUES IN \(''(\w+)''\)$'), c.relname
from pg_class p
join pg_inherits h on h.inhparent = p.oid
join pg_class c on c.oid = h.inhrelid
where p.oid = any(@tables::regclass[])
  and p.relkind = 'p'`

// partitions says where the rows of a partitioned table go: the partition of
// each département, or "" when rows of one département go to several ones.
type partitions map[string]map[string]string

func lirePartitions(ctx context.Context, db pg.DB) (partitions, error) {
	rows, err := db.Query(ctx, partitionsSQL, pg.Args{"tables": nomsTables()})
	if err != nil {
		return nil, fmt.Errorf("demo: read the schema: %w", err)
	}
	p := partitions{}
	var nom, partition string
	var dep *string
	_, err = pgx.ForEachRow(rows, []any{&nom, &dep, &partition}, func() error {
		if p[nom] == nil {
			p[nom] = map[string]string{}
		}
		if dep != nil {
			p[nom][*dep] = partition
		}
		return nil
	})
	return p, err
}

// cible is the table to copy to, and whether its rows can be written frozen:
// PostgreSQL refuses it on a partitioned table, not on its partitions.
func (p partitions) cible(nom, dep string) (string, bool) {
	deps, decoupee := p[nom]
	if !decoupee {
		return nom, true
	}
	if partition := deps[dep]; partition != "" {
		return partition, true
	}
	return nom, false
}

// releves is how many samples the statistics of a table take: one for the whole
// of a partitioned table, and one for each partition.
func (p partitions) releves(nom string) int {
	deps, decoupee := p[nom]
	if !decoupee {
		return 1
	}
	return 1 + max(len(deps), 1)
}

package migrations

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// Tables partitioned by range on one column of date or time: one partition a
// month, and a default one so that no row is ever refused.
const mensuellesSQL = `
select c.relname, coalesce(d.oid::regclass::text, '')
from pg_partitioned_table p
join pg_class c on c.oid = p.partrelid
join pg_attribute a on a.attrelid = c.oid and a.attnum = p.partattrs[0]
left join pg_class d on d.oid = p.partdefid
where p.partstrat = 'r' and p.partnatts = 1
  and a.atttypid in ('date'::regtype, 'timestamptz'::regtype)
  and c.relnamespace = 'public'::regnamespace
order by c.relname`

// Partitions creates the missing monthly partitions of every table cut by
// month, from the current month to mois months ahead. The pool connects as the
// owner.
func Partitions(ctx context.Context, admin pg.DB, mois int) error {
	auj := jour.Aujourdhui()
	return PartitionsEntre(ctx, admin, auj, auj.Mois(mois))
}

// PartitionsEntre creates the missing monthly partitions from the month of
// debut to that of fin, both included: an import of old rows starts with it.
// Rows of these months already in the default partition move.
func PartitionsEntre(ctx context.Context, admin pg.DB, debut, fin jour.Date) error {
	return pgx.BeginFunc(ctx, admin, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtext('imhoweb partitions')), set_config('timezone', 'Europe/Paris', true)")
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, mensuellesSQL)
		if err != nil {
			return err
		}
		type mensuelle struct{ Nom, Defaut string }
		tables, err := pgx.CollectRows(rows, pgx.RowToStructByPos[mensuelle])
		if err != nil {
			return err
		}
		for _, t := range tables {
			for m := premier(debut); !m.Apres(fin); m = m.Mois(1) {
				if err := creerPartition(ctx, tx, t.Nom, t.Defaut, m); err != nil {
					return fmt.Errorf("partition %s de %s : %w", m.ISO(), t.Nom, err)
				}
			}
		}
		return nil
	})
}

func premier(d jour.Date) jour.Date {
	a, m, _ := d.Date()
	return jour.De(a, m, 1)
}

func creerPartition(ctx context.Context, tx pgx.Tx, table, defaut string, mois jour.Date) error {
	nom := table + mois.Time().Format("_2006_01")
	var existe bool
	err := tx.QueryRow(ctx, "select to_regclass($1) is not null", pgx.Identifier{"public", nom}.Sanitize()).Scan(&existe)
	if err != nil || existe {
		return err
	}
	parent, partition := pgx.Identifier{table}.Sanitize(), pgx.Identifier{nom}.Sanitize()
	bornes := fmt.Sprintf("for values from ('%s') to ('%s')", mois.ISO(), mois.Mois(1).ISO())
	if defaut == "" {
		_, err := tx.Exec(ctx, "create table "+partition+" partition of "+parent+" "+bornes)
		return err
	}
	// Attaching is refused while the default holds rows of that month.
	colonne, err := colonneDe(ctx, tx, table)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, fmt.Sprintf(`
create table %[1]s (like %[2]s including all excluding identity);
with deplacees as (
    delete from %[3]s where %[4]s >= '%[5]s' and %[4]s < '%[6]s' returning *
)
insert into %[1]s select * from deplacees;
alter table %[2]s attach partition %[1]s %[7]s`,
		partition, parent, defaut, colonne, mois.ISO(), mois.Mois(1).ISO(), bornes))
	return err
}

const colonneSQL = `
select quote_ident(a.attname)
from pg_partitioned_table p
join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
where p.partrelid = to_regclass($1)`

func colonneDe(ctx context.Context, tx pgx.Tx, table string) (string, error) {
	var c string
	err := tx.QueryRow(ctx, colonneSQL, pgx.Identifier{"public", table}.Sanitize()).Scan(&c)
	return c, err
}

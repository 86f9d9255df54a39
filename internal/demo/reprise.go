package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/pg"
)

// The rows are committed before their indexes and constraints, which several
// connections build. What is left to build is kept in a table of the base, so
// that an interrupted load is finished by the next command (Terminer).
const creerResteSQL = `
create table demo_reste (
    rang   integer primary key,
    etape  integer not null,
    ordres text[] not null,
    poids  bigint[] not null
);
comment on table demo_reste is 'Index et contraintes qu’un chargement de la démonstration doit encore remettre ; absente en temps normal.'`

// Stages of what is left: statements of one may run together.
const (
	etapeIndex     = iota + 1 // of each table, and the statistics of the planner
	etapeCles                 // foreign keys, not valid
	etapeControles            // of the foreign keys of each table
)

// tache is what one connection does in one transaction: statements, and the
// time that each takes (see poidsAnalyse).
type tache struct {
	Rang   int
	Etape  int
	Ordres []string
	Poids  []int64
}

func (t *tache) ajouter(sql string, poids int) {
	t.Ordres, t.Poids = append(t.Ordres, sql), append(t.Poids, int64(poids))
}

func (t *tache) duree() (n int64) {
	for _, p := range t.Poids {
		n += p
	}
	return n
}

// poidsAnalyse is the time to analyse a column, for a row of the sample. Times
// are in tenths of a microsecond of some machine: only their ratios count, to
// start with the longest tasks and to move the progress bar evenly.
const (
	poidsAnalyse = 5
	echantillon  = 30_000
)

// preparerReste turns what was taken away into tasks, one for each table and
// stage, the longest first. lignes counts the rows of each table.
func preparerReste(objets []objet, lignes map[string]int, p partitions) []tache {
	index, controles, cles := map[string]*tache{}, map[string]*tache{}, tache{Etape: etapeCles}
	ajouter := func(m map[string]*tache, etape int, table, sql string, poids int) {
		if m[table] == nil {
			m[table] = &tache{Etape: etape}
		}
		m[table].ajouter(sql, poids)
	}
	for _, o := range objets {
		if !o.Cle {
			ajouter(index, etapeIndex, o.Table, o.Remettre, o.Poids*lignes[o.Table])
			continue
		}
		cles.ajouter(o.Remettre, 0)
		if o.Valider != "" {
			ajouter(controles, etapeControles, o.Table, o.Valider, o.Poids*lignes[o.Table])
		}
	}
	for _, t := range tables {
		poids := poidsAnalyse * (1 + strings.Count(t.colonnes, ",")) * min(lignes[t.nom], echantillon)
		ajouter(index, etapeIndex, t.nom, "analyze "+t.nom, poids*p.releves(t.nom))
	}
	taches := []tache{cles}
	for _, m := range []map[string]*tache{index, controles} {
		for _, t := range m {
			taches = append(taches, *t)
		}
	}
	slices.SortFunc(taches, func(a, b tache) int {
		return cmp.Or(cmp.Compare(a.Etape, b.Etape), cmp.Compare(b.duree(), a.duree()), slices.Compare(a.Ordres, b.Ordres))
	})
	for i := range taches {
		taches[i].Rang = i + 1
	}
	return taches
}

func ecrireReste(ctx context.Context, tx pgx.Tx, taches []tache) error {
	if _, err := tx.Exec(ctx, creerResteSQL); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"demo_reste"}, []string{"rang", "etape", "ordres", "poids"},
		pgx.CopyFromSlice(len(taches), func(i int) ([]any, error) {
			t := taches[i]
			return []any{t.Rang, t.Etape, t.Ordres, t.Poids}, nil
		}))
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}

const resteSQL = `select to_regclass('demo_reste') is not null`

const verrouSQL = `select pg_advisory_xact_lock(hashtext('imhoweb demo'))`

const tachesSQL = `
select rang, etape, ordres, poids
from demo_reste
order by rang`

// Terminer finishes what an interrupted load of the demo left undone: its rows
// are all there, not all their indexes and constraints. It tells whether there
// was anything to finish; the usual case costs one query. progression, which
// may be nil, receives the share of the work done, out of 1. The pool connects
// as the owner of the tables.
func Terminer(ctx context.Context, pool *pgxpool.Pool, progression func(part float64)) (bool, error) {
	var reste bool
	if err := pool.QueryRow(ctx, resteSQL).Scan(&reste); err != nil || !reste {
		return false, err
	}
	// Beside the pool, whose connections all may be at work: this one holds the
	// lock that keeps a second command waiting.
	conn, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig)
	if err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if progression == nil {
		progression = func(float64) {}
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, verrouSQL); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, resteSQL).Scan(&reste); err != nil || !reste {
			return err
		}
		rows, err := tx.Query(ctx, tachesSQL)
		if err != nil {
			return err
		}
		taches, err := pgx.CollectRows(rows, pgx.RowToStructByPos[tache])
		if err != nil {
			return err
		}
		if err := executer(ctx, pool, taches, progression); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "drop table demo_reste")
		return err
	})
	if err != nil {
		return false, fmt.Errorf("demo: put the indexes back: %w", err)
	}
	return true, nil
}

// connexions build indexes at the same time: one more than the cores that
// they are meant for, since each ends by waiting for the disk.
const connexions = 3

// executer runs the tasks stage after stage.
func executer(ctx context.Context, pool *pgxpool.Pool, taches []tache, progression func(float64)) error {
	var total, fait int64
	for _, t := range taches {
		total += t.duree()
	}
	for len(taches) > 0 {
		n := slices.IndexFunc(taches, func(t tache) bool { return t.Etape != taches[0].Etape })
		if n < 0 {
			n = len(taches)
		}
		err := ensemble(ctx, pool, taches[:n], func(poids int64) {
			fait += poids
			progression(float64(fait) / float64(max(total, 1)))
		})
		if err != nil {
			return err
		}
		taches = taches[n:]
	}
	return nil
}

// ensemble runs tasks on several connections, until one fails. fait receives
// the weight of each statement done, in this goroutine.
func ensemble(ctx context.Context, pool *pgxpool.Pool, taches []tache, fait func(poids int64)) error {
	file, faits := make(chan tache, len(taches)), make(chan int64)
	for _, t := range taches {
		file <- t
	}
	close(file)
	ctx, arreter := context.WithCancelCause(ctx)
	defer arreter(nil)
	var ouvriers sync.WaitGroup
	for range connexions {
		ouvriers.Go(func() {
			for t := range file {
				if err := t.executer(ctx, pool, func(poids int64) { faits <- poids }); err != nil {
					arreter(err)
				}
			}
		})
	}
	go func() {
		ouvriers.Wait()
		close(faits)
	}()
	for poids := range faits {
		fait(poids)
	}
	return context.Cause(ctx)
}

const rayerSQL = `
delete from demo_reste
where rang = @rang`

// executer does the task unless it is done: after a kill, the server may still
// be ending a statement of ours, which holds its row.
func (t tache) executer(ctx context.Context, pool *pgxpool.Pool, fait func(poids int64)) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		raye, err := tx.Exec(ctx, rayerSQL, pg.Args{"rang": t.Rang})
		if err != nil || raye.RowsAffected() == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, reglagesSQL); err != nil {
			return err
		}
		for i, sql := range t.Ordres {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return fmt.Errorf("%s: %w", sql, err)
			}
			fait(t.Poids[i])
		}
		return nil
	})
}

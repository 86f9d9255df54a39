package demo

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/referentiels"
)

// leJour is a fixed day: the tests don't depend on today's.
var leJour = jour.De(2026, 11, 24)

func generer(t *testing.T, n int, le jour.Date) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.Admin(t)
	if err := Generer(t.Context(), pool, Options{Demandes: n, Graine: 31, Jour: le}); err != nil {
		t.Fatal(err)
	}
	return pool
}

func valeurDe[T any](t *testing.T, db pg.DB, sql string, args ...any) T {
	t.Helper()
	rows, err := db.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// empreinteSQL is the same for the same rows, whatever their place.
const empreinteSQL = `select coalesce(md5(string_agg(l, '' order by l)), '') from (select md5(x::text) as l from %s x) y`

func empreinteDe(t table) string { return strings.ReplaceAll(empreinteSQL, "%s", t.nom) }

func TestTheSameSeedAndDayGiveTheSameFile(t *testing.T) {
	t.Parallel()
	var fichiers [2]string
	for i := range fichiers {
		t.Run("", func(t *testing.T) {
			pool := generer(t, 2000, leJour)
			for _, table := range tables {
				fichiers[i] += table.nom + " " + valeurDe[string](t, pool, empreinteDe(table)) + "\n"
			}
		})
	}
	if fichiers[0] != fichiers[1] {
		t.Errorf("two files of the same seed differ:\n%s\n%s", fichiers[0], fichiers[1])
	}
}

func TestTheFileDoesNotDependOnTheNumberOfGoroutines(t *testing.T) {
	t.Parallel()
	if err := referentiels.Etendre(t.Context(), pgtest.Admin(t), []string{"13"}); err != nil {
		t.Fatal(err)
	}
	var fichiers [3][]byte
	for i, c := range []struct {
		ouvriers int
		graine   uint64
	}{{1, 31}, {4, 31}, {4, 32}} {
		g, err := nouveauGenerateur(t.Context(), pgtest.DB(t), Options{Graine: c.graine, Jour: leJour})
		if err != nil {
			t.Fatal(err)
		}
		g.ouvriers = c.ouvriers
		for l := range g.lots(t.Context(), []partDepartement{{"31", 6000}, {"13", 3000}}) {
			if l.erreur != nil {
				t.Fatal(l.erreur)
			}
			for _, f := range l.flux {
				fichiers[i] = append(fichiers[i], f.b...)
			}
		}
	}
	if !bytes.Equal(fichiers[0], fichiers[1]) {
		t.Error("one and four goroutines make different files")
	}
	if bytes.Equal(fichiers[1], fichiers[2]) {
		t.Error("two seeds make the same file")
	}
}

const schemaSQL = `
select string_agg(l, E'\n' order by l)
from (
    select c.conrelid::regclass || ' ' || pg_get_constraintdef(c.oid) || ' ' || c.convalidated from pg_constraint c
    where c.connamespace = 'public'::regnamespace
    union all
    select indexname || ' ' || indexdef from pg_indexes where schemaname = 'public'
    union all
    select oid::regclass || ' ' || coalesce(array_to_string(reloptions, ' '), '') from pg_class
    where relnamespace = 'public'::regnamespace
) as s (l)`

func TestConstraintsAndIndexesAreBackAfterTheLoad(t *testing.T) {
	t.Parallel()
	avant := valeurDe[string](t, pgtest.Admin(t), schemaSQL)
	pool := generer(t, 500, leJour)
	if apres := valeurDe[string](t, pool, schemaSQL); apres != avant {
		t.Errorf("the schema changed:\n%s\n---\n%s", avant, apres)
	}
	if n := valeurDe[int](t, pool, "select count(*) from pg_index where not indisvalid"); n != 0 {
		t.Errorf("%d indexes are not valid", n)
	}
	if n := valeurDe[int](t, pool, "select count(*) from demandes where statut = 'ACTIVE'"); n != 500 {
		t.Errorf("%d active demandes, want 500", n)
	}
	// Identities follow the identifiers given by the load.
	_, err := pool.Exec(t.Context(), `
with d as (
    insert into demandes (departement, statut, organisme) select '31', 'BROUILLON', code from organismes limit 1 returning id
), p as (
    insert into personnes (demande_id, role, cle) select id, 'demandeur', 0 from d
)
insert into evenements (departement, demande_id, type, organisme, version) select '31', id, 'BRO', 'TMH', 1 from d`)
	if err != nil {
		t.Errorf("a draft after the load: %v", err)
	}
	if err := Generer(t.Context(), pool, Options{Demandes: 10, Jour: leJour}); !errors.Is(err, ErrNonVide) {
		t.Errorf("a second demo: got %v, want ErrNonVide", err)
	}
	if err := Generer(t.Context(), pool, Options{}); err != nil {
		t.Errorf("no demande at all: %v", err)
	}
}

func TestAnInterruptedLoadLeavesTheBaseEmpty(t *testing.T) {
	t.Parallel()
	pool := pgtest.Admin(t)
	avant := valeurDe[string](t, pool, schemaSQL)
	if _, err := pool.Exec(t.Context(), "alter table souhaits add constraint jamais check (caution <> 'Visale')"); err != nil {
		t.Fatal(err)
	}
	if err := Generer(t.Context(), pool, Options{Demandes: 500, Graine: 31, Jour: leJour}); err == nil {
		t.Fatal("the load ignored a constraint")
	}
	if _, err := pool.Exec(t.Context(), "alter table souhaits drop constraint jamais"); err != nil {
		t.Fatal(err)
	}
	if n := valeurDe[int](t, pool, "select count(*) from demandes"); n != 0 {
		t.Errorf("%d demandes stayed", n)
	}
	if apres := valeurDe[string](t, pool, schemaSQL); apres != avant {
		t.Error("the schema changed")
	}
}

func TestTheSearchRowsAreThoseOfTheDomain(t *testing.T) {
	t.Parallel()
	pool := generer(t, 2000, jour.Aujourdhui()) // ProjeterTout compares with today's plafonds
	if _, err := pool.Exec(t.Context(), "create table chargees as select * from recherche_demandes"); err != nil {
		t.Fatal(err)
	}
	g, err := nouveauGenerateur(t.Context(), pool, Options{Jour: leJour})
	if err != nil {
		t.Fatal(err)
	}
	if err := (demandes.Fichier{Ref: g.ref}).ProjeterTout(t.Context(), pool, "31"); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{{"chargees", "recherche_demandes"}, {"recherche_demandes", "chargees"}} {
		if n := valeurDe[int](t, pool, "select count(*) from (select * from "+c[0]+" except select * from "+c[1]+") x"); n != 0 {
			l := valeurDe[string](t, pool, "select string_agg(x::text, E'\n') from (select * from "+c[0]+" except select * from "+c[1]+" order by 2 limit 2) x")
			t.Errorf("%d rows of %s are not in %s, among them\n%s", n, c[0], c[1], l)
		}
	}
}

// Every complete demande would be accepted by the form as it is.
func TestCompleteDemandesPassTheChecksOfTheForm(t *testing.T) {
	t.Parallel()
	g, err := nouveauGenerateur(t.Context(), pgtest.DB(t), Options{Graine: 31, Jour: leJour})
	if err != nil {
		t.Fatal(err)
	}
	t1 := tireurDe(t, g, 1200)
	controlees, fautes := 0, 0
	for i := range t1.fiches {
		d, _ := t1.demande(&t1.fiches[i])
		if d.Incomplete || t1.fiches[i].motif != "" {
			continue
		}
		v := demandes.Ecrire(d, g.ref)
		relu, b := demandes.Controler(d.Entete, v, v, g.ref, leJour)
		controlees++
		if err := b.Erreurs.Err(); err != nil {
			if fautes++; fautes < 10 {
				t.Errorf("%s: %v", d.NumeroUnique, b.Erreurs)
			}
		}
		if relu.Nature != d.Nature || relu.Foyer != d.Foyer {
			t.Errorf("%s: %s of %d, read back as %s of %d", d.NumeroUnique, d.Nature, d.Foyer, relu.Nature, relu.Foyer)
		}
		for _, a := range b.Alertes {
			switch {
			case strings.Contains(a.Message, "12 ans d’écart"), strings.Contains(a.Message, "Retraité"), strings.Contains(a.Message, "Étudiant"):
				t.Errorf("%s: %s", d.NumeroUnique, a.Message)
			}
		}
	}
	if controlees < 1000 {
		t.Errorf("%d demandes checked", controlees)
	}
}

// demandes/s counts all of them, radiated ones included; actives/s the others.
func BenchmarkGenerer(b *testing.B) {
	pool := pgtest.Admin(b)
	for b.Loop() {
		if _, err := pool.Exec(b.Context(), viderSQL()); err != nil {
			b.Fatal(err)
		}
		if err := Generer(b.Context(), pool, Options{Demandes: ParDefaut, Graine: 31, Jour: leJour}); err != nil {
			b.Fatal(err)
		}
	}
	parSeconde := float64(ParDefaut*b.N) / b.Elapsed().Seconds()
	b.ReportMetric(parSeconde, "actives/s")
	b.ReportMetric(parSeconde*(1+partRadiees), "demandes/s")
}

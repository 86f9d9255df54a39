package conservation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/pg"
)

// colonne is a column of the base that may hold something readable.
type colonne struct{ Table, Colonne, Type string }

const colonnesSQL = `
select c.relname, a.attname, t.typname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
  and (t.typcategory = 'S' or e.typcategory = 'S' or t.typname in ('json', 'jsonb', 'bytea', 'xml', 'hstore'))
order by 1, 2`

func colonnes(t *testing.T, db pg.DB) []colonne {
	t.Helper()
	rows, err := db.Query(t.Context(), colonnesSQL)
	if err != nil {
		t.Fatal(err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByPos[colonne])
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// lisible is the SQL that reads a column as text; bytes are read one by one.
func (c colonne) lisible() string {
	nom := pgx.Identifier{c.Colonne}.Sanitize()
	if c.Type == "bytea" {
		return "encode(" + nom + ", 'escape')"
	}
	return nom + "::text"
}

// balayer looks for a text in every readable column of the base, whatever its
// case, and gives the columns that hold it with the number of their rows.
func balayer(t *testing.T, db *pgxpool.Pool, texte string) map[string]int {
	t.Helper()
	trouvees := map[string]int{}
	for _, c := range colonnes(t, db) {
		var n int
		sql := fmt.Sprintf("select count(*) from %s where %s ilike $1", pgx.Identifier{c.Table}.Sanitize(), c.lisible())
		if err := db.QueryRow(t.Context(), sql, "%"+texte+"%").Scan(&n); err != nil {
			t.Fatal(c, err)
		}
		if n > 0 {
			trouvees[c.Table+"."+c.Colonne] = n
		}
	}
	return trouvees
}

// liees are the tables that hold rows of a demande, with the column that names
// it.
func liees(t *testing.T, db pg.DB) map[string]string {
	t.Helper()
	rows, err := db.Query(t.Context(), `
select c.relname, a.attname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
where c.relkind in ('r', 'p') and not c.relispartition
  and (a.attname = 'demande_id' or c.relname = 'demandes' and a.attname = 'id')`)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	var table, cle string
	if _, err := pgx.ForEachRow(rows, []any{&table, &cle}, func() error { m[table] = cle; return nil }); err != nil {
		t.Fatal(err)
	}
	return m
}

// marquer gives the demandeur of each chosen demande (table choisies) a name that
// nobody else bears, wherever the base holds it: ZQXW, then letters.
func marquer(t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	executer(t, db, `
create table marques as
select m.*, upper(nom) as nom_m, upper(naissance) as naissance_m, normaliser_nom(nom) as nom_n, normaliser_nom(naissance) as naissance_n
from (
    select distinct on (demande_id) demande_id, nom, case when nom_naissance = '' then nom else nom_naissance end as naissance,
        'ZQXW' || translate(id::text, '0123456789', 'ABCDEFGHIJ') as marque
    from personnes
    where demande_id in (select id from choisies) and nom <> ''
    order by demande_id, id) m`)
	executer(t, db, `create unique index on marques (demande_id)`)
	executer(t, db, `analyze marques`)
	cles := liees(t, db)
	for _, c := range colonnes(t, db) {
		cle, ok := cles[c.Table]
		if !ok || c.Table == "marques" || c.Type == "bytea" || strings.HasPrefix(c.Type, "_") {
			continue
		}
		nom := pgx.Identifier{c.Colonne}.Sanitize()
		if !ecrivable(c) {
			continue
		}
		nouveau, conditions := "t."+nom+"::text", []string{}
		for _, forme := range []string{"m.nom", "m.naissance", "m.nom_m", "m.naissance_m", "m.nom_n", "m.naissance_n"} {
			nouveau = "replace(" + nouveau + ", " + forme + ", m.marque)"
			conditions = append(conditions, "position("+forme+" in t."+nom+"::text) > 0")
		}
		executer(t, db, fmt.Sprintf("update %s t set %s = (%s)::%s from marques m where t.%s = m.demande_id and (%s)",
			pgx.Identifier{c.Table}.Sanitize(), nom, nouveau, c.Type, cle, strings.Join(conditions, " or ")))
	}
}

// ecrivable leaves codes alone.
func ecrivable(c colonne) bool {
	return !slices.Contains([]string{"demandes.numero_unique", "demandes.statut", "demandes.etat", "demandes.departement", "demandes.guichet", "demandes.organisme"}, c.Table+"."+c.Colonne) &&
		!slices.Contains([]string{"territoire", "motif", "priorite", "collecteur", "role", "type", "departement", "organisme", "guichet", "commune", "courrier_commune", "employeur_commune", "commune_travail"}, c.Colonne)
}

func executer(t *testing.T, db pg.DB, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// empreintes gives a digest of the rows of each table that belong to other
// demandes than the chosen ones.
func empreintes(t *testing.T, db pg.DB) map[string]string {
	t.Helper()
	m := map[string]string{}
	for table, cle := range liees(t, db) {
		sql := fmt.Sprintf(`select coalesce(md5(string_agg(l, '' order by l)), '') from (
select md5(x::text) as l from %s x where x.%s not in (select id from choisies)) y`, pgx.Identifier{table}.Sanitize(), cle)
		var e string
		if err := db.QueryRow(t.Context(), sql).Scan(&e); err != nil {
			t.Fatal(table, err)
		}
		m[table] = e
	}
	return m
}

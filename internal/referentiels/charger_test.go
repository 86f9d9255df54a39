package referentiels_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/referentiels"
	"imhoweb/migrations"
)

// tables of the référentiels, all of them.
var tables = []string{"departements", "communes", "territoires", "territoires_inclusions", "quartiers_usuels", "qpv",
	"nomenclatures", "plafonds", "parametres", "parametres_historique", "organismes", "agences", "guichets", "bailleurs_communes"}

// empreintes hashes every table and the identity sequences: a load that only
// burnt numbers would show.
func empreintes(t *testing.T, db pg.DB) map[string]string {
	t.Helper()
	m := map[string]string{}
	for _, table := range tables {
		m[table] = valeur[string](t, db, "select count(*) || ' ' || coalesce(md5(string_agg(x::text, '|' order by x::text)), '') from "+table+" x")
	}
	m["sequences"] = valeur[string](t, db, "select string_agg(sequencename || coalesce(last_value, 0), ' ' order by sequencename) from pg_sequences")
	return m
}

func valeur[T any](t *testing.T, db pg.DB, sql string, args ...any) T {
	t.Helper()
	rows, err := db.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func executer(t *testing.T, db pg.DB, sql string, args ...any) {
	t.Helper()
	tag, err := db.Exec(t.Context(), sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if tag.RowsAffected() == 0 {
		t.Fatalf("%s: no row", sql)
	}
}

func charger(t *testing.T, db pg.DB) {
	t.Helper()
	if err := referentiels.Charger(t.Context(), db); err != nil {
		t.Fatal(err)
	}
}

// vide opens an empty base with the schema only.
func vide(t *testing.T) *pgxpool.Pool {
	t.Helper()
	db, err := pg.Open(t.Context(), pgtest.Vide(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if _, err := migrations.Up(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestChargerFillsAnEmptyBaseAndASecondTimeChangesNothing(t *testing.T) {
	t.Parallel()
	db := vide(t)
	charger(t, db)
	for sql, want := range map[string]int{
		"select count(*) from departements":                                                                109,
		"select count(*) from communes":                                                                    34969,
		"select count(*) from territoires":                                                                 629,
		"select count(*) from territoires where type = 'commune'":                                          586,
		"select count(*) from territoires where type = 'epci'":                                             18,
		"select count(*) from territoires where type = 'quartier'":                                         22,
		"select count(*) from territoires_inclusions where ancetre = 'D31'":                                629,
		"select count(*) from territoires_inclusions where descendant = '31-555-13'":                       4, // itself, Toulouse, the métropole, the département
		"select count(*) from territoires_inclusions where ancetre = 'SICOVAL' and descendant like '31-%'": 36,
		"select count(*) from quartiers_usuels":                                                            80,
		"select count(*) from qpv":                                                                         38,
		"select count(*) from organismes":                                                                  47,
		"select count(distinct domaine) from nomenclatures":                                                43,
		"select count(*) from plafonds":                                                                    983,
		"select sum(population)::bigint from territoires where type = 'commune'":                           1471468,
	} {
		if got := valeur[int](t, db, sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	avant := empreintes(t, db)
	charger(t, db)
	for table, apres := range empreintes(t, db) {
		if apres != avant[table] {
			t.Errorf("%s: %s, then %s", table, avant[table], apres)
		}
	}
}

func TestChargerTwiceInOneTransaction(t *testing.T) {
	t.Parallel()
	err := pgx.BeginFunc(t.Context(), pgtest.Admin(t), func(tx pgx.Tx) error {
		charger(t, tx)
		charger(t, tx)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestChargerTogetherLoadsOnce(t *testing.T) {
	t.Parallel()
	db := vide(t)
	var g sync.WaitGroup
	erreurs := make([]error, 3)
	for i := range erreurs {
		g.Go(func() { erreurs[i] = referentiels.Charger(t.Context(), db) })
	}
	g.Wait()
	for _, err := range erreurs {
		if err != nil {
			t.Error(err)
		}
	}
	if n := valeur[int](t, db, "select max(numero) from territoires"); n != 629 {
		t.Errorf("highest number %d for 629 territoires", n)
	}
}

func TestChargerLeavesTheAdministratorsChangesAndRepairsTheRest(t *testing.T) {
	t.Parallel()
	db := pgtest.Admin(t)
	executer(t, db, "update parametres set valeur = '30', modifie_par = 'Alice' where code = 'delai_anormalement_long'")
	executer(t, db, "update guichets set nom = 'Guichet du Capitole', actif = false where code = '11054'")
	executer(t, db, "update organismes set enregistreur = true where code = 'CUGNAUX'")
	executer(t, db, "update nomenclatures set fin = '2026-01-31' where domaine = 'motif_demande' and code = '21'")
	executer(t, db, "update territoires set code_parent = 'SICOVAL-N' where code = '31-004'")
	executer(t, db, "update nomenclatures set libelle = 'abîmé' where domaine = 'motif_demande' and code = '09'")
	executer(t, db, "delete from nomenclatures where domaine = 'sexe' and code = 'F'")
	executer(t, db, "delete from territoires_inclusions where descendant = '31-395'")
	charger(t, db)
	for sql, want := range map[string]string{
		"select valeur from parametres where code = 'delai_anormalement_long'":                                                   "30",
		"select nom || actif from guichets where code = '11054'":                                                                 "Guichet du Capitolefalse",
		"select enregistreur::text from organismes where code = 'CUGNAUX'":                                                       "true",
		"select fin::text from nomenclatures where domaine = 'motif_demande' and code = '21'":                                    "2026-01-31",
		"select libelle from nomenclatures where domaine = 'motif_demande' and code = '09'":                                      "Logement trop cher",
		"select libelle from nomenclatures where domaine = 'sexe' and code = 'F'":                                                "Féminin",
		"select string_agg(ancetre, ' ' order by ancetre collate \"C\") from territoires_inclusions where descendant = '31-004'": "31-004 D31 SICOVAL SICOVAL-N",
		"select string_agg(ancetre, ' ' order by ancetre collate \"C\") from territoires_inclusions where descendant = '31-395'": "31-395 D31 MURETAIN",
		"select avant || ' ' || apres || ' ' || modifie_par from parametres_historique":                                          "36 30 Alice",
	} {
		if got := valeur[string](t, db, sql); got != want {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
}

// What ATLAS changed, column by column, and the rows that it added are left
// alone; what it didn't change still follows the files.
func TestChargerLeavesWhatIsMarkedAsChangedOrAdded(t *testing.T) {
	t.Parallel()
	db := pgtest.Admin(t)
	executer(t, db, "update nomenclatures set libelle = 'Loyer trop lourd', ordre = 99, modifiees = '{libelle}' where domaine = 'motif_demande' and code = '09'")
	executer(t, db, "delete from nomenclatures where domaine = 'sexe' and code = 'F'")
	executer(t, db, "insert into nomenclatures (domaine, code, libelle, numero, ordre, local) values ('sexe', 'F', 'Femme', 7, 9, true)")
	executer(t, db, "update territoires set nom = 'Les Chalets et Bayard', nom_recherche = 'LES CHALETS ET BAYARD', population = 1, modifiees = '{nom,nom_recherche}' where code = '31-555-13'")
	executer(t, db, "update plafonds set montant = 1, modifiees = '{montant,source}' where annee = 2026 and zone = 'autres_regions' and financement = 'PLUS' and categorie = '1'")
	executer(t, db, "update plafonds set montant = 2 where annee = 2026 and zone = 'autres_regions' and financement = 'PLUS' and categorie = '2'")
	for range 2 {
		charger(t, db)
		for sql, want := range map[string]string{
			"select libelle || ' ' || (ordre < 99) from nomenclatures where domaine = 'motif_demande' and code = '09'":                                                           "Loyer trop lourd true",
			"select libelle || numero || ordre from nomenclatures where domaine = 'sexe' and code = 'F'":                                                                         "Femme79",
			"select nom || ' ' || (population is distinct from 1) from territoires where code = '31-555-13'":                                                                     "Les Chalets et Bayard true",
			"select string_agg(montant::text, ' ' order by categorie) from plafonds where annee = 2026 and zone = 'autres_regions' and financement = 'PLUS' and categorie < '3'": "1 31254",
		} {
			if got := valeur[string](t, db, sql); got != want {
				t.Errorf("%s: %q, want %q", sql, got, want)
			}
		}
	}
}

func TestNumbersOfNomenclaturesAreStable(t *testing.T) {
	t.Parallel()
	db := pgtest.Admin(t)
	executer(t, db, "insert into nomenclatures (domaine, code, libelle, numero, ordre) values ('sexe', 'Z', 'ajout local', 3, 0)")
	executer(t, db, "delete from nomenclatures where domaine = 'sexe' and code = 'M'")
	charger(t, db)
	got := valeur[string](t, db, "select string_agg(code || numero, ' ' order by numero) from nomenclatures where domaine = 'sexe'")
	if got != "F2 Z3 M4" {
		t.Errorf("got %s: a number of the domaine was given twice or moved", got)
	}
}

func TestSchemaRefusesWhatMustNotBe(t *testing.T) {
	t.Parallel()
	for nom, sql := range map[string]string{
		"a guichet of four characters":            "insert into guichets (code, organisme, nom) values ('1105', 'TMH', 'x')",
		"a guichet in small letters":              "insert into guichets (code, organisme, nom) values ('g1105', 'TMH', 'x')",
		"a guichet in another organisme's agence": "insert into guichets (code, organisme, agence, nom) values ('G1105', 'TMH', 'PROMO-01', 'x')",
		"a value closed before it opens":          "update nomenclatures set debut = '2020-01-01', fin = '2019-01-01' where domaine = 'sexe'",
		"the same number twice in a domaine":      "update nomenclatures set numero = 1 where domaine = 'sexe'",
		"a plafond of a seventh category":         "update plafonds set categorie = '7' where categorie = '6' and annee = 2026",
		"a setting that is not a number":          "update parametres set valeur = 'trente' where code = 'delai_anormalement_long'",
		"a second territoire for a commune":       "insert into territoires (code, type, nom, nom_recherche, departement, code_parent, code_insee) values ('X', 'commune', 'x', 'X', '31', 'D31', '31395')",
		"an unknown type of organisme":            "update organismes set type = 'AMI' where code = 'TMH'",
	} {
		t.Run(nom, func(t *testing.T) {
			t.Parallel()
			_, err := pgtest.Tx(t).Exec(t.Context(), sql)
			var e *pgconn.PgError
			if !errors.As(err, &e) || !strings.HasPrefix(e.Code, "23") { // integrity constraint violation
				t.Errorf("%s: %v", sql, err)
			}
		})
	}
}

func TestEtendreAddsDepartementsOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.Admin(t)
	deps := []string{"2A", "59", "974"}
	avant31 := valeur[string](t, db, "select md5(string_agg(t::text, '|' order by code)) from territoires t where departement = '31'")
	if err := referentiels.Etendre(t.Context(), db, deps); err != nil {
		t.Fatal(err)
	}
	for sql, want := range map[string]string{
		"select count(*)::text from territoires where departement = '59' and type = 'commune'":                                                    "647",
		"select code from territoires where code_insee = '2A004'":                                                                                 "2A-004",
		"select code from territoires where code_insee = '97411'":                                                                                 "974-11",
		"select string_agg(ancetre, ' ' order by ancetre) from territoires_inclusions where descendant = '2A-004'":                                "2A-004 D2A",
		"select min(code) || ' ' || max(left(code, 3)) from guichets where organisme like '974-%'":                                                "974Z1 974",
		"select bool_and(fictif and enregistreur)::text from organismes where departement = any('{2A,59,974}')":                                   "true",
		"select bool_and(n between 4 and 8)::text from (select count(*) n from organismes where fictif group by departement) x":                   "true",
		"select count(*)::text from (select from organismes o where fictif and not exists (select from guichets g where g.organisme = o.code)) x": "0",
	} {
		if got := valeur[string](t, db, sql); got != want {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
	avant := empreintes(t, db)
	if err := referentiels.Etendre(t.Context(), db, append(deps, "31")); err != nil {
		t.Fatal(err)
	}
	charger(t, db)
	for table, apres := range empreintes(t, db) {
		if apres != avant[table] {
			t.Errorf("%s: %s, then %s", table, avant[table], apres)
		}
	}
	if apres := valeur[string](t, db, "select md5(string_agg(t::text, '|' order by code)) from territoires t where departement = '31'"); apres != avant31 {
		t.Error("the 31 has changed")
	}
	if err := referentiels.Etendre(t.Context(), db, []string{"20"}); err == nil {
		t.Error("a département that doesn't exist is accepted")
	}
}

func BenchmarkCharger(b *testing.B) {
	db := pgtest.Admin(b)
	for b.Loop() {
		if err := referentiels.Charger(context.Background(), db); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOuvrir(b *testing.B) {
	db := pgtest.DB(b)
	for b.Loop() {
		if _, err := referentiels.Ouvrir(context.Background(), db); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkChercherCommunes(b *testing.B) {
	r, err := referentiels.Ouvrir(context.Background(), pgtest.DB(b))
	if err != nil {
		b.Fatal(err)
	}
	for _, texte := range []string{"s", "saint-j", "villefranche", "31", "zz"} {
		b.Run(texte, func(b *testing.B) {
			for b.Loop() {
				r.ChercherCommunes(texte, 10)
			}
		})
	}
}

package pgtest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"imhoweb/internal/platform/pg/pgtest"
)

func TestDB(t *testing.T) {
	t.Parallel()
	ctx := t.Context()

	t.Run("gives each test a base of its own, with the schema", func(t *testing.T) {
		t.Parallel()
		noms := map[string]bool{}
		for range 2 {
			t.Run("test", func(t *testing.T) {
				var nom string
				var territoires bool
				err := pgtest.DB(t).QueryRow(ctx, "select current_database(), to_regclass('territoires') is not null").Scan(&nom, &territoires)
				if err != nil || !territoires {
					t.Fatalf("territoires: %v, %v", territoires, err)
				}
				if noms[nom] {
					t.Errorf("base %s shared by two tests", nom)
				}
				noms[nom] = true
			})
		}
	})

	t.Run("has the rights of the application, Admin those of the owner", func(t *testing.T) {
		t.Parallel()
		const sql = "create table essai ()"
		var e *pgconn.PgError
		if _, err := pgtest.DB(t).Exec(ctx, sql); !errors.As(err, &e) || e.Code != "42501" {
			t.Errorf("the application could create a table: %v", err)
		}
		if _, err := pgtest.Admin(t).Exec(ctx, sql); err != nil {
			t.Error(err)
		}
	})
}

func TestTx(t *testing.T) {
	const compte = "select count(*) from communes where code_insee = '00099'"
	avant := func(t *testing.T) {
		var n int
		if err := pgtest.Tx(t).QueryRow(t.Context(), compte).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows left by another test, %v", n, err)
		}
	}
	t.Run("writes", func(t *testing.T) {
		avant(t)
		tx := pgtest.Tx(t)
		_, err := tx.Exec(context.Background(), `
with d as (insert into departements (code, nom, zone) values ('00', 'Essai', 'metro') returning code)
insert into communes (code_insee, nom, nom_recherche, departement) select '00099', 'Essai', 'ESSAI', code from d`)
		if err != nil {
			t.Fatal(err)
		}
	})
	t.Run("leaves nothing behind", avant)
}

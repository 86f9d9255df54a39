package journal_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/travaux"
)

func executer(t *testing.T, db pg.DB, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// lectures are n accesses of every shape.
func lectures(n int) []journal.Entree {
	debut := time.Now().Add(-time.Hour)
	l := make([]journal.Entree, n)
	for i := range l {
		l[i] = journal.Entree{
			FaitLe: debut.Add(time.Duration(i) * 1234567 * time.Nanosecond), Utilisateur: int64(i%7 + 1), Organisme: "TMH", Sorte: journal.Lecture,
			Demande: int64(i + 1), Ecran: "Identité, « été » \\ \t", Reference: fmt.Sprintf("%012x", i),
		}
		if i%3 == 0 {
			l[i].Sorte, l[i].Demande, l[i].Lignes = journal.Recherche, 0, &i
			l[i].Recherche = "0f8fad5b-d9cb-469f-a165-70867728950e"
			l[i].Criteres = "à Muret, déposées jusqu’au 01/01/2024"
		}
		if i%11 == 0 {
			l[i].Sorte, l[i].Utilisateur, l[i].Organisme = journal.EchecConnexion, 0, ""
		}
	}
	return l
}

func inscrire(t *testing.T, db pg.DB, n int) {
	t.Helper()
	for l := lectures(n); len(l) > 0; l = l[min(len(l), 500):] {
		if err := journal.Inscrire(t.Context(), db, l[:min(len(l), 500)]...); err != nil {
			t.Fatal(err)
		}
	}
}

func changer(t *testing.T, db pg.DB, n int) {
	t.Helper()
	s := habilitations.Session{Utilisateur: 7, Organisme: "ATLAS"}
	for i := range n {
		c := journal.Changement{
			Objet: "parametre", Cle: fmt.Sprint(i), Libelle: "Délai anormalement long", Acte: "modifier",
			Avant: map[string]string{"Valeur": fmt.Sprint(i), "Œuvre": "\"é\" \\ <"}, Apres: map[string]string{"Valeur": fmt.Sprint(i + 1), "a": ""},
		}
		if i%2 == 0 {
			s, c.Avant = habilitations.Session{}, nil
		}
		if err := journal.Changer(t.Context(), db, s, c); err != nil {
			t.Fatal(err)
		}
	}
}

func verifier(t *testing.T, db pg.DB) (acces, changements journal.Constat) {
	t.Helper()
	l, err := journal.Verifier(t.Context(), db)
	if err != nil || len(l) != 2 {
		t.Fatalf("%v, %v", l, err)
	}
	return l[0], l[1]
}

func intacte(t *testing.T, c journal.Constat, lignes int) {
	t.Helper()
	if !c.Intacte() || c.Lignes != int64(lignes) {
		t.Fatalf("%s: %d rows, want %d; breaks: %+v", c.Chaine, c.Lignes, lignes, c.Cassures)
	}
}

func TestVerifierDixMille(t *testing.T) {
	t.Parallel()
	db, admin := pgtest.DB(t), pgtest.Admin(t)
	inscrire(t, db, 10_000)
	acces, _ := verifier(t, db)
	intacte(t, acces, 10_000)
	executer(t, admin, "update journal_acces set utilisateur = 42 where rang = 6789")
	acces, _ = verifier(t, db)
	if len(acces.Cassures) != 1 || acces.Cassures[0].Rang != 6789 || acces.Cassures[0].Nature != journal.Modifiee || acces.Cassures[0].FaitLe.IsZero() {
		t.Errorf("breaks: %+v", acces.Cassures)
	}
}

// Whatever the owner of the tables does by hand to a row is found, where it was done.
func TestAlterations(t *testing.T) {
	t.Parallel()
	const sansDeclencheur = "alter table changements disable trigger changements_enchainer; "
	rompue := func(n journal.Nature, rang int64) journal.Cassure { return journal.Cassure{Nature: n, Rang: rang} }
	cas := []struct {
		nom, sql    string
		changements bool
		attendues   []journal.Cassure
	}{
		{"who", "update journal_acces set utilisateur = 99 where rang = 10", false, []journal.Cassure{rompue(journal.Modifiee, 10)}},
		{"when", "update journal_acces set fait_le = fait_le + interval '1 microsecond' where rang = 10", false, []journal.Cassure{rompue(journal.Modifiee, 10)}},
		{"what, null to empty", "update journal_acces set lignes = 0 where rang = 11", false, []journal.Cassure{rompue(journal.Modifiee, 11)}},
		{"text moved to the next column", "update journal_acces set ecran = ecran || 'x', criteres = substr(criteres, 2) where rang = 10", false, []journal.Cassure{rompue(journal.Modifiee, 10)}},
		{"its digest", "update journal_acces set empreinte = sha256('x') where rang = 10", false, []journal.Cassure{rompue(journal.Modifiee, 10), rompue(journal.Modifiee, 11)}},
		{"removed", "delete from journal_acces where rang between 10 and 12", false, []journal.Cassure{{Nature: journal.Manquante, Rang: 10, Fin: 12}}},
		{"first removed", "delete from journal_acces where rang = 1", false, []journal.Cassure{{Nature: journal.Manquante, Rang: 1, Fin: 1}}},
		{"last removed", "delete from journal_acces where rang = 30", false, []journal.Cassure{{Nature: journal.Tronquee, Rang: 30, Fin: 30}}},
		{"all removed", "delete from journal_acces", false, []journal.Cassure{{Nature: journal.Tronquee, Rang: 1, Fin: 30}}},
		{"added", `insert into journal_acces (rang, ecrit_le, fait_le, sorte, empreinte)
			select rang, ecrit_le + interval '1 second', fait_le, sorte, empreinte from journal_acces where rang = 10`, false, []journal.Cassure{rompue(journal.Inseree, 10)}},
		{"added at the end", `insert into journal_acces (rang, ecrit_le, fait_le, sorte, empreinte)
			select 31, ecrit_le, fait_le, sorte, empreinte from journal_acces where rang = 30`, false, []journal.Cassure{rompue(journal.Modifiee, 31), {Nature: journal.Inseree, Rang: 31, Fin: 31}}},
		{"exchanged", `update journal_acces set rang = case rang when 10 then 1010 else 1011 end where rang in (10, 11);
			update journal_acces set rang = case rang when 1010 then 11 else 10 end where rang > 1000`, false,
			[]journal.Cassure{rompue(journal.Modifiee, 10), rompue(journal.Modifiee, 11), rompue(journal.Modifiee, 12)}},
		{"value before", `update changements set avant = '{"Valeur": "0"}' where rang = 4`, true, []journal.Cassure{rompue(journal.Modifiee, 4)}},
		{"author", "update changements set utilisateur = 8 where rang = 4", true, []journal.Cassure{rompue(journal.Modifiee, 4)}},
		{"change removed", "delete from changements where rang = 4", true, []journal.Cassure{{Nature: journal.Manquante, Rang: 4, Fin: 4}}},
		{"last change removed", "delete from changements where rang = 8", true, []journal.Cassure{{Nature: journal.Tronquee, Rang: 8, Fin: 8}}},
		{"change added beside the chain", sansDeclencheur + "insert into changements (objet, acte) values ('x', 'y')", true, []journal.Cassure{rompue(journal.HorsChaine, 0)}},
		{"change added in the chain", sansDeclencheur + "insert into changements (objet, acte, rang, empreinte) values ('x', 'y', 9, sha256('x'))", true,
			[]journal.Cassure{rompue(journal.Modifiee, 9), {Nature: journal.Inseree, Rang: 9, Fin: 9}}},
	}
	for _, c := range cas {
		t.Run(c.nom, func(t *testing.T) {
			t.Parallel()
			db, admin := pgtest.DB(t), pgtest.Admin(t)
			inscrire(t, db, 30)
			changer(t, db, 8)
			acces, changements := verifier(t, db)
			intacte(t, acces, 30)
			intacte(t, changements, 8)
			executer(t, admin, c.sql)
			touchee, autre := verifier(t, db)
			if c.changements {
				touchee, autre = autre, touchee
			}
			if !autre.Intacte() {
				t.Errorf("the other chain breaks: %+v", autre.Cassures)
			}
			if len(touchee.Cassures) != len(c.attendues) {
				t.Fatalf("breaks: %+v", touchee.Cassures)
			}
			for i, r := range touchee.Cassures {
				if a := c.attendues[i]; r.Nature != a.Nature || r.Rang != a.Rang || r.Fin != a.Fin {
					t.Errorf("break %+v, want %+v", r, a)
				}
			}
		})
	}
}

// The application adds and can do nothing else.
func TestAjoutSeul(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	inscrire(t, db, 3)
	changer(t, db, 2)
	for _, table := range []string{"journal_acces", "journal_acces_defaut", "changements", "journal_ancres"} {
		for _, sql := range []string{"delete from " + table, "update " + table + " set rang = 1", "truncate " + table} {
			_, err := db.Exec(t.Context(), sql)
			var e *pgconn.PgError
			if !errors.As(err, &e) || e.Code != "42501" {
				t.Errorf("%s: %v, want a refusal", sql, err)
			}
		}
	}
	// Its own place in the chain is not what the application says.
	executer(t, db, "insert into changements (objet, acte, rang, empreinte) values ('x', 'y', 1000, sha256('x'))")
	_, changements := verifier(t, db)
	intacte(t, changements, 3)
}

// Two transactions that trace in opposite orders don't wait for each other:
// the chain is held when they end only. One that fails leaves no hole.
func TestChangementsConcurrents(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	a, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changer(t, a, 2)
	changer(t, b, 2)
	changer(t, a, 1)
	if err := b.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	changer(t, a, 1)
	if err := a.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, changements := verifier(t, db)
	intacte(t, changements, 2)

	var g sync.WaitGroup
	for range 8 {
		g.Go(func() {
			for range 10 {
				if err := pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) error {
					return journal.Changer(t.Context(), tx, habilitations.Session{}, journal.Changement{Objet: "x", Acte: "y"})
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	g.Wait()
	_, changements = verifier(t, db)
	intacte(t, changements, 82)
}

func TestConserver(t *testing.T) {
	t.Parallel()
	db, admin := pgtest.DB(t), pgtest.Admin(t)
	inscrire(t, db, 40)
	if err := journal.Conserver(t.Context(), admin, 0, travaux.Muet{}); err == nil {
		t.Error("the whole journal may be removed")
	}
	if err := journal.Conserver(t.Context(), admin, 12, travaux.Muet{}); err != nil {
		t.Fatal(err)
	}
	acces, _ := verifier(t, db)
	intacte(t, acces, 40) // nothing is old
	tete := acces.Empreinte

	prochain := jour.Aujourdhui().Mois(1) // this month is old in the next
	for range 2 {
		if err := journal.ConserverDepuis(t.Context(), admin, travaux.Muet{}, prochain); err != nil {
			t.Fatal(err)
		}
	}
	acces, changements := verifier(t, db)
	intacte(t, acces, 0)
	intacte(t, changements, 1) // what was removed is a change
	if acces.Ancre == nil || acces.Ancre.Rang != 40 || acces.Ancre.Empreinte != tete {
		t.Fatalf("anchor %+v, want the link 40 %s", acces.Ancre, tete)
	}
	var reste int
	mois := "journal_acces_" + strings.ReplaceAll(jour.Aujourdhui().ISO()[:7], "-", "_")
	if err := admin.QueryRow(t.Context(), "select count(*) from pg_class where relname = $1", mois).Scan(&reste); err != nil || reste != 0 {
		t.Errorf("the month is still there: %d, %v", reste, err)
	}
	inscrire(t, db, 20)
	acces, _ = verifier(t, db)
	intacte(t, acces, 20)
	executer(t, admin, "delete from journal_acces where rang = 41")
	acces, _ = verifier(t, db)
	if len(acces.Cassures) != 1 || acces.Cassures[0].Rang != 41 {
		t.Errorf("breaks: %+v", acces.Cassures)
	}
}

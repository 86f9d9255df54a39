package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"imhoweb/internal/journal"
	"imhoweb/internal/platform/pg/pgtest"
)

// A row altered by hand is named, with the date of its fact, and the exit code is 1.
func TestJournalVerifier(t *testing.T) {
	t.Parallel()
	db, admin := pgtest.DB(t), pgtest.Admin(t)
	env := map[string]string{"DATABASE_URL": pgtest.DSN(t)}
	le := time.Date(2026, 11, 3, 10, 30, 0, 0, time.UTC)
	for range 5 {
		if err := journal.Inscrire(t.Context(), db, journal.Entree{FaitLe: le, Utilisateur: 1, Sorte: journal.Lecture}); err != nil {
			t.Fatal(err)
		}
	}
	code, sortie, erreurs := lancer(t, env, "journal", "verifier")
	sortie = strings.ReplaceAll(sortie, "\u00a0", " ")
	if code != 0 || !strings.Contains(sortie, "Accès : 5 lignes, du 03/11/2026 au 03/11/2026, chaîne intacte.") || !strings.Contains(sortie, "Changements : 0 ligne, chaîne intacte.") {
		t.Fatalf("%d\n%s\n%s", code, sortie, erreurs)
	}
	for _, c := range [][2]string{
		{"update journal_acces set utilisateur = 2 where rang = 3", "ligne 3, fait le 03/11/2026 11:30:00 : modifiée"},
		{"delete from journal_acces where rang = 2", "ligne 2 : absente avant la ligne 3"},
		{"delete from journal_acces where rang = 5", "ligne 5 : absente à la fin"},
	} {
		if _, err := admin.Exec(t.Context(), c[0]); err != nil {
			t.Fatal(err)
		}
		code, sortie, erreurs = lancer(t, env, "journal", "verifier")
		if code != codeEchec || !strings.Contains(sortie, c[1]) || !strings.Contains(erreurs, "le journal n’est pas intact") {
			t.Errorf("%s: %d\n%s\n%s", c[0], code, sortie, erreurs)
		}
	}
	code, sortie, _ = lancer(t, env, "journal", "verifier", "--json")
	var constats []journal.Constat
	if err := json.Unmarshal([]byte(sortie), &constats); err != nil || code != codeEchec || len(constats) != 2 || constats[0].Intacte() {
		t.Errorf("%d %v\n%s", code, err, sortie)
	}
}

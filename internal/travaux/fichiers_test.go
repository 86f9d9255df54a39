package travaux_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/travaux"
)

func TestFilesAreForTheirAuthorForADay(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	contenu := strings.Repeat("Béziat;Anaïs\r\n", 50_000) // more than two pieces
	f := un(func(ctx context.Context, x *travaux.Execution, _ json.RawMessage) error {
		return x.Deposer(ctx, "demandes.csv", "text/csv", func(w io.Writer) error {
			_, err := io.WriteString(w, contenu)
			return err
		})
	})
	s := agent(t, db)
	id := lancer(t, db, f, "essai", 1, s)
	executer(t, db, f)
	lu := func(s habilitations.Session) (string, error) {
		x, err := f.Ouvrir(t.Context(), db, s, id)
		if err != nil {
			return "", err
		}
		var b strings.Builder
		err = x.Ecrire(t.Context(), db, &b)
		if x.Octets != int64(b.Len()) {
			t.Errorf("%d bytes announced, %d sent", x.Octets, b.Len())
		}
		return b.String(), err
	}
	if got, err := lu(s); got != contenu || err != nil {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	ailleurs, perdu := s, s
	ailleurs.Organisme, perdu.Roles = "PROMO", nil
	for qui, autre := range map[string]habilitations.Session{"another agent": agent(t, db), "ATLAS": atlas, "for another organisme": ailleurs} {
		if _, err := lu(autre); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", qui, err)
		}
	}
	if _, err := lu(perdu); !errors.Is(err, fault.Forbidden) {
		t.Errorf("without the right any more: %v", err)
	}
	if r := lire(t, db, id); r.Resultat == "" || r.Fichier != "demandes.csv" {
		t.Errorf("result: %+v", r)
	}
	if _, err := db.Exec(t.Context(), "update fichiers_travaux set perime_le = now()"); err != nil {
		t.Fatal(err)
	}
	if _, err := lu(s); !errors.Is(err, fault.NotFound) {
		t.Errorf("the day after: %v", err)
	}
	if _, err := travaux.Purger(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if n := compter(t, db, "morceaux_travaux"); n != 0 {
		t.Errorf("%d pieces after the purge", n)
	}
}

func TestAFailedFileLeavesNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := un(func(ctx context.Context, x *travaux.Execution, _ json.RawMessage) error {
		return x.Deposer(ctx, "demandes.csv", "text/csv", func(w io.Writer) error {
			_, err := w.Write(make([]byte, 600<<10))
			return errors.Join(err, errors.New("coupé"))
		})
	})
	lancer(t, db, f, "essai", 1, agent(t, db))
	executer(t, db, f)
	if n := compter(t, db, "fichiers_travaux") + compter(t, db, "morceaux_travaux"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestPurgerForgetsArgumentsThenTheJob(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := un(func(context.Context, *travaux.Execution, json.RawMessage) error {
		return fault.Refuser(fault.Conflict, "Non.")
	})
	id := lancer(t, db, f, "essai", "Béziat", agent(t, db))
	executer(t, db, f)
	vieillir := func(duree string) {
		t.Helper()
		if _, err := db.Exec(t.Context(), "update travaux set fin = now() - $1::interval", duree); err != nil {
			t.Fatal(err)
		}
		if _, err := travaux.Purger(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	vieillir("23 hours")
	if r := lire(t, db, id); !r.Relancable() {
		t.Errorf("the same day: %+v", r)
	}
	vieillir("25 hours")
	var reste int
	if err := db.QueryRow(t.Context(), "select count(*) from travaux t where to_jsonb(t)::text like '%Béziat%'").Scan(&reste); err != nil || reste != 0 {
		t.Errorf("%d rows hold the name, %v", reste, err)
	}
	if r := lire(t, db, id); r.Relancable() {
		t.Errorf("the day after: %+v", r)
	}
	vieillir("91 days")
	if n := compter(t, db, "travaux"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

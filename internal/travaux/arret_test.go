package travaux_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/travaux"
	"imhoweb/migrations"
)

// victime, in the environment, makes of this binary a server to be killed: the
// address of its base.
const victime = "IMHOWEB_TRAVAUX_VICTIME"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(victime); dsn != "" {
		if err := servir(dsn); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// servir works the queue until it is killed.
func servir(dsn string) error {
	ctx := context.Background()
	pool, err := pg.Open(ctx, dsn)
	if err != nil {
		return err
	}
	if _, err := un(ecrireDix(5)).Demarrer(ctx, pool); err != nil {
		return err
	}
	select {}
}

const lignes = 10

// ecrireDix writes ten rows, each once, whatever was written before. It says
// so and waits for its end at the row arret; 0 goes through.
func ecrireDix(arret int) faire {
	return func(ctx context.Context, x *travaux.Execution, args json.RawMessage) error {
		var dsn string
		if err := json.Unmarshal(args, &dsn); err != nil {
			return err
		}
		pool, err := pg.Open(ctx, dsn)
		if err != nil {
			return err
		}
		defer pool.Close()
		x.Total(lignes)
		for i := 1; i <= lignes; i++ {
			if i == arret {
				fmt.Println("au milieu")
				<-ctx.Done()
				return ctx.Err()
			}
			if _, err := pool.Exec(ctx, "insert into essai (n) values ($1) on conflict (n) do nothing", i); err != nil {
				return err
			}
			x.Avancer(1)
		}
		return nil
	}
}

// application is the address of the base with the rights of the application,
// and a table to write into.
func application(t *testing.T) string {
	t.Helper()
	_, err := pgtest.Admin(t).Exec(t.Context(), `
create table essai (n integer primary key, ecrit_le timestamptz not null default clock_timestamp());
grant select, insert on essai to `+migrations.RoleApplication)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("role", migrations.RoleApplication)
	u.RawQuery = q.Encode()
	return u.String()
}

func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	db, dsn := pgtest.DB(t), application(t)
	suite := un(ecrireDix(0))
	id := lancer(t, db, suite, "essai", dsn, agent(t, db))

	tue := exec.CommandContext(t.Context(), os.Args[0])
	tue.Env = append(os.Environ(), victime+"="+dsn)
	tue.Stderr = os.Stderr
	sortie, err := tue.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := tue.Start(); err != nil {
		t.Fatal(err)
	}
	if l, err := bufio.NewReader(sortie).ReadString('\n'); strings.TrimSpace(l) != "au milieu" {
		t.Fatalf("the process says %q, %v", l, err)
	}
	if n, err := travaux.ReprendreAussitot(t.Context(), db); n != 0 || err != nil {
		t.Errorf("%d jobs taken from a living process, %v", n, err)
	}
	if err := tue.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := tue.Wait(); err == nil {
		t.Fatal("it ended by itself")
	}
	if n := compter(t, db, "essai"); n != 4 {
		t.Fatalf("%d rows before the kill, want 4", n)
	}
	attendreVerrou(t, db, id)

	// Two instances start at once.
	repris := make(chan int)
	for range 2 {
		go func() {
			n, err := travaux.ReprendreAussitot(t.Context(), db)
			if err != nil {
				t.Error(err)
			}
			repris <- n
		}()
	}
	if n := <-repris + <-repris; n != 1 {
		t.Errorf("taken back %d times", n)
	}
	executer(t, db, suite)
	if r := lire(t, db, id); r.Etat != travaux.Reussi || r.Fait != lignes || r.Essais != 2 {
		t.Errorf("%+v", r)
	}
	if n := compter(t, db, "essai"); n != lignes {
		t.Errorf("%d rows, want %d", n, lignes)
	}
	executer(t, db, suite)
	if r := lire(t, db, id); r.Essais != 2 {
		t.Errorf("done again: %+v", r)
	}
}

// attendreVerrou waits until the base has noticed the death of who held the
// lock of a job.
func attendreVerrou(t *testing.T, db *pgxpool.Pool, id int64) {
	t.Helper()
	conn, err := db.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	const cle = "(hashtextextended('imhoweb travail ' || $1::bigint, 0))"
	for _, sql := range []string{"select pg_advisory_lock" + cle, "select pg_advisory_unlock" + cle} {
		if _, err := conn.Exec(t.Context(), sql, id); err != nil {
			t.Fatal(err)
		}
	}
}

func TestKilledAtEachTry(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := un(ecrireDix(0))
	id := lancer(t, db, f, "essai", "", agent(t, db))
	// As a killed instance leaves it, at its last try.
	for _, sql := range []string{
		"update river_job set state = 'running', attempt = 2, attempted_at = now()",
		"update travaux set etat = 'EN_COURS', debut = now(), essais = 2",
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := travaux.ReprendreAussitot(t.Context(), db); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if r := lire(t, db, id); r.Etat != travaux.Echec || r.Erreur == "" || !r.Relancable() {
		t.Errorf("%+v", r)
	}
}

func TestKilledOnceTheWorkWasDone(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := un(func(context.Context, *travaux.Execution, json.RawMessage) error {
		t.Error("done twice")
		return nil
	})
	id := lancer(t, db, f, "essai", 1, agent(t, db))
	for _, sql := range []string{
		"update river_job set state = 'running', attempt = 1, attempted_at = now()",
		"update travaux set etat = 'REUSSI', debut = now(), fin = now(), essais = 1",
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := travaux.ReprendreAussitot(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	// Executer ends once nothing waits: this second job comes after the first.
	apres := lancer(t, db, f, "essai", 2, agent(t, db))
	f = un(func(_ context.Context, _ *travaux.Execution, args json.RawMessage) error {
		if string(args) != "2" {
			t.Error("done twice")
		}
		return nil
	})
	executer(t, db, f)
	if a, b := lire(t, db, id), lire(t, db, apres); a.Essais != 1 || b.Etat != travaux.Reussi {
		t.Errorf("%+v, %+v", a, b)
	}
	if n := compter(t, db, "river_job where state <> 'completed'"); n != 0 {
		t.Errorf("%d jobs left in the queue", n)
	}
}

func TestStoppedInTheMiddle(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	commence := make(chan struct{})
	arret := un(func(ctx context.Context, _ *travaux.Execution, _ json.RawMessage) error {
		close(commence)
		<-ctx.Done()
		return ctx.Err()
	})
	c, err := arret.Demarrer(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	id := lancer(t, db, arret, "essai", 1, agent(t, db))
	<-commence
	if err := c.Interrompre(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := lire(t, db, id); r.Etat != travaux.EnAttente || r.Essais != 0 || r.Message == "" {
		t.Errorf("after the stop: %+v", r)
	}
	executer(t, db, un(func(context.Context, *travaux.Execution, json.RawMessage) error { return nil }))
	if r := lire(t, db, id); r.Etat != travaux.Reussi || r.Essais != 1 {
		t.Errorf("after the next start: %+v", r)
	}
}

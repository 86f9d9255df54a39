package cluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// varEnfant makes this binary own a cluster until it is killed.
const varEnfant = "IMHOWEB_CLUSTER_ENFANT"

func TestMain(m *testing.M) {
	dossier := os.Getenv(varEnfant)
	if dossier == "" {
		os.Exit(m.Run())
	}
	c, err := Start(context.Background(), Options{Donnees: dossier})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("prêt")
	<-c.Fini()
}

// ouvert is a data folder that the server's user can enter.
func ouvert(t *testing.T) string {
	t.Helper()
	racine, err := os.MkdirTemp("", "imhoweb-cluster-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(racine) })
	if err := os.Chmod(racine, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(racine, ".data")
}

func demarrer(t *testing.T, dossier string) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), Options{Donnees: dossier})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func executer(t *testing.T, dsn, sql string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), sql)
	return err
}

func TestStart(t *testing.T) {
	t.Parallel()
	dossier := ouvert(t)
	c := demarrer(t, dossier)

	for _, prive := range []string{dossier, filepath.Join(dossier, "pg"), filepath.Join(dossier, "pg-socket")} {
		info, err := os.Stat(prive)
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v; want 0700", prive, info, err)
		}
	}
	if err := executer(t, c.DSN(Proprietaire, Base), "create table essai (n int); insert into essai values (1)"); err != nil {
		t.Fatal(err)
	}
	if err := executer(t, c.DSN(Application, Base), "select * from essai"); err == nil {
		t.Error("the application role reads a table nobody granted")
	}

	t.Run("joins the server of another owner and leaves it running", func(t *testing.T) {
		autre := demarrer(t, dossier)
		if autre.Notre() {
			t.Fatal("two owners of one cluster")
		}
		if err := autre.Stop(); err != nil {
			t.Fatal(err)
		}
		if err := executer(t, autre.DSN(Proprietaire, Base), "select n from essai"); err != nil {
			t.Error(err)
		}
	})

	t.Run("keeps the data from one start to the next", func(t *testing.T) {
		if err := c.Stop(); err != nil {
			t.Fatal(err)
		}
		if err := executer(t, c.DSN(Proprietaire, Base), "select 1"); err == nil {
			t.Fatal("a server still answers after Stop")
		}
		c := demarrer(t, dossier)
		if err := executer(t, c.DSN(Proprietaire, Base), "insert into essai select n from essai"); err != nil {
			t.Error(err)
		}
	})
}

// Who serves people never depends on a server that stops without warning.
func TestStartWithAddress(t *testing.T) {
	t.Parallel()
	dossier := ouvert(t)
	const ici = "http://127.0.0.1:8080"
	commande := demarrer(t, dossier)
	servi := make(chan *Cluster)
	go func() {
		c, err := Start(context.Background(), Options{Donnees: dossier, Adresse: ici})
		if err != nil {
			t.Error(err)
		}
		servi <- c
	}()
	if err := commande.Stop(); err != nil { // the command ends: the other waited for it, or comes after
		t.Fatal(err)
	}
	c := <-servi
	if t.Failed() {
		return
	}
	defer c.Stop()
	if !c.Notre() {
		t.Fatal("it joined a server that was to stop")
	}
	var occupee *Occupee
	if _, err := Start(t.Context(), Options{Donnees: dossier, Adresse: "http://127.0.0.1:9090"}); !errors.As(err, &occupee) || occupee.Adresse != ici {
		t.Errorf("a second one: %v", err)
	}
	if autre := demarrer(t, dossier); autre.Notre() {
		t.Error("a command doesn't join")
	}
}

func TestStartAfterKill(t *testing.T) {
	t.Parallel()
	for _, cas := range []struct {
		nom  string
		tuer func(t *testing.T, nous *os.Process, dossier string)
	}{
		{"kill -9 of the owner", func(t *testing.T, nous *os.Process, dossier string) {
			nous.Kill()
		}},
		{"kill -9 of the owner and of the server", func(t *testing.T, nous *os.Process, dossier string) {
			pid := postmaster(t, dossier)
			nous.Kill()
			syscall.Kill(pid, syscall.SIGKILL)
		}},
		{"kill -9 of everything at once", func(t *testing.T, nous *os.Process, dossier string) {
			pid := postmaster(t, dossier)
			nous.Signal(syscall.SIGSTOP) // it must not see its server die
			syscall.Kill(-pid, syscall.SIGKILL)
			nous.Kill()
		}},
	} {
		t.Run(cas.nom, func(t *testing.T) {
			t.Parallel()
			dossier := ouvert(t)
			enfant := proprietaire(t, dossier)
			dsn := DSN(filepath.Join(dossier, "pg-socket"), Proprietaire, Base)
			if err := executer(t, dsn, "create table essai as select generate_series(1, 1000)"); err != nil {
				t.Fatal(err)
			}
			cas.tuer(t, enfant.Process, dossier)
			enfant.Wait()

			c := demarrer(t, dossier)
			if !c.Notre() {
				t.Error("the killed owner still has the cluster")
			}
			if err := executer(t, c.DSN(Proprietaire, Base), "insert into essai select * from essai"); err != nil {
				t.Errorf("a committed table is lost: %v", err)
			}
		})
	}
}

// proprietaire starts another process that owns the cluster of dossier.
func proprietaire(t *testing.T, dossier string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), varEnfant+"="+dossier)
	cmd.Stderr = os.Stderr
	sortie, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	ligne, err := bufio.NewReader(sortie).ReadString('\n')
	if ligne != "prêt\n" {
		t.Fatalf("owner said %q, %v", ligne, err)
	}
	return cmd
}

func postmaster(t *testing.T, dossier string) int {
	t.Helper()
	texte, err := os.ReadFile(filepath.Join(dossier, "pg", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Fields(string(texte))[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestStartBehindClosedFolder(t *testing.T) {
	t.Parallel()
	ferme := ouvert(t)
	if err := os.Chmod(filepath.Dir(ferme), 0o700); err != nil {
		t.Fatal(err)
	}
	var dit []string
	c, err := Start(t.Context(), Options{Donnees: ferme, Dire: func(s string) { dit = append(dit, s) }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	if os.Geteuid() != 0 {
		return // the server is this same user: nothing is closed to it
	}
	secours := filepath.Join(racineDeSecours, empreinte(ferme))
	t.Cleanup(func() { os.RemoveAll(secours) })
	if len(dit) != 1 || !strings.Contains(dit[0], secours) {
		t.Errorf("said %q, want the folder %s", dit, secours)
	}
	if _, err := os.Stat(filepath.Join(secours, "pg", "PG_VERSION")); err != nil {
		t.Error(err)
	}
}

func TestSocketPath(t *testing.T) {
	t.Parallel()
	for _, cas := range []struct{ nom, donnees, attendu string }{
		{"beside the data when it is short", "/srv/imhoweb", "/srv/imhoweb/pg-socket"},
		{"elsewhere when a socket could not be opened there", "/srv/" + strings.Repeat("imhoweb/", 12), "/tmp/s"},
	} {
		t.Run(cas.nom, func(t *testing.T) {
			if s := cheminSocket(cas.donnees, "/tmp/s"); s != cas.attendu {
				t.Errorf("%s, want %s", s, cas.attendu)
			}
		})
	}
}

// Not parallel: a script just written cannot be run while another test forks
// ("text file busy").
func TestChercher(t *testing.T) {
	faux := func(version string) string {
		d := t.TempDir()
		for _, nom := range []string{"postgres", "initdb"} {
			script := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
			if err := os.WriteFile(filepath.Join(d, nom), []byte(script), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		return d
	}
	v15, v17, v13 := faux("15.19 (Debian 15.19-0+deb12u1)"), faux("17.2"), faux("13.9")

	if p, err := chercher(t.Context(), []string{v17, v15}); err != nil || p.version != 17 {
		t.Errorf("%+v, %v; want the newest", p, err)
	}
	if _, err := chercher(t.Context(), []string{v13}); err == nil || !strings.Contains(err.Error(), "trop ancien") {
		t.Errorf("%v; want a refusal of version 13", err)
	}
	if _, err := chercher(t.Context(), []string{t.TempDir()}); err != errAbsent {
		t.Errorf("%v; want errAbsent", err)
	}
}

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"imhoweb/internal/platform/pg/cluster"
)

// The shared server outlives the test binary that started it. A guardian owns
// it: this same binary, started again with varGardien set, in a session of its
// own. Every test binary holds a shared lock on `usagers` while it lives; when
// nobody has for a while, the guardian stops the server and erases its folder.
// A guardian killed takes the server with it (cluster), and the next binary
// starts both again.
const (
	varGardien = "IMHOWEB_PGTEST_GARDIEN"
	repos      = 10 * time.Minute
	delaiPret  = 60 * time.Second
)

func init() {
	if dossier := os.Getenv(varGardien); dossier != "" {
		if err := garder(dossier); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// serveurDeTest connects this binary to the server, starting it if need be.
var serveurDeTest = sync.OnceValues(func() (*acces, error) {
	ctx := context.Background()
	if dsn := os.Getenv("TEST_DATABASE_URL"); dsn != "" {
		a := &acces{dsn: dsn}
		return a, a.nettoyer(ctx)
	}
	dossier, err := dossierDeTest()
	if err != nil {
		return nil, err
	}
	if usager, err = cluster.Partager(filepath.Join(dossier, "usagers")); err != nil {
		return nil, err
	}
	a := &acces{dsn: cluster.DSN(filepath.Join(dossier, "pg-socket"), cluster.Proprietaire, "postgres"), notre: true}
	if cluster.Ping(ctx, a.dsn) != nil {
		if err := reveiller(ctx, dossier, a.dsn); err != nil {
			return nil, err
		}
	}
	return a, a.nettoyer(ctx)
})

// usager is the shared lock of this binary, held until it ends.
//
//lint:ignore U1000 never read, but a collected file would free its lock
var usager *os.File

// dossierDeTest is in memory when there is room, and private to this user.
func dossierDeTest() (string, error) {
	racine := os.TempDir()
	var s syscall.Statfs_t
	if runtime.GOOS == "linux" && syscall.Statfs("/dev/shm", &s) == nil && s.Bavail*uint64(s.Bsize) > 2<<30 {
		racine = "/dev/shm"
	}
	dossier := filepath.Join(racine, "imhoweb-test-"+strconv.Itoa(os.Geteuid()))
	if err := os.Mkdir(dossier, 0o711); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dossier)
	if err != nil {
		return "", err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(st.Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s n’est pas un dossier de cet utilisateur", dossier)
	}
	return dossier, nil
}

// reveiller starts the guardian, one binary at a time, and waits for the server.
func reveiller(ctx context.Context, dossier, dsn string) error {
	verrou, err := cluster.Verrouiller(filepath.Join(dossier, "reveil"), true)
	if err != nil {
		return err
	}
	defer verrou.Close()
	if cluster.Ping(ctx, dsn) == nil {
		return nil // another binary did it meanwhile
	}
	moi, err := os.Executable()
	if err != nil {
		return err
	}
	chemin := filepath.Join(dossier, "gardien.log")
	journal, err := os.Create(chemin)
	if err != nil {
		return err
	}
	defer journal.Close()
	cmd := exec.Command(moi)
	cmd.Env = append(os.Environ(), varGardien+"="+dossier)
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = journal, journal // never ours: go test would wait for it
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	mort := make(chan error, 1)
	go func() { mort <- cmd.Wait() }()
	fin := time.After(delaiPret)
	for cluster.Ping(ctx, dsn) != nil {
		select {
		case err := <-mort:
			dit, _ := os.ReadFile(chemin) // the error stands even without it
			return fmt.Errorf("le serveur de test n’a pas démarré (%w) : %s", err, dit)
		case <-fin:
			return fmt.Errorf("le serveur de test ne répond pas ; voir %s", chemin)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

// garder is the life of the guardian.
func garder(dossier string) error {
	ctx := context.Background()
	c, err := cluster.Start(ctx, cluster.Options{Donnees: dossier, Ephemere: true})
	if err != nil {
		return err
	}
	dernier := time.Now()
	for {
		select {
		case <-c.Fini():
			return errors.New("le serveur s’est arrêté")
		case <-time.After(2 * time.Second):
		}
		usagers, err := cluster.Verrouiller(filepath.Join(dossier, "usagers"), false)
		if err != nil { // somebody is testing
			dernier = time.Now()
			continue
		}
		if time.Since(dernier) < repos {
			usagers.Close()
			continue
		}
		// Nobody, and nobody can come: newcomers wait for this lock, then find
		// no server and start another.
		err = c.Stop()
		return errors.Join(err, effacer(dossier))
	}
}

// effacer removes everything but the lock files, which others may be waiting on.
func effacer(dossier string) error {
	return errors.Join(
		os.RemoveAll(filepath.Join(dossier, "pg")),
		os.RemoveAll(filepath.Join(dossier, "pg-socket")),
		os.RemoveAll(filepath.Join(dossier, "pg.log")),
	)
}

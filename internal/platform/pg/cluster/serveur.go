package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// serveur is a postgres process, our child.
type serveur struct {
	cmd  *exec.Cmd
	fini chan struct{} // closed when the process has ended
	une  sync.Once
}

const (
	delaiReprise   = 2 * time.Minute  // crash recovery of a large base
	delaiAncien    = 10 * time.Second // a killed server lingers about 1.5 s
	delaiArret     = 30 * time.Second
	delaiImmediat  = 5 * time.Second
	tailleJournal  = 10 << 20
	pasDeScrutin   = 20 * time.Millisecond
	intervalleOrph = 50 * time.Millisecond
)

// lancer starts the server and waits until it answers a query. A previous one,
// killed, may take a moment to leave its lock and its memory: it tries again.
func lancer(ctx context.Context, o Options, bin programmes, l lieu, ping func(context.Context) error) (*serveur, error) {
	v, err := l.versionDonnees()
	if err != nil {
		return nil, err
	}
	if bin, err = bin.pour(ctx, v); err != nil {
		return nil, err
	}
	fin := time.Now().Add(delaiAncien)
	for {
		debut := tailleActuelle(l.journal)
		s, err := demarrerProcessus(o, bin, l)
		if err != nil {
			return nil, err
		}
		if err = s.attendre(ctx, ping); err == nil {
			return s, nil
		}
		s.arreter()
		dit := finJournal(l.journal, debut)
		ancien := strings.Contains(dit, "lock file") || strings.Contains(dit, "pre-existing shared memory")
		if ctx.Err() != nil || !ancien || time.Now().After(fin) {
			return nil, fmt.Errorf("PostgreSQL n’a pas démarré (%w) :\n%s", err, dit)
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func demarrerProcessus(o Options, bin programmes, l lieu) (*serveur, error) {
	mode := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if tailleActuelle(l.journal) > tailleJournal {
		mode |= os.O_TRUNC
	}
	journal, err := os.OpenFile(l.journal, mode, 0o600)
	if err != nil {
		return nil, err
	}
	defer journal.Close() // the child has its own
	args := []string{"-D", l.donnees, "-k", l.socket}
	for _, r := range reglages(o) {
		args = append(args, "-c", r)
	}
	cmd := exec.Command(bin.chemin("postgres"), args...)
	cmd.Dir, cmd.Env = "/", environnement()
	cmd.Stdout, cmd.Stderr = journal, journal
	cmd.SysProcAttr = attributs(l.compte, syscall.SIGINT)

	s := &serveur{cmd: cmd, fini: make(chan struct{})}
	parti := make(chan error)
	go func() {
		// The death signal follows the thread that forked: this goroutine keeps
		// it until the child has ended.
		runtime.LockOSThread()
		err := cmd.Start()
		parti <- err
		if err == nil {
			cmd.Wait() // the log says why it ended
		}
		close(s.fini)
	}()
	if err := <-parti; err != nil {
		return nil, fmt.Errorf("PostgreSQL n’a pas pu être lancé : %w", err)
	}
	return s, nil
}

// attendre returns when the server answers, or has ended.
func (s *serveur) attendre(ctx context.Context, ping func(context.Context) error) error {
	fin := time.Now().Add(delaiReprise)
	for {
		select {
		case <-s.fini:
			return errors.New("le serveur s’est arrêté")
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pasDeScrutin):
		}
		err := ping(ctx)
		if err == nil {
			return nil
		}
		if time.Now().After(fin) {
			return err
		}
	}
}

// arreter asks for a fast shutdown (SIGINT), then an immediate one (SIGQUIT).
// Not SIGTERM, which waits for every client.
func (s *serveur) arreter() error {
	var err error
	s.une.Do(func() {
		for _, etape := range []struct {
			signal syscall.Signal
			delai  time.Duration
		}{{syscall.SIGINT, delaiArret}, {syscall.SIGQUIT, delaiImmediat}, {syscall.SIGKILL, delaiImmediat}} {
			s.cmd.Process.Signal(etape.signal) // an ended process is what we want
			select {
			case <-s.fini:
				return
			case <-time.After(etape.delai):
			}
		}
		err = errors.New("PostgreSQL ne s’arrête pas")
	})
	return err
}

// arreterOrphelin stops a live server on our data: nobody holds its lock, so
// whoever started it is gone.
func arreterOrphelin(ctx context.Context, l lieu) error {
	texte, err := os.ReadFile(filepath.Join(l.donnees, "postmaster.pid"))
	if err != nil {
		return nil // none, the normal case
	}
	premiere, _, _ := bytes.Cut(texte, []byte("\n"))
	pid, err := strconv.Atoi(strings.TrimSpace(string(premiere)))
	if err != nil || !serveurDe(pid, l.donnees) {
		return nil // a stale file: PostgreSQL removes it itself
	}
	fin := time.Now().Add(delaiArret)
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil {
		return fmt.Errorf("un serveur PostgreSQL (processus %d) tient %s et refuse de s’arrêter : %w", pid, l.donnees, err)
	}
	for serveurDe(pid, l.donnees) {
		if time.Now().After(fin) {
			return fmt.Errorf("le serveur PostgreSQL %d tient %s et ne s’arrête pas", pid, l.donnees)
		}
		if err := pause(ctx, intervalleOrph); err != nil {
			return err
		}
	}
	return nil
}

// reglages are passed on the command line, so that they follow this program
// and not the day the data were created.
func reglages(o Options) []string {
	memoire := memoire()
	partagee := min(max(memoire/8, 64<<20), 1<<30)
	r := []string{
		"listen_addresses=",
		"unix_socket_permissions=0700",
		"cluster_name=imhoweb",
		"max_connections=100",
		"jit=off", // our queries are short; compiling them costs more
		fmt.Sprintf("shared_buffers=%dMB", partagee>>20),
		fmt.Sprintf("effective_cache_size=%dMB", max(memoire/2, 256<<20)>>20),
		"work_mem=16MB",
		"maintenance_work_mem=128MB",
		"max_wal_size=2GB",
		"wal_level=minimal", // nobody replicates this base; a COPY into new tables is twice as fast
		"max_wal_senders=0",
		"autovacuum_naptime=15s", // counts are index-only scans: they slow down until vacuum comes
		"random_page_cost=1.1",
		"timezone=Europe/Paris",
		"log_timezone=Europe/Paris",
		"lc_messages=C",
	}
	if libre := placeLibre(memoirePartagee); libre < 1<<30 {
		r = append(r, "dynamic_shared_memory_type=mmap") // containers give /dev/shm 64 MB
	}
	if o.Ephemere {
		r = append(r, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400",
			"shared_buffers=128MB", "autovacuum=off", "checkpoint_timeout=1h")
	}
	return r
}

func tailleActuelle(chemin string) int64 {
	info, err := os.Stat(chemin)
	if err != nil {
		return 0
	}
	return info.Size()
}

// finJournal is what the server said since an offset.
func finJournal(chemin string, debut int64) string {
	texte, err := os.ReadFile(chemin)
	if err != nil {
		return err.Error()
	}
	if int64(len(texte)) >= debut {
		texte = texte[debut:]
	}
	return strings.TrimSpace(string(texte[max(0, len(texte)-4000):]))
}

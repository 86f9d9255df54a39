package cluster

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// ErrPris says that another process holds the lock.
var ErrPris = errors.New("verrou pris")

// Verrouiller locks a file against other processes, creating it; it is freed by
// Close or by the end of the process, however it ends. With attendre it waits,
// otherwise a lock already held is ErrPris.
func Verrouiller(chemin string, attendre bool) (*os.File, error) {
	mode := syscall.LOCK_EX
	if !attendre {
		mode |= syscall.LOCK_NB
	}
	return verrouiller(chemin, mode)
}

// Partager takes the lock together with other sharers, waiting for an exclusive
// holder to leave.
func Partager(chemin string) (*os.File, error) { return verrouiller(chemin, syscall.LOCK_SH) }

func verrouiller(chemin string, mode int) (*os.File, error) {
	f, err := os.OpenFile(chemin, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), mode)
		if err != syscall.EINTR {
			break
		}
	}
	if err == nil {
		return f, nil
	}
	f.Close()
	if err == syscall.EWOULDBLOCK {
		return nil, ErrPris
	}
	return nil, fmt.Errorf("verrou %s : %w", chemin, err)
}

// annoncer writes what those who find the lock taken will read, and gives the
// lock back, unless that failed.
func annoncer(verrou *os.File, texte string) (*os.File, error) {
	err := verrou.Truncate(0)
	if err == nil {
		_, err = verrou.WriteAt([]byte(texte), 0)
	}
	if err != nil {
		verrou.Close()
		return nil, fmt.Errorf("verrou %s : %w", verrou.Name(), err)
	}
	return verrou, nil
}

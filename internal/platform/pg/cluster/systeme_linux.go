package cluster

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	locale          = "C.UTF-8"
	memoirePartagee = "/dev/shm"
)

// attributs of a child: another user when we are root, a group of its own so
// that Ctrl-C reaches us only, and a signal when we die.
func attributs(c *compte, mort syscall.Signal) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: mort}
	if c != nil {
		a.Credential = &syscall.Credential{Uid: uint32(c.uid), Gid: uint32(c.gid)}
	}
	return a
}

// serveurDe tells whether pid is a live process working in that data folder:
// after a reboot the number may be anybody's.
func serveurDe(pid int, donnees string) bool {
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if err != nil {
		return false
	}
	reel, err := filepath.EvalSymlinks(donnees)
	return err == nil && cwd == reel
}

// memoire is what this machine, or this container, has, in bytes.
func memoire() int64 {
	total := int64(1 << 30)
	if texte, err := os.ReadFile("/proc/meminfo"); err == nil {
		for ligne := range bytes.Lines(texte) {
			var ko int64
			if n, _ := fmt.Sscanf(string(ligne), "MemTotal: %d kB", &ko); n == 1 {
				total = ko << 10
				break
			}
		}
	}
	if texte, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if limite, err := strconv.ParseInt(strings.TrimSpace(string(texte)), 10, 64); err == nil {
			total = min(total, limite)
		}
	}
	return total
}

func placeLibre(dossier string) int64 {
	var s syscall.Statfs_t
	if syscall.Statfs(dossier, &s) != nil {
		return 0
	}
	return int64(s.Bavail) * s.Bsize
}

package cluster

import "syscall"

const (
	locale          = "en_US.UTF-8"
	memoirePartagee = "/tmp"
)

// attributs of a child. macOS has no death signal: an orphan left by kill -9 is
// found by its pid file at the next start.
func attributs(c *compte, _ syscall.Signal) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true}
	if c != nil {
		a.Credential = &syscall.Credential{Uid: uint32(c.uid), Gid: uint32(c.gid)}
	}
	return a
}

// serveurDe trusts the pid file as long as the process lives: there is no
// /proc to ask.
func serveurDe(pid int, _ string) bool { return syscall.Kill(pid, 0) == nil }

// memoire is a prudent guess, in bytes.
func memoire() int64 { return 4 << 30 }

func placeLibre(dossier string) int64 {
	var s syscall.Statfs_t
	if syscall.Statfs(dossier, &s) != nil {
		return 0
	}
	return int64(s.Bavail) * int64(s.Bsize)
}

package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
)

// programmes is a folder of PostgreSQL server binaries and their version.
type programmes struct {
	dossier string
	version int // major
}

// versionMin is the first with ICU collations at the level of the base.
const versionMin = 15

var errAbsent = errors.New("PostgreSQL est introuvable")

// Installer makes sure that a server is installed, as Start would.
func Installer(ctx context.Context, dire func(phrase string)) error {
	_, err := trouver(ctx, dire)
	return err
}

// trouver gives the newest server on this machine. As root on Debian it
// installs one, saying so; elsewhere the error is the command to type.
func trouver(ctx context.Context, dire func(string)) (programmes, error) {
	p, err := chercher(ctx, dossiers())
	if !errors.Is(err, errAbsent) {
		return p, err
	}
	if os.Geteuid() == 0 && debian() {
		if err := apt(ctx, dire); err != nil {
			return p, err
		}
		return chercher(ctx, dossiers())
	}
	return p, fmt.Errorf("%w. Installez-le avec : %s", err, commandeInstallation())
}

// dossiers lists where servers are usually installed, whatever order: the
// newest wins.
func dossiers() []string {
	var tous []string
	for _, motif := range []string{
		"/usr/lib/postgresql/*/bin",            // Debian, Ubuntu
		"/usr/pgsql-*/bin",                     // PGDG rpm
		"/opt/homebrew/opt/postgresql*/bin",    // Homebrew, Apple silicon
		"/usr/local/opt/postgresql*/bin",       // Homebrew, Intel
		"/Applications/Postgres.app/*/*/*/bin", // Postgres.app
		"/Library/PostgreSQL/*/bin",            // EDB
	} {
		trouves, _ := filepath.Glob(motif) // the patterns are constant and well formed
		tous = append(tous, trouves...)
	}
	if p, err := exec.LookPath("postgres"); err == nil {
		if reel, err := filepath.EvalSymlinks(p); err == nil {
			tous = append(tous, filepath.Dir(reel))
		}
	}
	return tous
}

func chercher(ctx context.Context, dossiers []string) (programmes, error) {
	var tous []programmes
	for _, d := range dossiers {
		if _, err := os.Stat(filepath.Join(d, "initdb")); err != nil {
			continue
		}
		if v := version(ctx, d); v > 0 {
			tous = append(tous, programmes{d, v})
		}
	}
	if len(tous) == 0 {
		return programmes{}, errAbsent
	}
	p := slices.MaxFunc(tous, func(a, b programmes) int { return a.version - b.version })
	if p.version < versionMin {
		return p, fmt.Errorf("PostgreSQL %d est trop ancien : il faut la version %d ou une plus récente", p.version, versionMin)
	}
	return p, nil
}

// pour gives the binaries of the exact version that wrote existing data.
func (p programmes) pour(ctx context.Context, version int) (programmes, error) {
	if p.version == version {
		return p, nil
	}
	for _, d := range dossiers() {
		if q, err := chercher(ctx, []string{d}); err == nil && q.version == version {
			return q, nil
		}
	}
	return p, fmt.Errorf("ces données sont celles de PostgreSQL %d et seul PostgreSQL %d est installé : installez la version %d, ou sauvegardez avec pg_dump puis restaurez", version, p.version, version)
}

func (p programmes) chemin(nom string) string { return filepath.Join(p.dossier, nom) }

var reVersion = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

func version(ctx context.Context, dossier string) int {
	sortie, err := exec.CommandContext(ctx, filepath.Join(dossier, "postgres"), "--version").Output()
	if err != nil {
		return 0
	}
	m := reVersion.FindSubmatch(sortie)
	if m == nil {
		return 0
	}
	v, _ := strconv.Atoi(string(m[1])) // digits only
	return v
}

func commandeInstallation() string {
	switch {
	case runtime.GOOS == "darwin":
		return "brew install postgresql@17"
	case debian():
		return "sudo apt-get install postgresql"
	default:
		return "le paquet « postgresql » (serveur) de votre système"
	}
}

func debian() bool {
	_, err := os.Stat("/etc/debian_version")
	return err == nil
}

// apt installs PostgreSQL without the system cluster that Debian makes by
// default: the setting is put back as it was afterwards.
func apt(ctx context.Context, dire func(string)) error {
	dire("PostgreSQL est absent : installation par apt-get install postgresql (sans grappe système).")
	if err := aptGet(ctx, "update"); err != nil {
		return err
	}
	if err := aptGet(ctx, "install", "-y", "--no-install-recommends", "postgresql-common"); err != nil {
		return err
	}
	const reglages = "/etc/postgresql-common/createcluster.conf"
	avant, err := os.ReadFile(reglages)
	if err != nil {
		return err
	}
	pendant := append(slices.Clone(avant), "\ncreate_main_cluster = false\n"...)
	if err := os.WriteFile(reglages, pendant, 0o644); err != nil {
		return err
	}
	return errors.Join(
		aptGet(ctx, "install", "-y", "--no-install-recommends", "postgresql"),
		os.WriteFile(reglages, avant, 0o644),
	)
}

func aptGet(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "apt-get", append([]string{"-q"}, args...)...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if sortie, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %s a échoué (%w) :\n%s", args[0], err, sortie)
	}
	return nil
}

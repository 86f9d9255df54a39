package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// lieu is where a cluster lives and who runs it.
type lieu struct {
	donnees string // PostgreSQL's data directory
	socket  string // folder of its socket, short enough
	verrou  string // held by the process that owns the server
	journal string // the server's messages
	compte  *compte
}

// compte is the user of the server when we are root, which PostgreSQL refuses
// to be; nil otherwise.
type compte struct {
	nom      string
	uid, gid int
}

// racineDeSecours receives data and socket when, as root, the server's user
// cannot enter the data folder (a checkout under /root).
const racineDeSecours = "/var/lib/imhoweb"

// etablir chooses and creates the folders, 0700 and owned by the server's
// user: `trust` on the socket is safe only so.
func etablir(o Options) (lieu, error) {
	racine, err := filepath.Abs(o.Donnees)
	if err != nil {
		return lieu{}, err
	}
	c, err := compteServeur()
	if err != nil {
		return lieu{}, err
	}
	if err := creer(racine, c); err != nil || !c.entre(racine) {
		if c == nil || os.Getuid() != 0 {
			return lieu{}, fmt.Errorf("le dossier de données %s ne peut pas servir : %w", racine, err)
		}
		secours := filepath.Join(racineDeSecours, empreinte(racine))
		o.Dire(fmt.Sprintf("%s est fermé à l’utilisateur %s : la base PostgreSQL vit dans %s.", racine, c.nom, secours))
		if err := os.MkdirAll(racineDeSecours, 0o711); err != nil {
			return lieu{}, err
		}
		if err := creer(secours, c); err != nil {
			return lieu{}, err
		}
		racine = secours
	}
	l := lieu{
		donnees: filepath.Join(racine, "pg"),
		verrou:  filepath.Join(racine, "pg.verrou"),
		journal: filepath.Join(racine, "pg.log"),
		socket:  cheminSocket(racine, filepath.Join(os.TempDir(), "imhoweb-"+empreinte(racine))),
		compte:  c,
	}
	return l, creer(l.socket, c)
}

func empreinte(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:4])
}

func compteServeur() (*compte, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, nom := range []string{"postgres", "_postgres", "nobody"} {
		u, err := user.Lookup(nom)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		return &compte{nom, uid, gid}, errors.Join(err1, err2)
	}
	return nil, errors.New("PostgreSQL refuse de tourner en root et il n’y a pas d’utilisateur « postgres » ni « nobody » : créez-en un ou lancez la commande sans root")
}

// creer makes a private folder of the server's user. One that exists is left
// as it is, unless it belongs to somebody else: a socket there could be theirs.
func creer(dossier string, c *compte) error {
	err := os.Mkdir(dossier, 0o700)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(dossier), 0o755); err != nil {
			return err
		}
		return creer(dossier, c)
	case errors.Is(err, fs.ErrExist):
		return verifierProprietaire(dossier, c)
	case err != nil:
		return err
	case c != nil:
		return os.Chown(dossier, c.uid, c.gid)
	}
	return nil
}

func verifierProprietaire(dossier string, c *compte) error {
	info, err := os.Stat(dossier)
	if err != nil {
		return err
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	uid := os.Geteuid()
	if !info.IsDir() || !ok || int(s.Uid) != uid && (c == nil || int(s.Uid) != c.uid) {
		return fmt.Errorf("%s n’est pas un dossier de cet utilisateur", dossier)
	}
	return nil
}

// entre tells whether the server's user can enter the folder, by trying: modes,
// ACLs and mounts all have their say.
func (c *compte) entre(dossier string) bool {
	if c == nil {
		return true
	}
	cmd := exec.Command("/bin/sh", "-c", `cd -- "$1"`, "sh", dossier)
	cmd.Dir = "/"
	cmd.SysProcAttr = attributs(c, syscall.SIGKILL)
	return cmd.Run() == nil
}

// versionDonnees is the major version that wrote the data, 0 when there are
// none yet.
func (l lieu) versionDonnees() (int, error) {
	texte, err := os.ReadFile(filepath.Join(l.donnees, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(texte)))
}

// initialiser runs initdb once. It works beside and renames at the end: a kill
// half-way leaves nothing that looks like a cluster.
func (l lieu) initialiser(ctx context.Context, o Options, bin programmes) error {
	v, err := l.versionDonnees()
	if err != nil {
		return err
	}
	if v != 0 && o.Ephemere && v != bin.version {
		v = 0
		if err := os.RemoveAll(l.donnees); err != nil {
			return err
		}
	}
	if v != 0 {
		return nil
	}
	restes, _ := filepath.Glob(l.donnees + ".init-*") // constant pattern
	for _, r := range restes {
		os.RemoveAll(r) // a leftover only costs space
	}
	neuf, err := os.MkdirTemp(filepath.Dir(l.donnees), "pg.init-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(neuf)
	if l.compte != nil {
		if err := os.Chown(neuf, l.compte.uid, l.compte.gid); err != nil {
			return err
		}
	}
	args := []string{"-D", neuf, "-U", Proprietaire, "-E", "UTF8", "--locale=" + locale, "--locale-provider=icu",
		"--icu-locale=fr", "-T", "french", "--auth-local=trust", "--auth-host=scram-sha-256"}
	if o.Ephemere {
		args = append(args, "--no-sync")
	} else {
		args = append(args, "--data-checksums")
	}
	cmd := exec.CommandContext(ctx, bin.chemin("initdb"), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", environnement(), attributs(l.compte, syscall.SIGKILL)
	if sortie, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb a échoué (%w) :\n%s", err, sortie)
	}
	return os.Rename(neuf, l.donnees)
}

// environnement is all the server sees of ours: no PG* variable, no secret.
func environnement() []string {
	return []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=" + locale, "HOME=/"}
}

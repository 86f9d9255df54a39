// Package cluster runs a private PostgreSQL server as a child of this process:
// the base of `imhoweb dev`, and of every command when DATABASE_URL is not
// set. It listens on a Unix socket that only its own user (and root) can
// reach, starts with us and stops with us, even when we are killed.
//
// Start reads from top to bottom; programmes.go finds the binaries, lieu.go
// the folders and the user, serveur.go runs the process.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

// Roles and base of the cluster. The owner creates tables; the application
// role only receives what migrations grant it.
const (
	Proprietaire = "imhoweb"
	Application  = "imhoweb_app"
	Base         = "imhoweb"
)

// Options say where and how to run the cluster.
type Options struct {
	// Donnees is the data folder (IMHOWEB_DONNEES); the cluster lives in its
	// subfolder pg. As root it may have to live elsewhere: see lieu.
	Donnees string
	// Ephemere trades durability for speed and wipes data of another version.
	// Tests only.
	Ephemere bool
	// Adresse is where our user is served for as long as we own the cluster: it
	// stands in the lock, for those who find it taken. With an address, Start
	// never joins a server that would stop under it: it waits for one of a
	// command, and gives Occupee for one with an address.
	Adresse string
	// Dire receives, in French, what the user should know: an installation,
	// a folder that had to move. Nil is silent.
	Dire func(phrase string)
}

// Cluster is a running server, ours or one that another imhoweb started.
type Cluster struct {
	socket  string
	serveur *serveur // nil when another process owns it
	verrou  *os.File
}

// Occupee says that another imhoweb serves from this cluster, and where.
type Occupee struct{ Adresse string }

func (o *Occupee) Error() string {
	return "imhoweb tourne déjà sur ce dossier de données, à l’adresse " + o.Adresse +
		" : ouvrez-la, arrêtez-le d’abord, ou choisissez un autre dossier avec IMHOWEB_DONNEES"
}

// attente bounds how long Start waits for a server that another process is
// starting or stopping.
const attente = 45 * time.Second

// Start gives a cluster that answers queries, with its base and its two roles.
// When another imhoweb already runs it, Start joins that one, unless we have an
// address. Messages of errors are for the person at the terminal.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	if o.Dire == nil {
		o.Dire = func(string) {}
	}
	bin, err := trouver(ctx, o.Dire)
	if err != nil {
		return nil, err
	}
	l, err := etablir(o)
	if err != nil {
		return nil, err
	}
	c := &Cluster{socket: l.socket}
	if c.verrou, err = c.prendreOuRejoindre(ctx, l, o.Adresse); err != nil || c.verrou == nil {
		return c, err
	}
	if err := c.demarrer(ctx, o, bin, l); err != nil {
		c.verrou.Close()
		return nil, err
	}
	return c, nil
}

// prendreOuRejoindre returns the lock of the cluster, or nil when the process
// that holds it lets us in. The lock, and not the server's pid file, says
// whether a live server is somebody's or an orphan.
func (c *Cluster) prendreOuRejoindre(ctx context.Context, l lieu, adresse string) (*os.File, error) {
	fin := time.Now().Add(attente)
	for {
		verrou, err := Verrouiller(l.verrou, false)
		if err == nil {
			return annoncer(verrou, adresse)
		}
		if !errors.Is(err, ErrPris) {
			return nil, err
		}
		switch autre, _ := os.ReadFile(l.verrou); { // unreadable: as if nobody served
		case adresse == "" && c.Ping(ctx) == nil:
			return nil, nil
		case adresse != "" && len(autre) > 0:
			return nil, &Occupee{string(autre)}
		case time.Now().Before(fin):
		case c.Ping(ctx) == nil:
			return nil, fmt.Errorf("une autre commande imhoweb travaille encore sur la base de %s : attendez sa fin", l.donnees)
		default:
			return nil, fmt.Errorf("un autre imhoweb détient la grappe de %s mais elle ne répond pas", l.donnees)
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func (c *Cluster) demarrer(ctx context.Context, o Options, bin programmes, l lieu) (err error) {
	if err := arreterOrphelin(ctx, l); err != nil {
		return err
	}
	if err := l.initialiser(ctx, o, bin); err != nil {
		return err
	}
	if c.serveur, err = lancer(ctx, o, bin, l, c.Ping); err != nil {
		return err
	}
	if err = c.roles(ctx); err != nil {
		return errors.Join(err, c.serveur.arreter())
	}
	return nil
}

// roles creates what initdb doesn't: the base and the application role.
func (c *Cluster) roles(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.DSN(Proprietaire, "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var base, role bool
	err = conn.QueryRow(ctx, `
select exists (select from pg_database where datname = $1),
       exists (select from pg_roles where rolname = $2)`, Base, Application).Scan(&base, &role)
	if err != nil {
		return err
	}
	if !role {
		if _, err := conn.Exec(ctx, "create role "+Application+" login"); err != nil {
			return err
		}
	}
	if !base {
		if _, err := conn.Exec(ctx, "create database "+Base); err != nil {
			return err
		}
	}
	return nil
}

// DSN addresses a base of the cluster as one of its roles, as a URL.
func (c *Cluster) DSN(role, base string) string { return DSN(c.socket, role, base) }

// DSN addresses a base behind a socket folder, as a URL.
func DSN(socket, role, base string) string {
	q := url.Values{"host": {socket}, "sslmode": {"disable"}, "user": {role}}
	return "postgres:///" + base + "?" + q.Encode()
}

// Ping tells whether the server answers a query.
func (c *Cluster) Ping(ctx context.Context) error { return Ping(ctx, c.DSN(Proprietaire, "postgres")) }

// Ping tells whether the server behind dsn answers a query within 2 seconds.
func Ping(ctx context.Context, dsn string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return conn.QueryRow(ctx, "select 1").Scan(new(int))
}

// Notre tells whether this process owns the server; otherwise Stop leaves it
// running.
func (c *Cluster) Notre() bool { return c.serveur != nil }

// Fini is closed when our server ends, asked to or not. Nil, hence never
// ready, when the server is another process's.
func (c *Cluster) Fini() <-chan struct{} {
	if c.serveur == nil {
		return nil
	}
	return c.serveur.fini
}

// Stop ends the server, if it is ours, and lets another process take the
// cluster.
func (c *Cluster) Stop() error {
	if c.serveur == nil {
		return nil
	}
	defer c.verrou.Close()
	return c.serveur.arreter()
}

// pause waits, or gives up with the context.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// cheminSocket is where the server of DATA listens. A path beyond 107 bytes
// cannot be a socket, and PostgreSQL adds its file name.
func cheminSocket(donnees, secours string) string {
	s := filepath.Join(donnees, "pg-socket")
	if len(s)+len("/.s.PGSQL.5432.lock") <= 107 {
		return s
	}
	return secours
}

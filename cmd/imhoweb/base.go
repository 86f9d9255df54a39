package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/demo"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/cluster"
	"imhoweb/internal/referentiels"
	"imhoweb/migrations"
)

// base is what a command works on: DATABASE_URL, or the private cluster for
// the time of the command.
type base struct {
	app    *pgxpool.Pool // the application role
	admin  *pgxpool.Pool // the owner; the same pool as app with DATABASE_URL alone
	dsn    string        // of app
	cle    []byte        // encrypts NIR and pièces
	privee *cluster.Cluster
}

// ouvrir connects to the base, starting the private cluster when nothing else
// is configured and it isn't running yet.
func (o *outil) ouvrir(ctx context.Context, c config.Config) (*base, error) {
	return o.ouvrirPour(ctx, c, "")
}

// ouvrirPour is ouvrir for who serves at that address: the private cluster is
// then its own for as long as it runs.
func (o *outil) ouvrirPour(ctx context.Context, c config.Config, adresse string) (*base, error) {
	b := &base{cle: c.Cle}
	if err := b.connecter(ctx, o, c, adresse); err != nil {
		return nil, errors.Join(err, b.fermer())
	}
	return b, nil
}

func (b *base) connecter(ctx context.Context, o *outil, c config.Config, adresse string) (err error) {
	dsn, dsnAdmin := c.Base, c.BaseAdmin
	if dsn == "" {
		if b.privee, err = cluster.Start(ctx, cluster.Options{Donnees: c.Donnees, Adresse: adresse, Dire: o.dire}); err != nil {
			return err
		}
		dsn, dsnAdmin = b.privee.DSN(cluster.Application, cluster.Base), b.privee.DSN(cluster.Proprietaire, cluster.Base)
		if b.cle == nil {
			if b.cle, err = config.CleLocale(c.Donnees); err != nil {
				return err
			}
		}
	}
	if b.app, err = pg.Open(ctx, dsn); err != nil {
		return err
	}
	b.dsn = dsn
	if dsnAdmin == dsn {
		b.admin = b.app
		return nil
	}
	b.admin, err = pg.Open(ctx, dsnAdmin)
	return err
}

// fermer gives everything back, the server last.
func (b *base) fermer() error {
	if b.app != nil {
		b.app.Close()
	}
	if b.admin != nil {
		b.admin.Close() // closing twice is harmless
	}
	if b.privee != nil {
		return b.privee.Stop()
	}
	return nil
}

// fini is closed when the private server ended by itself; nil, hence never
// ready, otherwise.
func (b *base) fini() <-chan struct{} {
	if b.privee == nil {
		return nil
	}
	return b.privee.Fini()
}

// avecBase runs f on the base, ready to use when preparer is set, and gives
// everything back whatever happens.
func (o *outil) avecBase(ctx context.Context, preparer bool, f func(config.Config, *base) error) (err error) {
	c, err := o.config()
	if err != nil {
		return err
	}
	b, err := o.ouvrir(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.fermer()) }()
	if preparer {
		if err := o.preparer(ctx, b); err != nil {
			return err
		}
	}
	return f(c, b)
}

// preparer makes sure that a command finds its tables and référentiels: the
// private base follows the program, another one must have been migrated.
func (o *outil) preparer(ctx context.Context, b *base) error {
	if b.privee == nil {
		return exigerMigree(ctx, b.app)
	}
	return o.mettreAJour(ctx, b)
}

func (o *outil) mettreAJour(ctx context.Context, b *base) error {
	if err := o.migrer(ctx, b.admin); err != nil {
		return err
	}
	return referentiels.Charger(ctx, b.admin)
}

// terminerDemo puts back what an interrupted load of the demonstration had
// taken away: migrations count on every index and constraint.
func (o *outil) terminerDemo(ctx context.Context, admin *pgxpool.Pool) error {
	avance := progression(o.erreurs)
	reprise, err := demo.Terminer(ctx, admin, func(part float64) { avance.faite(int(100*part), 100) })
	avance.finie()
	if reprise {
		o.dire("Le chargement interrompu de la démonstration est terminé.")
	}
	return err
}

// migrer applies the migrations and says what changed.
func (o *outil) migrer(ctx context.Context, admin *pgxpool.Pool) error {
	if err := o.terminerDemo(ctx, admin); err != nil {
		return err
	}
	bilan, err := migrations.Up(ctx, admin)
	for _, nom := range bilan.Appliquees {
		o.dire("Migration appliquée : " + nom)
	}
	if bilan.SansRole {
		o.dire("Attention : le rôle " + migrations.RoleApplication + " n’existe pas et ce compte ne peut pas le créer. " +
			"Créez-le (create role " + migrations.RoleApplication + " login password '…'), puis relancez « imhoweb migrate ».")
	}
	return err
}

func exigerMigree(ctx context.Context, db pg.DB) error {
	etat, err := migrations.Lire(ctx, db)
	if err != nil {
		return err
	}
	if !etat.AJour() {
		return fmt.Errorf("la base est en retard de %d migration(s) (%s) : lancez « imhoweb migrate »",
			len(etat.Manquantes), strings.Join(etat.Manquantes, ", "))
	}
	return nil
}

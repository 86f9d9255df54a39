// Package demo makes a file of demandes that resembles a real one, where
// nobody exists: the same seed and the same day give the same file.
//
// The shares come from donnees/calibrage.csv, which says of each whether it was
// measured or supposed. lois.go turns them into laws drawn one after another;
// plan.go draws the life of each demande, generateur.go and the files beside it
// the household, ecriture.go and projection.go its rows, which copie.go sends;
// schema.go takes indexes away meanwhile and reprise.go puts them back. Start
// with Generer.
package demo

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// ParDefaut is the stock of the file on 29 May 2011.
const ParDefaut = 35_161

// Options says what to make.
type Options struct {
	Demandes    int       // active ones; radiated ones and drafts come on top
	Graine      uint64    // seed
	Jour        jour.Date // the day the file pretends to be; zero: today in Paris
	Progression func(fait, total int)
}

// ErrNonVide refuses to mix made-up demandes with others.
var ErrNonVide = errors.New("la base contient déjà des demandes : la démonstration ne se crée que dans une base vide")

const videSQL = `
select not exists (select from demandes) and not exists (select from evenements)`

// Generer fills an empty base, whose référentiels are loaded. The rows arrive
// in one transaction, then their indexes and constraints: interrupted before, it
// leaves nothing behind; after, Terminer finishes, which Generer begins with.
// The pool connects as the owner of the tables. 0 demandes does nothing.
func Generer(ctx context.Context, pool *pgxpool.Pool, o Options) error {
	if o.Demandes == 0 {
		return nil
	}
	if o.Jour.IsZero() {
		o.Jour = jour.Aujourdhui()
	}
	if o.Progression == nil {
		o.Progression = func(int, int) {}
	}
	if _, err := Terminer(ctx, pool, nil); err != nil {
		return err
	}
	var vide bool
	if err := pool.QueryRow(ctx, videSQL).Scan(&vide); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if !vide {
		return ErrNonVide
	}
	parts, err := repartir(ctx, pool, o.Demandes)
	if err != nil {
		return err
	}
	g, err := nouveauGenerateur(ctx, pool, o)
	if err != nil {
		return err
	}
	if err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return g.charger(ctx, tx, parts, o) }); err != nil {
		return err
	}
	_, err = Terminer(ctx, pool, func(part float64) {
		o.Progression(int(float64(o.Demandes)*(partCopie+(1-partCopie)*part)), o.Demandes)
	})
	if err != nil {
		return err
	}
	o.Progression(o.Demandes, o.Demandes)
	return nil
}

// partCopie is the share of the progress bar for the copy; building indexes
// takes the rest.
const partCopie = .5

// charger copies the rows into tables without indexes, and notes what is left
// to do.
func (g *generateur) charger(ctx context.Context, tx pgx.Tx, parts []partDepartement, o Options) error {
	ctx2, arreter := context.WithCancel(ctx)
	defer arreter()
	lots := g.lots(ctx2, parts) // the first ones are made while the tables are emptied
	if _, err := tx.Exec(ctx, reglagesSQL); err != nil {
		return fmt.Errorf("demo: settings: %w", err)
	}
	objets, err := alleger(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, viderSQL()); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	partitions, err := lirePartitions(ctx, tx)
	if err != nil {
		return err
	}
	fait, lignes, dernier := 0, map[string]int{}, derniers{}
	for l := range lots {
		if l.erreur != nil {
			return l.erreur
		}
		if err := l.copier(ctx, tx, partitions); err != nil {
			return err
		}
		for i, f := range l.flux {
			lignes[tables[i].nom] += f.lignes
		}
		dernier = l.derniers
		fait += l.actives
		o.Progression(int(float64(fait)*partCopie), o.Demandes)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := avancerSequences(ctx, tx, dernier); err != nil {
		return err
	}
	return ecrireReste(ctx, tx, preparerReste(objets, lignes, partitions))
}

// sequencesSQL makes the identities start after the identifiers given here.
const sequencesSQL = `
select setval(pg_get_serial_sequence('demandes', 'id'), @demande),
    setval(pg_get_serial_sequence('personnes', 'id'), @personne),
    setval(pg_get_serial_sequence('evenements', 'id'), @evenement)`

// avancerSequences takes the identifiers of the last lot, which are the
// greatest.
func avancerSequences(ctx context.Context, tx pgx.Tx, dernier derniers) error {
	args := pg.Args{"demande": dernier.demande, "personne": dernier.personne, "evenement": dernier.evenement}
	if _, err := tx.Exec(ctx, sequencesSQL, args); err != nil {
		return fmt.Errorf("demo: sequences: %w", err)
	}
	return nil
}

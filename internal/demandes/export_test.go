package demandes

import (
	"context"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
)

// What the tests against a base, which stand outside the package, need of it.

func (f Fichier) Reecrire(ctx context.Context, tx pgx.Tx, s habilitations.Session, d *Demande) error {
	return f.ecrire(ctx, tx, s, d, func(*pgx.Batch) error { return nil })
}

func (f Fichier) GetComplet(ctx context.Context, db pg.DB, s habilitations.Session, droit habilitations.Droit, numero string) (*Demande, error) {
	return f.getComplet(ctx, db, s, droit, numero)
}

func (f Fichier) Projeter(ctx context.Context, tx pgx.Tx, id int64) error {
	return f.projeter(ctx, tx, id)
}

func (f Fichier) Journaliser(ctx context.Context, tx pgx.Tx, e Evenement, diffs []Difference) (int64, error) {
	return f.journaliser(ctx, tx, e, diffs)
}

var ChampsAdresse = champsAdresse

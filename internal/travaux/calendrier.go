package travaux

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
)

// A job seen for the first time waits for its next time: installing the
// program isn't a night that was missed.
const decouvrirSQL = `
insert into calendrier_travaux (code, prevu_le)
values (@code, @prevu_le)
on conflict do nothing`

// The row is the lock between instances.
const servirSQL = `
update calendrier_travaux
set prevu_le = @prevu_le
where code = @code and prevu_le < @prevu_le`

// Planifier starts what has become due since the last time it was called, by
// whichever instance: once each, and once only for several nights missed while
// nothing ran. What is due while the previous run isn't over waits for its end.
func (f *File) Planifier(ctx context.Context, db pg.DB, le time.Time) error {
	var erreurs []error
	for _, t := range f.table {
		if t.Periodique() {
			erreurs = append(erreurs, f.planifier(ctx, db, t, t.echeance(le)))
		}
	}
	return errors.Join(erreurs...)
}

var errEnCours = errors.New("the previous run isn't over")

func (f *File) planifier(ctx context.Context, db pg.DB, t Travail, echeance time.Time) error {
	args := pg.Args{"code": t.Code, "prevu_le": echeance}
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		n, err := tx.Exec(ctx, decouvrirSQL, args)
		if err != nil || n.RowsAffected() > 0 {
			return err
		}
		if n, err = tx.Exec(ctx, servirSQL, args); err != nil || n.RowsAffected() == 0 {
			return err
		}
		_, neuf, err := f.lancer(ctx, tx, t, nil, habilitations.Session{})
		if err == nil && !neuf {
			err = errEnCours
		}
		return err
	})
	if err != nil && !errors.Is(err, errEnCours) {
		return fmt.Errorf("travaux: schedule of %s: %w", t.Code, err)
	}
	return nil
}

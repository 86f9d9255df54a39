package travaux

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

const annulerSQL = `
update travaux
set annuler = true,
    etat = case when etat = 'EN_COURS' then etat else 'ANNULE' end,
    fin = case when etat = 'EN_COURS' then null else now() end
where id = @id and etat in ('EN_ATTENTE', 'EN_COURS', 'A_REPRENDRE')`

// Annuler cancels a job that the session asked for, or any with GererTravaux:
// at once when it hasn't begun, as soon as it notices otherwise. One that is
// over is fault.Conflict.
func Annuler(ctx context.Context, tx pgx.Tx, s habilitations.Session, id int64) error {
	if _, err := Lire(ctx, tx, s, id); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, annulerSQL, pg.Args{"id": id})
	if err != nil {
		return fmt.Errorf("travaux: cancel: %w", err)
	}
	if n.RowsAffected() == 0 {
		return fault.Refuser(fault.Conflict, "Ce travail est déjà terminé.")
	}
	return nil
}

const relancerSQL = `
update travaux
set etat = 'EN_ATTENTE', annuler = false, fin = null, debut = null, essais = 0, total = 0, fait = 0, message = '', erreur = ''
where id = @id and etat in ('ECHEC', 'ANNULE') and not oublie
returning code`

// Relancer starts again a job that failed or was cancelled, as it was asked.
func (f *File) Relancer(ctx context.Context, tx pgx.Tx, s habilitations.Session, id int64) error {
	if _, err := Lire(ctx, tx, s, id); err != nil {
		return err
	}
	var code string
	err := tx.QueryRow(ctx, relancerSQL, pg.Args{"id": id}).Scan(&code)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return fault.Refuser(fault.Conflict, "Ce travail ne peut plus être relancé : demandez-le de nouveau.")
	case pg.IsUnique(err, "travaux_cle"):
		return fault.Refuser(fault.Conflict, "Le même travail est déjà en attente ou en cours.")
	case err != nil:
		return fmt.Errorf("travaux: start again: %w", err)
	}
	t, ok := f.Travail(code)
	if !ok {
		return fault.Refuser(fault.Conflict, "Ce travail n’existe plus.")
	}
	_, err = f.insertion.InsertTx(ctx, tx, envoi{id}, t.options())
	return envelopper(err, code)
}

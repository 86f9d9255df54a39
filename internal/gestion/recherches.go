package gestion

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// A search lost in the second before a crash is only typed again: the answer
// doesn't wait for the disk.
const garderSQL = `
with sans_attendre as materialized (select set_config('synchronous_commit', 'off', true))
insert into recherches_nominatives (utilisateur, organisme, nom, prenom)
select @utilisateur, @organisme, @nom, @prenom
from sans_attendre
returning id::text`

// Garder keeps the names sought on the server and gives the opaque identifier
// that stands for them in addresses (conception §11, GET).
func Garder(ctx context.Context, db pg.DB, s habilitations.Session, c Criteres) (string, error) {
	var id string
	err := db.QueryRow(ctx, garderSQL, pg.Args{"utilisateur": s.Utilisateur, "organisme": s.Organisme, "nom": c.Nom, "prenom": c.Prenom}).Scan(&id)
	if err != nil {
		return "", fmt.Errorf("gestion: keep the names sought: %w", err)
	}
	return id, nil
}

var formeID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

const reprendreSQL = `
select nom, prenom
from recherches_nominatives
where id = @id and utilisateur = @utilisateur and organisme = @organisme and cree_le > now() - interval '24 hours'`

// Reprendre puts the names kept under id back into the criteria. Those of
// another agent, or older than a day, are fault.NotFound: the list must not
// silently be that of everybody.
func Reprendre(ctx context.Context, db pg.DB, s habilitations.Session, id string, c *Criteres) error {
	if !formeID.MatchString(id) {
		return fault.NotFound
	}
	err := db.QueryRow(ctx, reprendreSQL, pg.Args{"id": id, "utilisateur": s.Utilisateur, "organisme": s.Organisme}).Scan(&c.Nom, &c.Prenom)
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.NotFound
	}
	if err != nil {
		return fmt.Errorf("gestion: names sought: %w", err)
	}
	return nil
}

const purgerSQL = `
delete from recherches_nominatives
where cree_le <= now() - interval '24 hours'`

// Purger erases the names kept for more than a day.
func Purger(ctx context.Context, db pg.DB) error {
	if _, err := db.Exec(ctx, purgerSQL); err != nil {
		return fmt.Errorf("gestion: erase old searches: %w", err)
	}
	return nil
}

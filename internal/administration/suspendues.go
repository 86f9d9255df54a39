package administration

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// DureeSuspension is how long a form sent after the end of its session waits
// for its agent.
const DureeSuspension = 2 * time.Hour

// suspenduesParAgent bounds the forms kept for one agent.
const suspenduesParAgent = 5

// Suspendue is a form sent too late. Jeton is the digest of its token; Valeurs
// are encrypted by the caller.
type Suspendue struct {
	Jeton       string
	Utilisateur int64
	Chemin      string
	Valeurs     []byte
}

const suspendreSQL = `
with trop as (
    delete from saisies_suspendues
    where jeton in (select jeton from saisies_suspendues where utilisateur = @utilisateur
                    order by expire_le desc offset @gardees)
)
insert into saisies_suspendues (jeton, utilisateur, chemin, valeurs, expire_le)
values (@jeton, @utilisateur, @chemin, @valeurs, now() + @duree::interval)`

// Suspendre keeps a form for its agent.
func Suspendre(ctx context.Context, db pg.DB, s Suspendue) error {
	_, err := db.Exec(ctx, suspendreSQL, pg.Args{
		"jeton": s.Jeton, "utilisateur": s.Utilisateur, "chemin": s.Chemin, "valeurs": s.Valeurs,
		"duree": DureeSuspension, "gardees": suspenduesParAgent - 1,
	})
	if err != nil {
		return fmt.Errorf("keeping a form sent too late: %w", err)
	}
	return nil
}

const reprendreSQL = `
delete from saisies_suspendues
where jeton = @jeton and utilisateur = @utilisateur and expire_le > now()
returning chemin, valeurs`

// Reprendre gives a form back to its agent, once; ok is false for another agent
// or too late.
func Reprendre(ctx context.Context, db pg.DB, jeton string, utilisateur int64) (s Suspendue, ok bool, err error) {
	s.Jeton, s.Utilisateur = jeton, utilisateur
	err = db.QueryRow(ctx, reprendreSQL, pg.Args{"jeton": jeton, "utilisateur": utilisateur}).Scan(&s.Chemin, &s.Valeurs)
	if errors.Is(err, pgx.ErrNoRows) {
		return Suspendue{}, false, nil
	}
	if err != nil {
		return Suspendue{}, false, fmt.Errorf("taking back a form: %w", err)
	}
	return s, true, nil
}

const purgerSuspenduesSQL = `delete from saisies_suspendues where expire_le < now()`

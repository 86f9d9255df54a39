// Package courriels sends the mails of the file to its agents. A mail is a row
// inserted in the transaction that needs it: it exists if and only if the act
// did. A Facteur sends after the commit, tries again later, and gives up after
// some days; without a mail server the rows stay, for ATLAS to read.
package courriels

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/coffre"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// Courriel is a mail to send: plain text.
type Courriel struct {
	Utilisateur  int64 // agent that it concerns, 0 for none
	Destinataire string
	Sujet        string
	Corps        string
}

const deposerSQL = `
insert into courriels (utilisateur, destinataire, sujet, corps)
values (nullif(@utilisateur::bigint, 0), @destinataire, @sujet, @corps)`

// contexte binds a sealed text to its recipient.
func contexte(destinataire string) string { return "courriel " + destinataire }

// Deposer keeps a mail to send, in the transaction of the act.
func Deposer(ctx context.Context, tx pg.DB, c coffre.Coffre, m Courriel) error {
	_, err := tx.Exec(ctx, deposerSQL, pg.Args{
		"utilisateur": m.Utilisateur, "destinataire": m.Destinataire, "sujet": m.Sujet,
		"corps": c.Sceller(contexte(m.Destinataire), []byte(m.Corps)),
	})
	if err != nil {
		return fmt.Errorf("keeping a mail: %w", err)
	}
	return nil
}

// Garde is a mail of the base, as ATLAS sees it.
type Garde struct {
	ID           int64
	Destinataire string
	Sujet        string
	CreeLe       time.Time
	EnvoyeLe     time.Time // zero: not sent
	AbandonneLe  time.Time // zero: not given up
	Essais       int
	Erreur       string // of the last attempt
}

const listerSQL = `
select id, destinataire, sujet, cree_le, coalesce(envoye_le, @jamais) as envoye_le,
       coalesce(abandonne_le, @jamais) as abandonne_le, essais, erreur
from courriels
order by id desc
limit 2000`

// Lister gives the last mails, the most recent first.
func Lister(ctx context.Context, db pg.DB, s habilitations.Session) ([]Garde, error) {
	if !s.Peut(habilitations.LireCourriels) {
		return nil, fault.Forbidden
	}
	rows, err := db.Query(ctx, listerSQL, pg.Args{"jamais": time.Time{}})
	if err != nil {
		return nil, fmt.Errorf("mails: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByName[Garde])
	if err != nil {
		return nil, fmt.Errorf("mails: %w", err)
	}
	return l, nil
}

const lireSQL = `
select id, destinataire, sujet, cree_le, coalesce(envoye_le, @jamais), coalesce(abandonne_le, @jamais), essais, erreur, corps
from courriels
where id = @id`

// Lire gives a mail and its text, "" once sent and erased. fault.NotFound for
// an unknown one.
func Lire(ctx context.Context, db pg.DB, c coffre.Coffre, s habilitations.Session, id int64) (g Garde, corps string, err error) {
	if !s.Peut(habilitations.LireCourriels) {
		return g, "", fault.Forbidden
	}
	var scelle []byte
	err = db.QueryRow(ctx, lireSQL, pg.Args{"id": id, "jamais": time.Time{}}).Scan(
		&g.ID, &g.Destinataire, &g.Sujet, &g.CreeLe, &g.EnvoyeLe, &g.AbandonneLe, &g.Essais, &g.Erreur, &scelle)
	if errors.Is(err, pgx.ErrNoRows) {
		return g, "", fault.NotFound
	}
	if err != nil {
		return g, "", fmt.Errorf("mail: %w", err)
	}
	if scelle == nil {
		return g, "", nil
	}
	clair, err := c.Ouvrir(contexte(g.Destinataire), scelle)
	if err != nil {
		return g, "", fmt.Errorf("mail %d sealed under another key: %w", id, err)
	}
	return g, string(clair), nil
}

// Conservation is how long a mail stays, sent or not.
const Conservation = 90 * 24 * time.Hour

const purgerSQL = `delete from courriels where cree_le < now() - @conservation::interval`

// Purger removes the old mails and says how many.
func Purger(ctx context.Context, db pg.DB) (int64, error) {
	r, err := db.Exec(ctx, purgerSQL, pg.Args{"conservation": Conservation})
	if err != nil {
		return 0, fmt.Errorf("removing old mails: %w", err)
	}
	return r.RowsAffected(), nil
}

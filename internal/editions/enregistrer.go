package editions

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
)

// Attestation is a stored attestation.
type Attestation struct {
	ID       int64
	Sorte    string
	EmiseLe  time.Time
	Mentions Mentions
}

// Attester gives the function by which demandes delivers an attestation among
// the writings of an act.
func Attester(ref *referentiels.Referentiels) func(*pgx.Batch, *demandes.Demande, string, jour.Date) error {
	return func(b *pgx.Batch, d *demandes.Demande, sorte string, le jour.Date) error {
		m, err := PreparerMentions(ref, d, sorte, le)
		if err != nil {
			return err
		}
		return queueEnregistrer(b, d.ID, m, new(int64))
	}
}

const enregistrerSQL = `
insert into attestations (demande_id, sorte, mentions)
values (@demande, @sorte, @mentions)
returning id`

func queueEnregistrer(b *pgx.Batch, demande int64, m Mentions, id *int64) error {
	j, err := json.Marshal(m)
	if err != nil {
		return err
	}
	b.Queue(enregistrerSQL, pg.Args{"demande": demande, "sorte": m.Sorte, "mentions": j}).QueryRow(func(row pgx.Row) error { return row.Scan(id) })
	return nil
}

// EnregistrerAttestation stores the mentions of an act, within the transaction
// of that act, and gives the id of the attestation.
func EnregistrerAttestation(ctx context.Context, tx pg.DB, demande int64, m Mentions) (id int64, err error) {
	b := &pgx.Batch{}
	if err := queueEnregistrer(b, demande, m, &id); err != nil {
		return 0, err
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return 0, fmt.Errorf("enregistrement de l’attestation : %w", err)
	}
	return id, nil
}

// The alias d carries the portée; attestations_demande serves the join.
const lireSQL = `
select a.id, a.sorte, a.emise_le, a.mentions
from demandes d
join attestations a on a.demande_id = d.id
where d.numero_unique = @numero
  and %s
order by a.emise_le desc, a.id desc`

// LireAttestation gives the attestations of a demande, the latest first. A
// demande out of sight, or without attestation, is fault.NotFound.
func LireAttestation(ctx context.Context, db pg.DB, s habilitations.Session, numero string) ([]Attestation, error) {
	var l []Attestation
	b := &pgx.Batch{}
	QueueAttestations(b, s, numero, &l)
	if err := db.SendBatch(ctx, b).Close(); err != nil {
		return nil, fmt.Errorf("lecture de l’attestation : %w", err)
	}
	if len(l) == 0 {
		return nil, fault.Refuser(fault.NotFound, "Cette demande n’a pas d’attestation.")
	}
	return l, nil
}

// QueueAttestations is LireAttestation among other statements; there may be
// none.
func QueueAttestations(b *pgx.Batch, s habilitations.Session, numero string, vers *[]Attestation) {
	var w pg.Where
	w.AndCondition(s.Portee(habilitations.EditerAttestation))
	b.Queue(fmt.Sprintf(lireSQL, w.SQL()), w.Args(pg.Args{"numero": numero})).Query(func(rows pgx.Rows) (err error) {
		*vers, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Attestation])
		return err
	})
}

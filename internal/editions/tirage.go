package editions

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
)

// DuJour is what an attestation of that day says of an active demande that has
// none: it was registered elsewhere (an older system, the demonstration), or
// before attestations were kept. Nothing is stored.
func DuJour(ref *referentiels.Referentiels, d *demandes.Demande, le jour.Date) (Mentions, error) {
	sorte := Creation
	if !d.DateRenouvellement.IsZero() {
		sorte = Renouvellement
	}
	return PreparerMentions(ref, d, sorte, le)
}

// Lettres gives, for a print run, the attestation of each of these demandes in
// their order: the latest kept, else that of the day for an active one. Those
// out of sight, or radiated without attestation, are left out: the caller
// compares. It takes five statements at most, whatever the number of demandes.
func Lettres(ctx context.Context, db pg.DB, f demandes.Fichier, ref *referentiels.Referentiels, s habilitations.Session, ids []int64, le jour.Date) ([]Mentions, error) {
	parID, err := dernieres(ctx, db, s, ids)
	if err != nil {
		return nil, err
	}
	var sans []int64
	for _, id := range ids {
		if _, gardee := parID[id]; !gardee {
			sans = append(sans, id)
		}
	}
	var lues map[int64]*demandes.Demande
	if len(sans) > 0 {
		if lues, err = f.PourAttestations(ctx, db, s, sans); err != nil {
			return nil, err
		}
	}
	var l []Mentions
	for _, id := range ids {
		m, ok := parID[id]
		if d := lues[id]; !ok && d != nil && d.Statut == demandes.Active {
			if m, err = DuJour(ref, d, le); err != nil {
				return nil, err
			}
			ok = true
		}
		if ok {
			l = append(l, m)
		}
	}
	return l, nil
}

const dernieresSQL = `
select d.id, derniere.mentions
from demandes d
join lateral (
    select mentions
    from attestations a
    where a.demande_id = d.id
    order by a.emise_le desc, a.id desc
    limit 1
) derniere on true
where d.id = any(@demandes)
  and %s`

// dernieres gives the latest attestation kept of each demande that has one.
func dernieres(ctx context.Context, db pg.DB, s habilitations.Session, ids []int64) (map[int64]Mentions, error) {
	var w pg.Where
	w.AndCondition(s.Portee(habilitations.EditerAttestation))
	rows, err := db.Query(ctx, fmt.Sprintf(dernieresSQL, w.SQL()), w.Args(pg.Args{"demandes": ids}))
	if err != nil {
		return nil, fmt.Errorf("lecture des attestations : %w", err)
	}
	type ligne struct {
		ID       int64
		Mentions Mentions
	}
	lues, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ligne])
	if err != nil {
		return nil, fmt.Errorf("lecture des attestations : %w", err)
	}
	l := make(map[int64]Mentions, len(lues))
	for _, x := range lues {
		l[x.ID] = x.Mentions
	}
	return l, nil
}

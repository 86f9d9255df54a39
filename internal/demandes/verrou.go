package demandes

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
)

// The keys come sorted: two creations that share several persons take them in
// the same order.
const verrouillerPersonnesSQL = `select pg_advisory_xact_lock(cle) from unnest(@cles::bigint[]) as cle`

// verrouillerPersonnes makes the creations that concern the same person follow
// each other until the end of the transaction: taken before the search for
// doublons, so that the second of two counters sees what the first registered.
func verrouillerPersonnes(ctx context.Context, tx pgx.Tx, d *Demande) error {
	if _, err := tx.Exec(ctx, verrouillerPersonnesSQL, pg.Args{"cles": verrousPersonnes(d)}); err != nil {
		return fmt.Errorf("demandes: lock the persons: %w", err)
	}
	return nil
}

// verrousPersonnes are the locks of a household: one for each name of each
// titulaire with the birth date.
func verrousPersonnes(d *Demande) []int64 {
	var l []int64
	ajouter := func(nom, naissance string) {
		if nom = texte.Normaliser(nom); nom != "" {
			h := sha256.Sum256([]byte(strings.Join([]string{"personne", d.Departement, nom, naissance}, "\x00")))
			l = append(l, int64(binary.BigEndian.Uint64(h[:])))
		}
	}
	if d.PersonneMorale {
		ajouter(d.Morale.RaisonSociale, "")
	} else {
		for _, t := range d.Titulaires() {
			ajouter(t.Nom, t.Naissance.ISO())
			ajouter(t.NomNaissance, t.Naissance.ISO())
		}
	}
	slices.SortFunc(l, cmp.Compare[int64])
	return slices.Compact(l)
}

package demandes

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels"
)

// Fichier reads and writes dossiers: it holds what every one of them needs,
// the reference data and the key of the protected fields. It is safe for
// concurrent use.
type Fichier struct {
	Ref *referentiels.Referentiels
	Cle Cle
	// Attester freezes the mentions of an attestation within the transaction of
	// the act that delivers it; sorte is creation, renouvellement or reactivation.
	Attester func(ctx context.Context, tx pgx.Tx, d *Demande, sorte string, le jour.Date) error
}

// attester delivers the attestation of an act; without a way to, the act fails.
func (f Fichier) attester(ctx context.Context, tx pgx.Tx, d *Demande, sorte string, le jour.Date) error {
	if f.Attester == nil {
		return errors.New("demandes: no way to deliver the attestation")
	}
	return f.Attester(ctx, tx, d, sorte, le)
}

package demandes

import (
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
	// Attester queues the frozen mentions of an attestation among the writings of
	// the act that delivers it; sorte is creation, renouvellement or reactivation.
	Attester func(b *pgx.Batch, d *Demande, sorte string, le jour.Date) error
}

// attester queues the attestation of an act; without a way to, the act fails.
func (f Fichier) attester(b *pgx.Batch, d *Demande, sorte string, le jour.Date) error {
	if f.Attester == nil {
		return errors.New("demandes: no way to deliver the attestation")
	}
	return f.Attester(b, d, sorte, le)
}

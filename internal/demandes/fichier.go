package demandes

import "imhoweb/internal/referentiels"

// Fichier reads and writes dossiers: it holds what every one of them needs,
// the reference data and the key of the protected fields. It is safe for
// concurrent use.
type Fichier struct {
	Ref *referentiels.Referentiels
	Cle Cle
}

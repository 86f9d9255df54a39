// Package journal keeps two append-only journals: accesses (who opened which
// dossier, searched, exported, printed) and changes of the administration,
// with their values before and after. What happens to a demande itself is an
// événement, in internal/demandes.
//
// Each row carries the digest of the one before and of itself: a row changed,
// removed, added or moved by hand breaks the chain, and the verification says
// where.
//
// Start with entree.go (what an access is) and changer.go (Changer, in the
// transaction of the change).
package journal

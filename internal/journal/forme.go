package journal

import (
	"crypto/sha256"
	"strconv"
	"time"
)

// maillon is a row of journal_acces as the chain sees it.
type maillon struct {
	Rang        int64
	EcritLe     time.Time
	FaitLe      time.Time
	Utilisateur *int64
	Organisme   string
	Sorte       string
	Demande     *int64
	Ecran       string
	Criteres    string
	Recherche   *string // uuid as text
	Lignes      *int64
	Reference   string
	Empreinte   []byte
}

// forme appends the canonical form: every value preceded by its length in
// bytes, an absent one being empty. Instants count microseconds, as the base
// keeps them. The form of changements is the function changements_forme.
func (m maillon) forme(b []byte) []byte {
	return champs(b,
		entier(m.Rang), entier(m.EcritLe.UnixMicro()), entier(m.FaitLe.UnixMicro()), facultatif(m.Utilisateur), m.Organisme,
		m.Sorte, facultatif(m.Demande), m.Ecran, m.Criteres, vide(m.Recherche), facultatif(m.Lignes), m.Reference)
}

// enchainer is the digest of a form after the previous digest. tampon is reused.
func enchainer(precedente []byte, forme func([]byte) []byte, tampon []byte) (empreinte [sha256.Size]byte, suite []byte) {
	tampon = forme(append(tampon[:0], precedente...))
	return sha256.Sum256(tampon), tampon
}

func champs(b []byte, valeurs ...string) []byte {
	for i, v := range valeurs {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(len(v)), 10)
		b = append(b, ':')
		b = append(b, v...)
	}
	return b
}

func entier(n int64) string { return strconv.FormatInt(n, 10) }

func facultatif(n *int64) string {
	if n == nil {
		return ""
	}
	return entier(*n)
}

func vide(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

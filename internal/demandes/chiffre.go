package demandes

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// Cle encrypts the NIR (AES-256-GCM): the base and its backups never hold one
// that can be read without IMHOWEB_CLE. The zero Cle refuses to write a NIR.
type Cle struct{ aead cipher.AEAD }

// TailleCle is the fewest bytes of a secret.
const TailleCle = 32

// NouvelleCle derives the key of the NIR from the secret of the installation,
// at least TailleCle bytes; other uses of that secret get other keys.
func NouvelleCle(octets []byte) (Cle, error) {
	if len(octets) < TailleCle {
		return Cle{}, fmt.Errorf("demandes: la clé a %d octets, il en faut %d", len(octets), TailleCle)
	}
	k, err := hkdf.Key(sha256.New, octets, nil, "imhoweb nir", TailleCle)
	if err != nil {
		return Cle{}, err
	}
	bloc, err := aes.NewCipher(k)
	if err != nil {
		return Cle{}, err
	}
	aead, err := cipher.NewGCM(bloc)
	return Cle{aead}, err
}

var errSansCle = errors.New("demandes: aucune clé de chiffrement")

// chiffrer gives the random nonce followed by the encrypted text, nil for "".
// The result can be read with the same lie only: a NIR copied onto another
// person's row is unreadable.
func (c Cle) chiffrer(clair, lie string) ([]byte, error) {
	if clair == "" {
		return nil, nil
	}
	if c.aead == nil {
		return nil, errSansCle
	}
	nonce := make([]byte, c.aead.NonceSize(), c.aead.NonceSize()+len(clair)+c.aead.Overhead())
	rand.Read(nonce) // never fails: the program stops instead
	return c.aead.Seal(nonce, nonce, []byte(clair), []byte(lie)), nil
}

// dechiffrer is the reverse of chiffrer.
func (c Cle) dechiffrer(chiffre []byte, lie string) (string, error) {
	if len(chiffre) == 0 {
		return "", nil
	}
	if c.aead == nil {
		return "", errSansCle
	}
	n := c.aead.NonceSize()
	if len(chiffre) < n {
		return "", errors.New("demandes: valeur chiffrée tronquée")
	}
	clair, err := c.aead.Open(nil, chiffre[:n], chiffre[n:], []byte(lie))
	if err != nil {
		return "", fmt.Errorf("demandes: valeur chiffrée illisible : %w", err)
	}
	return string(clair), nil
}

// lieTexte binds the values kept as text outside their person: working copies
// and history.
const lieTexte = "texte"

// ChiffrerTexte encrypts into a text (base64), "" for "".
func (c Cle) ChiffrerTexte(clair string) (string, error) {
	b, err := c.chiffrer(clair, lieTexte)
	return base64.StdEncoding.EncodeToString(b), err
}

// DechiffrerTexte is the reverse of ChiffrerTexte.
func (c Cle) DechiffrerTexte(texte string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(texte)
	if err != nil {
		return "", fmt.Errorf("demandes: valeur chiffrée illisible : %w", err)
	}
	return c.dechiffrer(b, lieTexte)
}

// lieNir binds a NIR to its person.
func lieNir(demande int64, role Role, cle int) string {
	return fmt.Sprintf("nir/%d/%s/%d", demande, role, cle)
}

const temoinSQL = `
select demande_id, role, cle, nir
from personnes
where nir is not null
order by id desc
limit 1`

// delaiTemoin bounds the look for a NIR in a file that may hold none.
const delaiTemoin = 2 * time.Second

// ErrAutreCle says that the NIR of the base were encrypted with another key.
var ErrAutreCle = errors.New("IMHOWEB_CLE n’est pas la clé de cette base : ses NIR sont chiffrés avec une autre, remettez celle d’origine")

// Verifier reads the latest NIR of the base: with another key, dossiers would
// not open, and new NIR would be lost to the right one. It tells nothing of a
// large base without a recent NIR.
func (c Cle) Verifier(ctx context.Context, db pg.DB) error {
	ctx, cancel := context.WithTimeout(ctx, delaiTemoin)
	defer cancel()
	var demande int64
	var role Role
	var cle int
	var nir []byte
	err := db.QueryRow(ctx, temoinSQL).Scan(&demande, &role, &cle, &nir)
	if errors.Is(err, pgx.ErrNoRows) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("demandes: key: %w", err)
	}
	if _, err := c.dechiffrer(nir, lieNir(demande, role, cle)); err != nil {
		return ErrAutreCle
	}
	return nil
}

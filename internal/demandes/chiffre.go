package demandes

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
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

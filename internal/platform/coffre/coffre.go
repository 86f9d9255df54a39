// Package coffre seals what must come back unread and unchanged, under keys
// derived from the site's, one for each use.
package coffre

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// TailleCle is the length of the site's key, in bytes.
const TailleCle = 32

// Coffre seals with AES-256-GCM and digests with HMAC-SHA256. Get one from New.
type Coffre struct {
	aead cipher.AEAD
	mac  []byte
}

// New derives the keys of a use ("imhoweb access") from the site's; a key that
// isn't 32 bytes long panics, the configuration having demanded it.
func New(cle []byte, usage string) Coffre {
	if len(cle) != TailleCle {
		panic(fmt.Sprintf("coffre: key of %d bytes instead of %d", len(cle), TailleCle))
	}
	bloc, err := aes.NewCipher(deriver(cle, usage))
	if err != nil {
		panic(err) // 32 bytes suit
	}
	aead, err := cipher.NewGCMWithRandomNonce(bloc)
	if err != nil {
		panic(err) // AES suits
	}
	return Coffre{aead: aead, mac: deriver(cle, usage+" hmac")}
}

func deriver(cle []byte, usage string) []byte {
	d, err := hkdf.Key(sha256.New, cle, nil, usage, TailleCle)
	if err != nil {
		panic(err) // only for an absurd length
	}
	return d
}

// Sceller encrypts clair; the same contexte (whose secret it is, what for) must
// be given at the opening.
func (c Coffre) Sceller(contexte string, clair []byte) []byte {
	return c.aead.Seal(nil, nil, clair, []byte(contexte))
}

// Ouvrir gives back what was sealed; forged, or of another contexte, is an
// error.
func (c Coffre) Ouvrir(contexte string, scelle []byte) ([]byte, error) {
	return c.aead.Open(nil, nil, scelle, []byte(contexte))
}

// Empreinte is a digest that nobody computes without the key: a short code
// can't be guessed from it.
func (c Coffre) Empreinte(contexte, valeur string) string {
	h := hmac.New(sha256.New, c.mac)
	h.Write([]byte(contexte + "\x00" + valeur))
	return hex.EncodeToString(h.Sum(nil))
}

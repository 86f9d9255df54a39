package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// coffre seals what must come back unread and unchanged: AES-256-GCM under a
// key of its own, derived from the site's.
type coffre struct{ aead cipher.AEAD }

func newCoffre(cle []byte) coffre {
	if len(cle) != 32 {
		panic(fmt.Sprintf("access: key of %d bytes instead of 32", len(cle)))
	}
	derivee, err := hkdf.Key(sha256.New, cle, nil, "imhoweb access", 32)
	if err != nil {
		panic(err) // only for an absurd length
	}
	bloc, err := aes.NewCipher(derivee)
	if err != nil {
		panic(err) // 32 bytes suit
	}
	aead, err := cipher.NewGCMWithRandomNonce(bloc)
	if err != nil {
		panic(err) // AES suits
	}
	return coffre{aead}
}

// sceller encrypts v for one use: usage must be the same at the opening.
func (c coffre) sceller(usage string, v any) ([]byte, error) {
	clair, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return c.aead.Seal(nil, nil, clair, []byte(usage)), nil
}

func (c coffre) ouvrir(usage string, scelle []byte, v any) error {
	clair, err := c.aead.Open(nil, nil, scelle, []byte(usage))
	if err != nil {
		return err
	}
	return json.Unmarshal(clair, v)
}

type perissable struct {
	Fin    time.Time
	Valeur json.RawMessage
}

// Sceller makes a text that Desceller reads until it ends: what a form carries
// from one step to the next.
func (a *Acces) Sceller(usage string, v any, duree time.Duration) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	scelle, err := a.coffre.sceller(usage, perissable{time.Now().Add(duree), b})
	return base64.RawURLEncoding.EncodeToString(scelle), err
}

// Desceller reads what Sceller made for the same usage; false when it is
// forged, for another usage, or over.
func (a *Acces) Desceller(usage, texte string, v any) bool {
	scelle, err := base64.RawURLEncoding.DecodeString(texte)
	if err != nil {
		return false
	}
	var p perissable
	if a.coffre.ouvrir(usage, scelle, &p) != nil || time.Now().After(p.Fin) {
		return false
	}
	return json.Unmarshal(p.Valeur, v) == nil
}

package access

import (
	"encoding/base64"
	"encoding/json"
	"time"
)

func (a *Acces) sceller(usage string, v any) ([]byte, error) {
	clair, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return a.coffre.Sceller(usage, clair), nil
}

func (a *Acces) ouvrirScelle(usage string, scelle []byte, v any) error {
	clair, err := a.coffre.Ouvrir(usage, scelle)
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
	scelle, err := a.sceller(usage, perissable{time.Now().Add(duree), b})
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
	if a.ouvrirScelle(usage, scelle, &p) != nil || time.Now().After(p.Fin) {
		return false
	}
	return json.Unmarshal(p.Valeur, v) == nil
}

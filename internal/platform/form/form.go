// Package form keeps what an agent typed, as typed, beside the mistakes found
// in it, so that a refused screen comes back exactly as it was sent.
package form

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"imhoweb/internal/platform/fault"
)

// Form is one screen's typed values and their mistakes. The zero value is an
// empty screen.
type Form struct {
	Valeurs map[string]string
	Erreurs fault.Fields
}

// New starts from known values, e.g. those stored.
func New(valeurs map[string]string) *Form {
	if valeurs == nil {
		valeurs = map[string]string{}
	}
	return &Form{Valeurs: valeurs}
}

// Read takes the posted fields of a request (already parsed or not). A field
// sent twice keeps its last value. Values are trimmed and cleaned of control
// characters, nothing else.
func Read(r *http.Request) (*Form, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	return FromValues(r.PostForm), nil
}

// FromValues builds a form from decoded values.
func FromValues(v url.Values) *Form {
	f := New(nil)
	for nom, vals := range v {
		if len(vals) > 0 {
			f.Valeurs[nom] = Nettoyer(vals[len(vals)-1])
		}
	}
	return f
}

// Nettoyer trims a typed value, replaces invalid UTF-8, and drops control
// characters (NUL would be refused by the base); line ends become "\n".
func Nettoyer(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// Get gives the raw value of a field, "" when absent.
func (f *Form) Get(nom string) string {
	if f == nil {
		return ""
	}
	return f.Valeurs[nom]
}

// Erreur gives the message of a field, or "".
func (f *Form) Erreur(nom string) string {
	if f == nil {
		return ""
	}
	return f.Erreurs.Message(nom)
}

// Err is nil when no mistake was found.
func (f *Form) Err() error { return f.Erreurs.Err() }

// Absorb takes field mistakes into the form and tells whether err was that;
// any other error is left to the caller.
func (f *Form) Absorb(err error) bool {
	var champs fault.Fields
	if !errors.As(err, &champs) {
		return false
	}
	for _, c := range champs {
		f.Erreurs.Add(c.Nom, c.Message)
	}
	return true
}

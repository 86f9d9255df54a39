// Package fault holds the errors that have a page: the agent's mistakes, field
// by field, and the refusals. Anything else is our own fault and becomes a 500
// with a reference.
package fault

import (
	"errors"
	"slices"
	"strings"
)

// Fields are the agent's mistakes: one French sentence per field, saying what
// to do ("Indiquez une date passée, par exemple 14/03/1991.").
type Fields []Field

// Field is one mistake. Nom is the name of the form field, which is also the
// id that the error summary links to.
type Field struct {
	Nom     string
	Message string
}

// Error lists the fields, not what was typed in them: it may reach a log.
func (f Fields) Error() string {
	noms := make([]string, len(f))
	for i, c := range f {
		noms[i] = c.Nom
	}
	return "saisie à corriger : " + strings.Join(noms, ", ")
}

// Add appends a mistake; a field keeps its first message only.
func (f *Fields) Add(nom, message string) {
	if !slices.ContainsFunc(*f, func(c Field) bool { return c.Nom == nom }) {
		*f = append(*f, Field{nom, message})
	}
}

// Message gives the sentence of a field, or "".
func (f Fields) Message(nom string) string {
	for _, c := range f {
		if c.Nom == nom {
			return c.Message
		}
	}
	return ""
}

// Err is nil when there is no mistake.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Refusals. Wrap them with Refus to give the sentence that the page shows.
var (
	// NotFound: absent, or out of the session's sight; both look the same.
	NotFound = errors.New("introuvable")
	// Forbidden: seen, but this act is not allowed to this session.
	Forbidden = errors.New("action non autorisée")
	// Conflict: the state changed meanwhile.
	Conflict = errors.New("conflit")
)

// Refus is a refusal with its sentence.
type Refus struct {
	Sorte   error
	Message string
}

// Refuser builds a refusal of a kind (NotFound, Forbidden, Conflict) with the
// French sentence shown to the agent.
func Refuser(sorte error, message string) error { return &Refus{sorte, message} }

func (r *Refus) Error() string { return r.Sorte.Error() + " : " + r.Message }

// Unwrap gives the kind, for errors.Is.
func (r *Refus) Unwrap() error { return r.Sorte }

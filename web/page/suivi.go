package page

import (
	"context"

	"imhoweb/internal/journal"
)

// Suivi follows one request for the line that it leaves in the log; the
// reference is also shown on the page of an error.
type Suivi struct {
	Reference   string
	Utilisateur int64            // 0 when nobody is connected
	Erreur      error            // our fault, logged once
	Commence    bool             // the answer has begun to leave
	Acces       []journal.Entree // to be written once the answer left
}

type cleSuivi struct{}

// WithSuivi puts the follow-up of a request into its context.
func WithSuivi(ctx context.Context, s *Suivi) context.Context {
	return context.WithValue(ctx, cleSuivi{}, s)
}

// SuiviDe gives the follow-up of a request, a detached one outside the server.
func SuiviDe(ctx context.Context) *Suivi {
	if s, ok := ctx.Value(cleSuivi{}).(*Suivi); ok {
		return s
	}
	return &Suivi{}
}

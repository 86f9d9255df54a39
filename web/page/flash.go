package page

import (
	"context"
	"net/http"

	"imhoweb/templates/layout"
)

// Flashes keeps messages from one request to the next page shown to the same
// agent: the session does.
type Flashes interface {
	AddFlash(ctx context.Context, f layout.Flash)
	PopFlashes(ctx context.Context) []layout.Flash
}

type cleFlashes struct{}

// WithFlashes puts the keeper of messages into a request's context.
func WithFlashes(ctx context.Context, f Flashes) context.Context {
	return context.WithValue(ctx, cleFlashes{}, f)
}

// Flash shows a message on the next whole page of this agent, once.
func Flash(r *http.Request, f layout.Flash) {
	if g, ok := r.Context().Value(cleFlashes{}).(Flashes); ok {
		g.AddFlash(r.Context(), f)
	}
}

// Succes is Flash for the usual case: what was done.
func Succes(r *http.Request, message string) {
	Flash(r, layout.Flash{Sorte: "succes", Message: message})
}

// avecFlashes gives the pending messages to the layout. A fragment leaves them
// for the page that follows.
func avecFlashes(r *http.Request) context.Context {
	ctx := r.Context()
	g, ok := ctx.Value(cleFlashes{}).(Flashes)
	if !ok || Fragment(r) {
		return ctx
	}
	a := layout.FromContext(ctx)
	a.Flash = g.PopFlashes(ctx)
	return layout.WithAmbiance(ctx, a)
}

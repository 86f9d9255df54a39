// Package layout is the page that holds every screen: header, modules,
// breadcrumb, footer.
package layout

import (
	"context"

	"github.com/a-h/templ"
)

// Page is what a screen tells the layout about itself.
type Page struct {
	Titre     string          // h1 and, with the product's name, the title of the tab
	SousTitre string          // grey precision on the right of the h1
	Fil       []Lien          // breadcrumb above the page itself; the last entry is the page
	Module    string          // code of the module to mark as current: "demande", ""
	Plein     bool            // the page doesn't scroll, its panes do
	Script    []string        // extra script files of this page, by logical name
	Actions   templ.Component // commands on the right of the h1; may be nil
}

// Lien is one step of the breadcrumb; without an address it is plain text.
type Lien struct {
	Libelle string
	Adresse string
}

// Ambiance is what surrounds every page of a request: set by the server for
// each request, read by the layout.
type Ambiance struct {
	Version      string
	Nature       string // of the base: "production", "formation", "demonstration"
	Utilisateurs int    // distinct users active in the last 15 minutes
	Date         string // JJ/MM/AAAA
	DateISO      string
	Flash        []Flash
	Densite      string      // compacte, normale, aeree
	Theme        string      // light, dark
	Chemin       string      // path of the current page, for forms that come back to it
	Organismes   []Organisme // those to choose from in the header; none without a choice
}

// Organisme is one for which the agent may act.
type Organisme struct {
	Code, Nom string
	Actuel    bool
}

// Flash is a message shown once after a redirect.
type Flash struct {
	Sorte   string // succes, alerte, erreur
	Message string
	Lien    string // address of the follow-up, may be empty
	Suite   string // text of that link
}

type cle struct{}

// WithAmbiance puts the surroundings into the request's context.
func WithAmbiance(ctx context.Context, a Ambiance) context.Context {
	return context.WithValue(ctx, cle{}, a)
}

// FromContext gives the surroundings; a neutral one when none was set.
func FromContext(ctx context.Context) Ambiance {
	a, ok := ctx.Value(cle{}).(Ambiance)
	if !ok {
		a = Ambiance{Densite: "compacte", Theme: "light"}
	}
	return a
}

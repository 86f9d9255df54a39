// Package page is the shape of every screen's handler: a route that names its
// droit, a handler that returns an error, and the few ways to answer.
package page

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"imhoweb/internal/habilitations"
)

// Handler answers a request or returns the error that the server turns into a
// page (fault.NotFound, fault.Forbidden, fault.Conflict, or a 500).
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is one entry of the site. The zero value routes nothing.
type Route struct {
	Methode string
	Chemin  string // chi pattern: "/demandes/{numero}"
	Droit   habilitations.Droit
	Handler Handler
}

// Get declares a page that changes nothing.
func Get(chemin string, d habilitations.Droit, h Handler) Route {
	return route(http.MethodGet, chemin, d, h)
}

// Post declares an act; it ends in 303, or in 422 on the same screen.
func Post(chemin string, d habilitations.Droit, h Handler) Route {
	return route(http.MethodPost, chemin, d, h)
}

// route refuses a route that no right guards: the server doesn't start.
func route(methode, chemin string, d habilitations.Droit, h Handler) Route {
	if !habilitations.Connu(d) {
		panic("route " + methode + " " + chemin + " : droit inconnu « " + string(d) + " »")
	}
	return Route{methode, chemin, d, h}
}

// Identifiant reads the number {id} of an address; 0, that no row bears, when it
// can't be read.
func Identifiant(r *http.Request) int64 {
	n, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Render writes a whole page or a fragment.
func Render(w http.ResponseWriter, r *http.Request, statut int, c templ.Component) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	tampon := templ.GetBuffer()
	defer templ.ReleaseBuffer(tampon)
	if err := c.Render(avecFlashes(r), tampon); err != nil {
		return err
	}
	w.WriteHeader(statut)
	_, _ = tampon.WriteTo(w) // the client went away: nothing left to say
	return nil
}

// Redirect answers an act: 303 to a page of this site.
func Redirect(w http.ResponseWriter, r *http.Request, chemin string) error {
	http.Redirect(w, r, chemin, http.StatusSeeOther)
	return nil
}

// Fragment tells whether htmx asks for a part of the page only.
func Fragment(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Boosted") == ""
}

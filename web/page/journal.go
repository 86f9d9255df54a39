package page

import (
	"net/http"
	"regexp"
	"time"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
)

// Journal notes an access made by this request. Who, for which organisme, when
// and the reference come from the request, unless given; the row is written
// after the answer, by batches, outside the transaction of the page.
func Journal(r *http.Request, e journal.Entree) {
	suivi, s := SuiviDe(r.Context()), habilitations.FromContext(r.Context())
	if e.Utilisateur == 0 {
		e.Utilisateur, e.Organisme = s.Utilisateur, s.Organisme
	}
	if e.FaitLe.IsZero() {
		e.FaitLe = time.Now()
	}
	e.Reference = suivi.Reference
	suivi.Acces = append(suivi.Acces, e)
}

// refus notes an agent kept out of a page or of a row, with the number or the
// identifier that the address holds. An address that exists nowhere, or that
// nobody connected asks for, tells nothing.
func refus(r *http.Request, statut int) {
	c, suivi := chi.RouteContext(r.Context()), SuiviDe(r.Context())
	if statut != http.StatusForbidden && statut != http.StatusNotFound || suivi.Utilisateur == 0 || c == nil {
		return
	}
	route := c.RoutePattern()
	if route == "" || route == "/*" {
		return
	}
	e := journal.Entree{Sorte: journal.Refus, Ecran: r.Method + " " + route}
	if n := chi.URLParam(r, "numero"); identifiant.MatchString(n) {
		e.Numero = n
	} else if id := chi.URLParam(r, "id"); identifiant.MatchString(id) {
		e.Criteres = "identifiant " + id
	}
	Journal(r, e)
}

// identifiant is a number of this site: what is typed in an address may be anything.
var identifiant = regexp.MustCompile(`^(b-)?[0-9]{1,13}[0-9A-Z]{0,5}$`)

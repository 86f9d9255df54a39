package page

import (
	"net/http"
	"time"

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

package administration

import (
	"net/http"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/travaux"
	"imhoweb/templates/administration"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// Handlers serve the front page. Lecture never writes.
type Handlers struct{ Lecture pg.DB }

// Routes of the front page.
func (h Handlers) Routes() []page.Route {
	return []page.Route{page.Get("/administration", habilitations.Administrer, h.entree)}
}

func (h Handlers) entree(w http.ResponseWriter, r *http.Request) error {
	s, echecs := access.Session(r), 0
	if s.Peut(habilitations.GererTravaux) {
		var err error
		if echecs, err = travaux.EnEchec(r.Context(), h.Lecture); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, administration.Entree(ouvertes(s), echecs))
}

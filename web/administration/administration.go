package administration

import (
	"net/http"

	"imhoweb/internal/habilitations"
	"imhoweb/templates/administration"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// Routes of the front page.
func Routes() []page.Route {
	return []page.Route{page.Get("/administration", habilitations.Administrer, entree)}
}

func entree(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, administration.Entree(ouvertes(access.Session(r))))
}

// Package accueil serves the home page.
package accueil

import (
	"net/http"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/accueil"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	vues "imhoweb/templates/accueil"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// Handlers serve the home page. Lecture never writes.
type Handlers struct {
	Lecture pg.DB
	Ref     *referentiels.Referentiels

	chiffres accueil.Chiffres
}

// Routes lists the screens.
func (h *Handlers) Routes() []page.Route {
	return []page.Route{page.Get("/", habilitations.Connecte, h.accueil)}
}

// accueil shows what the profile opens; nothing of it needs a right of its own.
func (h *Handlers) accueil(w http.ResponseWriter, r *http.Request) error {
	s := access.Session(r)
	e := vues.Ecran{Session: s, Jour: jour.Aujourdhui()}
	err := pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) (err error) {
		if e.Accueil, err = accueil.Lire(r.Context(), tx, s, e.Jour); err != nil {
			return err
		}
		if s.Peut(habilitations.VoirChiffres) {
			e.Chiffres, err = h.chiffres.Typologie(r.Context(), tx, h.Ref, s.Departement)
		}
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Page(e))
}

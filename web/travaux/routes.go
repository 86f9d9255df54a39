// Package travaux serves background jobs: the agent's own, and all of them to
// who manages them.
package travaux

import (
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/travaux"
	"imhoweb/web/page"
)

// Handlers serve them.
type Handlers struct {
	Lecture  *pgxpool.Pool
	Ecriture *pgxpool.Pool
	File     *travaux.File
}

// Routes lists the screens.
func (h *Handlers) Routes() []page.Route {
	return append([]page.Route{
		page.Get("/travaux", habilitations.Connecte, h.miens),
		page.Get("/travaux/{id}", habilitations.Connecte, h.mien),
		page.Get("/travaux/{id}/fichier", habilitations.Connecte, h.fichier),
		page.Post("/travaux/{id}/annulation", habilitations.Connecte, h.annuler),
		page.Get("/administration/travaux/en-cours", habilitations.GererTravaux, h.encours),
		page.Get("/administration/travaux/{id}", habilitations.GererTravaux, h.fiche),
		page.Post("/administration/travaux", habilitations.GererTravaux, h.lancer),
		page.Post("/administration/travaux/{id}/annulation", habilitations.GererTravaux, h.annuler),
		page.Post("/administration/travaux/{id}/relance", habilitations.GererTravaux, h.relancer),
	}, h.liste()...)
}

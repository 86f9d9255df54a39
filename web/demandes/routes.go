// Package demandes serves a dossier: its saisie (saisie*.go), its reading
// (lecture*.go) and its acts.
package demandes

import (
	"slices"

	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// Handlers serve the dossiers. Lecture never writes.
type Handlers struct {
	Lecture  pg.DB
	Ecriture pg.DB
	Fichier  demandes.Fichier
	Ref      *referentiels.Referentiels
	Acces    *access.Acces

	ouvertures ouvertures // dossiers opened, noted beside the pages
}

// Routes lists the screens.
func (h *Handlers) Routes() []page.Route {
	return slices.Concat(h.routesSaisie(), h.routesLecture())
}

func (h *Handlers) routesSaisie() []page.Route {
	return []page.Route{
		page.Get("/demandes/nouvelle", habilitations.CreerDemande, h.nouvelle),
		page.Post("/demandes/nouvelle", habilitations.CreerDemande, h.commencer),
		page.Get("/demandes/{numero}/{onglet}", habilitations.ConsulterDemande, h.onglet),
		page.Post("/demandes/{numero}/{onglet}", habilitations.ModifierDemande, h.enregistrer),
		page.Get("/demandes/{numero}/suppression", habilitations.CreerDemande, h.demanderSuppression),
		page.Post("/demandes/{numero}/suppression", habilitations.CreerDemande, h.supprimer),
		page.Get("/demandes/{numero}/conflit", habilitations.ModifierDemande, h.conflit),
		page.Post("/demandes/{numero}/conflit", habilitations.ModifierDemande, h.trancher),
		page.Get("/communes", habilitations.Connecte, h.communes),
		page.Get("/territoires", habilitations.Connecte, h.territoires),
	}
}

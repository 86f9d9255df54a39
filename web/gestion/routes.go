// Package gestion serves the list of the demandes: criteria, pages, selection,
// export, quick search.
package gestion

import (
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/travaux"
	"imhoweb/web/page"
)

// Handlers serve the list. Lecture never writes; the names sought are the only
// thing that Ecriture keeps.
type Handlers struct {
	Lecture  pg.DB
	Ecriture pg.DB
	Ref      *referentiels.Referentiels
	Travaux  *travaux.File

	// ExportDirect is how many rows are written at once, a job beyond; 0 for
	// gestion.ExportDirect.
	ExportDirect int
	Fichier      demandes.Fichier
}

// Routes lists the screens.
func (h *Handlers) Routes() []page.Route {
	return []page.Route{
		page.Get("/demandes", habilitations.ConsulterDemande, h.lister),
		page.Post("/demandes", habilitations.ConsulterDemande, h.rechercher),
		page.Get("/demandes.csv", habilitations.ExporterDemandes, h.exporter),
		page.Post("/demandes/selection", habilitations.ConsulterDemande, h.appliquer),
		page.Post("/demandes/attestations.pdf", habilitations.EditerAttestation, h.attestations),
		page.Post("/recherche-rapide", habilitations.ConsulterDemande, h.rapide),
	}
}

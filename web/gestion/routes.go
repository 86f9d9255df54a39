// Package gestion serves the list of the demandes: criteria, pages, selection,
// export, quick search.
package gestion

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"imhoweb/internal/demandes"
	"imhoweb/internal/gestion"
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

	purge atomic.Int64 // last removal of old searches, in Unix seconds
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

const (
	pasPurge   = 10 * time.Minute
	delaiPurge = 5 * time.Second
)

// purger erases the names older than a day and gathers the numbers that totals
// add up, now and then, beside the request: the page doesn't wait for it.
func (h *Handlers) purger(r *http.Request) {
	avant, maintenant := h.purge.Load(), time.Now().Unix()
	if maintenant-avant < int64(pasPurge/time.Second) || !h.purge.CompareAndSwap(avant, maintenant) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), delaiPurge)
	go func() {
		defer cancel()
		if err := gestion.Purger(ctx, h.Ecriture); err != nil {
			slog.WarnContext(ctx, "recherches anciennes non effacées", "erreur", err)
		}
		if err := demandes.RegrouperEffectifs(ctx, h.Ecriture); err != nil {
			slog.WarnContext(ctx, "effectifs non regroupés", "erreur", err)
		}
	}()
}

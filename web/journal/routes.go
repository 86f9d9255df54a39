// Package journal serves the journals to who may read them: accesses, changes of
// administration, alertes.
package journal

import (
	"net/http"
	"slices"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels"
	vues "imhoweb/templates/journal"
	"imhoweb/web/page"
)

// Handlers serve the screens.
type Handlers struct {
	Lecture  *pgxpool.Pool
	Ecriture *pgxpool.Pool
	Ref      *referentiels.Referentiels
}

// Routes lists the screens.
func (h *Handlers) Routes() []page.Route {
	const lire = habilitations.LireJournal
	return slices.Concat(
		[]page.Route{
			page.Get(vues.Racine, lire, h.acces),
			page.Get(vues.Racine+".csv", lire, h.exporterAcces),
			page.Get(vues.Racine+"/dossiers/{numero}", lire, h.dossier),
			page.Get(vues.Changements, lire, h.changements),
			page.Get(vues.Changements+".csv", lire, h.exporterChangements),
			page.Post(vues.Alertes, lire, h.chercher),
			page.Get(vues.Alertes+"/{id}", lire, h.alerte),
			page.Post(vues.Alertes+"/{id}", lire, h.traiter),
		},
		tableauAlertes.Routes(lire, h.lireAlertes, h.montrerAlertes),
	)
}

// enFichier names the file that the browser saves.
func enFichier(w http.ResponseWriter, nom string) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+nom+"-"+jour.Aujourdhui().ISO()+`.csv"`)
}

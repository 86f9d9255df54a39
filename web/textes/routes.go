// Package textes serves the texts of the site: the charte and its acceptance,
// the legal pages, and the screens where ATLAS edits them.
package textes

import (
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/textes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// Handlers serve the texts.
type Handlers struct {
	Lecture  pg.DB // pages to read
	Ecriture pg.DB // acts
	Acces    *access.Acces
}

// Routes lists the texts, readable before logging in but for the useful links,
// and their administration.
func (h *Handlers) Routes() []page.Route {
	routes := []page.Route{
		page.Get("/charte", habilitations.Public, h.charte),
		page.Post("/charte", habilitations.Connecte, h.accepter),
	}
	for _, t := range textes.Tous {
		if t.Code == textes.Charte {
			continue
		}
		droit := habilitations.Public
		if t.Code == "liens-utiles" {
			droit = habilitations.Connecte
		}
		routes = append(routes, page.Get("/"+t.Code, droit, h.public(t)))
	}
	routes = append(routes,
		page.Get("/administration/textes", habilitations.GererTextes, h.liste),
		page.Get("/administration/textes/{code}", habilitations.GererTextes, h.fiche),
		page.Get("/administration/textes/{code}/versions/{numero}", habilitations.GererTextes, h.version),
		page.Get("/administration/textes/{code}/comparaison", habilitations.GererTextes, h.comparaison),
		page.Get("/administration/textes/{code}/brouillon", habilitations.GererTextes, h.rediger),
		page.Post("/administration/textes/{code}/brouillon", habilitations.GererTextes, h.enregistrer),
		page.Get("/administration/textes/{code}/brouillon/apercu", habilitations.GererTextes, h.apercu),
		page.Post("/administration/textes/{code}/brouillon/suppression", habilitations.GererTextes, h.supprimer),
		page.Post("/administration/textes/{code}/publication", habilitations.GererTextes, h.publier),
	)
	return append(routes, h.acceptations()...)
}

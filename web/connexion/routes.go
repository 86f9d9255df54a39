// Package connexion is the door: login, change of password, logout.
package connexion

import (
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// Handlers serve the door.
type Handlers struct {
	DB    pg.DB // writes: attempts, passwords
	Acces *access.Acces
	Ref   *referentiels.Referentiels
}

// Routes lists the screens of the door.
func (h *Handlers) Routes() []page.Route {
	return []page.Route{
		page.Get("/connexion", habilitations.Public, h.connexion),
		page.Post("/connexion", habilitations.Public, h.connecter),
		page.Post("/deconnexion", habilitations.Public, h.deconnecter),
		page.Get("/mot-de-passe", habilitations.Public, h.motDePasse),
		page.Post("/mot-de-passe", habilitations.Public, h.changerMotDePasse),
	}
}

// Package connexion is the door: login and its second factor, invitation, change
// of password, change of organisme, logout.
package connexion

import (
	"imhoweb/internal/administration"
	"imhoweb/internal/courriels"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// Handlers serve the door.
type Handlers struct {
	DB      pg.DB // writes: attempts, passwords
	Acces   *access.Acces
	Ref     *referentiels.Referentiels
	Comptes administration.Comptes
	Facteur *courriels.Facteur
}

// Routes lists the screens of the door.
func (h *Handlers) Routes() []page.Route {
	return []page.Route{
		page.Get("/connexion", habilitations.Public, h.connexion),
		page.Post("/connexion", habilitations.Public, h.connecter),
		page.Post("/deconnexion", habilitations.Public, h.deconnecter),
		page.Get("/mot-de-passe", habilitations.Public, h.motDePasse),
		page.Post("/mot-de-passe", habilitations.Public, h.changerMotDePasse),
		page.Get("/mot-de-passe/oublie", habilitations.Public, h.oublie),
		page.Post("/mot-de-passe/oublie", habilitations.Public, h.demanderLien),
		page.Get("/invitation", habilitations.Public, h.code),
		page.Post("/invitation", habilitations.Public, h.lireCode),
		page.Get("/invitation/{jeton}", habilitations.Public, h.invitation),
		page.Post("/invitation/{jeton}", habilitations.Public, h.accepter),
		page.Post("/organisme", habilitations.Connecte, h.changerOrganisme),
	}
}

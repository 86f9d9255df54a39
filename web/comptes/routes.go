// Package comptes is the screens of accounts: those of an administrator about
// its agents, and /compte, those of an agent about itself.
package comptes

import (
	"slices"

	"imhoweb/internal/administration"
	"imhoweb/internal/courriels"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// Handlers serve the screens of accounts.
type Handlers struct {
	Lecture  pg.DB // cannot write
	Ecriture pg.DB
	Ref      *referentiels.Referentiels
	Acces    *access.Acces
	Comptes  administration.Comptes
	Facteur  *courriels.Facteur
}

// Routes lists the screens.
func (h *Handlers) Routes() []page.Route {
	const (
		agent = utilisateurs + "/{id}"
		place = agent + "/organismes/{organisme}"
		gerer = habilitations.GererUtilisateurs
		soi   = habilitations.Connecte
	)
	routes := []page.Route{
		page.Get(utilisateurs+"/nouveau", gerer, h.inviter),
		page.Post(utilisateurs+"/nouveau", gerer, h.envoyerInvitation),
		page.Get(agent, gerer, h.fiche),
		page.Get(agent+"/identite", gerer, h.identite),
		page.Post(agent+"/identite", gerer, h.modifierIdentite),
		page.Get(agent+"/code", gerer, h.imprimer),
		page.Get(agent+"/affectation", habilitations.ToutOrganisme, h.affectation),
		page.Post(agent+"/affectation", habilitations.ToutOrganisme, h.affecter),
		page.Get(place, gerer, h.place),
		page.Post(place, gerer, h.modifierPlace),
		page.Get("/administration/certification", gerer, h.certification),
		page.Post("/administration/certification", gerer, h.certifier),
		page.Get("/administration/droits", habilitations.Administrer, h.droits),
		page.Get("/administration/courriels/{id}", habilitations.LireCourriels, h.courriel),

		page.Get(access.Compte, soi, h.compte),
		page.Post(access.Compte+"/sessions", soi, h.revoquer),
		page.Get(access.SecondFacteur, soi, h.secondFacteur),
		page.Post(access.SecondFacteur, soi, h.activer),
		page.Post(access.SecondFacteur+"/codes", soi, h.renouvelerCodes),
		page.Post(access.SecondFacteur+"/retrait", soi, h.retirer),
		page.Get(access.SecondFacteur+"/codes", soi, h.codes),
	}
	return slices.Concat(routes,
		h.routesActe(agent+"/acces", h.acteLien()),
		h.routesActe(agent+"/second-facteur", h.acteSecondFacteur()),
		h.routesActe(place+"/suspension", h.acteSuspendre()),
		h.routesActe(place+"/reouverture", h.acteRouvrir()),
		h.routesListe(), h.routesRapport(), h.routesCourriels(),
	)
}

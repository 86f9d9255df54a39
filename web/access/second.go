package access

import (
	"net/http"
	"slices"
	"strings"

	"imhoweb/internal/habilitations"
	"imhoweb/web/page"
)

// Compte is where an agent sees to its own account; its second factor below.
const (
	Compte        = "/compte"
	SecondFacteur = "/compte/second-facteur"
)

// secondFacteur is where the agent of a request stands with its second factor.
type secondFacteur struct{ actif, exige bool }

type cleSecondFacteur struct{}

// exige tells whether one of the session's roles must have a second factor.
func (a *Acces) exige(s habilitations.Session) bool {
	return slices.ContainsFunc(a.config.Exigeants, func(r habilitations.Role) bool { return slices.Contains(s.Roles, r) })
}

// SecondFacteurDe tells whether the agent has a second factor, and whether its
// roles demand one.
func SecondFacteurDe(r *http.Request) (actif, exige bool) {
	f, _ := r.Context().Value(cleSecondFacteur{}).(secondFacteur)
	return f.actif, f.exige
}

// aProtegerAvant tells whether the second factor stands before the route: the
// roles of the agent demand one, that it doesn't have. Its account and what
// strangers may read stay open.
func aProtegerAvant(r *http.Request, route page.Route) bool {
	actif, exige := SecondFacteurDe(r)
	return exige && !actif && route.Droit != habilitations.Public && route.Chemin != Charte &&
		route.Chemin != Compte && !strings.HasPrefix(route.Chemin, Compte+"/")
}

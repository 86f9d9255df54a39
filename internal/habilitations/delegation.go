package habilitations

import "slices"

// Administrateurs are the roles whose last holder an organisme keeps: without
// one, nobody of it could let anybody in.
var Administrateurs = []Role{AdminOrganisme, AdminAtlas}

// DelegationInitiale is what a new administrator of an organisme may give:
// every role that the organisme may hold, those over the whole file aside.
func DelegationInitiale(t TypeOrganisme, enregistreur bool) []Role {
	var l []Role
	for _, r := range Accordables(t, enregistreur) {
		if r != AdminAtlas && r != Auditeur {
			l = append(l, r)
		}
	}
	return l
}

// PeutDeleguer tells whether these roles include one that gives roles to
// others: without it, a delegation serves nothing and isn't kept.
func PeutDeleguer(roles []Role) bool { return slices.Contains(roles, AdminOrganisme) }

// DonnablesPar lists the roles that the session may give within an organisme,
// in the order of screens.
func (s Session) DonnablesPar(t TypeOrganisme, enregistreur bool) []Role {
	var l []Role
	for _, r := range Accordables(t, enregistreur) {
		if s.PeutAccorder(r, t, enregistreur) {
			l = append(l, r)
		}
	}
	return l
}

// Domine tells whether the session could give every one of these roles: who
// can't may not take over the account that holds them (password, second
// factor, courriel). A role that the organisme can't have counts for nothing.
func (s Session) Domine(roles []Role, t TypeOrganisme, enregistreur bool) bool {
	possibles := Accordables(t, enregistreur)
	return s.Peut(ToutOrganisme) || !slices.ContainsFunc(roles, func(r Role) bool {
		return slices.Contains(possibles, r) && !s.PeutAccorder(r, t, enregistreur)
	})
}

// AdministreTout tells whether these roles reach the whole file, when held in
// an organisme of that type: only their like may suspend them.
func AdministreTout(roles []Role, t TypeOrganisme) bool {
	return Session{Utilisateur: 1, TypeOrganisme: t, Roles: roles}.Peut(ToutOrganisme)
}

// Package comptes holds the screens of accounts: those of an administrator
// (users, re-certification, mails) and those of an agent about its own.
package comptes

import (
	"slices"
	"strconv"
	"time"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/form"
	"imhoweb/templates/components"
)

// Adresse is the record of an agent.
func Adresse(id int64) string { return "/administration/utilisateurs/" + strconv.FormatInt(id, 10) }

// AdressePlace is what an organisme lets an agent do.
func AdressePlace(id int64, organisme string) string {
	return Adresse(id) + "/organismes/" + organisme
}

// Types names the types of organisme.
var Types = map[habilitations.TypeOrganisme]string{
	habilitations.Bailleur: "Bailleur", habilitations.Collecteur: "Réservataire", habilitations.Etat: "État",
	habilitations.Departement: "Département", habilitations.Epci: "EPCI", habilitations.Commune: "Commune",
	habilitations.Federation: "Fédération", habilitations.Gestionnaire: "Gestionnaire",
}

// Moment writes a date and hour, "" when it never happened.
func Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return components.DateHeure(t)
}

type aspect struct{ classe, icone string }

var aspects = map[administration.Etat]aspect{
	administration.EtatActif:     {"etat-active", "circle-check"},
	administration.EtatInvite:    {"etat-a-valider", "send"},
	administration.EtatAChoisir:  {"etat-a-valider", "key"},
	administration.EtatSuspendu:  {"etat-suspendue", "lock"},
	administration.EtatNonConfir: {"etat-suspendue", "calendar-x"},
}

// Saisie is a screen of accounts where something is typed.
type Saisie struct {
	F         *form.Form
	Perimee   bool                    // another administrator changed the record meanwhile
	Conflit   []components.Difference // how it differs now from what was typed
	Recap     []components.Difference // what will change, to be confirmed
	Organisme []components.Choix
	Agences   []components.Choix
	Guichets  []components.Choix
	Roles     []CaseRole
	Delegues  []CaseRole // shown to ATLAS only
	ChoixOrga bool       // the organisme is to be chosen
}

// CaseRole is a role to tick. Fige: the session can't change it.
type CaseRole struct {
	Role   habilitations.Role
	Cochee bool
	Fige   bool
}

// Coches lists the roles that a form ticks under a prefix ("role", "delegue").
func Coches(f *form.Form, prefixe string) []habilitations.Role {
	var l []habilitations.Role
	for _, r := range habilitations.Roles {
		if f.Get(prefixe+"."+string(r.Code)) == "1" {
			l = append(l, r.Code)
		}
	}
	return l
}

// Cocher writes roles into a form.
func Cocher(f *form.Form, prefixe string, roles []habilitations.Role) {
	for _, r := range roles {
		f.Valeurs[prefixe+"."+string(r)] = "1"
	}
}

// CasesRoles prepares the roles of an organisme: those that the session gives,
// and those that are held beyond.
func CasesRoles(tenus, donnables, coches []habilitations.Role) []CaseRole {
	var l []CaseRole
	for _, r := range habilitations.Roles {
		switch {
		case slices.Contains(donnables, r.Code):
			l = append(l, CaseRole{Role: r.Code, Cochee: slices.Contains(coches, r.Code)})
		case slices.Contains(tenus, r.Code):
			l = append(l, CaseRole{Role: r.Code, Cochee: true, Fige: true})
		}
	}
	return l
}

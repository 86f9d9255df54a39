// Package habilitations answers the two questions about rights, and is the only
// place that does: may this session do this act (a Droit, given by roles within
// the type of organisme), and on which rows (Portee, a SQL predicate). No
// handler, template or query compares a role.
//
// Start with droits.go, the table, then portee.go.
package habilitations

import (
	"context"
	"slices"
)

// Role is what an organisme lets one of its agents do; a user may hold several.
type Role string

// Roles, with the codes of the conception page.
const (
	Consultation         Role = "CONSULTATION"
	Saisie               Role = "SAISIE"
	Instruction          Role = "INSTRUCTION"
	Commission           Role = "COMMISSION"
	Offre                Role = "OFFRE"
	Reservataire         Role = "RESERVATAIRE"
	Statistiques         Role = "STATISTIQUES"
	StatistiquesAgregees Role = "STATISTIQUES_AGREGEES"
	AdminOrganisme       Role = "ADMIN_ORGANISME"
	AdminAtlas           Role = "ADMIN_ATLAS"
	Auditeur             Role = "AUDITEUR"
)

// Roles lists every role with its French label, in the order of screens.
var Roles = []struct {
	Code    Role
	Libelle string
}{
	{Consultation, "Consultation"},
	{Saisie, "Saisie"},
	{Instruction, "Instruction"},
	{Commission, "Commission"},
	{Offre, "Offre"},
	{Reservataire, "Réservataire"},
	{Statistiques, "Statistiques"},
	{StatistiquesAgregees, "Statistiques agrégées"},
	{AdminOrganisme, "Administration de l’organisme"},
	{AdminAtlas, "Administration ATLAS"},
	{Auditeur, "Auditeur"},
}

// Libelle is the French label of a role.
func (r Role) Libelle() string {
	for _, x := range Roles {
		if x.Code == r {
			return x.Libelle
		}
	}
	return string(r)
}

// TypeOrganisme says what an organisme is for the law, which bounds what its
// agents may see (CCH R441-2-6).
type TypeOrganisme string

// Types of organisme.
const (
	Bailleur     TypeOrganisme = "BAILLEUR"
	Collecteur   TypeOrganisme = "COLLECTEUR"
	Etat         TypeOrganisme = "ETAT"
	Departement  TypeOrganisme = "DEPARTEMENT"
	Epci         TypeOrganisme = "EPCI"
	Commune      TypeOrganisme = "COMMUNE"
	Federation   TypeOrganisme = "FEDERATION"
	Gestionnaire TypeOrganisme = "GESTIONNAIRE"
)

// Session is who acts, for which organisme. Every function that reads or
// writes the file takes one.
type Session struct {
	Utilisateur   int64
	Nom, Prenom   string
	Courriel      string
	Organisme     string // code
	OrganismeNom  string
	TypeOrganisme TypeOrganisme
	Enregistreur  bool   // registers demandes, hence may see nominative data
	AvecParc      bool   // a bailleur that has dwellings in the département
	Agence        string // code, may be empty
	AgenceNom     string
	Guichet       string // code of the guichet proposed by default
	Departement   string // "31"
	Territoire    string // code of the territory of a collectivité
	TerritoireSup string // for a commune, the code of its EPCI
	Roles         []Role
	Delegues      []Role // roles that an administrator of the organisme may give without holding them
}

// Peut tells whether the session may do an act at all; on which rows is
// Portee's question.
func (s Session) Peut(d Droit) bool {
	r, ok := regles[d]
	if !ok {
		return false
	}
	if r.tous {
		return s.Utilisateur != 0
	}
	if r.nominatif && !s.voitNominatif() {
		return false
	}
	if len(r.types) > 0 && !slices.Contains(r.types, s.TypeOrganisme) {
		return false
	}
	return slices.ContainsFunc(r.roles, s.tient)
}

// tient tells whether the session holds a role that its organisme may give.
func (s Session) tient(r Role) bool {
	return slices.Contains(s.Roles, r) && slices.Contains(accordables[s.TypeOrganisme], r)
}

// SonOrganisme tells whether the session may do an act of administration on
// the rows of this organisme: its own, or any with ToutOrganisme.
func (s Session) SonOrganisme(d Droit, organisme string) bool {
	return s.Peut(d) && (organisme == s.Organisme || s.Peut(ToutOrganisme))
}

// PeutAccorder tells whether the session may give this role within an
// organisme: nobody gives what they neither hold nor were delegated, nor what
// the organisme can't have. ATLAS gives any.
func (s Session) PeutAccorder(r Role, t TypeOrganisme, enregistreur bool) bool {
	return slices.Contains(Accordables(t, enregistreur), r) &&
		(s.Peut(ToutOrganisme) || s.tient(r) || slices.Contains(s.Delegues, r))
}

// Profil is the short description of what the agent acts as, for the header.
func (s Session) Profil() string {
	if len(s.Roles) == 0 {
		return "sans profil"
	}
	for i := len(Roles) - 1; i >= 0; i-- { // the widest role last in the list
		if slices.Contains(s.Roles, Roles[i].Code) {
			return Roles[i].Libelle
		}
	}
	return ""
}

type cle struct{}

// WithSession puts the session into a context: the only thing contexts carry.
func WithSession(ctx context.Context, s Session) context.Context {
	return context.WithValue(ctx, cle{}, s)
}

// FromContext gives the session of a request; the zero Session, which may do
// nothing, when nobody is connected.
func FromContext(ctx context.Context) Session {
	s, _ := ctx.Value(cle{}).(Session)
	return s
}

package administration

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// Acces is what an organisme lets an agent do: a line of the list of users, and
// the account behind it. Times are zero when it never happened.
type Acces struct {
	Utilisateur       int64
	Version           int
	Nom, Prenom       string
	Courriel          string
	CompteSuspendu    bool // everywhere, by a system administrator
	SansMotDePasse    bool // must choose one
	MotDePasseLe      time.Time
	SecondFacteurLe   time.Time
	CompteCreeLe      time.Time
	DerniereConnexion time.Time
	InvitationFin     time.Time // end of the link or code that waits
	InvitationMoyen   Moyen
	Ailleurs          int // organismes that also employ the agent

	Organisme, OrganismeNom string
	TypeOrganisme           habilitations.TypeOrganisme
	Enregistreur            bool
	Agence, AgenceNom       string
	Guichet                 string
	Roles                   []habilitations.Role
	Delegues                []habilitations.Role
	SuspenduLe              time.Time
	SuspenduMotif           string // decision, certification
	CreeLe                  time.Time
	CertifieLe              time.Time
	CertifiePar             string
}

// Etat is where an access stands.
type Etat string

// States of an access, with their label.
const (
	EtatActif     Etat = "actif"
	EtatInvite    Etat = "invite"
	EtatAChoisir  Etat = "a_choisir" // its password was reset
	EtatSuspendu  Etat = "suspendu"
	EtatNonConfir Etat = "non_confirme" // suspended for want of a confirmation
)

// Etats lists the states in the order of screens.
var Etats = []struct {
	Code    Etat
	Libelle string
}{
	{EtatActif, "Actif"},
	{EtatInvite, "Invité"},
	{EtatAChoisir, "Mot de passe à choisir"},
	{EtatSuspendu, "Suspendu"},
	{EtatNonConfir, "Non confirmé"},
}

// Libelle is the French label of a state.
func (e Etat) Libelle() string {
	for _, x := range Etats {
		if x.Code == e {
			return x.Libelle
		}
	}
	return string(e)
}

// Etat gives where the access stands: what stops the agent first.
func (a Acces) Etat() Etat {
	switch {
	case a.SuspenduMotif == motifCertification:
		return EtatNonConfir
	case a.CompteSuspendu || !a.SuspenduLe.IsZero():
		return EtatSuspendu
	case a.MotDePasseLe.IsZero():
		return EtatInvite
	case a.SansMotDePasse:
		return EtatAChoisir
	}
	return EtatActif
}

// Suspendu tells that the agent can't come in for this organisme.
func (a Acces) Suspendu() bool { return a.CompteSuspendu || !a.SuspenduLe.IsZero() }

// Reasons of a suspension.
const (
	motifDecision      = "decision"
	motifCertification = "certification"
)

const accesSQL = `
select u.id as utilisateur, u.version, u.nom, u.prenom, coalesce(u.courriel, '') as courriel, u.suspendu as compte_suspendu,
       u.mot_de_passe is null as sans_mot_de_passe, coalesce(u.mot_de_passe_le, @jamais) as mot_de_passe_le,
       coalesce(u.second_facteur_le, @jamais) as second_facteur_le, u.cree_le as compte_cree_le,
       coalesce(u.derniere_connexion, @jamais) as derniere_connexion,
       coalesce(i.expire_le, @jamais) as invitation_fin, coalesce(i.moyen, '') as invitation_moyen,
       (select count(*) from affectations x where x.utilisateur = u.id and x.organisme <> a.organisme) as ailleurs,
       o.code as organisme, o.nom as organisme_nom, o.type as type_organisme, o.enregistreur,
       coalesce(a.agence, '') as agence, coalesce(g.nom, '') as agence_nom, coalesce(a.guichet, '') as guichet,
       a.roles, a.delegues, coalesce(a.suspendue_le, @jamais) as suspendu_le, a.suspendue_motif as suspendu_motif,
       a.cree_le, coalesce(a.certifiee_le, @jamais) as certifie_le,
       coalesce((select c.prenom || ' ' || c.nom from utilisateurs c where c.id = a.certifiee_par), '') as certifie_par
from affectations a
join utilisateurs u on u.id = a.utilisateur
join organismes o on o.code = a.organisme
left join agences g on g.organisme = a.organisme and g.code = a.agence
left join invitations i on i.utilisateur = u.id and i.utilisee_le is null and i.annulee_le is null and i.expire_le > now()
where (@tout or a.organisme = @organisme)
  and (@utilisateur = 0 or u.id = @utilisateur)
order by u.nom_n, u.prenom_n, u.id, o.nom`

// Lister gives the accesses that the session administers: those of its
// organisme, or all with ToutOrganisme.
func Lister(ctx context.Context, db pg.DB, s habilitations.Session) ([]Acces, error) {
	return lister(ctx, db, s, 0)
}

func lister(ctx context.Context, db pg.DB, s habilitations.Session, utilisateur int64) ([]Acces, error) {
	if !s.Peut(habilitations.GererUtilisateurs) {
		return nil, fault.Forbidden
	}
	rows, err := db.Query(ctx, accesSQL, pg.Args{
		"jamais": time.Time{}, "tout": s.Peut(habilitations.ToutOrganisme), "organisme": s.Organisme, "utilisateur": utilisateur,
	})
	if err != nil {
		return nil, fmt.Errorf("users: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByName[Acces])
	if err != nil {
		return nil, fmt.Errorf("users: %w", err)
	}
	return l, nil
}

// Fiche is an agent and the accesses that the session may see, one at least.
type Fiche struct {
	Acces // the first: identity, password, second factor
	Tous  []Acces
}

// LireFiche gives the record of an agent; fault.NotFound for one of other
// organismes only.
func LireFiche(ctx context.Context, db pg.DB, s habilitations.Session, utilisateur int64) (Fiche, error) {
	if utilisateur <= 0 {
		return Fiche{}, fault.NotFound
	}
	l, err := lister(ctx, db, s, utilisateur)
	if err != nil {
		return Fiche{}, err
	}
	if len(l) == 0 {
		return Fiche{}, fault.NotFound
	}
	return Fiche{Acces: l[0], Tous: l}, nil
}

// Pour gives the access to one organisme.
func (f Fiche) Pour(organisme string) (Acces, bool) {
	for _, a := range f.Tous {
		if a.Organisme == organisme {
			return a, true
		}
	}
	return Acces{}, false
}

// Maitrise tells whether the session may change what the agent comes in with
// (name, courriel, password, second factor): never for an agent that another
// organisme employs too, nor for one whose roles it couldn't give.
func (f Fiche) Maitrise(s habilitations.Session) bool {
	if s.Peut(habilitations.ToutOrganisme) {
		return true
	}
	if f.Ailleurs > 0 {
		return false
	}
	for _, a := range f.Tous {
		if !s.Domine(a.Roles, a.TypeOrganisme, a.Enregistreur) {
			return false
		}
	}
	return true
}

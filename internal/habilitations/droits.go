package habilitations

import "slices"

// Droit is an act, a module or a protected field. Each route names one.
type Droit string

// Droits. Public and Connecte are the two that need no role.
const (
	Public   Droit = "public"   // no account needed: login page, health
	Connecte Droit = "connecte" // any live session

	ConsulterDemande    Droit = "demande.consulter"
	CreerDemande        Droit = "demande.creer" // drafts and creation
	ModifierDemande     Droit = "demande.modifier"
	RenouvelerDemande   Droit = "demande.renouveler"
	RadierDemande       Droit = "demande.radier"
	ReactiverDemande    Droit = "demande.reactiver"     // after RADCON, with proof of an answer
	ReactiverNonRenouv  Droit = "demande.reactiver_ren" // after RADREN, until t + 18 months
	ContingenterDemande Droit = "demande.contingenter"
	EditerAttestation   Droit = "demande.attestation"
	ExporterDemandes    Droit = "demande.exporter"

	// Field-level: removed from what internal returns, so that screens, lists,
	// exports and éditions inherit it.
	VoirNir                   Droit = "champ.nir"
	VoirHandicap              Droit = "champ.handicap"
	VoirAdresseConfidentielle Droit = "champ.adresse_confidentielle"
	VoirNoteSociale           Droit = "champ.note_sociale"

	VoirChiffres Droit = "statistiques.accueil" // figures of the home page
)

// regle gives a Droit to roles, possibly within some types of organisme.
type regle struct {
	roles     []Role
	types     []TypeOrganisme // empty: any
	nominatif bool            // needs an organisme allowed to see nominative data
	tous      bool            // any live session
}

// lecteurs may read dossiers (table of conception §6).
var lecteurs = []Role{Consultation, Saisie, Instruction, Commission, Reservataire, AdminAtlas}

// regles is the whole table of rights: droits × roles × types of organisme.
var regles = map[Droit]regle{
	Connecte:            {tous: true},
	ConsulterDemande:    {roles: lecteurs, nominatif: true},
	CreerDemande:        {roles: []Role{Saisie, AdminAtlas}, nominatif: true},
	ModifierDemande:     {roles: []Role{Saisie, AdminAtlas}, nominatif: true},
	RenouvelerDemande:   {roles: []Role{Saisie, AdminAtlas}, nominatif: true},
	RadierDemande:       {roles: []Role{Saisie, AdminAtlas}, nominatif: true},
	ReactiverDemande:    {roles: []Role{Saisie, AdminAtlas}, nominatif: true},
	ReactiverNonRenouv:  {roles: []Role{AdminAtlas}, nominatif: true},
	ContingenterDemande: {roles: []Role{Reservataire, AdminAtlas}, nominatif: true},
	EditerAttestation:   {roles: []Role{Saisie, AdminAtlas}, nominatif: true},
	ExporterDemandes:    {roles: lecteurs, nominatif: true},

	VoirNir:                   {roles: []Role{Saisie, AdminAtlas}, nominatif: true},
	VoirHandicap:              {roles: []Role{Saisie, Instruction, Commission, AdminAtlas}, nominatif: true},
	VoirAdresseConfidentielle: {roles: []Role{Saisie, Instruction, AdminAtlas}, nominatif: true},
	VoirNoteSociale:           {roles: []Role{Saisie, Instruction, Commission, AdminAtlas}, nominatif: true},

	VoirChiffres: {roles: []Role{Consultation, Saisie, Instruction, Commission, Reservataire, Statistiques, StatistiquesAgregees, AdminAtlas}},
}

// Droits lists every droit that a role can give, in a stable order.
func Droits() []Droit {
	var tous []Droit
	for d := range regles {
		tous = append(tous, d)
	}
	slices.Sort(tous)
	return tous
}

// Connu tells whether d is in the table (or Public): a route with an unknown
// droit does not build.
func Connu(d Droit) bool {
	_, ok := regles[d]
	return ok || d == Public
}

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

	// Administration. Those of an organisme reach its own rows (SonOrganisme);
	// ToutOrganisme widens them to the whole file.
	Administrer        Droit = "administration"               // the module and its front page
	GererUtilisateurs  Droit = "administration.utilisateurs"  // invite, change, suspend, certify
	GererAgences       Droit = "administration.agences"       // agences and guichets
	GererOrganismes    Droit = "administration.organismes"    // create, change, close an organisme
	ToutOrganisme      Droit = "administration.toutes"        // act on organismes other than one's own
	GererReferentiels  Droit = "administration.referentiels"  // nomenclatures, territoires, plafonds
	GererParametres    Droit = "administration.parametres"    // settings of the file, name of the base
	GererTextes        Droit = "administration.textes"        // charte, legal pages
	LireCourriels      Droit = "administration.courriels"     // mails kept in the base
	GererTravaux       Droit = "administration.travaux"       // background jobs
	Effacer            Droit = "administration.effacement"    // retention, purge
	CommuniquerDossier Droit = "administration.communication" // the complete dossier of a person (RGPD art. 15)
	LireJournal        Droit = "journal.lire"                 // who read, searched, exported, changed what
)

// accordables are the roles that an organisme of each type may hold
// (conception §6): a role held by an organisme of another type gives nothing,
// whoever wrote it into the base.
var accordables = map[TypeOrganisme][]Role{
	Bailleur:     {Consultation, Saisie, Instruction, Commission, Offre, Statistiques, StatistiquesAgregees, AdminOrganisme},
	Collecteur:   {Consultation, Saisie, Reservataire, Statistiques, StatistiquesAgregees, AdminOrganisme},
	Etat:         {Consultation, Saisie, Reservataire, Statistiques, StatistiquesAgregees, AdminOrganisme},
	Departement:  {Consultation, Saisie, Reservataire, Statistiques, StatistiquesAgregees, AdminOrganisme},
	Epci:         {Consultation, Saisie, Reservataire, Statistiques, StatistiquesAgregees, AdminOrganisme},
	Commune:      {Consultation, Saisie, Reservataire, Statistiques, StatistiquesAgregees, AdminOrganisme},
	Federation:   {Statistiques, StatistiquesAgregees, AdminOrganisme},
	Gestionnaire: {Consultation, Saisie, Statistiques, StatistiquesAgregees, AdminOrganisme, AdminAtlas, Auditeur},
}

// Accordables lists the roles that an organisme may give to its agents, in the
// order of screens. One that doesn't register demandes has statistics and its
// own administration only (CCH R441-2-6), the State and the gestionnaire aside.
func Accordables(t TypeOrganisme, enregistreur bool) []Role {
	s := Session{TypeOrganisme: t, Enregistreur: enregistreur, AvecParc: true} // dwellings come and go: no reason to take roles away
	var l []Role
	for _, r := range Roles {
		if slices.Contains(accordables[t], r.Code) && (s.voitNominatif() || !slices.Contains(nominatifs, r.Code)) {
			l = append(l, r.Code)
		}
	}
	return l
}

// nominatifs are the roles that are nothing without nominative data.
var nominatifs = []Role{Consultation, Saisie, Instruction, Commission, Reservataire}

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

	Administrer:        {roles: []Role{AdminOrganisme, AdminAtlas, Auditeur}},
	GererUtilisateurs:  {roles: []Role{AdminOrganisme, AdminAtlas}},
	GererAgences:       {roles: []Role{AdminOrganisme, AdminAtlas}},
	GererOrganismes:    {roles: []Role{AdminAtlas}},
	ToutOrganisme:      {roles: []Role{AdminAtlas}},
	GererReferentiels:  {roles: []Role{AdminAtlas}},
	GererParametres:    {roles: []Role{AdminAtlas}},
	GererTextes:        {roles: []Role{AdminAtlas}},
	LireCourriels:      {roles: []Role{AdminAtlas}},
	GererTravaux:       {roles: []Role{AdminAtlas}},
	Effacer:            {roles: []Role{AdminAtlas}},
	CommuniquerDossier: {roles: []Role{AdminAtlas}, nominatif: true},
	LireJournal:        {roles: []Role{Auditeur, AdminAtlas}},

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

// Package demandes is the application for social housing itself: what a
// household declares, how it is checked, numbered, changed, renewed and ended.
//
// Read demande.go for what a dossier holds, formulaire*.go for how the form
// becomes a dossier and back, controles*.go for what is asked of it, etat.go
// for its life, saisie.go for the working copy an agent edits, and
// enregistrement.go for the transaction that makes it durable.
package demandes

import (
	"imhoweb/internal/platform/jour"
)

// Statut is what is stored of the life of a demande (nomenclature
// statut_demande; SATISFAITE and REACTIVEE are not stored).
type Statut string

// Statuts.
const (
	Brouillon Statut = "BROUILLON" // typed, private to its organisme, no number
	AValider  Statut = "A_VALIDER" // typed online, identity paper to be checked
	Active    Statut = "ACTIVE"
	Radiee    Statut = "RADIEE"
	Effacee   Statut = "EFFACEE" // nominative data erased one year after radiation
)

// Role is the place of a person in the household.
type Role string

// Roles of persons.
const (
	RoleDemandeur   Role = "demandeur"
	RoleCotitulaire Role = "co_titulaire"
	RoleACharge     Role = "a_charge"
	RoleGarde       Role = "garde"
	RoleAutre       Role = "autre"
)

// Demande is a whole dossier. Texts and codes are "" when not given, dates are
// zero, numbers and yes/no are nil: empty is neither 0 nor "no".
type Demande struct {
	Entete
	Demandeur       Titulaire
	Cotitulaires    []Titulaire
	Morale          Morale
	Coordonnees     Coordonnees
	Occupants       []Occupant
	ANaitre         ANaitre
	HandicapMDPH    *bool
	Handicaps       []Handicap
	Fiscaux         []RevenuFiscal
	Ressources      []Ressource
	SansRessource   bool
	LogementActuel  LogementActuel
	Motifs          [2]string // codes of motif_demande: main, secondary
	MotifPrecision  string
	Souhait         Souhait
	Priorites       []string
	NumeroInterne   string   // in the system of the organisme that reads
	carteInvalidite []string // persons with the CMI card, known through Vue for the plafond only
	CleCreation     string   // of the saisie that created it; only given at creation
}

// Entete identifies and dates the dossier.
type Entete struct {
	ID                 int64
	Departement        string // "31"
	NumeroUnique       string // 18 characters, "" for a draft
	NumeroIW           string
	Statut             Statut
	MotifRadiation     string
	Avancement         string // kept by propositions: "", VALIDEE, EN_INSTANCE
	Etat               string // displayed state, derived by the base
	Incomplete         bool
	PersonneMorale     bool
	Nature             string // nomenclature nature_demande, computed
	Foyer              int    // persons to house, computed
	DateDepot          jour.Date
	DateRenouvellement jour.Date
	DateEcheance       jour.Date
	DateRadiation      jour.Date
	Origine            string
	Contingent         string
	Degre              string
	StatutDalo         string
	PreavisPostal      bool
	Guichet            string // that registered it; part of the number
	Organisme          string // that registered it, or typed the draft
	Version            int
}

// Identite is who a person is.
type Identite struct {
	Civilite     string
	Nom          string // usage name, as typed
	NomNaissance string
	Prenom       string
	Naissance    jour.Date
}

// Titulaire is the demandeur or a co-titulaire: a whole person with a job.
type Titulaire struct {
	ID   int64
	Cle  int    // 0 for the demandeur; stable rank of the co-titulaire
	Lien string // lien_demandeur, of a co-titulaire
	Identite
	Emancipe           bool
	Nationalite        string
	SituationFamiliale string
	Nir                string // 15 characters; "" without VoirNir
	TelDomicile        string
	TelPortable        string
	TelTravail         string
	Courriel           string
	FiscalCommun       bool // declares taxes together with the demandeur
	Revenus12Mois      *int // euros over the last twelve months
	Emploi             Emploi
	Collecteurs        []Collecteur
}

// Emploi is the work of a titulaire.
type Emploi struct {
	Profession             string
	Activite               string // activite_professionnelle
	ActiviteDepuis         jour.Date
	Csp                    string
	Employeur              string
	EmployeurCodePostal    string
	EmployeurCommune       string // INSEE code
	EmployeurVoie          string
	EmployeurComplement    string
	EmployeurSiret         string
	EmployeurCorrespondant string
	EmployeurTelephone     string
	EmployeurFax           string
	EmployeurCourriel      string
	EmployeurDepuis        jour.Date
	CommuneTravail         string // INSEE code
	PlusieursEmployeurs    *bool
	UnPourCent             *bool
	AssistantMaternel      *bool
	Fonctionnaire          *bool
}

// Collecteur is a 1 % collecteur of a titulaire with the number of its dossier there.
type Collecteur struct {
	Code    string // collecteur_1pc
	Dossier string
}

// Morale is the association or organisation behind a demande of a personne
// morale (CCH R441-2-2, last paragraph: headings a, b and h only).
type Morale struct {
	RaisonSociale string
	Siret         string
	Forme         string
}

// Coordonnees is where the household lives and receives its mail.
type Coordonnees struct {
	Etranger                                               bool
	Chez, Domiciliation, Complement, Voie, CodePostal      string
	Commune                                                string // INSEE code
	Localite, Pays                                         string // abroad
	CourrierAutre                                          bool
	CourrierDestinataire, CourrierComplement, CourrierVoie string
	CourrierCodePostal, CourrierCommune                    string
	Suivi                                                  *bool // contact with an association or social worker
	SuiviStructure, SuiviTravailleur, SuiviAdresse         string
	SuiviTelephone, SuiviCourriel                          string
}

// Occupant is another person to house: dependent, child in shared custody
// (without a name), or any other (ascendants…).
type Occupant struct {
	ID            int64
	Role          Role
	Cle           int
	Nom, Prenom   string
	Naissance     jour.Date
	Sexe          string
	LienParente   string // dependents and others
	Fiscal        *bool  // dependent for taxes
	Coparentalite string // children in custody
}

// ANaitre is the children expected; Nombre 0 means none.
type ANaitre struct {
	Nombre     int
	DatePrevue jour.Date
}

// Handicap is the health annex of one person; "" and nil without VoirHandicap.
type Handicap struct {
	Cle         int
	Personne    string // "demandeur", "cotitulaire.1", "charge.2"…
	Etat        string
	Natures     []string
	Marches     string
	Aides       []string
	Equipements []string
	Invalidite  bool // CMI mention invalidité: one category of plafond higher
}

// RevenuFiscal is a revenu fiscal de référence: absent means unknown, 0 is a value.
type RevenuFiscal struct {
	Foyer   string // "demandeur", "cotitulaire.1", "autre"
	Annee   int    // year of the income
	Montant int    // whole euros
}

// Ressource is a monthly amount received, or a pension paid.
type Ressource struct {
	Cle      int
	Versee   bool
	Personne string // "demandeur", "cotitulaire.1", "charge.2"…
	Type     string // ressource_type, or ressource_versee_type when Versee
	Montant  int    // euros per month, net, without housing benefits
}

// LogementActuel is where and how the household lives today.
type LogementActuel struct {
	Situation       string
	Depuis          jour.Date
	Bailleur        string
	Bail            string
	Preavis         jour.Date
	Categorie       string
	Type            string
	Surface         *int
	Habitants       *int
	Loyer           *int
	Apl             *int
	Proprietaire    *bool
	Hebergeant      string
	Structure       string
	StructureDepuis jour.Date
	Qpv             string
}

// Souhait is the dwelling looked for.
type Souhait struct {
	Types         []string // type_logement, in the order of the nomenclature
	Categorie     string
	NatureBien    string
	Choix         []string // codes of territoires in order of preference, at most 8
	Elargie       *bool
	LoyerMax      *int
	RezDeChaussee *bool
	SansAscenseur *bool
	Adapte        *bool
	Parking       *bool
	Fsl           *bool
	FslDu, FslAu  jour.Date
	Caution       string
	Commentaire   string
}

// Titulaires lists the demandeur then the co-titulaires.
func (d *Demande) Titulaires() []*Titulaire {
	l := []*Titulaire{&d.Demandeur}
	for i := range d.Cotitulaires {
		l = append(l, &d.Cotitulaires[i])
	}
	return l
}

// EnCouple tells whether a co-titulaire lives in couple with the demandeur
// (married, PACS, concubin), as opposed to a flat-mate.
func (d *Demande) EnCouple() bool {
	for _, c := range d.Cotitulaires {
		switch c.Lien {
		case "M", "P", "C":
			return true
		}
	}
	return false
}

// TotalRessources is what the household receives each month minus the pensions
// it pays; known is false when nothing was declared.
func (d *Demande) TotalRessources() (total int, known bool) {
	for _, r := range d.Ressources {
		if r.Versee {
			total -= r.Montant
		} else {
			total += r.Montant
		}
	}
	return total, len(d.Ressources) > 0 || d.SansRessource
}

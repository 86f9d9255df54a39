package referentiels

import "imhoweb/internal/platform/jour"

// Code is one value of a nomenclature.
type Code struct {
	Domaine string
	Code    string
	Libelle string
	Numero  int16 // stable in its domaine, from 1; 0 elsewhere means not given
	Ordre   int
	Debut   jour.Date // first day offered; zero: always was
	Fin     jour.Date // last day offered; zero: still is
}

// Ouverte tells whether the value may be chosen on that day.
func (c Code) Ouverte(le jour.Date) bool {
	return entre(le, c.Debut, c.Fin)
}

// entre tells whether a day is in a period, both ends included; a zero end is
// none.
func entre(le, debut, fin jour.Date) bool {
	return !le.Avant(debut) && (fin.IsZero() || !le.Apres(fin))
}

// TypeTerritoire is the level of a territoire.
type TypeTerritoire string

// Levels of territoires, from the widest.
const (
	TypeDepartement TypeTerritoire = "departement"
	TypeEpci        TypeTerritoire = "epci"
	TypeSousSecteur TypeTerritoire = "sous_secteur"
	TypeCommune     TypeTerritoire = "commune"
	TypeQuartier    TypeTerritoire = "quartier"
)

// Territoire is a place that can be asked for, or counted.
type Territoire struct {
	Code         string // D31, TM, SICOVAL-N, 31-395, 31-555-13
	Numero       int32  // stable, for arrays of the search row
	Type         TypeTerritoire
	Nom          string
	Departement  string
	CodeParent   string // "" for a département
	CodeInsee    string // of the commune, for a commune and its quartiers
	CodesPostaux []string
	Population   *int
	Latitude     *float64
	Longitude    *float64
	Libelle2011  string // several forms separated by " | "
	NomRecherche string // see Normaliser
	Actif        bool
}

// Commune is a commune of France, for addresses and places of work.
type Commune struct {
	CodeInsee    string
	Nom          string
	NomRecherche string // see Normaliser
	Departement  string
	CodeEpci     string
	CodesPostaux []string // known for Haute-Garonne only
	Population   int      // 0 when not known
}

// Organisme uses the file, or is named in it. Type is one of
// habilitations.TypeOrganisme, or AUTRE.
type Organisme struct {
	Code         string
	Numero       int32
	Nom          string
	Nom2011      string
	Type         string
	Enregistreur bool // may register demandes (CCH R441-2-1)
	Actif        bool
	Successeur   string // code of the organisme that took it over
	Departement  string
	Territoire   string // perimeter of a collectivité
	Adresse      string
	CodePostal   string
	Ville        string
	Telephone    string
	Fictif       bool // made up as a whole
}

// Agence is a subdivision of an organisme.
type Agence struct {
	Code       string
	Organisme  string
	Nom        string
	Adresse    string
	CodePostal string
	Ville      string
	Telephone  string
	Actif      bool
	Fictif     bool
}

// Guichet is where demandes are registered; its code ends the numéro unique.
type Guichet struct {
	Code       string // 5 digits or capitals
	Numero     int32
	Organisme  string
	Agence     string // "" when the organisme has none
	Nom        string
	Adresse    string
	CodePostal string
	Ville      string
	Telephone  string
	Actif      bool
	Debut, Fin jour.Date
	Fictif     bool
}

// Ouvert tells whether the guichet may register a demande on that day.
func (g Guichet) Ouvert(le jour.Date) bool {
	return g.Actif && entre(le, g.Debut, g.Fin)
}

// Departement is a département of France.
type Departement struct {
	Code          string
	Nom           string
	PrefixeNumero string // first three characters of its numéros uniques: 031, 02A, 974
}

// Qpv is a quartier prioritaire de la politique de la ville. Codes are local:
// the official ones were not found.
type Qpv struct {
	Code       string
	Nom        string
	CodeInsee  string
	Generation int // 2015 or 2024
	Territoire string
}

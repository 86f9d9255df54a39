// Package editions is what the file prints: here the attestation handed to a
// household when its demande is registered, renewed or reactivated.
//
// Two values follow each other. Mentions (this file) holds what the attestation
// says, frozen at the act and stored; AttestationPDF (attestation_pdf.go) draws
// it, from Mentions alone. In between, texte.go writes the sentences and
// composition.go sets them in lines and pages.
package editions

import (
	"strings"

	"imhoweb/internal/platform/jour"
)

// Kinds of attestation (column attestations.sorte): one for each act that
// delivers one. A modification delivers none (CDC §4).
const (
	Creation       = "creation"
	Renouvellement = "renouvellement"
	Reactivation   = "reactivation"
)

// versionMentions is the version of the shape of Mentions and of the sentences
// of texte.go. A change of either takes the next number and keeps the former
// sentences, so that an old attestation is printed again as it was.
const versionMentions = 1

// Mentions is everything that an attestation says and that could change later:
// persons, dates, names of organismes, settings of the file. It holds no NIR,
// no health data, and no motive, some of which are sensitive (violence,
// handicap). The mentions are those of CCH R441-2-4.
type Mentions struct {
	Version            int                `json:"version"`
	Sorte              string             `json:"sorte"`
	EmiseLe            jour.Date          `json:"emise_le"`
	Lieu               string             `json:"lieu"` // town of the guichet, "" when not known
	Departement        string             `json:"departement"`
	NumeroUnique       string             `json:"numero_unique"` // 18 characters
	Demandeur          string             `json:"demandeur"`     // "Madame Nadia BENALI", or the raison sociale
	Cotitulaires       []string           `json:"cotitulaires"`
	PersonneMorale     bool               `json:"personne_morale"`
	Adresse            []string           `json:"adresse"` // lines of the mail address, names included, 6 at most
	Service            Service            `json:"service"`
	DateDepot          jour.Date          `json:"date_depot"`
	DateRenouvellement jour.Date          `json:"date_renouvellement"`
	DateEcheance       jour.Date          `json:"date_echeance"`
	Bailleurs          []BailleursParLieu `json:"bailleurs"`
	Mediation          Mediation          `json:"mediation"`
	Delais             Delais             `json:"delais"`
	Resume             []Ligne            `json:"resume"`
	Pieces             []Piece            `json:"pieces"`
}

// Service is the service enregistreur.
type Service struct {
	Nom       string   `json:"nom"`
	Guichet   string   `json:"guichet"` // name of the guichet, "" when it adds nothing
	Adresse   []string `json:"adresse"`
	Telephone string   `json:"telephone"`
}

// BailleursParLieu names the bailleurs with stock in a commune asked for.
type BailleursParLieu struct {
	Commune string   `json:"commune"`
	Noms    []string `json:"noms"`
	Autres  int      `json:"autres"` // how many more are not named
}

// Mediation says when and where the commission de médiation may be called upon.
type Mediation struct {
	DelaiMois int       `json:"delai_mois"` // délai anormalement long
	Apres     jour.Date `json:"apres"`      // last day of that delay: deposit + delay
	Adresse   []string  `json:"adresse"`
}

// Delais are the durations of the file, in months, as they were at the act.
type Delais struct {
	Validite         int `json:"validite"`
	Preavis          int `json:"preavis"`
	Reactivation     int `json:"reactivation"`      // after a non-renewal, from the last renewal
	RadiationReponse int `json:"radiation_reponse"` // from the warning to the radiation for no answer
}

// Ligne is a fact of the summary.
type Ligne struct {
	Libelle string `json:"libelle"`
	Valeur  string `json:"valeur"`
}

// Piece is a justificative piece that may be asked for (limitative list,
// nomenclature piece_justificative).
type Piece struct {
	Groupe  string `json:"groupe"`
	Libelle string `json:"libelle"`
}

// NumeroGroupe cuts a numéro unique into département, month, year, rank and
// guichet, to be read aloud: "031 04 11 001856 11076".
func NumeroGroupe(numero string) string {
	if len(numero) != 18 {
		return numero
	}
	return strings.Join([]string{numero[:3], numero[3:5], numero[5:7], numero[7:13], numero[13:]}, " ")
}

package journal

import "time"

// Sorte is the kind of an access.
type Sorte string

// Kinds of access.
const (
	Lecture        Sorte = "LECTURE"         // a dossier opened, one of its tabs
	Recherche      Sorte = "RECHERCHE"       // a list, a search
	Export         Sorte = "EXPORT"          // rows taken out of the site
	Edition        Sorte = "EDITION"         // a document printed
	Communication  Sorte = "COMMUNICATION"   // the complete dossier of a person (RGPD art. 15)
	Connexion      Sorte = "CONNEXION"       // login
	EchecConnexion Sorte = "ECHEC_CONNEXION" // login refused
	Deconnexion    Sorte = "DECONNEXION"     // logout
	Refus          Sorte = "REFUS"           // a page or an act refused, a row out of sight
)

// Sortes lists every kind with its French label, in the order of screens.
var Sortes = []struct {
	Code    Sorte
	Libelle string
}{
	{Lecture, "Lecture"},
	{Recherche, "Recherche"},
	{Export, "Export"},
	{Edition, "Édition"},
	{Communication, "Communication"},
	{Connexion, "Connexion"},
	{EchecConnexion, "Connexion refusée"},
	{Deconnexion, "Déconnexion"},
	{Refus, "Refus"},
}

// Libelle is the French label of a kind.
func (s Sorte) Libelle() string {
	for _, x := range Sortes {
		if x.Code == s {
			return x.Libelle
		}
	}
	return string(s)
}

// Entree is one access. Who, for which organisme, when and the reference of the
// request are filled by page.Journal.
type Entree struct {
	FaitLe      time.Time
	Utilisateur int64  // 0 when nobody is connected
	Organisme   string // code
	Sorte       Sorte
	Demande     int64  // id, 0 for none
	Numero      string // of a dossier whose id isn't known: found when the row is written
	Ecran       string // "Identité", "Attestation", or the pattern of the route: never a value
	Criteres    string // the search as a sentence, without any text sought
	Recherche   string // uuid of recherches_nominatives for a search by name, "" otherwise
	Lignes      *int   // results, rows exported, documents; nil when it makes no sense
	Reference   string // of the request
}

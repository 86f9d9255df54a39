package referentiels

import (
	"context"
	"fmt"
	"strconv"

	"imhoweb/internal/platform/pg"
)

// ParametreEntier names a setting whose value is a whole number.
type ParametreEntier string

// ParametreTexte names a setting whose value is a text.
type ParametreTexte string

// ParametreOui names a setting whose value is yes or no.
type ParametreOui string

// Settings of the file, with their unit; values and legal sources are in the
// table parametres. The delays that the law fixes for the life of a demande are
// not settings: see internal/demandes/etat.go.
const (
	DelaiAnormalementLong        ParametreEntier = "delai_anormalement_long"        // months
	PreavisRenouvellement        ParametreEntier = "preavis_renouvellement"         // months before the échéance
	EffacementApresRadiation     ParametreEntier = "effacement_apres_radiation"     // months
	DelaiReponseProposition      ParametreEntier = "delai_reponse_proposition"      // days left to the demandeur
	PeriodeRecertification       ParametreEntier = "periode_recertification"        // months between two lists of accounts to confirm
	DelaiRecertification         ParametreEntier = "delai_recertification"          // days before an unconfirmed account is suspended
	ConservationJournal          ParametreEntier = "conservation_journal"           // months
	SeuilSecretStatistique       ParametreEntier = "seuil_secret_statistique"       // demandes
	BaisseRessources             ParametreEntier = "baisse_ressources"              // per cent
	ZonePlafonds                 ParametreTexte  = "zone_plafonds"                  // zone of plafonds
	DepartementFichier           ParametreTexte  = "departement"                    // code of the département
	MediationAdresse             ParametreTexte  = "mediation_adresse"              // lines separated by |
	NatureBase                   ParametreTexte  = "nature_base"                    // see Natures
	ConnexionMentionCnil         ParametreTexte  = "connexion_mention_cnil"         // R-CNX-10
	ConnexionDonneesPersonnelles ParametreTexte  = "connexion_donnees_personnelles" // R-CNX-10
	EnfantsANaitreComptes        ParametreOui    = "enfants_a_naitre_comptes"
)

var (
	parametresEntiers = []ParametreEntier{DelaiAnormalementLong, PreavisRenouvellement, EffacementApresRadiation,
		DelaiReponseProposition, PeriodeRecertification, DelaiRecertification, ConservationJournal, SeuilSecretStatistique, BaisseRessources}
	parametresTextes = []ParametreTexte{ZonePlafonds, DepartementFichier, NatureBase, MediationAdresse, ConnexionMentionCnil,
		ConnexionDonneesPersonnelles}
	parametresOui = []ParametreOui{EnfantsANaitreComptes}
)

// Natures of a base, from the setting NatureBase: what it holds is said on every
// page, but for the real file.
const (
	NatureProduction    = "production"
	NatureFormation     = "formation"
	NatureDemonstration = "demonstration"
)

const declarerNatureSQL = `
update parametres
set valeur = @nature, version = version + 1
where code = @code
  and valeur <> @nature
  and modifie_le is null`

// DeclarerNature says what a base holds when a command fills it; what an
// administrator said stays.
func DeclarerNature(ctx context.Context, db pg.DB, nature string) error {
	if _, err := db.Exec(ctx, declarerNatureSQL, pg.Args{"code": string(NatureBase), "nature": nature}); err != nil {
		return fmt.Errorf("referentiels: nature of the base: %w", err)
	}
	return nil
}

// parametres holds the settings already read as their type.
type parametres struct {
	entiers map[ParametreEntier]int
	textes  map[ParametreTexte]string
	oui     map[ParametreOui]bool
}

// lireParametres reads every setting that the program knows: one that is
// missing or unreadable is an error at start, not a zero later.
func lireParametres(valeurs map[string]string) (parametres, error) {
	p := parametres{map[ParametreEntier]int{}, map[ParametreTexte]string{}, map[ParametreOui]bool{}}
	var err error
	valeur := func(code string) string {
		v, ok := valeurs[code]
		if !ok && err == nil {
			err = fmt.Errorf("paramètre %s absent : lancez « imhoweb referentiels »", code)
		}
		return v
	}
	for _, c := range parametresEntiers {
		n, erreur := strconv.Atoi(valeur(string(c)))
		if erreur != nil && err == nil {
			err = fmt.Errorf("paramètre %s : %w", c, erreur)
		}
		p.entiers[c] = n
	}
	for _, c := range parametresTextes {
		p.textes[c] = valeur(string(c))
	}
	for _, c := range parametresOui {
		p.oui[c] = valeur(string(c)) == "oui"
	}
	return p, err
}

// Entier is the value of a setting.
func (r *Referentiels) Entier(p ParametreEntier) int { return r.etat.Load().parametres.entiers[p] }

// Texte is the value of a setting.
func (r *Referentiels) Texte(p ParametreTexte) string { return r.etat.Load().parametres.textes[p] }

// Oui is the value of a setting.
func (r *Referentiels) Oui(p ParametreOui) bool { return r.etat.Load().parametres.oui[p] }

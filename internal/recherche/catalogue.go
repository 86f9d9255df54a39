package recherche

import "imhoweb/internal/habilitations"

// Sorte is how a criterion is typed, said and filtered.
type Sorte int

// Kinds of criterion, with what SQL is for each.
const (
	Codes     Sorte = iota // codes of a nomenclature; a number
	Plusieurs              // the same, several a demande; an array of numbers
	Textes                 // codes of a référentiel kept as text; a text
	Periode                // dates, both ends included; a date
	Bornes                 // whole numbers, both ends included; an integer
	OuiNon                 // yes, no, not given; a boolean
	Lieux                  // territoires with a rank; the array of the choices
	Mot                    // text with % for any text, posted only; a predicate with @motif
)

// Onglet is one of the two tabs of criteria (R-LOG-02, R-LOG-03).
type Onglet string

// Tabs.
const (
	Logement Onglet = "logement"
	Demande  Onglet = "demande"
)

// Critere is a line of the table.
type Critere struct {
	Code         string // in addresses; that of champs when the fact is in the form
	Libelle      string // on the screen
	Phrase       string // in the sentence, before the value; the label when empty
	Unite        string // after a number: "€", "%", "mois"
	Onglet       Onglet
	Bloc         string // heading under which it stands
	Sorte        Sorte
	Nomenclature string // of Codes and Plusieurs; what it lists for Textes
	SQL          string
	Droit        habilitations.Droit // needed to ask; empty: that of the search
}

// Nomenclatures of Textes.
const (
	communes   = "commune"
	guichets   = "guichet"
	organismes = "organisme" // by number
)

// Suroccupation (CCH R822-25): 9 m² for one, 16 for two, then 9 more for each.
const suroccupe = `(case when r.surface is null or r.habitants is null then null
    else r.surface < case when r.habitants = 1 then 9 else 16 + 9 * (least(r.habitants, 8) - 2) end end)`

// age is whole years within one: the row keeps the year of birth.
const age = "(extract(year from current_date)::int - r.annee_naissance)"

// ancienneté in whole months, at today's date.
const anciennete = "(extract(year from age(current_date, r.date_depot))::int * 12 + extract(month from age(current_date, r.date_depot))::int)"

// catalogue is every criterion, tab after tab, in the order of the screen.
var catalogue = []Critere{
	// Logement recherché (R-LOG)
	{Code: "lieux", Libelle: "Communes et quartiers", Phrase: "à", Onglet: Logement, Bloc: "Situation géographique", Sorte: Lieux, SQL: "r.places"},
	{Code: "souhait.categorie", Libelle: "Catégorie", Phrase: "catégorie", Onglet: Logement, Bloc: "Caractéristiques du bien", Sorte: Codes, Nomenclature: "categorie_logement", SQL: "r.categorie"},
	{Code: "souhait.types", Libelle: "Type", Phrase: "type", Onglet: Logement, Bloc: "Caractéristiques du bien", Sorte: Plusieurs, Nomenclature: "type_logement", SQL: "r.types"},
	{Code: "souhait.nature_bien", Libelle: "Nature du bien", Phrase: "bien", Onglet: Logement, Bloc: "Caractéristiques du bien", Sorte: Codes, Nomenclature: "nature_bien", SQL: "r.nature_bien"},
	{Code: "souhait.loyer_max", Libelle: "Loyer maximum accepté", Phrase: "loyer maximum", Unite: "€", Onglet: Logement, Bloc: "Caractéristiques du bien", Sorte: Bornes, SQL: "r.loyer_max"},
	{Code: "souhait.parking", Libelle: "Parking souhaité", Onglet: Logement, Bloc: "Caractéristiques du bien", Sorte: OuiNon, SQL: "r.parking"},
	{Code: "souhait.rez_de_chaussee", Libelle: "Rez-de-chaussée accepté", Onglet: Logement, Bloc: "Facilités d’accès", Sorte: OuiNon, SQL: "r.rez_de_chaussee"},
	{Code: "souhait.sans_ascenseur", Libelle: "Sans ascenseur accepté", Onglet: Logement, Bloc: "Facilités d’accès", Sorte: OuiNon, SQL: "r.sans_ascenseur"},
	{Code: "souhait.adapte", Libelle: "Logement adapté au handicap", Onglet: Logement, Bloc: "Facilités d’accès", Sorte: OuiNon, SQL: "r.adapte"},
	{Code: "souhait.fsl", Libelle: "Dossier FSL", Onglet: Logement, Bloc: "Garanties", Sorte: OuiNon, SQL: "r.fsl"},
	{Code: "souhait.fsl_periode", Libelle: "Dossier FSL valable", Phrase: "dossier FSL valable", Onglet: Logement, Bloc: "Garanties", Sorte: Periode, SQL: "(select s.fsl_au from souhaits s where s.demande_id = r.demande_id)"},
	{Code: "souhait.caution", Libelle: "Caution", Onglet: Logement, Bloc: "Garanties", Sorte: OuiNon, SQL: "r.caution"},
	{Code: "souhait.elargie", Libelle: "Demande élargie à d’autres communes", Onglet: Logement, Bloc: "Situation géographique", Sorte: OuiNon, SQL: "r.elargie"},

	// Demande (R-CRD)
	{Code: "demande.nature", Libelle: "Nature", Phrase: "nature", Onglet: Demande, Bloc: "Demande", Sorte: Codes, Nomenclature: "nature_demande", SQL: "r.nature"},
	{Code: "demande.contingent", Libelle: "Contingent", Phrase: "contingent", Onglet: Demande, Bloc: "Demande", Sorte: Codes, Nomenclature: "reservataire", SQL: "r.contingent"},
	{Code: "demande.date_depot", Libelle: "Demandes déposées", Phrase: "déposées", Onglet: Demande, Bloc: "Demande", Sorte: Periode, SQL: "r.date_depot"},
	{Code: "demande.anciennete", Libelle: "Ancienneté", Phrase: "ancienneté", Unite: "mois", Onglet: Demande, Bloc: "Demande", Sorte: Bornes, SQL: anciennete},
	{Code: "demande.date_echeance", Libelle: "Échéance", Phrase: "à renouveler", Onglet: Demande, Bloc: "Demande", Sorte: Periode, SQL: "r.date_echeance"},
	{Code: "demande.origine", Libelle: "Origine", Phrase: "origine", Onglet: Demande, Bloc: "Demande", Sorte: Codes, Nomenclature: "origine_demande", SQL: "r.origine"},
	{Code: "demande.guichet", Libelle: "Guichet", Phrase: "guichet", Onglet: Demande, Bloc: "Demande", Sorte: Textes, Nomenclature: guichets, SQL: "r.guichet"},
	{Code: "demande.incomplete", Libelle: "Incomplète (NU)", Onglet: Demande, Bloc: "Qualité du dossier", Sorte: OuiNon, SQL: "r.incomplete"},
	{Code: "qualite.rfr", Libelle: "Revenu fiscal connu", Onglet: Demande, Bloc: "Qualité du dossier", Sorte: OuiNon, SQL: "(r.pct_plus is not null)"},
	{Code: "qualite.ressources", Libelle: "Ressources connues", Onglet: Demande, Bloc: "Qualité du dossier", Sorte: OuiNon, SQL: "(r.ressources is not null)"},
	{Code: "qualite.contact", Libelle: "Téléphone ou courriel connu", Onglet: Demande, Bloc: "Qualité du dossier", Sorte: OuiNon, SQL: "r.contact"},
	{Code: "priorites", Libelle: "Priorités", Phrase: "priorité", Onglet: Demande, Bloc: "Priorités", Sorte: Plusieurs, Nomenclature: "priorite", SQL: "r.priorites"},
	{Code: "menage.personnes", Libelle: "Personnes à loger", Phrase: "foyer de", Unite: "personnes", Onglet: Demande, Bloc: "Ménage", Sorte: Bornes, SQL: "r.nb_personnes"},
	{Code: "demandeur.age", Libelle: "Âge du demandeur", Phrase: "demandeur de", Unite: "ans", Onglet: Demande, Bloc: "Ménage", Sorte: Bornes, SQL: age},
	{Code: "titulaire.situation_familiale", Libelle: "Situation familiale", Phrase: "situation", Onglet: Demande, Bloc: "Ménage", Sorte: Codes, Nomenclature: "situation_familiale", SQL: "r.situation_familiale"},
	{Code: "titulaire.nationalite", Libelle: "Nationalité", Phrase: "nationalité", Onglet: Demande, Bloc: "Ménage", Sorte: Codes, Nomenclature: "nationalite", SQL: "r.nationalite"},
	{Code: "logement.situation", Libelle: "Statut", Phrase: "logement actuel", Onglet: Demande, Bloc: "Logement actuel", Sorte: Codes, Nomenclature: "situation_logement_actuel", SQL: "r.situation_logement"},
	{Code: "logement.preavis", Libelle: "Préavis donné", Onglet: Demande, Bloc: "Logement actuel", Sorte: OuiNon, SQL: "r.preavis"},
	{Code: "logement.suroccupe", Libelle: "Suroccupation", Onglet: Demande, Bloc: "Logement actuel", Sorte: OuiNon, SQL: suroccupe},
	{Code: "adresse.commune", Libelle: "Commune de résidence", Phrase: "habitant", Onglet: Demande, Bloc: "Logement actuel", Sorte: Textes, Nomenclature: communes, SQL: "r.commune"},
	{Code: "motif.1", Libelle: "Motif principal", Phrase: "motif", Onglet: Demande, Bloc: "Logement actuel", Sorte: Codes, Nomenclature: "motif_demande", SQL: "r.motif"},
	{Code: "titulaire.employeur", Libelle: "Nom de l’employeur", Phrase: "employeur", Onglet: Demande, Bloc: "Métier", Sorte: Mot, SQL: `exists (select from emplois e where e.demande_id = r.demande_id and normaliser_nom(e.employeur) like @motif)`},
	{Code: "titulaire.collecteur", Libelle: "Organisme collecteur", Phrase: "collecteur", Onglet: Demande, Bloc: "Métier", Sorte: Plusieurs, Nomenclature: "collecteur_1pc", SQL: "r.collecteurs"},
	{Code: "titulaire.activite", Libelle: "Statut d’activité", Phrase: "activité", Onglet: Demande, Bloc: "Métier", Sorte: Codes, Nomenclature: "activite_professionnelle", SQL: "r.activite"},
	{Code: "titulaire.csp", Libelle: "Catégorie socio-professionnelle", Phrase: "CSP", Onglet: Demande, Bloc: "Métier", Sorte: Codes, Nomenclature: "csp", SQL: "r.csp"},
	{Code: "titulaire.commune_travail", Libelle: "Commune de travail", Phrase: "travaillant à", Onglet: Demande, Bloc: "Métier", Sorte: Textes, Nomenclature: communes, SQL: "r.commune_travail"},
	{Code: "plafond.plai", Libelle: "% du plafond PLAI", Phrase: "plafond PLAI", Unite: "%", Onglet: Demande, Bloc: "Ressources/Revenus", Sorte: Bornes, SQL: "r.pct_plai"},
	{Code: "plafond.plus", Libelle: "% du plafond PLUS", Phrase: "plafond PLUS", Unite: "%", Onglet: Demande, Bloc: "Ressources/Revenus", Sorte: Bornes, SQL: "r.pct_plus"},
	{Code: "plafond.pls", Libelle: "% du plafond PLS", Phrase: "plafond PLS", Unite: "%", Onglet: Demande, Bloc: "Ressources/Revenus", Sorte: Bornes, SQL: "r.pct_pls"},
	{Code: "ressources", Libelle: "Montant des ressources", Phrase: "ressources", Unite: "€", Onglet: Demande, Bloc: "Ressources/Revenus", Sorte: Bornes, SQL: "r.ressources"},
	{Code: "ressources.types", Libelle: "Nature des ressources", Phrase: "ressources", Onglet: Demande, Bloc: "Ressources/Revenus", Sorte: Plusieurs, Nomenclature: "ressource_type", SQL: "r.types_ressources"},
	{Code: "occupants.handicap", Libelle: "Handicap reconnu par la Maison départementale", Phrase: "handicap reconnu", Onglet: Demande, Bloc: "Occupants", Sorte: OuiNon, SQL: "r.handicap", Droit: habilitations.VoirHandicap},
	{Code: "accompagnement.suivi", Libelle: "Contact avec une association ou une assistance sociale", Phrase: "accompagnement social", Onglet: Demande, Bloc: "Occupants", Sorte: OuiNon, SQL: "r.suivi"},
	{Code: "accompagnement.structure", Libelle: "Nom du contact social", Phrase: "contact social", Onglet: Demande, Bloc: "Occupants", Sorte: Mot, SQL: `exists (select from coordonnees c where c.demande_id = r.demande_id and normaliser_nom(c.suivi_structure || ' ' || c.suivi_travailleur) like @motif)`},
	{Code: "accompagnement.adresse", Libelle: "Adresse du contact social", Phrase: "adresse du contact social", Onglet: Demande, Bloc: "Occupants", Sorte: Mot, SQL: `exists (select from coordonnees c where c.demande_id = r.demande_id and normaliser_nom(c.suivi_adresse) like @motif)`},
}

var parCode = func() map[string]Critere {
	m := make(map[string]Critere, len(catalogue))
	for _, c := range catalogue {
		if _, deux := m[c.Code]; deux {
			panic("critère en double : " + c.Code)
		}
		m[c.Code] = c
	}
	return m
}()

// Tous lists the criteria that the session may use, in the order of the
// screen.
func Tous(s habilitations.Session) []Critere {
	var l []Critere
	for _, c := range catalogue {
		if c.Droit == "" || s.Peut(c.Droit) {
			l = append(l, c)
		}
	}
	return l
}

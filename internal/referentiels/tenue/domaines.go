package tenue

import (
	"cmp"
	"slices"

	affichage "imhoweb/internal/platform/texte"
)

// Domaine describes a nomenclature: what it is called, and where demandes hold
// its codes.
type Domaine struct {
	Code, Libelle string
	// Regles: the program itself knows its codes. They can be relabelled and
	// ordered, neither added to nor closed.
	Regles   bool
	colonnes []colonne
}

// colonne holds codes of a domaine; tableau for an array of them.
type colonne struct {
	table, nom string
	tableau    bool
}

// Porte tells whether dossiers hold codes of the domaine.
func (d Domaine) Porte() bool { return len(d.colonnes) > 0 }

// Domaines lists the nomenclatures, in the order of their labels. A domaine
// that demandes don't hold yet has no column.
var Domaines = trier([]Domaine{
	{Code: "accord_collectif", Libelle: "Accords collectifs"},
	{Code: "activite_professionnelle", Libelle: "Activités professionnelles", colonnes: []colonne{{"emplois", "activite", false}}},
	{Code: "categorie_logement", Libelle: "Catégories de logement", colonnes: []colonne{{"souhaits", "categorie", false}, {"logements_actuels", "categorie", false}}},
	{Code: "categorie_logement_actuel", Libelle: "Catégories du logement actuel", colonnes: []colonne{{"logements_actuels", "categorie", false}}},
	{Code: "civilite", Libelle: "Civilités", colonnes: []colonne{{"personnes", "civilite", false}}},
	{Code: "collecteur_1pc", Libelle: "Collecteurs 1 %", colonnes: []colonne{{"collecteurs_demande", "collecteur", false}}},
	{Code: "coparentalite", Libelle: "Coparentalité", colonnes: []colonne{{"personnes", "coparentalite", false}}},
	{Code: "csp", Libelle: "Catégories socioprofessionnelles", colonnes: []colonne{{"emplois", "csp", false}}},
	{Code: "decision_commission", Libelle: "Décisions de commission"},
	{Code: "evenement_sne", Libelle: "Événements du système national", Regles: true},
	{Code: "financement", Libelle: "Financements", Regles: true},
	{Code: "handicap_aide_technique", Libelle: "Handicap : aides techniques", colonnes: []colonne{{"handicaps", "aides", true}}},
	{Code: "handicap_equipement", Libelle: "Handicap : équipements", colonnes: []colonne{{"handicaps", "equipements", true}}},
	{Code: "handicap_etat", Libelle: "Handicap : état", colonnes: []colonne{{"handicaps", "etat", false}}},
	{Code: "handicap_marches", Libelle: "Handicap : marches", colonnes: []colonne{{"handicaps", "marches", false}}},
	{Code: "handicap_nature", Libelle: "Handicap : natures", colonnes: []colonne{{"handicaps", "natures", true}}},
	{Code: "lien_demandeur", Libelle: "Liens avec le demandeur", colonnes: []colonne{{"personnes", "lien", false}}},
	{Code: "lien_parente", Libelle: "Liens de parenté", colonnes: []colonne{{"personnes", "lien_parente", false}}},
	{Code: "motif_demande", Libelle: "Motifs de la demande", colonnes: []colonne{{"motifs", "motif", false}}},
	{Code: "motif_radiation", Libelle: "Motifs de radiation", Regles: true, colonnes: []colonne{{"demandes", "motif_radiation", false}}},
	{Code: "motif_refus_commission", Libelle: "Motifs de refus de la commission"},
	{Code: "motif_refus_demandeur", Libelle: "Motifs de refus du demandeur"},
	{Code: "nationalite", Libelle: "Nationalités", colonnes: []colonne{{"personnes", "nationalite", false}}},
	{Code: "nature_bien", Libelle: "Natures de bien", colonnes: []colonne{{"souhaits", "nature_bien", false}}},
	{Code: "nature_demande", Libelle: "Natures de la demande", Regles: true, colonnes: []colonne{{"demandes", "nature", false}}},
	{Code: "origine_demande", Libelle: "Origines de la demande", colonnes: []colonne{{"demandes", "origine", false}}},
	{Code: "piece_justificative", Libelle: "Pièces justificatives"},
	{Code: "priorite", Libelle: "Priorités", colonnes: []colonne{{"priorites", "priorite", false}}},
	{Code: "produit", Libelle: "Produits"},
	{Code: "quartier_prioritaire", Libelle: "Quartier prioritaire", Regles: true, colonnes: []colonne{{"logements_actuels", "qpv", false}}},
	{Code: "reservataire", Libelle: "Réservataires et contingents", colonnes: []colonne{{"demandes", "contingent", false}}},
	{Code: "ressource_type", Libelle: "Ressources : types", colonnes: []colonne{{"ressources", "type", false}}},
	{Code: "ressource_versee_type", Libelle: "Pensions versées : types", colonnes: []colonne{{"ressources", "type", false}}},
	{Code: "sexe", Libelle: "Sexe", Regles: true, colonnes: []colonne{{"personnes", "sexe", false}}},
	{Code: "situation_familiale", Libelle: "Situations familiales", colonnes: []colonne{{"personnes", "situation_familiale", false}, {"demandes", "situation_familiale", false}}},
	{Code: "situation_logement_actuel", Libelle: "Situations de logement actuel", colonnes: []colonne{{"logements_actuels", "situation", false}}},
	{Code: "sous_motif_irrecevabilite", Libelle: "Sous-motifs d’irrecevabilité"},
	{Code: "statut_dalo", Libelle: "Statuts DALO", colonnes: []colonne{{"demandes", "statut_dalo", false}}},
	{Code: "statut_demande", Libelle: "Statuts de la demande", Regles: true},
	{Code: "statut_proposition", Libelle: "Statuts de la proposition", Regles: true},
	{Code: "type_logement", Libelle: "Types de logement", colonnes: []colonne{{"souhaits", "types", true}, {"logements_actuels", "type", false}}},
	{Code: "type_logement_offre", Libelle: "Types de logement de l’offre"},
	{Code: "type_service_enregistreur", Libelle: "Types de service enregistreur", Regles: true},
})

func trier(l []Domaine) []Domaine {
	slices.SortFunc(l, func(a, b Domaine) int {
		return cmp.Compare(affichage.Normaliser(a.Libelle), affichage.Normaliser(b.Libelle))
	})
	return l
}

// DomaineDe finds a nomenclature by its code.
func DomaineDe(code string) (Domaine, bool) {
	i := slices.IndexFunc(Domaines, func(d Domaine) bool { return d.Code == code })
	if i < 0 {
		return Domaine{}, false
	}
	return Domaines[i], true
}

package demo

// Tables filled by the demo, in the order of their references.
const (
	tDemandes = iota
	tCompteurs
	tNumerosInternes
	tPersonnes
	tMorales
	tEmplois
	tCollecteurs
	tHandicaps
	tHandicapsDemandes
	tCoordonnees
	tNaissances
	tFiscaux
	tRessources
	tLogements
	tMotifs
	tSouhaits
	tChoix
	tPriorites
	tSaisies
	tEvenements
	tValeurs
	tNoms
	tRecherche
	nbTables
)

// table is a table and the columns that the demo writes, in the order in which
// the functions below write them.
type table struct{ nom, colonnes string }

var tables = [nbTables]table{
	tDemandes: {"demandes", `id, departement, numero_unique, numero_iw, mois, rang, statut, motif_radiation, incomplete, personne_morale,
		nature, situation_familiale, tri_nom, foyer, date_depot, date_renouvellement, date_echeance, date_radiation, origine, contingent,
		statut_dalo, preavis_postal, guichet, organisme, cibles, version, cree_le, modifie_le`},
	tCompteurs:       {"compteurs_numeros", "departement, mois, dernier"},
	tNumerosInternes: {"numeros_internes", "demande_id, organisme, numero"},
	tPersonnes: {"personnes", `id, demande_id, role, cle, lien, civilite, sexe, nom, nom_naissance, prenom, naissance, nationalite,
		situation_familiale, tel_domicile, tel_portable, tel_travail, courriel, lien_parente, fiscal, coparentalite, fiscal_commun,
		revenus_12_mois`},
	tMorales: {"personnes_morales", "demande_id, raison_sociale, siret, forme"},
	tEmplois: {"emplois", `personne_id, demande_id, profession, activite, activite_depuis, csp, employeur, employeur_code_postal,
		employeur_commune, employeur_voie, employeur_siret, employeur_telephone, employeur_depuis, commune_travail, plusieurs_employeurs,
		un_pour_cent, assistant_maternel, fonctionnaire`},
	tCollecteurs:       {"collecteurs_demande", "personne_id, demande_id, collecteur, dossier"},
	tHandicaps:         {"handicaps", "personne_id, demande_id, cle, etat, natures, marches, aides, equipements, invalidite"},
	tHandicapsDemandes: {"handicaps_demandes", "demande_id, handicap_mdph"},
	tCoordonnees: {"coordonnees", `demande_id, etranger, chez, domiciliation, complement, voie, code_postal, commune, localite, pays,
		courrier_autre, courrier_destinataire, courrier_voie, courrier_code_postal, courrier_commune, suivi, suivi_structure,
		suivi_travailleur, suivi_telephone`},
	tNaissances: {"naissances_attendues", "demande_id, nombre, date_prevue"},
	tFiscaux:    {"revenus_fiscaux", "demande_id, foyer, annee, montant"},
	tRessources: {"ressources", "demande_id, versee, cle, personne, type, montant"},
	tLogements: {"logements_actuels", `demande_id, situation, depuis, bailleur, bail, preavis, categorie, type, surface, habitants, loyer, apl,
		proprietaire, hebergeant, structure, structure_depuis, qpv, motif_precision`},
	tMotifs: {"motifs", "demande_id, rang, motif"},
	tSouhaits: {"souhaits", `demande_id, types, categorie, nature_bien, elargie, loyer_max, rez_de_chaussee, sans_ascenseur, adapte, parking,
		fsl, fsl_du, fsl_au, caution, commentaire, sans_ressource`},
	tChoix:      {"choix_geographiques", "demande_id, rang, territoire"},
	tPriorites:  {"priorites", "demande_id, priorite, origine, validee_le"},
	tSaisies:    {"saisies", "demande_id, utilisateur, organisme, sorte, valeurs, modifie_le"},
	tEvenements: {"evenements", "id, quand, departement, demande_id, type, utilisateur, organisme, guichet, motif, date_effet, version, champs"},
	tValeurs:    {"evenements_valeurs", "evenement_id, demande_id, champ, avant, apres"},
	tNoms: {"recherche_noms", `departement, demande_id, personne_id, role, titre, nom, nom_naissance, prenom, naissance, phon_nom,
		phon_naissance, phon_prenom, statut, organisme, date_depot`},
	tRecherche: {"recherche_demandes", `departement, demande_id, date_depot, date_renouvellement, date_echeance, numero_unique, nature,
		situation_familiale, nationalite, activite, csp, situation_logement, motif, motif_secondaire, contingent, origine, categorie,
		nature_bien, types, places, collecteurs, priorites, commune, commune_travail, organisme, guichet, annee_naissance, nb_personnes,
		ressources, pct_plai, pct_plus, pct_pls, loyer_max, surface, habitants, elargie, rez_de_chaussee, sans_ascenseur, adapte, parking,
		fsl, handicap, suivi, incomplete`},
}

// lot is a run of demandes on its way to the tables. Identifiers of persons
// and événements are dealt out within a range of the lot's own, so that they
// depend neither on the number of goroutines nor on their order.
type lot struct {
	departement string
	flux        [nbTables]flux
	derniers
	actives int
	erreur  error
}

// derniers are the last identifiers given.
type derniers struct{ demande, personne, evenement int64 }

// parDemande bounds the persons, and the événements, of a demande.
const parDemande = 32

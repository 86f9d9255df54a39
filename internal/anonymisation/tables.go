package anonymisation

import "strings"

// table is what becomes of the columns of a table: kept as they are, or the SQL
// that replaces them. An empty garde keeps all, for référentiels.
type table struct {
	nom    string
	garde  string // names, separated by spaces
	refait map[string]string
	filtre string // of the rows, alias t
}

// tablesReferentiels hold no person: they are copied whole, but for who changed them.
// In an order that foreign keys accept.
var tablesReferentiels = []table{
	{nom: "departements"}, {nom: "communes"}, {nom: "territoires"}, {nom: "territoires_inclusions"}, {nom: "quartiers_usuels"},
	{nom: "qpv"}, {nom: "nomenclatures"}, {nom: "plafonds"},
	{nom: "plafonds_annees", refait: map[string]string{"modifie_par": "''"}},
	{nom: "parametres", refait: map[string]string{
		"modifie_par": "''", "valeur": "case code when 'nature_base' then 'formation' else valeur end",
	}},
	{nom: "organismes"}, {nom: "agences"}, {nom: "guichets"}, {nom: "bailleurs_communes"},
}

const (
	// fiction are telephone numbers that never ring (Arcep, décision 2018-0881),
	// in ranges that the demonstration doesn't use; %s is the column.
	fiction = `case %[1]s when '' then '' else '04 65 71 ' || lpad((abs(hashtextextended(%[1]s || '§sel', 0)) %% 100)::text, 2, '0')
    || ' ' || lpad((abs(hashtextextended(%[1]s || '§sel', 1)) %% 100)::text, 2, '0') end`
	// rue is an address that isn't anybody's; the commune stays.
	rue = `case %[1]s when '' then '' else (1 + abs(hashtextextended(%[1]s || '§sel', 0)) %% 98)::text || ' rue de la Formation' end`
	// mot replaces a text that is given.
	mot = `case %[1]s when '' then '' else '%[2]s' end`
)

func sur(modele, colonne string, suite ...string) string {
	s := strings.ReplaceAll(modele, "%[1]s", "t."+colonne)
	if len(suite) > 0 {
		s = strings.ReplaceAll(s, "%[2]s", suite[0])
	}
	return strings.ReplaceAll(s, "%%", "%")
}

// enregistrees leaves the drafts out.
const enregistrees = "t.demande_id in (select id from demandes where statut not in ('BROUILLON', 'A_VALIDER'))"

// demandes and personnes go through Go: persons are made there, and the numbers.
var (
	tableDemandes = table{
		nom: "demandes",
		garde: "id departement statut avancement motif_radiation incomplete personne_morale nature situation_familiale foyer date_depot " +
			"date_renouvellement date_echeance date_radiation origine contingent degre statut_dalo preavis_postal guichet organisme cibles version mois rang " +
			"numero_unique numero_iw tri_nom cree_le modifie_le",
		refait: map[string]string{"numero_national": "null", "cle_creation": "null"},
		filtre: "t.statut not in ('BROUILLON', 'A_VALIDER')",
	}
	tablePersonnes = table{
		nom: "personnes",
		garde: "id demande_id role cle lien civilite sexe nom nom_naissance prenom naissance emancipe nationalite situation_familiale nir " +
			"tel_domicile tel_portable tel_travail courriel lien_parente fiscal coparentalite fiscal_commun revenus_12_mois",
		filtre: enregistrees,
	}
)

// dossiers are the other tables of a demande, copied by the base itself.
var dossiers = []table{
	{nom: "numeros_internes", garde: "demande_id organisme",
		refait: map[string]string{"numero": "'F' || t.demande_id"}},
	{nom: "personnes_morales", garde: "demande_id forme",
		refait: map[string]string{"raison_sociale": "'Association ' || t.demande_id", "siret": "''"}},
	{nom: "emplois", garde: "personne_id demande_id activite activite_depuis csp employeur_code_postal employeur_commune employeur_depuis commune_travail plusieurs_employeurs " +
		"un_pour_cent assistant_maternel fonctionnaire",
		refait: map[string]string{
			"profession": "''", "employeur": sur(mot, "employeur", "Employeur de formation"), "employeur_voie": sur(rue, "employeur_voie"),
			"employeur_complement": "''", "employeur_siret": "''", "employeur_correspondant": "''", "employeur_courriel": "''",
			"employeur_telephone": sur(fiction, "employeur_telephone"), "employeur_fax": sur(fiction, "employeur_fax"),
		}},
	{nom: "collecteurs_demande", garde: "personne_id demande_id collecteur",
		refait: map[string]string{"dossier": sur(mot, "dossier", "F1")}},
	{nom: "handicaps", garde: "personne_id demande_id cle etat natures marches aides equipements invalidite"},
	{nom: "handicaps_demandes", garde: "demande_id handicap_mdph"},
	{nom: "coordonnees", garde: "demande_id etranger code_postal commune pays courrier_autre courrier_code_postal courrier_commune suivi",
		refait: map[string]string{
			"chez": sur(mot, "chez", "Un proche"), "domiciliation": sur(mot, "domiciliation", "Service de domiciliation"), "complement": "''",
			"voie": sur(rue, "voie"), "localite": sur(mot, "localite", "Localité"), "courrier_destinataire": sur(mot, "courrier_destinataire", "Un proche"),
			"courrier_complement": "''", "courrier_voie": sur(rue, "courrier_voie"), "suivi_structure": sur(mot, "suivi_structure", "Service social"),
			"suivi_travailleur": sur(mot, "suivi_travailleur", "Un travailleur social"), "suivi_adresse": sur(rue, "suivi_adresse"),
			"suivi_telephone": sur(fiction, "suivi_telephone"), "suivi_courriel": "''",
		}},
	{nom: "naissances_attendues", garde: "demande_id nombre date_prevue"},
	{nom: "revenus_fiscaux", garde: "demande_id foyer annee montant"},
	{nom: "ressources", garde: "demande_id versee cle personne type montant"},
	{nom: "logements_actuels", garde: "demande_id situation depuis bail preavis categorie type surface habitants loyer apl proprietaire structure_depuis qpv",
		refait: map[string]string{
			"bailleur": sur(mot, "bailleur", "Bailleur"), "hebergeant": sur(mot, "hebergeant", "Un proche"),
			"structure": sur(mot, "structure", "Structure d''hébergement"), "motif_precision": "''",
		}},
	{nom: "motifs", garde: "demande_id rang motif"},
	{nom: "souhaits", garde: "demande_id types categorie nature_bien elargie loyer_max rez_de_chaussee sans_ascenseur adapte parking fsl fsl_du fsl_au sans_ressource",
		refait: map[string]string{"caution": "''", "commentaire": "''"}},
	{nom: "choix_geographiques", garde: "demande_id rang territoire"},
	{nom: "priorites", garde: "demande_id priorite origine validee_le", refait: map[string]string{"validee_par": "null"}},
	{nom: "evenements", garde: "id quand departement demande_id type utilisateur organisme guichet motif date_effet version champs"},
}

// laissees stay behind: accounts and persons of the real base, what was typed,
// printed, searched, sent, noted; what is rebuilt in the copy.
var laissees = strings.Fields(`
utilisateurs affectations sessions tentatives_connexion saisies_suspendues invitations codes_secours rappels_certification courriels
saisies evenements_valeurs attestations dernieres_ouvertures recherches_nominatives
recherche_noms recherche_demandes compteurs_numeros numeros_retires effacements effectifs
parametres_historique referentiels_version textes_versions acceptations
journal_acces journal_tetes journal_ancres changements alertes_journal alertes_passages
travaux fichiers_travaux morceaux_travaux calendrier_travaux
goose_db_version demo_reste`)

// prefixeFile begins the tables of the queue of jobs, which stay behind too.
const prefixeFile = "river_"

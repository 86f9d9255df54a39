package demandestest

import "imhoweb/internal/demandes"

// Exemple is a dossier as it comes on a paper form, with what the file must
// make of it on Jour. docs/exemples.md is written from these.
type Exemple struct {
	Titre       string
	Recit       string // what the paper says, in French
	Valeurs     demandes.Valeurs
	Nature      string // nomenclature nature_demande
	Foyer       int
	Categorie   int            // of plafond; 0 for a personne morale
	Pct         map[string]int // per cent of each plafond of 2026, RFR of 2024
	Alertes     []string       // fields whose alerte has to be confirmed
	Attestation []string       // texts that the attestation must carry
}

// JourExemples is the day on which the figures of the examples were worked out.
const JourExemples = "24/11/2026"

// Exemples are five dossiers, each of a kind that agents meet.
var Exemples = []Exemple{
	{
		Titre: "Une mère seule avec deux enfants",
		Recit: "Mme Naïma BELKACEM, née HADDAD le 14/03/1991, divorcée, vit à Colomiers avec Yanis (2015) et Inès (2019) dans un T2 privé trop petit et trop cher. Agente d’entretien en CDI, 1 180 € par mois, 310 € d’allocations familiales, 150 € de pension reçue. Revenu fiscal 2024 : 14 200 €. Elle demande un T3 ou un T4 à Colomiers, puis à Tournefeuille.",
		Valeurs: demandes.Valeurs{
			"demandeur.civilite": "2", "demandeur.nom": "BELKACEM", "demandeur.nom_naissance": "HADDAD", "demandeur.prenom": "Naïma",
			"demandeur.naissance": "14/03/1991", "demandeur.nationalite": "1", "demandeur.situation_familiale": "D",
			"demandeur.tel_portable": "06 39 98 12 01", "demandeur.courriel": "naima.belkacem@exemple.fr",
			"adresse.complement": "Bâtiment C, appartement 12", "adresse.voie": "18 rue des Violettes", "adresse.code_postal": "31770", "adresse.commune": "COLOMIERS (31770)",
			"charge.1.nom": "BELKACEM", "charge.1.prenom": "Yanis", "charge.1.naissance": "02/06/2015", "charge.1.sexe": "M", "charge.1.lien_parente": "E", "charge.1.fiscal": "O",
			"charge.2.nom": "BELKACEM", "charge.2.prenom": "Inès", "charge.2.naissance": "21/09/2019", "charge.2.sexe": "F", "charge.2.lien_parente": "E", "charge.2.fiscal": "O",
			"demandeur.profession": "Agente d’entretien", "demandeur.activite": "CDI", "demandeur.csp": "56", "demandeur.employeur": "Propreté Occitane",
			"demandeur.commune_travail": "TOULOUSE (31000)", "demandeur.un_pour_cent": "O", "demandeur.collecteur.ALS": "1", "demandeur.dossier.ALS": "AL-2026-4471",
			"rfr.demandeur.2024":   "14200",
			"ressource.1.personne": "demandeur", "ressource.1.type": "SAL", "ressource.1.montant": "1180",
			"ressource.2.personne": "demandeur", "ressource.2.type": "AF", "ressource.2.montant": "310",
			"ressource.3.personne": "demandeur", "ressource.3.type": "PAR", "ressource.3.montant": "150",
			"logement.situation": "LP", "logement.depuis": "01/09/2021", "logement.categorie": "A", "logement.type": "T2", "logement.surface": "41",
			"logement.habitants": "3", "logement.loyer": "690", "logement.apl": "280", "motif.1": "13", "motif.2": "09",
			"type.T3": "1", "type.T4": "1", "souhait.categorie": "I", "choix.1": "31-149 X COLOMIERS", "choix.2": "31-557 X TOURNEFEUILLE",
			"souhait.elargie": "N", "souhait.loyer_max": "620", "souhait.rez_de_chaussee": "O", "souhait.sans_ascenseur": "N",
		},
		Nature: "PA", Foyer: 3, Categorie: 4, Pct: map[string]int{"PLAI": 57, "PLUS": 31, "PLS": 24},
		Attestation: []string{"BELKACEM", "18 rue des Violettes", "31770"},
	},
	{
		Titre: "Un jeune couple sans enfant",
		Recit: "M. Théo LACOSTE (03/05/2000) et Mme Julie PRADAL (19/10/1999), concubins, hébergés chez les parents de Théo à Muret. Lui est en CDD, 1 420 € par mois ; elle finit un apprentissage, 980 €. Ils déclarent séparément : 11 800 € et 9 700 € pour 2024. Ils cherchent un T2 à Muret, Portet-sur-Garonne ou Toulouse (Saint-Cyprien), et acceptent d’autres communes.",
		Valeurs: demandes.Valeurs{
			"demandeur.civilite": "1", "demandeur.nom": "LACOSTE", "demandeur.prenom": "Théo", "demandeur.naissance": "03/05/2000",
			"demandeur.nationalite": "1", "demandeur.situation_familiale": "U", "demandeur.tel_portable": "06 39 98 12 02", "demandeur.courriel": "theo.lacoste@exemple.fr",
			"cotitulaire.1.lien": "C", "cotitulaire.1.civilite": "2", "cotitulaire.1.nom": "PRADAL", "cotitulaire.1.prenom": "Julie",
			"cotitulaire.1.naissance": "19/10/1999", "cotitulaire.1.nationalite": "1", "cotitulaire.1.situation_familiale": "U", "cotitulaire.1.tel_portable": "06 39 98 12 03",
			"adresse.chez": "M. et Mme LACOSTE", "adresse.voie": "4 chemin du Moulin", "adresse.code_postal": "31600", "adresse.commune": "MURET (31600)",
			"demandeur.profession": "Préparateur de commandes", "demandeur.activite": "CDD", "demandeur.employeur": "Logistique du Sud",
			"cotitulaire.1.profession": "Apprentie en pharmacie", "cotitulaire.1.activite": "APP", "cotitulaire.1.employeur": "Pharmacie de la Garonne",
			"rfr.demandeur.2024": "11800", "rfr.cotitulaire.1.2024": "9700",
			"ressource.1.personne": "demandeur", "ressource.1.type": "SAL", "ressource.1.montant": "1420",
			"ressource.2.personne": "cotitulaire.1", "ressource.2.type": "SAL", "ressource.2.montant": "980",
			"logement.situation": "CPE", "logement.hebergeant": "M. et Mme LACOSTE", "logement.depuis": "01/07/2024", "motif.1": "12",
			"type.T2": "1", "souhait.categorie": "A", "choix.1": "31-395 X MURET", "choix.2": "31-433 X PORTET-SUR-GARONNE", "choix.3": "31-555-21 SAINT-CYPRIEN",
			"souhait.elargie": "O", "souhait.loyer_max": "560", "souhait.parking": "O",
		},
		Nature: "CS", Foyer: 2, Categorie: 3, Pct: map[string]int{"PLAI": 95, "PLUS": 57, "PLS": 44},
		Attestation: []string{"LACOSTE", "PRADAL", "4 chemin du Moulin"},
	},
	{
		Titre: "Une retraitée titulaire d’une carte mobilité inclusion",
		Recit: "Mme Odette CAZENEUVE (07/02/1949), veuve, locataire HLM à Toulouse au quatrième étage sans ascenseur, marche avec une canne ; carte mobilité inclusion mention invalidité. Retraite de 980 € et 120 € de minimum vieillesse. Revenu fiscal 2024 : 11 340 €. Elle demande une mutation vers un T1 ou T2 adapté en rez-de-chaussée, à Toulouse (Minimes - Barrière de Paris) ou Balma.",
		Valeurs: demandes.Valeurs{
			"demandeur.civilite": "2", "demandeur.nom": "CAZENEUVE", "demandeur.nom_naissance": "ESCOFFIER", "demandeur.prenom": "Odette", "demandeur.naissance": "07/02/1949",
			"demandeur.nationalite": "1", "demandeur.situation_familiale": "V", "demandeur.tel_domicile": "05 36 49 12 04",
			"adresse.complement": "4e étage", "adresse.voie": "27 boulevard Silvio Trentin", "adresse.code_postal": "31200", "adresse.commune": "TOULOUSE (31000)",
			"accompagnement.suivi": "O", "accompagnement.structure": "CCAS de Toulouse", "accompagnement.travailleur": "Mme Roques", "demande.preavis_postal": "1",
			"occupants.handicap_mdph": "O", "handicap.1.personne": "demandeur", "handicap.1.etat": "EVO", "handicap.1.nature.MI": "1", "handicap.1.marches": "2",
			"handicap.1.aide.2": "1", "handicap.1.equipement.3": "1", "handicap.1.equipement.4": "1", "handicap.1.invalidite": "1",
			"demandeur.activite": "RET", "rfr.demandeur.2024": "11340",
			"ressource.1.personne": "demandeur", "ressource.1.type": "RET", "ressource.1.montant": "980",
			"ressource.2.personne": "demandeur", "ressource.2.type": "AMV", "ressource.2.montant": "120",
			"logement.situation": "HLM", "logement.bailleur": "Toulouse Métropole Habitat", "logement.bail": "TMH-118-24", "logement.depuis": "15/03/1998",
			"logement.categorie": "A", "logement.type": "T3", "logement.surface": "64", "logement.habitants": "1", "logement.loyer": "410", "motif.1": "07", "motif.2": "10",
			"type.T1": "1", "type.T2": "1", "souhait.categorie": "A", "choix.1": "31-555-31 MINIMES - BARRIERE DE PARIS", "choix.2": "31-044 X BALMA",
			"souhait.elargie": "N", "souhait.rez_de_chaussee": "O", "souhait.sans_ascenseur": "N", "souhait.adapte": "O",
		},
		Nature: "PS", Foyer: 1, Categorie: 2, Pct: map[string]int{"PLAI": 60, "PLUS": 36, "PLS": 28},
		Attestation: []string{"CAZENEUVE", "27 boulevard Silvio Trentin"},
	},
	{
		Titre: "Une association",
		Recit: "L’association « Un toit pour l’étape », SIRET 732 829 320 00074, loge des familles sortant d’hébergement. Elle demande un T3 à Toulouse ou à Blagnac pour une sous-location.",
		Valeurs: demandes.Valeurs{
			"demande.personne_morale": "1", "morale.raison_sociale": "Un toit pour l’étape", "morale.siret": "73282932000074", "morale.forme": "Association loi 1901",
			"demandeur.tel_travail": "05 36 49 12 05", "demandeur.courriel": "contact@toit-etape.exemple.fr",
			"adresse.voie": "9 allée des Demoiselles", "adresse.code_postal": "31400", "adresse.commune": "TOULOUSE (31000)",
			"type.T3": "1", "souhait.categorie": "I", "choix.1": "31-555 X TOULOUSE", "choix.2": "31-069 X BLAGNAC", "souhait.elargie": "O",
		},
		Nature: "PM", Foyer: 0,
		Attestation: []string{"Un toit pour l’étape", "9 allée des Demoiselles"},
	},
	{
		Titre: "Une personne sans domicile, domiciliée au CCAS",
		Recit: "M. Sékou DIARRA, né un 1er janvier 1984 d’après ses papiers, réfugié, dort à l’abri de nuit ; son courrier arrive au CCAS de Toulouse. RSA de 646 € ; revenu fiscal 2024 : 0 €. Il accepte une chambre ou un T1 à Toulouse, Ramonville ou Labège, et partout ailleurs.",
		Valeurs: demandes.Valeurs{
			"demandeur.civilite": "1", "demandeur.nom": "DIARRA", "demandeur.prenom": "Sékou", "demandeur.naissance": "01/01/1984",
			"demandeur.nationalite": "3", "demandeur.situation_familiale": "C", "demandeur.tel_portable": "06 39 98 12 06",
			"adresse.domiciliation": "CCAS de Toulouse", "adresse.voie": "2 bis rue de Belfort", "adresse.code_postal": "31000", "adresse.commune": "TOULOUSE (31000)",
			"accompagnement.suivi": "O", "accompagnement.structure": "SIAO de la Haute-Garonne", "accompagnement.courriel": "accueil@siao.exemple.fr",
			"demandeur.activite": "AUT", "rfr.demandeur.2024": "0",
			"ressource.1.personne": "demandeur", "ressource.1.type": "RSA", "ressource.1.montant": "646",
			"logement.situation": "SD", "motif.1": "01",
			"type.C": "1", "type.T1": "1", "souhait.categorie": "I", "choix.1": "31-555 X TOULOUSE", "choix.2": "31-446 X RAMONVILLE-SAINT-AGNE", "choix.3": "31-254 X LABEGE",
			"souhait.elargie": "O", "souhait.loyer_max": "350", "souhait.rez_de_chaussee": "O", "souhait.sans_ascenseur": "O",
		},
		Nature: "PS", Foyer: 1, Categorie: 1, Pct: map[string]int{"PLAI": 0, "PLUS": 0, "PLS": 0}, Alertes: []string{"demandeur.nationalite"},
		Attestation: []string{"DIARRA", "CCAS de Toulouse"},
	},
}

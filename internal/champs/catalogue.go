package champs

import (
	"slices"

	"imhoweb/internal/habilitations"
)

// catalogue is every fact of the file, tab after tab, in the order of the form.
var catalogue = slices.Concat(demande, identite, coordonnees, occupants, metier, ressources, logementActuel, logementRecherche, actes)

const histo = EnHistorique

// The number that an organisme gives in its own system, and the collecteurs,
// stand in tables of their own.
const (
	numeroInterne    = "(select ni.numero from numeros_internes ni where ni.demande_id = d.id and ni.organisme = @champ_organisme)"
	parNumeroInterne = "d.id in (select ni.demande_id from numeros_internes ni where ni.organisme = @champ_organisme and ni.numero = any(@valeurs))"
	parCollecteur    = "d.id in (select cd.demande_id from collecteurs_demande cd where cd.collecteur = any(@valeurs))"
)

// demande: what identifies and dates the dossier (header of the form).
var demande = []Champ{
	{Code: "demande.numero_unique", Libelle: "Numéro unique", Court: "N° unique", Type: Numero, Onglet: Identite, Cerfa: true, SQL: "d.numero_unique", Sert: EnCritere | EnColonne | EnTri | EnExport},
	{Code: "demande.numero_iw", Libelle: "N° IW", Type: Numero, Onglet: Identite, SQL: "d.numero_iw", Sert: EnCritere | EnColonne | EnTri | EnExport},
	{Code: "demande.numero_interne", Libelle: "N° interne à l’organisme", Court: "N° interne", Type: Numero, Max: 30, Onglet: Identite, SQL: numeroInterne, Predicat: parNumeroInterne, Sert: EnCritere | EnExport | histo},
	{Code: "demande.etat", Libelle: "État", Type: Code, Onglet: Identite, SQL: "d.etat", Sert: EnCritere | EnColonne | EnTri | EnRupture | EnExport},
	{Code: "demande.incomplete", Libelle: "Incomplète (NU)", Type: Case, Onglet: Identite, SQL: "d.incomplete", Sert: EnCritere | EnColonne | EnExport | histo},
	{Code: "demande.nature", Libelle: "Nature", Type: Code, Nomenclature: "nature_demande", Onglet: Identite, SQL: "d.nature", Sert: EnCritere | EnColonne | EnTri | EnRupture | EnExport | histo},
	{Code: "demande.date_depot", Libelle: "Dépôt initial le", Court: "Init.", Type: Date, Onglet: Identite, SQL: "d.date_depot", Sert: EnCritere | EnColonne | EnTri | EnExport},
	{Code: "demande.date_renouvellement", Libelle: "Renouvelé le", Court: "Rnv.", Type: Date, Onglet: Identite, SQL: "d.date_renouvellement", Sert: EnColonne | EnTri | EnExport | histo},
	{Code: "demande.date_echeance", Libelle: "Échéance", Type: Date, Onglet: Identite, SQL: "d.date_echeance", Sert: EnCritere | EnColonne | EnTri | EnExport},
	{Code: "demande.guichet", Libelle: "Guichet", Type: Numero, Onglet: Identite, Obligation: Creation, SQL: "d.guichet", Sert: EnCritere | EnColonne | EnRupture | EnExport},
	{Code: "demande.origine", Libelle: "Origine", Type: Code, Nomenclature: "origine_demande", Onglet: Identite, Obligation: Creation, SQL: "d.origine", Sert: EnExport | histo},
	{Code: "demande.foyer", Libelle: "Foyer", Type: Entier, Onglet: Identite, SQL: "d.foyer", Sert: EnColonne | EnExport | histo},
	{Code: "demande.contingent", Libelle: "Contingent", Type: Code, Nomenclature: "reservataire", Onglet: Identite, SQL: "d.contingent", Sert: EnCritere | EnRupture | EnExport | histo},
	{Code: "demande.personne_morale", Libelle: "Demande d’une personne morale (association)", Type: Case, Onglet: Identite, Sert: histo},
}

var identite = []Champ{
	{Code: "morale.raison_sociale", Libelle: "Raison sociale", Type: NomPropre, Max: 100, Onglet: Identite, Cerfa: true, Obligation: Conditionnel, Sert: histo},
	{Code: "morale.siret", Libelle: "Numéro SIRET", Aide: "14 chiffres.", Type: Siret, Onglet: Identite, Cerfa: true, Obligation: Conditionnel, Sert: histo},
	{Code: "morale.forme", Libelle: "Nature de l’organisme", Aide: "Par exemple : association loi 1901, fondation.", Type: Texte, Max: 80, Onglet: Identite, Sert: histo},

	{Code: "titulaire.lien", Libelle: "Lien avec le demandeur", Type: Code, Nomenclature: "lien_demandeur", Onglet: Identite, Cerfa: true, Obligation: Conditionnel, Sert: histo},
	{Code: "titulaire.civilite", Libelle: "Titre", Type: Code, Nomenclature: "civilite", Onglet: Identite, Cerfa: true, Obligation: Creation, Sert: histo},
	{Code: "titulaire.nom", Libelle: "Nom", Type: NomPropre, Max: 50, Onglet: Identite, Cerfa: true, Obligation: Creation, SQL: "d.tri_nom", Sert: EnCritere | EnColonne | EnTri | EnExport | histo},
	{Code: "titulaire.nom_naissance", Libelle: "Nom de naissance", Type: NomPropre, Max: 50, Onglet: Identite, Cerfa: true, Sert: histo},
	{Code: "titulaire.prenom", Libelle: "Prénom", Type: Texte, Max: 50, Onglet: Identite, Cerfa: true, Obligation: Creation, SQL: "(select p.prenom from personnes p where p.demande_id = d.id and p.role = 'demandeur')", Sert: EnCritere | EnExport | histo},
	{Code: "titulaire.naissance", Libelle: "Né(e) le", Aide: "JJ/MM/AAAA", Type: Date, Onglet: Identite, Cerfa: true, Obligation: Creation, SQL: "(select p.naissance from personnes p where p.demande_id = d.id and p.role = 'demandeur')", Sert: EnExport | histo},
	{Code: "titulaire.emancipe", Libelle: "Mineur(e) émancipé(e)", Type: Case, Onglet: Identite, Sert: histo},
	{Code: "titulaire.nationalite", Libelle: "Nationalité", Type: Code, Nomenclature: "nationalite", Onglet: Identite, Cerfa: true, Obligation: Creation, SQL: "(select p.nationalite from personnes p where p.demande_id = d.id and p.role = 'demandeur')", Sert: EnExport | histo},
	{Code: "titulaire.situation_familiale", Libelle: "Situation familiale", Court: "Sit Fam", Type: Code, Nomenclature: "situation_familiale", Onglet: Identite, Cerfa: true, Obligation: Creation, SQL: "d.situation_familiale", Sert: EnColonne | EnTri | EnRupture | EnExport | histo},
	{Code: "titulaire.nir", Libelle: "Numéro de sécurité sociale (NIR)", Court: "NIR", Aide: "15 chiffres. Accès restreint.", Type: Nir, Onglet: Identite, Cerfa: true, Droit: habilitations.VoirNir, Sert: histo},
	{Code: "titulaire.tel_domicile", Libelle: "Téléphone domicile", Type: Telephone, Max: 20, Onglet: Identite, Sert: histo},
	{Code: "titulaire.tel_portable", Libelle: "Portable", Type: Telephone, Max: 20, Onglet: Identite, Cerfa: true, Sert: histo},
	{Code: "titulaire.tel_travail", Libelle: "Téléphone travail", Type: Telephone, Max: 20, Onglet: Identite, Cerfa: true, Sert: histo},
	{Code: "titulaire.courriel", Libelle: "Email", Type: Courriel, Max: 100, Onglet: Identite, Cerfa: true, Sert: histo},
}

var coordonnees = []Champ{
	{Code: "adresse.etranger", Libelle: "Adresse à l’étranger", Type: Case, Onglet: Coordonnees, Sert: histo},
	{Code: "adresse.chez", Libelle: "Chez (hébergeant)", Type: Texte, Max: 80, Onglet: Coordonnees, Cerfa: true, Sert: histo},
	{Code: "adresse.domiciliation", Libelle: "Domiciliation (CCAS, association)", Aide: "Pour une personne sans domicile : l’organisme qui reçoit son courrier.", Type: Texte, Max: 80, Onglet: Coordonnees, Sert: histo},
	{Code: "adresse.complement", Libelle: "Bâtiment, escalier, étage, appartement", Type: Texte, Max: 80, Onglet: Coordonnees, Cerfa: true, Sert: histo},
	{Code: "adresse.voie", Libelle: "Numéro et voie, ou lieu-dit", Type: Texte, Max: 100, Onglet: Coordonnees, Cerfa: true, Obligation: Conditionnel, Sert: histo},
	{Code: "adresse.code_postal", Libelle: "Code postal", Type: CodePostal, Onglet: Coordonnees, Cerfa: true, Obligation: Conditionnel, SQL: "(select c.code_postal from coordonnees c where c.demande_id = d.id)", Sert: EnExport | histo},
	{Code: "adresse.commune", Libelle: "Commune", Aide: "Nom ou code postal, puis choisissez.", Type: Commune, Onglet: Coordonnees, Cerfa: true, Obligation: Conditionnel, SQL: "(select c.commune from coordonnees c where c.demande_id = d.id)", Sert: EnExport | histo},
	{Code: "adresse.localite", Libelle: "Localité et code postal étrangers", Type: Texte, Max: 80, Onglet: Coordonnees, Obligation: Conditionnel, Sert: histo},
	{Code: "adresse.pays", Libelle: "Pays", Type: Texte, Max: 50, Onglet: Coordonnees, Obligation: Conditionnel, Sert: histo},

	{Code: "courrier.autre", Libelle: "Le courrier part à une autre adresse", Type: Case, Onglet: Coordonnees, Sert: histo},
	{Code: "courrier.destinataire", Libelle: "Destinataire ou chez", Type: Texte, Max: 80, Onglet: Coordonnees, Sert: histo},
	{Code: "courrier.complement", Libelle: "Complément", Type: Texte, Max: 80, Onglet: Coordonnees, Sert: histo},
	{Code: "courrier.voie", Libelle: "Numéro et voie", Type: Texte, Max: 100, Onglet: Coordonnees, Obligation: Conditionnel, Sert: histo},
	{Code: "courrier.code_postal", Libelle: "Code postal", Type: CodePostal, Onglet: Coordonnees, Obligation: Conditionnel, Sert: histo},
	{Code: "courrier.commune", Libelle: "Commune", Type: Commune, Onglet: Coordonnees, Obligation: Conditionnel, Sert: histo},

	{Code: "accompagnement.suivi", Libelle: "Contact avec une association ou une assistance sociale", Type: OuiNon, Onglet: Coordonnees, Sert: histo},
	{Code: "accompagnement.structure", Libelle: "Structure", Type: Texte, Max: 100, Onglet: Coordonnees, Obligation: Conditionnel, Sert: histo},
	{Code: "accompagnement.travailleur", Libelle: "Travailleur social", Type: Texte, Max: 80, Onglet: Coordonnees, Sert: histo},
	{Code: "accompagnement.adresse", Libelle: "Adresse", Type: Texte, Max: 200, Onglet: Coordonnees, Sert: histo},
	{Code: "accompagnement.telephone", Libelle: "Téléphone", Type: Telephone, Max: 20, Onglet: Coordonnees, Sert: histo},
	{Code: "accompagnement.courriel", Libelle: "Email", Type: Courriel, Max: 100, Onglet: Coordonnees, Sert: histo},

	{Code: "demande.preavis_postal", Libelle: "Préavis de renouvellement souhaité par la poste", Type: Case, Onglet: Coordonnees, Sert: histo},
}

var occupants = []Champ{
	{Code: "charge.nom", Libelle: "Nom", Type: NomPropre, Max: 50, Onglet: Occupants, Cerfa: true, Obligation: Creation, Sert: histo},
	{Code: "charge.prenom", Libelle: "Prénom", Type: Texte, Max: 50, Onglet: Occupants, Cerfa: true, Obligation: Creation, Sert: histo},
	{Code: "charge.naissance", Libelle: "Né(e) le", Type: Date, Onglet: Occupants, Cerfa: true, Obligation: Creation, Sert: histo},
	{Code: "charge.sexe", Libelle: "Sexe", Type: Code, Nomenclature: "sexe", Onglet: Occupants, Cerfa: true, Obligation: Creation, Sert: histo},
	{Code: "charge.lien_parente", Libelle: "Lien", Type: Code, Nomenclature: "lien_parente", Onglet: Occupants, Cerfa: true, Obligation: Creation, Sert: histo},
	{Code: "charge.fiscal", Libelle: "À charge fiscale", Type: OuiNon, Onglet: Occupants, Obligation: Instruction, Sert: histo},

	{Code: "garde.naissance", Libelle: "Né(e) le", Type: Date, Onglet: Occupants, Cerfa: true, Obligation: Creation, Sert: histo},
	{Code: "garde.sexe", Libelle: "Sexe", Type: Code, Nomenclature: "sexe", Onglet: Occupants, Cerfa: true, Obligation: Creation, Sert: histo},
	{Code: "garde.coparentalite", Libelle: "Garde", Type: Code, Nomenclature: "coparentalite", Onglet: Occupants, Cerfa: true, Obligation: Creation, Sert: histo},

	{Code: "naitre.nombre", Libelle: "Enfants à naître", Type: Entier, Max: 9, Onglet: Occupants, Cerfa: true, Sert: histo},
	{Code: "naitre.date_prevue", Libelle: "Naissance prévue le", Type: Date, Onglet: Occupants, Cerfa: true, Obligation: Conditionnel, Sert: histo},

	{Code: "autre.nom", Libelle: "Nom", Type: NomPropre, Max: 50, Onglet: Occupants, Obligation: Creation, Sert: histo},
	{Code: "autre.prenom", Libelle: "Prénom", Type: Texte, Max: 50, Onglet: Occupants, Obligation: Creation, Sert: histo},
	{Code: "autre.naissance", Libelle: "Né(e) le", Type: Date, Onglet: Occupants, Obligation: Creation, Sert: histo},
	{Code: "autre.sexe", Libelle: "Sexe", Type: Code, Nomenclature: "sexe", Onglet: Occupants, Obligation: Creation, Sert: histo},
	{Code: "autre.lien_parente", Libelle: "Lien", Type: Code, Nomenclature: "lien_parente", Onglet: Occupants, Obligation: Creation, Sert: histo},

	{Code: "occupants.handicap_mdph", Libelle: "Handicap reconnu par la Maison départementale", Type: OuiNon, Onglet: Occupants, Cerfa: true, Droit: habilitations.VoirHandicap, Sert: histo},
	{Code: "handicap.personne", Libelle: "Personne concernée", Type: Numero, Max: 20, Onglet: Occupants, Droit: habilitations.VoirHandicap, Obligation: Creation, Sert: histo},
	{Code: "handicap.etat", Libelle: "État", Type: Code, Nomenclature: "handicap_etat", Onglet: Occupants, Cerfa: true, Droit: habilitations.VoirHandicap, Sert: histo},
	{Code: "handicap.nature", Libelle: "Nature", Type: Case, Nomenclature: "handicap_nature", Onglet: Occupants, Cerfa: true, Droit: habilitations.VoirHandicap, Sert: histo},
	{Code: "handicap.marches", Libelle: "Capacité à monter des marches", Type: Code, Nomenclature: "handicap_marches", Onglet: Occupants, Cerfa: true, Droit: habilitations.VoirHandicap, Sert: histo},
	{Code: "handicap.aide", Libelle: "Aides techniques", Type: Case, Nomenclature: "handicap_aide_technique", Onglet: Occupants, Cerfa: true, Droit: habilitations.VoirHandicap, Sert: histo},
	{Code: "handicap.equipement", Libelle: "Équipements nécessaires", Type: Case, Nomenclature: "handicap_equipement", Onglet: Occupants, Cerfa: true, Droit: habilitations.VoirHandicap, Sert: histo},
	{Code: "handicap.invalidite", Libelle: "Carte mobilité inclusion, mention invalidité", Type: Case, Onglet: Occupants, Droit: habilitations.VoirHandicap, Sert: histo},
}

var metier = []Champ{
	{Code: "titulaire.profession", Libelle: "Profession", Type: Texte, Max: 80, Onglet: Metier, Cerfa: true, Sert: histo},
	{Code: "titulaire.activite", Libelle: "Activité", Type: Code, Nomenclature: "activite_professionnelle", Onglet: Metier, Cerfa: true, Obligation: Creation, SQL: "(select e.activite from emplois e join personnes p on p.id = e.personne_id where e.demande_id = d.id and p.role = 'demandeur')", Sert: EnExport | histo},
	{Code: "titulaire.activite_depuis", Libelle: "Date d’activité", Aide: "Début du contrat, ou du chômage.", Type: Date, Onglet: Metier, Sert: histo},
	{Code: "titulaire.csp", Libelle: "Profession et catégorie socio-professionnelle", Type: Code, Nomenclature: "csp", Onglet: Metier, SQL: "(select e.csp from emplois e join personnes p on p.id = e.personne_id where e.demande_id = d.id and p.role = 'demandeur')", Sert: EnExport | histo},
	{Code: "titulaire.employeur", Libelle: "Raison sociale", Type: Texte, Max: 100, Onglet: Metier, Cerfa: true, Obligation: Conditionnel, Sert: histo},
	{Code: "titulaire.employeur_code_postal", Libelle: "Code postal", Type: CodePostal, Onglet: Metier, Sert: histo},
	{Code: "titulaire.employeur_commune", Libelle: "Ville", Type: Commune, Onglet: Metier, Sert: histo},
	{Code: "titulaire.employeur_voie", Libelle: "N° et rue", Type: Texte, Max: 100, Onglet: Metier, Sert: histo},
	{Code: "titulaire.employeur_complement", Libelle: "Compléments", Type: Texte, Max: 80, Onglet: Metier, Sert: histo},
	{Code: "titulaire.employeur_siret", Libelle: "Numéro de SIRET", Aide: "14 chiffres.", Type: Siret, Onglet: Metier, Sert: histo},
	{Code: "titulaire.employeur_correspondant", Libelle: "Correspondant", Type: Texte, Max: 80, Onglet: Metier, Sert: histo},
	{Code: "titulaire.employeur_telephone", Libelle: "Téléphone", Type: Telephone, Max: 20, Onglet: Metier, Sert: histo},
	{Code: "titulaire.employeur_fax", Libelle: "Fax", Type: Telephone, Max: 20, Onglet: Metier, Sert: histo},
	{Code: "titulaire.employeur_courriel", Libelle: "E-mail", Type: Courriel, Max: 100, Onglet: Metier, Sert: histo},
	{Code: "titulaire.employeur_depuis", Libelle: "Date d’entrée chez l’employeur", Type: Date, Onglet: Metier, Sert: histo},
	{Code: "titulaire.commune_travail", Libelle: "Commune de travail", Type: Commune, Onglet: Metier, Cerfa: true, Sert: histo},
	{Code: "titulaire.plusieurs_employeurs", Libelle: "Plusieurs employeurs", Type: OuiNon, Onglet: Metier, Sert: histo},
	{Code: "titulaire.un_pour_cent", Libelle: "Cotise au « 1 % logement »", Type: OuiNon, Onglet: Metier, Sert: histo},
	{Code: "titulaire.assistant_maternel", Libelle: "Assistant(e) maternel(le) ou familial(e) agréé(e)", Type: OuiNon, Onglet: Metier, Sert: histo},
	{Code: "titulaire.fonctionnaire", Libelle: "Fonctionnaire ou agent de l’État", Type: OuiNon, Onglet: Metier, Sert: histo},
	{Code: "titulaire.collecteur", Libelle: "Collecteur", Type: Case, Nomenclature: "collecteur_1pc", Onglet: Metier, Predicat: parCollecteur, Sert: EnCritere | histo},
	{Code: "titulaire.dossier", Libelle: "Numéro de dossier chez le collecteur", Type: Numero, Max: 30, Onglet: Metier, Sert: histo},
}

var ressources = []Champ{
	{Code: "rfr.demandeur", Libelle: "Revenu fiscal de référence", Type: Montant, Max: 9_999_999, Onglet: Ressources, Cerfa: true, Obligation: Instruction, Sert: histo},
	{Code: "rfr.cotitulaire", Libelle: "Revenu fiscal de référence", Type: Montant, Max: 9_999_999, Onglet: Ressources, Cerfa: true, Obligation: Instruction, Sert: histo},
	{Code: "rfr.autre", Libelle: "Revenu fiscal de référence des autres personnes à loger", Type: Montant, Max: 9_999_999, Onglet: Ressources, Sert: histo},
	{Code: "titulaire.fiscal_commun", Libelle: "Déclaration commune avec le demandeur", Type: Case, Onglet: Ressources, Sert: histo},
	{Code: "titulaire.revenus_12_mois", Libelle: "Revenus des 12 derniers mois", Type: Montant, Max: 9_999_999, Onglet: Ressources, Sert: histo},
	{Code: "ressource.personne", Libelle: "Personne", Type: Numero, Max: 20, Onglet: Ressources, Obligation: Creation, Sert: histo},
	{Code: "ressource.type", Libelle: "Type de ressource", Type: Code, Nomenclature: "ressource_type", Onglet: Ressources, Cerfa: true, Obligation: Creation, Sert: histo},
	{Code: "ressource.montant", Libelle: "Montant mensuel net", Type: Montant, Max: 99_999, Onglet: Ressources, Cerfa: true, Obligation: Creation, Sert: histo},
	{Code: "ressources.aucune", Libelle: "Aucune ressource", Type: Case, Onglet: Ressources, Sert: histo},
	{Code: "versee.personne", Libelle: "Personne", Type: Numero, Max: 20, Onglet: Ressources, Obligation: Creation, Sert: histo},
	{Code: "versee.type", Libelle: "Type de pension", Type: Code, Nomenclature: "ressource_versee_type", Onglet: Ressources, Cerfa: true, Obligation: Creation, Sert: histo},
	{Code: "versee.montant", Libelle: "Montant mensuel", Type: Montant, Max: 99_999, Onglet: Ressources, Cerfa: true, Obligation: Creation, Sert: histo},
}

var logementActuel = []Champ{
	{Code: "logement.situation", Libelle: "Statut", Type: Code, Nomenclature: "situation_logement_actuel", Onglet: LogementActuel, Cerfa: true, Obligation: Creation, SQL: "(select l.situation from logements_actuels l where l.demande_id = d.id)", Sert: EnExport | histo},
	{Code: "logement.depuis", Libelle: "Depuis le", Type: Date, Onglet: LogementActuel, Cerfa: true, Sert: histo},
	{Code: "logement.bailleur", Libelle: "Bailleur HLM actuel", Type: Texte, Max: 100, Onglet: LogementActuel, Cerfa: true, Obligation: Conditionnel, Sert: histo},
	{Code: "logement.bail", Libelle: "Numéro de bail", Type: Numero, Max: 30, Onglet: LogementActuel, Sert: histo},
	{Code: "logement.preavis", Libelle: "Préavis", Aide: "Date du congé donné, s’il y en a un.", Type: Date, Onglet: LogementActuel, Sert: histo},
	{Code: "logement.categorie", Libelle: "Catégorie", Type: Code, Nomenclature: "categorie_logement", Onglet: LogementActuel, Cerfa: true, Obligation: Conditionnel, Sert: histo},
	{Code: "logement.type", Libelle: "Type", Type: Code, Nomenclature: "type_logement", Onglet: LogementActuel, Cerfa: true, Obligation: Conditionnel, Sert: histo},
	{Code: "logement.surface", Libelle: "Surface (m²)", Type: Entier, Max: 999, Onglet: LogementActuel, Cerfa: true, Sert: histo},
	{Code: "logement.habitants", Libelle: "Nombre d’habitants", Type: Entier, Max: 99, Onglet: LogementActuel, Cerfa: true, Sert: histo},
	{Code: "logement.loyer", Libelle: "Loyer mensuel et charges", Type: Montant, Max: 9_999, Onglet: LogementActuel, Cerfa: true, Obligation: Conditionnel, Sert: histo},
	{Code: "logement.apl", Libelle: "APL ou AL perçue", Type: Montant, Max: 9_999, Onglet: LogementActuel, Cerfa: true, Sert: histo},
	{Code: "logement.proprietaire", Libelle: "Propriétaire d’un autre logement", Type: OuiNon, Onglet: LogementActuel, Cerfa: true, Sert: histo},
	{Code: "logement.hebergeant", Libelle: "Nom de l’hébergeant", Type: Texte, Max: 80, Onglet: LogementActuel, Cerfa: true, Obligation: Conditionnel, Sert: histo},
	{Code: "logement.structure", Libelle: "Structure d’hébergement", Type: Texte, Max: 100, Onglet: LogementActuel, Cerfa: true, Obligation: Conditionnel, Sert: histo},
	{Code: "logement.structure_depuis", Libelle: "Entrée dans la structure", Type: Date, Onglet: LogementActuel, Sert: histo},
	{Code: "logement.qpv", Libelle: "En quartier prioritaire", Type: Code, Nomenclature: "quartier_prioritaire", Onglet: LogementActuel, Sert: histo},
	{Code: "motif.1", Libelle: "Motif principal", Type: Code, Nomenclature: "motif_demande", Onglet: LogementActuel, Cerfa: true, Obligation: Creation, SQL: "(select m.motif from motifs m where m.demande_id = d.id and m.rang = 1)", Sert: EnExport | histo},
	{Code: "motif.2", Libelle: "Motif secondaire", Type: Code, Nomenclature: "motif_demande", Onglet: LogementActuel, Cerfa: true, Sert: histo},
	{Code: "motif.precision", Libelle: "Précision du motif", Type: Texte, Max: 200, Onglet: LogementActuel, Cerfa: true, Obligation: Conditionnel, Droit: habilitations.VoirNoteSociale, Sert: histo},
}

var logementRecherche = []Champ{
	{Code: "type", Libelle: "Type", Type: Case, Nomenclature: "type_logement", Onglet: LogementRecherche, Cerfa: true, Obligation: Creation, SQL: "(select s.types from souhaits s where s.demande_id = d.id)", Sert: EnExport | histo},
	{Code: "souhait.categorie", Libelle: "Catégorie", Type: Code, Nomenclature: "categorie_logement", Onglet: LogementRecherche, Cerfa: true, Obligation: Creation, SQL: "(select s.categorie from souhaits s where s.demande_id = d.id)", Sert: EnExport | histo},
	{Code: "souhait.nature_bien", Libelle: "Nature du bien", Type: Code, Nomenclature: "nature_bien", Onglet: LogementRecherche, SQL: "(select s.nature_bien from souhaits s where s.demande_id = d.id)", Sert: EnExport | histo},
	{Code: "choix", Libelle: "Choix géographique", Type: Territoire, Onglet: LogementRecherche, Cerfa: true, Obligation: Creation, SQL: "array(select g.territoire from choix_geographiques g where g.demande_id = d.id order by g.rang)", Sert: EnExport | histo},
	{Code: "souhait.elargie", Libelle: "Demande élargie à d’autres communes", Type: OuiNon, Onglet: LogementRecherche, Cerfa: true, Obligation: Creation, SQL: "(select s.elargie from souhaits s where s.demande_id = d.id)", Sert: EnExport | histo},
	{Code: "souhait.loyer_max", Libelle: "Loyer maximum, charges comprises", Type: Montant, Max: 9_999, Onglet: LogementRecherche, Cerfa: true, SQL: "(select s.loyer_max from souhaits s where s.demande_id = d.id)", Sert: EnExport | histo},
	{Code: "souhait.rez_de_chaussee", Libelle: "Rez-de-chaussée accepté", Type: OuiNon, Onglet: LogementRecherche, Cerfa: true, Sert: histo},
	{Code: "souhait.sans_ascenseur", Libelle: "Sans ascenseur accepté", Type: OuiNon, Onglet: LogementRecherche, Cerfa: true, Sert: histo},
	{Code: "souhait.adapte", Libelle: "Logement adapté au handicap", Type: OuiNon, Onglet: LogementRecherche, Cerfa: true, Sert: histo},
	{Code: "souhait.parking", Libelle: "Parking souhaité", Type: OuiNon, Onglet: LogementRecherche, Cerfa: true, Sert: histo},
	{Code: "souhait.fsl", Libelle: "Dossier FSL", Type: OuiNon, Onglet: LogementRecherche, Sert: histo},
	{Code: "souhait.fsl_du", Libelle: "FSL du", Type: Date, Onglet: LogementRecherche, Sert: histo},
	{Code: "souhait.fsl_au", Libelle: "FSL au", Type: Date, Onglet: LogementRecherche, Sert: histo},
	{Code: "souhait.caution", Libelle: "Caution ou garantie", Type: Texte, Max: 80, Onglet: LogementRecherche, Sert: histo},
	{Code: "souhait.commentaire", Libelle: "Commentaire", Aide: "Des faits utiles à la recherche seulement ; le demandeur peut lire ce texte.", Type: TexteLong, Max: 1000, Onglet: LogementRecherche, Droit: habilitations.VoirNoteSociale, Sert: histo},
}

// actes: what the acts of the life of a demande record beside their date.
var actes = []Champ{
	{Code: "radiation.motif", Libelle: "Motif de radiation", Type: Code, Nomenclature: "motif_radiation", Onglet: Historique, SQL: "d.motif_radiation", Sert: EnExport | histo},
	{Code: "radiation.date", Libelle: "Date de l’écrit ou de l’acte", Type: Date, Onglet: Historique, Sert: histo},
	{Code: "radiation.avertissement_le", Libelle: "Avertissement envoyé le", Type: Date, Onglet: Historique, Sert: histo},
	{Code: "radiation.preuve", Libelle: "Preuve de remise", Type: Texte, Max: 100, Onglet: Historique, Sert: histo},
	{Code: "reactivation.reponse_le", Libelle: "Réponse du demandeur reçue le", Type: Date, Onglet: Historique, Sert: histo},
	{Code: "reactivation.preuve", Libelle: "Preuve de la réponse", Type: Texte, Max: 100, Onglet: Historique, Sert: histo},
	{Code: "doublon.motif", Libelle: "Création malgré une demande proche", Type: TexteLong, Max: 300, Onglet: Historique, Sert: histo},
}

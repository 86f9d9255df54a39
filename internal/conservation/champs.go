package conservation

// effacement is what happens to the demandes @ids, in order: the names first
// found elsewhere, then the rows that go, then those that stay without what
// would say whose they are. Foreign keys and the list of tables are checked by
// the test, which looks for erased names in every column of the base.
var effacement = []string{
	// Searches of the day for these persons, kept out of the addresses.
	`delete from recherches_nominatives
where nom <> '' and normaliser_nom(nom) in (
    select nom from recherche_noms where demande_id = any(@ids)
    union all
    select nom_naissance from recherche_noms where demande_id = any(@ids))`,

	// Rows that go: what was typed, changed, printed, opened, found by name.
	`delete from recherche_noms where demande_id = any(@ids)`,
	`delete from recherche_demandes where demande_id = any(@ids)`,
	`delete from saisies where demande_id = any(@ids)`,
	`delete from evenements_valeurs where demande_id = any(@ids)`,
	`delete from attestations where demande_id = any(@ids)`,
	`delete from dernieres_ouvertures where demande_id = any(@ids)`,
	`delete from numeros_internes where demande_id = any(@ids)`,
	`delete from handicaps where demande_id = any(@ids)`, // health: the yes or no of handicaps_demandes is enough

	// Persons: sex, place in the household, band of five years of birth.
	`update personnes set
    nom = '', nom_naissance = '', prenom = '', nir = null, tel_domicile = '', tel_portable = '', tel_travail = '', courriel = '',
    naissance = make_date(extract(year from naissance)::int / 5 * 5, 1, 1),
    revenus_12_mois = round(revenus_12_mois, -3)
where demande_id = any(@ids)`,
	`update personnes_morales set raison_sociale = '', siret = '' where demande_id = any(@ids)`,
	`update emplois set
    profession = '', activite_depuis = null, employeur = '', employeur_code_postal = '', employeur_commune = null, employeur_voie = '',
    employeur_complement = '', employeur_siret = '', employeur_correspondant = '', employeur_telephone = '', employeur_fax = '',
    employeur_courriel = '', employeur_depuis = null
where demande_id = any(@ids)`,
	`update collecteurs_demande set dossier = '' where demande_id = any(@ids)`,

	// Address: the commune.
	`update coordonnees set
    chez = '', domiciliation = '', complement = '', voie = '', code_postal = '', localite = '', pays = '', courrier_autre = false,
    courrier_destinataire = '', courrier_complement = '', courrier_voie = '', courrier_code_postal = '', courrier_commune = null,
    suivi_structure = '', suivi_travailleur = '', suivi_adresse = '', suivi_telephone = '', suivi_courriel = ''
where demande_id = any(@ids)`,

	// Amounts, rounded.
	`update revenus_fiscaux set montant = round(montant, -3) where demande_id = any(@ids)`,
	`update ressources set montant = round(montant, -2) where demande_id = any(@ids)`,
	`update naissances_attendues set date_prevue = null where demande_id = any(@ids)`,
	`update logements_actuels set
    depuis = date_trunc('month', depuis), bailleur = '', preavis = null, surface = greatest(round(surface, -1), 1),
    loyer = round(loyer, -1), apl = round(apl, -1), hebergeant = '', structure = '', structure_depuis = null, motif_precision = ''
where demande_id = any(@ids)`,
	`update souhaits set fsl_du = null, fsl_au = null, caution = '', commentaire = '', loyer_max = round(loyer_max, -1)
where demande_id = any(@ids)`,
	`update priorites set validee_le = null, validee_par = null where demande_id = any(@ids)`,

	// The number, away from the row; the order of numbers, not that of the rows.
	`insert into numeros_retires (numero_unique, departement, mois, rang)
select numero_unique, departement, mois, rang
from demandes
where id = any(@ids) and numero_unique is not null
order by numero_unique
on conflict do nothing`,
	`update demandes set
    statut = 'EFFACEE', numero_unique = null, numero_iw = null, numero_national = null, mois = null, rang = null, tri_nom = '',
    preavis_postal = false, cle_creation = null, date_depot = date_trunc('month', date_depot),
    date_renouvellement = date_trunc('month', date_renouvellement), date_echeance = null,
    date_radiation = date_trunc('month', date_radiation), cree_le = date_trunc('month', cree_le),
    version = version + 1, modifie_le = now()
where id = any(@ids)`,
}

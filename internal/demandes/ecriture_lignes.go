package demandes

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"imhoweb/internal/platform/pg"
)

// lignes queues the insertion of every normalised row of a demande; persons
// already there are updated. organisme owns the numéro interne.
func (f Fichier) lignes(b *pgx.Batch, organisme string, d *Demande) error {
	for _, t := range d.Titulaires() {
		if err := f.ligneTitulaire(b, d, t); err != nil {
			return err
		}
	}
	for i := range d.Occupants {
		ligneOccupant(b, d.ID, &d.Occupants[i])
	}
	ligneCoordonnees(b, d)
	ligneLogement(b, d)
	ligneSouhait(b, d)
	lignesRevenus(b, d)
	lignesHandicaps(b, d)
	if d.PersonneMorale {
		b.Queue(moraleSQL, pg.Args{"id": d.ID, "raison_sociale": d.Morale.RaisonSociale, "siret": d.Morale.Siret, "forme": d.Morale.Forme})
	}
	if d.ANaitre.Nombre > 0 {
		b.Queue(naissancesSQL, pg.Args{"id": d.ID, "nombre": d.ANaitre.Nombre, "date_prevue": d.ANaitre.DatePrevue})
	}
	if d.NumeroInterne == "" {
		b.Queue(oterNumeroInterneSQL, pg.Args{"id": d.ID, "organisme": organisme})
	} else {
		b.Queue(numeroInterneSQL, pg.Args{"id": d.ID, "organisme": organisme, "numero": d.NumeroInterne})
	}
	return nil
}

const moraleSQL = `
insert into personnes_morales (demande_id, raison_sociale, siret, forme)
values (@id, @raison_sociale, @siret, @forme)`

const naissancesSQL = `
insert into naissances_attendues (demande_id, nombre, date_prevue)
values (@id, @nombre, @date_prevue)`

const numeroInterneSQL = `
insert into numeros_internes (demande_id, organisme, numero)
values (@id, @organisme, @numero)
on conflict (demande_id, organisme) do update set numero = excluded.numero`

const oterNumeroInterneSQL = `
delete from numeros_internes
where demande_id = @id
  and organisme = @organisme`

const titulaireSQL = `
with p as (
    insert into personnes (demande_id, role, cle, lien, civilite, nom, nom_naissance, prenom, naissance, emancipe, nationalite,
        situation_familiale, nir, tel_domicile, tel_portable, tel_travail, courriel, fiscal_commun, revenus_12_mois)
    values (@id, @role, @cle, @lien, @civilite, @nom, @nom_naissance, @prenom, @naissance, @emancipe, @nationalite,
        @situation_familiale, @nir, @tel_domicile, @tel_portable, @tel_travail, @courriel, @fiscal_commun, @revenus_12_mois)
    on conflict (demande_id, role, cle) do update set
        lien = excluded.lien, civilite = excluded.civilite, nom = excluded.nom, nom_naissance = excluded.nom_naissance,
        prenom = excluded.prenom, naissance = excluded.naissance, emancipe = excluded.emancipe, nationalite = excluded.nationalite,
        situation_familiale = excluded.situation_familiale, nir = excluded.nir, tel_domicile = excluded.tel_domicile,
        tel_portable = excluded.tel_portable, tel_travail = excluded.tel_travail, courriel = excluded.courriel,
        fiscal_commun = excluded.fiscal_commun, revenus_12_mois = excluded.revenus_12_mois
    returning id),
c as (
    insert into collecteurs_demande (personne_id, demande_id, collecteur, dossier)
    select p.id, @id, v.collecteur, v.dossier
    from p, unnest(@collecteurs::text[], @dossiers::text[]) as v (collecteur, dossier))
insert into emplois (personne_id, demande_id, profession, activite, activite_depuis, csp, employeur, employeur_code_postal,
    employeur_commune, employeur_voie, employeur_complement, employeur_siret, employeur_correspondant, employeur_telephone,
    employeur_fax, employeur_courriel, employeur_depuis, commune_travail, plusieurs_employeurs, un_pour_cent, assistant_maternel,
    fonctionnaire)
select p.id, @id, @profession, @activite, @activite_depuis, @csp, @employeur, @employeur_code_postal,
    nullif(@employeur_commune, ''), @employeur_voie, @employeur_complement, @employeur_siret, @employeur_correspondant,
    @employeur_telephone, @employeur_fax, @employeur_courriel, @employeur_depuis, nullif(@commune_travail, ''),
    @plusieurs_employeurs, @un_pour_cent, @assistant_maternel, @fonctionnaire
from p
returning personne_id`

func (f Fichier) ligneTitulaire(b *pgx.Batch, d *Demande, t *Titulaire) error {
	role := t.Role()
	nir, err := f.Cle.chiffrer(t.Nir, lieNir(d.ID, role, t.Cle))
	if err != nil {
		return err
	}
	nom := t.Nom
	if d.PersonneMorale {
		nom = d.Morale.RaisonSociale
	}
	var collecteurs, dossiers []string
	for _, c := range t.Collecteurs {
		collecteurs, dossiers = append(collecteurs, c.Code), append(dossiers, c.Dossier)
	}
	e := t.Emploi
	b.Queue(titulaireSQL, pg.Args{
		"id": d.ID, "role": role, "cle": t.Cle, "lien": t.Lien, "civilite": t.Civilite, "nom": nom, "nom_naissance": t.NomNaissance,
		"prenom": t.Prenom, "naissance": t.Naissance, "emancipe": t.Emancipe, "nationalite": t.Nationalite,
		"situation_familiale": t.SituationFamiliale, "nir": nir, "tel_domicile": t.TelDomicile, "tel_portable": t.TelPortable,
		"tel_travail": t.TelTravail, "courriel": t.Courriel, "fiscal_commun": t.FiscalCommun, "revenus_12_mois": t.Revenus12Mois,
		"collecteurs": collecteurs, "dossiers": dossiers,
		"profession": e.Profession, "activite": e.Activite, "activite_depuis": e.ActiviteDepuis, "csp": e.Csp, "employeur": e.Employeur,
		"employeur_code_postal": e.EmployeurCodePostal, "employeur_commune": e.EmployeurCommune, "employeur_voie": e.EmployeurVoie,
		"employeur_complement": e.EmployeurComplement, "employeur_siret": e.EmployeurSiret,
		"employeur_correspondant": e.EmployeurCorrespondant, "employeur_telephone": e.EmployeurTelephone, "employeur_fax": e.EmployeurFax,
		"employeur_courriel": e.EmployeurCourriel, "employeur_depuis": e.EmployeurDepuis, "commune_travail": e.CommuneTravail,
		"plusieurs_employeurs": e.PlusieursEmployeurs, "un_pour_cent": e.UnPourCent, "assistant_maternel": e.AssistantMaternel,
		"fonctionnaire": e.Fonctionnaire,
	}).QueryRow(func(row pgx.Row) error { return row.Scan(&t.ID) })
	return nil
}

// Role is the role of a titulaire.
func (t *Titulaire) Role() Role {
	if t.Cle == 0 {
		return RoleDemandeur
	}
	return RoleCotitulaire
}

const occupantSQL = `
insert into personnes (demande_id, role, cle, nom, prenom, naissance, sexe, lien_parente, fiscal, coparentalite)
values (@id, @role, @cle, @nom, @prenom, @naissance, @sexe, @lien_parente, @fiscal, @coparentalite)
on conflict (demande_id, role, cle) do update set
    nom = excluded.nom, prenom = excluded.prenom, naissance = excluded.naissance, sexe = excluded.sexe,
    lien_parente = excluded.lien_parente, fiscal = excluded.fiscal, coparentalite = excluded.coparentalite
returning id`

func ligneOccupant(b *pgx.Batch, id int64, o *Occupant) {
	b.Queue(occupantSQL, pg.Args{
		"id": id, "role": o.Role, "cle": o.Cle, "nom": o.Nom, "prenom": o.Prenom, "naissance": o.Naissance, "sexe": o.Sexe,
		"lien_parente": o.LienParente, "fiscal": o.Fiscal, "coparentalite": o.Coparentalite,
	}).QueryRow(func(row pgx.Row) error { return row.Scan(&o.ID) })
}

const coordonneesSQL = `
insert into coordonnees (demande_id, etranger, chez, domiciliation, complement, voie, code_postal, commune, localite, pays,
    courrier_autre, courrier_destinataire, courrier_complement, courrier_voie, courrier_code_postal, courrier_commune,
    suivi, suivi_structure, suivi_travailleur, suivi_adresse, suivi_telephone, suivi_courriel)
values (@id, @etranger, @chez, @domiciliation, @complement, @voie, @code_postal, nullif(@commune, ''), @localite, @pays,
    @courrier_autre, @courrier_destinataire, @courrier_complement, @courrier_voie, @courrier_code_postal,
    nullif(@courrier_commune, ''), @suivi, @suivi_structure, @suivi_travailleur, @suivi_adresse, @suivi_telephone, @suivi_courriel)`

func ligneCoordonnees(b *pgx.Batch, d *Demande) {
	c := d.Coordonnees
	b.Queue(coordonneesSQL, pg.Args{
		"id": d.ID, "etranger": c.Etranger, "chez": c.Chez, "domiciliation": c.Domiciliation, "complement": c.Complement, "voie": c.Voie,
		"code_postal": c.CodePostal, "commune": c.Commune, "localite": c.Localite, "pays": c.Pays, "courrier_autre": c.CourrierAutre,
		"courrier_destinataire": c.CourrierDestinataire, "courrier_complement": c.CourrierComplement, "courrier_voie": c.CourrierVoie,
		"courrier_code_postal": c.CourrierCodePostal, "courrier_commune": c.CourrierCommune, "suivi": c.Suivi,
		"suivi_structure": c.SuiviStructure, "suivi_travailleur": c.SuiviTravailleur, "suivi_adresse": c.SuiviAdresse,
		"suivi_telephone": c.SuiviTelephone, "suivi_courriel": c.SuiviCourriel,
	})
}

const logementSQL = `
insert into logements_actuels (demande_id, situation, depuis, bailleur, bail, preavis, categorie, type, surface, habitants, loyer, apl,
    proprietaire, hebergeant, structure, structure_depuis, qpv, motif_precision)
values (@id, @situation, @depuis, @bailleur, @bail, @preavis, @categorie, @type, @surface, @habitants, @loyer, @apl,
    @proprietaire, @hebergeant, @structure, @structure_depuis, @qpv, @motif_precision)`

const motifSQL = `
insert into motifs (demande_id, rang, motif)
values (@id, @rang, @motif)`

func ligneLogement(b *pgx.Batch, d *Demande) {
	a := d.LogementActuel
	b.Queue(logementSQL, pg.Args{
		"id": d.ID, "situation": a.Situation, "depuis": a.Depuis, "bailleur": a.Bailleur, "bail": a.Bail, "preavis": a.Preavis,
		"categorie": a.Categorie, "type": a.Type, "surface": a.Surface, "habitants": a.Habitants, "loyer": a.Loyer, "apl": a.Apl,
		"proprietaire": a.Proprietaire, "hebergeant": a.Hebergeant, "structure": a.Structure, "structure_depuis": a.StructureDepuis,
		"qpv": a.Qpv, "motif_precision": d.MotifPrecision,
	})
	for i, m := range d.Motifs {
		if m != "" {
			b.Queue(motifSQL, pg.Args{"id": d.ID, "rang": i + 1, "motif": m})
		}
	}
}

const souhaitInsertSQL = `
insert into souhaits (demande_id, types, categorie, nature_bien, elargie, loyer_max, rez_de_chaussee, sans_ascenseur, adapte, parking,
    fsl, fsl_du, fsl_au, caution, commentaire, sans_ressource)
values (@id, coalesce(@types::text[], '{}'), @categorie, @nature_bien, @elargie, @loyer_max, @rez_de_chaussee, @sans_ascenseur, @adapte,
    @parking, @fsl, @fsl_du, @fsl_au, @caution, @commentaire, @sans_ressource)`

const choixSQL = `
insert into choix_geographiques (demande_id, rang, territoire)
select @id, c.rang, c.territoire
from unnest(@choix::text[]) with ordinality as c (territoire, rang)`

func ligneSouhait(b *pgx.Batch, d *Demande) {
	o := d.Souhait
	b.Queue(souhaitInsertSQL, pg.Args{
		"id": d.ID, "types": o.Types, "categorie": o.Categorie, "nature_bien": o.NatureBien, "elargie": o.Elargie, "loyer_max": o.LoyerMax,
		"rez_de_chaussee": o.RezDeChaussee, "sans_ascenseur": o.SansAscenseur, "adapte": o.Adapte, "parking": o.Parking, "fsl": o.Fsl,
		"fsl_du": o.FslDu, "fsl_au": o.FslAu, "caution": o.Caution, "commentaire": o.Commentaire, "sans_ressource": d.SansRessource,
	})
	b.Queue(choixSQL, pg.Args{"id": d.ID, "choix": o.Choix})
}

const revenuSQL = `
insert into revenus_fiscaux (demande_id, foyer, annee, montant)
values (@id, @foyer, @annee, @montant)`

const ressourceSQL = `
insert into ressources (demande_id, versee, cle, personne, type, montant)
values (@id, @versee, @cle, @personne, @type, @montant)`

func lignesRevenus(b *pgx.Batch, d *Demande) {
	for _, r := range d.Fiscaux {
		b.Queue(revenuSQL, pg.Args{"id": d.ID, "foyer": r.Foyer, "annee": r.Annee, "montant": r.Montant})
	}
	for _, r := range d.Ressources {
		b.Queue(ressourceSQL, pg.Args{"id": d.ID, "versee": r.Versee, "cle": r.Cle, "personne": r.Personne, "type": r.Type, "montant": r.Montant})
	}
}

const mdphSQL = `
insert into handicaps_demandes (demande_id, handicap_mdph)
values (@id, @handicap_mdph)`

const handicapSQL = `
insert into handicaps (personne_id, demande_id, cle, etat, natures, marches, aides, equipements, invalidite)
select p.id, @id, @cle_handicap, @etat, coalesce(@natures::text[], '{}'), @marches, coalesce(@aides::text[], '{}'),
    coalesce(@equipements::text[], '{}'), @invalidite
from personnes p
where p.demande_id = @id
  and p.role = @role
  and p.cle = @cle`

func lignesHandicaps(b *pgx.Batch, d *Demande) {
	if d.HandicapMDPH != nil {
		b.Queue(mdphSQL, pg.Args{"id": d.ID, "handicap_mdph": *d.HandicapMDPH})
	}
	for _, h := range d.Handicaps {
		role, cle := personneDe(h.Personne)
		b.Queue(handicapSQL, pg.Args{
			"id": d.ID, "role": role, "cle": cle, "cle_handicap": h.Cle, "etat": h.Etat, "natures": h.Natures, "marches": h.Marches,
			"aides": h.Aides, "equipements": h.Equipements, "invalidite": h.Invalidite,
		}).Exec(func(t pgconn.CommandTag) error {
			if t.RowsAffected() == 0 {
				return fmt.Errorf("handicap %d: no person %q", h.Cle, h.Personne)
			}
			return nil
		})
	}
}

// personneDe is the reverse of Sujet: "charge.2" is the second dependent.
func personneDe(sujet string) (Role, int) {
	s, cle, _ := strings.Cut(sujet, ".")
	n, err := strconv.Atoi(cle)
	switch {
	case s == "demandeur":
		return RoleDemandeur, 0
	case err != nil:
		return "", 0
	case s == "cotitulaire":
		return RoleCotitulaire, n
	}
	for role, nom := range sujetsOccupants {
		if nom == s {
			return role, n
		}
	}
	return "", 0
}

package demandes

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// Get reads a whole dossier, without what the session may not see (Vue).
// numero is the numéro unique, or "b-<id>" for a draft, which has only its
// header. Out of sight is fault.NotFound; seen, but not open to the droit, is
// fault.Forbidden.
func (f Fichier) Get(ctx context.Context, db pg.DB, s habilitations.Session, droit habilitations.Droit, numero string) (*Demande, error) {
	d, err := f.getComplet(ctx, db, s, droit, numero)
	if err != nil {
		return nil, err
	}
	return d.Vue(s), nil
}

// Dossier is a demande and what a page shows beside it, read together.
type Dossier struct {
	*Demande
	EnCours    *Saisie // working copy of the session's agent, nil without one
	Evenements []EvenementLu
	Suite      string // what FiltreHistorique wants for the événements that follow
}

// LireDossier is Get with the working copy and, if a filtre is given, the
// history, in two round trips. avec, which may be nil, queues what else goes
// with the second. Of a draft, the header only is read.
func (f Fichier) LireDossier(ctx context.Context, db pg.DB, s habilitations.Session, numero string, filtre *FiltreHistorique, avec func(*pgx.Batch)) (Dossier, error) {
	e, err := EnteteDe(ctx, db, s, habilitations.ConsulterDemande, numero)
	if err != nil {
		return Dossier{}, err
	}
	l := Dossier{Demande: &Demande{Entete: e}}
	if e.NumeroUnique == "" {
		l.Demande = l.Demande.Vue(s)
		return l, nil
	}
	b := &pgx.Batch{}
	assembler := f.queueLignes(b, s.Organisme, l.Demande)
	f.queueSaisie(b, s, e.ID, false, &l.EnCours)
	if filtre != nil {
		if err := f.queueHistorique(b, s, e.ID, *filtre, &l.Evenements, &l.Suite); err != nil {
			return Dossier{}, err
		}
	}
	if avec != nil {
		avec(b)
	}
	if err = db.SendBatch(ctx, b).Close(); err == nil {
		err = assembler()
	}
	if err != nil {
		return Dossier{}, fmt.Errorf("demandes: read %d: %w", e.ID, err)
	}
	l.Demande = l.Demande.Vue(s)
	return l, nil
}

// PourAttestation reads a dossier whole, for the letter that its demandeur
// receives: nothing of it is hidden from whoever may print it.
func (f Fichier) PourAttestation(ctx context.Context, db pg.DB, s habilitations.Session, numero string) (*Demande, error) {
	return f.getComplet(ctx, db, s, habilitations.EditerAttestation, numero)
}

// getComplet is Get with every field, whatever the session may see: what an
// act must start from, so that saving erases nothing hidden.
func (f Fichier) getComplet(ctx context.Context, db pg.DB, s habilitations.Session, droit habilitations.Droit, numero string) (*Demande, error) {
	e, err := EnteteDe(ctx, db, s, droit, numero)
	if err != nil {
		return nil, err
	}
	d := &Demande{Entete: e}
	if err := f.lireLignes(ctx, db, s.Organisme, d); err != nil {
		return nil, fmt.Errorf("demandes: read %d: %w", d.ID, err)
	}
	return d, nil
}

const enteteSQL = `
select d.id, d.departement, coalesce(d.numero_unique, '') as numero_unique, coalesce(d.numero_iw, '') as numero_iw, d.statut,
    d.motif_radiation, d.avancement, d.etat, d.incomplete, d.personne_morale, d.nature, d.foyer, d.date_depot,
    d.date_renouvellement, d.date_echeance, d.date_radiation, d.origine, d.contingent, d.degre, d.statut_dalo, d.preavis_postal,
    coalesce(d.guichet, '') as guichet, d.organisme, d.version, (%s) as permis
from demandes d
where %s
  and (%s)`

// EnteteDe reads the header of a dossier alone; same errors as Get.
func EnteteDe(ctx context.Context, db pg.DB, s habilitations.Session, droit habilitations.Droit, numero string) (Entete, error) {
	cle, args, ok := designer(numero)
	if !ok {
		return Entete{}, fault.NotFound
	}
	vue, permis := s.Portee(habilitations.ConsulterDemande), s.Portee(droit)
	maps.Copy(args, vue.Args)
	maps.Copy(args, permis.Args) // same names, same session, hence same values
	rows, err := db.Query(ctx, fmt.Sprintf(enteteSQL, permis.SQL, cle, vue.SQL), args)
	if err != nil {
		return Entete{}, fmt.Errorf("demandes: read the header: %w", err)
	}
	type ligne struct {
		Entete
		Permis bool
	}
	l, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[ligne])
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Entete{}, fault.NotFound
	case err != nil:
		return Entete{}, fmt.Errorf("demandes: read the header: %w", err)
	case !l.Permis:
		return Entete{}, fault.Forbidden
	}
	return l.Entete, nil
}

// designer turns what names a dossier in URLs into a condition.
func designer(numero string) (string, pg.Args, bool) {
	if brouillon, ok := strings.CutPrefix(numero, "b-"); ok {
		id, err := strconv.ParseInt(brouillon, 10, 64)
		return "d.id = @id and d.numero_unique is null", pg.Args{"id": id}, err == nil
	}
	return "d.numero_unique = @numero", pg.Args{"numero": numero}, len(numero) == 18
}

// ficheLue and the other private structures gather, for one statement, values
// that stand apart in Demande.
type ficheLue struct {
	Coordonnees
	LogementActuel
	Morale
	ANaitre
	MotifPrecision string
	Motif1, Motif2 string
	HandicapMDPH   *bool
	NumeroInterne  string
	Priorites      []string
}

// A registered demande always has its rows of coordonnees, logements_actuels
// and souhaits, and each titulaire its row of emplois.
const ficheSQL = `
select c.etranger, c.chez, c.domiciliation, c.complement, c.voie, c.code_postal, coalesce(c.commune, '') as commune, c.localite, c.pays,
    c.courrier_autre, c.courrier_destinataire, c.courrier_complement, c.courrier_voie, c.courrier_code_postal,
    coalesce(c.courrier_commune, '') as courrier_commune, c.suivi, c.suivi_structure, c.suivi_travailleur, c.suivi_adresse,
    c.suivi_telephone, c.suivi_courriel,
    l.situation, l.depuis, l.bailleur, l.bail, l.preavis, l.categorie, l.type, l.surface, l.habitants, l.loyer, l.apl, l.proprietaire,
    l.hebergeant, l.structure, l.structure_depuis, l.qpv, l.motif_precision,
    coalesce(m.raison_sociale, '') as raison_sociale, coalesce(m.siret, '') as siret, coalesce(m.forme, '') as forme,
    coalesce(n.nombre, 0) as nombre, n.date_prevue,
    coalesce((select motif from motifs where demande_id = @id and rang = 1), '') as motif_1,
    coalesce((select motif from motifs where demande_id = @id and rang = 2), '') as motif_2,
    (select handicap_mdph from handicaps_demandes where demande_id = @id) as handicap_mdph,
    coalesce((select numero from numeros_internes where demande_id = @id and organisme = @organisme), '') as numero_interne,
    (select array_agg(priorite order by priorite) from priorites where demande_id = @id) as priorites
from coordonnees c
join logements_actuels l on l.demande_id = c.demande_id
left join personnes_morales m on m.demande_id = c.demande_id
left join naissances_attendues n on n.demande_id = c.demande_id
where c.demande_id = @id`

type souhaitLu struct {
	Souhait
	SansRessource bool
	Occupants     []Occupant
	Handicaps     []Handicap
	Fiscaux       []RevenuFiscal
	Ressources    []Ressource
}

// sujetSQL names a person p as the form does: demandeur, cotitulaire.1, charge.2.
const sujetSQL = `case p.role when 'demandeur' then 'demandeur' when 'co_titulaire' then 'cotitulaire.' || p.cle
        when 'a_charge' then 'charge.' || p.cle else p.role || '.' || p.cle end`

const souhaitSQL = `
select s.types, s.categorie, s.nature_bien, s.elargie, s.loyer_max, s.rez_de_chaussee, s.sans_ascenseur, s.adapte, s.parking, s.fsl,
    s.fsl_du, s.fsl_au, s.caution, s.commentaire, s.sans_ressource,
    (select array_agg(territoire order by rang) from choix_geographiques where demande_id = @id) as choix,
    (select json_agg(json_build_object('ID', p.id, 'Role', p.role, 'Cle', p.cle, 'Nom', p.nom, 'Prenom', p.prenom,
        'Naissance', p.naissance, 'Sexe', p.sexe, 'LienParente', p.lien_parente, 'Fiscal', p.fiscal, 'Coparentalite', p.coparentalite)
        order by array_position(array['a_charge', 'garde', 'autre'], p.role), p.cle)
     from personnes p where p.demande_id = @id and p.role in ('a_charge', 'garde', 'autre')) as occupants,
    (select json_agg(json_build_object('Cle', h.cle, 'Personne', ` + sujetSQL + `, 'Etat', h.etat, 'Natures', h.natures,
        'Marches', h.marches, 'Aides', h.aides, 'Equipements', h.equipements, 'Invalidite', h.invalidite) order by h.cle)
     from handicaps h join personnes p on p.id = h.personne_id where h.demande_id = @id) as handicaps,
    (select json_agg(json_build_object('Foyer', r.foyer, 'Annee', r.annee, 'Montant', r.montant) order by r.foyer, r.annee)
     from revenus_fiscaux r where r.demande_id = @id) as fiscaux,
    (select json_agg(json_build_object('Cle', r.cle, 'Versee', r.versee, 'Personne', r.personne, 'Type', r.type, 'Montant', r.montant)
        order by r.versee, r.cle)
     from ressources r where r.demande_id = @id) as ressources
from souhaits s
where s.demande_id = @id`

type titulaireLu struct {
	ID   int64
	Role Role
	Cle  int
	Lien string
	Identite
	Emancipe                                       bool
	Nationalite, SituationFamiliale                string
	Nir                                            []byte
	TelDomicile, TelPortable, TelTravail, Courriel string
	FiscalCommun                                   bool
	Revenus12Mois                                  *int
	Emploi
	Collecteurs []Collecteur
}

const titulairesSQL = `
select p.id, p.role, p.cle, p.lien, p.civilite, p.nom, p.nom_naissance, p.prenom, p.naissance, p.emancipe, p.nationalite,
    p.situation_familiale, p.nir, p.tel_domicile, p.tel_portable, p.tel_travail, p.courriel, p.fiscal_commun, p.revenus_12_mois,
    e.profession, e.activite, e.activite_depuis, e.csp, e.employeur, e.employeur_code_postal,
    coalesce(e.employeur_commune, '') as employeur_commune, e.employeur_voie, e.employeur_complement, e.employeur_siret,
    e.employeur_correspondant, e.employeur_telephone, e.employeur_fax, e.employeur_courriel, e.employeur_depuis,
    coalesce(e.commune_travail, '') as commune_travail, e.plusieurs_employeurs, e.un_pour_cent, e.assistant_maternel, e.fonctionnaire,
    (select json_agg(json_build_object('Code', c.collecteur, 'Dossier', c.dossier) order by c.collecteur)
     from collecteurs_demande c where c.personne_id = p.id) as collecteurs
from personnes p
join emplois e on e.personne_id = p.id
where p.demande_id = @id
  and p.role in ('demandeur', 'co_titulaire')
order by p.role = 'co_titulaire', p.cle`

// lireLignes fills a dossier whose header is read: three statements, one round
// trip; a draft has no rows.
func (f Fichier) lireLignes(ctx context.Context, db pg.DB, organisme string, d *Demande) error {
	if d.NumeroUnique == "" {
		return nil
	}
	b := &pgx.Batch{}
	assembler := f.queueLignes(b, organisme, d)
	if err := db.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	return assembler()
}

// queueLignes is lireLignes among other statements; what it returns puts the
// rows in their places once they are read.
func (f Fichier) queueLignes(b *pgx.Batch, organisme string, d *Demande) func() error {
	var fiche ficheLue
	var souhait souhaitLu
	var titulaires []titulaireLu
	b.Queue(ficheSQL, pg.Args{"id": d.ID, "organisme": organisme}).Query(func(rows pgx.Rows) (err error) {
		fiche, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[ficheLue])
		return err
	})
	b.Queue(souhaitSQL, pg.Args{"id": d.ID}).Query(func(rows pgx.Rows) (err error) {
		souhait, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[souhaitLu])
		return err
	})
	b.Queue(titulairesSQL, pg.Args{"id": d.ID}).Query(func(rows pgx.Rows) (err error) {
		titulaires, err = pgx.CollectRows(rows, pgx.RowToStructByName[titulaireLu])
		return err
	})
	return func() error { return f.assembler(d, fiche, souhait, titulaires) }
}

// assembler puts what was read of a dossier in its places.
func (f Fichier) assembler(d *Demande, fiche ficheLue, souhait souhaitLu, titulaires []titulaireLu) error {
	d.Coordonnees, d.LogementActuel, d.Morale, d.ANaitre = fiche.Coordonnees, fiche.LogementActuel, fiche.Morale, fiche.ANaitre
	d.Motifs, d.MotifPrecision = [2]string{fiche.Motif1, fiche.Motif2}, fiche.MotifPrecision
	d.HandicapMDPH, d.NumeroInterne, d.Priorites = fiche.HandicapMDPH, fiche.NumeroInterne, fiche.Priorites
	d.Souhait, d.SansRessource = souhait.Souhait, souhait.SansRessource
	d.Occupants, d.Handicaps, d.Fiscaux, d.Ressources = souhait.Occupants, souhait.Handicaps, souhait.Fiscaux, souhait.Ressources
	for _, l := range titulaires {
		t, err := f.titulaire(d, l)
		if err != nil {
			return err
		}
		if l.Role == RoleDemandeur {
			d.Demandeur = t
		} else {
			d.Cotitulaires = append(d.Cotitulaires, t)
		}
	}
	return nil
}

func (f Fichier) titulaire(d *Demande, l titulaireLu) (Titulaire, error) {
	nir, err := f.Cle.dechiffrer(l.Nir, lieNir(d.ID, l.Role, l.Cle))
	if d.PersonneMorale {
		l.Nom = "" // the row carries the raison sociale
	}
	return Titulaire{
		ID: l.ID, Cle: l.Cle, Lien: l.Lien,
		Identite:           l.Identite,
		Emancipe:           l.Emancipe,
		Nationalite:        l.Nationalite,
		SituationFamiliale: l.SituationFamiliale,
		Nir:                nir,
		TelDomicile:        l.TelDomicile,
		TelPortable:        l.TelPortable,
		TelTravail:         l.TelTravail,
		Courriel:           l.Courriel,
		FiscalCommun:       l.FiscalCommun,
		Revenus12Mois:      l.Revenus12Mois,
		Emploi:             l.Emploi,
		Collecteurs:        l.Collecteurs,
	}, err
}

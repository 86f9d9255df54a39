package demandes

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// lotProjection is how many demandes one statement projects.
const lotProjection = 5000

// pctMax bounds what a smallint column holds of a percentage.
const pctMax = 9999

// projections queues both projections of the dossier in hand, after the
// writing of its header: names, search row.
func (f Fichier) projections(b *pgx.Batch, d *Demande) {
	b.Queue(nomsSQL, argsNoms(d))
	f.projection(b, []*Demande{d})
}

// projeter brings the search row of one demande up to date after an act on its
// header; a demande that is not active has none.
func (f Fichier) projeter(ctx context.Context, tx pgx.Tx, id int64) error {
	if err := f.projeterLot(ctx, tx, []int64{id}); err != nil {
		return fmt.Errorf("demandes: project %d: %w", id, err)
	}
	return nil
}

const activesSQL = `
select coalesce(array_agg(id order by id), '{}')
from demandes
where departement = @departement
  and statut = 'ACTIVE'`

const oterDepartementSQL = `
delete from recherche_demandes
where departement = @departement`

const ciblesSQL = `
update demandes d set cibles = n.cibles
from (
    select c.demande_id, array_agg(distinct t.numero order by t.numero) as cibles
    from choix_geographiques c
    join territoires_inclusions i on i.descendant = c.territoire
    join territoires t on t.code = i.ancetre and t.code_parent is not null
    group by c.demande_id) n
where n.demande_id = d.id
  and d.departement = @departement
  and d.cibles is distinct from n.cibles`

// ProjeterTout computes again every search row of a département, and the
// territoires that each demande targets: after a load, a change of the
// référentiels, and each year when plafonds change.
func (f Fichier) ProjeterTout(ctx context.Context, db pg.DB, departement string) error {
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, ciblesSQL, pg.Args{"departement": departement}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, oterDepartementSQL, pg.Args{"departement": departement}); err != nil {
			return err
		}
		var ids []int64
		if err := tx.QueryRow(ctx, activesSQL, pg.Args{"departement": departement}).Scan(&ids); err != nil {
			return err
		}
		for lot := range slices.Chunk(ids, lotProjection) {
			if err := f.projeterLot(ctx, tx, lot); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("demandes: project département %s: %w", departement, err)
	}
	return nil
}

// menagesSQL reads what Plafonds needs.
const menagesSQL = `
select d.id, d.personne_morale,
    (select json_agg(json_build_object('Cle', p.cle, 'Lien', p.lien, 'Naissance', p.naissance, 'FiscalCommun', p.fiscal_commun,
        'Revenus12Mois', p.revenus_12_mois) order by p.role = 'co_titulaire', p.cle)
     from personnes p where p.demande_id = d.id and p.role in ('demandeur', 'co_titulaire')) as titulaires,
    (select json_agg(json_build_object('Role', p.role, 'Cle', p.cle, 'Fiscal', p.fiscal))
     from personnes p where p.demande_id = d.id and p.role in ('a_charge', 'garde', 'autre')) as occupants,
    coalesce((select n.nombre from naissances_attendues n where n.demande_id = d.id), 0) as a_naitre,
    (select json_agg(json_build_object('Personne', ` + sujetSQL + `, 'Invalidite', h.invalidite))
     from handicaps h join personnes p on p.id = h.personne_id where h.demande_id = d.id and h.invalidite) as handicaps,
    (select json_agg(json_build_object('Foyer', r.foyer, 'Annee', r.annee, 'Montant', r.montant))
     from revenus_fiscaux r where r.demande_id = d.id) as fiscaux
from demandes d
where d.id = any(@ids)`

func (f Fichier) projeterLot(ctx context.Context, tx pgx.Tx, ids []int64) error {
	dossiers, err := menages(ctx, tx, ids)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	f.projection(b, dossiers)
	return tx.SendBatch(ctx, b).Close()
}

// menages reads of dossiers what Plafonds needs.
func menages(ctx context.Context, db pg.DB, ids []int64) ([]*Demande, error) {
	rows, err := db.Query(ctx, menagesSQL, pg.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*Demande, error) {
		d := &Demande{}
		var titulaires []Titulaire
		err := row.Scan(&d.ID, &d.PersonneMorale, &titulaires, &d.Occupants, &d.ANaitre.Nombre, &d.Handicaps, &d.Fiscaux)
		if len(titulaires) > 0 {
			d.Demandeur, d.Cotitulaires = titulaires[0], titulaires[1:]
		}
		return d, err
	})
}

// projection queues the search rows of demandes whose household is in hand.
func (f Fichier) projection(b *pgx.Batch, menages []*Demande) {
	n := len(menages)
	ids, plai, plus, pls := make([]int64, n), make([]*int, n), make([]*int, n), make([]*int, n)
	le := jour.Aujourdhui()
	for i, d := range menages {
		pct := f.Plafonds(d, le).Pct
		ids[i], plai[i], plus[i], pls[i] = d.ID, borner(pct["PLAI"]), borner(pct["PLUS"]), borner(pct["PLS"])
	}
	b.Queue(oterProjectionSQL, pg.Args{"ids": ids})
	b.Queue(projeterSQL, pg.Args{"ids": ids, "plai": plai, "plus": plus, "pls": pls})
}

func borner(pct *int) *int {
	if pct != nil && *pct > pctMax {
		return new(pctMax)
	}
	return pct
}

const oterProjectionSQL = `
delete from recherche_demandes r
using demandes d
where d.id = any(@ids)
  and r.departement = d.departement
  and r.demande_id = d.id`

// projeterSQL makes the search rows from the normalised tables; only the
// percentages of plafond come from outside. 0 stands for a code not given.
const projeterSQL = `
insert into recherche_demandes (departement, demande_id, date_depot, date_renouvellement, date_echeance, numero_unique, nature,
    situation_familiale, nationalite, activite, csp, situation_logement, motif, motif_secondaire, contingent, origine, categorie,
    nature_bien, types, places, collecteurs, priorites, commune, commune_travail, organisme, guichet, annee_naissance, nb_personnes,
    ressources, pct_plai, pct_plus, pct_pls, loyer_max, surface, habitants, elargie, rez_de_chaussee, sans_ascenseur, adapte, parking,
    fsl, handicap, suivi, incomplete)
select d.departement, d.id, d.date_depot, d.date_renouvellement, d.date_echeance, d.numero_unique,
    coalesce((select numero from nomenclatures where domaine = 'nature_demande' and code = d.nature), 0),
    coalesce((select numero from nomenclatures where domaine = 'situation_familiale' and code = p.situation_familiale), 0),
    coalesce((select numero from nomenclatures where domaine = 'nationalite' and code = p.nationalite), 0),
    coalesce((select numero from nomenclatures where domaine = 'activite_professionnelle' and code = e.activite), 0),
    coalesce((select numero from nomenclatures where domaine = 'csp' and code = e.csp), 0),
    coalesce((select numero from nomenclatures where domaine = 'situation_logement_actuel' and code = l.situation), 0),
    coalesce((select numero from nomenclatures where domaine = 'motif_demande' and code = m1.motif), 0),
    coalesce((select numero from nomenclatures where domaine = 'motif_demande' and code = m2.motif), 0),
    coalesce((select numero from nomenclatures where domaine = 'reservataire' and code = d.contingent), 0),
    coalesce((select numero from nomenclatures where domaine = 'origine_demande' and code = d.origine), 0),
    coalesce((select numero from nomenclatures where domaine = 'categorie_logement' and code = s.categorie), 0),
    coalesce((select numero from nomenclatures where domaine = 'nature_bien' and code = s.nature_bien), 0),
    array(select numero from nomenclatures where domaine = 'type_logement' and code = any(s.types) order by numero),
    array(select t.numero from choix_geographiques g join territoires t on t.code = g.territoire
        where g.demande_id = d.id order by g.rang),
    array(select distinct (select numero from nomenclatures where domaine = 'collecteur_1pc' and code = c.collecteur) as numero
        from collecteurs_demande c where c.demande_id = d.id order by numero),
    array(select (select numero from nomenclatures where domaine = 'priorite' and code = q.priorite) as numero
        from priorites q where q.demande_id = d.id order by numero),
    coalesce(a.commune, ''), coalesce(e.commune_travail, ''), o.numero, d.guichet, extract(year from p.naissance), d.foyer,
    coalesce((select sum(case when r.versee then -r.montant else r.montant end) from ressources r where r.demande_id = d.id),
        case when s.sans_ressource then 0 end),
    x.plai, x.plus, x.pls, s.loyer_max, l.surface, l.habitants, s.elargie, s.rez_de_chaussee, s.sans_ascenseur, s.adapte, s.parking,
    s.fsl,
    case when exists (select from handicaps h where h.demande_id = d.id) then true
        else (select h.handicap_mdph from handicaps_demandes h where h.demande_id = d.id) end,
    a.suivi, d.incomplete
from unnest(@ids::bigint[], @plai::smallint[], @plus::smallint[], @pls::smallint[]) as x (id, plai, plus, pls)
join demandes d on d.id = x.id and d.statut = 'ACTIVE'
join organismes o on o.code = d.organisme
join personnes p on p.demande_id = d.id and p.role = 'demandeur' and p.cle = 0
join emplois e on e.personne_id = p.id
join coordonnees a on a.demande_id = d.id
join logements_actuels l on l.demande_id = d.id
join souhaits s on s.demande_id = d.id
left join motifs m1 on m1.demande_id = d.id and m1.rang = 1
left join motifs m2 on m2.demande_id = d.id and m2.rang = 2`

package referentiels

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// Etendre gives other départements what a large demo needs: the département
// and its communes as territoires, and made-up organismes with their agences
// and guichets, all marked fictif. A département already there is left as it is.
func Etendre(ctx context.Context, db pg.DB, departements []string) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		var connus int
		if err := tx.QueryRow(ctx, departementsConnusSQL, pg.Args{"codes": departements}).Scan(&connus); err != nil {
			return fmt.Errorf("referentiels: extend: %w", err)
		}
		if connus != len(departements) {
			return fmt.Errorf("referentiels: extend: some of %v are not départements with communes", departements)
		}
		for _, sql := range []string{
			etendreDepartementsSQL, etendreCommunesSQL, etendreOrganismesSQL, etendreAgencesSQL, etendreGuichetsSQL, etendreParcSQL,
		} {
			if _, err := tx.Exec(ctx, sql, pg.Args{"codes": departements}); err != nil {
				return fmt.Errorf("referentiels: extend: %w", err)
			}
		}
		return FermerInclusions(ctx, tx)
	})
}

const departementsConnusSQL = `
select count(distinct departement)
from communes
where departement = any(@codes)`

const etendreDepartementsSQL = `
insert into territoires (code, type, nom, nom_recherche, departement, population)
select 'D' || d.code, 'departement', 'Tout le département ' || d.code, 'TOUT LE DEPARTEMENT ' || d.code, d.code,
    (select sum(c.population) from communes c where c.departement = d.code)
from departements d
where d.code = any(@codes)
  and not exists (select from territoires t where t.code = 'D' || d.code)
order by d.code`

// The code of a commune is its département, then what remains of its Insee
// code: 31-395, 2A-004, 974-11.
const etendreCommunesSQL = `
insert into territoires (code, type, nom, nom_recherche, departement, code_parent, code_insee, code_epci, codes_postaux, population)
select c.departement || '-' || substr(c.code_insee, length(c.departement) + 1), 'commune', c.nom, c.nom_recherche, c.departement,
    'D' || c.departement, c.code_insee, c.code_epci, c.codes_postaux, c.population
from communes c
where c.departement = any(@codes)
  and not exists (select from territoires t where t.type = 'commune' and t.code_insee = c.code_insee)
order by c.code_insee`

// Four to seven organismes a département: two to five bailleurs, the State and
// the département itself.
const etendreOrganismesSQL = `
insert into organismes (code, nom, type, statut, enregistreur, departement, territoire, adresse, ville, source, fictif)
select d.code || '-' || o.code, o.nom || ' ' || d.code || ' (fictif)', o.type, o.statut, true, d.code,
    case when o.type = 'DEPARTEMENT' then 'D' || d.code end, '1 place des Exemples', coalesce(c.nom, d.nom),
    'Inventé pour les démonstrations', true
from departements d
left join communes c on c.code_insee = d.chef_lieu
cross join (values
    (1, 'OPH', 'Office public de l’habitat', 'BAILLEUR', 'OPH'), (2, 'ESH', 'Habitat social', 'BAILLEUR', 'ESH'),
    (3, 'COOP', 'Coopérative d’habitation', 'BAILLEUR', 'COOP'), (4, 'SEM', 'Société immobilière', 'BAILLEUR', 'SEM'),
    (5, 'LOGIS', 'Logis', 'BAILLEUR', 'ESH'), (6, 'ETAT', 'Services de l’État', 'ETAT', 'ETAT'),
    (7, 'CD', 'Conseil départemental', 'DEPARTEMENT', 'CONSEIL_DEPARTEMENTAL')) as o (rang, code, nom, type, statut)
where d.code = any(@codes)
  and not exists (select from organismes x where x.departement = d.code)
  and (o.rang <= 2 or o.rang >= 6 or o.rang - 3 < (select count(*) from communes n where n.departement = d.code) / 150)
order by d.code, o.rang`

const etendreAgencesSQL = `
insert into agences (code, organisme, nom, adresse, ville, fictif)
select o.code || '-01', o.code, 'Agence ' || o.ville, o.adresse, o.ville, true
from organismes o
where o.departement = any(@codes)
  and o.fictif
  and not exists (select from agences a where a.organisme = o.code)
order by o.numero`

// The code of a made-up guichet is the prefix of its département, Z and a rank.
const etendreGuichetsSQL = `
insert into guichets (code, organisme, agence, nom, adresse, ville, debut, fictif)
select d.prefixe_numero || 'Z' || row_number() over (partition by o.departement order by o.numero), o.code, a.code, a.nom, a.adresse,
    a.ville, date '2011-04-04', true
from organismes o
join departements d on d.code = o.departement
join agences a on a.organisme = o.code
where o.departement = any(@codes)
  and o.fictif
  and not exists (select from guichets g where g.organisme = o.code)
order by o.numero`

const etendreParcSQL = `
insert into bailleurs_communes (organisme, code_insee, fictif)
select o.code, c.code_insee, true
from organismes o
join communes c on c.departement = o.departement and (c.population >= 2000 or o.statut = 'OPH')
where o.departement = any(@codes)
  and o.fictif
  and o.type = 'BAILLEUR'
on conflict (organisme, code_insee) do nothing`

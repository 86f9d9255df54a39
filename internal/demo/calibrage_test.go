package demo

import (
	"math"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Shares of the active demandes, by modalité in the order of calibrage.csv.
var repartitionsSQL = map[string]string{
	"nature": `select array_position(array['PS', 'PA', 'CS', 'FA'], nature), count(*) from demandes
where statut = 'ACTIVE' and not personne_morale group by 1`,
	"personnes_a_loger": `select least(foyer, 6), count(*) from demandes where statut = 'ACTIVE' and not personne_morale group by 1`,
	"situation_familiale": `select array_position(array['C', 'M', 'U', 'D', 'S', 'P', 'V'], situation_familiale), count(*) from demandes
where statut = 'ACTIVE' and not personne_morale group by 1`,
	"age_titulaire": `select width_bucket(extract(year from age(@jour, naissance))::int, array[0, 20, 25, 30, 40, 50, 60, 65, 75]), count(*)
from personnes p join demandes d on d.id = p.demande_id where d.statut = 'ACTIVE' and role = 'demandeur' and naissance is not null group by 1`,
	"sexe_titulaire": `select array_position(array['F', 'M'], sexe), count(*) from personnes p join demandes d on d.id = p.demande_id
where d.statut = 'ACTIVE' and role = 'demandeur' and not d.personne_morale group by 1`,
	"statut_logement": `select case when situation in ('HOT', 'CAMCAR', 'SQUAT') then 11 when situation = 'RE' then 6
    when situation in ('RHVS', 'CDEFCM') then 7
    else array_position(array['HLM', 'LP', 'CPE', 'CP', 'SLHT', 'RS', 'SH', 'POCC', 'FONC', 'LTG', 'SD'], situation) end, count(*)
from logements_actuels l join demandes d on d.id = l.demande_id where d.statut = 'ACTIVE' and not d.personne_morale group by 1`,
	"activite": `select array_position(array['CDI', 'CDD', 'ART', 'CHO', 'ETU', 'APP', 'RET', 'AUT'], activite), count(*)
from emplois e join personnes p on p.id = e.personne_id join demandes d on d.id = p.demande_id
where d.statut = 'ACTIVE' and p.role = 'demandeur' and activite <> '' group by 1`,
	"ressources_pct_plafond_plus": `select least(width_bucket(pct_plus, array[0, 20, 40, 60, 80, 100, 131]), 7), count(*) from recherche_demandes
where pct_plus is not null group by 1`,
	"anciennete": `select width_bucket(@jour - date_depot, array[0, 183, 365, 730, 1095, 1826]), count(*) from demandes
where statut = 'ACTIVE' group by 1`,
	"nb_choix_geographiques": `select case when n <= 3 then n when n <= 5 then 4 else 5 end, count(*)
from (select count(*) as n from choix_geographiques c join demandes d on d.id = c.demande_id where d.statut = 'ACTIVE' group by demande_id) x group by 1`,
	"territoire_souhaite": `select coalesce((select array_position(array['TM', 'SICOVAL', 'MURETAIN'], i.ancetre) from territoires_inclusions i
    where i.descendant = c.territoire and i.ancetre in ('TM', 'SICOVAL', 'MURETAIN')), 4), count(*)
from choix_geographiques c join demandes d on d.id = c.demande_id where d.statut = 'ACTIVE' and c.rang = 1 group by 1`,
	"nationalite": `select nationalite::int, count(*) from personnes p join demandes d on d.id = p.demande_id
where d.statut = 'ACTIVE' and role = 'demandeur' and nationalite <> '' group by 1`,
	"motif_primo": `select case m.motif when '01' then 1 when '09' then 2 when '13' then 3 when '12' then 4 when '11' then 5 when '19' then 6
    when '03' then 7 when '14' then 8 when '15' then 9 when '08' then 10 when '07' then 10 when '18' then 11 when '04' then 12 when '05' then 12
    else 13 end, count(*)
from motifs m join logements_actuels l using (demande_id) join demandes d on d.id = demande_id
where d.statut = 'ACTIVE' and m.rang = 1 and l.situation <> 'HLM' group by 1`,
	"motif_mutation": `select case m.motif when '13' then 1 when '08' then 2 when '07' then 2 when '17' then 3 when '09' then 4 when '19' then 5
    when '21' then 6 when '20' then 6 when '11' then 7 when '10' then 8 when '03' then 9 when '12' then 10 else 11 end, count(*)
from motifs m join logements_actuels l using (demande_id) join demandes d on d.id = demande_id
where d.statut = 'ACTIVE' and m.rang = 1 and l.situation = 'HLM' group by 1`,
	"nb_types_coches": `select cardinality(types), count(*) from souhaits s join demandes d on d.id = s.demande_id
where d.statut = 'ACTIVE' and not ('X' = any(types)) group by 1`,
	"sortie_du_stock": `select case motif_radiation when 'RADATT' then 1 when 'RADREN' then 2 else 3 end, count(*) from demandes
where statut = 'RADIEE' group by 1`,
}

// A share drawn 10 000 times strays by less than this, four standard
// deviations, plus what the laws can't satisfy exactly.
func tolerance(part float64, n int) float64 {
	return 4*math.Sqrt(part*(1-part)/float64(n)) + .006
}

func TestTenThousandDemandes(t *testing.T) {
	t.Parallel()
	pool := generer(t, 10_000, leJour)
	t.Run("the file has the shares of the calibration", func(t *testing.T) { calibres(t, pool) })
	t.Run("no demande contradicts itself", func(t *testing.T) { coherentes(t, pool) })
	t.Run("the trials find what they need", func(t *testing.T) {
		for nom, p := range presencesSQL {
			if n := valeurDe[int](t, pool, auJour(p.sql)); n < p.auMoins {
				t.Errorf("%s: %d, want at least %d", nom, n, p.auMoins)
			}
		}
	})
}

// auJour gives a statement the day of the tests.
func auJour(sql string) string { return strings.ReplaceAll(sql, "@jour", "date '"+leJour.ISO()+"'") }

func calibres(t *testing.T, pool *pgxpool.Pool) {
	cal, err := lireCalibrage()
	if err != nil {
		t.Fatal(err)
	}
	for variable, sql := range repartitionsSQL {
		rows, err := pool.Query(t.Context(), auJour(sql))
		if err != nil {
			t.Fatal(variable, err)
		}
		effectifs, total := map[int]int{}, 0
		var rang *int
		var n int
		if _, err := pgx.ForEachRow(rows, []any{&rang, &n}, func() error {
			if rang == nil {
				t.Errorf("%s: %d demandes have another modalité", variable, n)
				return nil
			}
			effectifs[*rang] += n
			total += n
			return nil
		}); err != nil {
			t.Fatal(variable, err)
		}
		for i, p := range cal[variable] {
			part := float64(effectifs[i+1]) / float64(total)
			if ecart := math.Abs(part - p.poids); ecart > tolerance(p.poids, total) {
				t.Errorf("%s, %s: %.1f %%, want %.1f", variable, p.modalite, 100*part, 100*p.poids)
			}
		}
	}
}

// The histogram of the home page (R-ACC), to 8 %.
func TestTheDefaultFileShowsTheTypologiesOfTheOriginal(t *testing.T) {
	t.Parallel()
	pool := generer(t, ParDefaut, leJour)
	rows, err := pool.Query(t.Context(), `
select type, count(*)
from demandes d join souhaits s on s.demande_id = d.id, unnest(s.types) as type
where d.statut = 'ACTIVE'
group by type`)
	if err != nil {
		t.Fatal(err)
	}
	lus := map[string]int{}
	var code string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&code, &n}, func() error { lus[code] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	voulus := map[string]int{"C": 1000, "T1": 4500, "T2": 14_500, "T3": 17_500, "T4": 12_500, "T5": 4000, "T6P": 1000, "X": 500}
	for code, voulu := range voulus {
		if math.Abs(float64(lus[code]-voulu)) > .08*float64(voulu) {
			t.Errorf("%s: %d, want about %d", code, lus[code], voulu)
		}
	}
	t.Logf("%v", lus)
	if n := valeurDe[int](t, pool, "select count(*) from demandes d join souhaits s on s.demande_id = d.id where 'X' = any(types) and not incomplete"); n != 0 {
		t.Errorf("%d complete demandes have no type", n)
	}
}

// Facts that no demande may contradict; each statement lists those that do.
var contradictionsSQL = map[string]string{
	"échéance a year after the deposit or renewal": `select id from demandes
where statut <> 'BROUILLON' and date_echeance <> (coalesce(date_renouvellement, date_depot) + interval '12 months')::date`,
	"active demande late by more than a month": `select id from demandes where statut = 'ACTIVE' and date_echeance < @jour - interval '1 month'`,
	"counter behind": `select 1 from (select departement, mois, max(rang) as rang from demandes where mois is not null group by 1, 2) d
full join compteurs_numeros c using (departement, mois) where c.dernier is distinct from d.rang`,
	"rank not in the order of deposits": `select id from (select id, rang, mois, lag(rang) over (partition by departement, mois order by date_depot, rang) as avant
from demandes where mois is not null) x where avant is not null and rang <> avant + 1`,
	"number that says something else": `select id from demandes where numero_unique is not null
and numero_unique <> '031' || to_char(date_depot, 'MMYY') || lpad(rang::text, 6, '0') || guichet`,
	"demande taken over with an ordinary rank": `select id from demandes where (date_depot < '2011-04-04') <> (rang >= 690000)`,
	"minor at the deposit":                     `select p.id from personnes p join demandes d on d.id = p.demande_id where role in ('demandeur', 'co_titulaire') and naissance > date_depot - interval '18 years'`,
	"child less than 16 years younger than the elder titulaire": `select e.id from personnes e join (select demande_id, min(naissance) as naissance from personnes
where role in ('demandeur', 'co_titulaire') group by 1) p using (demande_id)
where (e.role = 'garde' or e.lien_parente = 'E') and e.naissance < p.naissance + interval '16 years'`,
	"child born after today":     `select id from personnes where naissance > @jour`,
	"retired before sixty":       `select e.personne_id from emplois e join personnes p on p.id = e.personne_id where activite = 'RET' and naissance > @jour - interval '60 years'`,
	"student of thirty":          `select e.personne_id from emplois e join personnes p on p.id = e.personne_id where activite in ('ETU', 'APP') and naissance <= @jour - interval '30 years'`,
	"collecteur without salary":  `select c.personne_id from collecteurs_demande c join emplois e using (personne_id) where activite not in ('CDI', 'CDD', 'APP')`,
	"closed collecteur lately":   `select c.personne_id from collecteurs_demande c join demandes d on d.id = c.demande_id where collecteur < '15' and date_depot >= '2017-01-01'`,
	"bailleur without HLM":       `select demande_id from logements_actuels where (situation = 'HLM') <> (bailleur <> '')`,
	"HLM motive elsewhere":       `select demande_id from motifs join logements_actuels using (demande_id) where rang = 1 and motif = '17' and situation <> 'HLM'`,
	"événements not in order":    `select id from (select demande_id as id, version, quand, lag(quand) over (partition by demande_id order by version) as avant from evenements) x where avant >= quand`,
	"événement of today":         `select id from evenements where quand >= @jour`,
	"event on a Sunday":          `select id from evenements where extract(dow from quand at time zone 'Europe/Paris') = 0`,
	"version":                    `select d.id from demandes d join (select demande_id, max(version) as version, count(*) as n from evenements group by 1) e on e.demande_id = d.id where d.version <> e.version or e.n <> e.version`,
	"first event not a creation": `select id from evenements where (version = 1) <> (type in ('CRE', 'BRO'))`,
	"radiation untold":           `select d.id from demandes d where (statut = 'RADIEE') <> exists (select from evenements e where e.demande_id = d.id and e.version = d.version and e.type = 'RAD')`,
	"guichet of another":         `select d.id from demandes d join guichets g on g.code = d.guichet where g.organisme <> d.organisme or not g.actif`,
	"telephone that may ring":    `select id from personnes where tel_portable !~ '^(06 39 98 \d\d \d\d)?$' or tel_domicile !~ '^(05 36 49 \d\d \d\d)?$'`,
	"courriel that may arrive":   `select id from personnes where courriel <> '' and courriel not like '%@exemple.fr'`,
	"postcode of elsewhere": `select demande_id from coordonnees k join communes c on c.code_insee = k.commune
where cardinality(codes_postaux) > 0 and code_postal <> all(codes_postaux)`,
	"nature":             `select id from demandes where nature = 'CS' and foyer <> 2 or nature = 'FA' and foyer < 3 or nature = 'PS' and foyer <> 1 or nature = 'PA' and foyer < 2`,
	"resource of nobody": `select demande_id from ressources r where personne like 'cotitulaire%' and not exists (select from personnes p where p.demande_id = r.demande_id and role = 'co_titulaire')`,
	"name missing from the search": `select p.id from personnes p join demandes d on d.id = p.demande_id where role in ('demandeur', 'co_titulaire')
and d.statut <> 'BROUILLON' and not exists (select from recherche_noms n where n.departement = d.departement and n.personne_id = p.id)`,
	"projection of another statut": `select d.id from demandes d left join recherche_demandes r on r.departement = d.departement and r.demande_id = d.id where (d.statut = 'ACTIVE') <> (r.demande_id is not null)`,
}

// What the trials of later screens need to find.
var presencesSQL = map[string]struct {
	auMoins int
	sql     string
}{
	"renewal due within a month":    {100, "select count(*) from demandes where statut = 'ACTIVE' and date_echeance between @jour and @jour + 30"},
	"renewal late":                  {10, "select count(*) from demandes where statut = 'ACTIVE' and date_echeance < @jour"},
	"renewed more than three times": {200, "select count(*) from (select demande_id from evenements where type = 'REN' group by 1 having count(*) > 3) x"},
	"not renewed but reactivable":   {200, "select count(*) from demandes where motif_radiation = 'RADREN' and coalesce(date_renouvellement, date_depot) + interval '18 months' > @jour"},
	"reactivated":                   {10, "select count(*) from evenements where type = 'REA'"},
	"modified":                      {500, "select count(*) from evenements where type = 'MOD'"},
	"personne morale":               {3, "select count(*) from demandes where personne_morale"},
	"taken over from before 2011":   {20, "select count(*) from demandes where date_depot < '2011-04-04' and incomplete"},
	"children to be born":           {50, "select count(*) from naissances_attendues"},
	"shared custody":                {50, "select count(*) from personnes where role = 'garde'"},
	"ascendants and others":         {50, "select count(*) from personnes where role = 'autre'"},
	"handicap":                      {200, "select count(*) from handicaps"},
	"DALO":                          {20, "select count(*) from priorites where priorite = 'DALO'"},
	"RFR not known":                 {500, "select count(*) from recherche_demandes where pct_plus is null and not incomplete"},
	"no resource at all":            {20, "select count(*) from souhaits where sans_ressource"},
	"old collecteur":                {5, "select count(*) from collecteurs_demande where collecteur < '15'"},
	"same birth date and name": {20, `select count(*) from recherche_noms a join recherche_noms b on a.naissance = b.naissance and a.demande_id < b.demande_id
and (a.nom = b.nom or a.prenom = b.prenom)`},
	"FSL":    {100, "select count(*) from souhaits where fsl"},
	"abroad": {10, "select count(*) from coordonnees where etranger"},
}

func coherentes(t *testing.T, pool *pgxpool.Pool) {
	for nom, sql := range contradictionsSQL {
		if n := valeurDe[int](t, pool, "select count(*) from ("+auJour(sql)+") x"); n != 0 {
			t.Errorf("%s: %d", nom, n)
		}
	}
}

package journal

// Regle finds, in the accesses, facts that deserve a look. Its statement gives
// the columns utilisateur, organisme, demande, debut, fin, faits, cle; the key
// makes a fact one, whenever and however often it is looked for.
type Regle struct {
	Code    string
	Libelle string
	Seuil   int    // from how many facts on
	Dit     string // the threshold as a sentence, for screens
	sql     string
}

// Regles is the whole table. The alias j is what agents did since @depuis; the
// thresholds are those of a busy counter, to be settled with ATLAS.
var Regles = []Regle{
	{
		Code: "masse_heure", Libelle: "Lecture en masse, une heure", Seuil: 100,
		Dit: "Au moins 100 dossiers différents lus en une heure.",
		sql: par(heure, lus, differents),
	},
	{
		Code: "masse_jour", Libelle: "Lecture en masse, un jour", Seuil: 300,
		Dit: "Au moins 300 dossiers différents lus en un jour.",
		sql: par(jourCivil, lus, differents),
	},
	{
		Code: "masse_export", Libelle: "Export en masse", Seuil: 5000,
		Dit: "Au moins 5 000 lignes exportées en un jour.",
		sql: par(jourCivil, "j.sorte = 'EXPORT'", "coalesce(sum(j.lignes), 0)"),
	},
	{
		Code: "horaires", Libelle: "Hors des heures de travail", Seuil: 1,
		Dit: "Une lecture, une recherche ou un export entre 21 h et 6 h, un dimanche ou un jour férié.",
		sql: par(jourCivil, `j.sorte in ('LECTURE', 'RECHERCHE', 'EXPORT', 'EDITION', 'COMMUNICATION')
    and (extract(hour from j.heure) >= 21 or extract(hour from j.heure) < 6 or extract(isodow from j.heure) = 7 or j.heure::date = any(@feries))`, "count(*)"),
	},
	{
		Code: "homonyme", Libelle: "Même nom que l’agent", Seuil: 1,
		Dit: "Un dossier lu dont un titulaire porte ou a porté le nom de famille de l’agent.",
		sql: `
select j.utilisateur, max(j.organisme) as organisme, j.demande, min(j.fait_le) as debut, max(j.fait_le) as fin, count(*) as faits,
    j.utilisateur || ' ' || j.demande || ' ' || to_char(j.heure, 'YYYY-MM-DD') as cle
from j
join utilisateurs u on u.id = j.utilisateur
where ` + lus + `
  and exists (select from recherche_noms n where n.demande_id = j.demande and u.nom_n in (n.nom, n.nom_naissance))
group by j.utilisateur, j.demande, to_char(j.heure, 'YYYY-MM-DD')`,
	},
	{
		Code: "territoire", Libelle: "Hors du territoire habituel", Seuil: 5,
		Dit: "Au moins 5 dossiers lus en un jour, d’autres organismes, qui ne visent aucune des intercommunalités habituelles de l’agent : " +
			"celles d’au moins 1 dossier sur 20 qu’il a lus dans les 90 jours d’avant, s’il en a lu 50.",
		sql: `
, passe as (
    select distinct a.utilisateur, a.demande
    from journal_acces a
    where a.fait_le >= @depuis::timestamptz - interval '90 days' and a.fait_le < @depuis and a.ecrit_le >= @depuis::timestamptz - interval '91 days'
      and a.utilisateur is not null and a.demande is not null and a.sorte in ('LECTURE', 'EDITION', 'COMMUNICATION')
), nombres as (
    select utilisateur, count(*) as n from passe group by utilisateur having count(*) >= 50
), habituels as (
    select p.utilisateur, array_agg(p.numero) as numeros
    from (
        select p.utilisateur, t.numero, count(*) as n
        from passe p
        join nombres using (utilisateur)
        join demandes d on d.id = p.demande
        join territoires t on t.type = 'epci' and t.numero = any(d.cibles)
        group by p.utilisateur, t.numero
    ) p
    join nombres n using (utilisateur)
    where p.n * 20 >= n.n
    group by p.utilisateur
)
select j.utilisateur, max(j.organisme) as organisme, null::bigint as demande, min(j.fait_le) as debut, max(j.fait_le) as fin,
    count(distinct j.demande) as faits, j.utilisateur || ' ' || to_char(j.heure, 'YYYY-MM-DD') as cle
from j
join habituels h on h.utilisateur = j.utilisateur
join demandes d on d.id = j.demande
where ` + lus + `
  and d.organisme <> j.organisme and d.cibles <> '{}' and not d.cibles && h.numeros
group by j.utilisateur, to_char(j.heure, 'YYYY-MM-DD')`,
	},
	{
		Code: "refus", Libelle: "Refus répétés", Seuil: 10,
		Dit: "Au moins 10 pages ou dossiers refusés en un jour.",
		sql: par(jourCivil, "j.sorte = 'REFUS'", "count(*)"),
	},
	{
		Code: "connexions", Libelle: "Connexions refusées", Seuil: 10,
		Dit: "Au moins 10 connexions refusées sur le même compte en un jour.",
		sql: par(jourCivil, "j.sorte = 'ECHEC_CONNEXION'", "count(*)"),
	},
}

// RegleDe gives the rule of a code; an unknown one has its code for label.
func RegleDe(code string) Regle {
	for _, r := range Regles {
		if r.Code == code {
			return r
		}
	}
	return Regle{Code: code, Libelle: code}
}

// What rules count, and over how long.
const (
	lus        = `j.demande is not null and j.sorte in ('LECTURE', 'EDITION', 'COMMUNICATION')`
	differents = "count(distinct j.demande)"
	heure      = "to_char(j.heure, 'YYYY-MM-DD HH24')"
	jourCivil  = "to_char(j.heure, 'YYYY-MM-DD')"
)

// par counts the facts of an agent in each period.
func par(periode, condition, faits string) string {
	return `
select j.utilisateur, max(j.organisme) as organisme, null::bigint as demande, min(j.fait_le) as debut, max(j.fait_le) as fin,
    ` + faits + ` as faits, j.utilisateur || ' ' || ` + periode + ` as cle
from j
where ` + condition + `
group by j.utilisateur, ` + periode
}

package recherche

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
)

// Liste is one page of results, with the exact total.
type Liste struct {
	Lignes     []Ligne
	Total      int
	Rang       int      // of the first row, from 1; 0 for an empty page
	Groupes    []Groupe // with a rupture, all groups of the search in their order
	Precedente bool     // there are rows before the page
	Suivante   bool     // there are rows after it
}

// Groupe is a value of the rupture with its exact number of demandes.
type Groupe struct {
	Code   string
	Nombre int
}

// Ligne is one demande of the results (R-RES-01…10). Numbers are those of
// nomenclatures; 0 is not given.
type Ligne struct {
	ID           int64
	NumeroUnique string
	DateDepot    jour.Date
	DateEcheance jour.Date
	Nom, Prenom  string
	Categorie    int16
	Types        []int16
	Situation    int16
	Motif        int16
	Collecteurs  []int16
	Nature       int16
	Personnes    int16
	Ressources   *int
	PctPlai      *int16
	PctPlus      *int16
	PctPls       *int16
	Places       []int32
	Priorites    []int16
	Incomplete   bool
	Groupe       string
}

// immediat plans each statement with its values: what is selective depends on
// them.
const immediat = pgx.QueryExecModeCacheDescribe

// Chercher reads a page of the demandes that the session may consult, in at
// most three statements. The caller opens the transaction, so that they
// agree. A place that no longer exists gives the first page; a place without
// anything beyond, the last one.
func Chercher(ctx context.Context, db pg.DB, s habilitations.Session, ref *referentiels.Referentiels, c Criteres, v Vue) (Liste, error) {
	q := requete{condition: c.Where(s, ref), vue: v}
	var l Liste
	groupes, err := q.compter(ctx, db)
	if err != nil {
		return l, fmt.Errorf("recherche: count: %w", err)
	}
	for _, g := range groupes {
		l.Total += g.Nombre
	}
	if _, rupture := v.rupture(); rupture {
		l.Groupes = groupes
	}
	if l.Total == 0 {
		return l, nil
	}
	place, err := q.situer(ctx, db)
	if err != nil {
		return l, fmt.Errorf("recherche: place in the list: %w", err)
	}
	err = q.remplir(ctx, db, &l, place)
	if err == nil && len(l.Lignes) == 0 && place != nil {
		q.vue.Derniere, q.vue.Avant = true, 0
		err = q.remplir(ctx, db, &l, nil)
	}
	if err != nil {
		return l, fmt.Errorf("recherche: page: %w", err)
	}
	return l, nil
}

// Compter is the exact number of demandes of a search that the session may
// consult.
func Compter(ctx context.Context, db pg.DB, s habilitations.Session, ref *referentiels.Referentiels, c Criteres) (int, error) {
	g, err := requete{condition: c.Where(s, ref)}.compter(ctx, db)
	if err != nil || len(g) == 0 {
		return 0, err
	}
	return g[0].Nombre, nil
}

// requete is a search about to be run.
type requete struct {
	condition pg.Condition
	vue       Vue
}

// compter gives the exact number of demandes, group by group with a rupture.
func (q requete) compter(ctx context.Context, db pg.DB) ([]Groupe, error) {
	sql := "select '' as code, count(*)::int as nombre\nfrom recherche_demandes r\nwhere " + q.condition.SQL
	if r, ok := q.vue.rupture(); ok {
		sql = "select (" + r.SQL + ")::text as code, count(*)::int as nombre\nfrom recherche_demandes r\nwhere " + q.condition.SQL +
			"\ngroup by " + r.SQL + "\norder by " + r.SQL
	}
	rows, err := db.Query(ctx, sql, immediat, q.condition.Args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Groupe])
}

// situer tells whether the demande beside which the page begins still has a
// row: addresses hold its id only, since a key may be a name.
func (q requete) situer(ctx context.Context, db pg.DB) (*int64, error) {
	id := max(q.vue.Apres, q.vue.Avant)
	if id == 0 || q.vue.Derniere {
		return nil, nil
	}
	err := db.QueryRow(ctx, "select demande_id from recherche_demandes r where demande_id = @place and r.departement = @portee_departement",
		pg.Args{"place": id, "portee_departement": q.condition.Args["portee_departement"]}).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &id, err
}

// remplir reads the rows of the page, one more than asked to know whether
// there is another beyond.
func (q requete) remplir(ctx context.Context, db pg.DB, l *Liste, place *int64) error {
	arriere := q.vue.Derniere || place != nil && q.vue.Avant != 0
	n := q.vue.Taille
	if q.vue.Derniere { // as many rows as on the last of the pages read forwards
		n = (l.Total-1)%n + 1
	}
	lignes, err := q.lire(ctx, db, place, arriere, n+1)
	if err != nil {
		return err
	}
	encore := len(lignes) > n
	if arriere {
		lignes = lignes[max(0, len(lignes)-n):]
		l.Precedente, l.Suivante = encore, place != nil
	} else {
		lignes = lignes[:min(n, len(lignes))]
		l.Precedente, l.Suivante = place != nil, encore
	}
	l.Lignes, l.Rang = lignes, 0
	if len(lignes) == 0 {
		return nil
	}
	switch { // exact at both ends; between them what the link said
	case !l.Precedente:
		l.Rang = 1
	case !l.Suivante:
		l.Rang = l.Total - len(l.Lignes) + 1
	default:
		l.Rang = max(2, min(q.vue.Rang, l.Total-len(l.Lignes)))
	}
	return nil
}

// pageSQL takes the page from the search rows, then its names: fifty of them,
// whatever the number of results.
const pageSQL = `
with page as (
    select r.*, %[1]s as groupe, row_number() over (order by %[3]s) as place
    from recherche_demandes r
    where %[2]s
    order by %[3]s
    limit @n
)
select p.demande_id as id, p.numero_unique, p.date_depot, p.date_echeance, t.nom, t.prenom, p.categorie, p.types,
    p.situation_familiale as situation, p.motif, p.collecteurs, p.nature, p.nb_personnes as personnes, p.ressources, p.pct_plai,
    p.pct_plus, p.pct_pls, p.places, p.priorites, p.incomplete, p.groupe::text as groupe
from page p
join personnes t on t.demande_id = p.demande_id and t.role = 'demandeur'
order by p.place`

// auDela keeps the rows beyond the place, in the order of the list.
const auDela = `
      and (%[1]s) %[2]s (
        select %[1]s from recherche_demandes r
        where r.demande_id = @place and r.departement = @portee_departement)`

// lire reads n rows in the order of the list.
func (q requete) lire(ctx context.Context, db pg.DB, place *int64, arriere bool, n int) ([]Ligne, error) {
	cles := []string{q.vue.tri().SQL, "r.demande_id"}
	groupe := "''"
	if r, ok := q.vue.rupture(); ok {
		groupe, cles = r.SQL, append([]string{r.SQL}, cles...)
	}
	sens, apres := " asc", ">"
	if q.vue.Desc != arriere {
		sens, apres = " desc", "<"
	}
	args := pg.Args{"n": n}
	maps.Copy(args, q.condition.Args)
	condition := q.condition.SQL
	if place != nil {
		args["place"] = *place
		condition += fmt.Sprintf(auDela, strings.Join(cles, ", "), apres)
	}
	ordre := strings.Join(cles, sens+", ") + sens
	rows, err := db.Query(ctx, fmt.Sprintf(pageSQL, groupe, condition, ordre), immediat, args)
	if err != nil {
		return nil, err
	}
	lignes, err := pgx.CollectRows(rows, pgx.RowToStructByName[Ligne])
	if arriere {
		slices.Reverse(lignes)
	}
	return lignes, err
}

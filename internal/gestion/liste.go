package gestion

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
)

// Liste is one page of a search, with its exact total.
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

// Groupe gives the number of demandes of a group of the list.
func (l Liste) Groupe(code string) int {
	for _, g := range l.Groupes {
		if g.Code == code {
			return g.Nombre
		}
	}
	return 0
}

// immediat plans each statement with its values: with a plan made for any
// value, a beginning of name couldn't use its index.
const immediat = pgx.QueryExecModeCacheDescribe

// Lister reads a page of the demandes that the session may consult. It runs at
// most three statements: the place in the list, the total, the rows; the total
// of names comes with their rows. The caller opens the transaction, so that
// they agree. A place that no longer exists gives the first page; a place
// without anything beyond, the last one.
func Lister(ctx context.Context, db pg.DB, s habilitations.Session, c Criteres, v Vue) (Liste, error) {
	q := preparer(s, habilitations.ConsulterDemande, c, v)
	place, err := q.situer(ctx, db, s)
	if err != nil {
		return Liste{}, fmt.Errorf("gestion: place in the list: %w", err)
	}
	var l Liste
	if !q.totalAvecLignes() {
		if err := q.totaliser(ctx, db, &l); err != nil || l.Total == 0 {
			return l, err
		}
	}
	err = q.remplir(ctx, db, &l, place)
	if err == nil && len(l.Lignes) == 0 && place != nil {
		q.vue.Derniere, q.vue.Avant = true, 0
		if err := q.totaliser(ctx, db, &l); err != nil || l.Total == 0 {
			return l, err
		}
		err = q.remplir(ctx, db, &l, nil)
	}
	if err != nil {
		return Liste{}, fmt.Errorf("gestion: list: %w", err)
	}
	return l, nil
}

// totalAvecLignes tells that the statement of the rows counts too: it has
// gathered the names found, and needs to know nothing before.
func (q requete) totalAvecLignes() bool {
	return q.filtre.noms != "" && q.vue.Rupture == "" && !q.vue.Derniere
}

// totaliser gives a list its total and its groups.
func (q requete) totaliser(ctx context.Context, db pg.DB, l *Liste) error {
	groupes, err := q.compter(ctx, db)
	if err != nil {
		return fmt.Errorf("gestion: count: %w", err)
	}
	l.Total = 0
	for _, g := range groupes {
		l.Total += g.Nombre
	}
	if q.vue.Rupture != "" {
		l.Groupes = groupes
	}
	return nil
}

const situerSQL = `
select d.id, coalesce((%[1]s)::text, '') as cle, (%[1]s) is null as vide, %[2]s as groupe
from demandes d
where d.id = @place and (%[3]s)`

// situer reads the keys of the row beside which the page begins: addresses
// hold its id only, since a key may be a name. nil is no place.
func (q requete) situer(ctx context.Context, db pg.DB, s habilitations.Session) (*position, error) {
	id := max(q.vue.Apres, q.vue.Avant)
	if id == 0 || q.vue.Derniere {
		return nil, nil
	}
	groupe := "''"
	if g := q.vue.groupe(); g != "" {
		groupe = g
	}
	portee := s.Portee(habilitations.ConsulterDemande)
	args := pg.Args{"place": id}
	maps.Copy(args, portee.Args)
	rows, err := db.Query(ctx, fmt.Sprintf(situerSQL, q.vue.ordre().cle, groupe, portee.SQL), args)
	if err != nil {
		return nil, err
	}
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByName[position])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return p, err
}

// compter gives the exact number of demandes, group by group with a rupture.
func (q requete) compter(ctx context.Context, db pg.DB) ([]Groupe, error) {
	s, groupe, fin := q.comptee(), "''", ""
	if g := q.vue.groupe(); g != "" {
		groupe, fin = g, "\ngroup by 1\nhaving "+s.nombre+" > 0\norder by 1"
	}
	sql := s.with("") + "select " + groupe + " as code, " + s.nombre + " as nombre\nfrom " + s.de + fin
	rows, err := db.Query(ctx, sql, immediat, q.filtre.Args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Groupe])
}

// remplir reads the rows of the page, one more than asked to know whether
// there is another beyond.
func (q requete) remplir(ctx context.Context, db pg.DB, l *Liste, place *position) error {
	arriere := q.vue.Derniere || place != nil && q.vue.Avant != 0
	n := q.vue.Taille
	if q.vue.Derniere { // as many rows as on the last of the pages read forwards
		n = (l.Total-1)%n + 1
	}
	lignes, total, err := q.lire(ctx, db, l.Groupes, place, arriere, n+1)
	if err != nil {
		return err
	}
	if q.totalAvecLignes() {
		l.Total = total
	}
	encore := len(lignes) > n
	switch {
	case arriere:
		lignes = lignes[max(0, len(lignes)-n):]
		l.Precedente, l.Suivante = encore, place != nil
	default:
		lignes = lignes[:min(n, len(lignes))]
		l.Precedente, l.Suivante = place != nil, encore
	}
	l.Lignes, l.Rang = lignes, 0
	if len(lignes) > 0 {
		l.Rang = q.rang(*l)
	}
	return nil
}

// rang is exact at both ends; between them it is what the link said, within
// the bounds of the total.
func (q requete) rang(l Liste) int {
	switch {
	case !l.Precedente:
		return 1
	case !l.Suivante:
		return l.Total - len(l.Lignes) + 1
	}
	return max(2, min(q.vue.Rang, l.Total-len(l.Lignes)))
}

// lire reads rows in the order of the list, and the total if it comes with
// them.
func (q requete) lire(ctx context.Context, db pg.DB, groupes []Groupe, place *position, arriere bool, n int) (lignes []Ligne, total int, err error) {
	s := q.reunie(q.vue.ordre().cle, q.vue.groupe())
	p := page{
		source: s.de, tri: q.vue.ordre(), desc: q.vue.Desc, rupture: q.vue.Rupture,
		groupes: groupes, place: place, arriere: arriere, taille: n,
	}
	plages, ids := p.sql()
	args := p.args
	maps.Copy(args, q.filtre.Args)
	groupe := q.vue.groupe()
	if groupe == "" {
		groupe = "''"
	}
	nombre := "0"
	if q.totalAvecLignes() {
		nombre = "(select " + s.nombre + " from " + s.de + ")"
	}
	sql := s.with(plages) + fmt.Sprintf(lignesSQL, groupe, nombre, ids)
	rows, err := db.Query(ctx, sql, immediat, args)
	if err != nil {
		return nil, 0, err
	}
	type lue struct {
		Ligne
		Total int
	}
	lues, err := pgx.CollectRows(rows, pgx.RowToStructByName[lue])
	if err != nil {
		return nil, 0, err
	}
	if arriere {
		slices.Reverse(lues)
	}
	lignes = make([]Ligne, len(lues))
	for i, l := range lues {
		lignes[i], total = l.Ligne, l.Total
		lignes[i].completer()
	}
	return lignes, total, nil
}

// Compter is the exact number of demandes of a search that the session may
// consult.
func Compter(ctx context.Context, db pg.DB, s habilitations.Session, c Criteres) (int, error) {
	g, err := preparer(s, habilitations.ConsulterDemande, c, Vue{}).compter(ctx, db)
	if err != nil {
		return 0, fmt.Errorf("gestion: count: %w", err)
	}
	return g[0].Nombre, nil // one row without a rupture
}

package gestion

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"imhoweb/internal/champs"
	"imhoweb/internal/platform/pg"
)

// position is the row beside which a page begins.
type position struct {
	ID     int64
	Cle    string
	Vide   bool
	Groupe string
}

// page chooses the ids of one page: those after the position in the order, or
// before it (arriere: rows then come backwards). It is made of ranges, each
// served by the index of the order: in each group of the rupture, the rows that
// have the key, then those that haven't. A range is read only for what those
// before it left.
type page struct {
	source  string // "demandes d\nwhere …", its alias is d
	tri     tri
	desc    bool
	rupture string   // code of champs, "" for none
	groupes []Groupe // all those of the search, in their order
	place   *position
	arriere bool
	taille  int

	plages []string
	args   pg.Args
}

// sql gives common table expressions, and the statement that reads the ids
// from them.
func (p *page) sql() (avec, ids string) {
	p.args = pg.Args{"taille": p.taille}
	if p.rupture == "" {
		p.groupe("", p.place)
	} else {
		p.parGroupes()
	}
	var deja strings.Builder
	noms := make([]string, len(p.plages))
	for i, plage := range p.plages {
		nom := "plage_" + strconv.Itoa(i)
		if i == 0 {
			noms[i] = nom + " as materialized (" + plage + "limit @taille)"
		} else { // the inner limit is a number, which the planner needs to read the index
			noms[i] = nom + " as materialized (select id from (" + plage + "limit @taille) x limit (select @taille" + deja.String() + "))"
		}
		deja.WriteString(" - (select count(*) from " + nom + ")")
		p.plages[i] = "select id from " + nom
	}
	return strings.Join(noms, ",\n"), strings.Join(p.plages, " union all ")
}

// parGroupes reads as many groups as may be needed to fill the page.
func (p *page) parGroupes() {
	groupes := slices.Clone(p.groupes)
	if p.arriere {
		slices.Reverse(groupes)
	}
	debut := 0
	if p.place != nil {
		debut = slices.IndexFunc(groupes, func(g Groupe) bool { return g.Code == p.place.Groupe })
	}
	if debut < 0 { // the row has left the search: from the first
		debut, p.place = 0, nil
	}
	c := champs.Get(p.rupture)
	sur := 0 // rows found for sure: of the first group some are before the place
	for i, g := range groupes[debut:] {
		nom := "groupe_" + strconv.Itoa(i)
		condition := c.SQL + " = @" + nom
		if g.Code == "" {
			condition = "coalesce(" + c.SQL + ", '') = @" + nom
		}
		p.args[nom] = g.Code
		place := p.place
		if i > 0 {
			place = nil
		}
		p.groupe(condition, place)
		if place == nil {
			sur += g.Nombre
		}
		if sur >= p.taille {
			return
		}
	}
}

// groupe adds the ranges of a group: from the place in it, or from its start.
func (p *page) groupe(condition string, place *position) {
	cle := p.tri.cle
	if !p.tri.vide {
		p.plage(condition, p.apresCle(place), p.ordreCle())
		return
	}
	pleine := func(apres string) { p.plage(condition, cle+" is not null"+et(apres), p.ordreCle()) }
	vide := func(apres string) { p.plage(condition, cle+" is null"+et(apres), p.ordreID()) }
	switch {
	case place == nil && p.arriere:
		vide("")
		pleine("")
	case place == nil:
		pleine("")
		vide("")
	case place.Vide && p.arriere:
		vide(p.apresID(place))
		pleine("")
	case place.Vide:
		vide(p.apresID(place))
	case p.arriere:
		pleine(p.apresCle(place))
	default:
		pleine(p.apresCle(place))
		vide("")
	}
}

func (p *page) plage(groupe, condition, ordre string) {
	sql := "\nselect d.id from " + p.source
	for _, c := range []string{groupe, condition} {
		if c != "" {
			sql += "\n  and " + c
		}
	}
	p.plages = append(p.plages, sql+"\norder by "+ordre+"\n")
}

// sens is the direction of the keys: the opposite of the list's when the page
// is read backwards.
func (p *page) sens() (direction, compare string) {
	if p.desc != p.arriere {
		return " desc", " < "
	}
	return " asc", " > "
}

func (p *page) ordreCle() string {
	d, _ := p.sens()
	return p.tri.cle + d + ", d.id" + d
}

func (p *page) ordreID() string {
	d, _ := p.sens()
	return "d.id" + d
}

func (p *page) apresCle(place *position) string {
	if place == nil {
		return ""
	}
	p.args["place_cle"], p.args["place_id"] = place.Cle, place.ID
	_, c := p.sens()
	return fmt.Sprintf("(%s, d.id)%s(@place_cle::%s, @place_id)", p.tri.cle, c, p.tri.sur)
}

func (p *page) apresID(place *position) string {
	p.args["place_id"] = place.ID
	_, c := p.sens()
	return "d.id" + c + "@place_id"
}

func et(condition string) string {
	if condition == "" {
		return ""
	}
	return " and " + condition
}

package gestion

import "strings"

// position is the row beside which a page begins.
type position struct {
	ID     int64
	Cle    string
	Vide   bool
	Groupe string
}

// page is the SQL of one page of ids: "apres" the position in the order, or
// before it (arriere, rows then come backwards). Arguments: @taille, and
// @place_id, @place_cle, @place_groupe as the position needs.
type page struct {
	source  string // "demandes d\nwhere …"
	tri     tri
	desc    bool
	groupe  string
	place   *position
	arriere bool
}

// sql gives the ids as the expressions a and b. Without a rupture each is one
// range of the index of the order: the rows that have the key, then those that
// haven't; the second is read only for what the first left.
func (p page) sql() string {
	if p.groupe != "" {
		return "a as materialized (" + p.choisir(p.apresGroupe(), p.ordreGroupe()) + "limit @taille), " + rien
	}
	if !p.tri.vide {
		return "a as materialized (" + p.choisir(p.apresCle(), p.ordreCle()) + "limit @taille), " + rien
	}
	var l []string
	surVide := p.place != nil && p.place.Vide
	pleine := func(apres string) { l = append(l, p.choisir(p.tri.cle+" is not null"+et(apres), p.ordreCle())) }
	vide := func(apres string) { l = append(l, p.choisir(p.tri.cle+" is null"+et(apres), p.ordreID())) }
	switch {
	case p.place == nil && p.arriere:
		vide("")
		pleine("")
	case p.place == nil:
		pleine("")
		vide("")
	case surVide && p.arriere:
		vide(p.apresID())
		pleine("")
	case surVide:
		vide(p.apresID())
	case p.arriere:
		pleine(p.apresCle())
	default:
		pleine(p.apresCle())
		vide("")
	}
	sql := "a as materialized (" + l[0] + "limit @taille), "
	if len(l) == 1 {
		return sql + rien
	}
	return sql + "b as materialized (" + l[1] + "limit (select @taille - count(*) from a))"
}

const rien = "b as (select id from a where false)"

func (p page) choisir(condition, ordre string) string {
	sql := "\nselect d.id from " + p.source
	if condition != "" {
		sql += "\n  and (" + condition + ")"
	}
	return sql + "\norder by " + ordre + "\n"
}

// sens is the direction of the keys: the opposite of the list's when the page
// is read backwards.
func (p page) sens(desc bool) (direction, compare string) {
	if desc != p.arriere {
		return " desc", " < "
	}
	return " asc", " > "
}

func (p page) ordreCle() string {
	d, _ := p.sens(p.desc)
	return p.tri.cle + d + ", d.id" + d
}

func (p page) ordreID() string {
	d, _ := p.sens(p.desc)
	return "d.id" + d
}

func (p page) apresCle() string {
	if p.place == nil {
		return ""
	}
	_, c := p.sens(p.desc)
	return "(" + p.tri.cle + ", d.id)" + c + "(@place_cle::" + p.tri.sur + ", @place_id)"
}

func (p page) apresID() string {
	_, c := p.sens(p.desc)
	return "d.id" + c + "@place_id"
}

// With a rupture the groups come in their order whatever that of the rows; in
// each, rows without the key come last.
func (p page) ordreGroupe() string {
	d, _ := p.sens(false)
	return p.groupe + d + ", (" + p.tri.cle + " is null)" + d + ", " + p.ordreCle()
}

func (p page) apresGroupe() string {
	if p.place == nil {
		return ""
	}
	_, c := p.sens(false)
	suite := p.tri.cle + " is null and " + p.apresID()
	switch {
	case !p.place.Vide && p.arriere:
		suite = p.apresCle()
	case !p.place.Vide:
		suite = p.apresCle() + " or " + p.tri.cle + " is null"
	case p.arriere:
		suite += " or " + p.tri.cle + " is not null"
	}
	return p.groupe + c + "@place_groupe or " + p.groupe + " = @place_groupe and (" + suite + ")"
}

// arguments are those that the conditions on the position name.
func (p page) arguments(sql string) map[string]any {
	args := map[string]any{}
	if p.place == nil {
		return args
	}
	for nom, v := range map[string]any{"place_id": p.place.ID, "place_cle": p.place.Cle, "place_groupe": p.place.Groupe} {
		if strings.Contains(sql, "@"+nom) {
			args[nom] = v
		}
	}
	return args
}

func et(condition string) string {
	if condition == "" {
		return ""
	}
	return " and " + condition
}

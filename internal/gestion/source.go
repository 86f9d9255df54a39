package gestion

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
)

// requete is a search by a session, ready for its statements.
type requete struct {
	filtre Filtre // of the criteria and of the portée
	vue    Vue
}

func preparer(s habilitations.Session, droit habilitations.Droit, c Criteres, v Vue) requete {
	f := c.Where("d", s)
	portee := s.Portee(droit)
	f.SQL = "(" + portee.SQL + ")\n  and " + f.SQL
	f.sans = "(" + portee.SQL + ")\n  and " + f.sans
	args := pg.Args{}
	maps.Copy(args, f.Args)
	maps.Copy(args, portee.Args)
	f.Args = args
	return requete{f, v}
}

// source is where a statement reads the demandes of a search: the narrowest
// place that holds all the columns it names.
type source struct {
	avec   string // common table expressions, "" for none
	de     string // "demandes d\nwhere …": its alias is d
	nombre string // the number of demandes, over it
}

// with opens a statement with the expressions of the source and its own.
func (s source) with(suite string) string {
	l := slices.DeleteFunc([]string{s.avec, suite}, func(x string) bool { return x == "" })
	if len(l) == 0 {
		return ""
	}
	return "with " + strings.Join(l, ",\n") + "\n"
}

// What the narrow places hold of a demande. Triggers keep both (migration
// 00012).
var (
	colonnesEffectifs = []string{"departement", "organisme", "statut", "etat"}
	colonnesNoms      = []string{"id", "departement", "organisme", "statut", "date_depot"}
)

// comptee is the source of a count, group by group or not.
func (q requete) comptee() source {
	if q.filtre.noms == "" && seulement(colonnesEffectifs, q.filtre.SQL, q.vue.groupe()) {
		return source{de: "effectifs d\nwhere " + q.filtre.SQL, nombre: "coalesce(sum(d.nombre), 0)::int"}
	}
	return q.reunie(q.vue.groupe())
}

// reunie is the source of the rows of a page; cles are the expressions over d
// that order and group them. The demandes that have the name are gathered
// first, once each: otherwise the planner walks the ordered list and discards
// thousands of rows.
func (q requete) reunie(cles ...string) source {
	if q.filtre.noms == "" {
		return q.entiere()
	}
	brute := q.brute(cles...)
	l := []string{"d.id"}
	for _, c := range colonnesDe(cles...) {
		if c != "id" {
			l = append(l, "min(d."+c+") as "+c) // there is one value for each id
		}
	}
	brute.avec += ",\ntrouvees as materialized (\nselect " + strings.Join(l, ", ") + "\nfrom " + brute.de + "\ngroup by d.id)"
	return source{brute.avec, "trouvees d\nwhere true", "count(*)::int"}
}

// brute is every row found, a demande being there as many times as names of it
// match; cles are expressions over it.
func (q requete) brute(cles ...string) source {
	if q.filtre.noms != "" && seulement(colonnesNoms, append(cles, q.filtre.sans)...) {
		return source{"noms as (\n" + q.filtre.noms + ")", "noms d\nwhere " + q.filtre.sans, ""}
	}
	return q.entiere()
}

// entiere reads the demandes themselves.
func (q requete) entiere() source {
	return source{q.filtre.Avec, "demandes d\nwhere " + q.filtre.SQL, "count(*)::int"}
}

var reColonne = regexp.MustCompile(`\bd\.([a-z_]+)`)

// colonnesDe lists the columns of d that expressions name, once each.
func colonnesDe(sql ...string) []string {
	var l []string
	for _, s := range sql {
		for _, m := range reColonne.FindAllStringSubmatch(s, -1) {
			if !slices.Contains(l, m[1]) {
				l = append(l, m[1])
			}
		}
	}
	return l
}

// seulement tells that expressions name no other column of d.
func seulement(colonnes []string, sql ...string) bool {
	return !slices.ContainsFunc(colonnesDe(sql...), func(c string) bool { return !slices.Contains(colonnes, c) })
}

package gestion

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"imhoweb/internal/champs"
)

// Vue says how a list is shown and where it stands.
type Vue struct {
	Tri      string // code of champs, one of Tris
	Desc     bool
	Rupture  string // code of champs, one of Ruptures; "" for none
	Taille   int    // rows of a page
	Apres    int64  // id of the row before the page; 0 for none
	Avant    int64  // id of the row after the page; 0 for none
	Derniere bool   // the last page
	Rang     int    // rank of the first row, as the link that leads here knows it
}

// Tailles are the numbers of rows offered (R-REC-22).
var Tailles = []int{25, 50, 100, 200}

// TailleParDefaut is the number of rows of an agent without a choice.
const TailleParDefaut = 50

// Tris and Ruptures are the facts that order and group a list.
var (
	Tris     = champs.AvecUsage(champs.EnTri)
	Ruptures = champs.AvecUsage(champs.EnRupture)
)

// triParDefaut shows the latest demandes first.
const triParDefaut = "demande.date_depot"

// ParseVue reads the order and the place in the list from an address; what
// isn't known there is the default. taille is the agent's preference.
func ParseVue(v url.Values, taille int) Vue {
	vue := Vue{Tri: triParDefaut, Desc: true, Taille: taille, Apres: id(v.Get("apres")), Avant: id(v.Get("avant"))}
	if t, desc := strings.CutPrefix(v.Get("tri"), "-"); connu(Tris, t) {
		vue.Tri, vue.Desc = t, desc
	}
	if r := v.Get("rupture"); connu(Ruptures, r) {
		vue.Rupture = r
	}
	if n, err := strconv.Atoi(v.Get("taille")); err == nil && slices.Contains(Tailles, n) {
		vue.Taille = n
	}
	if !slices.Contains(Tailles, vue.Taille) {
		vue.Taille = TailleParDefaut
	}
	vue.Derniere = v.Get("dernier") != ""
	vue.Rang = int(id(v.Get("rang")))
	return vue
}

func id(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func connu(l []champs.Champ, code string) bool {
	return slices.ContainsFunc(l, func(c champs.Champ) bool { return c.Code == code })
}

// Query writes the order back, without the place in the list.
func (v Vue) Query() url.Values {
	q := url.Values{}
	if v.Tri != triParDefaut || !v.Desc {
		t := v.Tri
		if v.Desc {
			t = "-" + t
		}
		q.Set("tri", t)
	}
	if v.Rupture != "" {
		q.Set("rupture", v.Rupture)
	}
	return q
}

// tri is the key of the order as SQL.
type tri struct {
	cle  string // expression over d
	sur  string // the type of the key
	vide bool   // may be null: such rows end the list in both directions
}

// ordre gives the key of the order. Dates and numbers are missing on drafts.
func (v Vue) ordre() tri {
	c := champs.Get(v.Tri)
	switch c.Type {
	case champs.Date:
		return tri{c.SQL, "date", true}
	case champs.Numero:
		return tri{c.SQL, "text", true}
	}
	return tri{c.SQL, "text", false}
}

// groupe is the expression of the rupture, "" without one.
func (v Vue) groupe() string {
	if v.Rupture == "" {
		return ""
	}
	return "coalesce(" + champs.Get(v.Rupture).SQL + ", '')"
}

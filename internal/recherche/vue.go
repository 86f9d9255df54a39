package recherche

import (
	"net/url"
	"slices"
	"strconv"
)

// Vue is how the results are shown: order, groups, page. It stands in the
// address beside the criteria.
type Vue struct {
	Tri      string // code of a Tri; the first of Tris when empty or unknown
	Desc     bool
	Rupture  string // code of a Rupture; none when empty or unknown
	Apres    int64  // the page begins after this demande,
	Avant    int64  // or ends before this one,
	Derniere bool   // or is the last
	Rang     int    // rank of its first row, as the link that led here says
	Taille   int    // rows a page
}

// Tri is an order of the results. SQL is never null, so that keys compare.
type Tri struct{ Code, Libelle, SQL string }

// Tris are the columns that sort, the oldest demandes first by default. Those
// of the search row only: sorting reads no other table.
var Tris = []Tri{
	{"demande.date_depot", "Dépôt", "r.date_depot"},
	{"demande.numero_unique", "N° unique", "r.numero_unique"},
	{"titulaire.nom", "Demandeur", "r.tri_nom"},
	{"souhait.categorie", "Catégorie", "r.categorie"},
	{"souhait.types", "Type", "r.types"},
	{"titulaire.situation_familiale", "Sit. Fam.", "r.situation_familiale"},
	{"motif.1", "Motif", "r.motif"},
	{"titulaire.collecteur", "1%", "(r.collecteurs <> '{}')"},
	{"demande.nature", "Nat.", "r.nature"},
	{"menage.personnes", "Pers.", "r.nb_personnes"},
	{"ressources", "Ressources", "coalesce(r.ressources, -1)"},
	{"plafond.plus", "% PLUS", "coalesce(r.pct_plus, -1)"},
	{"demande.date_echeance", "Échéance", "r.date_echeance"},
}

// Rupture groups the results by a fact of the search row; its value is a
// number or a text.
type Rupture struct{ Code, Libelle, SQL string }

// Ruptures are the facts that group (R-RES-15).
var Ruptures = []Rupture{
	{"demande.nature", "Nature", "r.nature"},
	{"souhait.categorie", "Catégorie", "r.categorie"},
	{"titulaire.situation_familiale", "Situation familiale", "r.situation_familiale"},
	{"motif.1", "Motif", "r.motif"},
	{"logement.situation", "Logement actuel", "r.situation_logement"},
	{"demande.contingent", "Contingent", "r.contingent"},
	{"lieux", "Premier choix", "coalesce(r.places[1], 0)"},
	{"menage.personnes", "Personnes à loger", "r.nb_personnes"},
	{"demande.annee", "Année de dépôt", "extract(year from r.date_depot)::int"},
}

// LireVue reads the view of an address; what is unknown is the default.
func LireVue(v url.Values, taille int) Vue {
	id := func(nom string) int64 {
		n, err := strconv.ParseInt(v.Get(nom), 10, 64)
		if err != nil || n < 0 {
			return 0
		}
		return n
	}
	return Vue{
		Tri: v.Get("tri"), Desc: v.Get("sens") == "desc", Rupture: v.Get("rupture"), Apres: id("apres"), Avant: id("avant"),
		Derniere: v.Get("page") == "derniere", Rang: int(min(id("rang"), 1<<30)), Taille: taille,
	}
}

// Ecrire is the inverse of LireVue, the size aside.
func (v Vue) Ecrire(q url.Values) {
	poser := func(nom, valeur string, si bool) {
		if si {
			q.Set(nom, valeur)
		}
	}
	poser("tri", v.Tri, v.Tri != "")
	poser("sens", "desc", v.Desc)
	poser("rupture", v.Rupture, v.Rupture != "")
	poser("apres", strconv.FormatInt(v.Apres, 10), v.Apres != 0)
	poser("avant", strconv.FormatInt(v.Avant, 10), v.Avant != 0)
	poser("page", "derniere", v.Derniere)
	poser("rang", strconv.Itoa(v.Rang), v.Rang > 0)
}

func (v Vue) tri() Tri {
	if i := slices.IndexFunc(Tris, func(t Tri) bool { return t.Code == v.Tri }); i >= 0 {
		return Tris[i]
	}
	return Tris[0]
}

func (v Vue) rupture() (Rupture, bool) {
	i := slices.IndexFunc(Ruptures, func(r Rupture) bool { return r.Code == v.Rupture })
	if i < 0 {
		return Rupture{}, false
	}
	return Ruptures[i], true
}

package page

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/tableur"
	"imhoweb/internal/platform/texte"
	"imhoweb/templates/components"
)

// Tableau is a list of administration: some thousands of rows at most, held in
// memory, searched by words, filtered, sorted on any column, paged and
// exported as it stands. What is larger has its own SQL.
type Tableau[T any] struct {
	Titre    string // "Utilisateurs"
	Chemin   string // "/administration/utilisateurs"; the file is at Chemin + ".csv"
	Fichier  string // name of the file without extension
	Vide     string // what is missing: "Aucun utilisateur"
	Colonnes []Colonne[T]
	Filtres  []FiltreDe[T]
	Adresse  func(T) string // where a row leads, from its first column; "" nowhere
	Tri      string         // column that sorts by default; the rows' own order when empty
}

// Colonne is a fact of a row.
type Colonne[T any] struct {
	Code, Libelle string
	Texte         func(T) string          // shown, searched, exported
	Cle           func(T) string          // orders the rows; the text without accents when nil
	Montrer       func(T) templ.Component // shown instead of the text
	Classe        string                  // class of the cells: "nb", "opt", "seul"…
	Code18        bool                    // a number that a spreadsheet must keep as text
	Cachee        bool                    // in the file only
}

// FiltreDe keeps some rows by a value chosen in a list.
type FiltreDe[T any] struct {
	Code, Libelle string
	Choix         []components.Choix // without "Tous"
	Garde         func(t T, valeur string) bool
}

// tailleTableau is the number of rows a page.
const tailleTableau = 50

// Lire gives the screen that the address asks for.
func (t Tableau[T]) Lire(r *http.Request, lignes []T) components.Tableau {
	q := r.URL.Query()
	gardees := t.garder(q, lignes)
	nb := len(gardees)
	pages := max(1, (nb+tailleTableau-1)/tailleTableau)
	p, _ := strconv.Atoi(q.Get("page")) // unreadable: the first
	p = min(max(p, 1), pages)
	debut := (p - 1) * tailleTableau
	gardees = gardees[debut:min(nb, debut+tailleTableau)]

	par, desc := t.ordre(q)
	e := components.Tableau{
		Titre: t.Titre, Vide: t.Vide, Chemin: t.Chemin, Recherche: strings.TrimSpace(q.Get("q")), SansTri: par == "",
		Export: t.adresse(t.Chemin+".csv", q, "page", ""),
		Tri: components.Tri{Par: par, Desc: desc, Adresse: func(par string, desc bool) string {
			return t.adresse(t.Chemin, q, "page", "", "tri", par, "sens", sens(desc))
		}},
		Pages: components.Pages{Debut: debut + 1, Fin: debut + len(gardees), Total: nb},
		Page:  p, NbPages: pages, Choisi: len(lignes) != nb,
	}
	aller := func(n int) string { return t.adresse(t.Chemin, q, "page", strconv.Itoa(n)) }
	if p > 1 {
		e.Pages.Premiere, e.Pages.Precedente = aller(1), aller(p-1)
	}
	if p < pages {
		e.Pages.Suivante, e.Pages.Finale = aller(p+1), aller(pages)
	}
	for _, f := range t.Filtres {
		e.Filtres = append(e.Filtres, components.Filtre{Code: f.Code, Libelle: f.Libelle, Choix: f.Choix, Valeur: q.Get(f.Code)})
	}
	for _, c := range t.Colonnes {
		if !c.Cachee {
			e.Colonnes = append(e.Colonnes, components.ColonneTableau{Code: c.Code, Libelle: c.Libelle, Classe: c.Classe})
		}
	}
	for _, l := range gardees {
		e.Lignes = append(e.Lignes, t.ligne(l))
	}
	return e
}

func (t Tableau[T]) ligne(l T) components.LigneTableau {
	var r components.LigneTableau
	if t.Adresse != nil {
		r.Adresse = t.Adresse(l)
	}
	for _, c := range t.Colonnes {
		if c.Cachee {
			continue
		}
		cellule := components.CelluleTableau{}
		if c.Texte != nil {
			cellule.Texte = c.Texte(l)
		}
		if c.Montrer != nil {
			cellule.Composant = c.Montrer(l)
		}
		r.Cellules = append(r.Cellules, cellule)
	}
	return r
}

// garder filters then sorts, as the screen and the file both do.
func (t Tableau[T]) garder(q url.Values, lignes []T) []T {
	mots := texte.Mots(q.Get("q"))
	var gardees []T
	for _, l := range lignes {
		if t.passe(q, l) && t.contient(l, mots) {
			gardees = append(gardees, l)
		}
	}
	par, desc := t.ordre(q)
	i := slices.IndexFunc(t.Colonnes, func(c Colonne[T]) bool { return c.Code == par })
	if i < 0 {
		return gardees
	}
	type rangee struct {
		cle   string
		ligne T
	}
	rangees := make([]rangee, len(gardees))
	for n, l := range gardees {
		rangees[n] = rangee{t.Colonnes[i].cle(l), l}
	}
	slices.SortStableFunc(rangees, func(a, b rangee) int {
		if desc || (a.cle == "") != (b.cle == "") { // what isn't known comes last, both ways
			return cmp.Compare(b.cle, a.cle)
		}
		return cmp.Compare(a.cle, b.cle)
	})
	for n, r := range rangees {
		gardees[n] = r.ligne
	}
	return gardees
}

// CleNombre orders a column by a number that isn't negative.
func CleNombre(n int) string { return fmt.Sprintf("%020d", n) }

// CleInstant orders a column by time; the zero time isn't known.
func CleInstant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("20060102150405.000000")
}

func (c Colonne[T]) cle(t T) string {
	if c.Cle != nil {
		return c.Cle(t)
	}
	if c.Texte == nil {
		return ""
	}
	return texte.Normaliser(c.Texte(t))
}

func (t Tableau[T]) passe(q url.Values, l T) bool {
	for _, f := range t.Filtres {
		if v := q.Get(f.Code); v != "" && !f.Garde(l, v) {
			return false
		}
	}
	return true
}

// contient looks for every word in any column.
func (t Tableau[T]) contient(l T, mots []string) bool {
	if len(mots) == 0 {
		return true
	}
	var b strings.Builder
	for _, c := range t.Colonnes {
		if c.Texte != nil {
			b.WriteString(texte.Normaliser(c.Texte(l)))
			b.WriteByte('\n')
		}
	}
	tout := b.String()
	return !slices.ContainsFunc(mots, func(m string) bool { return !strings.Contains(tout, m) })
}

func (t Tableau[T]) ordre(q url.Values) (par string, desc bool) {
	par = q.Get("tri")
	if !slices.ContainsFunc(t.Colonnes, func(c Colonne[T]) bool { return c.Code == par && !c.Cachee }) {
		return t.Tri, false
	}
	return par, q.Get("sens") == "desc"
}

func sens(desc bool) string {
	if desc {
		return "desc"
	}
	return ""
}

// adresse is an address with what the list keeps of the present one, and
// changes given as name, value; an empty value removes.
func (t Tableau[T]) adresse(chemin string, q url.Values, changes ...string) string {
	garde := url.Values{}
	noms := []string{"q", "tri", "sens", "page"}
	for _, f := range t.Filtres {
		noms = append(noms, f.Code)
	}
	for _, n := range noms {
		if v := q.Get(n); v != "" {
			garde.Set(n, v)
		}
	}
	for i := 0; i+1 < len(changes); i += 2 {
		if garde.Del(changes[i]); changes[i+1] != "" {
			garde.Set(changes[i], changes[i+1])
		}
	}
	if len(garde) == 0 {
		return chemin
	}
	return chemin + "?" + garde.Encode()
}

// Exporter sends the rows of the screen, all pages, as a file.
func (t Tableau[T]) Exporter(w http.ResponseWriter, r *http.Request, lignes []T) error {
	gardees := t.garder(r.URL.Query(), lignes)
	nb := len(gardees)
	Journal(r, journal.Entree{Sorte: journal.Export, Ecran: t.Titre, Lignes: &nb})
	titres := make([]string, len(t.Colonnes))
	for i, c := range t.Colonnes {
		titres[i] = c.Libelle
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+t.Fichier+`.csv"`)
	f, err := tableur.Nouveau(w, titres)
	if err != nil {
		return err
	}
	cellules := make([]string, len(t.Colonnes))
	for _, l := range gardees {
		for i, c := range t.Colonnes {
			cellules[i] = c.cellule(l)
		}
		if err := f.Ligne(cellules); err != nil {
			return err
		}
	}
	return f.Fermer()
}

func (c Colonne[T]) cellule(l T) string {
	switch {
	case c.Texte == nil:
		return ""
	case c.Code18:
		return tableur.EnTexte(c.Texte(l))
	}
	return tableur.Inerte(c.Texte(l))
}

// Routes declares the list and its file. lire gives the rows that the session
// may see; montrer renders the page around the list.
func (t Tableau[T]) Routes(d habilitations.Droit, lire func(*http.Request) ([]T, error),
	montrer func(http.ResponseWriter, *http.Request, components.Tableau) error) []Route {
	return []Route{
		Get(t.Chemin, d, func(w http.ResponseWriter, r *http.Request) error {
			l, err := lire(r)
			if err != nil {
				return err
			}
			return montrer(w, r, t.Lire(r, l))
		}),
		Get(t.Chemin+".csv", d, func(w http.ResponseWriter, r *http.Request) error {
			l, err := lire(r)
			if err != nil {
				return err
			}
			return t.Exporter(w, r, l)
		}),
	}
}

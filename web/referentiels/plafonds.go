package referentiels

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels/tenue"
	"imhoweb/templates/components"
	vues "imhoweb/templates/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

const cheminPlafonds = "/administration/plafonds"

var tableauAnnees = page.Tableau[tenue.Annee]{
	Titre: "Années", Chemin: cheminPlafonds, Fichier: "plafonds", Vide: "Aucun plafond",
	Adresse: func(a tenue.Annee) string { return cheminPlafonds + "/" + strconv.Itoa(a.Annee) },
	Colonnes: []page.Colonne[tenue.Annee]{
		{Code: "annee", Libelle: "Année", Texte: func(a tenue.Annee) string { return strconv.Itoa(a.Annee) }},
		nombre("montants", "Montants", func(a tenue.Annee) int { return a.Nombre }),
		{Code: "source", Libelle: "Source", Texte: func(a tenue.Annee) string { return a.Source }},
		{Code: "publiee", Libelle: "Publiée", Texte: func(a tenue.Annee) string { return map[bool]string{true: "oui", false: "non"}[a.Publiee] }},
	},
}

func (h *Handlers) lireAnnees(r *http.Request) ([]tenue.Annee, error) {
	return h.tenue().Annees(r.Context(), h.Lecture)
}

func (h *Handlers) montrerAnnees(w http.ResponseWriter, r *http.Request, t components.Tableau) error {
	return page.Render(w, r, http.StatusOK, vues.Annees(t, jour.Aujourdhui().Annee()+1))
}

// choisirAnnee opens the grid of a year typed under the list.
func (h *Handlers) choisirAnnee(w http.ResponseWriter, r *http.Request) error {
	n, err := strconv.Atoi(r.URL.Query().Get("annee"))
	if err != nil || n < 1990 || n > 2100 {
		return fault.NotFound
	}
	return page.Redirect(w, r, cheminPlafonds+"/"+strconv.Itoa(n))
}

// grille reads the plafonds of the year of the address, and of the last.
func (h *Handlers) grille(r *http.Request) (vues.Grille, error) {
	annee, err := strconv.Atoi(chi.URLParam(r, "annee"))
	if err != nil {
		return vues.Grille{}, fault.NotFound
	}
	db := h.base(r)
	var g vues.Grille
	if g.Grille, err = h.tenue().LireGrille(r.Context(), db, annee); err != nil {
		return g, err
	}
	if annee > 1990 {
		g.Avant, err = h.tenue().LireGrille(r.Context(), db, annee-1)
	}
	return g, err
}

func ecrireGrille(g tenue.Grille) *form.Form {
	f := form.New(map[string]string{"source": g.Source, "publiee": coche(g.Publiee)})
	for c, n := range g.Montants {
		f.Valeurs[c.Champ()] = strconv.Itoa(n)
	}
	return f
}

func lireGrille(f *form.Form, annee int) tenue.Grille {
	g := tenue.Grille{Annee: annee, Montants: map[tenue.Case]int{}, Source: f.Get("source"), Publiee: f.Get("publiee") == "1", Version: version(f)}
	for _, c := range tenue.Cases() {
		if f.Get(c.Champ()) == "" {
			continue
		}
		n, ok := tenue.LireMontant(f.Get(c.Champ()))
		if !ok {
			f.Erreurs.Add(c.Champ(), "Indiquez un montant en euros entiers.")
			continue
		}
		g.Montants[c] = n
	}
	return g
}

func (h *Handlers) plafonds(w http.ResponseWriter, r *http.Request) error {
	g, err := h.grille(r)
	if err != nil {
		return err
	}
	g.F = ecrireGrille(g.Grille)
	return page.Render(w, r, http.StatusOK, vues.Plafonds(g))
}

func (h *Handlers) enregistrerPlafonds(w http.ResponseWriter, r *http.Request) error {
	g, err := h.grille(r)
	if err != nil {
		return err
	}
	if g.F, err = form.Read(r); err != nil {
		return err
	}
	saisie := lireGrille(g.F, g.Grille.Annee)
	montrer := func(statut int, a *tenue.Apercu, signature string) error {
		g.Apercu, g.Signature, g.Grille.Version = a, signature, version(g.F)
		return page.Render(w, r, statut, vues.Plafonds(g))
	}
	if g.F.Err() != nil {
		return montrer(http.StatusUnprocessableEntity, nil, "")
	}
	return h.mener(w, r, g.F, h.tenue().EnregistrerPlafonds(access.Session(r), saisie), suite{montrer: montrer, fait: "Plafonds enregistrés.",
		retour: cheminPlafonds + "/" + strconv.Itoa(saisie.Annee)})
}

// importerPlafonds fills the grid from a CSV; nothing is kept before the grid
// itself is sent.
func (h *Handlers) importerPlafonds(w http.ResponseWriter, r *http.Request) error {
	g, err := h.grille(r)
	if err != nil {
		return err
	}
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	g.F = ecrireGrille(g.Grille)
	g.F.Valeurs["csv"] = f.Get("csv")
	montants, err := tenue.LirePlafondsCSV(f.Get("csv"))
	if err != nil {
		if !g.F.Absorb(err) {
			return err
		}
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Plafonds(g))
	}
	for c, n := range montants {
		g.F.Valeurs[c.Champ()] = strconv.Itoa(n)
	}
	g.Importes = len(montants)
	return page.Render(w, r, http.StatusUnprocessableEntity, vues.Plafonds(g))
}

package travaux

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/travaux"
	"imhoweb/templates/components"
	vues "imhoweb/templates/travaux"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// liste is the history of all jobs, with those under way and the schedule.
func (h *Handlers) liste() []page.Route {
	t := page.Tableau[travaux.Fiche]{
		Titre: "Historique", Chemin: vues.Racine, Fichier: "travaux", Vide: "Aucun travail", Adresse: vues.AdresseDe,
		Colonnes: []page.Colonne[travaux.Fiche]{
			{Code: "travail", Libelle: "Travail", Texte: func(f travaux.Fiche) string { return f.Libelle }},
			{Code: "demandeur", Libelle: "Demandé par", Texte: vues.Demandeur},
			{Code: "demande", Libelle: "Demandé le", Texte: func(f travaux.Fiche) string { return components.DateHeure(f.Demande) }, Cle: func(f travaux.Fiche) string { return page.CleInstant(f.Demande) }, Classe: "seul"},
			{Code: "debut", Libelle: "Commencé le", Texte: func(f travaux.Fiche) string { return components.DateHeure(f.Debut) }, Cachee: true},
			{Code: "duree", Libelle: "Durée", Texte: duree, Cle: func(f travaux.Fiche) string { return page.CleNombre(int(f.Duree())) }, Classe: "nb"},
			{Code: "lignes", Libelle: "Lignes", Texte: vues.Lignes, Cle: func(f travaux.Fiche) string { return page.CleNombre(f.Fait) }, Classe: "nb"},
			{Code: "etat", Libelle: "État", Texte: func(f travaux.Fiche) string { return f.Etat.Libelle() }, Montrer: vues.CelluleEtat},
			{Code: "erreur", Libelle: "Erreur", Texte: func(f travaux.Fiche) string { return f.Erreur }, Cachee: true},
			{Code: "action", Libelle: "Action", Montrer: func(f travaux.Fiche) templ.Component { return vues.CelluleActes(f) }},
		},
		Filtres: []page.FiltreDe[travaux.Fiche]{
			{Code: "etat", Libelle: "État", Choix: etats(), Garde: func(f travaux.Fiche, v string) bool { return string(f.Etat) == v }},
			{Code: "code", Libelle: "Travail", Choix: h.codes(), Garde: func(f travaux.Fiche, v string) bool { return f.Code == v }},
		},
	}
	lire := func(r *http.Request) ([]travaux.Fiche, error) {
		return travaux.Lister(r.Context(), h.Lecture, access.Session(r))
	}
	return t.Routes(habilitations.GererTravaux, lire, func(w http.ResponseWriter, r *http.Request, c components.Tableau) error {
		encours, err := travaux.Vivants(r.Context(), h.Lecture, access.Session(r))
		if err != nil {
			return err
		}
		p, err := h.File.Calendrier(r.Context(), h.Lecture, time.Now())
		if err != nil {
			return err
		}
		return page.Render(w, r, http.StatusOK, vues.Liste(encours, c, p))
	})
}

// encours is the part of the list that follows what runs.
func (h *Handlers) encours(w http.ResponseWriter, r *http.Request) error {
	if !page.Fragment(r) {
		return page.Redirect(w, r, vues.Racine)
	}
	l, err := travaux.Vivants(r.Context(), h.Lecture, access.Session(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.EnCours(l, true))
}

func duree(f travaux.Fiche) string {
	if f.Debut.IsZero() {
		return ""
	}
	return vues.Duree(f.Duree())
}

func etats() []components.Choix {
	var l []components.Choix
	for _, e := range travaux.Etats {
		l = append(l, components.Choix{Code: string(e.Code), Libelle: e.Libelle})
	}
	return l
}

// codes are the kinds of jobs.
func (h *Handlers) codes() []components.Choix {
	var l []components.Choix
	for _, t := range h.File.Table() {
		l = append(l, components.Choix{Code: t.Code, Libelle: t.Libelle})
	}
	slices.SortFunc(l, func(a, b components.Choix) int { return cmp.Compare(a.Libelle, b.Libelle) })
	return l
}

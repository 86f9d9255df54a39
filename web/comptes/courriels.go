package comptes

import (
	"fmt"
	"net/http"
	"strconv"

	"imhoweb/internal/courriels"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/templates/components"
	vues "imhoweb/templates/comptes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// routesCourriels is the list of the mails of the base.
func (h *Handlers) routesCourriels() []page.Route {
	type g = courriels.Garde
	t := page.Tableau[g]{
		Titre: "Courriels", Chemin: "/administration/courriels", Fichier: "courriels", Vide: "Aucun courriel",
		Adresse: func(x g) string { return "/administration/courriels/" + strconv.FormatInt(x.ID, 10) },
		Colonnes: []page.Colonne[g]{
			{Code: "sujet", Libelle: "Sujet", Texte: func(x g) string { return x.Sujet }},
			{Code: "destinataire", Libelle: "Destinataire", Texte: func(x g) string { return x.Destinataire }},
			{Code: "cree", Libelle: "Écrit le", Classe: "nb", Texte: func(x g) string { return vues.Moment(x.CreeLe) },
				Cle: func(x g) string { return page.CleInstant(x.CreeLe) }},
			{Code: "etat", Libelle: "État", Texte: vues.EtatCourriel},
			{Code: "erreur", Libelle: "Dernière erreur", Texte: func(x g) string { return x.Erreur }},
		},
	}
	return t.Routes(habilitations.LireCourriels, func(r *http.Request) ([]g, error) {
		return courriels.Lister(r.Context(), h.Lecture, access.Session(r))
	}, func(w http.ResponseWriter, r *http.Request, c components.Tableau) error {
		return page.Render(w, r, http.StatusOK, vues.Courriels(c, h.Facteur.Envoyer != nil))
	})
}

func (h *Handlers) courriel(w http.ResponseWriter, r *http.Request) error {
	id := page.Identifiant(r)
	g, corps, err := courriels.Lire(r.Context(), h.Lecture, h.Comptes.Coffre, access.Session(r), id)
	if err != nil {
		return err
	}
	if h.Facteur.Envoyer != nil { // it leaves: what it carries is its reader's
		corps = ""
	}
	page.Journal(r, journal.Entree{Sorte: journal.Lecture, Ecran: "Courriel", Criteres: fmt.Sprintf("courriel %d", id)})
	return page.Render(w, r, http.StatusOK, vues.Courriel(g, corps))
}

// droits is the matrix of rights: what each type of organisme may hold, and
// what each role opens (R-CHA-07).
func (h *Handlers) droits(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, vues.Droits())
}

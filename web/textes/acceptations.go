package textes

import (
	"net/http"
	"slices"
	"strconv"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/textes"
	"imhoweb/templates/components"
	vues "imhoweb/templates/textes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

const titreAcceptations = "Acceptations de la charte"

// acceptations lists, for the administrator of an organisme, its agents and
// what they accepted; for ATLAS, everybody (R-CHA-12).
func (h *Handlers) acceptations() []page.Route {
	t := page.Tableau[textes.Acceptation]{
		Titre:   titreAcceptations,
		Chemin:  "/administration/textes/charte/acceptations",
		Fichier: "acceptations-charte",
		Vide:    "Aucun agent",
		Colonnes: []page.Colonne[textes.Acceptation]{
			{Code: "agent", Libelle: "Agent", Texte: func(a textes.Acceptation) string { return components.NomPersonne(a.Nom, a.Prenom) }},
			{Code: "organisme", Libelle: "Organisme", Texte: func(a textes.Acceptation) string { return a.OrganismeNom }},
			{Code: "compte", Libelle: "Compte", Texte: compte},
			{Code: "version", Libelle: "Version acceptée", Texte: version, Classe: "nb"},
			{Code: "date", Libelle: "Acceptée le", Texte: accepteLe, Cle: cleDate},
			{Code: "etat", Libelle: "État", Texte: etat},
			{Code: "empreinte", Libelle: "Empreinte du texte", Texte: func(a textes.Acceptation) string { return a.Empreinte }, Cachee: true},
		},
		Filtres: []page.FiltreDe[textes.Acceptation]{
			{
				Code: "etat", Libelle: "État", Choix: []components.Choix{{Code: "oui", Libelle: "Acceptée"}, {Code: "non", Libelle: "À accepter"}},
				Garde: func(a textes.Acceptation, v string) bool { return a.AJour == (v == "oui") },
			},
		},
	}
	lire := func(r *http.Request) ([]textes.Acceptation, error) {
		return textes.Acceptations(r.Context(), h.Lecture, access.Session(r))
	}
	montrer := func(w http.ResponseWriter, r *http.Request, c components.Tableau) error {
		return page.Render(w, r, http.StatusOK, vues.Acceptations(c, titreAcceptations))
	}
	return slices.Clip(t.Routes(habilitations.GererUtilisateurs, lire, montrer))
}

func compte(a textes.Acceptation) string {
	if a.Suspendu {
		return "Suspendu"
	}
	return "Ouvert"
}

func version(a textes.Acceptation) string {
	if a.Numero == 0 {
		return ""
	}
	return strconv.Itoa(a.Numero)
}

func accepteLe(a textes.Acceptation) string {
	if a.AccepteLe == nil {
		return ""
	}
	return components.DateHeure(*a.AccepteLe)
}

func cleDate(a textes.Acceptation) string {
	if a.AccepteLe == nil {
		return ""
	}
	return page.CleInstant(*a.AccepteLe)
}

func etat(a textes.Acceptation) string {
	if a.AJour {
		return "Acceptée"
	}
	return "À accepter"
}

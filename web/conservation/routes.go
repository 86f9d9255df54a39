// Package conservation serves the erasure after radiation and the right of
// access: what tonight's run will do, and the complete dossier of a person.
package conservation

import (
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/conservation"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/travaux"
	"imhoweb/templates/components"
	vues "imhoweb/templates/conservation"
	"imhoweb/web/page"
)

// Handlers serve them.
type Handlers struct {
	Lecture  *pgxpool.Pool
	Ecriture *pgxpool.Pool
	Fichier  demandes.Fichier
	Ref      *referentiels.Referentiels
	Travaux  *travaux.File
}

// Routes lists the screens.
func (h *Handlers) Routes() []page.Route {
	return append(h.tableau().Routes(habilitations.Effacer, h.lire, h.montrer),
		page.Post(vues.Adresse+"/execution", habilitations.Effacer, h.executer),
		page.Get("/demandes/{numero}/communication.pdf", habilitations.CommuniquerDossier, h.communicationPDF),
		page.Get("/demandes/{numero}/communication.json", habilitations.CommuniquerDossier, h.communicationJSON),
	)
}

// tableau lists the demandes of the next run: numbers, no name.
func (h *Handlers) tableau() page.Tableau[conservation.AEffacer] {
	type ligne = conservation.AEffacer
	return page.Tableau[ligne]{
		Titre: "Demandes à effacer", Chemin: vues.Adresse, Fichier: "demandes-a-effacer", Vide: "Aucune demande à effacer", Tri: "date",
		Adresse: func(l ligne) string { return "/demandes/" + l.NumeroUnique },
		Colonnes: []page.Colonne[ligne]{
			{Code: "numero", Libelle: "Numéro unique", Texte: func(l ligne) string { return l.NumeroUnique }, Code18: true},
			{Code: "organisme", Libelle: "Organisme", Texte: func(l ligne) string { return l.OrganismeNom }},
			{Code: "motif", Libelle: "Motif de radiation", Texte: func(l ligne) string { return h.Ref.Libelle("motif_radiation", l.Motif) }},
			{Code: "date", Libelle: "Radiée le", Texte: func(l ligne) string { return l.DateRadiation.String() }, Cle: func(l ligne) string { return l.DateRadiation.ISO() }},
		},
		Filtres: []page.FiltreDe[ligne]{{
			Code: "motif", Libelle: "Motif", Choix: h.motifs(),
			Garde: func(l ligne, v string) bool { return l.Motif == v },
		}},
	}
}

func (h *Handlers) motifs() []components.Choix {
	var l []components.Choix
	for _, m := range h.Ref.Nomenclature("motif_radiation") {
		l = append(l, components.Choix{Code: m.Code, Libelle: m.Libelle})
	}
	return l
}

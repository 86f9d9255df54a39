package journal

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/travaux"
	"imhoweb/templates/components"
	vues "imhoweb/templates/journal"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

var tableauAlertes = page.Tableau[journal.Alerte]{
	Titre: "Alertes", Chemin: vues.Alertes, Fichier: "alertes-journal", Vide: "Aucune alerte",
	Adresse: func(a journal.Alerte) string { return vues.AdresseAlerte(a.ID) },
	Colonnes: []page.Colonne[journal.Alerte]{
		{Code: "regle", Libelle: "Règle", Texte: func(a journal.Alerte) string { return journal.RegleDe(a.Regle).Libelle }},
		{Code: "agent", Libelle: "Agent", Texte: func(a journal.Alerte) string { return vues.Agent(a.Utilisateur, a.Nom, a.Prenom) }},
		{Code: "organisme", Libelle: "Organisme", Texte: func(a journal.Alerte) string { return a.OrganismeNom }},
		{Code: "faits", Libelle: "Faits", Classe: "nb", Texte: func(a journal.Alerte) string { return components.Nombre(a.Faits) },
			Cle: func(a journal.Alerte) string { return page.CleNombre(a.Faits) }},
		{Code: "debut", Libelle: "Du", Texte: func(a journal.Alerte) string { return components.DateHeure(a.Debut) }, Cle: func(a journal.Alerte) string { return page.CleInstant(a.Debut) }},
		{Code: "fin", Libelle: "Au", Texte: func(a journal.Alerte) string { return components.DateHeure(a.Fin) }, Cle: func(a journal.Alerte) string { return page.CleInstant(a.Fin) }},
		{Code: "dossier", Libelle: "Dossier", Texte: func(a journal.Alerte) string { return a.NumeroUnique }, Code18: true, Montrer: func(a journal.Alerte) templ.Component {
			if a.NumeroUnique == "" {
				return nil
			}
			return components.NU18(a.NumeroUnique)
		}},
		{Code: "etat", Libelle: "État", Texte: etat, Montrer: func(a journal.Alerte) templ.Component { return vues.CelluleEtat(a) }},
		{Code: "commentaire", Libelle: "Commentaire", Texte: func(a journal.Alerte) string { return a.Commentaire }, Cachee: true},
	},
	Filtres: []page.FiltreDe[journal.Alerte]{
		{Code: "etat", Libelle: "État", Choix: []components.Choix{{Code: "a_traiter", Libelle: "À traiter"}, {Code: "traitee", Libelle: "Traitée"}},
			Garde: func(a journal.Alerte, v string) bool { return (a.TraiteeLe != nil) == (v == "traitee") }},
		{Code: "regle", Libelle: "Règle", Choix: regles(), Garde: func(a journal.Alerte, v string) bool { return a.Regle == v }},
	},
}

func regles() []components.Choix {
	var l []components.Choix
	for _, r := range journal.Regles {
		l = append(l, components.Choix{Code: r.Code, Libelle: r.Libelle})
	}
	return l
}

func etat(a journal.Alerte) string {
	if a.TraiteeLe == nil {
		return "À traiter"
	}
	return "Traitée"
}

func (h *Handlers) lireAlertes(r *http.Request) ([]journal.Alerte, error) {
	return journal.Alertes(r.Context(), h.Lecture, access.Session(r))
}

func (h *Handlers) montrerAlertes(w http.ResponseWriter, r *http.Request, t components.Tableau) error {
	le, err := journal.Examine(r.Context(), h.Lecture)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.ListeAlertes(t, le))
}

// chercher looks now, without waiting for the night.
func (h *Handlers) chercher(w http.ResponseWriter, r *http.Request) error {
	if err := journal.Alerter(r.Context(), h.Ecriture, travaux.Muet{}); err != nil {
		return err
	}
	page.Succes(r, "Le journal est examiné jusqu’à maintenant.")
	return page.Redirect(w, r, vues.Alertes)
}

func (h *Handlers) alerte(w http.ResponseWriter, r *http.Request) error {
	a, err := journal.LireAlerte(r.Context(), h.Lecture, access.Session(r), page.Identifiant(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Alerte(vues.EcranAlerte{Alerte: a, Commentaire: a.Commentaire, Version: a.Version}))
}

func (h *Handlers) traiter(w http.ResponseWriter, r *http.Request) error {
	s, id := access.Session(r), page.Identifiant(r)
	commentaire, traitee := r.PostFormValue("commentaire"), r.PostFormValue("etat") != "a_traiter"
	version, err := strconv.Atoi(r.PostFormValue("version"))
	if err != nil {
		return fault.Conflict
	}
	err = journal.Traiter(r.Context(), h.Ecriture, s, id, version, commentaire, traitee)
	e, statut := vues.EcranAlerte{Commentaire: commentaire, Version: version}, http.StatusUnprocessableEntity
	switch {
	case err == nil && traitee:
		page.Succes(r, "L’alerte est traitée.")
		return page.Redirect(w, r, vues.Alertes)
	case err == nil:
		page.Succes(r, "L’alerte est de nouveau à traiter.")
		return page.Redirect(w, r, vues.AdresseAlerte(id))
	case errors.As(err, &e.Erreurs):
	case errors.Is(err, fault.Conflict):
		e.Conflit, statut = true, http.StatusConflict
	default:
		return err
	}
	if e.Alerte, err = journal.LireAlerte(r.Context(), h.Ecriture, s, id); err != nil {
		return err
	}
	if e.Conflit {
		e.Version = e.Alerte.Version
	}
	return page.Render(w, r, statut, vues.Alerte(e))
}

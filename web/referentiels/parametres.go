package referentiels

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels/tenue"
	"imhoweb/templates/components"
	"imhoweb/templates/layout"
	vues "imhoweb/templates/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

const cheminParametres = "/administration/parametres"

var tableauParametres = page.Tableau[tenue.Parametre]{
	Titre: "Paramètres", Chemin: cheminParametres, Fichier: "parametres", Vide: "Aucun paramètre",
	Adresse: func(p tenue.Parametre) string { return cheminParametres + "/" + p.Code },
	Colonnes: []page.Colonne[tenue.Parametre]{
		{Code: "libelle", Libelle: "Paramètre", Texte: func(p tenue.Parametre) string { return p.Libelle }},
		{Code: "valeur", Libelle: "Valeur", Texte: func(p tenue.Parametre) string { return p.Montrer(p.Valeur) }},
		{Code: "source", Libelle: "Source", Texte: func(p tenue.Parametre) string { return p.Source }},
		{Code: "modifie", Libelle: "Modifié", Texte: modifie, Cle: func(p tenue.Parametre) string {
			if p.ModifieLe == nil {
				return ""
			}
			return page.CleInstant(*p.ModifieLe)
		}},
		{Code: "fictif", Libelle: "À confirmer", Texte: func(p tenue.Parametre) string { return map[bool]string{true: "valeur inventée"}[p.Fictif] }},
		{Code: "code", Libelle: "Code", Cachee: true, Texte: func(p tenue.Parametre) string { return p.Code }},
		{Code: "unite", Libelle: "Unité", Cachee: true, Texte: func(p tenue.Parametre) string { return p.Unite }},
	},
}

func modifie(p tenue.Parametre) string {
	if p.ModifieLe == nil {
		return ""
	}
	return components.DateHeure(*p.ModifieLe) + " " + p.ModifiePar
}

func (h *Handlers) lireParametres(r *http.Request) ([]tenue.Parametre, error) {
	return tenue.Parametres(r.Context(), h.Lecture)
}

// delaisLegaux are those that the law fixes: internal/demandes holds them.
var delaisLegaux = []vues.DelaiLegal{
	{Libelle: "Validité d’une demande depuis son dépôt ou son renouvellement", Valeur: mois(demandes.ValiditeMois), Source: "CCH R441-2-7"},
	{Libelle: "Radiation pour non-renouvellement", Valeur: mois(demandes.NonRenouvellementMois), Source: "Cahier des charges du système national §6.1 (un mois de tolérance)"},
	{Libelle: "Réactivation après un non-renouvellement, ancienneté gardée", Valeur: mois(demandes.ReactivationRenMois), Source: "Cahier des charges du système national §6.1"},
	{Libelle: "Réactivation après une radiation sans réponse", Valeur: mois(demandes.ReactivationSansReponseMois), Source: "Cahier des charges du système national §6.5"},
	{Libelle: "Entre l’avertissement et la radiation sans réponse", Valeur: mois(demandes.AvertissementMois), Source: "CCH R441-2-8"},
}

func mois(n int) string { return fmt.Sprintf("%d%smois", n, texte.Insecable) }

func (h *Handlers) montrerParametres(w http.ResponseWriter, r *http.Request, t components.Tableau) error {
	return page.Render(w, r, http.StatusOK, vues.Parametres(t, delaisLegaux))
}

func ecranParametre(p tenue.Parametre, f *form.Form, anciens []tenue.Ancien) vues.Formulaire {
	valeur := components.Controle{Nom: "valeur", Libelle: "Valeur", Requis: true, Unite: p.Unite, Largeur: 4}
	min, max := p.Bornes()
	switch {
	case p.Fixe():
		valeur.Fixe, valeur.Requis = true, false
	case len(p.Choix()) > 0:
		valeur.Type, valeur.Choix, valeur.Largeur = champs.Code, vues.Choix(p.Choix()), 6
	case p.Type == "entier":
		valeur.Type, valeur.Aide = champs.Entier, fmt.Sprintf("De %s à %s.", texte.Milliers(min), texte.Milliers(max))
	default:
		valeur.Type, valeur.Largeur = champs.TexteLong, 12
	}
	e := vues.Formulaire{Titre: p.Libelle, SousTitre: p.Code, Fil: []layout.Lien{{Libelle: "Paramètres", Adresse: cheminParametres}},
		Action: cheminParametres + "/" + p.Code, Bouton: "Enregistrer", Retour: cheminParametres, F: f, Version: p.Version, Lourd: true,
		Champs: []components.Controle{valeur, {Nom: "source", Libelle: "Source", Requis: true, Largeur: 8, Aide: "L’article, l’arrêté ou la décision qui fixe cette valeur."}},
		Suite:  vues.Historique(p, anciens)}
	if p.Fixe() {
		e.Intro = "Ce paramètre est fixé à la création de la base."
	}
	if p.Fictif {
		e.Intro = "Cette valeur a été inventée pour la démonstration : remplacez-la."
	}
	return e
}

func (h *Handlers) editerParametre(w http.ResponseWriter, r *http.Request) error {
	p, err := tenue.LireParametre(r.Context(), h.Lecture, chi.URLParam(r, "code"))
	if err != nil {
		return err
	}
	anciens, err := tenue.Anciens(r.Context(), h.Lecture, p.Code)
	if err != nil {
		return err
	}
	f := form.New(map[string]string{"valeur": p.Valeur, "source": p.Source})
	return page.Render(w, r, http.StatusOK, vues.Edition(ecranParametre(p, f, anciens)))
}

func (h *Handlers) modifierParametre(w http.ResponseWriter, r *http.Request) error {
	p, err := tenue.LireParametre(r.Context(), h.Ecriture, chi.URLParam(r, "code"))
	if err != nil {
		return err
	}
	anciens, err := tenue.Anciens(r.Context(), h.Ecriture, p.Code)
	if err != nil {
		return err
	}
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	a := h.tenue().ModifierParametre(access.Session(r), p.Code, f.Get("valeur"), f.Get("source"), version(f))
	return h.formulaire(w, r, ecranParametre(p, f, anciens), a, "Paramètre enregistré.")
}

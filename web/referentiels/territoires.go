package referentiels

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/referentiels/tenue"
	"imhoweb/templates/components"
	"imhoweb/templates/layout"
	vues "imhoweb/templates/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

const cheminTerritoires = "/administration/territoires"

var filTerritoires = layout.Lien{Libelle: "Territoires", Adresse: cheminTerritoires}

// territoire is a row of the list.
type territoire struct {
	tenue.Territoire
	parent string
}

var tableauTerritoires = page.Tableau[territoire]{
	Titre: "Territoires", Chemin: cheminTerritoires + "/liste", Fichier: "territoires", Vide: "Aucun territoire",
	Adresse: func(t territoire) string {
		if t.Type == referentiels.TypeCommune || t.Type == referentiels.TypeQuartier {
			return cheminTerritoires + "/" + t.Code
		}
		return ""
	},
	Colonnes: []page.Colonne[territoire]{
		{Code: "nom", Libelle: "Nom", Texte: func(t territoire) string { return t.Nom }},
		{Code: "code", Libelle: "Code", Texte: func(t territoire) string { return t.Code }},
		{Code: "niveau", Libelle: "Niveau", Texte: func(t territoire) string { return vues.Niveau(t.Type) }},
		{Code: "parent", Libelle: "Dans", Texte: func(t territoire) string { return t.parent }},
		nombre("demandes", "Demandes", func(t territoire) int { return t.Demandes }),
		colonneEtat(func(t territoire) bool { return t.Actif }),
		{Code: "insee", Libelle: "Code Insee", Cachee: true, Code18: true, Texte: func(t territoire) string { return t.CodeInsee }},
		{Code: "verifie", Libelle: "Vérifié", Cachee: true, Texte: func(t territoire) string { return t.Verifie }},
	},
	Filtres: []page.FiltreDe[territoire]{
		{Code: "niveau", Libelle: "Niveau", Choix: []components.Choix{{Code: "epci", Libelle: "EPCI"}, {Code: "sous_secteur", Libelle: "Secteurs"},
			{Code: "commune", Libelle: "Communes"}, {Code: "quartier", Libelle: "Quartiers"}},
			Garde: func(t territoire, v string) bool { return string(t.Type) == v }},
		ouvertFerme(func(t territoire) bool { return t.Actif }),
	},
}

func (h *Handlers) lireTerritoires(r *http.Request) ([]territoire, error) {
	l, err := h.tenue().Territoires(r.Context(), h.Lecture)
	lignes := make([]territoire, len(l))
	for i, t := range l {
		parent, _ := h.Ref.Territoire(t.CodeParent)
		lignes[i] = territoire{t, parent.Nom}
	}
	return lignes, err
}

func (h *Handlers) arbre(w http.ResponseWriter, r *http.Request) error {
	l, err := h.tenue().Territoires(r.Context(), h.Lecture)
	if err != nil {
		return err
	}
	enfants := map[string][]tenue.Territoire{}
	for _, t := range l {
		enfants[t.CodeParent] = append(enfants[t.CodeParent], t)
	}
	if len(enfants[""]) != 1 {
		return fault.NotFound
	}
	return page.Render(w, r, http.StatusOK, vues.Arbre(noeud(enfants[""][0], enfants)))
}

func noeud(t tenue.Territoire, enfants map[string][]tenue.Territoire) vues.Noeud {
	n := vues.Noeud{Territoire: t}
	for _, e := range enfants[t.Code] {
		n.Enfants = append(n.Enfants, noeud(e, enfants))
	}
	return n
}

// filTerritoire leads from the top of the hierarchy to the parent of t.
func (h *Handlers) filTerritoire(t tenue.Territoire) []layout.Lien {
	l := []layout.Lien{filTerritoires}
	if t.Type == referentiels.TypeQuartier {
		c, _ := h.Ref.Territoire(t.CodeParent)
		l = append(l, layout.Lien{Libelle: c.Nom, Adresse: cheminTerritoires + "/" + c.Code})
	}
	return l
}

func (h *Handlers) ecranTerritoire(t tenue.Territoire, f *form.Form) vues.Formulaire {
	e := vues.Formulaire{Titre: t.Nom, SousTitre: vues.Niveau(t.Type) + " " + t.Code, Fil: h.filTerritoire(t), Action: cheminTerritoires + "/" + t.Code,
		Bouton: "Enregistrer", Retour: cheminTerritoires, F: f, Version: t.Version}
	if t.Type == referentiels.TypeCommune {
		e.Bouton, e.Lourd = "Déplacer la commune", true
		e.Champs = []components.Controle{{Nom: "parent", Libelle: "Secteur ou EPCI", Type: champs.Code, Choix: vues.Choix(h.tenue().Secteurs()), Requis: true, Largeur: 6,
			Aide: "Il borne ce que voient les collectivités, et les totaux par secteur."}}
		return e
	}
	e.Retour = cheminTerritoires + "/" + t.CodeParent
	e.Champs = []components.Controle{{Nom: "nom", Libelle: "Nom", Requis: true, Largeur: 8}, {Nom: "actif", Libelle: "Quartier ouvert : on peut le demander", Type: champs.Case, Largeur: 4}}
	return e
}

// territoireDe reads the commune or quartier of the address.
func (h *Handlers) territoireDe(r *http.Request) (tenue.Territoire, error) {
	t, err := h.tenue().LireTerritoire(r.Context(), h.base(r), chi.URLParam(r, "code"))
	if err == nil && t.Type != referentiels.TypeCommune && t.Type != referentiels.TypeQuartier {
		err = fault.NotFound
	}
	return t, err
}

func (h *Handlers) editerTerritoire(w http.ResponseWriter, r *http.Request) error {
	t, err := h.territoireDe(r)
	if err != nil {
		return err
	}
	e := h.ecranTerritoire(t, form.New(map[string]string{"nom": t.Nom, "parent": t.CodeParent, "actif": coche(t.Actif)}))
	if t.Type == referentiels.TypeCommune {
		l, err := h.tenue().Territoires(r.Context(), h.Lecture)
		if err != nil {
			return err
		}
		var quartiers []tenue.Territoire
		for _, q := range l {
			if q.CodeParent == t.Code {
				quartiers = append(quartiers, q)
			}
		}
		e.Suite = vues.Quartiers(t, quartiers)
	}
	return page.Render(w, r, http.StatusOK, vues.Edition(e))
}

func (h *Handlers) modifierTerritoire(w http.ResponseWriter, r *http.Request) error {
	t, err := h.territoireDe(r)
	if err != nil {
		return err
	}
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	s, e := access.Session(r), h.ecranTerritoire(t, f)
	if t.Type == referentiels.TypeCommune {
		e.Retour = cheminTerritoires + "/" + t.Code
		return h.formulaire(w, r, e, h.tenue().DeplacerCommune(s, t.Code, f.Get("parent"), version(f)), "Commune déplacée.")
	}
	e.Lourd = t.Actif && f.Get("actif") != "1"
	return h.formulaire(w, r, e, h.tenue().ModifierQuartier(s, t.Code, f.Get("nom"), f.Get("actif") == "1", version(f)), "Quartier enregistré.")
}

func (h *Handlers) ecranQuartier(c tenue.Territoire, f *form.Form) vues.Formulaire {
	base := cheminTerritoires + "/" + c.Code
	return vues.Formulaire{Titre: "Ajouter un quartier", SousTitre: c.Nom, Fil: []layout.Lien{filTerritoires, {Libelle: c.Nom, Adresse: base}},
		Action: base + "/quartier", Bouton: "Ajouter le quartier", Retour: base, F: f,
		Champs: []components.Controle{{Nom: "nom", Libelle: "Nom", Requis: true, Largeur: 8, Aide: "Son code suit celui du dernier quartier de la commune."}}}
}

func (h *Handlers) nouveauQuartier(w http.ResponseWriter, r *http.Request) error {
	c, err := h.territoireDe(r)
	if err == nil && c.Type != referentiels.TypeCommune {
		err = fault.NotFound
	}
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Edition(h.ecranQuartier(c, form.New(nil))))
}

func (h *Handlers) ajouterQuartier(w http.ResponseWriter, r *http.Request) error {
	c, err := h.territoireDe(r)
	if err != nil {
		return err
	}
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	return h.formulaire(w, r, h.ecranQuartier(c, f), h.tenue().AjouterQuartier(access.Session(r), c.Code, f.Get("nom")), "Quartier ajouté.")
}

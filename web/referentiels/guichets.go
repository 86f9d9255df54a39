package referentiels

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels/tenue"
	"imhoweb/templates/components"
	vues "imhoweb/templates/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

var tableauAgences = page.Tableau[tenue.Agence]{
	Titre: "Agences", Chemin: "/administration/agences", Fichier: "agences", Vide: "Aucune agence",
	Adresse: func(a tenue.Agence) string { return cheminOrganismes + "/" + a.Organisme + "/agences/" + a.Code },
	Colonnes: []page.Colonne[tenue.Agence]{
		{Code: "nom", Libelle: "Nom", Texte: func(a tenue.Agence) string { return a.Nom }},
		{Code: "organisme", Libelle: "Organisme", Texte: func(a tenue.Agence) string { return a.OrganismeNom }},
		{Code: "ville", Libelle: "Ville", Texte: func(a tenue.Agence) string { return a.Ville }},
		nombre("agents", "Agents", func(a tenue.Agence) int { return a.Agents }),
		nombre("guichets", "Guichets", func(a tenue.Agence) int { return a.Guichets }),
		colonneEtat(func(a tenue.Agence) bool { return a.Actif }),
		{Code: "code", Libelle: "Code", Cachee: true, Texte: func(a tenue.Agence) string { return a.Code }},
		{Code: "adresse", Libelle: "Adresse", Cachee: true, Texte: func(a tenue.Agence) string { return a.Adresse }},
		{Code: "telephone", Libelle: "Téléphone", Cachee: true, Texte: func(a tenue.Agence) string { return a.Telephone }},
	},
	Filtres: []page.FiltreDe[tenue.Agence]{ouvertFerme(func(a tenue.Agence) bool { return a.Actif })},
}

func (h *Handlers) lireAgences(r *http.Request) ([]tenue.Agence, error) {
	return h.tenue().Agences(r.Context(), h.Lecture, access.Session(r))
}

func ouvertCeJour(g tenue.Guichet) bool { return g.Ouvert(jour.Aujourdhui()) }

var tableauGuichets = page.Tableau[tenue.Guichet]{
	Titre: "Guichets", Chemin: "/administration/guichets", Fichier: "guichets", Vide: "Aucun guichet",
	Adresse: func(g tenue.Guichet) string {
		return cheminOrganismes + "/" + g.Organisme + "/guichets/" + g.Code
	},
	Colonnes: []page.Colonne[tenue.Guichet]{
		{Code: "code", Libelle: "Code", Code18: true, Texte: func(g tenue.Guichet) string { return g.Code }},
		{Code: "nom", Libelle: "Nom", Texte: func(g tenue.Guichet) string { return g.Nom }},
		{Code: "organisme", Libelle: "Organisme", Texte: func(g tenue.Guichet) string { return g.OrganismeNom }},
		{Code: "agence", Libelle: "Agence", Texte: func(g tenue.Guichet) string { return g.AgenceNom }},
		{Code: "debut", Libelle: "Ouvert le", Texte: func(g tenue.Guichet) string { return g.Debut.String() }, Cle: func(g tenue.Guichet) string { return g.Debut.ISO() }},
		{Code: "fin", Libelle: "Fermé après le", Texte: func(g tenue.Guichet) string { return g.Fin.String() }, Cle: func(g tenue.Guichet) string { return g.Fin.ISO() }},
		colonneEtat(ouvertCeJour),
		{Code: "ville", Libelle: "Ville", Cachee: true, Texte: func(g tenue.Guichet) string { return g.Ville }},
	},
	Filtres: []page.FiltreDe[tenue.Guichet]{ouvertFerme(ouvertCeJour)},
}

func (h *Handlers) lireGuichets(r *http.Request) ([]tenue.Guichet, error) {
	return h.tenue().Guichets(r.Context(), h.Lecture, access.Session(r))
}

func champsAgence(cree bool) []components.Controle {
	l := append([]components.Controle{{Nom: "nom", Libelle: "Nom", Requis: true, Largeur: 12}}, champsLieu()...)
	if cree {
		return l
	}
	return append(l, components.Controle{Nom: "actif", Libelle: "Agence ouverte", Type: champs.Case, Largeur: 8})
}

func lireAgence(f *form.Form, organisme, code string) tenue.Agence {
	return tenue.Agence{Code: code, Organisme: organisme, Nom: f.Get("nom"), Adresse: f.Get("adresse"), CodePostal: f.Get("code_postal"),
		Ville: f.Get("ville"), Telephone: f.Get("telephone"), Actif: f.Get("actif") == "1", Version: version(f)}
}

func (h *Handlers) nouvelleAgence(w http.ResponseWriter, r *http.Request) error {
	o, f, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Edition(ecranDe(o, "Ajouter une agence", "/agences/nouvelle", "Ajouter l’agence", champsAgence(true), f)))
}

func (h *Handlers) creerAgence(w http.ResponseWriter, r *http.Request) error {
	o, f, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	e := ecranDe(o, "Ajouter une agence", "/agences/nouvelle", "Ajouter l’agence", champsAgence(true), f)
	return h.formulaire(w, r, e, h.tenue().CreerAgence(access.Session(r), lireAgence(f, o.Code, "")), "Agence ajoutée.")
}

func ecranAgence(o tenue.Organisme, a tenue.Agence, f *form.Form) vues.Formulaire {
	e := ecranDe(o, a.Nom, "/agences/"+a.Code, "Enregistrer", champsAgence(false), f)
	e.Version = a.Version
	return e
}

func (h *Handlers) editerAgence(w http.ResponseWriter, r *http.Request) error {
	o, _, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	a, err := h.tenue().LireAgence(r.Context(), h.Lecture, access.Session(r), o.Code, chi.URLParam(r, "agence"))
	if err != nil {
		return err
	}
	f := form.New(map[string]string{"nom": a.Nom, "adresse": a.Adresse, "code_postal": a.CodePostal, "ville": a.Ville, "telephone": a.Telephone, "actif": coche(a.Actif)})
	return page.Render(w, r, http.StatusOK, vues.Edition(ecranAgence(o, a, f)))
}

func (h *Handlers) modifierAgence(w http.ResponseWriter, r *http.Request) error {
	o, f, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	s, t := access.Session(r), h.tenue()
	a, err := t.LireAgence(r.Context(), h.Ecriture, s, o.Code, chi.URLParam(r, "agence"))
	if err != nil {
		return err
	}
	saisie := lireAgence(f, o.Code, a.Code)
	e := ecranAgence(o, a, f)
	e.Lourd = a.Actif && !saisie.Actif
	return h.formulaire(w, r, e, t.ModifierAgence(s, saisie), "Agence enregistrée.")
}

func (h *Handlers) champsGuichet(o tenue.Organisme, cree bool) []components.Controle {
	code := components.Controle{Nom: "code", Libelle: "Code", Fixe: true, Largeur: 3}
	if cree {
		code = components.Controle{Nom: "code", Libelle: "Code", Requis: true, Largeur: 3, Aide: "Cinq chiffres ou majuscules, pour toujours."}
	}
	var agences []components.Choix
	for _, a := range h.Ref.Agences(o.Code) {
		agences = append(agences, components.Choix{Code: a.Code, Libelle: a.Nom})
	}
	return append([]components.Controle{code, {Nom: "nom", Libelle: "Nom", Requis: true, Largeur: 5},
		{Nom: "agence", Libelle: "Agence", Type: champs.Code, Vide: "Aucun", Choix: agences, Largeur: 4},
		{Nom: "debut", Libelle: "Ouvert le", Type: champs.Date, Largeur: 3},
		{Nom: "fin", Libelle: "Fermé après le", Type: champs.Date, Largeur: 3, Aide: "Vide : ouvert."}}, champsLieu()...)
}

func lireGuichet(f *form.Form, organisme, code string) tenue.Guichet {
	return tenue.Guichet{Code: code, Organisme: organisme, Nom: f.Get("nom"), Agence: f.Get("agence"), Adresse: f.Get("adresse"),
		CodePostal: f.Get("code_postal"), Ville: f.Get("ville"), Telephone: f.Get("telephone"), Debut: lireJour(f, "debut"), Fin: lireJour(f, "fin"),
		Version: version(f)}
}

func (h *Handlers) ecranNouveauGuichet(o tenue.Organisme, f *form.Form) vues.Formulaire {
	return ecranDe(o, "Ajouter un guichet", "/guichets/nouveau", "Ajouter le guichet", h.champsGuichet(o, true), f)
}

func (h *Handlers) nouveauGuichet(w http.ResponseWriter, r *http.Request) error {
	o, f, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	f.Valeurs["debut"] = jour.Aujourdhui().String()
	return page.Render(w, r, http.StatusOK, vues.Edition(h.ecranNouveauGuichet(o, f)))
}

func (h *Handlers) creerGuichet(w http.ResponseWriter, r *http.Request) error {
	o, f, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	g := lireGuichet(f, o.Code, f.Get("code"))
	e := h.ecranNouveauGuichet(o, f)
	if f.Err() != nil {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Edition(e))
	}
	return h.formulaire(w, r, e, h.tenue().CreerGuichet(access.Session(r), g), "Guichet ajouté.")
}

func (h *Handlers) ecranGuichet(o tenue.Organisme, g tenue.Guichet, f *form.Form) vues.Formulaire {
	e := ecranDe(o, "Guichet "+g.Code, "/guichets/"+g.Code, "Enregistrer", h.champsGuichet(o, false), f)
	e.Version = g.Version
	return e
}

func (h *Handlers) editerGuichet(w http.ResponseWriter, r *http.Request) error {
	o, _, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	g, err := h.tenue().LireGuichet(r.Context(), h.Lecture, access.Session(r), o.Code, chi.URLParam(r, "guichet"))
	if err != nil {
		return err
	}
	f := form.New(map[string]string{"code": g.Code, "nom": g.Nom, "agence": g.Agence, "adresse": g.Adresse, "code_postal": g.CodePostal,
		"ville": g.Ville, "telephone": g.Telephone, "debut": g.Debut.String(), "fin": g.Fin.String()})
	return page.Render(w, r, http.StatusOK, vues.Edition(h.ecranGuichet(o, g, f)))
}

func (h *Handlers) modifierGuichet(w http.ResponseWriter, r *http.Request) error {
	o, f, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	s, t := access.Session(r), h.tenue()
	g, err := t.LireGuichet(r.Context(), h.Ecriture, s, o.Code, chi.URLParam(r, "guichet"))
	if err != nil {
		return err
	}
	f.Valeurs["code"] = g.Code // the address says which, not the form
	saisi := lireGuichet(f, o.Code, g.Code)
	e := h.ecranGuichet(o, g, f)
	if f.Err() != nil {
		e.Version = version(f)
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Edition(e))
	}
	e.Lourd = saisi.Fin != g.Fin && !saisi.Fin.IsZero()
	return h.formulaire(w, r, e, t.ModifierGuichet(s, saisi), "Guichet enregistré.")
}

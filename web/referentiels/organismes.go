package referentiels

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/referentiels/tenue"
	"imhoweb/templates/components"
	"imhoweb/templates/layout"
	vues "imhoweb/templates/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

const cheminOrganismes = "/administration/organismes"

var filOrganismes = layout.Lien{Libelle: "Organismes", Adresse: cheminOrganismes}

// ouvertFerme is the filter of what closes.
func ouvertFerme[T any](ouvert func(T) bool) page.FiltreDe[T] {
	return page.FiltreDe[T]{Code: "etat", Libelle: "État", Choix: []components.Choix{{Code: "ouvert", Libelle: "Ouverts"}, {Code: "ferme", Libelle: "Fermés"}},
		Garde: func(v T, etat string) bool { return ouvert(v) == (etat == "ouvert") }}
}

// colonneEtat says whether a row is open.
func colonneEtat[T any](ouvert func(T) bool) page.Colonne[T] {
	return page.Colonne[T]{Code: "etat", Libelle: "État",
		Texte:   func(v T) string { return map[bool]string{true: "ouvert", false: "fermé"}[ouvert(v)] },
		Montrer: func(v T) templ.Component { return vues.Etat(ouvert(v)) }}
}

// nombre is a column of counts, in order of size.
func nombre[T any](code, libelle string, n func(T) int) page.Colonne[T] {
	return page.Colonne[T]{Code: code, Libelle: libelle, Classe: "nb",
		Texte: func(v T) string { return strconv.Itoa(n(v)) },
		Cle:   func(v T) string { return page.CleNombre(n(v)) }}
}

var tableauOrganismes = page.Tableau[tenue.Organisme]{
	Titre: "Organismes", Chemin: cheminOrganismes, Fichier: "organismes", Vide: "Aucun organisme",
	Adresse: func(o tenue.Organisme) string { return cheminOrganismes + "/" + o.Code },
	Colonnes: []page.Colonne[tenue.Organisme]{
		{Code: "nom", Libelle: "Nom", Texte: func(o tenue.Organisme) string { return o.Nom }},
		{Code: "code", Libelle: "Code", Texte: func(o tenue.Organisme) string { return o.Code }},
		{Code: "type", Libelle: "Type", Texte: func(o tenue.Organisme) string { return tenue.TypeLibelle(o.Type) }},
		{Code: "enregistreur", Libelle: "Enregistreur", Texte: func(o tenue.Organisme) string { return map[bool]string{true: "oui", false: "non"}[o.Enregistreur] }},
		{Code: "ville", Libelle: "Ville", Texte: func(o tenue.Organisme) string { return o.Ville }},
		nombre("agents", "Agents", func(o tenue.Organisme) int { return o.Agents }),
		nombre("guichets", "Guichets", func(o tenue.Organisme) int { return o.Guichets }),
		colonneEtat(func(o tenue.Organisme) bool { return o.Actif }),
		{Code: "adresse", Libelle: "Adresse", Cachee: true, Texte: func(o tenue.Organisme) string { return o.Adresse }},
		{Code: "cp", Libelle: "Code postal", Cachee: true, Code18: true, Texte: func(o tenue.Organisme) string { return o.CodePostal }},
		{Code: "telephone", Libelle: "Téléphone", Cachee: true, Texte: func(o tenue.Organisme) string { return o.Telephone }},
		{Code: "territoire", Libelle: "Ressort", Cachee: true, Texte: func(o tenue.Organisme) string { return o.Territoire }},
		{Code: "successeur", Libelle: "Successeur", Cachee: true, Texte: func(o tenue.Organisme) string { return o.Successeur }},
	},
	Filtres: []page.FiltreDe[tenue.Organisme]{
		{Code: "type", Libelle: "Type", Choix: vues.Choix(tenue.Types), Garde: func(o tenue.Organisme, v string) bool { return o.Type == v }},
		ouvertFerme(func(o tenue.Organisme) bool { return o.Actif }),
	},
}

func (h *Handlers) lireOrganismes(r *http.Request) ([]tenue.Organisme, error) {
	return h.tenue().Organismes(r.Context(), h.Lecture, access.Session(r))
}

func (h *Handlers) montrerOrganismes(w http.ResponseWriter, r *http.Request, t components.Tableau) error {
	if access.Session(r).Peut(habilitations.GererOrganismes) {
		t.Actions = vues.Bouton(cheminOrganismes+"/nouveau", "Ajouter un organisme")
	}
	return montrerListe("Organismes", "")(w, r, t)
}

// organisme shows one, with its agences and guichets.
func (h *Handlers) organisme(w http.ResponseWriter, r *http.Request) error {
	ctx, s, code, t := r.Context(), access.Session(r), chi.URLParam(r, "code"), h.tenue()
	o, err := t.LireOrganisme(ctx, h.Lecture, s, code)
	if err != nil {
		return err
	}
	f := vues.Fiche{Organisme: o, Jour: jour.Aujourdhui()}
	if x, ok := h.Ref.Territoire(o.Territoire); ok {
		f.Ressort = x.Nom
	}
	if x, ok := h.Ref.Organisme(o.Successeur); ok {
		f.Successeur = x.Nom
	}
	if f.Agences, err = t.AgencesDe(ctx, h.Lecture, s, code); err != nil {
		return err
	}
	if f.Guichets, err = t.GuichetsDe(ctx, h.Lecture, s, code); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Organisme(f))
}

// organismeDe reads the organisme of the address, and the form when posted.
func (h *Handlers) organismeDe(r *http.Request) (o tenue.Organisme, f *form.Form, err error) {
	if o, err = h.tenue().LireOrganisme(r.Context(), h.base(r), access.Session(r), chi.URLParam(r, "code")); err != nil {
		return o, nil, err
	}
	f, err = form.Read(r)
	return o, f, err
}

// ecranDe is a form under an organisme.
func ecranDe(o tenue.Organisme, titre, chemin, bouton string, champs []components.Controle, f *form.Form) vues.Formulaire {
	base := cheminOrganismes + "/" + o.Code
	return vues.Formulaire{Titre: titre, SousTitre: o.Nom, Fil: []layout.Lien{filOrganismes, {Libelle: o.Nom, Adresse: base}},
		Action: base + chemin, Bouton: bouton, Retour: base, Champs: champs, F: f}
}

// champsLieu are the fields of an address.
func champsLieu() []components.Controle {
	return []components.Controle{
		{Nom: "adresse", Libelle: "Adresse", Largeur: 6},
		{Nom: "code_postal", Libelle: "Code postal", Type: champs.CodePostal, Largeur: 2},
		{Nom: "ville", Libelle: "Ville", Largeur: 4},
		{Nom: "telephone", Libelle: "Téléphone", Largeur: 4},
	}
}

// ressorts are the territoires that a collectivité may have.
func (h *Handlers) ressorts() []components.Choix {
	dep := h.Ref.Texte(referentiels.DepartementFichier)
	var l []components.Choix
	for _, t := range h.Ref.Secteurs(dep) {
		if t.Type != referentiels.TypeSousSecteur {
			l = append(l, components.Choix{Code: t.Code, Libelle: t.Nom})
		}
	}
	for _, t := range h.Ref.CommunesDe(dep) {
		l = append(l, components.Choix{Code: t.Code, Libelle: "Commune de " + t.Nom})
	}
	return l
}

func (h *Handlers) champsOrganisme(cree bool) []components.Controle {
	code := components.Controle{Nom: "code", Libelle: "Code", Fixe: true, Largeur: 3}
	if cree {
		code = components.Controle{Nom: "code", Libelle: "Code", Requis: true, Largeur: 3, Aide: "Majuscules, chiffres et tirets. Il ne change plus ensuite."}
	}
	return append([]components.Controle{code,
		{Nom: "nom", Libelle: "Nom", Requis: true, Largeur: 6},
		{Nom: "nom_2011", Libelle: "Nom en 2011", Largeur: 3},
		{Nom: "type", Libelle: "Type", Type: champs.Code, Choix: vues.Choix(tenue.Types), Requis: true, Largeur: 4},
		{Nom: "territoire", Libelle: "Ressort d’une collectivité", Type: champs.Code, Vide: "Aucun", Choix: h.ressorts(), Largeur: 4},
		{Nom: "enregistreur", Libelle: "Service enregistreur", Type: champs.Case, Largeur: 4, Aide: "CCH R441-2-1 : peut enregistrer des demandes, et lire les données nominatives."},
	}, champsLieu()...)
}

func ecrireOrganisme(o tenue.Organisme) *form.Form {
	return form.New(map[string]string{"code": o.Code, "nom": o.Nom, "nom_2011": o.Nom2011, "type": o.Type, "territoire": o.Territoire,
		"enregistreur": coche(o.Enregistreur), "adresse": o.Adresse, "code_postal": o.CodePostal, "ville": o.Ville, "telephone": o.Telephone})
}

func lireOrganisme(f *form.Form) tenue.Organisme {
	return tenue.Organisme{Code: f.Get("code"), Nom: f.Get("nom"), Nom2011: f.Get("nom_2011"), Type: f.Get("type"), Territoire: f.Get("territoire"),
		Enregistreur: f.Get("enregistreur") == "1", Adresse: f.Get("adresse"), CodePostal: f.Get("code_postal"), Ville: f.Get("ville"),
		Telephone: f.Get("telephone"), Version: version(f)}
}

func (h *Handlers) ecranNouvelOrganisme(f *form.Form) vues.Formulaire {
	return vues.Formulaire{Titre: "Ajouter un organisme", Fil: []layout.Lien{filOrganismes}, Action: cheminOrganismes + "/nouveau",
		Bouton: "Ajouter l’organisme", Retour: cheminOrganismes, Champs: h.champsOrganisme(true), F: f}
}

func (h *Handlers) nouvelOrganisme(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, vues.Edition(h.ecranNouvelOrganisme(form.New(nil))))
}

func (h *Handlers) creerOrganisme(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	o, e := lireOrganisme(f), h.ecranNouvelOrganisme(f)
	return h.mener(w, r, f, h.tenue().CreerOrganisme(access.Session(r), o), suite{fait: "Organisme ajouté.", retour: cheminOrganismes + "/" + o.Code,
		montrer: func(statut int, a *tenue.Apercu, signature string) error {
			e.Apercu, e.Signature = a, signature
			return page.Render(w, r, statut, vues.Edition(e))
		}})
}

// ecranOrganisme is the form of an organisme that exists.
func (h *Handlers) ecranOrganisme(o tenue.Organisme, f *form.Form) vues.Formulaire {
	e := ecranDe(o, "Modifier", "/modification", "Enregistrer", h.champsOrganisme(false), f)
	e.Version = o.Version
	return e
}

func (h *Handlers) editerOrganisme(w http.ResponseWriter, r *http.Request) error {
	o, _, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Edition(h.ecranOrganisme(o, ecrireOrganisme(o))))
}

func (h *Handlers) modifierOrganisme(w http.ResponseWriter, r *http.Request) error {
	avant, f, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	f.Valeurs["code"] = avant.Code // the address says which, not the form
	e, o := h.ecranOrganisme(avant, f), lireOrganisme(f)
	e.Lourd = o.Type != avant.Type || o.Enregistreur != avant.Enregistreur
	return h.formulaire(w, r, e, h.tenue().ModifierOrganisme(access.Session(r), o), "Organisme enregistré.")
}

func (h *Handlers) ecranFermeture(o tenue.Organisme, f *form.Form) vues.Formulaire {
	var successeurs []components.Choix
	for _, x := range h.Ref.Organismes() {
		if x.Actif && x.Code != o.Code && x.Departement == h.Ref.Texte(referentiels.DepartementFichier) {
			successeurs = append(successeurs, components.Choix{Code: x.Code, Libelle: x.Nom})
		}
	}
	champ := components.Controle{Nom: "successeur", Libelle: "Successeur", Type: champs.Code, Vide: "Aucun", Choix: successeurs, Largeur: 6, Aide: "L’organisme qui le reprend, s’il y en a un."}
	e := ecranDe(o, "Fermer", "/fermeture", "Fermer l’organisme", []components.Controle{champ}, f)
	e.Intro, e.Version, e.Lourd = "L’organisme reste dans l’historique et sur les dossiers qu’il a enregistrés.", o.Version, true
	return e
}

func (h *Handlers) fermeture(w http.ResponseWriter, r *http.Request) error {
	o, _, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Edition(h.ecranFermeture(o, form.New(map[string]string{"successeur": o.Successeur}))))
}

func (h *Handlers) fermerOrganisme(w http.ResponseWriter, r *http.Request) error {
	o, f, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	a := h.tenue().FermerOrganisme(access.Session(r), o.Code, f.Get("successeur"), version(f))
	return h.formulaire(w, r, h.ecranFermeture(o, f), a, "Organisme fermé.")
}

func (h *Handlers) rouvrirOrganisme(w http.ResponseWriter, r *http.Request) error {
	o, f, err := h.organismeDe(r)
	if err != nil {
		return err
	}
	e := ecranDe(o, "Rouvrir", "/reouverture", "Rouvrir l’organisme", nil, f)
	return h.formulaire(w, r, e, h.tenue().RouvrirOrganisme(access.Session(r), o.Code, version(f)), "Organisme rouvert.")
}

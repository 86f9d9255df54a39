package referentiels

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels/tenue"
	"imhoweb/templates/components"
	"imhoweb/templates/layout"
	vues "imhoweb/templates/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

const cheminListes = "/administration/referentiels"

var filListes = layout.Lien{Libelle: "Nomenclatures", Adresse: cheminListes}

// domaine is a row of the list of nomenclatures.
type domaine struct {
	tenue.Domaine
	ouvertes, fermees int
}

var tableauDomaines = page.Tableau[domaine]{
	Titre: "Nomenclatures", Chemin: cheminListes, Fichier: "nomenclatures", Vide: "Aucune nomenclature",
	Adresse: func(d domaine) string { return cheminListes + "/" + d.Code },
	Colonnes: []page.Colonne[domaine]{
		{Code: "libelle", Libelle: "Nomenclature", Texte: func(d domaine) string { return d.Libelle }},
		{Code: "code", Libelle: "Code", Texte: func(d domaine) string { return d.Code }},
		nombre("ouvertes", "Valeurs proposées", func(d domaine) int { return d.ouvertes }),
		nombre("fermees", "Fermées", func(d domaine) int { return d.fermees }),
		{Code: "regles", Libelle: "Tenue", Texte: func(d domaine) string {
			return map[bool]string{true: "codes du programme", false: "libre"}[d.Regles]
		}},
	},
}

func (h *Handlers) lireDomaines(*http.Request) ([]domaine, error) {
	auj := jour.Aujourdhui()
	var l []domaine
	for _, d := range tenue.Domaines {
		x := domaine{Domaine: d}
		for _, c := range h.Ref.Nomenclature(d.Code) {
			if c.Ouverte(auj) {
				x.ouvertes++
			} else {
				x.fermees++
			}
		}
		l = append(l, x)
	}
	return l, nil
}

// valeur is a row of a nomenclature.
type valeur struct {
	tenue.Valeur
	usages int
}

func (v valeur) ouverte() bool { return v.Ouverte(jour.Aujourdhui()) }

func adresseValeur(domaine, code string) string {
	return cheminListes + "/" + domaine + "/" + url.PathEscape(code)
}

// tableauValeurs is the list of a nomenclature.
func tableauValeurs(d tenue.Domaine) page.Tableau[valeur] {
	return page.Tableau[valeur]{
		Titre: d.Libelle, Chemin: cheminListes + "/" + d.Code, Fichier: d.Code, Vide: "Aucune valeur", Tri: "ordre",
		Adresse: func(v valeur) string { return adresseValeur(v.Domaine, v.Code) },
		Colonnes: []page.Colonne[valeur]{
			{Code: "libelle", Libelle: "Libellé", Texte: func(v valeur) string { return v.Libelle }},
			{Code: "code", Libelle: "Code", Code18: true, Texte: func(v valeur) string { return v.Code }},
			{Code: "ordre", Libelle: "Rang", Classe: "nb", Texte: func(v valeur) string { return strconv.Itoa(v.Ordre) }, Cle: func(v valeur) string { return page.CleNombre(v.Ordre) }},
			{Code: "debut", Libelle: "À partir du", Texte: func(v valeur) string { return v.Debut.String() }, Cle: func(v valeur) string { return v.Debut.ISO() }},
			{Code: "fin", Libelle: "Jusqu’au", Texte: func(v valeur) string { return v.Fin.String() }, Cle: func(v valeur) string { return v.Fin.ISO() }},
			nombre("usages", "Emplois", func(v valeur) int { return v.usages }),
			colonneEtat(valeur.ouverte),
			{Code: "origine", Libelle: "Origine", Texte: func(v valeur) string { return v.Source }, Classe: "opt"},
		},
		Filtres: []page.FiltreDe[valeur]{ouvertFerme(valeur.ouverte)},
	}
}

func (h *Handlers) lireValeurs(r *http.Request) (tenue.Domaine, []valeur, error) {
	d, ok := tenue.DomaineDe(chi.URLParam(r, "domaine"))
	if !ok {
		return d, nil, fault.NotFound
	}
	l, err := tenue.Valeurs(r.Context(), h.Lecture, d.Code)
	if err != nil {
		return d, nil, err
	}
	usages, err := tenue.Usages(r.Context(), h.Lecture, d.Code)
	if err != nil {
		return d, nil, err
	}
	valeurs := make([]valeur, len(l))
	for i, v := range l {
		valeurs[i] = valeur{v, usages[v.Code]}
	}
	return d, valeurs, nil
}

func (h *Handlers) valeurs(w http.ResponseWriter, r *http.Request) error {
	d, l, err := h.lireValeurs(r)
	if err != nil {
		return err
	}
	t, intro := tableauValeurs(d).Lire(r, l), ""
	if d.Regles {
		intro = "Le programme applique des règles à ces codes : leur libellé et leur rang se changent, la liste ne s’allonge pas."
	} else {
		t.Actions = vues.Bouton(cheminListes+"/"+d.Code+"/nouvelle", "Ajouter une valeur")
	}
	return page.Render(w, r, http.StatusOK, vues.PageListe(d.Libelle, d.Code, intro, t, filListes))
}

func (h *Handlers) exporterValeurs(w http.ResponseWriter, r *http.Request) error {
	d, l, err := h.lireValeurs(r)
	if err != nil {
		return err
	}
	return tableauValeurs(d).Exporter(w, r, l)
}

func champsValeur(d tenue.Domaine, cree bool) []components.Controle {
	code := components.Controle{Nom: "code", Libelle: "Code", Fixe: true, Largeur: 3}
	if cree {
		code = components.Controle{Nom: "code", Libelle: "Code", Requis: true, Largeur: 3, Aide: "Majuscules et chiffres. Il ne change plus ensuite."}
	}
	return []components.Controle{code,
		{Nom: "libelle", Libelle: "Libellé", Requis: true, Largeur: 7},
		{Nom: "ordre", Libelle: "Rang", Type: champs.Entier, Requis: true, Largeur: 2, Aide: "Dans la liste."},
		{Nom: "debut", Libelle: "Proposée à partir du", Type: champs.Date, Fixe: d.Regles, Largeur: 3, Aide: "Vide : depuis toujours."},
		{Nom: "fin", Libelle: "Proposée jusqu’au", Type: champs.Date, Fixe: d.Regles, Largeur: 3, Aide: "Vide : encore ouverte. Effacez la date pour rouvrir."}}
}

func lireValeur(f *form.Form, domaine, code string) tenue.Valeur {
	n, err := strconv.Atoi(f.Get("ordre"))
	if err != nil {
		n = -1 // refused, with the rule
	}
	return tenue.Valeur{Domaine: domaine, Code: code, Libelle: f.Get("libelle"), Ordre: n, Debut: lireJour(f, "debut"), Fin: lireJour(f, "fin"), Version: version(f)}
}

func ecranValeur(d tenue.Domaine, titre, action, bouton string, champs []components.Controle, f *form.Form) vues.Formulaire {
	base := cheminListes + "/" + d.Code
	return vues.Formulaire{Titre: titre, SousTitre: d.Libelle, Fil: []layout.Lien{filListes, {Libelle: d.Libelle, Adresse: base}},
		Action: action, Bouton: bouton, Retour: base, Champs: champs, F: f}
}

func ecranNouvelleValeur(d tenue.Domaine, f *form.Form) vues.Formulaire {
	return ecranValeur(d, "Ajouter une valeur", cheminListes+"/"+d.Code+"/nouvelle", "Ajouter la valeur", champsValeur(d, true), f)
}

func (h *Handlers) nouvelleValeur(w http.ResponseWriter, r *http.Request) error {
	d, ok := tenue.DomaineDe(chi.URLParam(r, "domaine"))
	if !ok || d.Regles {
		return fault.NotFound
	}
	rang := 1
	if l := h.Ref.Nomenclature(d.Code); len(l) > 0 {
		rang = l[len(l)-1].Ordre + 1
	}
	return page.Render(w, r, http.StatusOK, vues.Edition(ecranNouvelleValeur(d, form.New(map[string]string{"ordre": strconv.Itoa(rang)}))))
}

func (h *Handlers) ajouterValeur(w http.ResponseWriter, r *http.Request) error {
	d, ok := tenue.DomaineDe(chi.URLParam(r, "domaine"))
	if !ok {
		return fault.NotFound
	}
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	v, e := lireValeur(f, d.Code, f.Get("code")), ecranNouvelleValeur(d, f)
	if f.Err() != nil {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Edition(e))
	}
	return h.formulaire(w, r, e, h.tenue().AjouterValeur(access.Session(r), v), "Valeur ajoutée.")
}

// codeValeur is the code of the address: it may hold an escaped character.
func codeValeur(r *http.Request) string {
	code, err := url.PathUnescape(chi.URLParam(r, "code"))
	if err != nil {
		return ""
	}
	return code
}

func (h *Handlers) editerValeur(w http.ResponseWriter, r *http.Request) error {
	v, err := tenue.LireValeur(r.Context(), h.Lecture, chi.URLParam(r, "domaine"), codeValeur(r))
	if err != nil {
		return err
	}
	d, _ := tenue.DomaineDe(v.Domaine)
	f := form.New(map[string]string{"code": v.Code, "libelle": v.Libelle, "ordre": strconv.Itoa(v.Ordre), "debut": v.Debut.String(), "fin": v.Fin.String()})
	e := ecranValeur(d, v.Libelle, adresseValeur(v.Domaine, v.Code), "Enregistrer", champsValeur(d, false), f)
	e.Version = v.Version
	supprimable, err := tenue.Supprimable(r.Context(), h.Lecture, v)
	if err != nil {
		return err
	}
	if supprimable {
		e.Suite = vues.Acte(adresseValeur(v.Domaine, v.Code)+"/suppression", "Supprimer cette valeur, jamais employée", "trash", v.Version, true)
	}
	return page.Render(w, r, http.StatusOK, vues.Edition(e))
}

func (h *Handlers) modifierValeur(w http.ResponseWriter, r *http.Request) error {
	avant, err := tenue.LireValeur(r.Context(), h.Ecriture, chi.URLParam(r, "domaine"), codeValeur(r))
	if err != nil {
		return err
	}
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	d, _ := tenue.DomaineDe(avant.Domaine)
	f.Valeurs["code"] = avant.Code // the address says which, not the form
	if d.Regles {
		f.Valeurs["debut"], f.Valeurs["fin"] = avant.Debut.String(), avant.Fin.String()
	}
	v := lireValeur(f, avant.Domaine, avant.Code)
	e := ecranValeur(d, avant.Libelle, adresseValeur(v.Domaine, v.Code), "Enregistrer", champsValeur(d, false), f)
	if f.Err() != nil {
		e.Version = version(f)
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Edition(e))
	}
	return h.formulaire(w, r, e, h.tenue().ModifierValeur(access.Session(r), v), "Valeur enregistrée.")
}

func (h *Handlers) supprimerValeur(w http.ResponseWriter, r *http.Request) error {
	v, err := tenue.LireValeur(r.Context(), h.Ecriture, chi.URLParam(r, "domaine"), codeValeur(r))
	if err != nil {
		return err
	}
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	d, _ := tenue.DomaineDe(v.Domaine)
	e := ecranValeur(d, "Supprimer", adresseValeur(v.Domaine, v.Code)+"/suppression", "Supprimer la valeur", nil, f)
	e.SousTitre, e.Lourd = v.Libelle, true
	return h.formulaire(w, r, e, h.tenue().SupprimerValeur(access.Session(r), v.Domaine, v.Code, version(f)), "Valeur supprimée.")
}

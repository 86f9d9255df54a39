package comptes

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/form"
	"imhoweb/templates/components"
	vues "imhoweb/templates/comptes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

const certification = "/administration/certification"

// organismeCertifie is the organisme whose list is confirmed: the session's,
// or the one that ATLAS asks for.
func organismeCertifie(s habilitations.Session, demande string) string {
	if demande != "" && s.Peut(habilitations.ToutOrganisme) {
		return demande
	}
	return s.Organisme
}

func (h *Handlers) certification(w http.ResponseWriter, r *http.Request) error {
	return h.montrerCertification(w, r, http.StatusOK, form.New(map[string]string{"organisme": r.URL.Query().Get("organisme")}))
}

func (h *Handlers) montrerCertification(w http.ResponseWriter, r *http.Request, statut int, f *form.Form) error {
	s := access.Session(r)
	l, err := administration.Lister(r.Context(), h.Lecture, s)
	if err != nil {
		return err
	}
	e := vues.AConfirmer{F: f, Rythme: administration.RythmeDe(h.Ref), Organisme: organismeCertifie(s, f.Get("organisme")), Le: time.Now(), Rapport: s.Peut(habilitations.ToutOrganisme)}
	if o, ok := h.Ref.Organisme(e.Organisme); ok {
		e.Nom = o.Nom
	}
	for _, a := range l {
		if a.Organisme == e.Organisme && !a.Suspendu() {
			e.Acces = append(e.Acces, a)
		}
	}
	return page.Render(w, r, statut, vues.Certification(e))
}

// certifier confirms the agents ticked and suspends those refused.
func (h *Handlers) certifier(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	s := access.Session(r)
	confirmes, refuses := lireDecisions(f)
	n, suspendus, err := administration.Certifier(r.Context(), h.Ecriture, s, organismeCertifie(s, f.Get("organisme")), confirmes, refuses)
	if f.Absorb(err) {
		return h.montrerCertification(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	for _, id := range refuses {
		h.Acces.OublierAgent(id)
	}
	page.Succes(r, components.Pluriel(n, "Aucun accès confirmé", "accès confirmé", "accès confirmés")+", "+
		components.Pluriel(suspendus, "aucun suspendu", "suspendu", "suspendus")+".")
	cible := certification
	if o := f.Get("organisme"); o != "" {
		cible += "?organisme=" + url.QueryEscape(organismeCertifie(s, o))
	}
	return page.Redirect(w, r, cible)
}

// lireDecisions reads the choice made for each agent.
func lireDecisions(f *form.Form) (confirmes, refuses []int64) {
	for nom, v := range f.Valeurs {
		code, ok := strings.CutPrefix(nom, "agent.")
		id, err := strconv.ParseInt(code, 10, 64)
		switch {
		case !ok || err != nil:
		case v == "confirmer":
			confirmes = append(confirmes, id)
		case v == "suspendre":
			refuses = append(refuses, id)
		}
	}
	return confirmes, refuses
}

// routesRapport is where each organisme stands: ATLAS's.
func (h *Handlers) routesRapport() []page.Route {
	type l = administration.LigneRapport
	colonne := func(code, libelle string, f func(l) int) page.Colonne[l] {
		return page.Colonne[l]{Code: code, Libelle: libelle, Classe: "nb", Texte: func(x l) string { return strconv.Itoa(f(x)) },
			Cle: func(x l) string { return page.CleNombre(f(x)) }}
	}
	moment := func(code, libelle string, f func(l) time.Time) page.Colonne[l] {
		return page.Colonne[l]{Code: code, Libelle: libelle, Classe: "nb", Texte: func(x l) string { return vues.Moment(f(x)) },
			Cle: func(x l) string { return page.CleInstant(f(x)) }}
	}
	t := page.Tableau[l]{
		Titre: "Confirmation des accès", Chemin: certification + "/rapport", Fichier: "confirmation-des-acces", Vide: "Aucun organisme",
		Tri: "organisme", Adresse: func(x l) string { return certification + "?organisme=" + x.Organisme },
		Colonnes: []page.Colonne[l]{
			{Code: "organisme", Libelle: "Organisme", Texte: func(x l) string { return x.OrganismeNom }},
			{Code: "type", Libelle: "Type", Texte: func(x l) string { return vues.Types[x.TypeOrganisme] }},
			colonne("agents", "Accès ouverts", func(x l) int { return x.Agents }),
			colonne("a_confirmer", "À confirmer", func(x l) int { return x.AConfirmer }),
			colonne("en_retard", "En retard", func(x l) int { return x.EnRetard }),
			colonne("non_confirmes", "Suspendus", func(x l) int { return x.NonConfirmes }),
			moment("derniere", "Dernière confirmation", func(x l) time.Time { return x.Derniere }),
			moment("rappel", "Dernier rappel", func(x l) time.Time { return x.Rappel }),
		},
	}
	return t.Routes(habilitations.ToutOrganisme, func(r *http.Request) ([]l, error) {
		return administration.Rapport(r.Context(), h.Lecture, access.Session(r), time.Now(), administration.RythmeDe(h.Ref))
	}, func(w http.ResponseWriter, r *http.Request, c components.Tableau) error {
		return page.Render(w, r, http.StatusOK, vues.Rapport(c))
	})
}

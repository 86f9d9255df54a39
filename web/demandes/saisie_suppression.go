package demandes

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	vues "imhoweb/templates/demandes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// demanderSuppression asks before a draft is deleted, or a saisie dropped.
func (h *Handlers) demanderSuppression(w http.ResponseWriter, r *http.Request) error {
	q, err := h.enCours(r, h.Lecture)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.PageSuppression(h.vue(q.s, q.ecran)))
}

// supprimer deletes the draft and leaves a trace, or drops the saisie (R-SAI-10).
func (h *Handlers) supprimer(w http.ResponseWriter, r *http.Request) error {
	q, err := h.enCours(r, h.Ecriture)
	if err != nil {
		return err
	}
	return h.abandonner(w, r, q)
}

// enCours finds the open working copy that the address is about.
func (h *Handlers) enCours(r *http.Request, db pg.DB) (envoi, error) {
	q := envoi{s: access.Session(r), ecran: ecran{onglet: champs.Identite}}
	var err error
	if q.e, err = demandes.EnteteDe(r.Context(), db, q.s, habilitations.ModifierDemande, chi.URLParam(r, "numero")); err != nil {
		return q, err
	}
	if q.a, err = h.Fichier.SaisieDe(r.Context(), db, q.s, &q.e); err != nil {
		return q, err
	}
	if q.a == nil {
		if q.e.Statut != demandes.Brouillon {
			return q, fault.Refuser(fault.NotFound, "Aucune saisie n’est en cours sur cette demande : rien n’est à abandonner.")
		}
		q.a = &demandes.Saisie{DemandeID: q.e.ID, Numero: q.e.NumeroURL(), Sorte: demandes.SaisieCreation, Organisme: q.s.Organisme}
	}
	if q.e.Statut != demandes.Brouillon {
		if sorte := sorteDe(r.URL.Query().Get("saisie")); sorte != "" && sorte != demandes.SaisieCreation {
			q.a.Sorte = sorte
		}
	}
	return q, nil
}

func (h *Handlers) abandonner(w http.ResponseWriter, r *http.Request, q envoi) error {
	if err := h.Fichier.Abandonner(r.Context(), h.Ecriture, q.s, q.a); err != nil {
		return err
	}
	if q.a.Sorte == demandes.SaisieCreation {
		page.Succes(r, "Brouillon supprimé.")
		return page.Redirect(w, r, "/demandes")
	}
	page.Succes(r, "Saisie abandonnée : la demande n’a pas changé.")
	return page.Redirect(w, r, "/demandes/"+q.a.Numero)
}

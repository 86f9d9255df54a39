package travaux

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/travaux"
	vues "imhoweb/templates/travaux"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

func (h *Handlers) miens(w http.ResponseWriter, r *http.Request) error {
	l, err := travaux.Miens(r.Context(), h.Lecture, access.Session(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Miens(l))
}

// mien is a job of the session: that of another is not found, even for who may
// read it through the administration.
func (h *Handlers) mien(w http.ResponseWriter, r *http.Request) error {
	f, err := h.lire(r)
	if err == nil && !sien(access.Session(r), f) {
		err = fault.NotFound
	}
	if err != nil {
		return err
	}
	return montrer(w, r, vues.Ecran{Fiche: f, Sien: true, Adresse: r.URL.Path})
}

func (h *Handlers) fiche(w http.ResponseWriter, r *http.Request) error {
	f, err := h.lire(r)
	if err != nil {
		return err
	}
	return montrer(w, r, vues.Ecran{Fiche: f, Gerer: true, Sien: sien(access.Session(r), f), Adresse: r.URL.Path})
}

func sien(s habilitations.Session, f travaux.Fiche) bool {
	return f.Utilisateur == s.Utilisateur && f.Organisme == s.Organisme
}

func (h *Handlers) lire(r *http.Request) (travaux.Fiche, error) {
	return travaux.Lire(r.Context(), h.Lecture, access.Session(r), page.Identifiant(r))
}

// montrer answers the page, or the part of it that follows the job.
func montrer(w http.ResponseWriter, r *http.Request, e vues.Ecran) error {
	switch {
	case !page.Fragment(r):
		return page.Render(w, r, http.StatusOK, vues.Page(e))
	case e.Fiche.Etat.Fini():
		w.Header().Set("HX-Retarget", "#travail")
		return page.Render(w, r, http.StatusOK, vues.Fin(e))
	}
	return page.Render(w, r, http.StatusOK, vues.Avancement(e))
}

// fichier sends the result, to its author alone.
func (h *Handlers) fichier(w http.ResponseWriter, r *http.Request) error {
	f, err := h.File.Ouvrir(r.Context(), h.Lecture, access.Session(r), page.Identifiant(r))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", f.Sorte)
	w.Header().Set("Content-Disposition", `attachment; filename="`+f.Nom+`"`)
	if err := f.Ecrire(r.Context(), h.Lecture, w); err != nil { // begun: the browser sees that it is cut
		slog.WarnContext(r.Context(), "envoi d’un fichier interrompu", "erreur", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func (h *Handlers) annuler(w http.ResponseWriter, r *http.Request) error {
	return h.agir(w, r, "annuler", "L’annulation est demandée.", func(tx pgx.Tx) error {
		return travaux.Annuler(r.Context(), tx, access.Session(r), page.Identifiant(r))
	})
}

func (h *Handlers) relancer(w http.ResponseWriter, r *http.Request) error {
	return h.agir(w, r, "relancer", "Le travail est relancé.", func(tx pgx.Tx) error {
		return h.File.Relancer(r.Context(), tx, access.Session(r), page.Identifiant(r))
	})
}

// agir does an act on a job, then shows it. Through the administration it
// leaves a trace.
func (h *Handlers) agir(w http.ResponseWriter, r *http.Request, acte, fait string, faire func(pgx.Tx) error) error {
	ctx, s := r.Context(), access.Session(r)
	err := pgx.BeginFunc(ctx, h.Ecriture, func(tx pgx.Tx) error {
		avant, err := travaux.Lire(ctx, tx, s, page.Identifiant(r))
		if err != nil {
			return err
		}
		if err := faire(tx); err != nil || !strings.HasPrefix(r.URL.Path, vues.Racine) {
			return err
		}
		apres, err := travaux.Lire(ctx, tx, s, avant.ID)
		if err != nil {
			return err
		}
		return tracer(ctx, tx, s, acte, avant, apres)
	})
	if err != nil {
		return err
	}
	page.Succes(r, fait)
	return page.Redirect(w, r, r.URL.Path[:strings.LastIndexByte(r.URL.Path, '/')])
}

func tracer(ctx context.Context, tx pgx.Tx, s habilitations.Session, acte string, avant, apres travaux.Fiche) error {
	return journal.Changer(ctx, tx, s, journal.Changement{
		Objet: "travail", Cle: strconv.FormatInt(apres.ID, 10), Libelle: apres.Libelle, Organisme: apres.Organisme, Acte: acte,
		Avant: situation(avant), Apres: situation(apres),
	})
}

// situation is what the trace keeps of a job; nothing of one that isn't yet.
func situation(f travaux.Fiche) map[string]string {
	switch {
	case f.ID == 0:
		return nil
	case f.Annuler && !f.Etat.Fini():
		return map[string]string{"État": f.Etat.Libelle() + ", annulation demandée"}
	}
	return map[string]string{"État": f.Etat.Libelle()}
}

// lancer starts a job of the schedule now; one already under way is shown.
func (h *Handlers) lancer(w http.ResponseWriter, r *http.Request) error {
	ctx, s := r.Context(), access.Session(r)
	t, ok := h.File.Travail(r.PostFormValue("code"))
	if !ok || !t.Periodique() {
		return fault.NotFound
	}
	var id int64
	err := pgx.BeginFunc(ctx, h.Ecriture, func(tx pgx.Tx) (err error) {
		if id, err = h.File.Lancer(ctx, tx, t.Code, nil, s); err != nil {
			return err
		}
		f, err := travaux.Lire(ctx, tx, s, id)
		if err != nil || !sien(s, f) {
			return err
		}
		return tracer(ctx, tx, s, "lancer", travaux.Fiche{}, f)
	})
	if err != nil {
		return err
	}
	return page.Redirect(w, r, vues.Racine+"/"+strconv.FormatInt(id, 10))
}

package conservation

import (
	"net/http"
	"strconv"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/conservation"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/travaux/table"
	"imhoweb/templates/components"
	vues "imhoweb/templates/conservation"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

func (h *Handlers) lire(r *http.Request) ([]conservation.AEffacer, error) {
	return conservation.Liste(r.Context(), h.Lecture, access.Session(r), jour.Aujourdhui())
}

func (h *Handlers) montrer(w http.ResponseWriter, r *http.Request, t components.Tableau) error {
	return h.render(w, r, http.StatusOK, t, form.New(nil))
}

func (h *Handlers) render(w http.ResponseWriter, r *http.Request, statut int, t components.Tableau, f *form.Form) error {
	ctx, s := r.Context(), access.Session(r)
	a, err := conservation.Prochain(ctx, h.Lecture, s, jour.Aujourdhui())
	if err != nil {
		return err
	}
	l, err := conservation.Executions(ctx, h.Lecture, s)
	if err != nil {
		return err
	}
	return page.Render(w, r, statut, vues.Page(vues.Ecran{Apercu: a, Liste: t, Executions: l, F: f}))
}

// executer asks for the run at once; its progress is that of a job.
func (h *Handlers) executer(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	if f.Get("confirme") == "" {
		f.Erreurs.Add("confirme", "Cochez la case pour confirmer l’effacement.")
		l, err := h.lire(r)
		if err != nil {
			return err
		}
		return h.render(w, r, http.StatusUnprocessableEntity, h.tableau().Lire(r, l), f)
	}
	var id int64
	err = pgx.BeginFunc(r.Context(), h.Ecriture, func(tx pgx.Tx) (err error) {
		id, err = h.Travaux.Lancer(r.Context(), tx, table.Conservation, nil, access.Session(r))
		return err
	})
	if err != nil {
		return err
	}
	return page.Redirect(w, r, "/travaux/"+strconv.FormatInt(id, 10))
}

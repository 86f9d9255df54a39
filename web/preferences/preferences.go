// Package preferences is the screen on which an agent sets how it likes the
// others: density, theme, lines of a list.
package preferences

import (
	"net/http"
	"strconv"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/pg"
	vues "imhoweb/templates/preferences"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// Handlers serve the preferences.
type Handlers struct {
	DB    pg.DB
	Acces *access.Acces
}

// Routes lists the screen and its act. The density has an act of its own: lists
// offer it in place.
func (h *Handlers) Routes() []page.Route {
	return []page.Route{
		page.Get("/preferences", habilitations.Connecte, h.lire),
		page.Post("/preferences", habilitations.Connecte, h.enregistrer),
	}
}

func (h *Handlers) lire(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, vues.Preferences(writePreferences(access.Preferences(r))))
}

// enregistrer changes the fields that are sent and keeps the others. With
// retour, a list that offers one choice in place gets it back.
func (h *Handlers) enregistrer(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	s := access.Session(r)
	err = administration.EnregistrerPreferences(r.Context(), h.DB, s, readPreferences(f, access.Preferences(r)))
	if f.Absorb(err) {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Preferences(f))
	}
	if err != nil {
		return err
	}
	h.Acces.Oublier(s)
	if retour := f.Get("retour"); retour != "" {
		return page.Redirect(w, r, access.Retour(retour))
	}
	page.Succes(r, "Préférences enregistrées.")
	return page.Redirect(w, r, "/preferences")
}

func readPreferences(f *form.Form, p administration.Preferences) administration.Preferences {
	if v, ok := f.Valeurs["densite"]; ok {
		p.Densite = v
	}
	if v, ok := f.Valeurs["theme"]; ok {
		p.Theme = v
	}
	if v, ok := f.Valeurs["par_page"]; ok {
		p.ParPage, _ = strconv.Atoi(v) // 0 isn't offered: Validate says so
	}
	return p
}

func writePreferences(p administration.Preferences) *form.Form {
	return form.New(map[string]string{"densite": p.Densite, "theme": p.Theme, "par_page": strconv.Itoa(p.ParPage)})
}

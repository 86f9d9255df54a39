package textes

import (
	"net/http"
	"strconv"

	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/textes"
	vues "imhoweb/templates/textes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

func (h *Handlers) public(t textes.Texte) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := textes.Courante(r.Context(), h.Lecture, t.Code)
		if err != nil {
			return err
		}
		html, err := textes.HTML(v.Contenu)
		if err != nil {
			return err
		}
		return page.Render(w, r, http.StatusOK, vues.Public(t.Titre, html, v))
	}
}

// charte reads the primary base: what another instance has just accepted or
// published must be seen, or the guard and this page would send the agent to
// and fro.
func (h *Handlers) charte(w http.ResponseWriter, r *http.Request) error {
	ctx, s, q := r.Context(), access.Session(r), r.URL.Query()
	v, err := textes.Courante(ctx, h.Ecriture, textes.Charte)
	if err != nil {
		return err
	}
	e := vues.Charte{Version: v, Retour: access.Retour(q.Get("retour")), Garde: q.Get("motif") == "saisie"}
	if e.HTML, err = textes.HTML(v.Contenu); err != nil {
		return err
	}
	if s.Utilisateur != 0 {
		if e.AAccepter, err = textes.AAccepter(ctx, h.Ecriture, s); err != nil {
			return err
		}
		if !e.AAccepter && q.Has("retour") { // accepted a moment ago, elsewhere
			h.Acces.Oublier(s)
			return page.Redirect(w, r, e.Retour)
		}
		numero, le, err := textes.Derniere(ctx, h.Ecriture, s)
		if err != nil {
			return err
		}
		e.Nouvelle = numero > 0
		if !e.AAccepter {
			e.AccepteLe = jour.DeTime(le).String()
		}
	}
	return page.Render(w, r, http.StatusOK, vues.PageCharte(e))
}

func (h *Handlers) accepter(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	s := access.Session(r)
	numero, _ := strconv.Atoi(f.Get("numero")) // unreadable: no version bears it
	if err := textes.Accepter(r.Context(), h.Ecriture, s, numero); err != nil {
		return err
	}
	h.Acces.Oublier(s)
	return page.Redirect(w, r, access.Retour(f.Get("retour")))
}

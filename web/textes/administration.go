package textes

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/platform/form"
	"imhoweb/internal/textes"
	vues "imhoweb/templates/textes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

func texteDe(r *http.Request) (textes.Texte, error) { return textes.De(chi.URLParam(r, "code")) }

func adresse(t textes.Texte) string { return "/administration/textes/" + t.Code }

func (h *Handlers) liste(w http.ResponseWriter, r *http.Request) error {
	etats, err := textes.Etats(r.Context(), h.Lecture)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Liste(etats))
}

func (h *Handlers) fiche(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	t, err := texteDe(r)
	if err != nil {
		return err
	}
	e := vues.Fiche{Texte: t, Acceptation: t.Code == textes.Charte}
	if e.Versions, err = textes.Versions(ctx, h.Lecture, t.Code); err != nil {
		return err
	}
	e.Courante = e.Versions[0] // the first version comes with the base
	b, ok, err := textes.Brouillon(ctx, h.Lecture, t.Code)
	if err != nil {
		return err
	}
	if ok {
		e.Brouillon = &b
	}
	if e.HTML, err = textes.HTML(e.Courante.Contenu); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.PageFiche(e))
}

func (h *Handlers) version(w http.ResponseWriter, r *http.Request) error {
	t, err := texteDe(r)
	if err != nil {
		return err
	}
	numero, _ := strconv.Atoi(chi.URLParam(r, "numero")) // unreadable: no version bears it
	v, err := textes.Publiee(r.Context(), h.Lecture, t.Code, numero)
	if err != nil {
		return err
	}
	html, err := textes.HTML(v.Contenu)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.PageVersion(t, v, html))
}

func (h *Handlers) comparaison(w http.ResponseWriter, r *http.Request) error {
	t, err := texteDe(r)
	if err != nil {
		return err
	}
	var v [2]textes.Version
	for i, nom := range []string{"de", "a"} {
		numero, _ := strconv.Atoi(r.URL.Query().Get(nom)) // unreadable: no version bears it
		if v[i], err = textes.Publiee(r.Context(), h.Lecture, t.Code, numero); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, vues.PageComparaison(t, v[0], v[1], textes.Comparer(v[0].Contenu, v[1].Contenu)))
}

// rediger opens the draft, or the text in force to start one from.
func (h *Handlers) rediger(w http.ResponseWriter, r *http.Request) error {
	t, err := texteDe(r)
	if err != nil {
		return err
	}
	v, ok, err := textes.Brouillon(r.Context(), h.Lecture, t.Code)
	if err == nil && !ok {
		v, err = textes.Courante(r.Context(), h.Lecture, t.Code)
		v.Version, v.Resume = 0, ""
	}
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Redaction(t, writeBrouillon(v)))
}

func writeBrouillon(v textes.Version) *form.Form {
	return form.New(map[string]string{"contenu": v.Contenu, "resume": v.Resume, "version": strconv.Itoa(v.Version)})
}

func (h *Handlers) enregistrer(w http.ResponseWriter, r *http.Request) error {
	t, f, version, err := lire(r)
	if err != nil {
		return err
	}
	err = textes.EnregistrerBrouillon(r.Context(), h.Ecriture, access.Session(r), t.Code, f.Get("contenu"), f.Get("resume"), version)
	if f.Absorb(err) {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Redaction(t, f))
	}
	if err != nil {
		return err
	}
	if f.Get("aller") == "apercu" {
		return page.Redirect(w, r, adresse(t)+"/brouillon/apercu")
	}
	page.Succes(r, "Brouillon enregistré.")
	return page.Redirect(w, r, adresse(t)+"/brouillon")
}

func lire(r *http.Request) (t textes.Texte, f *form.Form, version int, err error) {
	if t, err = texteDe(r); err != nil {
		return t, nil, 0, err
	}
	if f, err = form.Read(r); err != nil {
		return t, nil, 0, err
	}
	version, err = strconv.Atoi(f.Get("version"))
	if err != nil {
		return t, nil, 0, page.ErrIllisible
	}
	return t, f, version, nil
}

func (h *Handlers) apercu(w http.ResponseWriter, r *http.Request) error {
	t, err := texteDe(r)
	if err != nil {
		return err
	}
	return h.renderApercu(w, r, http.StatusOK, t, nil)
}

// renderApercu shows the draft; f is what was typed to publish it, nil at first.
func (h *Handlers) renderApercu(w http.ResponseWriter, r *http.Request, statut int, t textes.Texte, f *form.Form) error {
	ctx := r.Context()
	b, ok, err := textes.Brouillon(ctx, h.Lecture, t.Code)
	if err != nil {
		return err
	}
	if !ok {
		return page.Redirect(w, r, adresse(t))
	}
	v, err := textes.Courante(ctx, h.Lecture, t.Code)
	if err != nil {
		return err
	}
	if f == nil {
		f = writeBrouillon(b)
	}
	e := vues.Apercu{Texte: t, Brouillon: b, F: f, Lignes: textes.Comparer(v.Contenu, b.Contenu), Acceptation: t.Code == textes.Charte}
	if e.HTML, err = textes.HTML(b.Contenu); err != nil {
		return err
	}
	return page.Render(w, r, statut, vues.PageApercu(e))
}

func (h *Handlers) publier(w http.ResponseWriter, r *http.Request) error {
	t, f, version, err := lire(r)
	if err != nil {
		return err
	}
	numero, err := textes.Publier(r.Context(), h.Ecriture, access.Session(r), t.Code, f.Get("resume"), version)
	if f.Absorb(err) {
		return h.renderApercu(w, r, http.StatusUnprocessableEntity, t, f)
	}
	if err != nil {
		return err
	}
	page.Succes(r, "Version "+strconv.Itoa(numero)+" publiée.")
	return page.Redirect(w, r, adresse(t))
}

func (h *Handlers) supprimer(w http.ResponseWriter, r *http.Request) error {
	t, _, version, err := lire(r)
	if err != nil {
		return err
	}
	if err := textes.SupprimerBrouillon(r.Context(), h.Ecriture, access.Session(r), t.Code, version); err != nil {
		return err
	}
	page.Succes(r, "Brouillon abandonné.")
	return page.Redirect(w, r, adresse(t))
}

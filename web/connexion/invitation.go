package connexion

import (
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/administration"
	"imhoweb/internal/platform/form"
	vues "imhoweb/templates/connexion"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// code is where a printed code is typed.
func (h *Handlers) code(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, vues.Code(h.ecran(form.New(nil))))
}

func (h *Handlers) lireCode(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	code := administration.FormeJeton(f.Get("code"))
	if code == "" {
		f.Erreurs.Add("code", "Tapez le code imprimé par votre administrateur.")
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Code(h.ecran(f)))
	}
	return page.Redirect(w, r, "/invitation/"+url.PathEscape(code))
}

func (h *Handlers) invitation(w http.ResponseWriter, r *http.Request) error {
	i, err := administration.LireInvitation(r.Context(), h.DB, chi.URLParam(r, "jeton"))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Invitation(h.ecran(form.New(nil)), i))
}

// accepter chooses the password of the invited agent, who then logs in: a link
// alone opens no session.
func (h *Handlers) accepter(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	i, err := administration.AccepterInvitation(r.Context(), h.DB, chi.URLParam(r, "jeton"),
		r.PostFormValue("nouveau"), r.PostFormValue("confirmation"))
	if f.Absorb(err) {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Invitation(h.ecran(f), i))
	}
	if err != nil {
		return err
	}
	h.Acces.OublierAgent(i.Utilisateur)
	cible := "/connexion?motif=invite"
	if i.Courriel != "" {
		cible += "&courriel"
	}
	return page.Redirect(w, r, cible)
}

func (h *Handlers) oublie(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, vues.Oublie(h.ecran(form.New(nil)), r.URL.Query().Has("envoye")))
}

// demanderLien answers the same whether the courriel has an account or not.
func (h *Handlers) demanderLien(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	err = h.Comptes.MotDePasseOublie(r.Context(), h.DB, f.Get("courriel"), access.IP(r))
	if f.Absorb(err) {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Oublie(h.ecran(f), false))
	}
	if err != nil {
		return err
	}
	h.Facteur.Reveiller()
	return page.Redirect(w, r, "/mot-de-passe/oublie?envoye")
}

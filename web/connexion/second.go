package connexion

import (
	"errors"
	"net/http"
	"time"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	vues "imhoweb/templates/connexion"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// preuve is what the screen of the second factor carries, sealed: a password
// proven. It no longer serves once that password changes.
type preuve struct {
	Utilisateur  int64
	Organisme    string
	MotDePasseLe time.Time
}

const (
	usagePreuve = "second facteur"
	dureePreuve = 5 * time.Minute
)

// recevoir lets an agent in, or asks for its second factor.
func (h *Handlers) recevoir(w http.ResponseWriter, r *http.Request, f *form.Form, s habilitations.Session) error {
	p, err := administration.ProfilDe(r.Context(), h.DB, s.Utilisateur, s.Organisme)
	if err != nil {
		return err
	}
	if !p.SecondFacteur {
		return h.entrer(w, r, f, s)
	}
	e := h.ecran(f)
	e.Preuve, err = h.Acces.Sceller(usagePreuve, preuve{s.Utilisateur, s.Organisme, p.MotDePasseLe}, dureePreuve)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusUnprocessableEntity, vues.Connexion(e))
}

func (h *Handlers) entrer(w http.ResponseWriter, r *http.Request, f *form.Form, s habilitations.Session) error {
	if err := administration.NoterConnexion(r.Context(), h.DB, s.Utilisateur); err != nil {
		return err
	}
	if err := h.Acces.Connecter(r, s); err != nil {
		return err
	}
	page.Journal(r, journal.Entree{Sorte: journal.Connexion, Utilisateur: s.Utilisateur, Organisme: s.Organisme, Ecran: "Connexion"})
	return page.Redirect(w, r, access.Retour(f.Get("retour")))
}

// secondFacteur ends a login: the code of the telephone, or a recovery code.
func (h *Handlers) secondFacteur(w http.ResponseWriter, r *http.Request, f *form.Form) error {
	ctx := r.Context()
	e := h.ecran(f)
	var pr preuve
	valable := h.Acces.Desceller(usagePreuve, f.Get("preuve"), &pr)
	var p administration.Profil
	if valable {
		var err error
		p, err = administration.ProfilDe(ctx, h.DB, pr.Utilisateur, pr.Organisme)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		valable = err == nil && p.MotDePasseLe.Equal(pr.MotDePasseLe)
	}
	if !valable { // too late, or the account changed meanwhile
		e.Refus = "Le délai est passé. Connectez-vous de nouveau."
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Connexion(e))
	}
	err := h.Comptes.VerifierSecondFacteur(ctx, h.DB, pr.Utilisateur, f.Get("code"), access.IP(r))
	var bloque *administration.Bloque
	if errors.Is(err, administration.ErrCode) || errors.As(err, &bloque) {
		page.Journal(r, journal.Entree{Sorte: journal.EchecConnexion, Utilisateur: pr.Utilisateur, Organisme: pr.Organisme, Ecran: "Second facteur"})
	}
	switch {
	case err == nil:
		return h.entrer(w, r, f, p.Session)
	case errors.Is(err, administration.ErrCode):
		f.Erreurs.Add("code", err.Error())
	case errors.As(err, &bloque):
		e.Refus = bloque.Error()
		e.Preuve = f.Get("preuve")
		return page.Render(w, r, http.StatusTooManyRequests, vues.Connexion(e))
	default:
		return err
	}
	e.Preuve = f.Get("preuve")
	f.Valeurs["code"] = ""
	return page.Render(w, r, http.StatusUnprocessableEntity, vues.Connexion(e))
}

// changerOrganisme goes on for another organisme of the agent, from the header.
func (h *Handlers) changerOrganisme(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	s := access.Session(r)
	p, err := administration.ProfilDe(r.Context(), h.DB, s.Utilisateur, f.Get("organisme"))
	if err != nil {
		return err
	}
	if p.Session.Organisme != s.Organisme {
		if err := h.Acces.ChangerOrganisme(r, p.Session.Organisme); err != nil {
			return err
		}
		page.Succes(r, "Vous travaillez maintenant pour "+p.Session.OrganismeNom+".")
	}
	return page.Redirect(w, r, "/")
}

package comptes

import (
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"imhoweb/internal/administration"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	vues "imhoweb/templates/comptes"
	"imhoweb/templates/layout"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// compte is what an agent sees of its own account.
func (h *Handlers) compte(w http.ResponseWriter, r *http.Request) error {
	return h.montrerCompte(w, r, http.StatusOK, form.New(nil))
}

func (h *Handlers) montrerCompte(w http.ResponseWriter, r *http.Request, statut int, f *form.Form) error {
	ctx, s := r.Context(), access.Session(r)
	e := vues.MonCompte{F: f, Jeton: h.Acces.Jeton(r)}
	e.Actif, e.Exige = access.SecondFacteurDe(r)
	var err error
	if e.Sessions, err = administration.SessionsDe(ctx, h.Lecture, s.Utilisateur, h.Acces.Inactivite()); err != nil {
		return err
	}
	if e.Codes, err = administration.CodesRestants(ctx, h.Lecture, s); err != nil {
		return err
	}
	return page.Render(w, r, statut, vues.Compte(e))
}

// revoquer closes one of the agent's sessions, or all the others.
func (h *Handlers) revoquer(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	s := access.Session(r)
	if jeton := f.Get("session"); jeton != "" {
		err = administration.RevoquerSession(r.Context(), h.Ecriture, s.Utilisateur, jeton)
	} else {
		err = administration.RevoquerAutres(r.Context(), h.Ecriture, s.Utilisateur, h.Acces.Jeton(r))
	}
	if err != nil {
		return err
	}
	h.Acces.OublierAgent(s.Utilisateur)
	page.Succes(r, "Session fermée.")
	return page.Redirect(w, r, access.Compte)
}

// The secret proposed travels sealed in the form until it is proven: nothing
// is stored before.
const (
	usageSecret = "second facteur à activer"
	dureeSecret = 15 * time.Minute
	usageCodes  = "codes de secours"
	dureeCodes  = 5 * time.Minute
)

type aActiver struct {
	Utilisateur int64
	Cle         string
}

func (h *Handlers) secondFacteur(w http.ResponseWriter, r *http.Request) error {
	if actif, _ := access.SecondFacteurDe(r); actif {
		return page.Redirect(w, r, access.Compte)
	}
	secret, err := administration.ProposerSecret(access.Session(r))
	if err != nil {
		return err
	}
	return h.proposer(w, r, http.StatusOK, form.New(map[string]string{"retour": r.URL.Query().Get("retour")}), secret)
}

func (h *Handlers) proposer(w http.ResponseWriter, r *http.Request, statut int, f *form.Form, secret administration.Secret) error {
	scelle, err := h.Acces.Sceller(usageSecret, aActiver{access.Session(r).Utilisateur, secret.Cle}, dureeSecret)
	if err != nil {
		return err
	}
	_, exige := access.SecondFacteurDe(r)
	return page.Render(w, r, statut, vues.SecondFacteur(vues.Activation{
		F: f, Scelle: scelle, Cle: secret.Lisible(), Exige: exige,
		Image: "data:image/png;base64," + base64.StdEncoding.EncodeToString(secret.QR),
	}))
}

// activer keeps the secret that the agent proves to have, then shows the
// recovery codes, once.
func (h *Handlers) activer(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	s := access.Session(r)
	var x aActiver
	if !h.Acces.Desceller(usageSecret, f.Get("secret"), &x) || x.Utilisateur != s.Utilisateur {
		page.Flash(r, layout.Flash{Sorte: "alerte", Message: "Le délai est passé : photographiez la nouvelle image."})
		return page.Redirect(w, r, access.SecondFacteur)
	}
	codes, err := h.Comptes.ActiverSecondFacteur(r.Context(), h.Ecriture, s, x.Cle, f.Get("code"), h.Acces.Jeton(r))
	if errors.Is(err, fault.Conflict) { // sent twice
		return page.Redirect(w, r, access.Compte)
	}
	if f.Absorb(err) {
		secret, err := administration.ReproposerSecret(s, x.Cle)
		if err != nil {
			return err
		}
		f.Valeurs["code"] = ""
		return h.proposer(w, r, http.StatusUnprocessableEntity, f, secret)
	}
	if err != nil {
		return err
	}
	h.Acces.OublierAgent(s.Utilisateur)
	page.Succes(r, "Second facteur actif. Vos autres sessions sont fermées.")
	return h.montrerCodes(w, r, codes)
}

type aNoter struct {
	Utilisateur int64
	Codes       []string
}

func (h *Handlers) montrerCodes(w http.ResponseWriter, r *http.Request, codes []string) error {
	scelle, err := h.Acces.Sceller(usageCodes, aNoter{access.Session(r).Utilisateur, codes}, dureeCodes)
	if err != nil {
		return err
	}
	return page.Redirect(w, r, access.SecondFacteur+"/codes?c="+scelle)
}

// codes shows the recovery codes just made, for a few minutes.
func (h *Handlers) codes(w http.ResponseWriter, r *http.Request) error {
	var x aNoter
	if !h.Acces.Desceller(usageCodes, r.URL.Query().Get("c"), &x) || x.Utilisateur != access.Session(r).Utilisateur {
		return page.Redirect(w, r, access.Compte)
	}
	return page.Render(w, r, http.StatusOK, vues.Codes(x.Codes))
}

func (h *Handlers) renouvelerCodes(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	codes, err := h.Comptes.RenouvelerCodes(r.Context(), h.Ecriture, access.Session(r), f.Get("code"), access.IP(r))
	if f.Absorb(err) {
		return h.montrerCompte(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return h.montrerCodes(w, r, codes)
}

// retirer removes the second factor, unless the agent's roles demand one.
func (h *Handlers) retirer(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	if _, exige := access.SecondFacteurDe(r); exige {
		return fault.Refuser(fault.Forbidden, "Votre rôle exige un second facteur.")
	}
	s := access.Session(r)
	err = h.Comptes.RetirerSecondFacteur(r.Context(), h.Ecriture, s, f.Get("code"), access.IP(r))
	if f.Absorb(err) {
		return h.montrerCompte(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	h.Acces.OublierAgent(s.Utilisateur)
	page.Succes(r, "Second facteur retiré.")
	return page.Redirect(w, r, access.Compte)
}

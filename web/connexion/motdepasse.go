package connexion

import (
	"net/http"

	"imhoweb/internal/administration"
	"imhoweb/internal/platform/form"
	vues "imhoweb/templates/connexion"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

func (h *Handlers) motDePasse(w http.ResponseWriter, r *http.Request) error {
	e := h.ecran(form.New(nil))
	e.ParCourriel = r.URL.Query().Has("courriel")
	return page.Render(w, r, http.StatusOK, vues.MotDePasse(e))
}

// changerMotDePasse serves both an agent at the door and a connected one, who
// proves the old password too.
func (h *Handlers) changerMotDePasse(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	connecte := access.Session(r).Utilisateur != 0
	err = h.changer(r, f)
	if err == nil && connecte {
		page.Succes(r, "Mot de passe changé. Vos autres sessions sont fermées.")
		return page.Redirect(w, r, access.Compte)
	}
	if err == nil {
		return page.Redirect(w, r, "/connexion?motif=mdp")
	}
	e := h.ecran(f)
	e.ParCourriel = f.Get("courriel") != "" || f.Get("par") == "courriel"
	statut, err := h.refuser(&e, err)
	if err != nil {
		return err
	}
	if connecte && e.Refus == administration.MessageIncorrect {
		e.Refus = ""
		f.Erreurs.Add("mot_de_passe", "L’ancien mot de passe est incorrect.")
	}
	return page.Render(w, r, statut, vues.MotDePasse(e))
}

func (h *Handlers) changer(r *http.Request, f *form.Form) error {
	c := administration.Changement{
		Identifiants: administration.Identifiants{
			Nom: f.Get("nom"), Prenom: f.Get("prenom"), Courriel: f.Get("courriel"),
			MotDePasse: r.PostFormValue("mot_de_passe"), Organisme: f.Get("organisme"), IP: access.IP(r),
		},
		Nouveau:      r.PostFormValue("nouveau"),
		Confirmation: r.PostFormValue("confirmation"),
	}
	if s := access.Session(r); s.Utilisateur != 0 {
		c.Utilisateur, c.Nom, c.Prenom, c.Courriel, c.Organisme = s.Utilisateur, "", "", "", s.Organisme
		c.JetonGarde = h.Acces.Jeton(r)
	}
	if err := exigerChangement(c, f.Get("par") == "courriel"); err != nil {
		return err
	}
	s, err := administration.ChangerMotDePasse(r.Context(), h.DB, c)
	h.Acces.OublierAgent(s.Utilisateur)
	return err
}

func exigerChangement(c administration.Changement, parCourriel bool) error {
	f := exigerIdentifiants(c.Identifiants, parCourriel)
	if c.Nouveau == "" {
		f.Add("nouveau", "Indiquez le nouveau mot de passe.")
	}
	return f.Err()
}

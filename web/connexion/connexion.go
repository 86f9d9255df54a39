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
	"imhoweb/internal/referentiels"
	vues "imhoweb/templates/connexion"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// motifs are the reasons for which one comes to the door, by the code that the
// address carries.
var motifs = map[string]vues.Motif{
	"session": {Titre: "Votre session a pris fin", Texte: "Reconnectez-vous pour revenir à la même page."},
	"saisie":  {Titre: "Votre session a pris fin", Texte: "Votre saisie est gardée deux heures : reconnectez-vous pour la retrouver."},
	"sortie":  {Titre: "Vous êtes déconnecté"},
	"mdp":     {Titre: "Mot de passe changé", Texte: "Connectez-vous avec le nouveau mot de passe.", Succes: true},
	"invite":  {Titre: "Mot de passe choisi", Texte: "Votre compte est ouvert : connectez-vous.", Succes: true},
}

func (h *Handlers) connexion(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if access.Session(r).Utilisateur != 0 {
		return page.Redirect(w, r, access.Retour(q.Get("retour")))
	}
	e := h.ecran(form.New(map[string]string{"retour": q.Get("retour")}))
	e.ParCourriel = q.Has("courriel")
	e.Motif = motifs[q.Get("motif")]
	return page.Render(w, r, http.StatusOK, vues.Connexion(e))
}

func (h *Handlers) connecter(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	if f.Get("preuve") != "" {
		return h.secondFacteur(w, r, f)
	}
	s, err := h.authentifier(r, f)
	if err == nil {
		return h.recevoir(w, r, f, s)
	}
	e := h.ecran(f)
	e.ParCourriel = f.Get("courriel") != "" || f.Get("nom") == "" && f.Get("par") == "courriel"
	statut, err := h.refuser(&e, err)
	if err != nil {
		return err
	}
	return page.Render(w, r, statut, vues.Connexion(e))
}

// authentifier follows the two steps: the password, then, between homonyms,
// the organisme, with the seal that the first step left in the form.
func (h *Handlers) authentifier(r *http.Request, f *form.Form) (habilitations.Session, error) {
	var choix []administration.Choix
	if f.Get("suite") != "" && h.Acces.Desceller(usageSuite, f.Get("suite"), &choix) {
		return administration.Ouvrir(r.Context(), h.DB, choix, f.Get("organisme"))
	}
	i := administration.Identifiants{
		Nom: f.Get("nom"), Prenom: f.Get("prenom"), Courriel: f.Get("courriel"),
		MotDePasse: r.PostFormValue("mot_de_passe"), // as typed: spaces count
		Organisme:  f.Get("organisme"), IP: access.IP(r),
	}
	if err := exigerIdentifiants(i, f.Get("par") == "courriel").Err(); err != nil {
		return habilitations.Session{}, err
	}
	s, err := administration.Authentifier(r.Context(), h.DB, i)
	if errors.Is(err, administration.ErrIncorrect) || errors.As(err, new(*administration.Bloque)) {
		if inscrit := h.noterEchec(r, i); inscrit != nil {
			return s, inscrit
		}
	}
	return s, err
}

// noterEchec leaves what was typed out of the journal: it may be a password.
func (h *Handlers) noterEchec(r *http.Request, i administration.Identifiants) error {
	vise, organisme, err := administration.Vise(r.Context(), h.DB, i)
	page.Journal(r, journal.Entree{Sorte: journal.EchecConnexion, Utilisateur: vise, Organisme: organisme, Ecran: "Connexion"})
	return err
}

// exigerIdentifiants asks for what is missing, which costs no attempt.
func exigerIdentifiants(i administration.Identifiants, parCourriel bool) fault.Fields {
	var f fault.Fields
	switch {
	case i.Courriel != "", i.Utilisateur != 0:
	case parCourriel:
		f.Add("courriel", "Indiquez votre adresse de courriel.")
	default:
		if i.Nom == "" {
			f.Add("nom", "Indiquez votre nom.")
		}
		if i.Prenom == "" {
			f.Add("prenom", "Indiquez votre prénom.")
		}
	}
	if i.MotDePasse == "" {
		f.Add("mot_de_passe", "Indiquez votre mot de passe.")
	}
	return f
}

// The seal of a proven password, while the agent chooses its organisme.
const (
	usageSuite = "choix de l’organisme"
	dureeSuite = 5 * time.Minute
)

// refuser puts a refusal of the domain on the screen, and gives its status;
// any other error comes back.
func (h *Handlers) refuser(e *vues.Ecran, err error) (int, error) {
	var bloque *administration.Bloque
	var choix *administration.ChoixOrganisme
	switch {
	case errors.Is(err, administration.ErrIncorrect):
		e.Refus = administration.MessageIncorrect
		return http.StatusUnprocessableEntity, nil
	case errors.As(err, &bloque):
		e.Refus = bloque.Error()
		return http.StatusTooManyRequests, nil
	case errors.As(err, &choix):
		e.Choix = choix.Choix
		e.Suite, err = h.Acces.Sceller(usageSuite, choix.Choix, dureeSuite)
		return http.StatusUnprocessableEntity, err
	case e.F.Absorb(err):
		return http.StatusUnprocessableEntity, nil
	}
	return 0, err
}

// ecran starts a screen of the door: the notices that the administrator sets
// (R-CNX-10).
func (h *Handlers) ecran(f *form.Form) vues.Ecran {
	f.Valeurs["retour"] = access.Retour(f.Get("retour"))
	return vues.Ecran{
		F:           f,
		MentionCnil: h.Ref.Texte(referentiels.ConnexionMentionCnil),
		Donnees:     h.Ref.Texte(referentiels.ConnexionDonneesPersonnelles),
	}
}

func (h *Handlers) deconnecter(w http.ResponseWriter, r *http.Request) error {
	if access.Session(r).Utilisateur != 0 {
		page.Journal(r, journal.Entree{Sorte: journal.Deconnexion, Ecran: "Déconnexion"})
	}
	if err := h.Acces.Deconnecter(w, r); err != nil {
		return err
	}
	return page.Redirect(w, r, "/connexion?motif=sortie")
}

package comptes

import (
	"errors"
	"net/http"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/templates/components"
	vues "imhoweb/templates/comptes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// acte is an act on an agent that a page confirms: what it shows, what it does.
type acte struct {
	lire   func(*http.Request) (administration.Acces, error)
	ecran  func(administration.Acces) vues.Acte
	faire  func(r *http.Request, s habilitations.Session, a administration.Acces, f *form.Form) (jeton string, err error)
	reussi string
}

// routesActe are the page that confirms an act, and the act.
func (h *Handlers) routesActe(chemin string, x acte) []page.Route {
	return []page.Route{
		page.Get(chemin, habilitations.GererUtilisateurs, func(w http.ResponseWriter, r *http.Request) error {
			return h.confirmer(w, r, x)
		}),
		page.Post(chemin, habilitations.GererUtilisateurs, func(w http.ResponseWriter, r *http.Request) error {
			return h.executer(w, r, x)
		}),
	}
}

// confirmer shows the page of an act.
func (h *Handlers) confirmer(w http.ResponseWriter, r *http.Request, x acte) error {
	a, err := x.lire(r)
	if err != nil {
		return err
	}
	e := x.ecran(a)
	e.Acces, e.F = a, form.New(nil)
	return page.Render(w, r, http.StatusOK, vues.Confirmer(e))
}

// executer does an act, once: a record that changed since is shown again.
func (h *Handlers) executer(w http.ResponseWriter, r *http.Request, x acte) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	a, err := x.lire(r)
	if err != nil {
		return err
	}
	jeton, err := x.faire(r, access.Session(r), a, f)
	statut, perimee := http.StatusUnprocessableEntity, errors.Is(err, fault.Conflict)
	if perimee {
		statut = http.StatusConflict
	}
	if perimee || f.Absorb(err) {
		e := x.ecran(a)
		e.Acces, e.F, e.Perimee = a, f, perimee
		return page.Render(w, r, statut, vues.Confirmer(e))
	}
	if err != nil {
		return err
	}
	h.Acces.OublierAgent(a.Utilisateur)
	return h.remettre(w, r, a.Utilisateur, jeton, x.reussi)
}

func (h *Handlers) compteDe(r *http.Request) (administration.Acces, error) {
	f, err := h.agent(r)
	return f.Acces, err
}

func (h *Handlers) acteSuspendre() acte {
	return acte{
		lire: h.acces,
		ecran: func(administration.Acces) vues.Acte {
			return vues.Acte{Titre: "Suspendre l’accès", Faire: "Suspendre cet accès", Danger: true,
				Change: []components.Difference{{Fait: "Accès", Avant: "ouvert", Apres: "suspendu"}},
				Effets: []string{
					"Les sessions ouvertes de l’agent sont fermées dès maintenant ; une saisie en cours reste dans ses brouillons.",
					"Ses dossiers, ses actes et son historique ne changent pas. Vous pourrez rouvrir son accès.",
				}}
		},
		faire: func(r *http.Request, s habilitations.Session, a administration.Acces, f *form.Form) (string, error) {
			return "", administration.SuspendreAcces(r.Context(), h.Ecriture, s, a.Utilisateur, a.Organisme, version(f))
		},
		reussi: "Accès suspendu. Les sessions ouvertes sont fermées.",
	}
}

func (h *Handlers) acteRouvrir() acte {
	return acte{
		lire: h.acces,
		ecran: func(administration.Acces) vues.Acte {
			return vues.Acte{Titre: "Rouvrir l’accès", Faire: "Rouvrir cet accès",
				Change: []components.Difference{{Fait: "Accès", Avant: "suspendu", Apres: "ouvert"}},
				Effets: []string{"L’agent retrouve ses rôles. Son accès est noté comme confirmé par vous aujourd’hui."}}
		},
		faire: func(r *http.Request, s habilitations.Session, a administration.Acces, f *form.Form) (string, error) {
			return "", administration.RouvrirAcces(r.Context(), h.Ecriture, s, a.Utilisateur, a.Organisme, version(f))
		},
		reussi: "Accès rouvert.",
	}
}

func (h *Handlers) acteLien() acte {
	return acte{
		lire: h.compteDe,
		ecran: func(a administration.Acces) vues.Acte {
			if a.MotDePasseLe.IsZero() {
				return vues.Acte{Titre: "Inviter de nouveau", Faire: "Faire une nouvelle invitation", Moyen: true,
					Change: []components.Difference{{Fait: "Invitation", Avant: "la précédente", Apres: "une nouvelle, qui la remplace"}}}
			}
			return vues.Acte{Titre: "Réinitialiser le mot de passe", Faire: "Réinitialiser le mot de passe", Danger: true, Moyen: true,
				Change: []components.Difference{{Fait: "Mot de passe", Avant: "choisi", Apres: "à choisir par l’agent"}},
				Effets: []string{"Son mot de passe actuel ne sert plus, et ses sessions ouvertes sont fermées."}}
		},
		faire: func(r *http.Request, s habilitations.Session, a administration.Acces, f *form.Form) (string, error) {
			return h.Comptes.DonnerAcces(r.Context(), h.Ecriture, s, a.Utilisateur, version(f), administration.Moyen(f.Get("moyen")))
		},
		reussi: "Lien envoyé.",
	}
}

func (h *Handlers) acteSecondFacteur() acte {
	return acte{
		lire: h.compteDe,
		ecran: func(administration.Acces) vues.Acte {
			return vues.Acte{Titre: "Réinitialiser le second facteur", Faire: "Réinitialiser le second facteur", Danger: true,
				Change: []components.Difference{{Fait: "Second facteur", Avant: "actif", Apres: "aucun"}},
				Effets: []string{
					"À faire quand l’agent a perdu son téléphone et ses codes de secours. Assurez-vous que la demande vient bien de lui.",
					"Ses sessions ouvertes sont fermées. S’il doit en avoir un, il en activera un nouveau à sa prochaine connexion.",
				}}
		},
		faire: func(r *http.Request, s habilitations.Session, a administration.Acces, f *form.Form) (string, error) {
			return "", administration.ReinitialiserSecondFacteur(r.Context(), h.Ecriture, s, a.Utilisateur, version(f))
		},
		reussi: "Second facteur réinitialisé.",
	}
}

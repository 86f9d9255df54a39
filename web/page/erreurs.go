package page

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"imhoweb/internal/platform/fault"
	"imhoweb/templates/erreurs"
	"imhoweb/templates/layout"
)

// Refusals of the server itself.
var (
	// ErrIllisible is a request that no browser of ours sends: a broken encoding.
	ErrIllisible = errors.New("requête illisible")
	// ErrAutreSite is an act that another site made the browser send.
	ErrAutreSite = errors.New("requête d’un autre site")
	// ErrMethode is an address that doesn't answer to that method.
	ErrMethode = errors.New("méthode non admise")
)

// StatutAbandon is logged when the client left before the answer; nobody reads
// it (the number is nginx's).
const StatutAbandon = 499

// Erreur is the one place that turns an error into a page. What is our fault
// is left in the Suivi, for the log, and shown as a reference only.
func Erreur(w http.ResponseWriter, r *http.Request, err error) {
	suivi := SuiviDe(r.Context())
	e := expliquer(r.Context(), err)
	refus(r, e.Statut)
	if e.Statut >= http.StatusInternalServerError {
		suivi.Erreur = err
		e.Reference = suivi.Reference
	}
	if suivi.Commence { // half an export is gone: cut it, so that it can't pass for a whole one
		panic(http.ErrAbortHandler)
	}
	if e.Statut == StatutAbandon {
		w.WriteHeader(StatutAbandon)
		return
	}
	if e.Statut == http.StatusRequestEntityTooLarge {
		w.Header().Set("Connection", "close") // the rest of the body is not read
	}
	if err := Render(w, r, e.Statut, erreurs.Page(e)); err != nil {
		suivi.Erreur = errors.Join(suivi.Erreur, err)
		http.Error(w, e.Titre, e.Statut)
	}
}

// expliquer says an error in French.
func expliquer(ctx context.Context, err error) erreurs.Erreur {
	var tropGrand *http.MaxBytesError
	var refus *fault.Refus
	e := erreurs.Erreur{Retour: layout.Lien{Libelle: "Revenir à l’accueil", Adresse: "/"}}
	switch {
	case errors.As(err, &tropGrand):
		e.Statut, e.Titre = http.StatusRequestEntityTooLarge, "Envoi trop volumineux"
		e.Message = "Ce que vous envoyez dépasse la taille admise. Revenez en arrière et raccourcissez les textes, ou envoyez moins de pièces à la fois."
	case errors.Is(err, ErrIllisible), errors.As(err, new(url.EscapeError)):
		e.Statut, e.Titre = http.StatusBadRequest, "Demande illisible"
		e.Message = "Le navigateur a envoyé une demande que le serveur ne sait pas lire. Revenez en arrière et recommencez."
	case errors.Is(err, ErrAutreSite):
		e.Statut, e.Titre = http.StatusForbidden, "Action refusée"
		e.Message = "Cette action vient d’un autre site : elle n’a pas été faite. Recommencez-la depuis Imhoweb."
	case errors.Is(err, ErrMethode):
		e.Statut, e.Titre = http.StatusMethodNotAllowed, "Page introuvable"
		e.Message = "Cette adresse ne s’ouvre pas ainsi. Revenez à l’accueil et suivez les liens."
	case errors.Is(err, fault.NotFound):
		e.Statut, e.Titre = http.StatusNotFound, "Page introuvable"
		e.Message = "Cette adresse ne correspond à rien que vous puissiez consulter. Vérifiez le numéro, ou cherchez le demandeur par son nom."
	case errors.Is(err, fault.Forbidden):
		e.Statut, e.Titre = http.StatusForbidden, "Action non autorisée"
		e.Message = "Votre profil ne permet pas cette action."
	case errors.Is(err, fault.Conflict):
		e.Statut, e.Titre = http.StatusConflict, "Modifié entre-temps"
		e.Message = "Ce que vous vouliez changer a changé entre-temps. Rechargez la page pour voir son état actuel."
	case errors.As(err, new(fault.Fields)):
		e.Statut, e.Titre = http.StatusUnprocessableEntity, "Saisie à corriger"
		e.Message = "Certaines valeurs envoyées ne conviennent pas. Revenez en arrière pour les corriger."
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		e.Statut = StatutAbandon
	case errors.Is(err, context.DeadlineExceeded):
		e.Statut, e.Titre = http.StatusServiceUnavailable, "Réponse trop longue"
		e.Message = "Le serveur n’a pas pu répondre à temps. Réessayez dans quelques instants ; si cela dure, transmettez la référence à l’administrateur."
	default:
		e.Statut, e.Titre = http.StatusInternalServerError, "Incident"
		e.Message = "Le serveur a rencontré un incident, qui a été noté. Réessayez ; si cela dure, transmettez la référence à l’administrateur."
	}
	if errors.As(err, &refus) {
		e.Message = refus.Message
	}
	return e
}

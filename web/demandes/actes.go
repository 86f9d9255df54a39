package demandes

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	vues "imhoweb/templates/demandes"
	"imhoweb/templates/layout"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// Titles of the acts, also those of their refusals.
const (
	titreRadiation    = "Radier la demande"
	titreReactivation = "Réactiver la demande"
)

// demanderRadiation shows the motives and their conditions.
func (h *Handlers) demanderRadiation(w http.ResponseWriter, r *http.Request) error {
	a, err := h.acte(r, h.Lecture, habilitations.RadierDemande, form.New(nil))
	if err != nil {
		return err
	}
	if err := a.Entete.Possible(demandes.ActeRadier, a.Jour); err != nil {
		return h.refuserActe(w, r, h.Lecture, a, titreRadiation, err)
	}
	return page.Render(w, r, http.StatusOK, vues.PageRadiation(a))
}

// radier ends the demande for one of the motives an agent may use.
func (h *Handlers) radier(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	a, err := h.acte(r, h.Ecriture, habilitations.RadierDemande, f)
	if err != nil {
		return err
	}
	if perimee(a) && a.Entete.Statut == demandes.Active {
		return h.relire(w, r, a, vues.PageRadiation)
	}
	rad := lireRadiation(f)
	if f.Err() != nil { // with what the act itself would ask
		f.Absorb(rad.Valider(a.Jour, a.Entete))
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.PageRadiation(a))
	}
	e, err := h.Fichier.Radier(r.Context(), h.Ecriture, a.Session, a.Entete.NumeroUnique, rad, a.Jour)
	switch {
	case f.Absorb(err):
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.PageRadiation(a))
	case errors.Is(err, fault.Conflict):
		return h.refuserActe(w, r, h.Ecriture, a, titreRadiation, err)
	case err != nil:
		return err
	}
	page.Succes(r, "Demande de "+a.Nom+" radiée : "+h.Ref.Libelle("motif_radiation", e.MotifRadiation)+".")
	return page.Redirect(w, r, "/demandes/"+e.NumeroUnique)
}

// lireRadiation reads the fields of the motive chosen; those of the other one
// don't count.
func lireRadiation(f *form.Form) demandes.Radiation {
	rad := demandes.Radiation{Motif: f.Get("radiation.motif")}
	switch rad.Motif {
	case demandes.RadRenonciation:
		rad.Date = lireDate(f, "radiation.date")
	case demandes.RadSansReponse:
		rad.AvertissementLe, rad.Preuve = lireDate(f, "radiation.avertissement_le"), lirePreuve(f, "radiation.preuve")
	}
	return rad
}

func lireDate(f *form.Form, nom string) jour.Date {
	d, err := jour.Parse(f.Get(nom))
	if err != nil {
		f.Erreurs.Add(nom, "Indiquez une date du calendrier, par exemple "+jour.Aujourdhui().String()+".")
	}
	return d
}

func lirePreuve(f *form.Form, nom string) string {
	p, sur := f.Get(nom), champs.Get(nom).Max
	if utf8.RuneCountInString(p) > sur {
		f.Erreurs.Add(nom, "Raccourcissez ce texte à "+strconv.Itoa(sur)+" caractères.")
	}
	return p
}

// demanderReactivation shows what brings a radiated demande back, to who may.
func (h *Handlers) demanderReactivation(w http.ResponseWriter, r *http.Request) error {
	a, err := h.acteReactiver(r, h.Lecture, form.New(nil))
	if err != nil {
		return err
	}
	if err := a.Entete.Possible(demandes.ActeReactiver, a.Jour); err != nil {
		return h.refuserActe(w, r, h.Lecture, a, titreReactivation, err)
	}
	return page.Render(w, r, http.StatusOK, vues.PageReactivation(a))
}

// acteReactiver is acte for a reactivation: its right depends on the motive of
// the radiation, and comes before the state.
func (h *Handlers) acteReactiver(r *http.Request, db pg.DB, f *form.Form) (vues.Acte, error) {
	a, err := h.acte(r, db, habilitations.ConsulterDemande, f)
	if a.Entete == nil {
		return a, err
	}
	if interdit := peutReactiver(a); interdit != nil {
		return a, interdit
	}
	if err == nil {
		_, err = demandes.EnteteDe(r.Context(), db, a.Session, a.Entete.DroitReactiver(), a.Entete.NumeroUnique)
	}
	return a, err
}

// peutReactiver says who may, when this session may not.
func peutReactiver(a vues.Acte) error {
	switch {
	case a.Session.Peut(a.Entete.DroitReactiver()):
		return nil
	case a.Entete.MotifRadiation == demandes.RadNonRenouvelee:
		return fault.Refuser(fault.Forbidden, "Seul ATLAS, gestionnaire du fichier, réactive une demande non renouvelée : transmettez-lui le numéro unique "+a.Entete.NumeroUnique+".")
	}
	return fault.Refuser(fault.Forbidden, "Votre profil ne permet pas de réactiver une demande : adressez-vous à un guichet enregistreur.")
}

// reactiver brings the demande back with its number and seniority.
func (h *Handlers) reactiver(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	a, err := h.acteReactiver(r, h.Ecriture, f)
	if err != nil {
		return err
	}
	if a.Entete.Statut == demandes.Radiee && perimee(a) {
		return h.relire(w, r, a, vues.PageReactivation)
	}
	rea := demandes.Reactivation{ReponseLe: lireDate(f, "reactivation.reponse_le"), Preuve: lirePreuve(f, "reactivation.preuve")}
	if f.Err() != nil {
		f.Absorb(rea.Valider(a.Jour, a.Entete))
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.PageReactivation(a))
	}
	e, err := h.Fichier.Reactiver(r.Context(), h.Ecriture, a.Session, a.Entete.NumeroUnique, rea, a.Jour)
	switch {
	case f.Absorb(err):
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.PageReactivation(a))
	case errors.Is(err, fault.Conflict):
		return h.refuserActe(w, r, h.Ecriture, a, titreReactivation, err)
	case err != nil:
		return err
	}
	suite := layout.Flash{Sorte: "succes", Message: "Demande de " + a.Nom + " réactivée, échéance le " + e.DateEcheance.String() + "."}
	if a.Session.Peut(habilitations.EditerAttestation) {
		suite.Lien, suite.Suite = "/demandes/"+e.NumeroUnique+"/attestation.pdf", "Imprimer l’attestation"
	}
	page.Flash(r, suite)
	return page.Redirect(w, r, "/demandes/"+e.NumeroUnique)
}

// acte reads the demande that an act is about, without what the session may
// not see.
func (h *Handlers) acte(r *http.Request, db pg.DB, droit habilitations.Droit, f *form.Form) (vues.Acte, error) {
	s, numero := access.Session(r), chi.URLParam(r, "numero")
	a := vues.Acte{Form: f, Ref: h.Ref, Session: s, Jour: jour.Aujourdhui()}
	d, err := h.Fichier.Get(r.Context(), db, s, droit, numero)
	if err != nil {
		return a, err
	}
	a.Entete, a.Nom = &d.Entete, vues.NomDemandeur(d)
	if d.NumeroUnique == "" {
		return a, fault.Refuser(fault.Conflict, "Ce brouillon n’est pas encore une demande : créez-la d’abord.")
	}
	return a, nil
}

// perimee tells that the demande changed since the form was shown.
func perimee(a vues.Acte) bool {
	v := a.Form.Get("version")
	return v != "" && v != strconv.Itoa(a.Entete.Version)
}

// relire shows the form again, as typed, above what changed meanwhile: the
// decision was taken on an older dossier.
func (h *Handlers) relire(w http.ResponseWriter, r *http.Request, a vues.Acte, ecran func(vues.Acte) templ.Component) error {
	a.Changee = true
	var err error
	if a.Dernier, err = h.dernier(r.Context(), h.Ecriture, a); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusConflict, ecran(a))
}

// refuserActe says that the act was done already, or can't be any more.
func (h *Handlers) refuserActe(w http.ResponseWriter, r *http.Request, db pg.DB, a vues.Acte, titre string, err error) error {
	var refus *fault.Refus
	if !errors.As(err, &refus) {
		return err
	}
	a, err = h.acte(r, db, habilitations.ConsulterDemande, a.Form) // as it is now
	if err != nil {
		return err
	}
	a.Refus = refus.Message
	if a.Dernier, err = h.dernier(r.Context(), db, a); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusConflict, vues.PageActeRefuse(a, titre))
}

// dernier is what happened last to the demande.
func (h *Handlers) dernier(ctx context.Context, db pg.DB, a vues.Acte) (*demandes.EvenementLu, error) {
	l, _, err := h.Fichier.Historique(ctx, db, a.Session, a.Entete.ID, demandes.FiltreHistorique{Limite: 1})
	if err != nil || len(l) == 0 {
		return nil, err
	}
	return &l[0], nil
}

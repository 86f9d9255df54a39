package demandes

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/templates/components"
	vues "imhoweb/templates/demandes"
	"imhoweb/templates/layout"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// envoi is what the agent sent, with what it is about.
type envoi struct {
	ecran
	s       habilitations.Session
	f       *form.Form
	version int // of the saisie that the page showed; never right when the page is older than the demande
}

// commencer makes the draft of a page, once, then does what was asked.
func (h *Handlers) commencer(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	s := access.Session(r)
	cle := f.Get("cle")
	if !estCle(cle) {
		cle = nouvelleCle()
	}
	guichet := f.Get("demande.guichet")
	if !h.Fichier.GuichetOuvert(s, guichet, jour.Aujourdhui()) {
		guichet = ""
	}
	if f.Get("acte") == "calculer" { // totals of a page that keeps nothing
		e, a := brouillonVide(s, cle)
		return h.calculer(w, r, envoi{ecran: ecran{e: e, a: a, onglet: champs.Identite}, s: s, f: f})
	}
	numero, err := h.Fichier.NouveauBrouillon(r.Context(), h.Ecriture, s, cle, guichet)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(numero, "b-") {
		return page.Redirect(w, r, "/demandes/"+numero)
	}
	if f.Get("reprise") != "" {
		return h.toutReprendre(w, r, s, f, numero)
	}
	return h.recevoir(w, r, s, f, numero, champs.Identite)
}

// enregistrer keeps a tab as typed, then does what was asked.
func (h *Handlers) enregistrer(w http.ResponseWriter, r *http.Request) error {
	o, ok := ongletDe(chi.URLParam(r, "onglet"))
	if !ok {
		return fault.NotFound
	}
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	return h.recevoir(w, r, access.Session(r), f, chi.URLParam(r, "numero"), o)
}

func (h *Handlers) recevoir(w http.ResponseWriter, r *http.Request, s habilitations.Session, f *form.Form, numero string, o champs.Onglet) error {
	ctx := r.Context()
	q := envoi{ecran: ecran{onglet: o, personne: f.Get("personne")}, s: s, f: f}
	sorte := sorteDe(f.Get("saisie"))
	if err := h.ouvrir(ctx, &q, numero, sorte); err != nil {
		return h.devenue(w, r, q, numero, err)
	}
	if f.Get("acte") == "calculer" {
		return h.calculer(w, r, q)
	}
	tapees := ongletTape(f, q.a, o)
	q.ajoutees = lignesVides(f, tapees, o)
	rang := reclasser(f, tapees)
	err := h.Fichier.EnregistrerOnglet(ctx, h.Ecriture, s, q.a, o, tapees, q.version)
	if errors.Is(err, fault.Conflict) {
		err = h.retrouver(ctx, &q, tapees)
	}
	switch {
	case errors.Is(err, fault.Conflict):
		return h.perimee(w, r, q, tapees)
	case err != nil:
		return h.devenue(w, r, q, numero, err)
	}
	if err := h.accepter(ctx, &q); err != nil {
		return h.refus(w, r, q, err)
	}
	if rang > 0 {
		return page.Redirect(w, r, adresse(q.a, o, "", q.ajoutees, fmt.Sprintf("choix.%d", rang)))
	}
	return h.agir(w, r, q)
}

// retrouver finds the working copy as another send just left it; what was typed is
// a Conflict unless it is what is kept.
func (h *Handlers) retrouver(ctx context.Context, q *envoi, tapees demandes.Valeurs) error {
	a, err := h.Fichier.SaisieDe(ctx, h.Ecriture, q.s, &q.e)
	if err != nil {
		return err
	}
	if a == nil {
		return fault.Refuser(fault.NotFound, "Cette saisie vient d’être confirmée ou abandonnée. Rouvrez la demande.")
	}
	a.Sorte, q.a = q.a.Sorte, a
	return h.Fichier.EnregistrerOnglet(ctx, h.Ecriture, q.s, a, q.onglet, tapees, -1)
}

// ouvrir finds the working copy, or opens it.
func (h *Handlers) ouvrir(ctx context.Context, q *envoi, numero string, sorte demandes.Sorte) error {
	e, err := demandes.EnteteDe(ctx, h.Ecriture, q.s, habilitations.ModifierDemande, numero)
	if err != nil {
		return err
	}
	q.e = e
	if e.Statut == demandes.Brouillon {
		sorte = demandes.SaisieCreation
	} else {
		if sorte == "" || sorte == demandes.SaisieCreation {
			sorte = demandes.SaisieModification
		}
		if err := h.permise(ctx, h.Ecriture, q.s, &e, sorte); err != nil {
			return err
		}
	}
	if q.a, err = h.Fichier.SaisieDe(ctx, h.Ecriture, q.s, &e); err != nil {
		return err
	}
	ouverte := q.a == nil
	if ouverte {
		if q.f.Get("acte") == "calculer" {
			q.a, err = h.travail(ctx, q.s, &e, sorte)
		} else {
			q.a, err = h.Fichier.OuvrirSaisie(ctx, h.Ecriture, q.s, numero, sorte)
		}
		if err != nil {
			return err
		}
	}
	q.a.Sorte = sorte
	q.version, _ = strconv.Atoi(q.f.Get("version")) // unreadable: of no page
	if q.version == 0 {
		q.version = 1 // the page was shown before anything was kept
	}
	if base := q.f.Get("version_base"); ouverte && e.Statut != demandes.Brouillon && base != strconv.Itoa(q.a.VersionBase) {
		q.version = -1 // the demande changed since the page was shown
	}
	return nil
}

// calculer answers the totals of what is typed; nothing is kept.
func (h *Handlers) calculer(w http.ResponseWriter, r *http.Request, q envoi) error {
	q.tapees = ongletTape(q.f, q.a, q.onglet)
	q.ajoutees = lignesVides(q.f, q.tapees, q.onglet)
	q.vue.Modifie = true
	if g := q.f.Get("demande.guichet"); q.a.Sorte == demandes.SaisieCreation && h.Fichier.GuichetOuvert(q.s, g, jour.Aujourdhui()) {
		q.e.Guichet = g
	}
	return h.montrer(w, r, http.StatusOK, h.Lecture, q.ecran)
}

// perimee shows again what was typed on a page older than what is kept, beside
// what the other sender kept.
func (h *Handlers) perimee(w http.ResponseWriter, r *http.Request, q envoi, tapees demandes.Valeurs) error {
	fusion := demandes.RemplacerOnglet(q.s, q.a.Valeurs, tapees, q.onglet)
	for _, d := range demandes.Differences(fusion, q.a.Valeurs) {
		q.vue.Perimees = append(q.vue.Perimees, vues.Perimee{Nom: d.Nom, Tapee: d.Avant, Gardee: d.Apres})
	}
	q.tapees, q.vue.Modifie = tapees, true
	return h.montrer(w, r, http.StatusConflict, h.Ecriture, q.ecran)
}

// accepter records the guichet, the alertes confirmed and the reason to create
// despite a close demande.
func (h *Handlers) accepter(ctx context.Context, q *envoi) error {
	le := jour.Aujourdhui()
	guichet := q.f.Get("demande.guichet")
	if q.a.Sorte == demandes.SaisieCreation && guichet != q.e.Guichet && h.Fichier.GuichetOuvert(q.s, guichet, le) {
		if err := h.Fichier.ChoisirGuichet(ctx, h.Ecriture, q.s, q.a, guichet, le); err != nil {
			return err
		}
		q.e.Guichet = guichet
	}
	_, b := h.Fichier.ControlerSaisie(q.e, q.a, le)
	var codes []string
	for _, x := range b.Alertes {
		if q.f.Get(vues.CleAlerte(x)) != "" && !slices.Contains(q.a.Acceptees, x.Code) {
			codes = append(codes, x.Code)
		}
	}
	motif := q.f.Get("doublon.motif")
	if len(codes) == 0 && (motif == "" || motif == q.a.MotifDoublon) {
		return nil
	}
	return h.Fichier.Accepter(ctx, h.Ecriture, q.s, q.a, codes, motif)
}

// agir does what the button says, once everything is kept.
func (h *Handlers) agir(w http.ResponseWriter, r *http.Request, q envoi) error {
	switch f := q.f; {
	case f.Get("ajouter") != "":
		return h.ajouter(w, r, q)
	case f.Get("retirer") != "":
		return h.retirer(w, r, q)
	case f.Get("aller") != "":
		return h.aller(w, r, q)
	}
	switch q.f.Get("acte") {
	case "confirmer":
		return h.confirmer(w, r, q)
	case "doublons":
		return h.doublons(w, r, q)
	case "abandonner":
		return h.abandonner(w, r, q)
	case "fermer":
		if q.a.Sorte == demandes.SaisieCreation {
			page.Succes(r, "Brouillon enregistré à "+components.Heure(q.a.ModifieLe)+".")
			return page.Redirect(w, r, "/demandes")
		}
		page.Succes(r, "Vos changements sont gardés à "+components.Heure(q.a.ModifieLe)+" : la demande ne change qu’à leur confirmation.")
		return page.Redirect(w, r, "/demandes/"+q.a.Numero)
	case "autre":
		page.Succes(r, "Brouillon enregistré à "+components.Heure(q.a.ModifieLe)+".")
		return page.Redirect(w, r, "/demandes/nouvelle")
	case "sauver":
		message := "Brouillon enregistré à " + components.Heure(q.a.ModifieLe) + "."
		if q.a.Sorte != demandes.SaisieCreation {
			message = "Saisie gardée à " + components.Heure(q.a.ModifieLe) + " : la demande ne change qu’à sa confirmation."
		}
		page.Succes(r, message)
	}
	return page.Redirect(w, r, adresse(q.a, q.onglet, q.personne, nil, ""))
}

// aller goes to a tab, to a field of it when it is named.
func (h *Handlers) aller(w http.ResponseWriter, r *http.Request, q envoi) error {
	cible, ancre, _ := strings.Cut(q.f.Get("aller"), "#")
	o, ok := ongletDe(cible)
	if !ok {
		o = q.onglet
	}
	personne := ""
	if o == champs.Metier && ancre != "" {
		personne = ancre
		if i := strings.LastIndexByte(ancre, '.'); i > 0 {
			personne = ancre[:i]
		}
		if x, reste, _ := strings.Cut(ancre, "."); x == "cotitulaire" {
			cle, _, _ := strings.Cut(reste, ".")
			personne = x + "." + cle
		}
	} else if o == champs.Metier && q.onglet == champs.Metier {
		personne = q.personne
	}
	return page.Redirect(w, r, adresse(q.a, o, personne, nil, ancre))
}

func (h *Handlers) ajouter(w http.ResponseWriter, r *http.Request, q envoi) error {
	sorte := q.f.Get("ajouter")
	if !slices.Contains(sortes[q.onglet], sorte) {
		return page.Redirect(w, r, adresse(q.a, q.onglet, q.personne, q.ajoutees, ""))
	}
	n := 0
	if sorte == "choix" {
		n = min(max(cleSuivante(sorte, q.a.Valeurs), 4, nombreChoix(q.f)+1), demandes.MaxChoix)
	} else {
		n = cleSuivante(sorte, q.a.Valeurs, q.a.Base, q.f.Valeurs)
	}
	q.ajoutees[sorte] = append(q.ajoutees[sorte], n)
	ancre := fmt.Sprintf("%s.%d", sorte, n)
	if sorte == "cotitulaire" {
		ancre += ".lien" // its section is no field: the focus wouldn't move
	}
	return page.Redirect(w, r, adresse(q.a, q.onglet, "", q.ajoutees, ancre))
}

// nombreChoix is how many ranks the page showed.
func nombreChoix(f *form.Form) int {
	n := 0
	for i := 1; i <= demandes.MaxChoix; i++ {
		if _, ok := f.Valeurs[fmt.Sprintf("choix.%d", i)]; ok {
			n = i
		}
	}
	return n
}

func (h *Handlers) retirer(w http.ResponseWriter, r *http.Request, q envoi) error {
	sujet := q.f.Get("retirer")
	sorte, cle, _ := strings.Cut(sujet, ".")
	n, err := strconv.Atoi(cle)
	if err != nil || !slices.Contains(sortes[q.onglet], sorte) {
		return page.Redirect(w, r, adresse(q.a, q.onglet, "", q.ajoutees, ""))
	}
	q.ajoutees[sorte] = slices.DeleteFunc(q.ajoutees[sorte], func(x int) bool { return x == n })
	q.a.Valeurs = oter(q.a.Valeurs, sujet)
	if err := h.Fichier.EnregistrerOnglet(r.Context(), h.Ecriture, q.s, q.a, q.onglet, q.a.Valeurs, q.a.Version); err != nil {
		return h.refus(w, r, q, err)
	}
	return page.Redirect(w, r, adresse(q.a, q.onglet, "", q.ajoutees, ""))
}

func (h *Handlers) doublons(w http.ResponseWriter, r *http.Request, q envoi) error {
	le := jour.Aujourdhui()
	d, _ := h.Fichier.ControlerSaisie(q.e, q.a, le)
	t, err := h.Fichier.ChercherDoublons(r.Context(), h.Ecriture, q.s, d, le)
	if err != nil {
		return err
	}
	q.vue.Doublons = &t
	return h.montrer(w, r, http.StatusOK, h.Ecriture, q.ecran)
}

// confirmer makes the saisie the demande, or says what is left to do (R-SAI-08).
func (h *Handlers) confirmer(w http.ResponseWriter, r *http.Request, q envoi) error {
	if q.dejaRenouvelee(jour.Aujourdhui()) {
		return h.oublier(w, r, q)
	}
	d, err := h.Fichier.Confirmer(r.Context(), h.Ecriture, q.s, q.a, jour.Aujourdhui())
	if err != nil {
		return h.refus(w, r, q, err)
	}
	flash := layout.Flash{Sorte: "succes", Lien: "/demandes/" + d.NumeroUnique + "/attestation.pdf", Suite: "Imprimer l’attestation"}
	switch q.a.Sorte {
	case demandes.SaisieCreation:
		flash.Message = "Demande créée. Numéro unique " + d.NumeroUnique + "."
	case demandes.SaisieRenouvellement:
		flash.Message = "Demande renouvelée jusqu’au " + d.DateEcheance.String() + "."
	default:
		flash = layout.Flash{Sorte: "succes", Message: "Modifications enregistrées."}
	}
	page.Flash(r, flash)
	return page.Redirect(w, r, "/demandes/"+d.NumeroUnique)
}

// refus turns the refusal of an act into the page where it is dealt with.
func (h *Handlers) refus(w http.ResponseWriter, r *http.Request, q envoi, err error) error {
	var fautes fault.Fields
	var alertes demandes.Alertes
	var proches *demandes.Doublons
	var conflits demandes.Conflits
	q.complet = true
	switch {
	case errors.As(err, &fautes), errors.As(err, &alertes):
	case errors.As(err, &proches):
		q.vue.Doublons, q.vue.SansMotif = &proches.Trouvailles, q.f.Get("acte") == "confirmer" && q.f.Valeurs["doublon.motif"] == "" && dejaMontre(q.f)
	case errors.As(err, &conflits):
		return page.Redirect(w, r, "/demandes/"+q.a.Numero+"/conflit")
	case errors.Is(err, fault.Conflict), errors.Is(err, fault.NotFound):
		return h.entreTemps(w, r, q, err)
	default:
		return err
	}
	return h.montrer(w, r, http.StatusUnprocessableEntity, h.Ecriture, q.ecran)
}

func dejaMontre(f *form.Form) bool { _, ok := f.Valeurs["doublon.motif"]; return ok }

// entreTemps goes where the saisie now is, when another send changed or
// confirmed it: everything typed is kept already.
func (h *Handlers) entreTemps(w http.ResponseWriter, r *http.Request, q envoi, cause error) error {
	devenu, err := demandes.Devenu(r.Context(), h.Ecriture, q.s, q.a.Numero)
	if err != nil {
		return err
	}
	if devenu != "" && q.e.Statut == demandes.Brouillon {
		return page.Redirect(w, r, "/demandes/"+devenu)
	}
	if errors.Is(cause, fault.NotFound) {
		return h.devenue(w, r, q, q.a.Numero, cause)
	}
	if a, err := h.Fichier.SaisieDe(r.Context(), h.Ecriture, q.s, &q.e); a == nil && q.e.Statut != demandes.Brouillon {
		if err != nil {
			return err
		}
		return page.Redirect(w, r, "/demandes/"+q.a.Numero) // the agent's own other send confirmed it
	}
	var refus *fault.Refus
	message := "La demande vient d’être modifiée par un autre agent. Vérifiez, puis recommencez."
	if errors.As(cause, &refus) {
		message = refus.Message
	}
	page.Flash(r, layout.Flash{Sorte: "alerte", Message: message})
	if err := q.e.Possible(demandes.ActeModifier, jour.Aujourdhui()); err != nil && q.e.Statut != demandes.Brouillon {
		return page.Redirect(w, r, "/demandes/"+q.a.Numero)
	}
	return page.Redirect(w, r, adresse(q.a, q.onglet, q.personne, nil, ""))
}

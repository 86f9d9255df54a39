package comptes

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/templates/components"
	vues "imhoweb/templates/comptes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// agent gives the record that an address names.
func (h *Handlers) agent(r *http.Request) (administration.Fiche, error) {
	return administration.LireFiche(r.Context(), h.Lecture, access.Session(r), page.Identifiant(r))
}

// acces gives the access that an address names.
func (h *Handlers) acces(r *http.Request) (administration.Acces, error) {
	f, err := h.agent(r)
	if err != nil {
		return administration.Acces{}, err
	}
	a, ok := f.Pour(chi.URLParam(r, "organisme"))
	if !ok {
		return administration.Acces{}, fault.NotFound
	}
	return a, nil
}

func (h *Handlers) fiche(w http.ResponseWriter, r *http.Request) error {
	f, err := h.agent(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Fiche(f))
}

// version reads the version that a form was shown with; an unreadable one is
// none that ever was.
func version(f *form.Form) int {
	v, err := strconv.Atoi(f.Get("version"))
	if err != nil {
		return -1
	}
	return v
}

func (h *Handlers) identite(w http.ResponseWriter, r *http.Request) error {
	f, err := h.agent(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Identite(f, vues.Saisie{F: form.New(map[string]string{
		"nom": f.Nom, "prenom": f.Prenom, "courriel": f.Courriel,
	})}))
}

func (h *Handlers) modifierIdentite(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	a, err := h.agent(r)
	if err != nil {
		return err
	}
	i := administration.Identite{Nom: f.Get("nom"), Prenom: f.Get("prenom"), Courriel: f.Get("courriel")}
	err = h.Comptes.ModifierIdentite(r.Context(), h.Ecriture, access.Session(r), a.Utilisateur, version(f), i)
	e := vues.Saisie{F: f}
	if errors.Is(err, fault.Conflict) {
		e.Perimee = true
		e.Conflit = []components.Difference{{Fait: "Nom", Avant: a.Nom, Apres: i.Nom}, {Fait: "Prénom", Avant: a.Prenom, Apres: i.Prenom},
			{Fait: "Courriel", Avant: a.Courriel, Apres: i.Courriel}}
		return page.Render(w, r, http.StatusConflict, vues.Identite(a, e))
	}
	if f.Absorb(err) {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Identite(a, e))
	}
	if err != nil {
		return err
	}
	h.Facteur.Reveiller()
	h.Acces.OublierAgent(a.Utilisateur)
	page.Succes(r, "Identité modifiée.")
	return page.Redirect(w, r, vues.Adresse(a.Utilisateur))
}

// remplirPlace prepares the lists of a place in an organisme.
func (h *Handlers) remplirPlace(e *vues.Saisie, s habilitations.Session, a administration.Acces, coches, delegues []habilitations.Role) {
	for _, g := range h.Ref.Agences(a.Organisme) {
		if g.Actif || g.Code == a.Agence {
			e.Agences = append(e.Agences, components.Choix{Code: g.Code, Libelle: g.Nom})
		}
	}
	auj := jour.Aujourdhui()
	for _, g := range h.Ref.Guichets(a.Organisme) {
		if g.Ouvert(auj) || g.Code == a.Guichet {
			e.Guichets = append(e.Guichets, components.Choix{Code: g.Code, Libelle: g.Code + " " + g.Nom})
		}
	}
	e.Roles = vues.CasesRoles(a.Roles, s.DonnablesPar(a.TypeOrganisme, a.Enregistreur), coches)
	if a.Utilisateur != 0 && a.Utilisateur == s.Utilisateur {
		e.Roles = vues.CasesRoles(a.Roles, nil, nil) // nobody changes their own
	} else if s.Peut(habilitations.ToutOrganisme) {
		e.Delegues = vues.CasesRoles(nil, habilitations.DelegationInitiale(a.TypeOrganisme, a.Enregistreur), delegues)
	}
}

func (h *Handlers) place(w http.ResponseWriter, r *http.Request) error {
	a, err := h.acces(r)
	if err != nil {
		return err
	}
	e := vues.Saisie{F: form.New(map[string]string{"agence": a.Agence, "guichet": a.Guichet})}
	h.remplirPlace(&e, access.Session(r), a, a.Roles, a.Delegues)
	return page.Render(w, r, http.StatusOK, vues.Place(a, e))
}

// modifierPlace asks to confirm a change of roles, shown before and after, then
// does it: the confirmation holds for exactly what was shown.
func (h *Handlers) modifierPlace(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	a, err := h.acces(r)
	if err != nil {
		return err
	}
	s := access.Session(r)
	p := administration.Place{Agence: f.Get("agence"), Guichet: f.Get("guichet"), Roles: vues.Coches(f, "role"), Delegues: vues.Coches(f, "delegue")}
	e := vues.Saisie{F: f}
	h.remplirPlace(&e, s, a, p.Roles, p.Delegues)
	statut := http.StatusUnprocessableEntity
	if a.Version != version(f) {
		e.Perimee, e.Conflit = true, changements(a, s, p)
		return page.Render(w, r, http.StatusConflict, vues.Place(a, e))
	}
	recap := changements(a, s, p)
	if roles(recap) && f.Get("confirme") != empreinte(recap) {
		f.Valeurs["empreinte"] = empreinte(recap)
		e.Recap = recap
		return page.Render(w, r, statut, vues.Place(a, e))
	}
	err = administration.ModifierPlace(r.Context(), h.Ecriture, s, a.Utilisateur, a.Organisme, version(f), p)
	if f.Absorb(err) {
		return page.Render(w, r, statut, vues.Place(a, e))
	}
	if err != nil {
		return err
	}
	h.Acces.OublierAgent(a.Utilisateur)
	page.Succes(r, "Accès modifié.")
	return page.Redirect(w, r, vues.Adresse(a.Utilisateur))
}

// changements are what a place would change.
func changements(a administration.Acces, s habilitations.Session, p administration.Place) []components.Difference {
	tenus, delegues := a.Apres(s, p)
	var l []components.Difference
	for _, d := range []components.Difference{
		{Fait: "Rôles", Avant: administration.Libelles(a.Roles), Apres: administration.Libelles(tenus)},
		{Fait: "Peut donner", Avant: administration.Libelles(a.Delegues), Apres: administration.Libelles(delegues)},
		{Fait: "Agence", Avant: a.Agence, Apres: p.Agence},
		{Fait: "Guichet", Avant: a.Guichet, Apres: p.Guichet},
	} {
		if d.Avant != d.Apres {
			l = append(l, d)
		}
	}
	return l
}

func roles(l []components.Difference) bool {
	return slices.ContainsFunc(l, func(d components.Difference) bool { return d.Fait == "Rôles" || d.Fait == "Peut donner" })
}

func empreinte(l []components.Difference) string {
	h := sha256.Sum256([]byte(fmt.Sprint(l)))
	return hex.EncodeToString(h[:8])
}

// inviter shows the form of a new agent.
func (h *Handlers) inviter(w http.ResponseWriter, r *http.Request) error {
	f := form.New(map[string]string{"moyen": string(administration.ParCourriel)})
	e, err := h.saisieInvitation(r, f)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Inviter(e))
}

// saisieInvitation prepares the places: those of the session's organisme, or of
// the one that ATLAS chose.
func (h *Handlers) saisieInvitation(r *http.Request, f *form.Form) (vues.Saisie, error) {
	s := access.Session(r)
	e := vues.Saisie{F: f, ChoixOrga: s.Peut(habilitations.ToutOrganisme)}
	code := s.Organisme
	if e.ChoixOrga {
		code = f.Get("organisme")
		e.Organisme = h.organismesOuverts(nil)
	}
	if o, ok := h.Ref.Organisme(code); ok {
		a := administration.Acces{Organisme: o.Code, TypeOrganisme: habilitations.TypeOrganisme(o.Type), Enregistreur: o.Enregistreur}
		h.remplirPlace(&e, s, a, vues.Coches(f, "role"), nil)
		e.Delegues = nil // the whole delegation first; the record narrows it
	}
	return e, nil
}

// organismesOuverts lists the organismes that may have agents, but some.
func (h *Handlers) organismesOuverts(sauf []administration.Acces) []components.Choix {
	var l []components.Choix
	for _, o := range h.Ref.Organismes() {
		possible := o.Actif && len(habilitations.Accordables(habilitations.TypeOrganisme(o.Type), o.Enregistreur)) > 0
		if possible && !slices.ContainsFunc(sauf, func(a administration.Acces) bool { return a.Organisme == o.Code }) {
			l = append(l, components.Choix{Code: o.Code, Libelle: o.Nom})
		}
	}
	slices.SortFunc(l, func(a, b components.Choix) int { return strings.Compare(a.Libelle, b.Libelle) })
	return l
}

func (h *Handlers) envoyerInvitation(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	e, err := h.saisieInvitation(r, f)
	if err != nil {
		return err
	}
	if f.Get("charger") != "" { // only shows the places of the organisme chosen
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Inviter(e))
	}
	n := administration.Nouveau{
		Nom: f.Get("nom"), Prenom: f.Get("prenom"), Courriel: f.Get("courriel"), Organisme: f.Get("organisme"),
		Agence: f.Get("agence"), Guichet: f.Get("guichet"), Roles: vues.Coches(f, "role"),
	}
	moyen := administration.Moyen(cmp.Or(f.Get("moyen"), string(administration.ParCourriel)))
	id, jeton, err := h.Comptes.Inviter(r.Context(), h.Ecriture, access.Session(r), n, moyen)
	if f.Absorb(err) {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Inviter(e))
	}
	if err != nil {
		return err
	}
	return h.remettre(w, r, id, jeton, "Invitation envoyée à "+n.Courriel+".")
}

// Handing over a code: it travels sealed from the act to the page to print.
const (
	usageCode = "code à imprimer"
	dureeCode = 5 * time.Minute
)

type aImprimer struct {
	Utilisateur int64
	Jeton       string
}

// remettre ends an act that made a link or a code.
func (h *Handlers) remettre(w http.ResponseWriter, r *http.Request, id int64, jeton, envoye string) error {
	if jeton == "" {
		h.Facteur.Reveiller()
		page.Succes(r, envoye)
		return page.Redirect(w, r, vues.Adresse(id))
	}
	scelle, err := h.Acces.Sceller(usageCode, aImprimer{id, jeton}, dureeCode)
	if err != nil {
		return err
	}
	return page.Redirect(w, r, vues.Adresse(id)+"/code?c="+scelle)
}

// imprimer shows a code to print, for a few minutes, to who administers the
// agent.
func (h *Handlers) imprimer(w http.ResponseWriter, r *http.Request) error {
	f, err := h.agent(r)
	if err != nil {
		return err
	}
	var c aImprimer
	if !h.Acces.Desceller(usageCode, r.URL.Query().Get("c"), &c) || c.Utilisateur != f.Utilisateur {
		return fault.Refuser(fault.NotFound, "Cette page ne s’ouvre que cinq minutes. Faites un nouveau code depuis la fiche de l’agent.")
	}
	return page.Render(w, r, http.StatusOK, vues.Code(f, c.Jeton, h.Comptes.URL))
}

func (h *Handlers) affectation(w http.ResponseWriter, r *http.Request) error {
	f, err := h.agent(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, vues.Affecter(f, h.saisieAffectation(r, f, form.New(nil))))
}

func (h *Handlers) saisieAffectation(r *http.Request, a administration.Fiche, f *form.Form) vues.Saisie {
	e := vues.Saisie{F: f, Organisme: h.organismesOuverts(a.Tous)}
	if o, ok := h.Ref.Organisme(f.Get("organisme")); ok {
		place := administration.Acces{Organisme: o.Code, TypeOrganisme: habilitations.TypeOrganisme(o.Type), Enregistreur: o.Enregistreur}
		h.remplirPlace(&e, access.Session(r), place, vues.Coches(f, "role"), nil)
		e.Delegues = nil
	}
	return e
}

func (h *Handlers) affecter(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	a, err := h.agent(r)
	if err != nil {
		return err
	}
	if f.Get("charger") != "" {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Affecter(a, h.saisieAffectation(r, a, f)))
	}
	p := administration.Place{Agence: f.Get("agence"), Guichet: f.Get("guichet"), Roles: vues.Coches(f, "role")}
	err = administration.Affecter(r.Context(), h.Ecriture, access.Session(r), a.Utilisateur, f.Get("organisme"), p)
	if f.Absorb(err) {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Affecter(a, h.saisieAffectation(r, a, f)))
	}
	if err != nil {
		return err
	}
	h.Acces.OublierAgent(a.Utilisateur)
	page.Succes(r, "Agent affecté à un organisme de plus.")
	return page.Redirect(w, r, vues.Adresse(a.Utilisateur))
}

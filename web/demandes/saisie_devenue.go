package demandes

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	vues "imhoweb/templates/demandes"
	"imhoweb/web/page"
)

// devenue answers a form whose dossier takes it no more: a colleague deleted
// the draft or made it a demande, another agent radiated the demande. What was
// typed is shown, with the way to go on from it. When nothing of it is new, the
// answer is where the dossier now is, as for a button pressed twice.
func (h *Handlers) devenue(w http.ResponseWriter, r *http.Request, q envoi, numero string, cause error) error {
	perdue := errors.Is(cause, fault.NotFound) || errors.Is(cause, fault.Conflict)
	if !perdue || q.f == nil || q.f.Get("acte") == "calculer" || page.Fragment(r) { // what was typed is still on the page
		return h.suivre(w, r, numero, cause)
	}
	ctx := r.Context()
	devenu, err := demandes.Devenu(ctx, h.Ecriture, q.s, numero)
	if err != nil {
		return err
	}
	v := vues.Devenue{Ref: h.Ref, Numero: devenu, Onglet: q.onglet}
	if devenu == "" {
		v.Numero = numero
	}
	d, err := h.Fichier.Get(ctx, h.Ecriture, q.s, habilitations.ConsulterDemande, v.Numero)
	switch {
	case errors.Is(err, fault.NotFound) || err == nil && d.NumeroUnique == "":
		v.Numero, d = "", nil
	case err != nil:
		return err
	}
	valeurs, err := h.tapeesSur(ctx, q, d)
	if err != nil {
		return err
	}
	if v.Lignes = h.nouveautes(d, valeurs); len(v.Lignes) == 0 {
		return h.suivre(w, r, numero, cause)
	}
	statut := http.StatusConflict
	var refus *fault.Refus
	switch {
	case d == nil:
		statut = http.StatusGone
		v.Titre, v.Phrase = "Ce brouillon n’existe plus", "Il a été supprimé pendant votre saisie."
	case devenu != "":
		v.Titre, v.Phrase = "Ce brouillon est devenu une demande", "Il a été confirmé pendant votre saisie."
	case errors.As(cause, &refus):
		v.Titre, v.Phrase = "La demande a changé pendant votre saisie", refus.Message
	default:
		v.Titre = "La demande a changé pendant votre saisie"
	}
	if d != nil {
		l, _, err := h.Fichier.Historique(ctx, h.Ecriture, q.s, d.ID, demandes.FiltreHistorique{Limite: 1})
		if err != nil {
			return err
		}
		if len(l) > 0 {
			v.Dernier = &l[0]
		}
	}
	if err := h.suite(ctx, q, d, valeurs, &v); err != nil {
		return err
	}
	return page.Render(w, r, statut, vues.PageDevenue(v))
}

// suivre goes to the demande that a draft became, else says the cause.
func (h *Handlers) suivre(w http.ResponseWriter, r *http.Request, numero string, cause error) error {
	if errors.Is(cause, fault.NotFound) {
		return h.siDevenu(w, r, numero, cause)
	}
	return cause
}

// tapeesSur puts what this agent kept, then what was sent, over the demande as
// it is; d is nil when there is none any more.
func (h *Handlers) tapeesSur(ctx context.Context, q envoi, d *demandes.Demande) (demandes.Valeurs, error) {
	valeurs := demandes.Valeurs{}
	if d != nil {
		valeurs = demandes.Ecrire(d, h.Ref)
		a, err := h.Fichier.SaisieDe(ctx, h.Ecriture, q.s, &d.Entete)
		if err != nil {
			return nil, err
		}
		if a != nil {
			for _, o := range champs.Onglets {
				valeurs = demandes.RemplacerOnglet(q.s, valeurs, a.Valeurs, o.Code)
			}
		}
	}
	tapees := ongletTape(q.f, &demandes.Saisie{Valeurs: valeurs}, q.onglet)
	return demandes.RemplacerOnglet(q.s, valeurs, tapees, q.onglet), nil
}

// nouveautes are the fields typed that the demande doesn't hold as they are;
// none when all they change is how a value is written, or what the other
// answers make pointless.
func (h *Handlers) nouveautes(d *demandes.Demande, valeurs demandes.Valeurs) []vues.Perimee {
	gardees, e := demandes.Valeurs{}, demandes.Entete{}
	if d != nil {
		gardees, e = demandes.Ecrire(d, h.Ref), d.Entete
	}
	lue, fautes := demandes.Lire(e, valeurs, h.Ref)
	comprises := demandes.Ecrire(lue, h.Ref)
	var l []vues.Perimee
	neuf := d == nil
	for _, x := range demandes.Differences(gardees, valeurs) {
		illisible := slices.ContainsFunc(fautes, func(f fault.Field) bool { return f.Nom == x.Nom })
		change := illisible || comprises[x.Nom] != x.Avant
		if neuf = neuf || change; change || comprises[x.Nom] == "" {
			l = append(l, vues.Perimee{Nom: x.Nom, Tapee: x.Apres, Gardee: x.Avant})
		}
	}
	if !neuf {
		return nil
	}
	return l
}

// suite prepares the form that goes on: the same saisie of the demande when it
// may still be changed, else a new draft.
func (h *Handlers) suite(ctx context.Context, q envoi, d *demandes.Demande, valeurs demandes.Valeurs, v *vues.Devenue) error {
	if d != nil {
		sorte := sorteDe(q.f.Get("saisie"))
		if sorte == "" || sorte == demandes.SaisieCreation {
			sorte = demandes.SaisieModification
		}
		a, err := h.travail(ctx, q.s, &d.Entete, sorte)
		if err == nil {
			v.Action, v.Bouton = vues.AdresseSaisie(d.NumeroUnique, q.onglet, sorte, nil, ""), "Reprendre dans une modification"
			if sorte == demandes.SaisieRenouvellement {
				v.Bouton = "Reprendre le renouvellement"
			}
			v.Envoi = map[string]string{"saisie": string(sorte), "version": strconv.Itoa(a.Version), "version_base": strconv.Itoa(a.VersionBase),
				"personne": q.f.Get("personne"), "variante": q.f.Get("variante"), "acte": "sauver"}
			for nom, x := range valeurs {
				if c, ok := champs.Nom(nom); ok && c.Onglet == q.onglet {
					v.Envoi[nom] = x
				}
			}
			return nil
		}
		if !errors.Is(err, fault.Conflict) && !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.NotFound) {
			return err
		}
	}
	if !q.s.Peut(habilitations.CreerDemande) {
		return nil
	}
	v.Action, v.Bouton = "/demandes/nouvelle", "Reprendre dans un nouveau brouillon"
	v.Envoi = map[string]string{"reprise": "1", "cle": nouvelleCle(), "onglet": string(q.onglet), "personne": q.f.Get("personne"),
		"demande.guichet": q.f.Get("demande.guichet")}
	for nom, x := range valeurs {
		v.Envoi[nom] = x
	}
	return nil
}

// toutReprendre fills a new draft with all the tabs that such a page held. A
// second send finds the draft, and what was typed in it since.
func (h *Handlers) toutReprendre(w http.ResponseWriter, r *http.Request, s habilitations.Session, f *form.Form, numero string) error {
	ctx := r.Context()
	o, ok := ongletDe(f.Get("onglet"))
	if !ok {
		o = champs.Identite
	}
	e, err := demandes.EnteteDe(ctx, h.Ecriture, s, habilitations.CreerDemande, numero)
	if err != nil {
		return err
	}
	a, err := h.Fichier.SaisieDe(ctx, h.Ecriture, s, &e)
	if err != nil {
		return err
	}
	if a == nil {
		return fault.NotFound
	}
	const neuve = 1 // version of a saisie where nothing was typed
	if a.Version == neuve {
		for _, autre := range champs.Onglets {
			a.Valeurs = demandes.RemplacerOnglet(s, a.Valeurs, f.Valeurs, autre.Code)
		}
		err := h.Fichier.EnregistrerOnglet(ctx, h.Ecriture, s, a, o, a.Valeurs, neuve)
		if err != nil && !errors.Is(err, fault.Conflict) { // the other send of the page did it
			return err
		}
		page.Succes(r, "Ce que vous aviez tapé est repris dans ce nouveau brouillon.")
	}
	return page.Redirect(w, r, adresse(a, o, f.Get("personne"), nil, ""))
}

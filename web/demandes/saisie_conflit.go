package demandes

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	vues "imhoweb/templates/demandes"
	"imhoweb/web/page"
)

// conflit shows the fields that two agents changed to different values.
func (h *Handlers) conflit(w http.ResponseWriter, r *http.Request) error {
	q, err := h.enCours(r, h.Lecture)
	if err != nil {
		return err
	}
	return h.montrerConflit(w, r, http.StatusOK, h.Lecture, q, form.New(nil))
}

// trancher keeps, for each field, the value chosen.
func (h *Handlers) trancher(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Read(r)
	if err != nil {
		return err
	}
	q, err := h.enCours(r, h.Ecriture)
	if err != nil {
		return err
	}
	choix := map[string]string{}
	for nom, v := range f.Valeurs {
		if champ, ok := strings.CutPrefix(nom, "garder."); ok {
			choix[champ] = v
		}
	}
	err = h.Fichier.Trancher(r.Context(), h.Ecriture, q.s, q.a, choix)
	if f.Absorb(err) {
		return h.montrerConflit(w, r, http.StatusUnprocessableEntity, h.Ecriture, q, f)
	}
	if errors.Is(err, fault.Conflict) {
		return h.entreTemps(w, r, q, err)
	}
	if err != nil {
		return err
	}
	page.Succes(r, "Vos choix sont gardés. Relisez, puis confirmez.")
	return page.Redirect(w, r, adresse(q.a, champs.Identite, "", nil, ""))
}

func (h *Handlers) montrerConflit(w http.ResponseWriter, r *http.Request, statut int, db pg.DB, q envoi, f *form.Form) error {
	ctx := r.Context()
	if q.a.Sorte == demandes.SaisieCreation {
		return fault.NotFound
	}
	conflits, err := h.Fichier.ConflitsDe(ctx, db, q.s, q.a)
	if err != nil {
		return err
	}
	if len(conflits) == 0 { // settled meanwhile
		return page.Redirect(w, r, adresse(q.a, champs.Identite, "", nil, ""))
	}
	auteurs, err := h.auteurs(ctx, db, q)
	if err != nil {
		return err
	}
	var l []vues.Conflit
	for _, c := range conflits {
		if x, ok := champs.Nom(c.Nom); ok && x.Droit != "" && !q.s.Peut(x.Droit) {
			continue
		}
		l = append(l, vues.Conflit{Conflit: c, Auteur: auteurs[c.Nom], Choisi: f.Get("garder." + c.Nom), Faute: f.Erreur(c.Nom)})
	}
	d, _ := demandes.Lire(q.e, q.a.Valeurs, h.Ref)
	return page.Render(w, r, statut, vues.PageConflit(h.Ref, d, q.a, l))
}

// auteurs says who last changed each field: « L. ROUX (Promologis) à 09:14 ».
func (h *Handlers) auteurs(ctx context.Context, db pg.DB, q envoi) (map[string]string, error) {
	evenements, _, err := h.Fichier.Historique(ctx, db, q.s, q.e.ID, demandes.FiltreHistorique{})
	if err != nil {
		return nil, err
	}
	m := map[string]string{}
	for _, ev := range evenements { // the latest first
		for _, c := range ev.Changements {
			if _, deja := m[c.Nom]; !deja {
				m[c.Nom] = vues.Auteur(ev)
			}
		}
	}
	return m, nil
}

// dejaRenouvelee recognises the second send of a renewal: its page is older
// than the demande, which was renewed since and holds all that the page says.
func (q envoi) dejaRenouvelee(le jour.Date) bool {
	return q.version == -1 && q.a.Sorte == demandes.SaisieRenouvellement && q.e.DateRenouvellement == le &&
		len(demandes.Differences(q.a.Base, q.a.Valeurs)) == 0
}

// oublier drops the working copy that such a send opened, without a word.
func (h *Handlers) oublier(w http.ResponseWriter, r *http.Request, q envoi) error {
	if err := h.Fichier.Abandonner(r.Context(), h.Ecriture, q.s, q.a); err != nil {
		return err
	}
	return page.Redirect(w, r, "/demandes/"+q.a.Numero)
}

package gestion

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/gestion"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
	vues "imhoweb/templates/gestion"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// lister shows a page of the list. Names that came in the address are taken
// out of it first.
func (h *Handlers) lister(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	e, err := h.ecran(r, q)
	if err != nil {
		return err
	}
	if e.Illisible() {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Demandes(e))
	}
	if e.Criteres.Nominatif() {
		return h.versListe(w, r, e)
	}
	e.Recherche = q.Get("r")
	err = pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) error { return h.lire(r.Context(), tx, access.Session(r), &e) })
	if err != nil {
		return err
	}
	if !e.Perdue {
		page.Journal(r, h.acces(journal.Recherche, e.Criteres, e.Recherche, e.Liste.Total))
	}
	return page.Render(w, r, http.StatusOK, vues.Demandes(e))
}

// acces is a search or an export, for the journal: neither names nor numbers.
func (h *Handlers) acces(sorte journal.Sorte, c gestion.Criteres, recherche string, lignes int) journal.Entree {
	return journal.Entree{Sorte: sorte, Ecran: "Liste des demandes", Criteres: c.PhraseSansTexte(h.Ref), Recherche: recherche, Lignes: &lignes}
}

// rechercher answers the criteria, posted: a number alone opens its dossier
// (R-REC-05), anything else goes to an address without names.
func (h *Handlers) rechercher(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	e, err := h.ecran(r, r.PostForm)
	if err != nil {
		return err
	}
	if e.Illisible() {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Demandes(e))
	}
	if n := numeroColle(e.Criteres); n.Valeur != "" {
		numero, err := gestion.Designee(r.Context(), h.Lecture, access.Session(r), n)
		if err != nil {
			return err
		}
		if numero != "" {
			return h.ouvrir(w, r, numero)
		}
		e.Criteres.Numero = n
	}
	return h.versListe(w, r, e)
}

// ouvrir goes to a dossier; htmx would put it inside the list.
func (h *Handlers) ouvrir(w http.ResponseWriter, r *http.Request, numero string) error {
	adresse := "/demandes/" + numero
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", adresse)
		w.WriteHeader(http.StatusOK)
		return nil
	}
	return page.Redirect(w, r, adresse)
}

// numeroColle recognises a number by its form, whatever nature was chosen.
func numeroColle(c gestion.Criteres) gestion.Numero {
	if c.Numero.Champ == gestion.NumeroInterne {
		return c.Numero
	}
	if n, ok := gestion.LireNumero(c.Numero.Valeur); ok {
		return n
	}
	return c.Numero
}

// versListe goes to the list, the names kept on the server.
func (h *Handlers) versListe(w http.ResponseWriter, r *http.Request, e vues.Ecran) error {
	if e.Criteres.Nominatif() {
		id, err := gestion.Garder(r.Context(), h.Ecriture, access.Session(r), e.Criteres)
		if err != nil {
			return err
		}
		e.Recherche = id
	}
	return page.Redirect(w, r, e.Adresse(e.Vue))
}

// ecran reads the criteria and the order; mistakes are left in the form.
func (h *Handlers) ecran(r *http.Request, v url.Values) (vues.Ecran, error) {
	p := access.Preferences(r)
	e := vues.Ecran{Ref: h.Ref, Densite: p.Densite, Vue: gestion.ParseVue(v, p.ParPage)}
	c, err := gestion.ParseQuery(v)
	e.Criteres, e.Form = c, c.Form()
	if err == nil {
		return e, nil
	}
	e.Form = form.FromValues(v) // as typed
	if !e.Form.Absorb(err) {
		return e, err
	}
	return e, nil
}

// lire reads the page, in one read-only transaction.
func (h *Handlers) lire(ctx context.Context, tx pgx.Tx, s habilitations.Session, e *vues.Ecran) (err error) {
	if e.Recherche != "" {
		err = gestion.Reprendre(ctx, tx, s, e.Recherche, &e.Criteres)
		if errors.Is(err, fault.NotFound) {
			e.Perdue, e.Recherche = true, ""
			return nil
		}
		if err != nil {
			return err
		}
		e.Form = e.Criteres.Form()
	}
	if e.Liste, err = gestion.Lister(ctx, tx, s, e.Criteres, e.Vue); err != nil || e.Liste.Total > 0 {
		return err
	}
	e.Sortie, err = h.sortie(ctx, tx, s, *e)
	return err
}

// sortie looks for a wider search that finds something: the radiées too.
func (h *Handlers) sortie(ctx context.Context, tx pgx.Tx, s habilitations.Session, e vues.Ecran) (vues.Sortie, error) {
	if len(e.Criteres.Codes[gestion.Etat]) > 0 || e.Criteres.Brouillons {
		return vues.Sortie{}, nil
	}
	e.Criteres = e.Criteres.AvecCode(gestion.Etat, gestion.EtatTous)
	n, err := gestion.Compter(ctx, tx, s, e.Criteres)
	return vues.Sortie{Libelle: "Chercher aussi dans les radiées", Adresse: e.Adresse(e.Vue), Nombre: n}, err
}

// rapide is the search of the header (R-MEN-17): a number opens its dossier, a
// name opens the list; what isn't found is an empty list that says it.
func (h *Handlers) rapide(w http.ResponseWriter, r *http.Request) error {
	s, q := access.Session(r), form.Nettoyer(r.FormValue("q"))
	e, err := h.ecran(r, url.Values{})
	if err != nil || q == "" {
		return page.Redirect(w, r, "/demandes")
	}
	if n, ok := gestion.LireNumero(q); ok {
		numero, err := gestion.Designee(r.Context(), h.Lecture, s, n)
		if err != nil {
			return err
		}
		if numero != "" {
			return page.Redirect(w, r, "/demandes/"+numero)
		}
		e.Criteres.Numero = n
		return h.versListe(w, r, e)
	}
	if e.Criteres, err = gestion.Nommer(r.Context(), h.Lecture, s, q); err != nil {
		return err
	}
	if !e.Criteres.Nominatif() && strings.Trim(q, "% ") != "" { // neither letter nor digit: sought as a number, not found
		e.Criteres.Numero = gestion.Numero{Champ: gestion.NumeroUnique, Valeur: texte.Capitales(q)}
	}
	return h.versListe(w, r, e)
}

package journal

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"imhoweb/internal/journal"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/tableur"
	"imhoweb/templates/components"
	vues "imhoweb/templates/journal"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// acces shows a page of the accesses. Reading the journal is an access too.
func (h *Handlers) acces(w http.ResponseWriter, r *http.Request) error {
	e := vues.EcranAcces{Filtres: h.filtres(r, vues.Racine)}
	if len(e.Erreurs) > 0 {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.Acces(e))
	}
	err := pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) (err error) {
		if e.Page, err = journal.Lister(r.Context(), tx, access.Session(r), e.Filtre, place(r)); err != nil {
			return err
		}
		if e.Alert, err = journal.NbATraiter(r.Context(), tx); err != nil {
			return err
		}
		e.Agent, err = nommer(r.Context(), tx, e.Filtre.Utilisateur)
		return err
	})
	if err != nil {
		return err
	}
	page.Journal(r, journal.Entree{Sorte: journal.Recherche, Ecran: "Journal des accès", Criteres: e.Filtre.Phrase(), Lignes: &e.Page.Total})
	return page.Render(w, r, http.StatusOK, vues.Acces(e))
}

// filtres reads the criteria; mistakes are left beside what was typed.
func (h *Handlers) filtres(r *http.Request, chemin string) vues.Filtres {
	q := r.URL.Query()
	f, err := journal.LireFiltre(q)
	e := vues.Filtres{Chemin: chemin, Filtre: f, Du: q.Get("du"), Au: q.Get("au")}
	if !f.Du.IsZero() {
		e.Du = f.Du.String()
	}
	if !f.Au.IsZero() {
		e.Au = f.Au.String()
	}
	errors.As(err, &e.Erreurs)
	for _, o := range h.Ref.Organismes() {
		e.Organismes = append(e.Organismes, components.Choix{Code: o.Code, Libelle: o.Nom})
	}
	return e
}

// place reads where the page stands.
func place(r *http.Request) journal.Place {
	q := r.URL.Query()
	entier := func(nom string) int64 {
		n, err := strconv.ParseInt(q.Get(nom), 10, 64)
		if err != nil || n < 0 {
			return 0
		}
		return n
	}
	return journal.Place{Apres: entier("apres"), Avant: entier("avant"), Derniere: q.Get("dernier") != "", Debut: int(min(entier("debut"), journal.MaxTotal))}
}

// nommer gives the name of the agent that a link chose.
func nommer(ctx context.Context, db pg.DB, utilisateur int64) (string, error) {
	if utilisateur == 0 {
		return "", nil
	}
	nom, prenom, err := journal.Agent(ctx, db, utilisateur)
	return vues.Agent(utilisateur, nom, prenom), err
}

// dossier shows who opened a demande, whoever may open it.
func (h *Handlers) dossier(w http.ResponseWriter, r *http.Request) error {
	e := vues.EcranDossier{}
	err := pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) (err error) {
		e.Numero, e.Page, err = journal.ListerDossier(r.Context(), tx, access.Session(r), chi.URLParam(r, "numero"), place(r))
		return err
	})
	if err != nil {
		return err
	}
	page.Journal(r, journal.Entree{Sorte: journal.Recherche, Numero: e.Numero, Ecran: "Journal du dossier", Lignes: &e.Page.Total})
	return page.Render(w, r, http.StatusOK, vues.DuDossier(e))
}

var colonnesAcces = []string{"Fait le", "Agent", "Organisme", "Sorte", "Dossier", "Écran", "Critères", "Lignes", "Requête", "Rang"}

// exporterAcces sends the rows of the list, all pages, row by row.
func (h *Handlers) exporterAcces(w http.ResponseWriter, r *http.Request) error {
	f := h.filtres(r, vues.Racine)
	if err := f.Erreurs.Err(); err != nil {
		return err
	}
	return h.exporter(w, r, "journal-acces", "Journal des accès", f.Filtre, colonnesAcces, func(tx pgx.Tx, ecrire func(...string) error) error {
		return journal.Parcourir(r.Context(), tx, access.Session(r), f.Filtre, func(a journal.Acces) error {
			numero, lignes := "", ""
			if a.NumeroUnique != "" {
				numero = tableur.EnTexte(a.NumeroUnique)
			}
			if a.Lignes != nil {
				lignes = strconv.Itoa(*a.Lignes)
			}
			return ecrire(jour.Seconde(a.FaitLe), tableur.Inerte(vues.Agent(a.Utilisateur, a.Nom, a.Prenom)),
				tableur.Inerte(a.OrganismeNom), a.Sorte.Libelle(), numero, tableur.Inerte(a.Ecran), tableur.Inerte(vues.Criteres(a)), lignes, a.Reference,
				strconv.FormatInt(a.Rang, 10))
		})
	})
}

// exporter writes a journal as a file; what has left is noted even when it is cut.
func (h *Handlers) exporter(w http.ResponseWriter, r *http.Request, nom, ecran string, f journal.Filtre, titres []string,
	lire func(pgx.Tx, func(...string) error) error) error {
	n := 0
	err := pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) error {
		enFichier(w, nom)
		csv, err := tableur.Nouveau(w, titres)
		if err != nil {
			return err
		}
		err = lire(tx, func(cellules ...string) error {
			n++
			return csv.Ligne(cellules)
		})
		if err != nil {
			return err
		}
		return csv.Fermer()
	})
	page.Journal(r, journal.Entree{Sorte: journal.Export, Ecran: ecran, Criteres: f.Phrase(), Lignes: &n})
	return err
}

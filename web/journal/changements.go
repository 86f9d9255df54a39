package journal

import (
	"net/http"
	"strings"

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

// changements shows a page of what administration changed.
func (h *Handlers) changements(w http.ResponseWriter, r *http.Request) error {
	e := vues.EcranChangements{Filtres: h.filtres(r, vues.Changements)}
	if len(e.Erreurs) > 0 {
		return page.Render(w, r, http.StatusUnprocessableEntity, vues.ListeChangements(e))
	}
	err := pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) (err error) {
		if e.Page, err = journal.ListerChangements(r.Context(), tx, access.Session(r), e.Filtre, place(r)); err != nil {
			return err
		}
		objets, err := journal.Objets(r.Context(), tx)
		if err != nil {
			return err
		}
		for _, o := range objets {
			e.Objets = append(e.Objets, components.Choix{Code: o, Libelle: vues.Objet(o)})
		}
		e.Agent, err = nommer(r.Context(), tx, e.Filtre.Utilisateur)
		return err
	})
	if err != nil {
		return err
	}
	page.Journal(r, journal.Entree{Sorte: journal.Recherche, Ecran: "Journal des changements", Criteres: e.Filtre.Phrase(), Lignes: &e.Page.Total})
	return page.Render(w, r, http.StatusOK, vues.ListeChangements(e))
}

var colonnesChangements = []string{"Fait le", "Par", "Acte", "Objet", "Clé", "Libellé", "Organisme", "Avant", "Après"}

func (h *Handlers) exporterChangements(w http.ResponseWriter, r *http.Request) error {
	f := h.filtres(r, vues.Changements)
	if err := f.Erreurs.Err(); err != nil {
		return err
	}
	return h.exporter(w, r, "journal-changements", "Journal des changements", f.Filtre, colonnesChangements, func(tx pgx.Tx, ecrire func(...string) error) error {
		return journal.ParcourirChangements(r.Context(), tx, access.Session(r), f.Filtre, func(c journal.ChangementLu) error {
			var avant, apres []string
			for _, d := range c.Differences() {
				avant, apres = append(avant, d.Champ+" : "+d.Avant), append(apres, d.Champ+" : "+d.Apres)
			}
			cellules := []string{jour.Seconde(c.FaitLe), vues.Auteur(c), vues.Acte(c.Acte), vues.Objet(c.Objet), c.Cle,
				c.Libelle, c.OrganismeViseNom, strings.Join(avant, " ; "), strings.Join(apres, " ; ")}
			for i := range cellules {
				cellules[i] = tableur.Inerte(cellules[i])
			}
			return ecrire(cellules...)
		})
	})
}

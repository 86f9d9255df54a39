package demandes

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/editions"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	vues "imhoweb/templates/demandes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

func (h *Handlers) routesLecture() []page.Route {
	return []page.Route{
		page.Get("/demandes/{numero}", habilitations.ConsulterDemande, h.lire),
		page.Get("/demandes/{numero}/attestation.pdf", habilitations.EditerAttestation, h.attestation),
		page.Get("/demandes/{numero}/radiation", habilitations.RadierDemande, h.demanderRadiation),
		page.Post("/demandes/{numero}/radiation", habilitations.RadierDemande, h.radier),
		page.Get("/demandes/{numero}/reactivation", habilitations.ConsulterDemande, h.demanderReactivation),
		page.Post("/demandes/{numero}/reactivation", habilitations.ConsulterDemande, h.reactiver),
	}
}

// derniersAcces is how many accesses the tab Historique tells to who reads the
// journal.
const derniersAcces = 20

// recents is how many événements the overview tells.
const recents = 12

// lire shows a registered dossier: its overview, or the tab of the address. A
// draft opens on its first tab, to type in.
func (h *Handlers) lire(w http.ResponseWriter, r *http.Request) error {
	s, numero := access.Session(r), chi.URLParam(r, "numero")
	o, _ := ongletDe(chi.URLParam(r, "onglet")) // none: the overview
	filtre := demandes.FiltreHistorique{Limite: recents}
	if o == champs.Historique {
		q := r.URL.Query()
		filtre = demandes.FiltreHistorique{Type: demandes.TypeEvenement(q.Get("type")), Champ: q.Get("champ"), Suite: q.Get("suite")}
	}
	var l vues.Lecture
	err := pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) (err error) {
		l, err = h.lecture(r.Context(), tx, s, numero, o, filtre)
		return err
	})
	if errors.Is(err, fault.NotFound) {
		return h.siDevenu(w, r, numero, err)
	}
	if err != nil {
		return err
	}
	h.ouvertures.noter(h.Ecriture, s, l.D.ID)
	if l.D.Statut == demandes.Brouillon {
		return page.Redirect(w, r, "/demandes/"+numero+"/"+string(champs.Identite))
	}
	page.Journal(r, journal.Entree{Sorte: journal.Lecture, Demande: l.D.ID, Ecran: cmp.Or(o.Libelle(), "Synthèse")})
	return page.Render(w, r, http.StatusOK, vues.PageLecture(l))
}

// lecture reads what a page of the dossier shows; of a draft, the header only.
func (h *Handlers) lecture(ctx context.Context, db pg.DB, s habilitations.Session, numero string, o champs.Onglet, filtre demandes.FiltreHistorique) (vues.Lecture, error) {
	histoire := &filtre
	if o != "" && o != champs.Historique {
		histoire = nil
	}
	var attestations []editions.Attestation
	d, err := h.Fichier.LireDossier(ctx, db, s, numero, histoire, func(b *pgx.Batch) {
		if s.Peut(habilitations.EditerAttestation) {
			editions.QueueAttestations(b, s, numero, &attestations)
		}
	})
	if err != nil || d.NumeroUnique == "" {
		return vues.Lecture{D: d.Demande}, err
	}
	l := vues.NewLecture(h.Fichier, s, d.Demande, o, jour.Aujourdhui())
	l.EnCours, l.Attestations = d.EnCours, attestations
	l.Histoire.Filtre, l.Histoire.Evenements, l.Histoire.Suite = filtre, d.Evenements, d.Suite
	if o == champs.Historique && s.Peut(habilitations.LireJournal) {
		l.Acces, err = journal.DuDossier(ctx, db, s, d.ID, derniersAcces)
	}
	return l, err
}

package demandes

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"imhoweb/internal/demandes"
	"imhoweb/internal/editions"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// attestation prints an attestation again as it was delivered: the latest, or
// the one named by id. It leaves no événement: the act that delivered it did.
func (h *Handlers) attestation(w http.ResponseWriter, r *http.Request) error {
	var m editions.Mentions
	err := pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) (err error) {
		m, err = h.mentions(r.Context(), tx, access.Session(r), chi.URLParam(r, "numero"), r.URL.Query().Get("id"))
		return err
	})
	if err != nil {
		return err
	}
	var pdf bytes.Buffer
	if err := editions.AttestationPDF(&pdf, m); err != nil {
		return err
	}
	un := 1
	page.Journal(r, journal.Entree{Sorte: journal.Edition, Numero: m.NumeroUnique, Ecran: "Attestation", Lignes: &un})
	nom := "attestation-" + m.NumeroUnique + "-" + m.EmiseLe.ISO() + ".pdf" // digits and capitals only
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+nom+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(pdf.Len()))
	_, _ = pdf.WriteTo(w) // the client went away: nothing left to say
	return nil
}

// mentions gives those kept with the act; of an active demande registered
// elsewhere (taken over from an older system, demonstration), which has none,
// what an attestation of today says.
func (h *Handlers) mentions(ctx context.Context, db pg.DB, s habilitations.Session, numero, id string) (editions.Mentions, error) {
	toutes, err := editions.LireAttestation(ctx, db, s, numero)
	if err == nil {
		a, err := choisir(toutes, id)
		return a.Mentions, err
	}
	if id != "" || !errors.Is(err, fault.NotFound) {
		return editions.Mentions{}, err
	}
	d, lue := h.Fichier.PourAttestation(ctx, db, s, numero)
	if lue != nil {
		return editions.Mentions{}, lue
	}
	if d.Statut != demandes.Active {
		return editions.Mentions{}, err
	}
	return editions.DuJour(h.Ref, d, jour.Aujourdhui())
}

// choisir takes the attestation of that id, the latest without one.
func choisir(toutes []editions.Attestation, id string) (editions.Attestation, error) {
	if id == "" {
		return toutes[0], nil
	}
	for _, a := range toutes {
		if strconv.FormatInt(a.ID, 10) == id {
			return a, nil
		}
	}
	return editions.Attestation{}, fault.Refuser(fault.NotFound, "Cette attestation n’est pas de cette demande.")
}

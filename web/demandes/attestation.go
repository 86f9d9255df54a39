package demandes

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"imhoweb/internal/editions"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	"imhoweb/web/access"
)

// attestation prints an attestation again as it was delivered: the latest, or
// the one named by id. It leaves no événement: the act that delivered it did.
func (h *Handlers) attestation(w http.ResponseWriter, r *http.Request) error {
	var toutes []editions.Attestation
	err := pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) (err error) {
		toutes, err = editions.LireAttestation(r.Context(), tx, access.Session(r), chi.URLParam(r, "numero"))
		return err
	})
	if err != nil {
		return err
	}
	a, err := choisir(toutes, r.URL.Query().Get("id"))
	if err != nil {
		return err
	}
	var pdf bytes.Buffer
	if err := editions.AttestationPDF(&pdf, a.Mentions); err != nil {
		return err
	}
	nom := "attestation-" + a.Mentions.NumeroUnique + "-" + a.Mentions.EmiseLe.ISO() + ".pdf" // digits and capitals only
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+nom+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(pdf.Len()))
	_, _ = pdf.WriteTo(w) // the client went away: nothing left to say
	return nil
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

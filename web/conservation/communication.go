package conservation

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"imhoweb/internal/conservation"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/pg"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

func (h *Handlers) communicationPDF(w http.ResponseWriter, r *http.Request) error {
	return h.communiquer(w, r, "pdf", "application/pdf", (*conservation.Communication).PDF)
}

func (h *Handlers) communicationJSON(w http.ResponseWriter, r *http.Request) error {
	return h.communiquer(w, r, "json", "application/json; charset=utf-8", (*conservation.Communication).JSON)
}

// communiquer hands the complete dossier over, and the journal says so.
func (h *Handlers) communiquer(w http.ResponseWriter, r *http.Request, extension, sorte string, ecrire func(*conservation.Communication, io.Writer) error) error {
	var c *conservation.Communication
	err := pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) (err error) {
		c, err = conservation.Communiquer(r.Context(), tx, h.Fichier, access.Session(r), chi.URLParam(r, "numero"))
		return err
	})
	if err != nil {
		return err
	}
	var corps bytes.Buffer
	if err := ecrire(c, &corps); err != nil {
		return err
	}
	un := 1
	page.Journal(r, journal.Entree{Sorte: journal.Communication, Demande: c.ID, Ecran: "Dossier complet (" + strings.ToUpper(extension) + ")", Lignes: &un})
	w.Header().Set("Content-Type", sorte)
	w.Header().Set("Content-Disposition", `attachment; filename="dossier-`+c.NumeroUnique+"."+extension+`"`) // digits and capitals only
	w.Header().Set("Content-Length", strconv.Itoa(corps.Len()))
	_, _ = corps.WriteTo(w) // the client went away: nothing left to say
	return nil
}

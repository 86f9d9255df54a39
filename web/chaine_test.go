package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"imhoweb/internal/platform/fault"
	"imhoweb/web/page"
)

// Not parallel: it listens to the log of the whole program.
func TestIncident(t *testing.T) {
	var b bytes.Buffer
	avant := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&b, nil)))
	t.Cleanup(func() { slog.SetDefault(avant) })

	for nom, h := range map[string]http.HandlerFunc{
		"a panic":  func(http.ResponseWriter, *http.Request) { panic("cassé net") },
		"an error": func(w http.ResponseWriter, r *http.Request) { page.Erreur(w, r, errors.New("cassé net")) },
	} {
		t.Run(nom+" becomes a page with the reference of its line in the log", func(t *testing.T) {
			b.Reset()
			w := httptest.NewRecorder()
			suivre(nil)(rattraper(h)).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
			ref := w.Header().Get("X-Request-Id")
			if w.Code != http.StatusInternalServerError || ref == "" || !strings.Contains(w.Body.String(), ref) {
				t.Errorf("%d, reference %q", w.Code, ref)
			}
			if strings.Contains(w.Body.String(), "cassé net") {
				t.Error("the page tells the inside")
			}
			if n := strings.Count(b.String(), "cassé net"); n != 1 || !strings.Contains(b.String(), "reference="+ref) {
				t.Errorf("logged %d times", n)
			}
		})
	}

	t.Run("half an answer is cut, not ended by an error page", func(t *testing.T) {
		h := suivre(nil)(rattraper(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "a;b\n")
			page.Erreur(w, r, errors.New("la base est partie"))
		})))
		defer func() {
			if p := recover(); p != http.ErrAbortHandler {
				t.Errorf("%v", p)
			}
		}()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	})
}

func TestErreur(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		statut int
		dit    string
	}{
		{fmt.Errorf("x: %w", fault.NotFound), 404, "Page introuvable"},
		{fault.Refuser(fault.Forbidden, "Seul le guichet d’origine le peut."), 403, "Seul le guichet d’origine le peut."},
		{fault.Refuser(fault.Conflict, "L. ROUX a modifié la demande."), 409, "L. ROUX a modifié la demande."},
		{fault.Fields{{Nom: "x", Message: "y"}}, 422, "Saisie à corriger"},
		{&http.MaxBytesError{Limit: 1}, 413, "Envoi trop volumineux"},
		{context.DeadlineExceeded, 503, "Réponse trop longue"},
		{errors.New("x"), 500, "Incident"},
	} {
		w := httptest.NewRecorder()
		page.Erreur(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), c.err)
		if w.Code != c.statut || !strings.Contains(w.Body.String(), c.dit) {
			t.Errorf("%v: %d", c.err, w.Code)
		}
	}
}

package sante_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/web/sante"
)

func verifier(t *testing.T, h http.HandlerFunc, statut int, texte string) {
	t.Helper()
	w := httptest.NewRecorder()
	h(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if w.Code != statut || !strings.Contains(w.Body.String(), texte) {
		t.Errorf("%d %q, want %d %q", w.Code, w.Body, statut, texte)
	}
}

func TestVivante(t *testing.T) {
	t.Parallel()
	verifier(t, sante.Vivante, http.StatusOK, "vivant")
}

func TestPrete(t *testing.T) {
	t.Parallel()
	t.Run("when the application reaches a migrated base", func(t *testing.T) {
		t.Parallel()
		verifier(t, sante.Prete(pgtest.DB(t)), http.StatusOK, "prêt")
	})
	t.Run("not when a migration is missing", func(t *testing.T) {
		t.Parallel()
		if _, err := pgtest.Admin(t).Exec(t.Context(), "delete from goose_db_version where version_id = 1"); err != nil {
			t.Fatal(err)
		}
		verifier(t, sante.Prete(pgtest.DB(t)), http.StatusServiceUnavailable, "migrations en retard")
	})
	t.Run("not when the base has no table at all", func(t *testing.T) {
		t.Parallel()
		pool, err := pg.Open(t.Context(), pgtest.Vide(t))
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		verifier(t, sante.Prete(pool), http.StatusServiceUnavailable, "migrations en retard")
	})
	t.Run("not when the base is gone", func(t *testing.T) {
		t.Parallel()
		pool, err := pg.Open(t.Context(), pgtest.Vide(t))
		if err != nil {
			t.Fatal(err)
		}
		pool.Close()
		verifier(t, sante.Prete(pool), http.StatusServiceUnavailable, "base injoignable")
	})
}

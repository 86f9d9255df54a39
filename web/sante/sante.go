// Package sante answers supervision: alive, ready.
package sante

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"imhoweb/internal/platform/pg"
	"imhoweb/migrations"
)

// Vivante answers GET /sante: the process serves requests. It asks nothing of
// the base: restarting us would not mend it.
func Vivante(w http.ResponseWriter, _ *http.Request) {
	repondre(w, http.StatusOK, "vivant")
}

// delaiPret is how long the base may take to answer.
const delaiPret = 3 * time.Second

// Prete answers GET /pret: the base is reached and has the migrations of this
// program; 503 otherwise, with the reason but no detail of the base.
func Prete(db pg.DB) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), delaiPret)
		defer cancel()
		etat, err := migrations.Lire(ctx, db)
		switch {
		case err != nil:
			repondre(w, http.StatusServiceUnavailable, "base injoignable")
		case !etat.AJour():
			repondre(w, http.StatusServiceUnavailable, fmt.Sprintf("migrations en retard : %d", len(etat.Manquantes)))
		default:
			repondre(w, http.StatusOK, "prêt")
		}
	}
}

func repondre(w http.ResponseWriter, statut int, texte string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(statut)
	fmt.Fprintln(w, texte)
}

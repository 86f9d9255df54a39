package main

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/platform/config"
	"imhoweb/web/sante"
)

// application assembles the site.
func application(_ context.Context, _ config.Config, b *base) (http.Handler, error) {
	r := chi.NewRouter()
	r.Get("/sante", sante.Vivante)
	r.Get("/pret", sante.Prete(b.app))
	return r, nil
}

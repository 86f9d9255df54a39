package web

import "github.com/go-chi/chi/v5"

// Router gives the router alone, for the test that walks it.
func Router(d Deps) chi.Routes {
	r, _ := router(d)
	return r
}

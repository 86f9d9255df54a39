// Package pages serves the pages of information that the footer and the header
// link to. They change nothing and need no base.
package pages

import (
	"net/http"

	"github.com/a-h/templ"

	"imhoweb/internal/habilitations"
	"imhoweb/templates/pages"
	"imhoweb/web/page"
)

// Routes lists the pages; all but the useful links can be read before logging in.
func Routes() []page.Route {
	return []page.Route{
		page.Get("/mentions-legales", habilitations.Public, montrer(pages.MentionsLegales())),
		page.Get("/donnees-personnelles", habilitations.Public, montrer(pages.DonneesPersonnelles())),
		page.Get("/accessibilite", habilitations.Public, montrer(pages.Accessibilite())),
		page.Get("/liens-utiles", habilitations.Connecte, montrer(pages.LiensUtiles())),
	}
}

func montrer(c templ.Component) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return page.Render(w, r, http.StatusOK, c)
	}
}

package connexion

import (
	"net/http"

	"github.com/a-h/templ"

	"imhoweb/templates/pages"
	"imhoweb/web/page"
)

// The pages that every screen links to.
var (
	mentionsLegales     = montrer(pages.MentionsLegales)
	donneesPersonnelles = montrer(pages.DonneesPersonnelles)
	accessibilite       = montrer(pages.Accessibilite)
	liensUtiles         = montrer(pages.LiensUtiles)
)

// montrer serves a page that depends on nothing.
func montrer(vue func() templ.Component) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return page.Render(w, r, http.StatusOK, vue())
	}
}

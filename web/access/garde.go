package access

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/web/page"
)

// Garder lets a request reach its handler when the session has the droit of
// the route. Otherwise: the login page, which comes back here, or a refusal.
func (a *Acces) Garder(site chi.Routes, route page.Route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := Session(r)
		var err error
		switch {
		case route.Droit == habilitations.Public || s.Peut(route.Droit):
			err = route.Handler(w, r)
		case s.Utilisateur == 0:
			err = a.versConnexion(w, r, site)
		default:
			err = fault.Refuser(fault.Forbidden, "Votre profil n’ouvre pas cette page. L’administrateur de votre organisme peut l’étendre.")
		}
		if err != nil {
			page.Erreur(w, r, err)
		}
	}
}

// versConnexion sends to the login page. What was posted to a dossier is kept
// for the same agent (see suspendre.go).
func (a *Acces) versConnexion(w http.ResponseWriter, r *http.Request, site chi.Routes) error {
	q := url.Values{}
	if r.Method == http.MethodPost {
		gardee, err := a.suspendreRequete(w, r)
		if err != nil {
			return err
		}
		q.Set("retour", pageDe(site, r.URL.Path))
		q.Set("motif", "session")
		if gardee {
			q.Set("motif", "saisie")
		}
	} else {
		if r.URL.Path != "/" {
			q.Set("retour", r.URL.RequestURI())
		}
		if _, err := r.Cookie(Cookie); err == nil {
			q.Set("motif", "session")
		}
	}
	cible := "/connexion"
	if len(q) > 0 {
		cible += "?" + q.Encode()
	}
	if page.Fragment(r) { // htmx would put the login page inside the page
		w.Header().Set("HX-Redirect", avecRetourDePage(cible, r))
		w.WriteHeader(http.StatusUnauthorized)
		return nil
	}
	return page.Redirect(w, r, cible)
}

// avecRetourDePage comes back to the page that asked for a fragment.
func avecRetourDePage(cible string, r *http.Request) string {
	u, err := url.Parse(r.Header.Get("HX-Current-URL"))
	if err != nil || Retour(u.RequestURI()) == "/" {
		return cible
	}
	c, err := url.Parse(cible)
	if err != nil {
		return cible
	}
	q := c.Query()
	q.Set("retour", u.RequestURI())
	c.RawQuery = q.Encode()
	return c.String()
}

// pageDe gives the nearest page to read above the address of an act:
// /demandes/x/renouvellement goes back to /demandes/x.
func pageDe(site chi.Routes, chemin string) string {
	for chemin != "/" && chemin != "." {
		if site.Match(chi.NewRouteContext(), http.MethodGet, chemin) {
			return chemin
		}
		chemin = path.Dir(chemin)
	}
	return "/"
}

// Retour makes sure that a return address stays on this site; "/" otherwise.
// Browsers drop tabs and read \ as /, so neither may appear.
func Retour(s string) string {
	propre := strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") && len(s) <= 2000 &&
		!strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f })
	if !propre {
		return "/"
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" {
		return "/"
	}
	switch path.Clean(u.Path) {
	case "/connexion", "/deconnexion":
		return "/"
	}
	u.Fragment = ""
	return u.String()
}

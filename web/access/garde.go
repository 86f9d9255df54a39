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
// the route. Otherwise: the login page, the charte to accept or the second factor
// to set up, which come back here, or a refusal.
func (a *Acces) Garder(site chi.Routes, route page.Route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := Session(r)
		var err error
		switch {
		case aLireAvant(r, route):
			err = a.versCharte(w, r, site)
		case aProtegerAvant(r, route):
			err = a.detourner(w, r, site, SecondFacteur, url.Values{"retour": {"/"}})
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

type cleCharte struct{}

// Charte is the page on which an agent reads and accepts the charte.
const Charte = "/charte"

// aLireAvant tells whether the charte stands before the route: the agent has
// not accepted the version in force (R-CHA-12). What strangers may read stays
// open.
func aLireAvant(r *http.Request, route page.Route) bool {
	oui, _ := r.Context().Value(cleCharte{}).(bool)
	return oui && route.Droit != habilitations.Public && route.Chemin != Charte
}

// versCharte sends to the charte. What was posted to a dossier is kept.
func (a *Acces) versCharte(w http.ResponseWriter, r *http.Request, site chi.Routes) error {
	return a.detourner(w, r, site, Charte, url.Values{"retour": {"/"}})
}

// versConnexion sends to the login page. What was posted to a dossier is kept
// for the same agent (see suspendre.go).
func (a *Acces) versConnexion(w http.ResponseWriter, r *http.Request, site chi.Routes) error {
	q := url.Values{}
	if _, err := r.Cookie(Cookie); err == nil || r.Method == http.MethodPost {
		q.Set("motif", "session")
	}
	return a.detourner(w, r, site, "/connexion", q)
}

// detourner sends to a page that comes back here; q goes into its address.
func (a *Acces) detourner(w http.ResponseWriter, r *http.Request, site chi.Routes, chemin string, q url.Values) error {
	if r.Method == http.MethodPost {
		gardee, err := a.suspendreRequete(w, r)
		if err != nil {
			return err
		}
		q.Set("retour", pageDe(site, r.URL.Path))
		if gardee {
			q.Set("motif", "saisie")
		}
	} else if r.URL.Path != "/" {
		q.Set("retour", r.URL.RequestURI())
	}
	cible := chemin
	if len(q) > 0 {
		cible += "?" + q.Encode()
	}
	if page.Fragment(r) { // htmx would put that page inside the page
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
	case "/connexion", "/deconnexion", Charte:
		return "/"
	}
	u.Fragment = ""
	return u.String()
}

package access

import (
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"imhoweb/web/page"
)

// reponse saves the session just before the first byte of the answer: a cookie
// that the base doesn't know must not leave.
type reponse struct {
	http.ResponseWriter
	acces   *Acces
	requete *http.Request
	faite   bool
	perdue  bool // an error page took the place of the answer
}

// Unwrap lets http.ResponseController flush.
func (r *reponse) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *reponse) WriteHeader(statut int) {
	if r.enregistrer(); !r.perdue {
		r.ResponseWriter.WriteHeader(statut)
	}
}

func (r *reponse) Write(b []byte) (int, error) {
	if r.enregistrer(); r.perdue {
		return len(b), nil
	}
	return r.ResponseWriter.Write(b)
}

func (r *reponse) enregistrer() {
	if r.faite {
		return
	}
	r.faite = true
	ctx, s := r.requete.Context(), r.acces.sessions
	jeton, fin := "", time.Time{}
	switch s.Status(ctx) {
	case scs.Unmodified:
		return
	case scs.Modified:
		var err error
		if jeton, fin, err = s.Commit(ctx); err != nil {
			r.perdue = true
			page.Erreur(r.ResponseWriter, r.requete, err)
			return
		}
	}
	s.WriteSessionCookie(ctx, r.ResponseWriter, jeton, fin)
}

// Package access knows who is behind a request: the session of the site (a
// cookie, a row), the agent's habilitations.Session, and the guard of every
// route. Start with Middleware, then Garder.
package access

import (
	"context"
	"encoding/gob"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/coffre"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/templates/layout"
	"imhoweb/web/page"
)

// Cookie is the name of the session's cookie.
const Cookie = "imhoweb_session"

// Keys of what a session holds.
const (
	cleUtilisateur = "utilisateur"
	cleOrganisme   = "organisme"
	cleIP          = "ip"
	cleNavigateur  = "navigateur"
	cleFlash       = "flash"
)

func init() { gob.Register([]layout.Flash{}) }

// Config is what the access needs to know.
type Config struct {
	DB         pg.DB                // the primary base: a session just opened must be found
	Inactivite time.Duration        // a session unused for that long ends
	Max        time.Duration        // no session lasts longer
	Memoire    time.Duration        // how late a revocation made elsewhere may be seen
	Securise   bool                 // https: the cookie travels encrypted only
	Cle        []byte               // 32 bytes
	Exigeants  []habilitations.Role // roles that must have a second factor
	Version    string
	Nature     func() string // of the base, for the banner; may be nil
}

// Acces opens, reads and ends sessions.
type Acces struct {
	config   Config
	sessions *scs.SessionManager
	magasin  *magasin
	profils  memoire[affectation, administration.Profil]
	actifs   memoire[struct{}, int]
	coffre   coffre.Coffre
}

type affectation struct {
	utilisateur int64
	organisme   string
}

// New prepares the access; a key that isn't 32 bytes long panics.
func New(c Config) *Acces {
	if c.Nature == nil {
		c.Nature = func() string { return "" }
	}
	m := &magasin{db: c.DB, inactivite: c.Inactivite, vigie: newVigie(c.DB, c.Inactivite)}
	m.lues.duree = c.Memoire
	a := &Acces{config: c, magasin: m, coffre: coffre.New(c.Cle, "imhoweb access")}
	a.profils.duree, a.actifs.duree = c.Memoire, c.Memoire
	a.sessions = scs.New()
	a.sessions.Store = m
	a.sessions.Lifetime = c.Max
	a.sessions.Cookie = scs.SessionCookie{
		Name: Cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.Securise,
	}
	return a
}

// Session is who makes the request; the zero Session when nobody is connected.
func Session(r *http.Request) habilitations.Session { return habilitations.FromContext(r.Context()) }

type clePreferences struct{}

// Preferences are those of the agent, or those of a new account.
func Preferences(r *http.Request) administration.Preferences {
	if p, ok := r.Context().Value(clePreferences{}).(administration.Preferences); ok {
		return p
	}
	return administration.ParDefaut
}

// Middleware reads the session of the request, and saves it before the answer
// starts when it changed.
func (a *Acces) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie")
		ctx, err := a.ouvrir(r)
		if err != nil {
			page.Erreur(w, r, err)
			return
		}
		r = r.WithContext(ctx)
		rep := &reponse{ResponseWriter: w, acces: a, requete: r}
		next.ServeHTTP(rep, r)
		rep.enregistrer()
	})
}

// ouvrir builds the context of a request: session, preferences, surroundings
// of its page.
func (a *Acces) ouvrir(r *http.Request) (context.Context, error) {
	jeton := ""
	if c, err := r.Cookie(Cookie); err == nil {
		jeton = c.Value
	}
	ctx, err := a.sessions.Load(r.Context(), jeton)
	if err != nil {
		return nil, err
	}
	auj := jour.Aujourdhui()
	amb := layout.Ambiance{Version: a.config.Version, Nature: a.config.Nature(), Date: auj.String(), DateISO: auj.ISO(), Chemin: r.URL.Path}
	p, connecte, err := a.profil(ctx)
	if err != nil {
		return nil, err
	}
	amb.Densite, amb.Theme = p.Preferences.Densite, p.Preferences.Theme
	if connecte {
		page.SuiviDe(ctx).Utilisateur = p.Session.Utilisateur
		if amb.Utilisateurs, err = a.nbActifs(ctx); err != nil {
			return nil, err
		}
		amb.Organismes = organismes(p)
		ctx = habilitations.WithSession(ctx, p.Session)
		ctx = context.WithValue(ctx, cleSecondFacteur{}, secondFacteur{actif: p.SecondFacteur, exige: a.exige(p.Session)})
	}
	ctx = context.WithValue(ctx, clePreferences{}, p.Preferences)
	ctx = context.WithValue(ctx, cleCharte{}, connecte && p.CharteAAccepter)
	ctx = page.WithFlashes(ctx, flashes{a})
	return layout.WithAmbiance(ctx, amb), nil
}

// organismes are those that an agent may act for, when it has a choice.
func organismes(p administration.Profil) []layout.Organisme {
	if len(p.Organismes) < 2 {
		return nil
	}
	l := make([]layout.Organisme, len(p.Organismes))
	for i, o := range p.Organismes {
		l[i] = layout.Organisme{Code: o.Code, Nom: o.Nom, Actuel: o.Code == p.Session.Organisme}
	}
	return l
}

// profil reads the agent of the session. An account suspended, or taken from
// its organisme, ends the session.
func (a *Acces) profil(ctx context.Context) (administration.Profil, bool, error) {
	anonyme := administration.Profil{Preferences: administration.ParDefaut}
	k := affectation{a.sessions.GetInt64(ctx, cleUtilisateur), a.sessions.GetString(ctx, cleOrganisme)}
	if k.utilisateur == 0 {
		return anonyme, false, nil
	}
	if p, ok := a.profils.get(k); ok {
		return p, true, nil
	}
	p, err := administration.ProfilDe(ctx, a.config.DB, k.utilisateur, k.organisme)
	if errors.Is(err, fault.NotFound) {
		return anonyme, false, a.sessions.Destroy(ctx)
	}
	if err != nil {
		return anonyme, false, err
	}
	a.profils.set(k, p)
	return p, true, nil
}

func (a *Acces) nbActifs(ctx context.Context) (int, error) {
	if n, ok := a.actifs.get(struct{}{}); ok {
		return n, nil
	}
	n, err := administration.NbActifs(ctx, a.config.DB)
	if err == nil {
		a.actifs.set(struct{}{}, n)
	}
	return n, err
}

// Connecter opens the session of an agent just authenticated. The token
// changes: one known before the login opens nothing.
func (a *Acces) Connecter(r *http.Request, s habilitations.Session) error {
	ctx := r.Context()
	if err := a.sessions.Clear(ctx); err != nil {
		return err
	}
	if err := a.sessions.RenewToken(ctx); err != nil {
		return err
	}
	a.sessions.Put(ctx, cleUtilisateur, s.Utilisateur)
	a.sessions.Put(ctx, cleOrganisme, s.Organisme)
	a.sessions.Put(ctx, cleIP, IP(r))
	a.sessions.Put(ctx, cleNavigateur, navigateur(r.UserAgent()))
	return nil
}

// ChangerOrganisme goes on for another organisme of the agent, under a new
// token.
func (a *Acces) ChangerOrganisme(r *http.Request, organisme string) error {
	if err := a.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	a.sessions.Put(r.Context(), cleOrganisme, organisme)
	return nil
}

// Deconnecter ends the session of the request. A form still open in another
// tab is kept for its agent when it arrives (see suspendre.go).
func (a *Acces) Deconnecter(w http.ResponseWriter, r *http.Request) error {
	if a.sessions.GetInt64(r.Context(), cleUtilisateur) != 0 {
		http.SetCookie(w, a.cookie(cookieFermee, a.Jeton(r), prefixeSaisie, int(administration.DureeSuspension.Seconds())))
	}
	return a.sessions.Destroy(r.Context())
}

// Jeton is the digest of the session of the request, "" for none.
func (a *Acces) Jeton(r *http.Request) string {
	if j := a.sessions.Token(r.Context()); j != "" {
		return empreinte(j)
	}
	return ""
}

// Oublier makes the next requests read the agent's profil again, and whether
// its sessions are still open.
func (a *Acces) Oublier(s habilitations.Session) {
	a.profils.delete(affectation{s.Utilisateur, s.Organisme})
	a.magasin.lues.clear()
}

// OublierAgent makes the next requests of an agent, for any organisme, read
// whether it may still come in.
func (a *Acces) OublierAgent(utilisateur int64) {
	a.profils.deleteFunc(func(k affectation) bool { return k.utilisateur == utilisateur })
	a.magasin.lues.clear()
}

// Inactivite is how long an unused session lasts.
func (a *Acces) Inactivite() time.Duration { return a.config.Inactivite }

// Attendre returns once the last activities are written: before the base
// closes.
func (a *Acces) Attendre() { a.magasin.vigie.attendre() }

// flashes keeps the messages in the session.
type flashes struct{ a *Acces }

func (f flashes) AddFlash(ctx context.Context, m layout.Flash) {
	gardes, _ := f.a.sessions.Get(ctx, cleFlash).([]layout.Flash)
	f.a.sessions.Put(ctx, cleFlash, append(gardes, m))
}

func (f flashes) PopFlashes(ctx context.Context) []layout.Flash {
	if !f.a.sessions.Exists(ctx, cleFlash) {
		return nil
	}
	gardes, _ := f.a.sessions.Pop(ctx, cleFlash).([]layout.Flash)
	return gardes
}

// IP is the client's address. A reverse proxy on this machine is believed for
// the last hop that it adds; anybody else speaks for itself.
func IP(r *http.Request) string {
	hote, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		hote = r.RemoteAddr
	}
	direct, err := netip.ParseAddr(hote)
	if err != nil || !direct.IsLoopback() {
		return hote
	}
	vus := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	if client, err := netip.ParseAddr(strings.TrimSpace(vus[len(vus)-1])); err == nil {
		return client.String()
	}
	return hote
}

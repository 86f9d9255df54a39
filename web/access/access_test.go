package access_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/textes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// essai is a site of three addresses: a login without password, a dossier,
// its act.
type essai struct {
	db     *pgxpool.Pool
	acces  *access.Acces
	site   http.Handler
	jarre  map[string]*http.Cookie
	actes  int
	reprit url.Values
	chemin string
}

func newEssai(t *testing.T, memoire time.Duration) *essai {
	t.Helper()
	e := &essai{db: pgtest.DB(t), jarre: map[string]*http.Cookie{}}
	e.acces = access.New(access.Config{
		DB: e.db, Inactivite: 30 * time.Minute, Max: 10 * time.Hour, Memoire: memoire,
		Cle: []byte(strings.Repeat("c", 32)),
	})
	t.Cleanup(e.acces.Attendre)
	r := chi.NewRouter()
	r.Use(e.acces.Middleware)
	for _, route := range []page.Route{
		page.Post("/entrer/{courriel}", habilitations.Public, func(w http.ResponseWriter, r *http.Request) error {
			var id int64
			var organisme string
			err := e.db.QueryRow(r.Context(), "select u.id, a.organisme from utilisateurs u join affectations a on a.utilisateur = u.id where courriel = $1",
				chi.URLParam(r, "courriel")).Scan(&id, &organisme)
			if err != nil {
				return err
			}
			return e.acces.Connecter(r, habilitations.Session{Utilisateur: id, Organisme: organisme})
		}),
		page.Post("/sortir", habilitations.Public, func(w http.ResponseWriter, r *http.Request) error { return e.acces.Deconnecter(w, r) }),
		page.Get("/demandes/{numero}/{onglet}", habilitations.ConsulterDemande, func(w http.ResponseWriter, r *http.Request) error {
			e.chemin, e.reprit, _ = e.acces.Reprise(w, r)
			return nil
		}),
		page.Post("/demandes/{numero}/{onglet}", habilitations.ModifierDemande, func(http.ResponseWriter, *http.Request) error {
			e.actes++
			return nil
		}),
		page.Post("/demandes/{numero}/identite/personnes", habilitations.ModifierDemande, func(http.ResponseWriter, *http.Request) error {
			e.actes++
			return nil
		}),
	} {
		r.Method(route.Methode, route.Chemin, e.acces.Garder(r, route))
	}
	e.site = r
	return e
}

func (e *essai) compte(t *testing.T, courriel string, roles ...habilitations.Role) {
	t.Helper()
	id, err := administration.CreerAvecEmpreinte(t.Context(), e.db, administration.Nouveau{
		Nom: "Essai", Prenom: "Agent", Courriel: courriel, Organisme: "TMH", Roles: roles,
	}, "$argon2id$jamais lu ici")
	if err != nil {
		t.Fatal(err)
	}
	charte, err := textes.Courante(t.Context(), e.db, textes.Charte)
	if err != nil {
		t.Fatal(err)
	}
	if err := textes.Accepter(t.Context(), e.db, habilitations.Session{Utilisateur: id, Organisme: "TMH"}, charte.Numero); err != nil {
		t.Fatal(err)
	}
}

// envoyer sends a request with the cookies whose path fits, and keeps those
// that come back.
func (e *essai) envoyer(t *testing.T, methode, chemin string, corps url.Values, entetes ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), methode, chemin, strings.NewReader(corps.Encode()))
	if methode == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(entetes); i += 2 {
		r.Header.Set(entetes[i], entetes[i+1])
	}
	for _, c := range e.jarre {
		if strings.HasPrefix(chemin, c.Path) {
			r.AddCookie(c)
		}
	}
	w := httptest.NewRecorder()
	e.site.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		e.jarre[c.Name+c.Path] = c
		if c.MaxAge < 0 {
			delete(e.jarre, c.Name+c.Path)
		}
	}
	return w.Result()
}

func (e *essai) executer(t *testing.T, sql string) {
	t.Helper()
	if _, err := e.db.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func TestSaisieSuspendue(t *testing.T) {
	t.Parallel()
	saisie := url.Values{"demandeur.nom": {"Ó’Brien <b>"}, "motif": {"1", "2"}}

	t.Run("keeps a form sent after the end of the session, for its agent", func(t *testing.T) {
		t.Parallel()
		e := newEssai(t, 0)
		e.compte(t, "a@tmh.example", habilitations.Saisie)
		e.envoyer(t, "POST", "/entrer/a@tmh.example", nil)
		e.executer(t, "update sessions set vu_le = vu_le - interval '40 minutes'")

		r := e.envoyer(t, "POST", "/demandes/b-12/identite/personnes", saisie)
		lieu, err := r.Location()
		if err != nil || lieu.Path != "/connexion" || lieu.Query().Get("retour") != "/demandes/b-12/identite" || lieu.Query().Get("motif") != "saisie" {
			t.Fatalf("%d %v", r.StatusCode, lieu)
		}
		if e.actes != 0 {
			t.Fatal("the act was done without a session")
		}
		var clair bool
		if err := e.db.QueryRow(t.Context(), "select bool_or(position('Brien'::bytea in valeurs) > 0) from saisies_suspendues").Scan(&clair); err != nil || clair {
			t.Errorf("readable in the base: %v, %v", clair, err)
		}

		e.envoyer(t, "POST", "/entrer/a@tmh.example", nil)
		e.envoyer(t, "GET", "/demandes/b-99/identite", nil)
		if e.reprit != nil {
			t.Error("another dossier took the form")
		}
		e.envoyer(t, "GET", "/demandes/b-12/identite", nil)
		if e.chemin != "/demandes/b-12/identite/personnes" || e.reprit.Encode() != saisie.Encode() {
			t.Errorf("%s %v", e.chemin, e.reprit)
		}
		e.envoyer(t, "GET", "/demandes/b-12/identite", nil)
		if e.reprit != nil {
			t.Error("the form came back twice")
		}
	})

	t.Run("gives it to nobody else", func(t *testing.T) {
		t.Parallel()
		e := newEssai(t, 0)
		e.compte(t, "a@tmh.example", habilitations.Saisie)
		e.compte(t, "b@tmh.example", habilitations.Saisie)
		e.envoyer(t, "POST", "/entrer/a@tmh.example", nil)
		e.executer(t, "update sessions set vu_le = vu_le - interval '40 minutes'")
		e.envoyer(t, "POST", "/demandes/b-12/identite", saisie)
		e.envoyer(t, "POST", "/entrer/b@tmh.example", nil)
		e.envoyer(t, "GET", "/demandes/b-12/identite", nil)
		if e.reprit != nil {
			t.Error("another agent took the form")
		}
	})

	t.Run("keeps a form sent after a logout in another tab, and opens nothing else", func(t *testing.T) {
		t.Parallel()
		e := newEssai(t, 3*time.Second)
		e.compte(t, "a@tmh.example", habilitations.Saisie)
		e.compte(t, "b@tmh.example", habilitations.Saisie)
		e.envoyer(t, "POST", "/entrer/a@tmh.example", nil)
		ouverte := e.jarre[access.Cookie+"/"].Value
		e.envoyer(t, "POST", "/sortir", nil)
		if _, ok := e.jarre[access.Cookie+"/"]; ok {
			t.Fatal("the cookie of the session stays")
		}
		for nom, c := range e.jarre {
			if c.Value == ouverte {
				t.Errorf("%s still holds the token of the session", nom)
			}
			if r := e.envoyer(t, "GET", "/demandes/b-12/identite", nil, "Cookie", access.Cookie+"="+c.Value); r.StatusCode != http.StatusSeeOther {
				t.Errorf("%s opens a page: %d", nom, r.StatusCode)
			}
		}
		if r := e.envoyer(t, "GET", "/demandes/b-12/identite", nil, "Cookie", access.Cookie+"="+ouverte); r.StatusCode != http.StatusSeeOther {
			t.Errorf("the closed session opens a page: %d", r.StatusCode)
		}
		r := e.envoyer(t, "POST", "/demandes/b-12/identite", saisie)
		if lieu, err := r.Location(); err != nil || lieu.Query().Get("motif") != "saisie" || e.actes != 0 {
			t.Fatalf("%d %v, %d acts", r.StatusCode, lieu, e.actes)
		}
		var fermees int
		if err := e.db.QueryRow(t.Context(), "select count(*) from sessions where fermee_le is not null and utilisateur is not null").Scan(&fermees); err != nil || fermees != 1 {
			t.Errorf("%d sessions closed and kept, %v", fermees, err)
		}
		jeton := *e.jarre["imhoweb_saisie/demandes/b-12"]
		e.envoyer(t, "POST", "/entrer/b@tmh.example", nil)
		e.envoyer(t, "GET", "/demandes/b-12/identite", nil)
		if e.reprit != nil {
			t.Fatal("another agent took the form")
		}
		e.envoyer(t, "POST", "/sortir", nil)
		e.envoyer(t, "POST", "/entrer/a@tmh.example", nil)
		e.jarre[jeton.Name+jeton.Path] = &jeton
		e.envoyer(t, "GET", "/demandes/b-12/identite", nil)
		if e.reprit.Encode() != saisie.Encode() {
			t.Errorf("what was typed is lost: %v", e.reprit)
		}
	})

	t.Run("keeps nothing for a stranger", func(t *testing.T) {
		t.Parallel()
		e := newEssai(t, 0)
		r := e.envoyer(t, "POST", "/demandes/b-12/identite", saisie, "Cookie", access.Cookie+"=invente")
		var n int
		if err := e.db.QueryRow(t.Context(), "select count(*) from saisies_suspendues").Scan(&n); err != nil || n != 0 {
			t.Errorf("%d forms kept, %v", n, err)
		}
		if lieu, err := r.Location(); err != nil || lieu.Query().Get("motif") != "session" {
			t.Errorf("%v %v", lieu, err)
		}
	})
}

func TestGarde(t *testing.T) {
	t.Parallel()
	e := newEssai(t, 0)
	e.compte(t, "lecture@tmh.example", habilitations.Consultation)

	t.Run("sends a stranger to the login, and back", func(t *testing.T) {
		r := e.envoyer(t, "GET", "/demandes/b-12/identite?x=1", nil)
		if l := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || l != "/connexion?retour=%2Fdemandes%2Fb-12%2Fidentite%3Fx%3D1" {
			t.Errorf("%d %q", r.StatusCode, l)
		}
	})
	t.Run("tells htmx to leave the page rather than to put the login inside", func(t *testing.T) {
		r := e.envoyer(t, "GET", "/demandes/b-12/identite", nil, "HX-Request", "true", "HX-Current-URL", "http://example.com/demandes/b-12/occupants")
		if l := r.Header.Get("HX-Redirect"); r.StatusCode != http.StatusUnauthorized || l != "/connexion?retour=%2Fdemandes%2Fb-12%2Foccupants" {
			t.Errorf("%d %q", r.StatusCode, l)
		}
	})
	t.Run("refuses an act that the profil doesn't open", func(t *testing.T) {
		e.envoyer(t, "POST", "/entrer/lecture@tmh.example", nil)
		if r := e.envoyer(t, "GET", "/demandes/b-12/identite", nil); r.StatusCode != http.StatusOK {
			t.Errorf("reading: %d", r.StatusCode)
		}
		if r := e.envoyer(t, "POST", "/demandes/b-12/identite", nil); r.StatusCode != http.StatusForbidden || e.actes != 0 {
			t.Errorf("writing: %d, %d acts", r.StatusCode, e.actes)
		}
	})
}

func TestVigie(t *testing.T) {
	t.Parallel()
	e := newEssai(t, 0)
	e.compte(t, "a@tmh.example", habilitations.Saisie)
	e.envoyer(t, "POST", "/entrer/a@tmh.example", nil)
	vu := func() (vu time.Time) {
		t.Helper()
		e.acces.Attendre()
		if err := e.db.QueryRow(t.Context(), "select vu_le from sessions").Scan(&vu); err != nil {
			t.Fatal(err)
		}
		return vu
	}

	t.Run("writes nothing within a minute", func(t *testing.T) {
		avant := vu()
		e.envoyer(t, "GET", "/demandes/b-12/identite", nil)
		if !vu().Equal(avant) {
			t.Error("a page read within a minute wrote")
		}
	})
	t.Run("puts the end of the session off beyond", func(t *testing.T) {
		e.executer(t, "update sessions set vu_le = vu_le - interval '20 minutes'")
		avant := vu()
		e.envoyer(t, "GET", "/demandes/b-12/identite", nil)
		if !vu().After(avant.Add(19 * time.Minute)) {
			t.Error("the session would end although it is used")
		}
	})
}

func TestSessionFermee(t *testing.T) {
	t.Parallel()
	t.Run("is not brought back by a late write", func(t *testing.T) {
		t.Parallel()
		db := pgtest.DB(t)
		ctx := t.Context()
		s := administration.SessionWeb{Jeton: "j", Data: []byte("x"), Fin: time.Now().Add(time.Hour)}
		for _, etape := range []func() error{
			func() error { return administration.EcrireSession(ctx, db, s) },
			func() error { return administration.FermerSession(ctx, db, "j") },
			func() error { return administration.EcrireSession(ctx, db, s) },
		} {
			if err := etape(); err != nil {
				t.Fatal(err)
			}
		}
		if _, ok, err := administration.LireSession(ctx, db, "j", time.Hour); ok || err != nil {
			t.Errorf("open: %v, %v", ok, err)
		}
	})
	t.Run("is seen by another instance without memory", func(t *testing.T) {
		t.Parallel()
		e := newEssai(t, 0)
		e.compte(t, "a@tmh.example", habilitations.Saisie)
		e.envoyer(t, "POST", "/entrer/a@tmh.example", nil)
		e.executer(t, "update sessions set fermee_le = now()")
		if r := e.envoyer(t, "GET", "/demandes/b-12/identite", nil); r.StatusCode != http.StatusSeeOther {
			t.Errorf("%d", r.StatusCode)
		}
	})
}

func TestRetour(t *testing.T) {
	t.Parallel()
	for demande, attendu := range map[string]string{
		"/demandes?tri=nom&par=50":      "/demandes?tri=nom&par=50",
		"/demandes/b-12/identite":       "/demandes/b-12/identite",
		"":                              "/",
		"https://exemple.fr/":           "/",
		"//exemple.fr/":                 "/",
		"/\\exemple.fr":                 "/",
		"/\t/exemple.fr":                "/",
		"\\/exemple.fr":                 "/",
		"javascript:alert(1)":           "/",
		"demandes":                      "/",
		"/connexion?retour=/connexion":  "/",
		"/deconnexion":                  "/",
		"/" + strings.Repeat("a", 3000): "/",
	} {
		if r := access.Retour(demande); r != attendu {
			t.Errorf("Retour(%q) = %q instead of %q", demande, r, attendu)
		}
	}
}

func TestIP(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ direct, par, attendu string }{
		{"203.0.113.7:4000", "", "203.0.113.7"},
		{"203.0.113.7:4000", "198.51.100.1", "203.0.113.7"},
		{"127.0.0.1:4000", "198.51.100.1, 192.0.2.9", "192.0.2.9"},
		{"[::1]:4000", "2001:db8::5", "2001:db8::5"},
		{"127.0.0.1:4000", "n'importe quoi", "127.0.0.1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.direct
		if c.par != "" {
			r.Header.Set("X-Forwarded-For", c.par)
		}
		if ip := access.IP(r); ip != c.attendu {
			t.Errorf("%+v: %s", c, ip)
		}
	}
}

func TestSceller(t *testing.T) {
	t.Parallel()
	a := access.New(access.Config{Cle: []byte(strings.Repeat("c", 32))})
	s, err := a.Sceller("usage", []int{3}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	vieux, err := a.Sceller("usage", []int{3}, -time.Second)
	if err != nil {
		t.Fatal(err)
	}
	var v []int
	if !a.Desceller("usage", s, &v) || len(v) != 1 || v[0] != 3 {
		t.Errorf("%v", v)
	}
	for nom, ok := range map[string]bool{
		"for another usage": a.Desceller("autre", s, &v),
		"when over":         a.Desceller("usage", vieux, &v),
		"when forged":       a.Desceller("usage", s[:len(s)-2]+"AA", &v),
		"with another key":  access.New(access.Config{Cle: []byte(strings.Repeat("d", 32))}).Desceller("usage", s, &v),
	} {
		if ok {
			t.Errorf("opens %s", nom)
		}
	}
}

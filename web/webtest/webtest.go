// Package webtest drives the whole site in tests: a base of its own, the real
// router, agents that log in as browsers do. A page to read gets a connection
// that cannot write, as in production.
package webtest

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/referentiels"
	"imhoweb/migrations"
	"imhoweb/web"
	"imhoweb/web/page"
)

// MotDePasse opens every account made here.
const MotDePasse = "canal-platane-peniche"

// Site is the application under test.
type Site struct {
	URL    string
	DB     *pgxpool.Pool // application role, may write
	Deps   web.Deps
	Routes []page.Route

	enCours sync.RWMutex // read by the requests under way
}

// New starts the site on a fresh base.
func New(t testing.TB) *Site {
	t.Helper()
	ctx := t.Context()
	ecriture := pgtest.DB(t)
	u, err := url.Parse(pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("role", migrations.RoleApplication)
	q.Set("default_transaction_read_only", "on")
	u.RawQuery = q.Encode()
	lecture, err := pg.Open(ctx, u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(lecture.Close)
	ref, err := referentiels.Ouvrir(ctx, lecture)
	if err != nil {
		t.Fatal(err)
	}
	return Instance(t, web.Deps{
		Lecture: lecture, Ecriture: ecriture, Ref: ref, Version: "31.0-essai",
		Config: config.Config{
			Cle: []byte(strings.Repeat("k", 32)), SessionInactivite: 30 * time.Minute, SessionMax: 10 * time.Hour, TailleMax: 1 << 20,
		},
	})
}

// delaiJournal is for the last accesses to be written.
const delaiJournal = 5 * time.Second

// Instance starts another server on the same base, as after a restart or on
// another machine: it remembers nothing.
func Instance(t testing.TB, d web.Deps) *Site {
	t.Helper()
	d.Journal = journal.Ouvrir(d.Ecriture)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), delaiJournal)
		defer cancel()
		if err := d.Journal.Fermer(ctx); err != nil {
			t.Log("journal:", err) // a test may break its base on purpose
		}
	})
	h, routes := web.New(d)
	s := &Site{DB: d.Ecriture, Deps: d, Routes: routes}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.enCours.RLock()
		defer s.enCours.RUnlock()
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	s.URL = srv.URL
	return s
}

// Journaliser writes the accesses made so far: a browser may have its page before
// the request ends.
func (s *Site) Journaliser(t testing.TB) {
	t.Helper()
	s.enCours.Lock()
	defer s.enCours.Unlock()
	if err := s.Deps.Journal.Vider(t.Context()); err != nil {
		t.Fatal(err)
	}
}

var (
	numero    atomic.Int64
	empreinte = sync.OnceValues(func() (string, error) { return administration.Hacher(context.Background(), MotDePasse) })
)

// Compte makes an account of that organisme with those roles, which has
// accepted the charte, and gives its courriel. Nom and prenom are made up when
// empty.
func (s *Site) Compte(t testing.TB, nom, prenom, organisme string, roles ...habilitations.Role) string {
	t.Helper()
	courriel := s.CompteSansCharte(t, nom, prenom, organisme, roles...)
	s.Accepter(t, courriel)
	return courriel
}

const accepterSQL = `
insert into acceptations (utilisateur, version_id, organisme, empreinte)
select u.id, v.id, a.organisme, v.empreinte
from utilisateurs u
join affectations a on a.utilisateur = u.id
join textes_versions v on v.texte = 'charte' and v.publie_le is not null
where u.courriel = $1
on conflict do nothing`

// Accepter makes an account accept the charte, without a browser.
func (s *Site) Accepter(t testing.TB, courriel string) {
	t.Helper()
	if _, err := s.DB.Exec(t.Context(), accepterSQL, courriel); err != nil {
		t.Fatal(err)
	}
}

// CompteSansCharte is Compte before the first login: the charte stands before
// every page.
func (s *Site) CompteSansCharte(t testing.TB, nom, prenom, organisme string, roles ...habilitations.Role) string {
	t.Helper()
	e, err := empreinte()
	if err != nil {
		t.Fatal(err)
	}
	n := numero.Add(1)
	if nom == "" {
		nom, prenom = fmt.Sprintf("Essai%d", n), "Agent"
	}
	courriel := fmt.Sprintf("agent%d@%s.example", n, strings.ToLower(organisme))
	_, err = administration.CreerAvecEmpreinte(t.Context(), s.DB, administration.Nouveau{
		Nom: nom, Prenom: prenom, Courriel: courriel, Organisme: organisme, Roles: roles,
	}, e)
	if err != nil {
		t.Fatal(err)
	}
	return courriel
}

// Navigateur is a browser: it keeps cookies and doesn't follow redirections.
type Navigateur struct {
	*http.Client
	Site *Site
}

// Navigateur opens a browser that nobody has logged into.
func (s *Site) Navigateur(t testing.TB) *Navigateur {
	t.Helper()
	jarre, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Navigateur{Site: s, Client: &http.Client{
		Jar:           jarre,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Agent opens a browser logged in as a new agent of that organisme.
func (s *Site) Agent(t testing.TB, organisme string, roles ...habilitations.Role) *Navigateur {
	t.Helper()
	return s.Connecter(t, s.Compte(t, "", "", organisme, roles...))
}

// Connecter opens a browser logged in to the account of a courriel.
func (s *Site) Connecter(t testing.TB, courriel string) *Navigateur {
	t.Helper()
	n := s.Navigateur(t)
	r := n.Post(t, "/connexion", "courriel", courriel, "mot_de_passe", MotDePasse)
	if r.Statut != http.StatusSeeOther {
		t.Fatalf("connexion de %s : %d\n%s", courriel, r.Statut, r.Corps)
	}
	return n
}

// Reponse is an answer already read.
type Reponse struct {
	Statut int
	Lieu   string // Location
	Corps  string
	Header http.Header
}

// Dit tells whether the page says this text, entities decoded.
func (r Reponse) Dit(texte string) bool { return strings.Contains(html.UnescapeString(r.Corps), texte) }

// Get reads a page.
func (n *Navigateur) Get(t testing.TB, chemin string) Reponse {
	t.Helper()
	return n.Envoyer(t, n.Requete(t, http.MethodGet, chemin, nil))
}

// Post sends a form, as names and values in turn.
func (n *Navigateur) Post(t testing.TB, chemin string, champs ...string) Reponse {
	t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(champs); i += 2 {
		v.Add(champs[i], champs[i+1])
	}
	return n.PostForm(t, chemin, v)
}

// PostForm sends a form.
func (n *Navigateur) PostForm(t testing.TB, chemin string, v url.Values) Reponse {
	t.Helper()
	r := n.Requete(t, http.MethodPost, chemin, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return n.Envoyer(t, r)
}

// Requete prepares a request to the site.
func (n *Navigateur) Requete(t testing.TB, methode, chemin string, corps io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), methode, n.Site.URL+chemin, corps)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Envoyer sends a request and reads the answer.
func (n *Navigateur) Envoyer(t testing.TB, r *http.Request) Reponse {
	t.Helper()
	rep, err := n.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer rep.Body.Close()
	corps, err := io.ReadAll(rep.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Reponse{Statut: rep.StatusCode, Lieu: rep.Header.Get("Location"), Corps: string(corps), Header: rep.Header}
}

package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/administration"
	"imhoweb/internal/demandes"
	"imhoweb/internal/editions"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/cluster"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/textes"
	"imhoweb/web"
)

// site is the application behind a real server, and an agent logged in.
type site struct {
	serveur  *httptest.Server
	client   *http.Client
	lecture  *pgxpool.Pool
	ecriture *pgxpool.Pool
	ref      *referentiels.Referentiels
	fichier  demandes.Fichier
	session  habilitations.Session
}

// An account of this run, in a base of this run.
const (
	courrielBanc   = "banc@mesure.example"
	motDePasseBanc = "pont-neuf-violette-brique"
)

// organismeSQL finds who registered most of the demandes of the département.
const organismeSQL = `
select o.code, g.code
from demandes d
join organismes o on o.code = d.organisme and o.type = 'BAILLEUR' and o.enregistreur
join guichets g on g.organisme = o.code and g.code = d.guichet and g.actif
where d.departement = @departement
  and d.statut = 'ACTIVE'
group by o.code, g.code
order by count(*) desc
limit 1`

func ouvrirSite(ctx context.Context, b *base) (*site, error) {
	u, err := url.Parse(b.cluster.DSN(cluster.Application, b.nom))
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set("default_transaction_read_only", "on")
	u.RawQuery = q.Encode()
	s := &site{ecriture: b.app}
	if s.lecture, err = pg.Open(ctx, u.String()); err != nil {
		return nil, err
	}
	if s.ref, err = referentiels.Ouvrir(ctx, s.lecture); err != nil {
		return nil, err
	}
	secret := sha256.Sum256([]byte(b.nom))
	cle, err := demandes.NouvelleCle(secret[:])
	if err != nil {
		return nil, err
	}
	s.fichier = demandes.Fichier{Ref: s.ref, Cle: cle, Attester: editions.Attester(s.ref)}
	if s.session, err = agent(ctx, b); err != nil {
		return nil, err
	}
	h, _ := web.New(web.Deps{Lecture: s.lecture, Ecriture: s.ecriture, Ref: s.ref, Version: "banc", Config: config.Config{
		Cle: secret[:], SessionInactivite: time.Hour, SessionMax: 10 * time.Hour, TailleMax: 2 << 20,
	}})
	s.serveur = httptest.NewServer(h)
	return s, s.connecter(ctx)
}

func agent(ctx context.Context, b *base) (habilitations.Session, error) {
	var organisme, guichet string
	if err := b.admin.QueryRow(ctx, organismeSQL, pg.Args{"departement": b.departement}).Scan(&organisme, &guichet); err != nil {
		return habilitations.Session{}, fmt.Errorf("no organisme in %s: %w", b.departement, err)
	}
	id, err := administration.Creer(ctx, b.app, administration.Nouveau{
		Nom: "Banc", Prenom: "Agent", Courriel: courrielBanc, MotDePasse: motDePasseBanc,
		Organisme: organisme, Guichet: guichet, Roles: []habilitations.Role{habilitations.Saisie},
	})
	if err != nil {
		return habilitations.Session{}, err
	}
	charte, err := textes.Courante(ctx, b.app, textes.Charte)
	if err != nil {
		return habilitations.Session{}, err
	}
	if err := textes.Accepter(ctx, b.app, habilitations.Session{Utilisateur: id, Organisme: organisme}, charte.Numero); err != nil {
		return habilitations.Session{}, err
	}
	return administration.SessionDe(ctx, b.app, id, organisme)
}

func (s *site) connecter(ctx context.Context) error {
	jarre, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	s.client = &http.Client{
		Jar:           jarre,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{MaxIdleConnsPerHost: 32, DisableCompression: true},
	}
	_, err = s.post(ctx, "/connexion", url.Values{"courriel": {courrielBanc}, "mot_de_passe": {motDePasseBanc}}, http.StatusSeeOther)
	return err
}

func (s *site) fermer() {
	s.serveur.Close()
	s.lecture.Close()
}

// get reads a page, compressed as browsers ask for it.
func (s *site) get(ctx context.Context, chemin string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.serveur.URL+chemin, nil)
	if err != nil {
		return err
	}
	_, err = s.envoyer(r, http.StatusOK)
	return err
}

// post sends a form and gives where the answer leads.
func (s *site) post(ctx context.Context, chemin string, v url.Values, statut int) (lieu string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.serveur.URL+chemin, strings.NewReader(v.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.envoyer(r, statut)
}

func (s *site) envoyer(r *http.Request, statut int) (lieu string, err error) {
	r.Header.Set("Accept-Encoding", "gzip")
	rep, err := s.client.Do(r)
	if err != nil {
		return "", err
	}
	defer rep.Body.Close()
	if _, err := io.Copy(io.Discard, rep.Body); err != nil {
		return "", err
	}
	if rep.StatusCode != statut {
		return "", fmt.Errorf("%s %s: %s, want %d", r.Method, r.URL.Path, rep.Status, statut)
	}
	return rep.Header.Get("Location"), nil
}

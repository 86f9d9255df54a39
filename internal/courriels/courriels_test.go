package courriels

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/coffre"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg/pgtest"
)

var (
	cle   = coffre.New(bytes.Repeat([]byte("k"), 32), "essai")
	atlas = habilitations.Session{Utilisateur: 1, TypeOrganisme: habilitations.Gestionnaire, Roles: []habilitations.Role{habilitations.AdminAtlas}}
)

func deposer(t *testing.T, db *pgxpool.Pool, a string) {
	t.Helper()
	if err := Deposer(t.Context(), db, cle, Courriel{Destinataire: a, Sujet: "Accès", Corps: "le secret est ici"}); err != nil {
		t.Fatal(err)
	}
}

func TestFacteur(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), pgtest.DB(t)
	var mu sync.Mutex
	partis := map[string]int{}
	panne := errors.New("450 boîte occupée")
	f := &Facteur{DB: db, Coffre: cle, Envoyer: func(_ context.Context, m Courriel) error {
		mu.Lock()
		defer mu.Unlock()
		if m.Corps != "le secret est ici" {
			t.Errorf("%q", m.Corps)
		}
		if m.Destinataire == "panne@x.example" && panne != nil {
			return panne
		}
		partis[m.Destinataire]++
		return nil
	}}
	deposer(t, db, "un@x.example")
	deposer(t, db, "panne@x.example")

	t.Run("sends once, whatever the number of instances", func(t *testing.T) {
		var wg sync.WaitGroup
		for range 4 {
			autre := &Facteur{DB: db, Coffre: cle, Envoyer: f.Envoyer}
			wg.Go(func() {
				if _, err := autre.Passer(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if partis["un@x.example"] != 1 || partis["panne@x.example"] != 0 {
			t.Errorf("%v", partis)
		}
	})
	t.Run("erases what left, keeps and dates what failed", func(t *testing.T) {
		l, err := Lister(ctx, db, atlas)
		if err != nil || len(l) != 2 {
			t.Fatal(l, err)
		}
		if l[1].EnvoyeLe.IsZero() || l[0].Erreur != panne.Error() || l[0].Essais != 1 {
			t.Errorf("%+v", l)
		}
		if _, corps, err := Lire(ctx, db, cle, atlas, l[1].ID); err != nil || corps != "" {
			t.Errorf("%q, %v", corps, err)
		}
		if _, corps, err := Lire(ctx, db, cle, atlas, l[0].ID); err != nil || corps != "le secret est ici" {
			t.Errorf("%q, %v", corps, err)
		}
	})
	t.Run("waits before it tries again, then sends", func(t *testing.T) {
		panne = nil
		if n, err := f.Passer(ctx); n != 0 || err != nil {
			t.Fatalf("at once: %d, %v", n, err)
		}
		if _, err := db.Exec(ctx, "update courriels set prochain_le = now()"); err != nil {
			t.Fatal(err)
		}
		f.Reveiller()
		f.Attendre()
		if partis["panne@x.example"] != 1 {
			t.Errorf("%v", partis)
		}
	})
	t.Run("gives up in the end", func(t *testing.T) {
		panne = errors.New("550 inconnu")
		deposer(t, db, "panne@x.example")
		for range essaisMax + 2 {
			if _, err := db.Exec(ctx, "update courriels set prochain_le = now()"); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Passer(ctx); err != nil {
				t.Fatal(err)
			}
		}
		l, err := Lister(ctx, db, atlas)
		if err != nil || l[0].AbandonneLe.IsZero() || l[0].Essais != essaisMax {
			t.Errorf("%+v, %v", l[0], err)
		}
	})
	t.Run("keeps everything without a server", func(t *testing.T) {
		deposer(t, db, "garde@x.example")
		sans := &Facteur{DB: db, Coffre: cle}
		sans.Reveiller()
		sans.Attendre()
		if n, err := sans.Passer(ctx); n != 0 || err != nil {
			t.Error(n, err)
		}
		l, _ := Lister(ctx, db, atlas)
		if _, corps, err := Lire(ctx, db, cle, atlas, l[0].ID); err != nil || corps == "" {
			t.Errorf("%q, %v", corps, err)
		}
	})
	t.Run("shows mails to ATLAS alone", func(t *testing.T) {
		s := habilitations.Session{Utilisateur: 2, TypeOrganisme: habilitations.Bailleur, Roles: []habilitations.Role{habilitations.AdminOrganisme}}
		if _, err := Lister(ctx, db, s); !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
		if _, _, err := Lire(ctx, db, cle, s, 1); !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
		if _, _, err := Lire(ctx, db, cle, atlas, 99); !errors.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
	t.Run("removes the old ones", func(t *testing.T) {
		if _, err := db.Exec(ctx, "update courriels set cree_le = now() - interval '100 days' where id = 1"); err != nil {
			t.Fatal(err)
		}
		if n, err := Purger(ctx, db); n != 1 || err != nil {
			t.Error(n, err)
		}
	})
}

// boite is a mail server of one message, over TLS or not.
type boite struct {
	adresse string
	racines *x509.CertPool
	recu    chan string
}

func newBoite(t *testing.T, chiffrement Chiffrement) boite {
	t.Helper()
	certificat, racines := certificat(t)
	config := &tls.Config{Certificates: []tls.Certificate{certificat}}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	b := boite{adresse: l.Addr().String(), racines: racines, recu: make(chan string, 1)}
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		if chiffrement == TLS {
			conn = tls.Server(conn, config)
		}
		b.servir(conn, config, chiffrement == StartTLS)
	}()
	return b
}

func (b boite) servir(conn net.Conn, config *tls.Config, starttls bool) {
	lecteur := bufio.NewReader(conn)
	dire := func(s string) { io.WriteString(conn, s+"\r\n") }
	dire("220 essai")
	var journal strings.Builder
	for {
		ligne, err := lecteur.ReadString('\n')
		if err != nil {
			return
		}
		journal.WriteString(ligne)
		switch verbe, _, _ := strings.Cut(strings.TrimSpace(ligne), " "); verbe {
		case "EHLO":
			if starttls {
				dire("250-essai\r\n250 STARTTLS")
			} else {
				dire("250-essai\r\n250 AUTH PLAIN")
			}
		case "STARTTLS":
			dire("220 allez")
			c := tls.Server(conn, config)
			conn, lecteur, starttls = c, bufio.NewReader(c), false
			dire = func(s string) { io.WriteString(c, s+"\r\n") }
		case "AUTH":
			dire("235 bien")
		case "DATA":
			dire("354 allez")
			for {
				l, err := lecteur.ReadString('\n')
				if err != nil || l == ".\r\n" {
					break
				}
				journal.WriteString(l)
			}
			dire("250 reçu")
		case "QUIT":
			b.recu <- journal.String()
			dire("221 adieu")
			return
		default:
			dire("250 bien")
		}
	}
}

func certificat(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	privee, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	modele := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "essai"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, modele, modele, &privee.PublicKey, privee)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	racines := x509.NewCertPool()
	racines.AddCert(c)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: privee}, racines
}

func TestServeur(t *testing.T) {
	t.Parallel()
	m := Courriel{Destinataire: "agent@x.example", Sujet: "Accès\r\nBcc: tous@x.example", Corps: "Bonjour É,\n.\nhttps://imhoweb.example/invitation/abc\n"}
	for _, c := range []Chiffrement{TLS, StartTLS, EnClair} {
		t.Run("hands a mail over, "+string(c), func(t *testing.T) {
			b := newBoite(t, c)
			s := &Serveur{Adresse: b.adresse, Chiffrement: c, Expediteur: "Imhoweb 31 <imhoweb@atlas.example>", Certificats: b.racines,
				Utilisateur: "imhoweb", MotDePasse: "secret"}
			if err := s.Envoyer(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			recu := <-b.recu
			_, texte, ok := strings.Cut(recu, "DATA\r\n")
			texte, _, _ = strings.Cut(texte, "QUIT")
			lu, err := mail.ReadMessage(strings.NewReader(texte))
			if err != nil || !ok {
				t.Fatalf("%v\n%s", err, recu)
			}
			sujet, _ := new(mime.WordDecoder).DecodeHeader(lu.Header.Get("Subject"))
			corps, _ := io.ReadAll(quotedprintable.NewReader(lu.Body))
			if sujet != m.Sujet || lu.Header.Get("Bcc") != "" || !strings.Contains(string(corps), "Bonjour É,") || !strings.Contains(string(corps), "/invitation/abc") {
				t.Errorf("%q, %q", sujet, corps)
			}
			if !strings.Contains(recu, "MAIL FROM:<imhoweb@atlas.example>") || !strings.Contains(recu, "RCPT TO:<agent@x.example>") {
				t.Error(recu)
			}
		})
	}
	t.Run("doesn't fall back to a connection in clear", func(t *testing.T) {
		b := newBoite(t, EnClair) // offers no STARTTLS
		s := &Serveur{Adresse: b.adresse, Chiffrement: StartTLS, Expediteur: "imhoweb@atlas.example", Certificats: b.racines}
		if err := s.Envoyer(t.Context(), m); err == nil {
			t.Error("sent in clear")
		}
	})
	t.Run("refuses a certificate of nobody", func(t *testing.T) {
		b := newBoite(t, TLS)
		s := &Serveur{Adresse: b.adresse, Chiffrement: TLS, Expediteur: "imhoweb@atlas.example"}
		if err := s.Envoyer(t.Context(), m); err == nil {
			t.Error("sent to an unknown server")
		}
	})
}

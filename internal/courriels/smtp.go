package courriels

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"strings"
	"time"
)

// Chiffrement is how the connection to the mail server is protected.
type Chiffrement string

// Ways to protect it.
const (
	StartTLS Chiffrement = "starttls" // upgraded after the greeting: port 587
	TLS      Chiffrement = "tls"      // from the start: port 465
	EnClair  Chiffrement = "aucun"    // a server of this machine only
)

// Serveur is the mail server.
type Serveur struct {
	Adresse     string // host:port
	Chiffrement Chiffrement
	Utilisateur string // "" without authentication
	MotDePasse  string
	Expediteur  string         // address that mails come from
	Certificats *x509.CertPool // nil: those of the system
}

// delaiEnvoi bounds the sending of one mail.
const delaiEnvoi = 30 * time.Second

// Envoyer hands one mail to the server. It never falls back to a connection
// less protected than asked.
func (s *Serveur) Envoyer(ctx context.Context, m Courriel) error {
	hote, _, err := net.SplitHostPort(s.Adresse)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, delaiEnvoi)
	defer cancel()
	c, err := s.ouvrir(ctx, hote)
	if err != nil {
		return err
	}
	defer c.Close()
	if s.Utilisateur != "" {
		if err := c.Auth(smtp.PlainAuth("", s.Utilisateur, s.MotDePasse, hote)); err != nil {
			return err
		}
	}
	if err := remettre(c, s.Expediteur, m); err != nil {
		return err
	}
	return c.Quit()
}

func (s *Serveur) ouvrir(ctx context.Context, hote string) (*smtp.Client, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.Adresse)
	if err != nil {
		return nil, err
	}
	if fin, ok := ctx.Deadline(); ok {
		conn.SetDeadline(fin)
	}
	config := &tls.Config{ServerName: hote, RootCAs: s.Certificats, MinVersion: tls.VersionTLS12}
	if s.Chiffrement == TLS {
		conn = tls.Client(conn, config)
	}
	c, err := smtp.NewClient(conn, hote)
	if err != nil {
		conn.Close()
		return nil, err
	}
	if s.Chiffrement == StartTLS {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			c.Close()
			return nil, errors.New("le serveur de courriels n’offre pas STARTTLS")
		}
		if err := c.StartTLS(config); err != nil {
			c.Close()
			return nil, err
		}
	}
	return c, nil
}

func remettre(c *smtp.Client, expediteur string, m Courriel) error {
	de, err := mail.ParseAddress(expediteur)
	if err != nil {
		return fmt.Errorf("expéditeur : %w", err)
	}
	if err := c.Mail(de.Address); err != nil {
		return err
	}
	if err := c.Rcpt(m.Destinataire); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	texte, err := composer(de, m, time.Now())
	if err != nil {
		return err
	}
	if _, err := w.Write(texte); err != nil {
		return err
	}
	return w.Close()
}

// composer writes the message (RFC 5322): a header can't be forged by what it
// carries, line ends being encoded.
func composer(de *mail.Address, m Courriel, le time.Time) ([]byte, error) {
	var b bytes.Buffer
	_, domaine, _ := strings.Cut(de.Address, "@")
	for _, l := range [][2]string{
		{"From", de.String()},
		{"To", (&mail.Address{Address: m.Destinataire}).String()},
		{"Subject", mime.QEncoding.Encode("utf-8", m.Sujet)},
		{"Date", le.Format(time.RFC1123Z)},
		{"Message-ID", "<" + rand.Text() + "@" + domaine + ">"},
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		b.WriteString(l[0] + ": " + l[1] + "\r\n")
	}
	b.WriteString("\r\n")
	q := quotedprintable.NewWriter(&b)
	if _, err := q.Write([]byte(strings.ReplaceAll(m.Corps, "\n", "\r\n"))); err != nil {
		return nil, err
	}
	return b.Bytes(), q.Close()
}

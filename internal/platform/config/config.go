// Package config is everything that the environment may set: one struct, read
// and validated once in main. The table of the README comes from here
// (`imhoweb configuration`).
package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Config is a validated configuration.
type Config struct {
	Base              string        // DSN of the application role; "" for the private cluster
	BaseAdmin         string        // DSN of the owner; Base when not given
	Donnees           string        // data folder
	Adresse           string        // host:port to listen on
	URL               *url.URL      // what people type; https makes cookies Secure
	Cle               []byte        // 32 bytes, encrypts NIR and pièces; nil when not given
	SessionInactivite time.Duration // a session unused for that long ends
	SessionMax        time.Duration // a session never lasts longer
	TailleMax         int64         // largest request body, in bytes
	SMTP              SMTP          // server that sends mails; none without an Adresse
	SecondFacteur     []string      // codes of the roles that must have one; nil when not given, empty for none
}

// SMTP is a server that sends mails.
type SMTP struct {
	Adresse     string // host:port; "": mails stay in the base
	Chiffrement string // starttls, tls, aucun
	Utilisateur string // "" without authentication
	MotDePasse  string
	Expediteur  string // address that mails come from
}

// variable is one line of the table: how it is called, read and explained.
type variable struct {
	nom    string
	defaut string
	sens   string
	lire   func(c *Config, valeur string) error // never called with ""
}

var variables = []variable{
	{"DATABASE_URL", "", "Base PostgreSQL, avec le rôle applicatif : postgres://imhoweb_app:…@hôte/base. Sans elle, imhoweb démarre sa propre grappe dans le dossier de données (sauf serve, qui l’exige).",
		func(c *Config, v string) error { c.Base = v; return adresseBase(v) }},
	{"DATABASE_URL_ADMIN", "DATABASE_URL", "Même base, avec le rôle propriétaire des tables : sert aux migrations, aux référentiels et aux purges.",
		func(c *Config, v string) error { c.BaseAdmin = v; return adresseBase(v) }},
	{"IMHOWEB_DONNEES", "./.data", "Dossier de données : grappe privée, clé et connexions de démonstration.",
		func(c *Config, v string) error { c.Donnees = v; return nil }},
	{"IMHOWEB_ADRESSE", "127.0.0.1:8080", "Adresse d’écoute, hôte:port.",
		func(c *Config, v string) error { c.Adresse = v; return adresseEcoute(v) }},
	{"IMHOWEB_URL", "http:// suivi de l’adresse d’écoute", "Adresse publique, celle que tapent les agents. En https, les cookies ne voyagent que chiffrés.",
		func(c *Config, v string) (err error) { c.URL, err = adressePublique(v); return err }},
	{"IMHOWEB_CLE", "", "Clé de chiffrement des NIR et des pièces : 32 octets en base64 ou en hexadécimal (openssl rand -base64 32). Obligatoire pour serve ; dev en crée une dans le dossier de données. La perdre, c’est perdre ces données.",
		func(c *Config, v string) (err error) { c.Cle, err = LireCle(v); return err }},
	{"IMHOWEB_SESSION_INACTIVITE", "30m", "Une session inutilisée aussi longtemps est fermée (30m, 1h…).",
		func(c *Config, v string) (err error) { c.SessionInactivite, err = duree(v); return err }},
	{"IMHOWEB_SESSION_MAX", "10h", "Aucune session ne dure davantage.",
		func(c *Config, v string) (err error) { c.SessionMax, err = duree(v); return err }},
	{"IMHOWEB_TAILLE_MAX", "2Mo", "Taille maximale d’une requête, en octets, ko ou Mo.",
		func(c *Config, v string) (err error) { c.TailleMax, err = taille(v); return err }},
	{"IMHOWEB_SECOND_FACTEUR", "ADMIN_ATLAS avec serve, aucun avec dev", "Rôles qui exigent un second facteur (TOTP), séparés par des virgules ; « aucun » n’en exige pas.",
		func(c *Config, v string) (err error) { c.SecondFacteur, err = roles(v); return err }},
	{"IMHOWEB_SMTP_ADRESSE", "", "Serveur d’envoi des courriels, hôte:port. Sans lui, les courriels restent dans la base, lisibles par l’administration ATLAS.",
		func(c *Config, v string) error { c.SMTP.Adresse = v; return adresseEcoute(v) }},
	{"IMHOWEB_SMTP_CHIFFREMENT", "starttls", "Protection de la connexion au serveur d’envoi : starttls (port 587), tls (port 465) ou aucun (serveur de la même machine).",
		func(c *Config, v string) error { c.SMTP.Chiffrement = v; return chiffrement(v) }},
	{"IMHOWEB_SMTP_UTILISATEUR", "", "Identifiant auprès du serveur d’envoi, s’il en demande un.",
		func(c *Config, v string) error { c.SMTP.Utilisateur = v; return nil }},
	{"IMHOWEB_SMTP_MOT_DE_PASSE", "", "Mot de passe auprès du serveur d’envoi.",
		func(c *Config, v string) error { c.SMTP.MotDePasse = v; return nil }},
	{"IMHOWEB_SMTP_EXPEDITEUR", "", "Adresse d’où viennent les courriels. Obligatoire avec IMHOWEB_SMTP_ADRESSE.",
		func(c *Config, v string) error { c.SMTP.Expediteur = v; return adresseCourriel(v) }},
}

// Lire reads the environment; the error names each variable that is wrong,
// one a line.
func Lire(getenv func(string) string) (Config, error) {
	c := Config{
		Donnees:           "./.data",
		Adresse:           "127.0.0.1:8080",
		SessionInactivite: 30 * time.Minute,
		SessionMax:        10 * time.Hour,
		TailleMax:         2 << 20,
		SMTP:              SMTP{Chiffrement: "starttls"},
	}
	var erreurs []error
	for _, v := range variables {
		valeur := strings.TrimSpace(getenv(v.nom))
		if valeur == "" {
			continue
		}
		if err := v.lire(&c, valeur); err != nil {
			erreurs = append(erreurs, fmt.Errorf("%s : %w", v.nom, err))
		}
	}
	if c.SessionMax < c.SessionInactivite {
		erreurs = append(erreurs, errors.New("IMHOWEB_SESSION_MAX : doit dépasser IMHOWEB_SESSION_INACTIVITE"))
	}
	if c.BaseAdmin != "" && c.Base == "" {
		erreurs = append(erreurs, errors.New("DATABASE_URL_ADMIN : ne sert qu’avec DATABASE_URL"))
	}
	if c.SMTP.Adresse != "" && c.SMTP.Expediteur == "" {
		erreurs = append(erreurs, errors.New("IMHOWEB_SMTP_EXPEDITEUR : obligatoire avec IMHOWEB_SMTP_ADRESSE"))
	}
	if c.BaseAdmin == "" {
		c.BaseAdmin = c.Base
	}
	if c.URL == nil {
		c.URL = &url.URL{Scheme: "http", Host: c.Adresse}
	}
	return c, errors.Join(erreurs...)
}

// Markdown is the table of the variables, for the README.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| Variable | Par défaut | Sens |\n|---|---|---|\n")
	for _, v := range variables {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", v.nom, v.defaut, v.sens)
	}
	return b.String()
}

func adresseBase(v string) error {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errors.New("adresse attendue sous la forme postgres://utilisateur:motdepasse@hôte/base") // never repeat a password
	}
	return nil
}

func adresseEcoute(v string) error {
	_, port, err := net.SplitHostPort(v)
	if err != nil {
		return fmt.Errorf("« %s » n’est pas de la forme hôte:port", v)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("« %s » n’est pas un port", port)
	}
	return nil
}

func adressePublique(v string) (*url.URL, error) {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("« %s » n’est pas de la forme https://hôte", v)
	}
	u.Path = ""
	return u, nil
}

func chiffrement(v string) error {
	if v != "starttls" && v != "tls" && v != "aucun" {
		return fmt.Errorf("« %s » n’est ni starttls, ni tls, ni aucun", v)
	}
	return nil
}

func adresseCourriel(v string) error {
	if _, err := mail.ParseAddress(v); err != nil {
		return fmt.Errorf("« %s » n’est pas une adresse de courriel", v)
	}
	return nil
}

// roles reads codes; whether they exist is the caller's to say.
func roles(v string) ([]string, error) {
	l := []string{}
	if v == "aucun" {
		return l, nil
	}
	for r := range strings.SplitSeq(v, ",") {
		if r = strings.ToUpper(strings.TrimSpace(r)); r == "" {
			return nil, errors.New("codes de rôles attendus, séparés par des virgules, ou « aucun »")
		}
		l = append(l, r)
	}
	return l, nil
}

// LireCle reads 32 bytes written in hexadecimal or in base64.
func LireCle(v string) ([]byte, error) {
	v = strings.TrimSpace(v)
	if b, err := hex.DecodeString(v); err == nil && len(b) == 32 {
		return b, nil
	}
	sansFin := strings.TrimRight(v, "=")
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if b, err := e.DecodeString(sansFin); err == nil && len(b) == 32 {
			return b, nil
		}
	}
	return nil, errors.New("32 octets attendus, en base64 ou en hexadécimal (openssl rand -base64 32)")
}

func duree(v string) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	if err != nil || d < time.Minute {
		return 0, fmt.Errorf("« %s » n’est pas une durée d’au moins une minute (30m, 1h30m…)", v)
	}
	return d, nil
}

func taille(v string) (int64, error) {
	nombre, facteur := v, int64(1)
	for suffixe, f := range map[string]int64{"ko": 1 << 10, "mo": 1 << 20} {
		if avant, ok := strings.CutSuffix(strings.ToLower(v), suffixe); ok {
			nombre, facteur = strings.TrimSpace(avant), f
		}
	}
	n, err := strconv.ParseInt(nombre, 10, 64)
	if err != nil || n <= 0 || n > (1<<40)/facteur {
		return 0, fmt.Errorf("« %s » n’est pas une taille (2Mo, 500ko…)", v)
	}
	return n * facteur, nil
}

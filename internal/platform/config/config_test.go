package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func env(paires ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(paires); i += 2 {
		m[paires[i]] = paires[i+1]
	}
	return func(nom string) string { return m[nom] }
}

const zeros64 = "0000000000000000000000000000000000000000000000000000000000000000"

func TestLire(t *testing.T) {
	t.Parallel()
	c, err := Lire(env(
		"DATABASE_URL", "postgres://app@h/b",
		"IMHOWEB_ADRESSE", ":9000",
		"IMHOWEB_URL", "https://imhoweb.example/",
		"IMHOWEB_CLE", zeros64,
		"IMHOWEB_SESSION_MAX", "2h",
		"IMHOWEB_TAILLE_MAX", "3 Mo",
	))
	if err != nil {
		t.Fatal(err)
	}
	if c.SecondFacteur != nil || c.SMTP.Adresse != "" {
		t.Errorf("by default: %v, %v", c.SecondFacteur, c.SMTP)
	}
	if c.BaseAdmin != c.Base || c.Adresse != ":9000" || c.URL.String() != "https://imhoweb.example" || len(c.Cle) != 32 ||
		c.SessionMax != 2*time.Hour || c.SessionInactivite != 30*time.Minute || c.TailleMax != 3<<20 || c.Donnees != "./.data" {
		t.Errorf("%+v", c)
	}
}

func TestLireRefuses(t *testing.T) {
	t.Parallel()
	for _, cas := range []struct{ nom, variable, valeur string }{
		{"a base that is not PostgreSQL", "DATABASE_URL", "mysql://x:secret@h/b"},
		{"an owner without a base", "DATABASE_URL_ADMIN", "postgres://h/b"},
		{"an address without a port", "IMHOWEB_ADRESSE", "127.0.0.1"},
		{"a port out of range", "IMHOWEB_ADRESSE", ":70000"},
		{"a public address with a path", "IMHOWEB_URL", "https://h/imhoweb"},
		{"a public address of another kind", "IMHOWEB_URL", "ftp://h"},
		{"a short key", "IMHOWEB_CLE", "c2VjcmV0"},
		{"a duration without unit", "IMHOWEB_SESSION_INACTIVITE", "30"},
		{"an idle time over the maximum", "IMHOWEB_SESSION_INACTIVITE", "24h"},
		{"a size of nothing", "IMHOWEB_TAILLE_MAX", "0"},
		{"a mail server without a port", "IMHOWEB_SMTP_ADRESSE", "smtp.example"},
		{"a mail server without a sender", "IMHOWEB_SMTP_ADRESSE", "smtp.example:587"},
		{"a protection that doesn't exist", "IMHOWEB_SMTP_CHIFFREMENT", "ssl"},
		{"a sender that is no address", "IMHOWEB_SMTP_EXPEDITEUR", "ATLAS"},
		{"an empty role", "IMHOWEB_SECOND_FACTEUR", "ADMIN_ATLAS,,"},
		{"a size that overflows", "IMHOWEB_TAILLE_MAX", "9000000000000Mo"},
	} {
		t.Run(cas.nom, func(t *testing.T) {
			_, err := Lire(env(cas.variable, cas.valeur))
			if err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s=%s: %v", cas.variable, cas.valeur, err)
			}
		})
	}
	t.Run("names every wrong variable at once", func(t *testing.T) {
		_, err := Lire(env("IMHOWEB_CLE", "x", "IMHOWEB_TAILLE_MAX", "y"))
		if err == nil || !strings.Contains(err.Error(), "IMHOWEB_CLE") || !strings.Contains(err.Error(), "IMHOWEB_TAILLE_MAX") {
			t.Error(err)
		}
	})
}

func TestLireCle(t *testing.T) {
	t.Parallel()
	for _, v := range []string{
		strings.Repeat("ff", 32),
		strings.Repeat("/", 42) + "8=",
		strings.Repeat("_", 42) + "8",
	} {
		if cle, err := LireCle(v); err != nil || !bytes.Equal(cle, bytes.Repeat([]byte{0xff}, 32)) {
			t.Errorf("%s: %x, %v", v, cle, err)
		}
	}
}

// The defaults of the table are the defaults of the program.
func TestMarkdownDefaults(t *testing.T) {
	t.Parallel()
	sans, err := Lire(env())
	if err != nil {
		t.Fatal(err)
	}
	paires := []string{}
	for _, v := range variables {
		if v.nom != "DATABASE_URL_ADMIN" && v.nom != "IMHOWEB_URL" {
			paires = append(paires, v.nom, v.defaut)
		}
		if !strings.Contains(Markdown(), "| `"+v.nom+"` | "+v.defaut+" | "+v.sens) {
			t.Errorf("%s is missing from the table", v.nom)
		}
	}
	avec, err := Lire(env(paires...))
	if err != nil || avec.Donnees != sans.Donnees || avec.Adresse != sans.Adresse || avec.SessionInactivite != sans.SessionInactivite ||
		avec.SessionMax != sans.SessionMax || avec.TailleMax != sans.TailleMax {
		t.Errorf("documented %+v, real %+v, %v", avec, sans, err)
	}
}

func TestCleLocale(t *testing.T) {
	t.Parallel()
	d := t.TempDir()
	premiere, err := CleLocale(d)
	if err != nil {
		t.Fatal(err)
	}
	seconde, err := CleLocale(d)
	if err != nil || !bytes.Equal(premiere, seconde) {
		t.Errorf("the key changed: %v", err)
	}
	info, err := os.Stat(filepath.Join(d, FichierCle))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v; want 0600", info, err)
	}
	if restes, _ := filepath.Glob(filepath.Join(d, ".cle-*")); len(restes) != 0 {
		t.Errorf("left behind: %v", restes)
	}
	if err := os.WriteFile(filepath.Join(d, FichierCle), []byte("abîmée"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := CleLocale(d); err == nil {
		t.Error("a damaged key must be refused, not replaced")
	}
}

func TestLireCourriels(t *testing.T) {
	t.Parallel()
	c, err := Lire(env("IMHOWEB_SMTP_ADRESSE", "smtp.example:465", "IMHOWEB_SMTP_CHIFFREMENT", "tls",
		"IMHOWEB_SMTP_EXPEDITEUR", "Imhoweb 31 <imhoweb@atlas.example>", "IMHOWEB_SECOND_FACTEUR", "admin_atlas, AUDITEUR"))
	if err != nil || c.SMTP != (SMTP{"smtp.example:465", "tls", "", "", "Imhoweb 31 <imhoweb@atlas.example>"}) || strings.Join(c.SecondFacteur, " ") != "ADMIN_ATLAS AUDITEUR" {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err = Lire(env("IMHOWEB_SECOND_FACTEUR", "aucun")); err != nil || c.SecondFacteur == nil || len(c.SecondFacteur) != 0 {
		t.Errorf("none: %v, %v", c.SecondFacteur, err)
	}
}

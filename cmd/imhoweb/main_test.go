package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/demo"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/pg/cluster"
	"imhoweb/internal/platform/pg/pgtest"
)

// lancer runs one command line with that environment.
func lancer(t *testing.T, env map[string]string, args ...string) (code int, sortie, erreurs string) {
	t.Helper()
	var out, err bytes.Buffer
	code = executer(t.Context(), args, func(nom string) string { return env[nom] }, &out, &err)
	return code, out.String(), err.String()
}

const cleEssai = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for _, cas := range []struct {
		nom  string
		args []string
		env  map[string]string
		dit  string
	}{
		{"unknown command", []string{"zorglub"}, nil, "commande inconnue"},
		{"misspelt command", []string{"migrat"}, nil, "Vouliez-vous dire"},
		{"unknown subcommand", []string{"utilisateur", "zorglub"}, nil, "commande inconnue"},
		{"unknown option", []string{"dev", "--zorglub"}, nil, "option inconnue"},
		{"unknown short option", []string{"dev", "-z"}, nil, "option inconnue"},
		{"option without its value", []string{"utilisateur", "creer", "--nom"}, nil, "attend une valeur"},
		{"option of another type", []string{"migrate", "--etat=zorglub"}, nil, "n’accepte pas"},
		{"unexpected argument", []string{"version", "zorglub"}, nil, "argument inattendu"},
		{"wrong environment", []string{"migrate"}, map[string]string{"IMHOWEB_ADRESSE": "zorglub"}, "IMHOWEB_ADRESSE"},
		{"serve without a base", []string{"serve"}, map[string]string{"IMHOWEB_CLE": cleEssai}, "DATABASE_URL est obligatoire"},
		{"serve without a key", []string{"serve"}, map[string]string{"DATABASE_URL": "postgres://h/b"}, "IMHOWEB_CLE est obligatoire"},
	} {
		t.Run(cas.nom, func(t *testing.T) {
			t.Parallel()
			code, sortie, erreurs := lancer(t, cas.env, cas.args...)
			if code != codeUsage || sortie != "" || !strings.Contains(erreurs, cas.dit) || !strings.Contains(erreurs, "--help") {
				t.Errorf("code %d, output %q, errors %q; want %d and %q", code, sortie, erreurs, codeUsage, cas.dit)
			}
		})
	}
}

// cobra and pflag speak English unless told otherwise.
func TestHelpIsFrench(t *testing.T) {
	t.Parallel()
	anglais := regexp.MustCompile(`(?i)\b(usage:|flags|available|commands|help for|default|string|use "|additional|examples:|aliases)\b`)
	racine := commandes(&outil{})
	for _, c := range append(toutes(racine), racine) {
		args := append(strings.Fields(c.CommandPath())[1:], "--help")
		code, sortie, erreurs := lancer(t, nil, args...)
		if code != 0 || erreurs != "" || !strings.Contains(sortie, "Usage\u00a0:") {
			t.Errorf("%s: code %d, %q", c.CommandPath(), code, erreurs)
		}
		if mots := anglais.FindAllString(sortie, -1); mots != nil {
			t.Errorf("%s: %q in\n%s", c.CommandPath(), mots, sortie)
		}
		if c.Short == "" || c.Deprecated != "" {
			t.Errorf("%s has no summary", c.CommandPath())
		}
	}
}

func TestServeRefusesLateMigrations(t *testing.T) {
	t.Parallel()
	env := map[string]string{"DATABASE_URL": pgtest.Vide(t), "IMHOWEB_CLE": cleEssai, "IMHOWEB_ADRESSE": "127.0.0.1:0"}
	code, _, erreurs := lancer(t, env, "serve")
	if code != codeEchec || !strings.Contains(erreurs, "imhoweb migrate") {
		t.Errorf("code %d, %q", code, erreurs)
	}
}

// With another key, dossiers would not open and new NIR would be lost.
func TestServeRefusesAnotherKey(t *testing.T) {
	t.Parallel()
	demandestest.Creer(t, pgtest.DB(t), func(d *demandes.Demande) { d.Demandeur.Nir = "255081416802538" })
	autre := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	env := map[string]string{"DATABASE_URL": pgtest.DSN(t), "IMHOWEB_CLE": autre, "IMHOWEB_ADRESSE": "127.0.0.1:0"}
	code, _, erreurs := lancer(t, env, "serve")
	if code != codeEchec || !strings.Contains(erreurs, "IMHOWEB_CLE n’est pas la clé de cette base") {
		t.Errorf("code %d, %q", code, erreurs)
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	env := map[string]string{"DATABASE_URL": pgtest.Vide(t)}
	if code, sortie, _ := lancer(t, env, "migrate", "--etat"); code != codeEchec || !strings.Contains(sortie, "00001_") {
		t.Errorf("before: code %d, %q", code, sortie)
	}
	if code, _, erreurs := lancer(t, env, "migrate"); code != 0 || !strings.Contains(erreurs, "00001_") {
		t.Errorf("code %d, %q", code, erreurs)
	}
	if code, sortie, _ := lancer(t, env, "migrate", "--etat"); code != 0 || !strings.Contains(sortie, "à jour") {
		t.Errorf("after: code %d, %q", code, sortie)
	}
	for range 2 {
		if code, _, erreurs := lancer(t, env, "referentiels"); code != 0 {
			t.Errorf("référentiels: code %d, %q", code, erreurs)
		}
	}
}

func TestUtilisateurCreer(t *testing.T) {
	t.Parallel()
	o := &outil{
		getenv: func(nom string) string { return map[string]string{"DATABASE_URL": pgtest.DSN(t)}[nom] },
		sortie: new(bytes.Buffer), erreurs: new(bytes.Buffer),
	}
	creer := func(motDePasse string, args ...string) error {
		racine := commandes(o)
		racine.SetArgs(append([]string{"utilisateur", "creer"}, args...))
		racine.SetIn(strings.NewReader(motDePasse + "\n"))
		return racine.ExecuteContext(t.Context())
	}
	complet := []string{"--nom", "Martin", "--prenom", "Luce", "--courriel", "luce@exemple.fr", "--organisme", "ATLAS", "--role", "saisie,consultation"}
	if err := creer("court", complet...); err == nil || !strings.Contains(err.Error(), "mot de passe") {
		t.Errorf("a short password: %v", err)
	}
	err := creer("court", "--nom", "Martin", "--courriel", "luce", "--organisme", "INCONNU", "--role", "zorglub")
	for _, faute := range []string{"prenom", "courriel", "Aucun organisme ouvert ne porte ce code", "roles", "mot de passe"} {
		if err == nil || !strings.Contains(err.Error(), faute) {
			t.Errorf("the first try doesn't say %q: %v", faute, err)
		}
	}
	if err := creer("girafe verte et lente", complet...); err != nil {
		t.Fatal(err)
	}
	if err := creer("court", complet...); err == nil || !strings.Contains(err.Error(), "déjà un compte") || !strings.Contains(err.Error(), "mot de passe") {
		t.Errorf("the same again: %v", err)
	}
	var roles string
	err = pgtest.DB(t).QueryRow(t.Context(), `
select array_to_string(a.roles, ' ')
from utilisateurs u
join affectations a on a.utilisateur = u.id
where u.courriel = 'luce@exemple.fr' and a.organisme = 'ATLAS'`).Scan(&roles)
	if err != nil || roles != "CONSULTATION SAISIE" {
		t.Errorf("%q, %v", roles, err)
	}
}

func TestDemo(t *testing.T) {
	t.Parallel()
	donnees := t.TempDir()
	env := map[string]string{"DATABASE_URL": pgtest.DSN(t), "IMHOWEB_DONNEES": donnees}
	args := []string{"demo", "--demandes", "40", "--graine", "7", "--jour", "2026-03-02"}
	code, _, erreurs := lancer(t, env, args...)
	if code != 0 || !strings.Contains(erreurs, "40 demandes fictives") {
		t.Fatalf("code %d, %q", code, erreurs)
	}
	var actives int
	if err := pgtest.DB(t).QueryRow(t.Context(), "select count(*) from demandes where statut = 'ACTIVE'").Scan(&actives); err != nil || actives != 40 {
		t.Errorf("%d active demandes, %v", actives, err)
	}
	texte, err := os.ReadFile(filepath.Join(donnees, fichierConnexions))
	if err != nil {
		t.Fatal(err)
	}
	var connexions []demo.Connexion
	if err := json.Unmarshal(texte, &connexions); err != nil || len(connexions) == 0 || connexions[0].MotDePasse == "" {
		t.Errorf("%d logins, %v", len(connexions), err)
	}
	if code, _, erreurs := lancer(t, env, args...); code != codeEchec || !strings.Contains(erreurs, "base vide") {
		t.Errorf("a second time: code %d, %q", code, erreurs)
	}
}

func TestMigrateFinishesAnInterruptedDemo(t *testing.T) {
	t.Parallel()
	ctx, arreter := context.WithCancel(t.Context())
	defer arreter()
	// Beyond nine tenths the rows are there, not all their constraints.
	err := demo.Generer(ctx, pgtest.Admin(t), demo.Options{Demandes: 100, Graine: 7, Progression: func(fait, total int) {
		if fait*10 > total*9 {
			arreter()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want an interruption", err)
	}
	env := map[string]string{"DATABASE_URL": pgtest.DSN(t), "IMHOWEB_DONNEES": t.TempDir()}
	for _, termine := range []bool{true, false} {
		code, _, erreurs := lancer(t, env, "migrate")
		if code != 0 || strings.Contains(erreurs, "interrompu de la démonstration est terminé") != termine {
			t.Errorf("code %d, %q; something to finish: %v", code, erreurs, termine)
		}
	}
}

func TestDemoRefusesRealAccounts(t *testing.T) {
	t.Parallel()
	_, err := pgtest.DB(t).Exec(t.Context(), `
insert into utilisateurs (nom, prenom, nom_n, prenom_n, courriel, mot_de_passe, mot_de_passe_le)
values ('Réel', 'Agent', 'REEL', 'AGENT', 'agent@ville.fr', '$argon2id$', now())`)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"DATABASE_URL": pgtest.DSN(t), "IMHOWEB_DONNEES": t.TempDir()}
	if code, _, erreurs := lancer(t, env, "demo", "--demandes", "1"); code != codeEchec || !strings.Contains(erreurs, "vrais comptes") {
		t.Errorf("code %d, %q", code, erreurs)
	}
	var comptes int
	if err := pgtest.DB(t).QueryRow(t.Context(), "select count(*) from utilisateurs").Scan(&comptes); err != nil || comptes != 1 {
		t.Errorf("%d accounts, %v; want the real one alone", comptes, err)
	}
}

// With port 0 and a base of its own, dev says where it listens, answers, and
// ends with its context.
func TestDev(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"DATABASE_URL": pgtest.DSN(t), "IMHOWEB_ADRESSE": "127.0.0.1:0", "IMHOWEB_DONNEES": t.TempDir(),
	}
	if _, err := demo.CreerComptes(t.Context(), pgtest.Admin(t)); err != nil {
		t.Fatal(err)
	}
	if err := demo.Generer(t.Context(), pgtest.Admin(t), demo.Options{Demandes: 20, Graine: 1}); err != nil {
		t.Fatal(err)
	}
	ctx, arreter := context.WithCancel(t.Context())
	lecture, ecriture := io.Pipe()
	fini := make(chan int, 1)
	go func() {
		fini <- executer(ctx, []string{"dev"}, func(nom string) string { return env[nom] }, ecriture, io.Discard)
		ecriture.Close()
	}()
	var adresse string
	lignes := bufio.NewScanner(lecture)
	for adresse == "" && lignes.Scan() {
		_, adresse, _ = strings.Cut(lignes.Text(), "Imhoweb est prêt\u00a0: ")
	}
	r, err := http.Get(adresse + "/pret")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusOK {
		t.Errorf("/pret: %d", r.StatusCode)
	}
	if _, err := os.Stat(filepath.Join(env["IMHOWEB_DONNEES"], config.FichierCle)); err != nil {
		t.Errorf("no key was made: %v", err)
	}
	arreter()
	if code := <-fini; code != 0 {
		t.Errorf("code %d after an orderly stop", code)
	}
}

// A second dev on the same data says where the first one is, and ends.
func TestDevTwice(t *testing.T) {
	t.Parallel()
	racine, err := os.MkdirTemp("", "imhoweb-dev-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(racine) })
	if err := os.Chmod(racine, 0o755); err != nil {
		t.Fatal(err)
	}
	donnees := filepath.Join(racine, "donnees")
	const premier = "http://127.0.0.1:8080"
	c, err := cluster.Start(t.Context(), cluster.Options{Donnees: donnees, Adresse: premier})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	code, _, erreurs := lancer(t, map[string]string{"IMHOWEB_DONNEES": donnees, "IMHOWEB_ADRESSE": "127.0.0.1:0"}, "dev")
	if code != codeEchec || !strings.Contains(erreurs, "tourne déjà") || !strings.Contains(erreurs, premier) {
		t.Errorf("code %d, %q", code, erreurs)
	}
	if err := c.Ping(t.Context()); err != nil {
		t.Errorf("the second one stopped the base of the first: %v", err)
	}
}

func TestServirFinishesRequestsUnderWay(t *testing.T) {
	t.Parallel()
	l, err := ecouter(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ecouter(t.Context(), l.Addr().String()); err == nil || !strings.Contains(err.Error(), "IMHOWEB_ADRESSE") {
		t.Errorf("an address taken: %v", err)
	}
	ctx, arreter := context.WithCancel(t.Context())
	entre, sortir := make(chan struct{}), make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(entre)
		<-sortir
		w.WriteHeader(http.StatusNoContent)
	})
	fini := make(chan error, 1)
	go func() { fini <- servir(ctx, l, h, nil) }()
	statut := make(chan int, 1)
	go func() {
		r, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			t.Error(err)
			statut <- 0
			return
		}
		r.Body.Close()
		statut <- r.StatusCode
	}()
	<-entre
	arreter()
	close(sortir)
	if s := <-statut; s != http.StatusNoContent {
		t.Errorf("the request under way got %d", s)
	}
	if err := <-fini; err != nil {
		t.Error(err)
	}
}

func TestServirEndsWithItsBase(t *testing.T) {
	t.Parallel()
	l, err := ecouter(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	baseFinie := make(chan struct{})
	close(baseFinie)
	if err := servir(t.Context(), l, http.NotFoundHandler(), baseFinie); err == nil {
		t.Error("the end of the private server is not an error")
	}
}

// Package docs_test keeps the pages for people true to the code.
package docs_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"imhoweb/internal/demo"
	"imhoweb/internal/platform/config"
)

var update = flag.Bool("update", false, "rewrite the table of the README")

const (
	debut = "<!-- configuration -->\n"
	fin   = "<!-- fin -->"
)

func lire(t *testing.T, nom string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", nom))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestReadmeSaysTheConfiguration(t *testing.T) {
	t.Parallel()
	texte := lire(t, "README.md")
	avant, reste, ok1 := strings.Cut(texte, debut)
	table, apres, ok2 := strings.Cut(reste, fin)
	if !ok1 || !ok2 {
		t.Fatalf("no table between %q and %q", debut, fin)
	}
	want := config.Markdown()
	if table == want {
		return
	}
	if !*update {
		t.Fatal("the table of the configuration is stale: go test ./docs -update")
	}
	if err := os.WriteFile("../README.md", []byte(avant+debut+want+fin+apres), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestReadmeSaysThePasswordOfTheDemo(t *testing.T) {
	t.Parallel()
	if !strings.Contains(lire(t, "README.md"), "`"+demo.MotDePasse+"`") {
		t.Errorf("the README doesn't say %q", demo.MotDePasse)
	}
}

var (
	lien    = regexp.MustCompile(`\]\(([^)#:]+)\)`)
	chemin  = regexp.MustCompile("`((?:internal|web|templates|static|migrations|cmd|docs|\\.ci)/[a-z0-9_./-]*)`")
	dossier = regexp.MustCompile(`(?m)^    (cmd/imhoweb|internal|web|templates|static|migrations|docs)/`)
)

// Every file and folder that these pages name exists.
func TestPagesNameWhatExists(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"README.md", "ARCHITECTURE.md"} {
		texte := lire(t, page)
		trouves := append(lien.FindAllStringSubmatch(texte, -1), chemin.FindAllStringSubmatch(texte, -1)...)
		trouves = append(trouves, dossier.FindAllStringSubmatch(texte, -1)...)
		if len(trouves) < 5 {
			t.Fatalf("%s: %d paths found", page, len(trouves))
		}
		for _, m := range trouves {
			if _, err := os.Stat(filepath.Join("..", m[1])); err != nil {
				t.Errorf("%s names %s, which doesn't exist", page, m[1])
			}
		}
	}
}

// Every package of internal and web stands on the map.
func TestTheMapShowsEveryPackage(t *testing.T) {
	t.Parallel()
	texte := lire(t, "ARCHITECTURE.md")
	_, carte, _ := strings.Cut(texte, "## The tree")
	carte, _, _ = strings.Cut(carte, "\n## ")
	for _, motif := range []string{"../internal/*", "../internal/platform/*", "../internal/platform/pg/*", "../web/*"} {
		noms, err := filepath.Glob(motif)
		if err != nil || len(noms) == 0 {
			t.Fatalf("%s: %d folders, %v", motif, len(noms), err)
		}
		for _, nom := range noms {
			sources, _ := filepath.Glob(nom + "/*.go") // constant pattern
			if n := filepath.Base(nom); len(sources) > 0 && !strings.Contains(carte, n+"/") {
				t.Errorf("%s is not on the map of ARCHITECTURE.md", nom)
			}
		}
	}
}

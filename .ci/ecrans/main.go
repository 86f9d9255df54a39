// Command ecrans confronts docs/ecrans.csv, one line a row of the screens'
// checklist, with the tests: a row is proven by a test that cites its id in a
// comment (// R-SAI-08), or put off with a reason. It prints what is neither,
// and fails on it and on a list that no longer tells the truth. With -maj it
// first writes the tests it finds into the list.
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const (
	liste    = "docs/ecrans.csv"
	plusTard = "plus tard"
)

// Columns of the list.
const (
	colId = iota
	colIntitule
	colPreuve // file:Test, or « plus tard »
	colRaison // why later
	colonnes
)

var reId = regexp.MustCompile(`\bR-[A-Z]{3}-\d{2,3}\b`)

func main() {
	maj := flag.Bool("maj", false, "écrit dans la liste les tests trouvés")
	flag.Parse()
	if err := verifier(*maj); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func verifier(maj bool) error {
	lignes, err := lire()
	if err != nil {
		return err
	}
	preuves, err := citations()
	if err != nil {
		return err
	}
	if maj {
		for _, l := range lignes[1:] {
			if p := preuves[l[colId]]; len(p) > 0 {
				l[colPreuve], l[colRaison] = p[0], ""
			} else if l[colPreuve] != plusTard {
				l[colPreuve] = ""
			}
		}
		if err := ecrire(lignes); err != nil {
			return err
		}
	}
	return juger(lignes, preuves)
}

// juger prints the rows that are neither proven nor put off.
func juger(lignes [][]string, preuves map[string][]string) error {
	var prouvees, reportees, fautes int
	connues := map[string]bool{}
	faute := func(format string, args ...any) {
		fautes++
		fmt.Printf(format+"\n", args...)
	}
	for _, l := range lignes[1:] {
		id, preuve := l[colId], l[colPreuve]
		connues[id] = true
		switch {
		case preuve == plusTard && l[colRaison] == "":
			faute("%s : plus tard, sans raison", id)
		case preuve == plusTard && len(preuves[id]) > 0:
			faute("%s : dite « plus tard » mais prouvée par %s", id, preuves[id][0])
		case preuve == plusTard:
			reportees++
		case slices.Contains(preuves[id], preuve):
			prouvees++
		case preuve == "" && len(preuves[id]) == 0:
			faute("%s : ni test ni raison (%s)", id, l[colIntitule])
		default:
			faute("%s : « %s » ne la cite pas ; lancez « go run ./.ci/ecrans -maj »", id, preuve)
		}
	}
	for id, p := range preuves {
		if !connues[id] {
			faute("%s : citée par %s, absente de %s", id, p[0], liste)
		}
	}
	fmt.Printf("Écrans : %d lignes prouvées, %d plus tard, %d à traiter\n", prouvees, reportees, fautes)
	if fautes > 0 {
		return fmt.Errorf("%s n’est pas complet", liste)
	}
	return nil
}

func lire() ([][]string, error) {
	f, err := os.Open(liste)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.FieldsPerRecord = ';', colonnes
	return r.ReadAll()
}

func ecrire(lignes [][]string) error {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = ';'
	if err := w.WriteAll(lignes); err != nil {
		return err
	}
	return os.WriteFile(liste, []byte(b.String()), 0o644)
}

// citations gives, by row id, the tests whose comments cite it, as file:Test.
func citations() (map[string][]string, error) {
	preuves := map[string][]string{}
	err := filepath.WalkDir(".", func(chemin string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(chemin, "_test.go") {
			return err
		}
		fset := token.NewFileSet()
		fichier, err := parser.ParseFile(fset, chemin, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		for _, groupe := range fichier.Comments {
			test := testDe(fichier, groupe)
			for _, id := range reId.FindAllString(groupe.Text(), -1) {
				preuve := filepath.ToSlash(chemin) + ":" + test
				if test != "" && !slices.Contains(preuves[id], preuve) {
					preuves[id] = append(preuves[id], preuve)
				}
			}
		}
		return nil
	})
	return preuves, err
}

// testDe is the test function that the comment documents or stands in, or the
// body of a subtest (testX); a citation in a helper proves nothing.
func testDe(f *ast.File, c *ast.CommentGroup) string {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || !strings.HasPrefix(strings.ToLower(fn.Name.Name), "test") {
			continue
		}
		debut := fn.Pos()
		if fn.Doc != nil {
			debut = fn.Doc.Pos()
		}
		if c.Pos() >= debut && c.End() <= fn.End() {
			return fn.Name.Name
		}
	}
	return ""
}

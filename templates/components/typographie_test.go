package components

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// casse finds a plain space where French asks for one that doesn't break: a
// line must not begin with a colon.
var casse = regexp.MustCompile(`[\pL\d»)’] [:;?!%](?:[ "<]|$)|« | »`)

func TestEspacesInsecables(t *testing.T) {
	t.Parallel()
	ecrans, err := filepath.Glob("../*/*.templ")
	if err != nil || len(ecrans) < 20 {
		t.Fatalf("%d screens, %v", len(ecrans), err)
	}
	for _, chemin := range ecrans {
		source, err := os.ReadFile(chemin)
		if err != nil {
			t.Fatal(err)
		}
		for i, ligne := range strings.Split(string(source), "\n") {
			texte, _, _ := strings.Cut(ligne, "// ") // comments are English
			if m := casse.FindString(texte); m != "" {
				t.Errorf("%s:%d: %q takes a space that doesn't break\n%s", chemin, i+1, m, strings.TrimSpace(ligne))
			}
		}
	}
}

package web_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/web"
	"imhoweb/web/page"
	"imhoweb/web/webtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// ouvertes are the only addresses that no page.Route declares: they have no
// page, and say nothing of the file.
var ouvertes = []string{"GET /sante", "GET /pret", "GET /static/*"}

func TestRoutes(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	declarees := map[string]page.Route{}
	for _, r := range site.Routes {
		cle := r.Methode + " " + r.Chemin
		if _, deja := declarees[cle]; deja {
			t.Errorf("%s is declared twice", cle)
		}
		declarees[cle] = r
	}

	t.Run("every address of the router names its droit", func(t *testing.T) {
		n := 0
		err := chi.Walk(web.Router(site.Deps), func(methode, chemin string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
			cle := methode + " " + chemin
			n++
			if r, ok := declarees[cle]; !ok && !slices.Contains(ouvertes, cle) {
				t.Errorf("%s escapes the guard", cle)
			} else if ok && !habilitations.Connu(r.Droit) {
				t.Errorf("%s: droit %q unknown", cle, r.Droit)
			}
			return nil
		})
		if err != nil || n != len(declarees)+len(ouvertes) {
			t.Errorf("%d addresses for %d routes, %v", n, len(declarees), err)
		}
	})

	t.Run("no guarded address answers a stranger", func(t *testing.T) {
		n := site.Navigateur(t)
		for cle, r := range declarees {
			if r.Droit == habilitations.Public {
				continue
			}
			p := n.Envoyer(t, n.Requete(t, r.Methode, remplir(r.Chemin), nil))
			if p.Statut != http.StatusSeeOther || !strings.HasPrefix(p.Lieu, "/connexion") {
				t.Errorf("%s: %d %q", cle, p.Statut, p.Lieu)
			}
		}
	})
}

// remplir gives an address that fits a pattern.
func remplir(chemin string) string {
	segments := strings.Split(chemin, "/")
	for i, s := range segments {
		debut, ferme := strings.Index(s, "{"), strings.LastIndex(s, "}")
		if debut >= 0 && ferme > debut {
			segments[i] = s[:debut] + "1" + s[ferme+1:]
		}
	}
	return strings.Join(segments, "/")
}

var typesOrganisme = []habilitations.TypeOrganisme{
	habilitations.Bailleur, habilitations.Collecteur, habilitations.Etat, habilitations.Departement, habilitations.Epci,
	habilitations.Commune, habilitations.Federation, habilitations.Gestionnaire,
}

func TestDroits(t *testing.T) {
	t.Parallel()
	const golden = "testdata/droits.golden.txt"
	site := webtest.New(t)
	var b strings.Builder
	b.WriteString("# Who opens each address: droit, then roles: types of organisme. A + marks an enregistreur.\n")
	b.WriteString("# Rewritten by: go test ./web -run TestDroits -update\n")
	for _, r := range slices.SortedFunc(slices.Values(site.Routes), func(a, b page.Route) int {
		return strings.Compare(a.Chemin+" "+a.Methode, b.Chemin+" "+b.Methode)
	}) {
		fmt.Fprintf(&b, "\n%-4s %s  [%s]\n", r.Methode, r.Chemin, r.Droit)
		if r.Droit == habilitations.Public || r.Droit == habilitations.Connecte {
			continue
		}
		var groupes []string // types, in the order of the roles that they open to
		roles := map[string][]string{}
		for _, role := range habilitations.Roles {
			if types := typesOuverts(role.Code, r.Droit); types != "" {
				if !slices.Contains(groupes, types) {
					groupes = append(groupes, types)
				}
				roles[types] = append(roles[types], string(role.Code))
			}
		}
		for _, types := range groupes {
			fmt.Fprintf(&b, "  %s: %s\n", strings.Join(roles[types], " "), types)
		}
	}
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	attendu, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(attendu) != b.String() {
		t.Errorf("the rights differ from %s; if that is wanted, run with -update and read the diff", golden)
	}
}

func typesOuverts(role habilitations.Role, d habilitations.Droit) string {
	var l []string
	for _, t := range typesOrganisme {
		for _, enregistreur := range []bool{false, true} {
			s := habilitations.Session{Utilisateur: 1, TypeOrganisme: t, Enregistreur: enregistreur, AvecParc: true, Roles: []habilitations.Role{role}}
			if s.Peut(d) {
				nom := string(t)
				if enregistreur {
					nom += "+"
				}
				l = append(l, nom)
			}
		}
	}
	if len(l) == 2*len(typesOrganisme) {
		return "tous"
	}
	return strings.Join(l, " ")
}

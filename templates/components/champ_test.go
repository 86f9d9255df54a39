package components_test

import (
	"context"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/form"
	"imhoweb/static"
	"imhoweb/templates/components"
)

func rendre(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// nomDeChamp gives a form name to each entry of the catalogue.
func nomDeChamp(code string) string {
	sujet, reste, _ := strings.Cut(code, ".")
	switch sujet {
	case "titulaire":
		return "cotitulaire.2." + reste
	case "charge", "garde", "autre", "handicap", "ressource", "versee":
		return sujet + ".1." + reste
	}
	return code
}

func TestEveryFieldHasItsLabelAndShowsItsMistake(t *testing.T) {
	t.Parallel()
	for _, c := range champs.Tous() {
		nom := nomDeChamp(c.Code)
		f := form.New(nil)
		f.Erreurs.Add(nom, "Indiquez autre chose.")
		html := rendre(t, components.Champ(components.Saisie{F: f, Noms: nomsTest, Jour: jourTest, Session: agent}, nom))
		if !strings.Contains(html, `id="`+nom+`"`) || !strings.Contains(html, `name="`+nom+`"`) {
			t.Errorf("%s: no control of that id and name in %s", nom, html)
		}
		if c.Type != champs.OuiNon && !strings.Contains(html, `for="`+nom+`"`) {
			t.Errorf("%s: no label", nom)
		}
		if !strings.Contains(html, `aria-describedby="`+nom+`__faute`) || !strings.Contains(html, `id="`+nom+`__faute"`) || !strings.Contains(html, "Indiquez autre chose.") {
			t.Errorf("%s: the mistake isn't tied to the field: %s", nom, html)
		}
	}
}

func TestHostileValuesComeBackEscaped(t *testing.T) {
	t.Parallel()
	hostile := `"><script>alert(1)</script>'&t;>`
	for _, c := range champs.Tous() {
		nom := nomDeChamp(c.Code)
		f := form.New(map[string]string{nom: hostile})
		f.Erreurs.Add(nom, hostile)
		for _, lecture := range []bool{false, true} {
			html := rendre(t, components.Champ(components.Saisie{F: f, Noms: nomsTest, Jour: jourTest, Session: agent, LectureSeule: lecture}, nom))
			if strings.Contains(html, "<script") {
				t.Errorf("%s (reading %t): %s", nom, lecture, html)
			}
		}
	}
}

func TestFieldWithoutItsRightIsNotShown(t *testing.T) {
	t.Parallel()
	lecteur := agent
	lecteur.Roles = []habilitations.Role{habilitations.Consultation}
	for _, c := range champs.Tous() {
		nom := nomDeChamp(c.Code)
		for _, lecture := range []bool{false, true} {
			f := form.New(map[string]string{nom: "1"})
			html := rendre(t, components.Champ(components.Saisie{F: f, Noms: nomsTest, Session: lecteur, LectureSeule: lecture}, nom))
			if montre := html != ""; montre != (c.Droit == "" || lecteur.Peut(c.Droit)) {
				t.Errorf("%s (reading %t): shown %t", nom, lecture, montre)
			}
		}
	}
}

func TestReading(t *testing.T) {
	t.Parallel()
	s := saisie(false)
	s.F.Valeurs["demandeur.civilite"] = "3" // closed, still said
	s.F.Valeurs["souhait.parking"] = ""
	for nom, want := range map[string]string{
		"demandeur.civilite": "Mademoiselle", "demandeur.nom": "BARTHÈS", "demandeur.tel_portable": "06\u00a039\u00a098\u00a041\u00a017",
		"logement.loyer": "1\u202f577\u00a0€", "souhait.parking": "non renseigné", "demandeur.nationalite": "non renseigné",
		"adresse.etranger": "non", "type.T6P": "T6 et plus",
	} {
		html := rendre(t, components.Champ(s, nom))
		if !strings.Contains(html, want) || strings.Contains(html, "<input") {
			t.Errorf("%s: want %q in %s", nom, want, html)
		}
	}
	if html := rendre(t, components.Cases(s, "type")); !strings.Contains(html, "T2, T6 et plus") {
		t.Error(html)
	}
}

func TestSelectKeepsAClosedValueOnlyOnItsDossier(t *testing.T) {
	t.Parallel()
	s := saisie(true)
	if html := rendre(t, components.Champ(s, "demandeur.civilite")); strings.Contains(html, "Mademoiselle") {
		t.Error("a closed value is offered")
	}
	s.F.Valeurs["demandeur.civilite"] = "3"
	if html := rendre(t, components.Champ(s, "demandeur.civilite")); !strings.Contains(html, `<option value="3" selected>Mademoiselle`) {
		t.Error("the value of the dossier is lost")
	}
}

func TestUnknownFieldIsAFault(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := components.Champ(saisie(true), "demandeur.pointure").Render(context.Background(), &b); err == nil {
		t.Error(b.String())
	}
}

func TestNumeroUniqueCopiesAsOneWord(t *testing.T) {
	t.Parallel()
	html := rendre(t, components.NU18("03111260023 17G110")) // an odd one must not be cut elsewhere
	if texte := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(html, ""); texte != "03111260023 17G110" {
		t.Error(texte)
	}
	html = rendre(t, components.NU18("0311126002317G1104"))
	if !strings.Contains(html, `<i class="r">002317</i><i>G1104</i>`) {
		t.Error(html)
	}
}

func TestEveryStateHasItsWord(t *testing.T) {
	t.Parallel()
	for _, e := range demandes.Etats {
		html := rendre(t, components.EtatBadge(e.Code))
		if !strings.Contains(html, e.Libelle) || strings.Contains(html, "question-mark") {
			t.Errorf("%s: want %q in %s", e.Code, e.Libelle, html)
		}
	}
}

func TestPluriel(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "aucune\u00a0demande", 1: "1\u00a0demande", 2: "2\u00a0demandes", 35161: "35\u202f161\u00a0demandes"} {
		if got := components.Pluriel(n, "aucune", "demande", "demandes"); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}

// A pictogram with a wrong name would break its page only when shown.
func TestEveryPictogramOfThePagesExists(t *testing.T) {
	t.Parallel()
	appel := regexp.MustCompile(`\bIc(?:Nommee)?\("([^"]*)"`)
	var vus []string
	err := fs.WalkDir(os.DirFS(".."), ".", func(chemin string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(chemin, ".templ") {
			return err
		}
		b, err := os.ReadFile("../" + chemin)
		for _, m := range appel.FindAllStringSubmatch(string(b), -1) {
			vus = append(vus, m[1])
			if !static.Icone(m[1]) {
				t.Errorf("%s: pictogramme inconnu %q", chemin, m[1])
			}
		}
		return err
	})
	if err != nil || !slices.Contains(vus, "search") {
		t.Fatal(vus, err)
	}
}

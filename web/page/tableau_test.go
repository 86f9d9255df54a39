package page_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"imhoweb/internal/platform/jour"
	"imhoweb/templates/components"
	"imhoweb/web/page"
)

type ville struct{ nom, code, depuis string }

var villes = []ville{{"Muret", "31395", "2011-04-04"}, {"Éaunes", "31165", ""}, {"Toulouse", "31555", "2009-01-01"}, {"=Tournefeuille", "01557", "2015-06-01"}}

var tableau = page.Tableau[ville]{
	Titre: "Communes", Chemin: "/communes", Fichier: "communes", Vide: "Aucune commune", Tri: "nom",
	Colonnes: []page.Colonne[ville]{
		{Code: "nom", Libelle: "Nom", Texte: func(v ville) string { return v.nom }},
		{Code: "code", Libelle: "Code", Texte: func(v ville) string { return v.code }, Code18: true},
		{Code: "depuis", Libelle: "Depuis", Texte: func(v ville) string { return v.depuis }, Cle: func(v ville) string { return v.depuis }},
	},
	Filtres: []page.FiltreDe[ville]{{Code: "dep", Libelle: "Département", Choix: []components.Choix{{Code: "31", Libelle: "Haute-Garonne"}},
		Garde: func(v ville, d string) bool { return strings.HasPrefix(v.code, d) }}},
	Adresse: func(v ville) string { return "/communes/" + v.code },
}

func TestTableau(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ requete, noms, export string }{
		{"", "Éaunes Muret Toulouse =Tournefeuille", "/communes.csv"},
		{"?q=eaunes", "Éaunes", "/communes.csv?q=eaunes"},
		{"?q=31+mur", "Muret", "/communes.csv?q=31+mur"},
		{"?dep=31&tri=code&sens=desc", "Toulouse Muret Éaunes", "/communes.csv?dep=31&sens=desc&tri=code"},
		{"?tri=depuis", "Toulouse Muret =Tournefeuille Éaunes", "/communes.csv?tri=depuis"},
		{"?tri=depuis&sens=desc", "=Tournefeuille Muret Toulouse Éaunes", "/communes.csv?sens=desc&tri=depuis"},
		{"?tri=inconnu&page=99", "Éaunes Muret Toulouse =Tournefeuille", "/communes.csv?tri=inconnu"},
		{"?q=rien", "", "/communes.csv?q=rien"},
	} {
		e := tableau.Lire(httptest.NewRequest("GET", "/communes"+c.requete, nil), villes)
		var noms []string
		for _, l := range e.Lignes {
			noms = append(noms, l.Cellules[0].Texte)
		}
		if got := strings.Join(noms, " "); got != c.noms || e.Export != c.export || e.Pages.Total != len(noms) {
			t.Errorf("%q: %q (%d), %s", c.requete, got, e.Pages.Total, e.Export)
		}
	}
}

func TestTableauPages(t *testing.T) {
	t.Parallel()
	e := tableau.Lire(httptest.NewRequest("GET", "/communes?q=muret&page=2", nil), slices120())
	if e.Page != 2 || e.NbPages != 3 || e.Pages.Debut != 51 || e.Pages.Fin != 100 || e.Pages.Total != 120 {
		t.Errorf("%+v", e.Pages)
	}
	if e.Pages.Suivante != "/communes?page=3&q=muret" || e.Pages.Precedente != "/communes?page=1&q=muret" {
		t.Errorf("%q, %q", e.Pages.Suivante, e.Pages.Precedente)
	}
}

func slices120() []ville {
	l := make([]ville, 120)
	for i := range l {
		l[i] = villes[0]
	}
	return l
}

// What is exported is what is shown, and no cell runs in a spreadsheet.
func TestTableauExporte(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	if err := tableau.Exporter(w, httptest.NewRequest("GET", "/communes.csv?q=T&tri=nom&sens=desc", nil), villes); err != nil {
		t.Fatal(err)
	}
	attendu := "\ufeffNom;Code;Depuis\r\n'=Tournefeuille;\"=\"\"01557\"\"\";2015-06-01\r\nToulouse;\"=\"\"31555\"\"\";2009-01-01\r\nMuret;\"=\"\"31395\"\"\";2011-04-04\r\n"
	if w.Body.String() != attendu {
		t.Errorf("%q", w.Body.String())
	}
}

func TestCles(t *testing.T) {
	t.Parallel()
	le := time.Date(2026, 3, 29, 2, 30, 0, 0, jour.Paris)
	if page.CleNombre(9) >= page.CleNombre(10) || page.CleInstant(le) >= page.CleInstant(le.Add(time.Millisecond)) || page.CleInstant(time.Time{}) != "" {
		t.Errorf("%s, %s", page.CleNombre(9), page.CleInstant(le))
	}
}

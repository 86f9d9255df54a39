package gestion_test

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/gestion"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/platform/texte"
)

// trouver gives the names of the demandeurs found, in order.
func trouver(t *testing.T, db pg.DB, s habilitations.Session, c gestion.Criteres) []string {
	t.Helper()
	l := lister(t, db, s, c, gestion.Vue{Tri: "titulaire.nom"})
	noms := []string{}
	for _, x := range l.Lignes {
		nom := "?"
		if len(x.Personnes) > 0 {
			nom = x.Personnes[0].Nom
		}
		noms = append(noms, nom)
	}
	if l.Total != len(noms) {
		t.Errorf("total %d for %d rows", l.Total, len(noms))
	}
	slices.Sort(noms)
	return noms
}

// R-REC-02, R-REC-03: usage and birth names, demandeur and co-titulaires,
// accents, case, jokers; the name and the first name are of one person.
func TestNoms(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	s := demandestest.Agent(t, db, demandestest.Saisie())
	for _, p := range [][5]string{ // nom, naissance, prénom; co-titulaire nom, prénom
		{"Barthès", "", "Maëlle"},
		{"Dupont", "N’Guyen", "Zoé"},
		{"Dupont-Moretti", "", "Éric", "Roux", "Zoé"},
		{"de la Tour", "", "Jean-Pierre"},
		{"Lecœur", "", "Ali", "Barthés", "Luc"},
	} {
		demandestest.Creer(t, db, func(d *demandes.Demande) {
			d.Demandeur.Nom, d.Demandeur.NomNaissance, d.Demandeur.Prenom = p[0], p[1], p[2]
			if p[3] != "" {
				d.Cotitulaires = []demandes.Titulaire{{Cle: 1, Lien: "CONJOINT",
					Identite: demandes.Identite{Civilite: "1", Nom: p[3], Prenom: p[4], Naissance: jour.De(1990, 5, 1)}}}
			}
		})
	}
	brouillon(t, db, s, `{"demandeur.nom": "Lecœur-Béziat", "demandeur.prenom": "Anaïs", "cotitulaire.2.nom": "Øster", "cotitulaire.2.nom_naissance": "Barthès", "cotitulaire.2.prenom": "Zoé", "demandeur.nir": "secret"}`)
	for _, c := range []struct {
		nom, prenom string
		trouves     string
	}{
		{"DUPONT", "", "Dupont Dupont-Moretti"},
		{"dupont moretti", "", "Dupont-Moretti"},
		{"Barthes", "", "Barthès Lecœur Lecœur-Béziat"},
		{"barthès", "maelle", "Barthès"},
		{"barthes", "zoe", "Lecœur-Béziat"},
		{"n guyen", "", "Dupont"},
		{"NGUYEN", "", ""},
		{"%moret%", "", "Dupont-Moretti"},
		{"%T", "", "Dupont Lecœur-Béziat"},
		{"%-mor%", "", "Dupont-Moretti"},
		{"roux", "éric", ""}, // not the same person
		{"roux", "Zoé", "Dupont-Moretti"},
		{"", "zo", "Dupont Dupont-Moretti Lecœur-Béziat"},
		{"", "%pierre", "de la Tour"},
		{"lecoeur", "", "Lecœur Lecœur-Béziat"},
		{"oster", "", "Lecœur-Béziat"},
		{"secret", "", ""},
		{"%", "%%%", "Barthès Dupont Dupont-Moretti Lecœur Lecœur-Béziat de la Tour"},
		{"%_%", "", "Barthès Dupont Dupont-Moretti Lecœur Lecœur-Béziat de la Tour"},
		{"' or true --", "", ""},
	} {
		got := strings.Join(trouver(t, db, s, gestion.Criteres{Nom: c.nom, Prenom: c.prenom}), " ")
		if got != c.trouves {
			t.Errorf("nom %q prénom %q: %q, want %q", c.nom, c.prenom, got, c.trouves)
		}
	}
	autre := demandestest.AutreBailleur()
	if got := trouver(t, db, autre, gestion.Criteres{Nom: "oster"}); len(got) != 0 {
		t.Errorf("another organisme finds a draft by its name: %v", got)
	}
}

func brouillon(t *testing.T, db pg.DB, s habilitations.Session, valeurs string) {
	t.Helper()
	b := demandestest.Brouillon(t, db, s.Organisme)
	executer(t, db, `insert into saisies (demande_id, utilisateur, organisme, sorte, valeurs) values (@id::bigint, @u, @o, 'creation', @v)`,
		pg.Args{"id": strings.TrimPrefix(b, "b-"), "u": s.Utilisateur, "o": s.Organisme, "v": valeurs})
}

// The base normalises the names of drafts as texte does.
func TestNormaliserNom(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	for _, s := range []string{"", "Barthès", "N’Guyen", " d'Artagnan ", "Jean–Pierre -  Louis", "Lecœur", "Groß", "Ørsted", "Łukasz Đorđević",
		"Mu\u0303noz\u00a0Pérez", "St. Jean", "O%_\\B", "Paral·lel", "ÉRIC", "Ançel", "İbrahim"} {
		var got string
		if err := tx.QueryRow(t.Context(), "select normaliser_nom($1)", s).Scan(&got); err != nil || got != texte.Normaliser(s) {
			t.Errorf("%q: %q, want %q, %v", s, got, texte.Normaliser(s), err)
		}
	}
}

func choix() []url.Values {
	l := []url.Values{
		{"titulaire.nom": {"dup%"}}, {"titulaire.prenom": {"%e%"}}, {"brouillons": {"1"}}, {"demande.incomplete": {"1"}},
		{"demande.date_depot.du": {"2025-01-01"}}, {"demande.date_depot.au": {"2026-01-01"}}, {"demande.date_echeance.au": {"2027-11-02"}},
		{"demande.contingent": {"PPRIOR"}}, {"demande.contingent": {"COLTER,PPRIOR"}}, {"titulaire.collecteur": {"01"}}, {"demande.guichet": {"11054"}},
		{"demande.nature": {"PS"}}, {"demande.numero_interne": {"12"}}, {"demande.numero_iw": {"2025060001"}},
	}
	for _, e := range demandes.Etats {
		l = append(l, url.Values{"demande.etat": {e.Code}})
	}
	return l
}

// Adding a criterion to any other never makes the result larger, whatever the
// session. Without a state the radiées are left out: « toutes » is the base of
// the states.
func TestAjouterUnCritereNeGranditJamais(t *testing.T) {
	t.Parallel()
	db, s := fichier(t)
	compter := func(v url.Values) int {
		if v.Get("demande.etat") == "" {
			v.Set("demande.etat", gestion.EtatTous)
		}
		c, err := gestion.ParseQuery(v)
		if err != nil {
			t.Fatalf("%v: %v", v, err)
		}
		n, err := gestion.Compter(t.Context(), db, s, c)
		if err != nil {
			t.Fatalf("%v: %v", v, err)
		}
		return n
	}
	unir := func(l ...url.Values) url.Values {
		u := url.Values{}
		for _, v := range l {
			for nom, x := range v {
				u[nom] = x
			}
		}
		return u
	}
	tout, sauf := compter(url.Values{}), 0
	if n, err := gestion.Compter(t.Context(), db, s, gestion.Criteres{}); err != nil || n >= tout || n == 0 {
		t.Fatalf("without a state: %d of %d, %v", n, tout, err)
	}
	for _, a := range choix() {
		seul := compter(unir(a))
		if seul > tout {
			t.Errorf("%v: %d > %d", a, seul, tout)
		}
		if seul < tout {
			sauf++
		}
		for _, b := range choix() {
			if reflect.DeepEqual(mapsKeys(a), mapsKeys(b)) {
				continue // the same criterion with another value
			}
			if deux := compter(unir(a, b)); deux > seul || deux > compter(unir(b)) {
				t.Errorf("%v and %v: %d", a, b, deux)
			}
		}
	}
	if sauf != len(choix()) {
		t.Errorf("only %d of %d criteria filter anything", sauf, len(choix()))
	}
}

func mapsKeys(v url.Values) []string {
	var l []string
	for k := range v {
		l = append(l, k)
	}
	return l
}

func TestPhrase(t *testing.T) {
	t.Parallel()
	ref := demandestest.Ref(t, pgtest.DB(t))
	for _, c := range []struct{ v, phrase string }{
		{"", "toutes les demandes, sauf les radiées"},
		{"demande.etat=TOUTES", "état toutes, radiées comprises"},
		{"titulaire.nom=DUP%25&demande.etat=ACTIVE,VALIDEE&demande.date_depot.du=2021-06-01&demande.date_depot.au=2026-11-24",
			"nom DUP%, état Active ou Validée, déposées du 01/06/2021 au 24/11/2026"},
		{"demande.numero_unique=031041100185611076", "n°\u00a0unique 031041100185611076"},
		{"demande.etat=INCOMPLETE&brouillons=1&demande.date_echeance.au=2026-12-31",
			"incomplète (NU), à renouveler jusqu’au 31/12/2026, brouillons de mon organisme"},
		{"titulaire.collecteur=01&demande.guichet=11054", "guichet 11054 Agence Toulouse, collecteur ALIADE"},
	} {
		v, _ := url.ParseQuery(c.v)
		criteres, err := gestion.ParseQuery(v)
		if err != nil {
			t.Fatal(err)
		}
		if got := criteres.Phrase(ref); got != c.phrase {
			t.Errorf("%s: %q, want %q", c.v, got, c.phrase)
		}
	}
}

func TestWhereSurUnAutreAlias(t *testing.T) {
	t.Parallel()
	db, s := fichier(t)
	c := toutes().AvecCode("demande.contingent", "PPRIOR")
	f := c.Where("x", s)
	var n int
	if err := db.QueryRow(t.Context(), "select count(*) from demandes x where "+f.SQL, f.Args).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if attendu := len(trouver(t, db, s, c)); n != attendu || n == 0 {
		t.Errorf("%d rows, want %d", n, attendu)
	}
}

// An address read, written and read again is the same; what can't be read is a
// mistake on a field, never a criterion dropped.
func FuzzCriteres(f *testing.F) {
	for _, v := range choix() {
		f.Add(v.Encode())
	}
	f.Add("demande.date_depot.du=31/02/1990&demande.etat=,,A,A,B&numero=031 04&numero_champ=x")
	f.Add("demande.etat=INCOMPLETE&demande.etat=\x00&titulaire.nom=%25%25")
	f.Fuzz(func(t *testing.T, adresse string) {
		v, err := url.ParseQuery(adresse)
		if err != nil {
			return
		}
		c, err := gestion.ParseQuery(v)
		if err != nil {
			if _, ok := err.(fault.Fields); !ok {
				t.Fatalf("%v", err)
			}
			return
		}
		q := c.Query()
		if q.Has(gestion.Nom) || q.Has(gestion.Prenom) {
			t.Fatalf("a name in an address: %v", q)
		}
		encore, err := gestion.ParseQuery(q)
		if err != nil {
			t.Fatalf("%v → %v: %v", adresse, q, err)
		}
		encore.Nom, encore.Prenom = c.Nom, c.Prenom
		if !reflect.DeepEqual(c, encore) {
			t.Fatalf("%q\n%+v\n%+v", adresse, c, encore)
		}
		c.Where("d", habilitations.Session{})
	})
}

// The journal says how a list was sought, and no text.
func TestPhraseSansTexte(t *testing.T) {
	t.Parallel()
	ref := demandestest.Ref(t, pgtest.DB(t))
	for attendu, c := range map[string]gestion.Criteres{
		"toutes les demandes, sauf les radiées": {},
		"recherche par nom":                     {Nom: "Dupont"},
		"recherche par nom, état Active":        gestion.Criteres{Prenom: "Zoé"}.AvecCode(gestion.Etat, "ACTIVE"),
		"recherche par numéro":                  {Numero: gestion.Numero{Champ: gestion.NumeroInterne, Valeur: "A12"}},
		"état toutes, radiées comprises":        toutes(),
	} {
		if got := c.PhraseSansTexte(ref); got != attendu {
			t.Errorf("%+v: %q, want %q", c, got, attendu)
		}
	}
}

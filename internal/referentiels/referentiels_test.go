package referentiels_test

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/referentiels"
)

func ouvrir(t *testing.T, db pg.DB) *referentiels.Referentiels {
	t.Helper()
	r, err := referentiels.Ouvrir(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var (
	en2011 = jour.De(2011, 6, 7)
	en2026 = jour.De(2026, 11, 24)
)

func codes(l []referentiels.Code) string {
	var s []string
	for _, c := range l {
		s = append(s, c.Code)
	}
	return strings.Join(s, " ")
}

func TestReferentiels(t *testing.T) {
	t.Parallel()
	r := ouvrir(t, pgtest.Tx(t))
	t.Run("nomenclatures", func(t *testing.T) { testNomenclatures(t, r) })
	t.Run("labels of the original", func(t *testing.T) { testLibelles(t, r) })
	t.Run("territoires", func(t *testing.T) { testTerritoires(t, r) })
	t.Run("choices", func(t *testing.T) { testChoix(t, r) })
	t.Run("communes of France", func(t *testing.T) { testCommunes(t, r) })
	t.Run("organismes and guichets", func(t *testing.T) { testOrganismes(t, r) })
	t.Run("settings and plafonds", func(t *testing.T) { testReglages(t, r) })
}

func testNomenclatures(t *testing.T, r *referentiels.Referentiels) {
	for _, c := range []struct {
		nom, domaine string
		le           jour.Date
		deja         []string
		want         string
	}{
		{"in 2011 the fifteen collecteurs are offered, not Action Logement", "collecteur_1pc", en2011, nil, "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15"},
		{"since 2017 Action Logement and « Autre collecteur » only", "collecteur_1pc", en2026, nil, "ALS 15"},
		{"a closed collecteur already on the dossier stays offered", "collecteur_1pc", en2026, []string{"05"}, "05 ALS 15"},
		{"the last day of a value is open", "collecteur_1pc", jour.De(2016, 12, 31), nil, "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15"},
		{"Mademoiselle is no longer offered", "civilite", en2026, nil, "1 2"},
		{"Non précisé is never offered as a type", "type_logement", en2011, nil, "C T1 T2 T3 T4 T5 T6P"},
		{"but stays on an old dossier", "type_logement", en2026, []string{"X"}, "C T1 T2 T3 T4 T5 T6P X"},
		{"the current dwelling is never Indifférent", "categorie_logement_actuel", en2026, nil, "A M"},
		{"the wanted one may be", "categorie_logement", en2026, nil, "A M I"},
		{"a code unknown to the domaine is not offered", "sexe", en2026, []string{"?"}, "M F"},
		{"an unknown domaine offers nothing", "rien", en2026, nil, ""},
	} {
		if got := codes(r.Ouvertes(c.domaine, c.le, c.deja...)); got != c.want {
			t.Errorf("%s: %q, want %q", c.nom, got, c.want)
		}
	}
	if got := r.Libelle("civilite", "3"); got != "Mademoiselle" {
		t.Errorf("a closed value displays %q", got)
	}
	if got := r.Libelle("civilite", "9"); got != "9" {
		t.Errorf("an unknown code displays %q, want itself", got)
	}
	for _, d := range r.Domaines() {
		for _, c := range r.Nomenclature(d) {
			if n := r.Numero(d, c.Code); n <= 0 || r.Code(d, n) != c.Code {
				t.Errorf("%s %s: number %d reads back %q", d, c.Code, n, r.Code(d, n))
			}
		}
	}
	if r.Numero("sexe", "") != 0 || r.Code("sexe", 0) != "" {
		t.Error("not given must be 0, and 0 not given")
	}
}

// testLibelles checks the lists that the original screens name.
func testLibelles(t *testing.T, r *referentiels.Referentiels) {
	for _, c := range []struct{ domaine, libelles string }{
		{"collecteur_1pc", "ALIADE|ALIANCE|AMALIA-DESEOS|APEC 1%|ASTRIA"},                         // R-REF-01 R-REF-02 R-REF-03 R-REF-04 R-REF-05
		{"collecteur_1pc", "CILGERE|COPARIL 31|GIC1%|GROUPE CILEO|LA POSTE"},                      // R-REF-06 R-REF-07 R-REF-08 R-REF-09 R-REF-10
		{"collecteur_1pc", "LOGEO (EX COOP LOGEMENT)|RESIDEO CIL|SOLENDI|SRIAS|Autre collecteur"}, // R-REF-11 R-REF-12 R-REF-13 R-REF-14 R-REF-15
		{"produit", "Location"},                                                                                                     // R-REF-16
		{"categorie_logement", "Appartement|Maison|Indifférent"},                                                                    // R-REF-18
		{"type_logement", "Chambre|T1|T2|T3|T4|T5|T6 et plus|Non précisé"},                                                          // R-REF-19
		{"nature_bien", "Logement simple|Logement avec parking|Non précisé"},                                                        // R-REF-20
		{"nature_demande", "Personne seule|Famille|Personne seule + autre(s)|Couple"},                                               // R-REF-21
		{"situation_familiale", "Célibataire|Concubin(e)|Marié(e)"},                                                                 // R-REF-22
		{"activite_professionnelle", "CDI (ou fonctionnaire)|CDD, stage, intérim|Artisan, commerçant, profession libérale|Chômage"}, // R-REF-23
		{"situation_logement_actuel", "Locataire HLM|Sous-locataire ou hébergé dans un logement à titre temporaire|Chez vos parents ou vos enfants|Chez un particulier"}, // R-REF-24
		{"motif_demande", "Sans logement ou hébergé ou en logement temporaire|Rapprochement du lieu de travail|Mutation professionnelle"},                                // R-REF-25
	} {
		for _, libelle := range strings.Split(c.libelles, "|") {
			if !slices.ContainsFunc(r.Nomenclature(c.domaine), func(x referentiels.Code) bool { return x.Libelle == libelle }) {
				t.Errorf("%s has no %q", c.domaine, libelle)
			}
		}
	}
	if got := r.Libelle("financement", "PLA_CDC"); got != "PLA financé Caisse des dépôts" { // R-REF-17
		t.Errorf("barème PLA/CDC: %q", got)
	}
}

func testTerritoires(t *testing.T, r *referentiels.Referentiels) {
	muret, _ := r.Territoire("31-395") // R-REF-29
	if muret.Nom != "Muret" || muret.CodeInsee != "31395" || muret.Type != referentiels.TypeCommune {
		t.Errorf("31-395: %+v", muret)
	}
	if x, ok := r.TerritoireNumero(muret.Numero); !ok || x.Code != "31-395" {
		t.Errorf("number %d reads back %q", muret.Numero, x.Code)
	}
	if x, ok := r.TerritoireCommune("31395"); !ok || x.Code != "31-395" {
		t.Errorf("Insee 31395 is %q", x.Code)
	}
	for _, c := range []struct {
		code, ancetre string
		want          bool
	}{
		{"31-555-13", "31-555", true}, {"31-555-13", "TM", true}, {"31-555-13", "D31", true}, {"31-555", "31-555", true},
		{"31-555", "31-555-13", false}, {"31-395", "TM", false}, {"31-004", "SICOVAL", true}, {"rien", "D31", false}, {"", "", false},
	} {
		if got := r.Dans(c.code, c.ancetre); got != c.want {
			t.Errorf("%q inside %q: %v", c.code, c.ancetre, got)
		}
	}
	if n := len(r.Enfants("31-555")); n != 22 {
		t.Errorf("Toulouse has %d quartiers, want 22", n)
	}
	l := r.CommunesDe("31")
	if len(l) != 586 || !slices.IsSortedFunc(l, func(a, b referentiels.Territoire) int { return strings.Compare(a.NomRecherche, b.NomRecherche) }) {
		t.Errorf("%d communes, want 586 by name", len(l))
	}
	anciens := map[string]string{} // R-REF-30 R-REF-31
	for _, s := range r.Secteurs("31") {
		anciens[s.Code] = s.Libelle2011
	}
	if len(anciens) != 21 || !strings.Contains(anciens["TM"], "CA GRAND TOULOUSE") || !strings.Contains(anciens["TM"], "Communauté Urbaine de Toulouse") ||
		anciens["D31"] != "Tout le département 31" || anciens["SICOVAL-N"] != "SICOVAL PARTIE NORD" || anciens["SICOVAL-S"] != "SICOVAL PARTIE SUD" {
		t.Errorf("secteurs: %v", anciens)
	}
	if q := r.Qpv("31555"); len(q) != 24 || q[0].Generation != 2024 {
		t.Errorf("Toulouse has %d QPV, first %+v", len(q), q[0])
	}
	if d, _ := r.Departement("31"); d.PrefixeNumero != "031" {
		t.Errorf("prefix of the 31: %q", d.PrefixeNumero)
	}
	if d, _ := r.Departement("2A"); d.PrefixeNumero != "02A" {
		t.Errorf("prefix of the 2A: %q", d.PrefixeNumero)
	}
}

func testChoix(t *testing.T, r *referentiels.Referentiels) {
	for texte, want := range map[string]string{
		"31-395 X MURET": "31-395", "31-555-X TOULOUSE": "31-555", "31-555 X TOULOUSE": "31-555", "31-395": "31-395",
		"31-555-13": "31-555-13", "31-555-13 LES CHALETS": "31-555-13", " 31-395 x muret ": "31-395", "31-555 - X": "31-555",
		"31-395 MURET": "31-395", "31-395 31600 MURET": "31-395",
	} {
		if got, err := r.LireChoix(texte); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", texte, got, err, want)
		}
	}
	for _, texte := range []string{"", "MURET", "31-999 X NULLE PART", "31-395-13 MURET", "75-056 X PARIS", "TM", "D31", "31-555-99", "31395"} {
		if got, err := r.LireChoix(texte); err == nil {
			t.Errorf("%q is read as %q", texte, got)
		}
	}
	if got := r.LibelleChoix("31-395"); got != "31-395 X MURET" {
		t.Error(got)
	}
	if got := r.LibelleChoix("31-248"); got != "31-248 X LABARTHE-SUR-LEZE" {
		t.Error(got)
	}
	if got := r.LibelleChoix("TM"); got != "Toulouse Métropole" {
		t.Error(got)
	}
	for _, commune := range r.CommunesDe("31") {
		for _, c := range append(r.Enfants(commune.Code), commune) {
			if got, err := r.LireChoix(r.LibelleChoix(c.Code)); err != nil || got != c.Code {
				t.Errorf("%q reads back %q, %v", r.LibelleChoix(c.Code), got, err)
			}
		}
	}
}

func testCommunes(t *testing.T, r *referentiels.Referentiels) {
	for _, c := range []struct{ nom, texte, want string }{
		{"by the beginning of a name, whatever case", "tournef", "Tournefeuille"},
		{"without accents", "labarthe sur leze", "Labarthe-sur-Lèze"},
		{"with accents and hyphens", "Labarthe-sur-Lèze", "Labarthe-sur-Lèze"},
		{"« st » is « saint »", "st-orens de gam", "Saint-Orens-de-Gameville"},
		{"apostrophes of either form", "l’union", "L'Union"},
		{"a ligature", "oeuf en", "Œuf-en-Ternois"},
		{"by code postal", "31600", "Muret"},
		{"by Insee code when it is no code postal", "31555", "Toulouse"},
		{"an exact name before larger communes that begin so", "saint-denis", "Saint-Denis"},
		{"by a word in the name", "gameville", "Saint-Orens-de-Gameville"},
	} {
		l := r.ChercherCommunes(c.texte, 5)
		if len(l) == 0 || l[0].Nom != c.want {
			t.Errorf("%s: %q gives %+v, want %s first", c.nom, c.texte, l, c.want)
		}
	}
	l := r.ChercherCommunes("toulo", 3)
	if len(l) != 3 || l[0].Nom != "Toulouse" || l[1].Nom != "Toulon" {
		t.Errorf("toulo: %+v, want the most populated first", l)
	}
	for _, texte := range []string{"", "  ", "%", "zzzz", "'", "99999"} {
		if l := r.ChercherCommunes(texte, 5); len(l) != 0 {
			t.Errorf("%q finds %+v", texte, l)
		}
	}
	if c, ok := r.Commune("2A004"); !ok || c.Nom != "Ajaccio" || c.Departement != "2A" {
		t.Errorf("2A004: %+v", c)
	}
}

func testOrganismes(t *testing.T, r *referentiels.Referentiels) {
	for code, want := range map[string]string{
		"TMH": "BAILLEUR true true", "SFHE": "BAILLEUR false false", "ETAT": "ETAT true true", "CD31": "DEPARTEMENT true true",
		"TM": "EPCI true true", "SICOVAL": "EPCI true true", "MURETAIN": "EPCI true true", "TOURNEF": "COMMUNE true true",
		"CUGNAUX": "COMMUNE false true", "AL": "COLLECTEUR true true", "COL-ASTRIA": "COLLECTEUR false false",
		"ATLAS": "GESTIONNAIRE false true", "USH": "FEDERATION false true", "CILEOD": "AUTRE false false", "DOMITIA": "BAILLEUR false true",
	} {
		o, ok := r.Organisme(code)
		if got := o.Type + " " + texteOui(o.Enregistreur) + " " + texteOui(o.Actif); !ok || got != want {
			t.Errorf("%s: %s, want %s (type, enregistreur, actif)", code, got, want)
		}
	}
	agences := r.Agences("TMH") // R-REF-32
	if !slices.ContainsFunc(agences, func(a referentiels.Agence) bool { return a.Nom == "Agence Toulouse" && a.Fictif }) {
		t.Errorf("TMH: %+v", agences)
	}
	for _, o := range r.Organismes() {
		ouverts := 0
		for _, g := range r.Guichets(o.Code) {
			if g.Ouvert(en2026) {
				ouverts++
			}
			if x, ok := r.GuichetNumero(g.Numero); !ok || x.Code != g.Code {
				t.Errorf("guichet %s: number %d reads back %q", g.Code, g.Numero, x.Code)
			}
			if a, ok := r.Agence(g.Agence); ok && a.Organisme != o.Code {
				t.Errorf("guichet %s of %s is in an agence of %s", g.Code, o.Code, a.Organisme)
			}
		}
		if (o.Enregistreur || o.Code == "ATLAS") != (ouverts > 0) {
			t.Errorf("%s: enregistreur %v with %d open guichets", o.Code, o.Enregistreur, ouverts)
		}
	}
	if g, _ := r.Guichet("11056"); g.Ouvert(en2026) || g.Organisme != "TMH" {
		t.Errorf("a closed guichet displays and doesn't register: %+v", g)
	}
	if g, ok := r.Guichet("GDPUB"); !ok || g.Organisme != "ATLAS" {
		t.Errorf("portail grand public: %+v", g)
	}
	var noms []string
	for _, b := range r.Bailleurs("31395", "31445") {
		noms = append(noms, b.Nom)
	}
	if len(noms) < 3 || len(slices.Compact(slices.Clone(noms))) != len(noms) {
		t.Errorf("bailleurs of Muret and Quint: %q, each once", noms)
	}
	if l := r.Bailleurs(); len(l) != 0 {
		t.Errorf("no commune, %d bailleurs", len(l))
	}
}

func texteOui(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func testReglages(t *testing.T, r *referentiels.Referentiels) {
	if n := r.Entier(referentiels.DelaiAnormalementLong); n != 36 {
		t.Errorf("délai anormalement long: %d months", n)
	}
	if n := r.Entier(referentiels.SeuilSecretStatistique); n != 11 {
		t.Errorf("secret: %d", n)
	}
	if !r.Oui(referentiels.EnfantsANaitreComptes) {
		t.Error("enfants à naître are not counted")
	}
	if s := r.Texte(referentiels.ConnexionMentionCnil); !strings.Contains(s, "CNIL") {
		t.Errorf("mention of the connexion page: %q", s)
	}
	for _, c := range []struct {
		annee       int
		financement string
		cat, supp   int
		want        int
	}{
		{2011, "PLUS", 1, 0, 19225}, {2025, "PLAI", 5, 0, 29105}, {2026, "PLUS", 3, 0, 37584}, {2026, "PLS", 6, 2, 78203 + 2*8723},
	} {
		if got, ok := r.Plafonds().Plafond(c.annee, c.financement, c.cat, c.supp); !ok || got != c.want {
			t.Errorf("plafond %+v: %d, %v", c, got, ok)
		}
	}
	if _, ok := r.Plafonds().Plafond(2027, "PLUS", 1, 0); ok {
		t.Error("2027 is not published and has a plafond")
	}
}

func TestRechargerShowsTheAdministratorsChangeToReadersInProgress(t *testing.T) {
	t.Parallel()
	db := pgtest.Admin(t)
	r := ouvrir(t, db)
	executer(t, db, "update parametres set valeur = '30' where code = 'delai_anormalement_long'")
	if n := r.Entier(referentiels.DelaiAnormalementLong); n != 36 {
		t.Errorf("changed to %d without Recharger", n)
	}
	var g sync.WaitGroup
	for range 4 {
		g.Go(func() {
			for range 50 {
				if n := r.Entier(referentiels.DelaiAnormalementLong); n != 30 && n != 36 {
					t.Errorf("read %d while reloading", n)
				}
				r.ChercherCommunes("toul", 3)
				r.Bailleurs("31555")
			}
		})
	}
	if err := r.Recharger(t.Context()); err != nil {
		t.Error(err)
	}
	g.Wait()
	if n := r.Entier(referentiels.DelaiAnormalementLong); n != 30 {
		t.Errorf("still %d after Recharger", n)
	}
	if c, ok := r.Commune("31555"); !ok || c.Nom != "Toulouse" || len(r.ChercherCommunes("31000", 1)) != 1 {
		t.Errorf("the communes are lost: %+v", c)
	}
}

func TestOuvrirRefusesABaseWithoutReferentielsAndRechargerKeepsTheFormerData(t *testing.T) {
	t.Parallel()
	db := pgtest.Admin(t)
	r := ouvrir(t, db)
	executer(t, db, "delete from parametres where code = 'preavis_renouvellement'")
	if _, err := referentiels.Ouvrir(t.Context(), db); err == nil || !strings.Contains(err.Error(), "preavis_renouvellement") {
		t.Errorf("a missing setting gives %v", err)
	}
	if err := r.Recharger(t.Context()); err == nil {
		t.Error("Recharger accepts a missing setting")
	}
	if n := r.Entier(referentiels.PreavisRenouvellement); n != 1 {
		t.Errorf("the former value is lost: %d", n)
	}
}

// Another instance sees a change by its number, reads once, then rests; a
// second load of the files is no change.
func TestRafraichirReadsOnceWhatAnotherInstanceChanged(t *testing.T) {
	t.Parallel()
	db := pgtest.Admin(t)
	r := ouvrir(t, db)
	rafraichir := func(want bool) {
		t.Helper()
		lu, err := r.Rafraichir(t.Context())
		if err != nil || lu != want {
			t.Errorf("read again: %v, %v", lu, err)
		}
	}
	rafraichir(false)
	executer(t, db, "update parametres set valeur = '30' where code = 'delai_anormalement_long'")
	rafraichir(true)
	rafraichir(false)
	if n := r.Entier(referentiels.DelaiAnormalementLong); n != 30 {
		t.Errorf("still %d", n)
	}
	if err := referentiels.Charger(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	rafraichir(false)
	executer(t, db, "delete from bailleurs_communes where organisme = 'TMH'")
	rafraichir(true)

	ctx, cancel := context.WithCancel(t.Context())
	suivi := make(chan struct{})
	go func() { r.Suivre(ctx, time.Millisecond); close(suivi) }()
	executer(t, db, "update parametres set valeur = '24' where code = 'delai_anormalement_long'")
	for r.Entier(referentiels.DelaiAnormalementLong) != 24 { // the test's own deadline ends it
		runtime.Gosched()
	}
	cancel()
	<-suivi
}

// A demonstration says what it is, unless an administrator said something else.
func TestDeclarerNature(t *testing.T) {
	t.Parallel()
	db := pgtest.Admin(t)
	for _, c := range []struct{ sql, want string }{
		{"select", referentiels.NatureDemonstration},
		{"update parametres set valeur = 'formation', modifie_le = now() where code = 'nature_base'", referentiels.NatureFormation},
	} {
		if _, err := db.Exec(t.Context(), c.sql); err != nil {
			t.Fatal(err)
		}
		if err := referentiels.DeclarerNature(t.Context(), db, referentiels.NatureDemonstration); err != nil {
			t.Fatal(err)
		}
		if got := ouvrir(t, db).Texte(referentiels.NatureBase); got != c.want {
			t.Errorf("%s: %s", c.sql, got)
		}
	}
}

// A year that ATLAS prepares is used once published only.
func TestPlafondsOfAYearAreUsedOncePublished(t *testing.T) {
	t.Parallel()
	db := pgtest.Admin(t)
	r := ouvrir(t, db)
	executer(t, db, "insert into plafonds_annees (annee, zone) values (2027, 'autres_regions')")
	executer(t, db, "insert into plafonds (annee, zone, financement, categorie, montant, local) values (2027, 'autres_regions', 'PLUS', '1', 24000, true)")
	for _, publiee := range []bool{false, true} {
		executer(t, db, "update plafonds_annees set publiee = $1", publiee)
		if err := r.Recharger(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, connu := r.Plafonds().Plafond(2027, "PLUS", 1, 0); connu != publiee || connu && n != 24000 {
			t.Errorf("published %v: %d, %v", publiee, n, connu)
		}
	}
	if _, connu := r.Plafonds().Plafond(2026, "PLUS", 1, 0); !connu {
		t.Error("2026, loaded from the files, is no more published")
	}
}

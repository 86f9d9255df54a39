package tenue_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/referentiels/tenue"
)

// Every nomenclature has its label, and every coded fact of a dossier says
// where it is held: a code in use can't be missed.
func TestDomainesKnowWhereTheirCodesAre(t *testing.T) {
	t.Parallel()
	b := nouveau(t)
	var codes []string
	for _, d := range tenue.Domaines {
		codes = append(codes, d.Code)
		if _, err := tenue.Usages(t.Context(), b.db, d.Code); err != nil {
			t.Error(err)
		}
	}
	slices.Sort(codes)
	if !slices.Equal(codes, b.tenue.Ref.Domaines()) {
		t.Errorf("described %v, loaded %v", codes, b.tenue.Ref.Domaines())
	}
	demandestest.Creer(t, b.db, nil)
	for domaine, code := range map[string]string{"civilite": "2", "nationalite": "1", "situation_familiale": "C", "activite_professionnelle": "CDI",
		"motif_demande": "01", "type_logement": "T2", "categorie_logement": "I", "situation_logement_actuel": "LP", "ressource_type": "SAL", "origine_demande": "GUICHET"} {
		usages, err := tenue.Usages(t.Context(), b.db, domaine)
		if err != nil || usages[code] == 0 {
			t.Errorf("%s %s: %v, %v", domaine, code, usages, err)
		}
	}
	for _, c := range champs.Tous() {
		if d, ok := tenue.DomaineDe(c.Nomenclature); c.Nomenclature != "" && (!ok || !d.Porte()) {
			t.Errorf("%s holds codes of %s: say where", c.Code, c.Nomenclature)
		}
	}
}

func TestNomenclature(t *testing.T) {
	t.Parallel()
	b := nouveau(t)
	auj := jour.Aujourdhui()
	v := tenue.Valeur{Domaine: "motif_demande", Code: "90", Libelle: "Rapprochement d’un aidant", Ordre: 90}
	b.faire(b.tenue.AjouterValeur(b.atlas, v))
	if p := b.faire(b.tenue.AjouterValeur(b.atlas, v)); !p.Rien() {
		t.Error("a second click adds again")
	}
	if got := b.tenue.Ref.Libelle("motif_demande", "90"); got != v.Libelle {
		t.Errorf("in memory: %q", got)
	}
	v.Libelle = "Autre"
	if got := fautes(b.refus(b.tenue.AjouterValeur(b.atlas, v))); got != "code" {
		t.Errorf("a code taken: %s", got)
	}
	if got := fautes(b.refus(b.tenue.AjouterValeur(b.atlas, tenue.Valeur{Domaine: "motif_demande", Code: "a b", Ordre: -1}))); got != "code libelle ordre" {
		t.Errorf("fields: %s", got)
	}

	// A value of the files: relabelled, then closed; dossiers that hold it keep it.
	demandestest.Creer(t, b.db, nil)
	origine, err := tenue.LireValeur(t.Context(), b.db, "motif_demande", "01")
	if err != nil {
		t.Fatal(err)
	}
	origine.Libelle = "Sans logement"
	if p := b.faire(b.tenue.ModifierValeur(b.atlas, origine)); !strings.Contains(strings.Join(p.Consequences, " "), "1\u00a0fois") {
		t.Errorf("what follows: %q", p.Consequences)
	}
	origine.Fin, origine.Version = auj.Jours(-1), 2
	b.faire(b.tenue.ModifierValeur(b.atlas, origine))
	if l := b.tenue.Ref.Ouvertes("motif_demande", auj); slices.ContainsFunc(l, func(c referentiels.Code) bool { return c.Code == "01" }) {
		t.Error("closed yesterday and offered today")
	}
	if err := b.refus(b.tenue.SupprimerValeur(b.atlas, "motif_demande", "01", 3)); !strings.Contains(err.Error(), "d’origine") {
		t.Error(err)
	}

	// One added here: removed as long as nothing holds it, not even a draft.
	b.executer("update motifs set motif = '90'")
	if err := b.refus(b.tenue.SupprimerValeur(b.atlas, "motif_demande", "90", 1)); !strings.Contains(err.Error(), "portée") {
		t.Error(err)
	}
	b.executer("update motifs set motif = '01'")
	b.executer("insert into utilisateurs (id, nom, prenom, nom_n, prenom_n) values (77, 'Barthès', 'Maëlle', 'BARTHES', 'MAELLE')")
	b.executer(`insert into saisies (demande_id, utilisateur, organisme, sorte, valeurs) select id, 77, 'TMH', 'modification', '{"motif.1":"90"}' from demandes`)
	if err := b.refus(b.tenue.SupprimerValeur(b.atlas, "motif_demande", "90", 1)); !strings.Contains(err.Error(), "saisies") {
		t.Error(err)
	}
	b.executer("delete from saisies")
	b.faire(b.tenue.SupprimerValeur(b.atlas, "motif_demande", "90", 1))
	if b.tenue.Ref.Existe("motif_demande", "90") {
		t.Error("still there")
	}

	// What the program has rules on only changes its words.
	if err := b.refus(b.tenue.AjouterValeur(b.atlas, tenue.Valeur{Domaine: "motif_radiation", Code: "RADXXX", Libelle: "x", Ordre: 9})); !strings.Contains(err.Error(), "règles") {
		t.Error(err)
	}
	radren, _ := tenue.LireValeur(t.Context(), b.db, "motif_radiation", "RADREN")
	radren.Fin = auj
	if got := fautes(b.refus(b.tenue.ModifierValeur(b.atlas, radren))); got != "fin" {
		t.Errorf("closing a code of the program: %s", got)
	}

	if err := referentiels.Charger(t.Context(), pgtest.Admin(t)); err != nil {
		t.Fatal(err)
	}
	if got := valeur[string](b, "select libelle || ' ' || (fin = current_date - 1) || ' ' || array_to_string(modifiees, ',') from nomenclatures where domaine = 'motif_demande' and code = '01'"); got != "Sans logement true libelle" {
		t.Errorf("after a load: %s", got)
	}
}

// cibles are the codes of the territoires that bound who sees a demande.
func (b banc) cibles(id int64) string {
	b.Helper()
	return valeur[string](b, "select coalesce(string_agg(t.code, ' ' order by t.code collate \"C\"), '') from demandes d join territoires t on t.numero = any(d.cibles) where d.id = $1", id)
}

func TestTerritoires(t *testing.T) {
	t.Parallel()
	b := nouveau(t)
	d := demandestest.Creer(t, b.db, nil) // asks for Muret
	autre := demandestest.Creer(t, b.db, func(d *demandes.Demande) { d.Souhait.Choix = []string{"31-555"} })
	if got := b.cibles(d.ID); got != "31-395 MURETAIN" {
		t.Fatalf("targets %s", got)
	}

	b.faire(b.tenue.AjouterQuartier(b.atlas, "31-395", "Saint-Jean"))
	q, err := b.tenue.Ref.LireLieu("Saint-Jean (31395)")
	if err != nil || q != "31-395-01" {
		if c, ok := b.tenue.Ref.Territoire("31-395-01"); !ok || c.CodeParent != "31-395" {
			t.Errorf("the quartier: %q, %v, %+v", q, err, c)
		}
	}
	if got := valeur[string](b, "select string_agg(ancetre, ' ' order by ancetre collate \"C\") from territoires_inclusions where descendant = '31-395-01'"); got != "31-395 31-395-01 D31 MURETAIN" {
		t.Errorf("closure: %s", got)
	}
	if got := fautes(b.refus(b.tenue.AjouterQuartier(b.atlas, "31-395", "Saint Jean"))); got != "nom" {
		t.Errorf("the same name twice: %s", got)
	}
	b.faire(b.tenue.ModifierQuartier(b.atlas, "31-555-13", "Les Chalets et Bayard", true, 1))
	b.faire(b.tenue.ModifierQuartier(b.atlas, "31-395-01", "Saint-Jean", false, 1))
	if l := b.tenue.Ref.Enfants("31-395"); len(l) != 0 {
		t.Errorf("a closed quartier is offered: %+v", l)
	}

	p := b.faire(b.tenue.DeplacerCommune(b.atlas, "31-395", "SICOVAL-S", 1))
	if !strings.Contains(p.Consequences[0], "1\u00a0demande vise") {
		t.Errorf("what follows: %q", p.Consequences)
	}
	if got := b.cibles(d.ID); got != "31-395 SICOVAL SICOVAL-S" {
		t.Errorf("targets %s", got)
	}
	if got := b.cibles(autre.ID); got != "31-555 TM" {
		t.Errorf("the other demande targets %s", got)
	}
	if !b.tenue.Ref.Dans("31-395-01", "SICOVAL") || b.tenue.Ref.Dans("31-395", "MURETAIN") {
		t.Error("in memory, Muret has not moved with its quartier")
	}
	for nom, a := range map[string]tenue.Acte{
		"into a commune":           b.tenue.DeplacerCommune(b.atlas, "31-395", "31-555", 2),
		"an EPCI":                  b.tenue.DeplacerCommune(b.atlas, "TM", "MURETAIN", 1),
		"a quartier of a quartier": b.tenue.AjouterQuartier(b.atlas, "31-555-13", "x"),
	} {
		if b.refus(a) == nil {
			t.Error(nom)
		}
	}
	if err := referentiels.Charger(t.Context(), pgtest.Admin(t)); err != nil {
		t.Fatal(err)
	}
	if got := valeur[string](b, "select string_agg(nom || ' ' || code_parent || ' ' || actif, ', ' order by code) from territoires where code in ('31-395', '31-395-01', '31-555-13')"); got != "Muret SICOVAL-S true, Saint-Jean 31-395 false, Les Chalets et Bayard 31-555 true" {
		t.Errorf("after a load: %s", got)
	}
}

// The percentage of a dossier follows the plafonds that are published; that of
// the lists follows the projection.
func TestPlafondsPublishedChangeThePercentage(t *testing.T) {
	t.Parallel()
	b := nouveau(t)
	annee := jour.Aujourdhui().Annee()
	d := demandestest.Creer(t, b.db, nil) // alone, RFR 17 420
	f := demandestest.Fichier(t, b.db)
	f.Ref = b.tenue.Ref
	pct := func() int { t.Helper(); return *f.Plafonds(d, jour.Aujourdhui()).Pct["PLUS"] }
	avant := pct()

	g, err := b.tenue.LireGrille(t.Context(), b.db, annee)
	if err != nil || !g.Publiee || len(g.Montants) != len(tenue.Cases()) {
		t.Fatalf("%+v, %v", g, err)
	}
	original := maps.Clone(g.Montants)
	for c := range g.Montants {
		g.Montants[c] *= 2
	}
	g.Source = "Arrêté d’essai"
	b.faire(b.tenue.EnregistrerPlafonds(b.atlas, g))
	if apres := pct(); apres*2 < avant-1 || apres*2 > avant+1 {
		t.Errorf("%d %%, then %d %% of plafonds twice as high", avant, apres)
	}
	dire := ""
	if err := f.Reprojeter(t.Context(), b.db, "31", func(faits, total int) { dire += string(rune('0'+faits)) + "/" + string(rune('0'+total)) }); err != nil || dire != "1/1" {
		t.Fatalf("%q, %v", dire, err)
	}
	if got := valeur[int](b, "select pct_plus::integer from recherche_demandes"); got != pct() {
		t.Errorf("in lists %d %%, on the dossier %d %%", got, pct())
	}
	const rangee = "select xmin::text || ctid::text from recherche_demandes"
	ecrite := valeur[string](b, rangee)
	if err := f.Reprojeter(t.Context(), b.db, "31", func(int, int) {}); err != nil || valeur[string](b, rangee) != ecrite {
		t.Errorf("a search row that was right is written again, %v", err)
	}

	// No more published: not known, never interpolated.
	g.Publiee, g.Version = false, 1
	b.faire(b.tenue.EnregistrerPlafonds(b.atlas, g))
	if p := f.Plafonds(d, jour.Aujourdhui()).Pct["PLUS"]; p != nil {
		t.Errorf("%d %% of a plafond that isn't published", *p)
	}
	if err := referentiels.Charger(t.Context(), pgtest.Admin(t)); err != nil {
		t.Fatal(err)
	}
	c := tenue.Case{Financement: "PLUS", Categorie: "1"}
	if relu, err := b.tenue.LireGrille(t.Context(), b.db, annee); err != nil || relu.Montants[c] != 2*original[c] || relu.Source != "Arrêté d’essai" || relu.Publiee {
		t.Errorf("after a load: %d, %q, %v, %v", relu.Montants[c], relu.Source, relu.Publiee, err)
	}

	// Next year: prepared incomplete, published complete only.
	suivante := tenue.Grille{Annee: annee + 1, Montants: map[tenue.Case]int{c: 24000}, Source: "Projet d’arrêté"}
	b.faire(b.tenue.EnregistrerPlafonds(b.atlas, suivante))
	suivante.Publiee, suivante.Version = true, 1
	if got := fautes(b.refus(b.tenue.EnregistrerPlafonds(b.atlas, suivante))); strings.Count(got, " ") != len(tenue.Cases())-2 {
		t.Errorf("published incomplete: %s", got)
	}
	suivante.Publiee, suivante.Source = false, ""
	suivante.Montants[tenue.Case{Financement: "PLUS", Categorie: "2"}] = 23000
	if got := fautes(b.refus(b.tenue.EnregistrerPlafonds(b.atlas, suivante))); got != "PLUS.2 source" {
		t.Errorf("a lower category 2, no source: %s", got)
	}
	suivante.Source, suivante.Montants = "Arrêté", map[tenue.Case]int{{Financement: "PLS", Categorie: "1"}: 31000}
	b.faire(b.tenue.EnregistrerPlafonds(b.atlas, suivante))
	if relu, _ := b.tenue.LireGrille(t.Context(), b.db, annee+1); !maps.Equal(relu.Montants, suivante.Montants) || relu.Publiee {
		t.Errorf("an amount emptied stays: %+v", relu)
	}
}

func TestPlafondsCSV(t *testing.T) {
	t.Parallel()
	c := func(f, cat string) tenue.Case { return tenue.Case{Financement: f, Categorie: cat} }
	for _, x := range []struct {
		csv  string
		want map[tenue.Case]int
	}{
		{"\ufefffinancement;categorie;montant\r\nPLUS;1;23 403 €\r\nplai;SUPP;3\u202f689\r\n", map[tenue.Case]int{c("PLUS", "1"): 23403, c("PLAI", "supp"): 3689}},
		{"PLS\t6\t78203", map[tenue.Case]int{c("PLS", "6"): 78203}},
		{"PLUS,1,23403", map[tenue.Case]int{c("PLUS", "1"): 23403}},
		{"PLUS;1;23403\nPLUS;1;23404", nil}, {"PLUS;7;23403", nil}, {"PLI;1;23403", nil}, {"PLUS;1", nil}, {"PLUS;1;x", nil}, {"", nil}, {"PLUS;1;-5", nil}, {`"PLUS;1`, nil},
	} {
		got, err := tenue.LirePlafondsCSV(x.csv)
		if !maps.Equal(got, x.want) || (err == nil) != (x.want != nil) {
			t.Errorf("%q: %v, %v", x.csv, got, err)
		}
		if err != nil && fautes(err) != "csv" {
			t.Errorf("%q: %v", x.csv, err)
		}
	}
}

func TestParametre(t *testing.T) {
	t.Parallel()
	b := nouveau(t)
	code := string(referentiels.DelaiAnormalementLong)
	b.faire(b.tenue.ModifierParametre(b.atlas, code, "30", "Arrêté préfectoral du 2 janvier 2027", 1))
	if n := b.tenue.Ref.Entier(referentiels.DelaiAnormalementLong); n != 30 {
		t.Errorf("in memory: %d", n)
	}
	if l, err := tenue.Anciens(t.Context(), b.db, code); err != nil || len(l) != 1 || l[0].Avant != "36" || l[0].Apres != "30" || l[0].ModifiePar != "Inès Fauré" {
		t.Errorf("history: %+v, %v", l, err)
	}
	for _, c := range []struct{ code, valeur, source, want string }{
		{code, "0", "x", "valeur"}, {code, "121", "x", "valeur"}, {code, "trente", "x", "valeur"}, {code, "030", "x", "valeur"}, {code, "24", "", "source"},
		{string(referentiels.NatureBase), "essai", "x", "valeur"}, {string(referentiels.EnfantsANaitreComptes), "peut-être", "x", "valeur"},
		{string(referentiels.DepartementFichier), "32", "x", "valeur"}, {string(referentiels.ConnexionMentionCnil), "", "x", "valeur"},
		{string(referentiels.DelaiReponseProposition), "9", "x", "valeur"},
	} {
		if got := fautes(b.refus(b.tenue.ModifierParametre(b.atlas, c.code, c.valeur, c.source, 1))); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if err := b.refus(b.tenue.ModifierParametre(b.atlas, "inconnu", "1", "x", 1)); err == nil {
		t.Error("an unknown setting")
	}
	b.faire(b.tenue.ModifierParametre(b.atlas, string(referentiels.NatureBase), referentiels.NatureFormation, "Décision d’ATLAS", 1))
	if got := b.traces(); got != "modifier parametre delai_anormalement_long, modifier parametre nature_base" {
		t.Errorf("traces: %s", got)
	}
	l, err := tenue.Parametres(t.Context(), b.db)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range l { // the value in the base is one that the form would accept
		if _, err := b.tenue.Apercevoir(t.Context(), b.tenue.ModifierParametre(b.atlas, p.Code, p.Valeur, "Essai", p.Version)); err != nil && !p.Fixe() {
			t.Errorf("%s: %v", p.Code, err)
		}
	}
}

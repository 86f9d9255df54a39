package referentiels_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"imhoweb/internal/habilitations"
	"imhoweb/web/webtest"
)

var formeConfirme = regexp.MustCompile(`name="confirme" value="([0-9a-f]+)"`)

// confirmer sends a form, checks that it only shows what would change, then
// sends it again with the confirmation.
func confirmer(t *testing.T, n *webtest.Navigateur, chemin string, champs ...string) (recap, fin webtest.Reponse) {
	t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(champs); i += 2 {
		v.Set(champs[i], champs[i+1])
	}
	recap = n.PostForm(t, chemin, v)
	m := formeConfirme.FindStringSubmatch(recap.Corps)
	if recap.Statut != http.StatusUnprocessableEntity || m == nil {
		t.Fatalf("%s: %d without anything to confirm\n%s", chemin, recap.Statut, recap.Corps)
	}
	v.Set("confirme", m[1])
	return recap, n.PostForm(t, chemin, v)
}

func lire[T any](t *testing.T, site *webtest.Site, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := site.DB.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// R-GOU-04, R-MEN-10
func TestOrganismeFromTheBrowser(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	const o = "/administration/organismes"

	if r := atlas.Post(t, o+"/nouveau", "code", "garonne", "type", "AMI"); r.Statut != http.StatusUnprocessableEntity || !r.Dit("Indiquez le nom de l’organisme.") || !r.Dit(`value="garonne"`) {
		t.Errorf("mistakes: %d", r.Statut)
	}
	champs := []string{"code", "GARONNE", "nom", "Garonne Habitat", "type", "BAILLEUR", "enregistreur", "1", "version", "0"}
	recap, fin := confirmer(t, atlas, o+"/nouveau", champs...)
	if !recap.Dit("Ce qui va changer") || !recap.Dit("Ses agents pourront recevoir ces rôles") || fin.Statut != http.StatusSeeOther || fin.Lieu != o+"/GARONNE" {
		t.Errorf("created: %d %q", fin.Statut, fin.Lieu)
	}
	if r := atlas.Post(t, o+"/nouveau", champs...); r.Statut != http.StatusSeeOther || lire[int](t, site, "select count(*) from organismes where code = 'GARONNE'") != 1 {
		t.Errorf("a second click: %d", r.Statut)
	}
	for _, q := range []string{"?q=garonne", "?type=BAILLEUR&tri=nom&sens=desc", ".csv?q=garonne"} {
		if r := atlas.Get(t, o+q); r.Statut != http.StatusOK || !r.Dit("Garonne Habitat") {
			t.Errorf("%s: %d", q, r.Statut)
		}
	}

	// Two administrators: the second sees both states, and confirms over it.
	_, fin = confirmer(t, atlas, o+"/GARONNE/modification", "nom", "Garonne", "type", "BAILLEUR", "enregistreur", "1", "version", "1")
	if fin.Statut != http.StatusSeeOther {
		t.Fatalf("changed: %d", fin.Statut)
	}
	r := atlas.Post(t, o+"/GARONNE/modification", "nom", "Garonne Logement", "type", "BAILLEUR", "enregistreur", "1", "version", "1", "code", "TMH")
	if r.Statut != http.StatusConflict || !r.Dit("Modifié entre-temps") || !r.Dit("Garonne Logement") || !r.Dit(`name="version" value="2"`) {
		t.Errorf("conflict: %d", r.Statut)
	}
	confirme := formeConfirme.FindStringSubmatch(r.Corps)[1]
	r = atlas.Post(t, o+"/GARONNE/modification", "nom", "Garonne Logement", "type", "BAILLEUR", "enregistreur", "1", "version", "2", "code", "TMH", "confirme", confirme)
	if got := lire[string](t, site, "select string_agg(nom, ', ' order by code) from organismes where code in ('TMH', 'GARONNE')"); r.Statut != http.StatusSeeOther || got != "Garonne Logement, Toulouse Métropole Habitat" {
		t.Errorf("confirmed with a forged code: %d, %s", r.Statut, got)
	}
	recap, fin = confirmer(t, atlas, o+"/GARONNE/fermeture", "successeur", "TMH", "version", lire[string](t, site, "select version::text from organismes where code = 'GARONNE'"))
	if !recap.Dit("ne pourra plus entrer") || fin.Statut != http.StatusSeeOther || !atlas.Get(t, o+"/GARONNE").Dit("Rouvrir") {
		t.Errorf("closed: %d", fin.Statut)
	}
	if n := lire[int](t, site, "select count(*) from changements where objet = 'organisme' and cle = 'GARONNE'"); n < 3 {
		t.Errorf("%d traces", n)
	}
}

// The administrator of an organisme has its agences and guichets, and nothing
// of the others: they don't exist for them.
func TestAdministrateurDUnOrganisme(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	tmh := site.Agent(t, "TMH", habilitations.AdminOrganisme)
	const o = "/administration/organismes"

	if r := tmh.Get(t, o); r.Statut != http.StatusOK || !r.Dit("Toulouse Métropole Habitat") || r.Dit("Promologis") || r.Dit("Ajouter un organisme") {
		t.Errorf("list: %d", r.Statut)
	}
	for _, l := range []string{"/administration/agences", "/administration/guichets.csv"} {
		if r := tmh.Get(t, l); r.Statut != http.StatusOK || !r.Dit("Toulouse Métropole Habitat") || r.Dit("Promologis") {
			t.Errorf("%s: %d", l, r.Statut)
		}
	}
	_, fin := confirmer(t, tmh, o+"/TMH/agences/nouvelle", "nom", "Agence Nailloux", "organisme", "PROMO", "version", "0")
	if fin.Statut != http.StatusSeeOther || lire[string](t, site, "select organisme from agences where nom = 'Agence Nailloux'") != "TMH" {
		t.Errorf("agence: %d", fin.Statut)
	}
	_, fin = confirmer(t, tmh, o+"/TMH/guichets/nouveau", "code", "G2799", "nom", "Revel", "agence", "TMH-01", "debut", "04/01/2027", "organisme", "PROMO", "version", "0")
	if fin.Statut != http.StatusSeeOther || lire[string](t, site, "select organisme || debut from guichets where code = 'G2799'") != "TMH2027-01-04" {
		t.Errorf("guichet: %d", fin.Statut)
	}
	if r := tmh.Post(t, o+"/TMH/guichets/G2799", "nom", "Revel", "debut", "31/02/2027", "version", "1"); r.Statut != http.StatusUnprocessableEntity || !r.Dit("31/02/2027") {
		t.Errorf("a date that isn't: %d", r.Statut)
	}
	for _, chemin := range []string{o + "/PROMO", o + "/PROMO/agences/nouvelle", o + "/PROMO/agences/PROMO-01", o + "/PROMO/guichets/11084", o + "/TMH/guichets/11084", o + "/TMH/agences/PROMO-01", o + "/RIEN"} {
		if r := tmh.Get(t, chemin); r.Statut != http.StatusNotFound {
			t.Errorf("GET %s: %d", chemin, r.Statut)
		}
	}
	for _, chemin := range []string{o + "/PROMO/agences/nouvelle", o + "/PROMO/guichets/nouveau", o + "/PROMO/guichets/11084", o + "/TMH/guichets/11084", o + "/TMH/agences/PROMO-01"} {
		if r := tmh.Post(t, chemin, "nom", "Pris", "code", "ZZZZ9", "version", "1", "organisme", "TMH"); r.Statut != http.StatusNotFound {
			t.Errorf("POST %s: %d", chemin, r.Statut)
		}
	}
	for _, chemin := range []string{o + "/nouveau", o + "/TMH/modification", "/administration/referentiels", "/administration/territoires", "/administration/plafonds", "/administration/parametres"} {
		if r := tmh.Get(t, chemin); r.Statut != http.StatusForbidden {
			t.Errorf("%s: %d", chemin, r.Statut)
		}
	}
	if n := lire[int](t, site, "select count(*) from agences where nom = 'Pris'"); n != 0 {
		t.Error("an agence of another organisme changed")
	}
}

func TestNomenclaturesFromTheBrowser(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	const l = "/administration/referentiels"

	if r := atlas.Get(t, l); r.Statut != http.StatusOK || !r.Dit("Motifs de la demande") {
		t.Errorf("list: %d", r.Statut)
	}
	_, fin := confirmer(t, atlas, l+"/motif_demande/nouvelle", "code", "90", "libelle", "Rapprochement d’un aidant", "ordre", "90", "version", "0")
	if fin.Statut != http.StatusSeeOther || fin.Lieu != l+"/motif_demande" {
		t.Errorf("added: %d %q", fin.Statut, fin.Lieu)
	}
	for _, chemin := range []string{l + "/motif_demande?q=aidant", l + "/motif_demande.csv?q=aidant"} {
		if r := atlas.Get(t, chemin); r.Statut != http.StatusOK || !r.Dit("Rapprochement d’un aidant") || r.Dit("Logement trop cher") {
			t.Errorf("%s: %d", chemin, r.Statut)
		}
	}
	recap, fin := confirmer(t, atlas, l+"/motif_demande/09", "libelle", "Loyer trop lourd", "ordre", "9", "fin", "31/12/2030", "version", "1")
	if !recap.Dit("Logement trop cher") || fin.Statut != http.StatusSeeOther || lire[string](t, site, "select libelle || fin from nomenclatures where domaine = 'motif_demande' and code = '09'") != "Loyer trop lourd2030-12-31" {
		t.Errorf("changed: %d", fin.Statut)
	}
	if r := atlas.Get(t, l+"/motif_demande/90"); !r.Dit("jamais employée") {
		t.Error("a value never used can't be removed")
	}
	if _, fin = confirmer(t, atlas, l+"/motif_demande/90/suppression", "version", "1"); fin.Statut != http.StatusSeeOther || lire[int](t, site, "select count(*) from nomenclatures where domaine = 'motif_demande' and code = '90'") != 0 {
		t.Errorf("removed: %d", fin.Statut)
	}
	if r := atlas.Post(t, l+"/motif_demande/01/suppression", "version", "1"); r.Statut != http.StatusConflict {
		t.Errorf("a value of the files removed: %d", r.Statut)
	}
	for _, chemin := range []string{l + "/rien", l + "/rien.csv", l + "/motif_demande/zz", l + "/motif_radiation/nouvelle"} {
		if r := atlas.Get(t, chemin); r.Statut != http.StatusNotFound {
			t.Errorf("%s: %d", chemin, r.Statut)
		}
	}
}

func TestTerritoiresFromTheBrowser(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	const c = "/administration/territoires"
	if r := atlas.Get(t, c); r.Statut != http.StatusOK || !r.Dit("Sicoval partie nord") || !r.Dit("/administration/territoires/31-395") {
		t.Errorf("tree: %d", r.Statut)
	}
	if _, fin := confirmer(t, atlas, c+"/31-395/quartier", "nom", "Saint-Jean", "version", "0"); fin.Statut != http.StatusSeeOther {
		t.Errorf("added: %d", fin.Statut)
	}
	if r := atlas.Get(t, c+"/31-395"); !r.Dit("Saint-Jean") {
		t.Error("not under its commune")
	}
	if _, fin := confirmer(t, atlas, c+"/31-395-01", "nom", "Saint-Jean", "version", "1"); fin.Statut != http.StatusSeeOther || lire[bool](t, site, "select actif from territoires where code = '31-395-01'") {
		t.Errorf("closed: %d", fin.Statut)
	}
	if _, fin := confirmer(t, atlas, c+"/31-395", "parent", "SICOVAL-S", "version", "1"); fin.Statut != http.StatusSeeOther || lire[string](t, site, "select code_parent from territoires where code = '31-395'") != "SICOVAL-S" {
		t.Errorf("moved: %d", fin.Statut)
	}
	if r := atlas.Get(t, c+"/liste.csv?niveau=quartier&q=saint-jean"); r.Statut != http.StatusOK || strings.Count(r.Corps, "\r\n") != 2 {
		t.Errorf("file: %d\n%s", r.Statut, r.Corps)
	}
	for _, code := range []string{"TM", "D31", "31-999"} {
		if r := atlas.Get(t, c+"/"+code); r.Statut != http.StatusNotFound {
			t.Errorf("%s: %d", code, r.Statut)
		}
	}
}

func TestPlafondsFromTheBrowser(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	const p = "/administration/plafonds"
	if r := atlas.Get(t, p+"/annee?annee=2027"); r.Statut != http.StatusSeeOther || r.Lieu != p+"/2027" {
		t.Errorf("year: %d %q", r.Statut, r.Lieu)
	}
	csv := "financement;categorie;montant\nPLUS;1;24000\nPLUS;2;32000\n"
	r := atlas.Post(t, p+"/2027/import", "csv", csv)
	if !r.Dit(`value="24000"`) || !r.Dit("2\u00a0montants lus") || !r.Dit("+2,6\u202f%") || lire[int](t, site, "select count(*) from plafonds where annee = 2027") != 0 {
		t.Errorf("import: %d\n%s", r.Statut, r.Corps)
	}
	if r := atlas.Post(t, p+"/2027/import", "csv", "PLUS;9;1"); r.Statut != http.StatusUnprocessableEntity || !r.Dit("Corrigez la ligne 1") {
		t.Errorf("bad import: %d", r.Statut)
	}
	if r := atlas.Post(t, p+"/2027", "PLUS.1", "24000", "version", "0"); r.Statut != http.StatusUnprocessableEntity || !r.Dit("Indiquez l’arrêté") {
		t.Errorf("no source: %d", r.Statut)
	}
	recap, fin := confirmer(t, atlas, p+"/2027", "PLUS.1", "24 000", "PLUS.2", "32000", "source", "Projet d’arrêté", "version", "0")
	if !recap.Dit("ne servent pas au calcul") || fin.Statut != http.StatusSeeOther || lire[int](t, site, "select montant from plafonds where annee = 2027 and categorie = '1'") != 24000 {
		t.Errorf("kept: %d", fin.Statut)
	}
	if r := atlas.Get(t, p+"?q=2027"); !r.Dit("Projet d’arrêté") {
		t.Error("2027 isn't in the list")
	}
}

// R-CNX-10: a setting changed is read at once, by its instance.
func TestParametresFromTheBrowser(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	const p = "/administration/parametres"
	if r := atlas.Get(t, p); !r.Dit("36\u00a0mois") || !r.Dit("Délais fixés par les textes") || !r.Dit("18\u00a0mois") {
		t.Errorf("list: %d", r.Statut)
	}
	recap, fin := confirmer(t, atlas, p+"/connexion_mention_cnil", "valeur", "Déclaration CNIL 2027-31.", "source", "CNIL", "version", "1")
	if !recap.Dit("agréé par la CNIL") || fin.Statut != http.StatusSeeOther || !site.Navigateur(t).Get(t, "/connexion").Dit("Déclaration CNIL 2027-31.") {
		t.Errorf("changed: %d", fin.Statut)
	}
	if r := atlas.Get(t, p+"/connexion_mention_cnil"); !r.Dit("agréé par la CNIL") {
		t.Error("the former value isn't in the history")
	}
	if _, fin := confirmer(t, atlas, p+"/enfants_a_naitre_comptes", "valeur", "non", "source", "Décision", "version", "1"); fin.Statut != http.StatusSeeOther ||
		lire[int](t, site, "select count(*) from travaux where code = 'projections'") != 1 {
		t.Errorf("the percentages of lists aren't computed again: %d", fin.Statut)
	}
	if r := atlas.Post(t, p+"/delai_anormalement_long", "valeur", "500", "source", "x", "version", "1"); r.Statut != http.StatusUnprocessableEntity || !r.Dit("de 1 à 120") {
		t.Errorf("out of bounds: %d", r.Statut)
	}
	// A confirmation holds for what was shown, and for nothing else.
	r := atlas.Post(t, p+"/delai_anormalement_long", "valeur", "30", "source", "Arrêté", "version", "1")
	confirme := formeConfirme.FindStringSubmatch(r.Corps)[1]
	if r := atlas.Post(t, p+"/delai_anormalement_long", "valeur", "12", "source", "Arrêté", "version", "1", "confirme", confirme); r.Statut != http.StatusUnprocessableEntity {
		t.Errorf("another value with the confirmation of 30: %d", r.Statut)
	}
	if got := lire[string](t, site, "select valeur from parametres where code = 'delai_anormalement_long'"); got != "36" {
		t.Errorf("now %s", got)
	}
}

// What the base holds is said on every page but in production: banner, tab,
// before the login too.
func TestNatureOfTheBaseIsAnnounced(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	if r := atlas.Get(t, "/"); r.Dit("Base de") || r.Dit("[FORMATION]") {
		t.Error("production is announced")
	}
	if _, fin := confirmer(t, atlas, "/administration/parametres/nature_base", "valeur", "formation", "source", "Décision", "version", "1"); fin.Statut != http.StatusSeeOther {
		t.Fatal(fin.Statut)
	}
	for _, n := range []*webtest.Navigateur{atlas, site.Navigateur(t)} {
		for _, chemin := range []string{"/", "/connexion", "/nulle-part"} {
			r := n.Get(t, chemin)
			if r.Statut != http.StatusSeeOther && (!r.Dit("Base de formation") || !r.Dit("<title>[FORMATION] ")) {
				t.Errorf("%s: not announced (%d)", chemin, r.Statut)
			}
		}
	}
	d := site.Deps
	d.Demo, d.Config.Cle = true, []byte(strings.Repeat("k", 32))
	if _, fin := confirmer(t, atlas, "/administration/parametres/nature_base", "valeur", "production", "source", "Décision", "version", "2"); fin.Statut != http.StatusSeeOther {
		t.Fatal(fin.Statut)
	}
	if r := webtest.Instance(t, d).Navigateur(t).Get(t, "/connexion"); !r.Dit("Base de démonstration") {
		t.Error("a demonstration says that it is the real file")
	}
}

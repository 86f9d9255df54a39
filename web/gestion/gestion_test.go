package gestion_test

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/editions"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/web/webtest"
)

// site is the application with three demandes of TMH, the second with a
// co-titulaire, and a draft of each of two organismes.
func site(t *testing.T) (*webtest.Site, []*demandes.Demande) {
	t.Helper()
	w := webtest.New(t)
	var l []*demandes.Demande
	for i, nom := range []string{"Barthès", "Dupont", "Dupont-Moretti"} {
		l = append(l, demandestest.Creer(t, w.DB, func(d *demandes.Demande) {
			d.Demandeur.Nom, d.DateDepot = nom, jour.De(2026, 3, 14).Jours(i)
			if i == 1 {
				d.DateRenouvellement = jour.De(2026, 11, 2)
				d.Demandeur.SituationFamiliale = "U"
				d.Cotitulaires = []demandes.Titulaire{{Cle: 1, Lien: "CONJOINT", SituationFamiliale: "U",
					Identite: demandes.Identite{Civilite: "1", Nom: "Roux", Prenom: "Luc", Naissance: jour.De(1990, 5, 1)}}}
			}
			d.Incomplete = i == 2
		}))
	}
	for _, organisme := range []string{"TMH", "PROMO"} {
		demandestest.Brouillon(t, w.DB, organisme)
	}
	return w, l
}

func agent(t *testing.T, w *webtest.Site) *webtest.Navigateur {
	t.Helper()
	return w.Agent(t, "TMH", habilitations.Saisie)
}

func attendre(t *testing.T, r webtest.Reponse, statut int, textes ...string) {
	t.Helper()
	if r.Statut != statut {
		t.Fatalf("status %d, want %d (%s)\n%s", r.Statut, statut, r.Lieu, r.Corps)
	}
	r.Corps = espaces.Replace(html.UnescapeString(r.Corps))
	for _, texte := range textes {
		if !strings.Contains(r.Corps, texte) {
			t.Errorf("the page doesn't say %q\n%s", texte, r.Corps)
		}
	}
}

// espaces makes spaces that don't break like the others.
var espaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

var (
	balises = regexp.MustCompile(`<[^>]*>`)
	blancs  = regexp.MustCompile(`\s+`)
)

// texteDe is what the page says, without its tags.
func texteDe(r webtest.Reponse) string {
	return blancs.ReplaceAllString(balises.ReplaceAllString(espaces.Replace(html.UnescapeString(r.Corps)), " "), " ")
}

// R-REC-01, R-REC-12, R-REC-13, R-REC-14, R-REC-15, R-REC-16, R-REC-17, R-REC-18, R-REC-26
func TestListe(t *testing.T) {
	t.Parallel()
	w, l := site(t)
	r := agent(t, w).Get(t, "/demandes")
	attendre(t, r, 200, "Gestion Demande", "Liste des demandes", "Demandeur / Co-demandeur", "Nat", "Sit Fam", "Init.", "Rnv.",
		l[0].NumeroIW, `href="/demandes/`+l[0].NumeroUnique+`"`,
		"BARTHÈS Maëlle", "(14/03/1991)", "ROUX Luc", "(01/05/1990)", `Concubin(e) \ Concubin(e)`,
		`title="Incomplète : des rubriques obligatoires manquent"`, "Active", "14/03/2026", "02/11/2026", "Brouillon du ")
	if n := strings.Count(r.Corps, `name="demande"`); n != 4 { // R-REC-07: not the draft of another organisme
		t.Errorf("%d rows, want 4", n)
	}
	nu := l[0].NumeroUnique
	if !strings.Contains(r.Corps, nu[:3]+"<i>"+nu[3:5]+"</i><i>"+nu[5:7]+`</i><i class="r">`+nu[7:13]+"</i><i>"+nu[13:]+"</i>") {
		t.Error("the number isn't in its five groups")
	}
}

// R-REC-20, R-REC-22, R-REC-23
func TestPagesDeLaListe(t *testing.T) {
	t.Parallel()
	w, _ := site(t)
	for range 26 {
		demandestest.Creer(t, w.DB, nil)
	}
	n := agent(t, w)
	r := n.Post(t, "/preferences", "par_page", "25", "retour", "/demandes?tri=demande.numero_iw")
	attendre(t, r, 303)
	r = n.Get(t, r.Lieu)
	attendre(t, r, 200, `<option value="25" selected>`)
	if s := texteDe(r); !strings.Contains(s, "Résultats 1 à 25 / 30") || !strings.Contains(s, "Page 1 / 2") {
		t.Errorf("place in the list: %s", s)
	}
	if strings.Contains(r.Corps, `aria-label="Page précédente"`) {
		t.Error("the first page has a previous one")
	}
	r = n.Get(t, lien(t, r, "Page suivante"))
	if s := texteDe(r); !strings.Contains(s, "Résultats 26 à 30 / 30") || !strings.Contains(s, "Page 2 / 2") {
		t.Errorf("place in the list: %s", s)
	}
	premiere := rangees(n.Get(t, "/demandes?tri=demande.numero_iw"))
	for _, l := range []string{"Page précédente", "Première page"} {
		if got := rangees(n.Get(t, lien(t, r, l))); !slices.Equal(got, premiere) {
			t.Errorf("%s: %v, want %v", l, got, premiere)
		}
	}
	if got := rangees(n.Get(t, lien(t, n.Get(t, "/demandes?tri=demande.numero_iw"), "Dernière page"))); len(got) != 5 || !slices.Equal(got, rangees(r)) {
		t.Errorf("last page: %v", got)
	}
}

var rangee = regexp.MustCompile(`name="demande" value="([^"]+)"`)

// rangees are the numbers of the rows of a page.
func rangees(r webtest.Reponse) []string {
	var l []string
	for _, m := range rangee.FindAllStringSubmatch(r.Corps, -1) {
		l = append(l, m[1])
	}
	return l
}

func lien(t *testing.T, r webtest.Reponse, nom string) string {
	t.Helper()
	m := regexp.MustCompile(`href="([^"]*)" aria-label="` + nom + `"`).FindStringSubmatch(r.Corps)
	if m == nil {
		t.Fatalf("no link %q", nom)
	}
	return strings.ReplaceAll(m[1], "&amp;", "&")
}

// R-REC-02, R-REC-03: names are posted, kept on the server for their agent
// alone, and never stand in an address.
func TestNomsHorsDesAdresses(t *testing.T) {
	t.Parallel()
	w, _ := site(t)
	n := agent(t, w)
	r := n.Post(t, "/demandes", "titulaire.nom", "dupont", "titulaire.prenom", "Ma%", "demande.etat", "ACTIVE")
	attendre(t, r, 303)
	if strings.Contains(strings.ToLower(r.Lieu), "dupont") || !strings.Contains(r.Lieu, "r=") || !strings.Contains(r.Lieu, "demande.etat=ACTIVE") {
		t.Fatalf("address %s", r.Lieu)
	}
	page := n.Get(t, r.Lieu)
	attendre(t, page, 200, `value="dupont"`, "DUPONT-MORETTI", "3 critères")
	if len(rangees(page)) != 2 {
		t.Errorf("rows: %v", rangees(page))
	}
	if m := regexp.MustCompile(`(?i)(href|action)="[^"]*dupont`).FindString(page.Corps); m != "" {
		t.Errorf("a name in an address: %s", m)
	}
	for qui, autre := range map[string]*webtest.Navigateur{"same organisme": agent(t, w), "another": w.Agent(t, "PROMO", habilitations.Saisie)} {
		p := autre.Get(t, r.Lieu)
		attendre(t, p, 200, "Cette recherche par nom n’est plus gardée")
		if strings.Contains(p.Corps, "dupont") || strings.Contains(p.Corps, "MORETTI") || len(rangees(p)) != 0 {
			t.Errorf("an agent of %s sees the names sought, or a list", qui)
		}
		if p := autre.Get(t, strings.Replace(r.Lieu, "/demandes?", "/demandes.csv?", 1)); p.Statut != 404 {
			t.Errorf("an agent of %s exports somebody's search: %d", qui, p.Statut)
		}
	}
	if _, err := w.DB.Exec(t.Context(), "update recherches_nominatives set cree_le = now() - interval '25 hours'"); err != nil {
		t.Fatal(err)
	}
	attendre(t, n.Get(t, r.Lieu), 200, "Cette recherche par nom n’est plus gardée")

	r = n.Get(t, "/demandes?titulaire.nom=dupont") // typed by hand: taken out of the address
	attendre(t, r, 303)
	if strings.Contains(r.Lieu, "dupont") {
		t.Errorf("address %s", r.Lieu)
	}
}

// R-REC-05: a number pasted, spaces allowed, opens its dossier.
func TestNumeroColle(t *testing.T) {
	t.Parallel()
	w, l := site(t)
	n := agent(t, w)
	nu, iw := l[0].NumeroUnique, l[0].NumeroIW
	avecEspaces := nu[:3] + " " + nu[3:5] + " " + nu[5:7] + "\u00a0" + nu[7:13] + " " + nu[13:] + " "
	if _, err := w.DB.Exec(t.Context(), "insert into numeros_internes (demande_id, organisme, numero) values (@id, 'TMH', 'G-12'), (@autre, 'PROMO', 'G-12')",
		pg.Args{"id": l[0].ID, "autre": l[1].ID}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ champ, numero string }{
		{"demande.numero_unique", avecEspaces}, {"demande.numero_unique", iw}, {"demande.numero_iw", iw}, // R-REC-04
		{"demande.numero_iw", nu}, {"demande.numero_interne", "g-12"},
	} {
		if r := n.Post(t, "/demandes", "numero_champ", c.champ, "numero", c.numero); r.Statut != 303 || r.Lieu != "/demandes/"+nu {
			t.Errorf("%s %q: %d %s", c.champ, c.numero, r.Statut, r.Lieu)
		}
	}
	for _, q := range []string{avecEspaces, iw} {
		if r := n.Post(t, "/recherche-rapide", "q", q); r.Statut != 303 || r.Lieu != "/demandes/"+nu {
			t.Errorf("quick search of %q: %d %s", q, r.Statut, r.Lieu)
		}
	}
	absent := "031099900000111054"
	r := n.Post(t, "/recherche-rapide", "q", absent)
	attendre(t, r, 303)
	attendre(t, n.Get(t, r.Lieu), 200, "Aucune demande ne correspond à : n° unique "+absent)
}

func TestRechercheRapideParNom(t *testing.T) {
	t.Parallel()
	w, _ := site(t)
	n := agent(t, w)
	for q, lignes := range map[string]int{
		"dupont": 2, "DUPONT Maëlle": 2, "dupont moretti": 1, "dupont moretti maelle": 1, "roux luc": 1, "%retti": 1, "Inconnu": 0, "'": 0, "%": 4,
	} {
		r := n.Post(t, "/recherche-rapide", "q", q)
		attendre(t, r, 303)
		if strings.Contains(strings.ToLower(r.Lieu), "dupont") {
			t.Errorf("%q: address %s", q, r.Lieu)
		}
		if got := rangees(n.Get(t, r.Lieu)); len(got) != lignes {
			t.Errorf("%q: %d rows, want %d", q, len(got), lignes)
		}
	}
}

// A person whose demande is radiée is read as a name and a first name too: the
// page offers to look among them.
func TestRechercheRapideDUneRadiee(t *testing.T) {
	t.Parallel()
	w, l := site(t)
	n := agent(t, w)
	const radier = "update demandes set statut = 'RADIEE', motif_radiation = 'RADABA', date_radiation = current_date where id = @id"
	if _, err := w.DB.Exec(t.Context(), radier, pg.Args{"id": l[0].ID}); err != nil {
		t.Fatal(err)
	}
	r := n.Post(t, "/recherche-rapide", "q", "barthès maëlle")
	attendre(t, r, 303)
	attendre(t, n.Get(t, r.Lieu), 200, "prénom maëlle", "Chercher aussi dans les radiées (1)")
}

// A criterion that can't be read is never dropped: the screen comes back with
// what was typed.
func TestCritereIllisible(t *testing.T) {
	t.Parallel()
	w, _ := site(t)
	n := agent(t, w)
	r := n.Post(t, "/demandes", "demande.date_depot.du", "31/02/2026", "titulaire.nom", "Barthès")
	attendre(t, r, 422, `value="31/02/2026"`, `value="Barthès"`, "Indiquez une date du calendrier", "Aucune recherche lancée")
	if len(rangees(r)) != 0 {
		t.Error("a list is shown")
	}
	attendre(t, n.Get(t, "/demandes?demande.date_depot.au=hier"), 422, "Aucune recherche lancée")
}

// R-REC-19, R-REC-24
func TestSelection(t *testing.T) {
	t.Parallel()
	w, l := site(t)
	n := agent(t, w)
	nu := l[0].NumeroUnique
	attendre(t, n.Get(t, "/demandes"), 200, `aria-label="Sélectionner BARTHÈS Maëlle"`, "Tout sélectionner sur la page", `form="selection"`)
	for _, c := range []struct {
		champs []string
		lieu   string
		dit    string
	}{
		{[]string{"action", "ouvrir", "demande", nu}, "/demandes/" + nu, ""},
		{[]string{"action", "renouveler", "demande", nu}, "/demandes/" + nu + "/identite?saisie=renouvellement", ""},
		{[]string{"action", "radier", "demande", nu}, "/demandes/" + nu + "/radiation", ""},
		{[]string{"action", "radier", "demande", nu, "demande", l[1].NumeroUnique}, "/demandes?demande.etat=ACTIVE", "Cochez une seule demande"},
		{[]string{"action", "radier"}, "/demandes?demande.etat=ACTIVE", "Cochez d’abord"},
		{[]string{"demande", nu}, "/demandes?demande.etat=ACTIVE", "Choisissez une action"},
	} {
		r := n.Post(t, "/demandes/selection?demande.etat=ACTIVE", c.champs...)
		if r.Statut != 303 || r.Lieu != c.lieu {
			t.Errorf("%v: %d %s", c.champs, r.Statut, r.Lieu)
		}
		if c.dit != "" {
			attendre(t, n.Get(t, r.Lieu), 200, c.dit)
		}
	}
}

// R-REC-25: the ticked rows, or the whole search, as a file; what rights don't
// open isn't shown and is refused.
func TestEditions(t *testing.T) {
	t.Parallel()
	w, l := site(t)
	n := agent(t, w)
	r := n.Post(t, "/demandes/selection", "edition", "liste", "demande", l[0].NumeroUnique)
	attendre(t, r, 200, "\"=\"\""+l[0].NumeroUnique+"\"\"\"", "Barthès")
	if strings.Contains(r.Corps, l[1].NumeroUnique) || !strings.HasPrefix(r.Header.Get("Content-Disposition"), `attachment; filename="demandes-`) {
		t.Errorf("file: %s\n%s", r.Header.Get("Content-Disposition"), r.Corps)
	}
	r = n.Post(t, "/demandes/selection?demande.etat=ACTIVE", "edition", "liste", "toutes", "1")
	if n := strings.Count(r.Corps, "\r\n"); n != 4 {
		t.Errorf("the whole search: %d lines, want 3 and the headings", n)
	}
	if r := n.Post(t, "/demandes/selection", "edition", "attestations", "demande", l[0].NumeroUnique); r.Statut != 307 || !strings.HasPrefix(r.Lieu, "/demandes/attestations.pdf") {
		t.Errorf("attestations: %d %s", r.Statut, r.Lieu)
	}
	m, err := editions.PreparerMentions(w.Deps.Ref, l[0], editions.Creation, l[0].DateDepot)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := editions.EnregistrerAttestation(t.Context(), w.DB, l[0].ID, m); err != nil {
		t.Fatal(err)
	}
	// one kept, one of the day: both, in the order of the list
	r = n.Post(t, "/demandes/attestations.pdf", "demande", l[1].NumeroUnique, "demande", l[0].NumeroUnique)
	if r.Statut != 200 || !strings.HasPrefix(r.Corps, "%PDF-") || r.Header.Get("Content-Type") != "application/pdf" {
		t.Fatalf("attestations: %d %v", r.Statut, r.Header)
	}
	if s := signets(r.Corps); !slices.Equal(s, []string{editions.NumeroGroupe(l[1].NumeroUnique), editions.NumeroGroupe(l[0].NumeroUnique)}) {
		t.Errorf("letters: %v", s)
	}
	if _, err := w.DB.Exec(t.Context(), "update demandes set statut = 'RADIEE', motif_radiation = 'RADABA', date_radiation = current_date where id = $1", l[1].ID); err != nil {
		t.Fatal(err)
	}
	attendre(t, n.Post(t, "/demandes/attestations.pdf", "demande", l[1].NumeroUnique), 404, "seule une demande active")
	r = n.Post(t, "/demandes/attestations.pdf", "demande", l[0].NumeroUnique, "demande", l[1].NumeroUnique)
	attendre(t, r, 409, editions.NumeroGroupe(l[1].NumeroUnique))

	lecteur := w.Agent(t, "TMH", habilitations.Consultation)
	p := lecteur.Get(t, "/demandes")
	for _, cache := range []string{"Renouveler", "Radier", "Attestations", "Nouvelle demande"} {
		if p.Dit(cache) {
			t.Errorf("a reader is offered %s", cache)
		}
	}
	attendre(t, lecteur.Post(t, "/demandes/selection", "action", "radier", "demande", l[0].NumeroUnique), 403)
	attendre(t, lecteur.Post(t, "/demandes/attestations.pdf", "demande", l[0].NumeroUnique), 403)
	if r := lecteur.Post(t, "/demandes/selection", "edition", "liste", "demande", l[0].NumeroUnique); r.Statut != 200 {
		t.Errorf("a reader may export what it reads: %d", r.Statut)
	}
}

// signets are the bookmarks of a PDF, in the order of its pages.
func signets(pdf string) []string {
	var l []string
	for _, m := range regexp.MustCompile(`(?s)<</Title \((.*?)\)\n/Parent`).FindAllStringSubmatch(pdf, -1) {
		l = append(l, strings.Map(func(c rune) rune { // UTF-16
			if c < ' ' || c > '~' {
				return -1
			}
			return c
		}, m[1]))
	}
	return l
}

// R-REC-21: a line of rupture with its number of demandes.
func TestRupture(t *testing.T) {
	t.Parallel()
	w, _ := site(t)
	r := agent(t, w).Get(t, "/demandes?rupture=demande.etat&tri=titulaire.nom")
	s := texteDe(r)
	if !strings.Contains(s, "État : Active 3 demandes") || !strings.Contains(s, "État : Brouillon 1 demande") {
		t.Errorf("groups: %s", s)
	}
}

// R-REC-06, R-REC-07, R-REC-08, R-REC-09, R-REC-10, R-REC-11
func TestPanneau(t *testing.T) {
	t.Parallel()
	w, l := site(t)
	n := agent(t, w)
	r := n.Get(t, "/demandes")
	attendre(t, r, 200, "Tous sauf radiées", "Incomplète (NU)", "Non renouvelée", "Seulement les demandes brouillons de mon organisme",
		"Contingent", "Collecteur", "Demandes déposées")
	s := r.Corps[strings.Index(r.Corps, `id="titulaire.collecteur"`):]
	debut, fin := strings.Index(s, "ALIADE"), strings.Index(s, "Autre collecteur")
	if debut < 0 || fin < debut || strings.Contains(s[:fin], "Préfet") {
		t.Error("the collecteurs aren't in the order of the source")
	}
	for adresse, attendues := range map[string]int{
		"demande.etat=INCOMPLETE": 1, "brouillons=1": 1, "demande.contingent=PPRIOR": 0, "titulaire.collecteur=01": 0,
		"demande.date_depot.du=2026-03-15": 2, "demande.date_depot.du=2026-03-15&demande.date_depot.au=2026-03-15": 1,
		"demande.date_echeance.au=2027-03-14": 1, "demande.guichet=11054": 3,
	} {
		if got := rangees(n.Get(t, "/demandes?"+adresse)); len(got) != attendues {
			t.Errorf("%s: %v", adresse, got)
		}
	}
	if _, err := w.DB.Exec(t.Context(), "update demandes set statut = 'RADIEE', motif_radiation = 'RADABA', date_radiation = current_date where id = @id",
		pg.Args{"id": l[0].ID}); err != nil {
		t.Fatal(err)
	}
	r = n.Get(t, "/demandes?demande.date_depot.au=2026-03-14")
	attendre(t, r, 200, "Aucune demande ne correspond à : déposées jusqu’au 14/03/2026", "Chercher aussi dans les radiées (1)", "Effacer les critères")
	attendre(t, n.Get(t, "/demandes?demande.etat=ANNULEE"), 200, "Annulée")
}

// The portée bounds the list as it bounds the dossier.
func TestPortee(t *testing.T) {
	t.Parallel()
	w, _ := site(t)
	for _, c := range []struct {
		organisme string
		lignes    int
	}{{"PROMO", 4}, {"TM", 0}} { // the département and its own draft; nothing targets the EPCI
		n := w.Agent(t, c.organisme, habilitations.Saisie)
		if got := rangees(n.Get(t, "/demandes")); len(got) != c.lignes {
			t.Errorf("%s: %v", c.organisme, got)
		}
	}
	attendre(t, w.Agent(t, "TMH", habilitations.Offre).Get(t, "/demandes"), 403)
}

// Hostile texts come back as they were typed, and nothing else.
func TestTextesHostiles(t *testing.T) {
	t.Parallel()
	w, _ := site(t)
	n := agent(t, w)
	for _, s := range []string{`"><script>alert(1)</script>`, `' or 1=1 --`, `%_\`, "@portee_organisme", "{{.}}"} {
		r := n.Post(t, "/demandes", "titulaire.nom", s, "demande.contingent", s)
		attendre(t, r, 303)
		p := n.Get(t, r.Lieu)
		attendre(t, p, 200, "Aucune demande")
		if strings.Contains(p.Corps, "<script>alert") {
			t.Errorf("%q isn't escaped", s)
		}
	}
	r := n.Post(t, "/demandes", "titulaire.nom", strings.Repeat("é", 500))
	attendre(t, r, 422, "Raccourcissez")
	attendre(t, n.Get(t, "/demandes?tri=x&rupture=y&taille=-1&apres=zz&avant=-4&rang=1e9&r="), 200, "Résultats")
}

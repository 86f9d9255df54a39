package journal_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/jour"
	"imhoweb/web/webtest"
)

// notes are the accesses kept so far, the first first, without the readings of the
// journal itself.
func notes(t *testing.T, w *webtest.Site) []journal.Acces {
	t.Helper()
	w.Journaliser(t)
	var l []journal.Acces
	err := journal.Parcourir(t.Context(), w.DB, habilitations.Session{Utilisateur: 1, TypeOrganisme: habilitations.Gestionnaire, Roles: []habilitations.Role{habilitations.Auditeur}},
		journal.Filtre{}, func(a journal.Acces) error {
			if !strings.HasPrefix(a.Ecran, "Journal") {
				l = append([]journal.Acces{a}, l...)
			}
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// attendre compares the latest accesses with those wanted, as "sorte écran".
func attendre(t *testing.T, w *webtest.Site, attendus ...string) []journal.Acces {
	t.Helper()
	l := notes(t, w)
	if len(l) < len(attendus) {
		t.Fatalf("%d accesses, want %v: %+v", len(l), attendus, l)
	}
	l = l[len(l)-len(attendus):]
	for i, a := range l {
		if s := string(a.Sorte) + " " + a.Ecran; s != attendus[i] {
			t.Errorf("access %q, want %q (%+v)", s, attendus[i], a)
		}
	}
	return l
}

func statut(t *testing.T, r webtest.Reponse, attendu int) {
	t.Helper()
	if r.Statut != attendu {
		t.Fatalf("status %d, want %d (%s)\n%s", r.Statut, attendu, r.Lieu, r.Corps)
	}
}

var espaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

func dit(t *testing.T, r webtest.Reponse, textes ...string) {
	t.Helper()
	corps := espaces.Replace(html.UnescapeString(r.Corps))
	for _, texte := range textes {
		if !strings.Contains(corps, texte) {
			t.Errorf("the page doesn't say %q\n%s", texte, r.Corps)
		}
	}
}

// Who reads, searches, exports, prints, enters and leaves is noted, once, without
// the name of the demandeur nor the words sought.
func TestAccesNotes(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, func(d *demandes.Demande) { d.Demandeur.Nom = "Quetzalcoatl" })
	nu := "/demandes/" + d.NumeroUnique
	n := w.Agent(t, "TMH", habilitations.Saisie)
	a := attendre(t, w, "CONNEXION Connexion")[0]
	if a.Utilisateur == 0 || a.Organisme != "TMH" || a.Reference == "" || a.Nom == "" {
		t.Errorf("login: %+v", a)
	}
	for range 2 { // the second is the same reading
		statut(t, n.Get(t, nu), 200)
		statut(t, n.Get(t, nu+"/occupants"), 200)
	}
	l := attendre(t, w, "CONNEXION Connexion", "LECTURE Synthèse", "LECTURE Occupants")
	if l[1].Demande != d.ID || l[1].NumeroUnique != d.NumeroUnique || l[1].Lignes != nil {
		t.Errorf("reading: %+v", l[1])
	}

	r := n.Post(t, "/demandes", "titulaire.nom", "quetzalcoatl", "demande.etat", "ACTIVE")
	statut(t, n.Get(t, r.Lieu), 200)
	a = attendre(t, w, "RECHERCHE Liste des demandes")[0]
	if !a.ParNom || a.Lignes == nil || *a.Lignes != 1 || !strings.Contains(a.Criteres, "Active") {
		t.Errorf("search: %+v", a)
	}
	statut(t, n.Get(t, strings.Replace(r.Lieu, "/demandes?", "/demandes.csv?", 1)), 200)
	a = attendre(t, w, "EXPORT Liste des demandes")[0]
	if !a.ParNom || a.Lignes == nil || *a.Lignes != 1 {
		t.Errorf("export: %+v", a)
	}
	statut(t, n.Post(t, "/demandes/selection", "edition", "liste", "demande", d.NumeroUnique), 200)
	attendre(t, w, "EXPORT Liste des demandes")
	statut(t, n.Get(t, nu+"/attestation.pdf"), 200)
	if a = attendre(t, w, "EDITION Attestation")[0]; a.Demande != d.ID {
		t.Errorf("printed: %+v", a)
	}
	statut(t, n.Post(t, "/demandes/attestations.pdf", "demande", d.NumeroUnique), 200)
	if a = attendre(t, w, "EDITION Attestations")[0]; a.Demande != d.ID {
		t.Errorf("printed: %+v", a)
	}
	statut(t, n.Post(t, "/deconnexion"), 303)
	attendre(t, w, "DECONNEXION Déconnexion")

	var noms int
	err := w.DB.QueryRow(t.Context(), "select count(*) from journal_acces a where a::text ilike '%quetzalcoatl%'").Scan(&noms)
	if err != nil || noms != 0 {
		t.Errorf("%d rows hold the name, %v", noms, err)
	}
}

// A login refused says which account it aimed at, when it is one, and never what was typed.
func TestConnexionsRefusees(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	courriel := w.Compte(t, "Barthès", "Luc", "TMH", habilitations.Saisie)
	n := w.Navigateur(t)
	statut(t, n.Post(t, "/connexion", "courriel", courriel, "mot_de_passe", "xyzzy-plugh-2026"), 422)
	a := attendre(t, w, "ECHEC_CONNEXION Connexion")[0]
	if a.Nom != "Barthès" || a.Organisme != "TMH" {
		t.Errorf("%+v", a)
	}
	statut(t, n.Post(t, "/connexion", "nom", "xyzzy-plugh-2026", "prenom", "x", "mot_de_passe", "y"), 422)
	if a = attendre(t, w, "ECHEC_CONNEXION Connexion")[0]; a.Utilisateur != 0 || a.Criteres != "" {
		t.Errorf("%+v", a)
	}
	var tapes int
	if err := w.DB.QueryRow(t.Context(), "select count(*) from journal_acces a where a::text like '%xyzzy%'").Scan(&tapes); err != nil || tapes != 0 {
		t.Errorf("%d rows hold what was typed, %v", tapes, err)
	}
}

// A page not open to the profile and a dossier out of sight leave a trace; an
// address that is nowhere doesn't.
func TestRefus(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, nil)
	n := w.Agent(t, "TM", habilitations.Saisie) // the dossier doesn't target its territory
	statut(t, n.Get(t, "/demandes/"+d.NumeroUnique+"/occupants"), 404)
	if a := attendre(t, w, "REFUS GET /demandes/{numero}/{onglet}")[0]; a.Demande != d.ID || a.Organisme != "TM" {
		t.Errorf("%+v", a)
	}
	statut(t, n.Get(t, "/demandes/031099900000111054/occupants"), 404)
	if a := attendre(t, w, "REFUS GET /demandes/{numero}/{onglet}")[0]; a.Demande != 0 || a.Criteres != "numéro inconnu 031099900000111054" {
		t.Errorf("%+v", a)
	}
	statut(t, n.Get(t, "/demandes/Untel%20Jean/occupants"), 404)
	if a := attendre(t, w, "REFUS GET /demandes/{numero}/{onglet}")[0]; a.Criteres != "" {
		t.Errorf("%+v", a)
	}
	statut(t, n.Get(t, "/administration/journal"), 403)
	attendre(t, w, "REFUS GET /administration/journal")
	nb := len(notes(t, w))
	statut(t, n.Get(t, "/nulle-part"), 404)
	statut(t, w.Navigateur(t).Get(t, "/administration/journal"), 303)
	if apres := len(notes(t, w)); apres != nb {
		t.Errorf("%d accesses noted for nothing", apres-nb)
	}
}

var rangeeDate = regexp.MustCompile(`<time datetime=`)

func TestEcranDesAcces(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, func(d *demandes.Demande) { d.Demandeur.Nom = "Quetzalcoatl" })
	courriel := w.Compte(t, "Barthès", "Luc", "TMH", habilitations.Saisie)
	agent := w.Connecter(t, courriel)
	statut(t, agent.Get(t, "/demandes/"+d.NumeroUnique), 200)
	autre := w.Agent(t, "PROMO", habilitations.Saisie)
	statut(t, autre.Get(t, "/demandes/"+d.NumeroUnique+"/occupants"), 200)
	w.Journaliser(t)
	auditeur := w.Agent(t, "ATLAS", habilitations.Auditeur)

	r := auditeur.Get(t, "/administration/journal")
	statut(t, r, 200)
	dit(t, r, "Journal des accès", "BARTHÈS Luc", "Lecture", "Synthèse", "Occupants", "Connexion")
	if r.Dit("QUETZALCOATL") || r.Dit("Quetzalcoatl") {
		t.Error("the demandeur is named")
	}
	aujourdhui := jour.Aujourdhui().String()
	for adresse, lignes := range map[string]int{
		"dossier=" + d.NumeroUnique: 2, "dossier=" + d.NumeroIW: 2, "dossier=031099900000111054": 0, "agent=barthes+luc": 2, "agent=personne": 0,
		"organisme=PROMO": 2, "organisme=TMH&sorte=LECTURE": 1, "ecran=occ": 1, "ecran=%25": 0, "dossier=" + d.NumeroUnique + "&du=" + aujourdhui + "&au=" + aujourdhui: 2,
		"du=01/01/2019&au=31/01/2019": 0, "sorte=X": 0,
	} {
		r := auditeur.Get(t, "/administration/journal?"+adresse)
		statut(t, r, 200)
		if n := len(rangeeDate.FindAllString(r.Corps, -1)) - strings.Count(r.Corps, `<time datetime="`+jour.Aujourdhui().ISO()+`"`); n != lignes {
			t.Errorf("%s: %d rows, want %d", adresse, n, lignes)
		}
	}
	r = auditeur.Get(t, "/administration/journal?du=31/02/2026")
	statut(t, r, 422)
	dit(t, r, "Indiquez une date du calendrier", `value="31/02/2026"`)

	// The auditeur hasn't the dossier, and sees who opened it.
	statut(t, auditeur.Get(t, "/demandes/"+d.NumeroUnique), 403)
	w.Journaliser(t)
	r = auditeur.Get(t, "/administration/journal/dossiers/"+d.NumeroUnique)
	statut(t, r, 200)
	dit(t, r, "BARTHÈS Luc", "Occupants", "Refus")
	statut(t, auditeur.Get(t, "/administration/journal/dossiers/031099900000111054"), 404)

	r = auditeur.Get(t, "/administration/journal.csv?sorte=LECTURE")
	statut(t, r, 200)
	if n := strings.Count(r.Corps, "\r\n"); n != 3 || !strings.Contains(r.Corps, `"=""`+d.NumeroUnique+`"""`) {
		t.Errorf("file: %d lines\n%s", n, r.Corps)
	}
	w.Journaliser(t)
	dit(t, auditeur.Get(t, "/administration/journal?sorte=EXPORT"), "Journal des accès", "sorte Lecture")

	for _, role := range []habilitations.Role{habilitations.Saisie, habilitations.AdminOrganisme} {
		statut(t, w.Agent(t, "TMH", role).Get(t, "/administration/journal"), http.StatusForbidden)
	}
}

// Pages go both ways and reach the last one.
func TestPages(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := w.Agent(t, "ATLAS", habilitations.Auditeur)
	w.Journaliser(t)
	l := make([]journal.Entree, 120)
	for i := range l {
		l[i] = journal.Entree{FaitLe: jour.Aujourdhui().Time(), Utilisateur: 1, Organisme: "PROMO", Sorte: journal.Edition, Lignes: &i}
	}
	if err := journal.Inscrire(t.Context(), w.DB, l...); err != nil {
		t.Fatal(err)
	}
	lire := func(adresse string) (webtest.Reponse, []string) {
		r := n.Get(t, adresse)
		statut(t, r, 200)
		var numeros []string
		for _, m := range regexp.MustCompile(`data-l="Lignes">\s*(\d+)\s*<`).FindAllStringSubmatch(r.Corps, -1) {
			numeros = append(numeros, m[1])
		}
		return r, numeros
	}
	lien := func(r webtest.Reponse, nom string) string {
		m := regexp.MustCompile(`href="([^"]*)" aria-label="` + nom + `"`).FindStringSubmatch(r.Corps)
		if m == nil {
			t.Fatalf("no link %q\n%s", nom, r.Corps)
		}
		return html.UnescapeString(m[1])
	}
	r, p1 := lire("/administration/journal?organisme=PROMO")
	dit(t, r, `<b class="num">1</b> à <b class="num">50</b> / <b class="num">120</b>`)
	r, p2 := lire(lien(r, "Page suivante"))
	dit(t, r, `<b class="num">51</b> à <b class="num">100</b>`)
	if p1[0] != "119" || p1[49] != "70" || p2[0] != "69" {
		t.Errorf("pages %v %v", p1, p2)
	}
	r, p3 := lire(lien(r, "Dernière page"))
	if len(p3) != 20 || p3[19] != "0" {
		t.Errorf("last page %v", p3)
	}
	dit(t, r, `<b class="num">101</b> à <b class="num">120</b>`)
	r, p := lire(lien(r, "Page précédente"))
	if len(p) != 50 || p[0] != p2[0] {
		t.Errorf("back: %v", p)
	}
	if _, p = lire(lien(r, "Page précédente")); p[0] != p1[0] {
		t.Errorf("back: %v", p)
	}
}

func TestEcranDesChangements(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := w.Agent(t, "ATLAS", habilitations.AdminAtlas)
	for i, organisme := range []string{"TMH", "PROMO", ""} {
		err := journal.Changer(t.Context(), w.DB, habilitations.Session{}, journal.Changement{
			Objet: []string{"agence", "guichet", "parametre"}[i], Cle: "x", Libelle: "<b>Agence</b>", Organisme: organisme, Acte: "modifier",
			Avant: map[string]string{"Adresse": "1 rue des Lois"}, Apres: map[string]string{"Adresse": "2 rue du Taur", "Ville": ""},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	r := n.Get(t, "/administration/journal/changements")
	statut(t, r, 200)
	dit(t, r, "<del>1 rue des Lois</del>", "<ins>2 rue du Taur</ins>", "Imhoweb", "paramètre")
	if strings.Contains(r.Corps, "<b>Agence") {
		t.Error("a label isn't escaped")
	}
	for adresse, lignes := range map[string]int{"organisme=TMH": 1, "objet=guichet": 1, "agent=x": 0, "": 3} {
		r := n.Get(t, "/administration/journal/changements?"+adresse)
		if nb := strings.Count(r.Corps, "<del>1 rue"); r.Statut != 200 || nb != lignes {
			t.Errorf("%s: %d, %d rows, want %d", adresse, r.Statut, nb, lignes)
		}
	}
	r = n.Get(t, "/administration/journal/changements.csv?objet=agence")
	statut(t, r, 200)
	if nb := strings.Count(r.Corps, "\r\n"); nb != 2 || !strings.Contains(r.Corps, "1 rue des Lois") {
		t.Errorf("file: %s", r.Corps)
	}
}

func TestAlertes(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, func(d *demandes.Demande) { d.Demandeur.Nom = "Barthès" })
	agent := w.Connecter(t, w.Compte(t, "BARTHES", "Luc", "TMH", habilitations.Saisie))
	statut(t, agent.Get(t, "/demandes/"+d.NumeroUnique), 200)
	w.Journaliser(t)
	n := w.Agent(t, "ATLAS", habilitations.Auditeur)
	dit(t, n.Get(t, "/administration/journal/alertes"), "Aucune alerte", "n’a pas encore été examiné")
	for range 2 { // looked at twice, found once
		statut(t, n.Post(t, "/administration/journal/alertes"), 303)
	}
	r := n.Get(t, "/administration/journal/alertes?regle=homonyme")
	dit(t, r, "Même nom que l’agent", "BARTHES Luc", "À traiter")
	m := regexp.MustCompile(`href="(/administration/journal/alertes/\d+)"`).FindAllStringSubmatch(r.Corps, -1)
	if len(m) != 1 {
		t.Fatalf("alertes: %v", m)
	}
	adresse := m[0][1]
	dit(t, n.Get(t, "/administration/journal"), "à traiter")
	dit(t, n.Get(t, adresse), "Ce qui a été constaté", `name="version" value="1"`)
	statut(t, n.Post(t, adresse, "version", "1", "commentaire", " ", "etat", "traitee"), 422)
	for range 2 { // a double click
		statut(t, n.Post(t, adresse, "version", "1", "commentaire", "Homonymie, sans lien.", "etat", "traitee"), 303)
	}
	r = n.Post(t, adresse, "version", "1", "commentaire", "Autre avis", "etat", "traitee")
	statut(t, r, 409)
	dit(t, r, "Autre avis", "Modifiée entre-temps", `name="version" value="2"`)
	statut(t, n.Post(t, "/administration/journal/alertes"), 303)
	dit(t, n.Get(t, "/administration/journal/alertes?regle=homonyme"), "Traitée")
	r = n.Get(t, "/administration/journal/changements?objet=alerte")
	dit(t, r, "traiter", "Homonymie, sans lien.")
	if nb := strings.Count(r.Corps, "Homonymie, sans lien."); nb != 1 {
		t.Errorf("traced %d times", nb)
	}
	statut(t, n.Post(t, adresse, "version", "2", "commentaire", "Homonymie, sans lien.", "etat", "a_traiter"), 303)
	dit(t, n.Get(t, adresse), "Marquer comme traitée")
	statut(t, n.Get(t, "/administration/journal/alertes/999999"), 404)
	for _, chemin := range []string{"/administration/journal/alertes", adresse} {
		statut(t, agent.Post(t, chemin, "version", "3", "commentaire", "x"), 403)
	}
}

// The tab Historique tells the accesses to who reads the journal, and to nobody else.
func TestHistoriqueDuDossier(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, nil)
	adresse := "/demandes/" + d.NumeroUnique
	agent := w.Connecter(t, w.Compte(t, "Barthès", "Luc", "TMH", habilitations.Saisie))
	statut(t, agent.Get(t, adresse), 200)
	w.Journaliser(t)
	dit(t, w.Agent(t, "ATLAS", habilitations.AdminAtlas).Get(t, adresse+"/historique"), "Consultations", "BARTHÈS Luc", "/administration/journal/dossiers/"+d.NumeroUnique)
	if r := agent.Get(t, adresse+"/historique"); r.Statut != 200 || r.Dit("Consultations") {
		t.Errorf("%d: an agent sees who read the dossier", r.Statut)
	}
}

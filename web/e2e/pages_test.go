package e2e

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/demo"
	"imhoweb/internal/habilitations"
)

// donnees are the addresses that answer with something else than a page.
var donnees = []string{"/communes", "/territoires", "/recherche-rapide"}

// menesParAtlas are the screens of pagesReferentiels.
var menesParAtlas = []string{"/administration/organismes", "/administration/agences", "/administration/guichets", "/administration/referentiels",
	"/administration/territoires", "/administration/plafonds", "/administration/parametres"}

// dossiers are those of the demonstration that the pages are shown with.
type dossiers struct{ actif, radie, brouillon string }

const dossiersSQL = `
select
  (select d.numero_unique from demandes d where d.statut = 'ACTIVE' and not d.personne_morale
    order by (select count(*) from personnes p where p.demande_id = d.id) desc, d.id limit 1),
  (select d.numero_unique from demandes d where d.statut = 'RADIEE' and d.motif_radiation = 'RADREN'
    order by d.date_radiation desc, d.id limit 1)`

func (s *Site) dossiers(t *testing.T) dossiers {
	t.Helper()
	d := dossiers{brouillon: s.brouillon(t, cejour(demandestest.Exemples[1].Valeurs))}
	if err := s.DB.QueryRow(t.Context(), dossiersSQL).Scan(&d.actif, &d.radie); err != nil {
		t.Fatal(err)
	}
	return d
}

// brouillon keeps values as a draft of Toulouse Métropole Habitat.
func (s *Site) brouillon(t *testing.T, v demandes.Valeurs) string {
	t.Helper()
	f := demandestest.Fichier(t, s.DB)
	agent := demandestest.Agent(t, s.DB, demandestest.Saisie())
	numero, err := f.NouveauBrouillon(t.Context(), s.DB, agent, uuid(), "")
	if err != nil {
		t.Fatal(err)
	}
	a, err := f.OuvrirSaisie(t.Context(), s.DB, agent, numero, demandes.SaisieCreation)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range champs.Onglets {
		if err := f.EnregistrerOnglet(t.Context(), s.DB, agent, a, o.Code, v, a.Version); err != nil {
			t.Fatal(err)
		}
	}
	return numero
}

func uuid() string {
	b := make([]byte, 16)
	rand.Read(b)
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// adresses lists the pages of every GET route: a route without an address here
// fails the test.
func (s *Site) adresses(t *testing.T, d dossiers) []string {
	t.Helper()
	var l []string
	for _, r := range s.Routes {
		switch {
		case r.Methode != http.MethodGet || slices.Contains(donnees, r.Chemin) || strings.HasSuffix(r.Chemin, ".pdf") || strings.HasSuffix(r.Chemin, ".csv"):
		case r.Chemin == "/demandes":
			l = append(l, "/demandes", "/demandes?rupture=demande.nature", "/demandes?demande.numero_unique=031010100000000000")
		case r.Chemin == "/demandes/{numero}":
			l = append(l, "/demandes/"+d.actif, "/demandes/"+d.radie)
		case r.Chemin == "/demandes/{numero}/{onglet}":
			for _, o := range champs.Onglets {
				l = append(l, "/demandes/"+d.actif+"/"+string(o.Code), "/demandes/"+d.brouillon+"/"+string(o.Code))
			}
			l = append(l, "/demandes/"+d.actif+"/identite?saisie=modification", "/demandes/"+d.actif+"/metier?saisie=modification",
				"/demandes/"+d.actif+"/ressources?saisie=renouvellement", "/demandes/"+d.actif+"/occupants?saisie=renouvellement&ajoute=charge.98&ajoute=garde.98&ajoute=autre.98&ajoute=handicap.98")
		case r.Chemin == "/demandes/{numero}/suppression":
			l = append(l, "/demandes/"+d.brouillon+"/suppression")
		case r.Chemin == "/demandes/{numero}/conflit": // its page is that of TestDeuxAgents; here the refusal
			l = append(l, "/demandes/"+d.brouillon+"/conflit")
		case r.Chemin == "/demandes/{numero}/radiation":
			l = append(l, "/demandes/"+d.actif+"/radiation", "/demandes/"+d.radie+"/radiation")
		case r.Chemin == "/demandes/{numero}/reactivation":
			l = append(l, "/demandes/"+d.radie+"/reactivation", "/demandes/"+d.actif+"/reactivation")
		case strings.HasPrefix(r.Chemin, "/travaux/{id}"), strings.HasPrefix(r.Chemin, "/administration/travaux/"): // their pages are those of TestTravaux
		case strings.HasPrefix(r.Chemin, "/administration/textes/"), r.Chemin == "/demandes/{numero}/communication.json": // a file; the pages of TestPagesTextes
		case slices.ContainsFunc(pagesComptes, func(p string) bool { return strings.HasPrefix(r.Chemin, p) }): // their pages are those of TestPagesComptes
		case strings.HasPrefix(r.Chemin, "/administration/journal/"): // their pages are those of TestPagesJournal
		case slices.ContainsFunc(menesParAtlas, func(p string) bool { return strings.HasPrefix(r.Chemin, p) }): // their pages are those of TestPagesReferentiels
		case strings.Contains(r.Chemin, "{"):
			t.Errorf("say with which dossier %s is shown", r.Chemin)
		default:
			l = append(l, r.Chemin)
		}
	}
	return append(l, "/nulle-part")
}

// TestPagesAccessibles shows every page in both themes, on a desk and on a
// telephone, and without JavaScript: no violation of the rules of axe, nothing
// that the policy refuses, no scrolling sideways.
func TestPagesAccessibles(t *testing.T) {
	t.Parallel()
	s := site(t)
	d := s.dossiers(t)
	l := s.adresses(t, d)
	o := s.agent(t, "TMH", habilitations.Saisie)
	for _, theme := range []string{"light", "dark"} {
		o.aller("/preferences")
		o.cliquer(`label[for="theme__` + theme + `"]`)
		o.suivre("=Enregistrer les préférences")
		parmi := regles
		if theme == "dark" {
			parmi = couleurs
		}
		o.parcourir(parmi, l, bureau, telephone)
	}
	o.couperJS()
	o.parcourir(regles, l, bureau)
}

// TestPagesDesProfils does the same for those who see other pages.
func TestPagesDesProfils(t *testing.T) {
	t.Parallel()
	s := site(t)
	d := s.dossiers(t)
	l := []string{"/", "/demandes", "/demandes/" + d.actif, "/demandes/" + d.actif + "/occupants", "/demandes/" + d.actif + "/historique",
		"/demandes/" + d.radie, "/demandes/" + d.radie + "/reactivation", "/demandes/" + d.brouillon + "/identite", "/preferences"}
	o := onglet(t, s.URL)
	o.parcourir(regles, []string{"/connexion", "/connexion?courriel", "/mot-de-passe", "/mentions-legales", "/donnees-personnelles", "/accessibilite"}, bureau, telephone)
	for _, c := range []demo.Connexion{
		s.compte(t, "TMH", habilitations.Consultation), s.compte(t, "ATLAS", habilitations.AdminAtlas), s.compte(t, "ATLAS", habilitations.Auditeur),
		s.compte(t, "CUGNAUX", habilitations.StatistiquesAgregees), s.compte(t, "TM", habilitations.Saisie), s.compte(t, "TMH", habilitations.AdminOrganisme),
	} {
		o := onglet(t, s.URL)
		o.connecter(c)
		o.parcourir(regles, l, bureau)
	}
}

// parcourir checks pages, in the sizes given.
func (o *Onglet) parcourir(parmi string, l []string, tailles ...[2]int64) {
	o.t.Helper()
	for _, chemin := range l {
		o.taille(tailles[0])
		o.aller(chemin)
		for i, t := range tailles {
			if i > 0 {
				o.taille(t)
			}
			for _, v := range o.violations(false, parmi) {
				o.t.Errorf("%s, %d px, %s: %s", chemin, t[0], lire[string](o, `document.documentElement.dataset.bsTheme`), v)
			}
		}
	}
}

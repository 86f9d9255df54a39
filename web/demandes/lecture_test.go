package demandes_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/web/webtest"
)

var rangLu atomic.Int64

// enregistrer inserts an active demande with its creation in the history, as
// the site does: with its key, hence its NIR.
func enregistrer(t *testing.T, w *webtest.Site, f func(d *demandes.Demande)) *demandes.Demande {
	t.Helper()
	d := demandestest.Valide()
	if f != nil {
		f(d)
	}
	d.NumeroUnique, d.NumeroIW = demandes.Numeros(d.Departement, d.DateDepot, int(rangLu.Add(1)), d.Guichet)
	t0 := d.DateDepot
	if !d.DateRenouvellement.IsZero() {
		t0 = d.DateRenouvellement
	}
	d.DateEcheance = demandes.Echeance(t0)
	cle, err := demandes.NouvelleCle(w.Deps.Config.Cle)
	if err != nil {
		t.Fatal(err)
	}
	fichier := demandes.Fichier{Ref: w.Deps.Ref, Cle: cle}
	s := habilitations.Session{Organisme: d.Organisme, Departement: d.Departement}
	err = pgx.BeginFunc(context.Background(), w.DB, func(tx pgx.Tx) error { return fichier.Inserer(t.Context(), tx, s, d) })
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// dossierPlein has something in every tab, protected fields included.
func dossierPlein(d *demandes.Demande) {
	d.DateDepot = jour.De(2024, 6, 18)
	d.DateRenouvellement = jour.Aujourdhui().Mois(-2)
	d.Demandeur.Nir = "291033114800158"
	d.Demandeur.Emploi.Profession = "Aide-soignante"
	d.Demandeur.Collecteurs = []demandes.Collecteur{{Code: "ALS", Dossier: "7731048"}}
	d.Cotitulaires = []demandes.Titulaire{{
		Cle: 1, Lien: "C", Identite: demandes.Identite{Civilite: "1", Nom: "Lacombe", Prenom: "Rémi", Naissance: jour.De(1988, 2, 1)},
		Nationalite: "1", SituationFamiliale: "U", FiscalCommun: true, Emploi: demandes.Emploi{Activite: "CDD"},
	}}
	d.Occupants = []demandes.Occupant{
		{Role: demandes.RoleACharge, Cle: 1, Nom: "Barthès", Prenom: "Noé", Naissance: jour.De(2017, 9, 9), Sexe: "M", LienParente: "E", Fiscal: new(true)},
		{Role: demandes.RoleGarde, Cle: 1, Naissance: jour.De(2021, 1, 22), Sexe: "F", Coparentalite: "G"},
	}
	d.HandicapMDPH = new(true)
	d.Handicaps = []demandes.Handicap{{Cle: 1, Personne: "demandeur", Etat: "STA", Invalidite: true}}
	d.Priorites = []string{"A", "J"}
	d.Motifs = [2]string{demandes.MotifViolences, "01"}
	d.MotifPrecision = "Certificat remis au guichet"
	d.LogementActuel.Hebergeant = "Mme Vidal"
	d.Ressources = append(d.Ressources, demandes.Ressource{Cle: 1, Versee: true, Personne: "cotitulaire.1", Type: "PAV", Montant: 200})
	d.Souhait.Commentaire = "Proche de l’école"
	d.Nature, d.Foyer = d.CalculerNature(), d.CalculerFoyer()
}

// R-ONG-05, R-ONG-06, R-ONG-15, R-SAI-21, R-MEN-23
// An association is named in capitals, as persons are; its SIRET is read in
// groups.
func TestLecturePersonneMorale(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := demandestest.Creer(t, w.DB, func(d *demandes.Demande) {
		d.PersonneMorale, d.Demandeur, d.Ressources, d.Fiscaux = true, demandes.Titulaire{}, nil, nil
		d.Morale = demandes.Morale{RaisonSociale: "Un toit pour l’étape", Siret: "73282932000074", Forme: "Association loi 1901"}
	})
	n := w.Agent(t, "TMH", habilitations.Saisie)
	for _, chemin := range []string{"", "/identite"} {
		r := n.Get(t, "/demandes/"+d.NumeroUnique+chemin)
		dit(t, r, "UN TOIT POUR L’ÉTAPE", "732 829 320 00074")
		if r.Dit("Un toit pour l’étape") || r.Dit("73282932000074") {
			t.Errorf("%s: written otherwise\n%s", chemin, texteDe(r.Corps))
		}
	}
	dit(t, n.Get(t, "/demandes/"+d.NumeroUnique+"/radiation"), "UN TOIT POUR L’ÉTAPE")
}

func TestReadingEveryTab(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := enregistrer(t, w, dossierPlein)
	n := w.Agent(t, "PROMO", habilitations.Saisie) // any bailleur reads any demande
	base := "/demandes/" + d.NumeroUnique
	contient := map[string][]string{
		"":                    {"BARTHÈS Maëlle", "et LACOMBE Rémi", "Dépôt initial le", "18/06/2024", "1 377 € par mois"},
		"/identite":           {"BARTHÈS", "Maëlle", "14/03/1991", "Co-demandeur", "LACOMBE", "2 91 03 31 148 001 58", "06 39 98 41 17", "Priorité J"},
		"/coordonnees":        {"12 rue des Violettes", "MURET (31600)", "Ne la donnez à personne"},
		"/occupants":          {"Noé", "09/09/2017", "22/01/2021", "Carte mobilité inclusion", "oui"},
		"/metier":             {"Aide-soignante", "Boulangerie du Lauragais", "7731048", "Co-demandeur, Rémi"},
		"/ressources":         {"1 577 €", "−200 €", "1 377 €", "Barème", "PLAI", "PLUS", "PLS", "17 420 €", "déclaré avec le demandeur"},
		"/logement-actuel":    {"610 €", "Mme Vidal", "Certificat remis au guichet"},
		"/logement-recherche": {"31-395", "MURET", "Proche de l’école"},
		"/historique":         {"Historique", "Tous les événements", "Toutes les rubriques"},
	}
	for chemin, textes := range contient {
		r := n.Get(t, base+chemin)
		if r.Statut != http.StatusOK {
			t.Errorf("%s: %d", chemin, r.Statut)
			continue
		}
		for _, x := range append(textes, "N° unique", "Accueil", "Gestion Demande") {
			if !r.Dit(espacer(x)) {
				t.Errorf("%s doesn't say %q", chemin, x)
			}
		}
		if strings.Contains(r.Corps, "<input class=\"form-control\"") {
			t.Errorf("%s: a field to type in", chemin)
		}
	}
	for _, o := range champs.Onglets {
		if r := n.Get(t, base); !strings.Contains(r.Corps, `href="`+base+"/"+string(o.Code)+`"`) {
			t.Errorf("no link to %s", o.Code)
		}
	}
	if r := n.Get(t, base+"/inconnu"); r.Statut != http.StatusNotFound {
		t.Errorf("an unknown tab: %d", r.Statut)
	}
}

// espacer writes the ordinary spaces of the expectations as the screen does.
func espacer(s string) string {
	s = strings.ReplaceAll(s, " €", "\u00a0€")
	for _, n := range []string{"1 377", "1 577", "17 420"} {
		s = strings.ReplaceAll(s, n, strings.ReplaceAll(n, " ", "\u202f"))
	}
	if strings.HasPrefix(s, "2 91") {
		s = strings.ReplaceAll(s, " ", "\u00a0")
	}
	return s
}

func TestReadingKeepsProtectedFields(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := enregistrer(t, w, dossierPlein)
	base := "/demandes/" + d.NumeroUnique
	proteges := []string{"291033114800158", "2\u00a091", "Violettes", "Mme Vidal", "Certificat remis", "Proche de l’école", "Priorité A", "mention invalidité oui"}
	n := w.Agent(t, "TMH", habilitations.Consultation)
	for _, o := range append([]string{""}, onglets()...) {
		r := n.Get(t, base+o)
		if r.Statut != http.StatusOK {
			t.Fatalf("%s: %d", o, r.Statut)
		}
		for _, x := range proteges {
			if r.Dit(x) {
				t.Errorf("%s shows %q to a profile without the right", o, x)
			}
		}
		for _, bouton := range []string{"/radiation", "saisie=modification", "saisie=renouvellement", "attestation.pdf"} {
			if strings.Contains(r.Corps, base+bouton) || strings.Contains(r.Corps, bouton+`"`) {
				t.Errorf("%s offers %s to a profile that reads", o, bouton)
			}
		}
	}
	if r := n.Get(t, base+"/coordonnees"); !r.Dit("Adresse confidentielle") || !r.Dit("MURET") {
		t.Error("the hidden address isn't said, or the commune is hidden too")
	}
	if r := n.Get(t, base+"/occupants"); !r.Dit("Rubrique réservée aux profils habilités") {
		t.Error("the hidden health annex isn't said")
	}
	// the percentages stay right: the card is known to the computation only
	if r := n.Get(t, base+"/ressources"); !r.Dit("catégorie\u00a05") {
		t.Errorf("category of the plafond: %s", extrait(r.Corps, "catégorie"))
	}
}

func onglets() []string {
	var l []string
	for _, o := range champs.Onglets {
		l = append(l, "/"+string(o.Code))
	}
	return l
}

func extrait(corps, autour string) string {
	i := strings.Index(corps, autour)
	if i < 0 {
		return "no " + autour
	}
	return corps[max(0, i-40):min(len(corps), i+120)]
}

func TestReadingOutOfSight(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := enregistrer(t, w, nil) // asks for Muret, registered by TMH
	lisible := "/demandes/" + d.NumeroUnique
	cas := []struct {
		nom, organisme string
		role           habilitations.Role
		statut         int
	}{
		{"another bailleur reads it", "PROMO", habilitations.Consultation, http.StatusOK},
		{"an EPCI whose territory it doesn't ask for has no such page", "TM", habilitations.Saisie, http.StatusNotFound},
		{"a commune that registers nothing may not open dossiers", "CUGNAUX", habilitations.Consultation, http.StatusForbidden},
		{"statistics don't open dossiers", "TMH", habilitations.Statistiques, http.StatusForbidden},
		{"an auditor neither", "ATLAS", habilitations.Auditeur, http.StatusForbidden},
	}
	for _, c := range cas {
		t.Run(c.nom, func(t *testing.T) {
			n := w.Agent(t, c.organisme, c.role)
			for _, chemin := range []string{"", "/identite", "/historique", "/reactivation"} {
				r := n.Get(t, lisible+chemin)
				attendu := c.statut
				if chemin == "/reactivation" && attendu == http.StatusOK {
					attendu = http.StatusForbidden // a reader's right, before the state of the demande
				}
				if r.Statut != attendu {
					t.Errorf("%q: %d, not %d", chemin, r.Statut, attendu)
				}
				if c.statut != http.StatusOK && r.Dit("BARTHÈS") {
					t.Errorf("%q names the household", chemin)
				}
			}
		})
	}
	n := w.Agent(t, "TMH", habilitations.Consultation)
	if r := n.Get(t, "/demandes/031112600999999999"); r.Statut != http.StatusNotFound {
		t.Errorf("an unknown number: %d", r.Statut)
	}
	b := demandestest.Brouillon(t, w.DB, "PROMO")
	if r := n.Get(t, "/demandes/"+b); r.Statut != http.StatusNotFound {
		t.Errorf("another organisme's draft: %d", r.Statut)
	}
	b = demandestest.Brouillon(t, w.DB, "TMH")
	if r := n.Get(t, "/demandes/"+b); r.Statut != http.StatusSeeOther || r.Lieu != "/demandes/"+b+"/identite" {
		t.Errorf("a draft of the organisme: %d %q", r.Statut, r.Lieu)
	}
}

func TestReadingSaysTheDates(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := w.Agent(t, "TMH", habilitations.Saisie)
	auj := jour.Aujourdhui()
	depot := func(mois, jours int) func(d *demandes.Demande) {
		return func(d *demandes.Demande) { d.DateDepot = auj.Mois(-mois).Jours(jours) }
	}
	cas := []struct {
		nom  string
		f    func(d *demandes.Demande)
		dit  string
		sans string
	}{
		{"far from its end, nothing is said", depot(2, 0), "Échéance", "À renouveler avant"},
		{"within the notice, it says until when", depot(12, 10), "À renouveler avant le", "Échue depuis"},
		{"past its end, it says since when", depot(12, -10), "Échue depuis le", "À renouveler avant le"},
	}
	for _, c := range cas {
		t.Run(c.nom, func(t *testing.T) {
			d := enregistrer(t, w, c.f)
			r := n.Get(t, "/demandes/"+d.NumeroUnique)
			if !r.Dit(c.dit) || r.Dit(c.sans) {
				t.Errorf("échéance %s: says %q: %v, says %q: %v", d.DateEcheance, c.dit, r.Dit(c.dit), c.sans, r.Dit(c.sans))
			}
			if !r.Dit(d.DateEcheance.String()) {
				t.Error("the date isn't said")
			}
		})
	}
	d := enregistrer(t, w, func(d *demandes.Demande) { d.Fiscaux = nil })
	if r := n.Get(t, "/demandes/"+d.NumeroUnique+"/ressources"); !r.Dit("RFR à actualiser") || r.Dit("0\u202f%") {
		t.Error("an unknown income is not « RFR à actualiser »")
	}
}

func TestReadingResumesTheWorkingCopy(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := enregistrer(t, w, nil)
	n := w.Agent(t, "TMH", habilitations.Saisie)
	base := "/demandes/" + d.NumeroUnique
	if r := n.Get(t, base); r.Dit("Reprendre la saisie") {
		t.Error("a saisie that nobody opened")
	}
	p := ouvrir(t, n, base+"/identite?saisie=modification")
	p.suivre(n, "acte", "sauver", demandes.Valeurs{"demandeur.nom": "Barthes"})
	if r := n.Get(t, base+"/metier"); !r.Dit("Reprendre la saisie en cours") || !strings.Contains(r.Corps, base+"/metier?saisie=modification") {
		t.Error("the open saisie isn't offered on the tab in sight")
	}
	autre := w.Agent(t, "TMH", habilitations.Saisie)
	if r := autre.Get(t, base); r.Dit("Reprendre la saisie") {
		t.Error("another agent's saisie is offered")
	}
}

// R-ONG-15
func TestHistoryFiltersAndPages(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := enregistrer(t, w, nil)
	n := w.Agent(t, "TMH", habilitations.Saisie)
	base := "/demandes/" + d.NumeroUnique
	p := ouvrir(t, n, base+"/logement-actuel?saisie=modification")
	r := p.envoyer(n, "acte", "confirmer", demandes.Valeurs{"logement.loyer": "640"})
	if r.Statut != http.StatusSeeOther {
		t.Fatalf("modification: %d\n%s", r.Statut, texteDe(r.Corps))
	}
	r = n.Get(t, base+"/historique")
	for _, x := range []string{"Demande modifiée", "Loyer mensuel et charges", "610\u00a0€", "640\u00a0€", "Toulouse Métropole Habitat", "guichet\u00a011054"} {
		if !r.Dit(x) {
			t.Errorf("the history doesn't say %q", x)
		}
	}
	cas := []struct {
		nom, q string
		vu     bool
	}{
		{"by its type", "?type=MOD", true},
		{"by another type", "?type=RAD", false},
		{"by its field", "?champ=logement.loyer", true},
		{"by another field", "?champ=logement.apl", false},
		{"an unknown field finds nothing", "?champ=inconnu", false},
	}
	for _, c := range cas {
		t.Run(c.nom, func(t *testing.T) {
			if r := n.Get(t, base+"/historique"+c.q); r.Statut != http.StatusOK || r.Dit("640\u00a0€") != c.vu {
				t.Errorf("%d, seen %v", r.Statut, r.Dit("640\u00a0€"))
			}
		})
	}
	_, err := w.DB.Exec(t.Context(), `insert into evenements (departement, demande_id, type, organisme, version, quand)
select '31', $1, 'MOD', 'TMH', 1, now() - make_interval(days => n) from generate_series(1, 60) n`, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	r = n.Get(t, base+"/historique")
	i := strings.Index(r.Corps, "suite=")
	if i < 0 {
		t.Fatal("no next page")
	}
	suite, _, _ := strings.Cut(r.Corps[i:], `"`)
	r = n.Get(t, base+"/historique?"+suite)
	if vus := strings.Count(r.Corps, "Demande modifiée"); vus != 11 || !r.Dit("Revenir au plus récent") {
		t.Errorf("second page: %d événements", vus)
	}
	if r := n.Get(t, base+"/historique?suite=x"); r.Statut != http.StatusNotFound {
		t.Errorf("a broken page: %d", r.Statut)
	}
}

func TestReadingEscapes(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	const hostile = `<script>alert("x")</script>`
	d := enregistrer(t, w, func(d *demandes.Demande) {
		d.Demandeur.Nom, d.Demandeur.Prenom, d.Coordonnees.Voie, d.Demandeur.Emploi.Employeur = hostile, hostile, hostile, hostile
		d.LogementActuel.Structure, d.Souhait.Commentaire, d.Coordonnees.Chez = hostile, hostile, hostile
	})
	n := w.Agent(t, "TMH", habilitations.Saisie)
	for _, o := range append([]string{"", "/radiation"}, onglets()...) {
		r := n.Get(t, "/demandes/"+d.NumeroUnique+o)
		if r.Statut != http.StatusOK || strings.Contains(strings.ToLower(r.Corps), "<script>alert") {
			t.Errorf("%s: %d, or not escaped", o, r.Statut)
		}
	}
}

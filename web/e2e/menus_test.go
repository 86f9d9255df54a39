package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
)

// TestHomonymes logs in two agents of one name: the organisme is asked once
// the password is proven.
//
// R-CNX-05
func TestHomonymes(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := onglet(t, s.URL)
	c := s.compte(t, "PROMO", habilitations.Saisie)
	o.connecter(c)
	o.doitDire("Organisme")
	o.verifier()
	o.poser("organisme", "PROMO")
	o.suivre("=Se connecter")
	o.doitDire("Jean DUPUY", "Promologis")
}

// TestBandeau uses the header of every page.
//
// R-MEN-01 R-MEN-03 R-MEN-16 R-MEN-18 R-MEN-19 R-MEN-21 R-MEN-22 R-MEN-25
func TestBandeau(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "TMH", habilitations.Saisie)
	o.suivre("nav.modules a[href='/demandes']")
	if o.adresse() != "/demandes" {
		t.Errorf("the module Demande leads to %s", o.adresse())
	}
	// Criteria on the left, the list on the right, actions in the bar.
	x := lire[map[string]float64](o, `(() => { const r = s => document.querySelector(s).getBoundingClientRect(); return {panneau: r(".panneau").right, liste: r("#resultats").left, bas: r(".barre-bas").bottom} })()`)
	if x["panneau"] > x["liste"] || x["bas"] > float64(bureau[1]) {
		t.Errorf("the panes aren't side by side, above their bar: %v", x)
	}
	o.suivre("header a.marque")
	if o.adresse() != "/" {
		t.Errorf("the mark leads to %s", o.adresse())
	}
	for nom, chemin := range map[string]string{"=Accueil": "/", "=Liens utiles": "/liens-utiles", "=Préférences": "/preferences", "=Changer de mot de passe": "/mot-de-passe"} {
		o.aller("/demandes")
		o.suivre(nom)
		if o.adresse() != chemin {
			t.Errorf("the icon %s leads to %s", nom, o.adresse())
		}
	}
	o.aller("/demandes")
	o.suivre("=Se déconnecter")
	o.aller("/demandes")
	if !strings.HasPrefix(o.adresse(), "/connexion") {
		t.Errorf("after the logout, the list is still open: %s", o.adresse())
	}
}

// TestMenuDuProfil shows an agent who only counts: neither the menu nor the
// address opens the file.
//
// R-MEN-11
func TestMenuDuProfil(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "CUGNAUX", habilitations.StatistiquesAgregees)
	if o.existe("nav.modules a[href='/demandes']") || o.existe("#recherche-rapide") {
		t.Error("the menu offers the file to who may not read it")
	}
	for _, chemin := range []string{"/demandes", "/demandes/" + s.dossiers(t).actif} {
		o.aller(chemin)
		if n := lire[int](o, `performance.getEntriesByType("navigation")[0].responseStatus`); n != 403 && n != 404 {
			t.Errorf("%s answers %d", chemin, n)
		}
	}
}

// TestCommuneProposee types a commune as one does: a few letters, the arrow,
// Enter.
func TestCommuneProposee(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "TMH", habilitations.Saisie)
	o.aller("/demandes/" + s.brouillon(t, demandes.Valeurs{"demandeur.nom": "LABORDE"}) + "/coordonnees")
	o.taper(`[id="adresse.commune"]`, "tournef")
	o.attendre(`document.getElementById("adresse.commune").getAttribute("aria-expanded") === "true"`)
	o.verifier()
	o.touche(kb.ArrowDown)
	o.entree()
	if got := o.valeur("adresse.commune"); got != "TOURNEFEUILLE (31170)" {
		t.Errorf("the commune is %q", got)
	}
	if got := o.valeur("adresse.code_postal"); got != "31170" {
		t.Errorf("the postcode is %q", got)
	}
	o.versOnglet(champs.LogementRecherche)
	o.taper(`[id="choix.1"]`, "saint-cyp")
	o.attendre(`document.getElementById("choix.1").getAttribute("aria-expanded") === "true"`)
	o.touche(kb.ArrowDown)
	o.entree()
	if got := o.valeur("choix.1"); got != "31-555-21 SAINT-CYPRIEN" {
		t.Errorf("the first choice is %q", got)
	}
	o.versOnglet(champs.Coordonnees)
	o.versOnglet(champs.LogementRecherche)
	if got := o.valeur("choix.1"); got != "31-555-21 SAINT-CYPRIEN" {
		t.Errorf("the first choice comes back as %q", got)
	}
}

// TestAjouterDepuisUneDemandeNeuve adds a co-demandeur before anything is kept:
// the page changes, the focus is in the new line.
func TestAjouterDepuisUneDemandeNeuve(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "TMH", habilitations.Saisie)
	o.aller("/demandes/nouvelle")
	o.suivre("=Ajouter un co-demandeur")
	o.attendre(`document.activeElement?.name === "cotitulaire.1.lien"`)
	o.verifier()
}

// TestFenetreCollecteurs cancels the window of the collecteurs: nothing changes.
//
// R-COL-07
func TestFenetreCollecteurs(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "TMH", habilitations.Saisie)
	o.aller("/demandes/" + s.brouillon(t, demandes.Valeurs{"demandeur.nom": "LABORDE", "demandeur.activite": "CDI"}) + "/metier")
	for _, annuler := range []func(){func() { o.cliquer("=Annuler") }, func() { o.touche(kb.Escape) }} {
		o.cliquer("=Détail…")
		o.attendre(`document.querySelector("[data-imhoweb-fenetre] dialog:modal")`)
		o.verifier()
		o.poser("demandeur.collecteur.ALS", "1")
		o.poser("demandeur.dossier.ALS", "AL-1")
		annuler()
		o.attendre(`!document.querySelector("dialog:modal")`)
		if a, b := o.valeur("demandeur.collecteur.ALS"), o.valeur("demandeur.dossier.ALS"); a != "" || b != "" {
			t.Errorf("cancelled, the window keeps %q and %q", a, b)
		}
	}
	o.versOnglet(champs.Identite)
	o.versOnglet(champs.Metier)
	o.doitDire("aucun")
}

// TestListesDesCriteres reads the lists that Gestion Demande offers.
//
// R-REF-26 R-REF-28
func TestListesDesCriteres(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "TMH", habilitations.Saisie)
	o.aller("/demandes")
	for nom, attendus := range map[string][]string{
		"demande.etat": {"Active", "Brouillon", "Incomplète (NU)", "Satisfaite", "Validée", "Attribuée en instance", "Annulée", "Non renouvelée"},
		// The collecteurs 1 % are those of Action Logement today.
		"demande.contingent": {"Préfet - prioritaires (hors fonctionnaires et agents publics de l’État)", "Préfet - fonctionnaires et agents publics de l’État",
			"Collectivités territoriales, leurs établissements publics, EPCI", "Employeurs et Action Logement", "Hors contingent (bailleur)"},
	} {
		l := lire[[]string](o, `[...document.getElementsByName(`+chaine(nom)+`)[0].options].map(x => x.text.trim())`)
		for _, x := range attendus {
			if !slices.ContainsFunc(l, func(vu string) bool { return espaces(vu) == x }) {
				t.Errorf("%s doesn't offer %q: %v", nom, x, l)
			}
		}
	}
}

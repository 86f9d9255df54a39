package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
)

// fiche registers the demande that the tests of this file work on.
func (s *Site) fiche(t *testing.T, f func(d *demandes.Demande)) *demandes.Demande {
	t.Helper()
	return demandestest.Creer(t, s.DB, func(d *demandes.Demande) {
		d.NumeroUnique, d.NumeroIW = demandes.Numeros(d.Departement, d.DateDepot, 900_002, d.Guichet) // beyond those of the demonstration
		if f != nil {
			f(d)
		}
	})
}

// TestDeuxAgents has two agents change one dossier: what one typed is shown
// beside what the other registered, and nothing of either is lost.
func TestDeuxAgents(t *testing.T) {
	t.Parallel()
	s := site(t)
	d := s.fiche(t, nil)
	base := "/demandes/" + d.NumeroUnique
	a, b := s.agent(t, "TMH", habilitations.Saisie), s.agent(t, "CHALETS", habilitations.Saisie)

	a.aller(base)
	a.suivre("=Modifier")
	a.poser("demandeur.tel_portable", "06 39 98 00 01")
	a.poser("demandeur.courriel", "maelle@exemple.fr")
	a.versOnglet(champs.LogementActuel) // keeps the working copy

	b.aller(base)
	b.suivre("=Modifier")
	b.poser("demandeur.tel_portable", "06 39 98 00 02")
	b.versOnglet(champs.LogementActuel)
	b.poser("logement.loyer", "615")
	b.suivre("=Enregistrer les modifications")
	b.doitDire("Modifications enregistrées")

	a.suivre("=Enregistrer les modifications")
	a.doitDire("Deux agents ont modifié la même demande", "06 39 98 00 01", "06 39 98 00 02", "É. ROQUES")
	a.verifier()
	a.suivre("=Garder ces valeurs")
	a.doitDire("Choisissez la valeur à garder")
	a.verifier()
	a.cliquer(`[id="demandeur.tel_portable__mien"]`)
	a.suivre("=Garder ces valeurs")
	a.verifierValeurs(demandes.Valeurs{"demandeur.tel_portable": "06 39 98 00 01", "demandeur.courriel": "maelle@exemple.fr"}, champs.Identite)
	a.verifierValeurs(demandes.Valeurs{"logement.loyer": "615"}, champs.LogementActuel)
	a.suivre("=Enregistrer les modifications")
	a.doitDire("Modifications enregistrées", "06 39 98 00 01", "maelle@exemple.fr", "615")

	// A page older than the demande: what was typed stays, beside what is kept.
	a.suivre("=Modifier")
	a.poser("demandeur.tel_travail", "05 36 49 00 03")
	b.suivre("=Modifier")
	b.poser("demandeur.tel_travail", "05 36 49 00 04")
	b.suivre("=Enregistrer les modifications")
	a.suivre("=Enregistrer les modifications")
	a.doitDire("Cette saisie a changé ailleurs pendant que vous tapiez", "05 36 49 00 04")
	a.verifier()
	if got := a.valeur("demandeur.tel_travail"); got != "05 36 49 00 03" {
		t.Errorf("what was typed is lost: %q", got)
	}
	a.suivre("=Enregistrer les modifications")
	a.doitDire("05 36 49 00 03")
}

// TestBrouillonSupprimeEntreTemps types in a draft that a colleague deletes: all
// is shown, then taken back in a new draft.
func TestBrouillonSupprimeEntreTemps(t *testing.T) {
	t.Parallel()
	s := site(t)
	base := "/demandes/" + s.brouillon(t, demandes.Valeurs{"demandeur.nom": "LABORDE"})
	a, b := s.agent(t, "TMH", habilitations.Saisie), s.agent(t, "TMH", habilitations.Saisie)
	a.aller(base + "/coordonnees")
	a.poser("adresse.voie", "3 rue des Lilas")
	b.aller(base + "/suppression")
	b.suivre("=Supprimer le brouillon")
	a.suivre(boutonOnglet(champs.Occupants))
	a.doitDire("Ce brouillon n’existe plus", "3 rue des Lilas")
	a.verifier()
	a.photographier("brouillon-supprime")
	a.suivre("=Reprendre dans un nouveau brouillon")
	a.surOnglet(champs.Coordonnees)
	if got := a.valeur("adresse.voie"); got != "3 rue des Lilas" {
		t.Errorf("what was typed is lost: %q", got)
	}
}

// TestDoubleClic presses « Créer la demande » twice: one demande is made, and
// going back leads to it.
//
// R-SAI-08
func TestDoubleClic(t *testing.T) {
	t.Parallel()
	for _, sansJS := range []bool{false, true} {
		t.Run(fmt.Sprintf("JavaScript off %v", sansJS), func(t *testing.T) {
			t.Parallel()
			doubleClic(t, sansJS)
		})
	}
}

func doubleClic(t *testing.T, sansJS bool) {
	s := site(t)
	brouillon := s.brouillon(t, cejour(demandestest.Exemples[1].Valeurs))
	o := s.agent(t, "TMH", habilitations.Saisie)
	if sansJS {
		o.couperJS()
	}
	o.aller("/demandes/" + brouillon + "/identite")
	avant := s.compter(t)
	p := lire[[2]float64](o, `(() => { const r = document.querySelector("button[value=confirmer]").getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2] })()`)
	o.faire(chromedp.MouseClickXY(p[0], p[1]), chromedp.MouseClickXY(p[0], p[1], chromedp.ClickCount(2)))
	o.attendre(`/^\/demandes\/[0-9]{13}[0-9A-Z]{5}$/.test(location.pathname)`)
	numero := strings.TrimPrefix(o.adresse(), "/demandes/")
	o.faire(chromedp.NavigateBack())
	o.attendre(`location.pathname === "/demandes/` + numero + `"`)
	if apres := s.compter(t); apres != avant+1 {
		t.Errorf("two clicks made %d demandes", apres-avant)
	}
}

func (s *Site) compter(t *testing.T) int {
	t.Helper()
	var n int
	if err := s.DB.QueryRow(t.Context(), `select count(*) from demandes where numero_unique is not null`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSessionExpiree ends the session of an agent who is typing: the login
// comes back to the same tab, with what was typed.
func TestSessionExpiree(t *testing.T) {
	t.Parallel()
	s := site(t)
	brouillon := s.brouillon(t, demandes.Valeurs{"demandeur.nom": "LABORDE", "demandeur.prenom": "Fantine"})
	o := s.agent(t, "TMH", habilitations.Saisie)
	o.aller("/demandes/" + brouillon + "/coordonnees")
	o.poser("adresse.voie", "7 impasse des Tilleuls")
	o.poser("adresse.complement", "Escalier B")
	s.expirer(t)
	// Another server may be a few seconds late to see it: this one too.
	lire[bool](o, `(async () => { for (;;) { const r = await fetch("/preferences", {redirect: "manual"}); if (r.type === "opaqueredirect") return true; await new Promise(f => setTimeout(f, 100)) } })()`)

	o.suivre(boutonOnglet(champs.Occupants))
	o.attendre(`location.pathname === "/connexion"`)
	o.verifier()
	o.identifier(s.compte(t, "TMH", habilitations.Saisie))
	o.surOnglet(champs.Coordonnees)
	o.doitDire("Votre saisie a été retrouvée")
	o.verifier()
	for nom, want := range map[string]string{"adresse.voie": "7 impasse des Tilleuls", "adresse.complement": "Escalier B"} {
		if got := o.valeur(nom); got != want {
			t.Errorf("%s holds %q after the login, typed %q", nom, got, want)
		}
	}
	o.versOnglet(champs.Identite)
	o.verifierValeurs(demandes.Valeurs{"adresse.voie": "7 impasse des Tilleuls"}, champs.Coordonnees)
}

func (s *Site) expirer(t *testing.T) {
	t.Helper()
	if _, err := s.DB.Exec(t.Context(), `update sessions set expiry = now() - interval '1 minute'`, pg.Args{}); err != nil {
		t.Fatal(err)
	}
}

// TestQuitter leaves a saisie: the browser warns when something typed isn't
// kept, and only then; Fermer keeps it.
//
// R-SAI-11
func TestQuitter(t *testing.T) {
	t.Parallel()
	s := site(t)
	brouillon := s.brouillon(t, demandes.Valeurs{"demandeur.nom": "LABORDE"})
	o := s.agent(t, "TMH", habilitations.Saisie)
	ouvrir := func() { o.aller("/demandes/" + brouillon + "/identite") }
	averti := func() bool { o.mu.Lock(); defer o.mu.Unlock(); return slices.Contains(o.dialogues, "beforeunload") }

	ouvrir()
	o.cliquer(`[id="demandeur.prenom"]`)
	o.suivre("header a.marque")
	if averti() {
		t.Fatal("leaving warns though nothing was typed")
	}
	ouvrir()
	o.cliquer(`[id="demandeur.prenom"]`)
	o.taper(`[id="demandeur.prenom"]`, "Fantine")
	o.suivre("=Fermer")
	if averti() {
		t.Fatal("Fermer warns though it keeps what was typed")
	}
	ouvrir()
	if got := o.valeur("demandeur.prenom"); got != "Fantine" {
		t.Errorf("Fermer lost the first name: %q", got)
	}
	o.cliquer(`[id="demandeur.prenom"]`)
	o.taper(`[id="demandeur.prenom"]`, "Cosette")
	o.suivre("header a.marque")
	if !averti() {
		t.Error("leaving with something typed doesn't warn")
	}
}

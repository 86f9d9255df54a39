package e2e

import (
	"testing"

	"imhoweb/internal/habilitations"
)

// pagesReferentiels are the screens that run the référentiels, with a row of
// each kind.
var pagesReferentiels = []string{
	"/administration", "/administration/organismes", "/administration/organismes?q=toulouse&type=BAILLEUR", "/administration/organismes?q=introuvable",
	"/administration/organismes/nouveau", "/administration/organismes/TMH", "/administration/organismes/TMH/modification",
	"/administration/organismes/TMH/fermeture", "/administration/organismes/TMH/agences/nouvelle", "/administration/organismes/TMH/agences/TMH-01",
	"/administration/organismes/TMH/guichets/nouveau", "/administration/organismes/TMH/guichets/11054", "/administration/agences",
	"/administration/guichets", "/administration/referentiels", "/administration/referentiels/motif_demande",
	"/administration/referentiels/motif_radiation", "/administration/referentiels/motif_demande/nouvelle", "/administration/referentiels/motif_demande/01",
	"/administration/territoires", "/administration/territoires/liste", "/administration/territoires/31-555", "/administration/territoires/31-555-13",
	"/administration/territoires/31-395/quartier", "/administration/plafonds", "/administration/plafonds/2026", "/administration/plafonds/2027",
	"/administration/parametres", "/administration/parametres/delai_anormalement_long", "/administration/parametres/nature_base",
	"/administration/parametres/departement", "/administration/parametres/connexion_mention_cnil",
}

// sortesReferentiels are one of each kind: list, fiche, form, tree, grid.
var sortesReferentiels = []string{"/administration/guichets", "/administration/organismes/TMH", "/administration/organismes/TMH/modification",
	"/administration/territoires", "/administration/plafonds/2027", "/administration/parametres/nature_base"}

// TestPagesReferentiels shows each of them to ATLAS, on a desk and on a
// telephone; one of each kind in the dark theme and without JavaScript too.
func TestPagesReferentiels(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "ATLAS", habilitations.AdminAtlas)
	o.parcourir(regles, pagesReferentiels, bureau, telephone)
	o.aller("/preferences")
	o.cliquer(`label[for="theme__dark"]`)
	o.suivre("=Enregistrer les préférences")
	o.parcourir(couleurs, sortesReferentiels, bureau)
	o.couperJS()
	o.parcourir(regles, sortesReferentiels, bureau)
}

// TestParametreConfirme changes a setting in a browser: a mistake, what would
// change, the confirmation, the history; then the banner of the base.
func TestParametreConfirme(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "ATLAS", habilitations.AdminAtlas)
	o.aller("/administration/parametres/delai_anormalement_long")
	o.taper("#valeur", "500")
	o.suivre("=Enregistrer")
	o.doitDire("Indiquez un nombre entier de 1 à 120.")
	o.verifier()
	o.taper("#valeur", "30")
	o.taper("#source", "Arrêté préfectoral du 2 janvier 2027")
	o.suivre("=Enregistrer")
	o.doitDire("Ce qui va changer", "36\u00a0mois", "30\u00a0mois")
	o.verifier()
	o.suivre("=Confirmer : enregistrer")
	o.doitDire("Paramètre enregistré.", "30\u00a0mois")
	o.aller("/administration/parametres/nature_base")
	o.doitDire("Base de démonstration")
	o.verifier()
}

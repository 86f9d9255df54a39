package e2e

import (
	"fmt"
	"testing"
	"time"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/travaux"
)

// TestPagesJournal: an agent reads a dossier and is refused a page; the auditeur
// sees both, looks for alertes, treats one; every page passes the rules of axe.
func TestPagesJournal(t *testing.T) {
	t.Parallel()
	s := site(t)
	d := s.dossiers(t)
	agent := s.agent(t, "TMH", habilitations.Consultation)
	agent.aller("/demandes/" + d.actif)
	agent.aller("/administration/journal")
	agent.doitDire("Action non autorisée")
	s.Journaliser(t)
	dimanche := time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)
	err := journal.Inscrire(t.Context(), s.DB, journal.Entree{FaitLe: dimanche, Utilisateur: 1, Organisme: "TMH", Sorte: journal.Recherche, Criteres: "état Active"})
	if err != nil {
		t.Fatal(err)
	}
	err = journal.Changer(t.Context(), s.DB, habilitations.Session{}, journal.Changement{
		Objet: "parametre", Cle: "x", Libelle: "Délai anormalement long", Acte: "modifier",
		Avant: map[string]string{"Valeur": "36 mois"}, Apres: map[string]string{"Valeur": "30 mois"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := journal.Alerter(t.Context(), s.DB, travaux.Muet{}); err != nil {
		t.Fatal(err)
	}
	var alerte int64
	if err := s.DB.QueryRow(t.Context(), "select max(id) from alertes_journal").Scan(&alerte); err != nil {
		t.Fatal(err)
	}
	adresse := fmt.Sprintf("/administration/journal/alertes/%d", alerte)
	pages := []string{"/administration/journal", "/administration/journal?sorte=LECTURE&organisme=TMH", "/administration/journal?dossier=introuvable",
		"/administration/journal?du=31/02/2026", "/administration/journal?utilisateur=1", "/administration/journal/dossiers/" + d.actif,
		"/administration/journal/changements", "/administration/journal/changements?objet=introuvable", "/administration/journal/alertes", adresse}
	o := s.agent(t, "ATLAS", habilitations.Auditeur)
	o.aller("/administration/journal?dossier=" + d.actif)
	o.doitDire("Lecture", "Synthèse")
	o.aller("/administration/journal?sorte=REFUS")
	o.doitDire("GET /administration/journal")
	o.parcourir(regles, pages, bureau, telephone)
	o.aller(adresse)
	o.suivre("=Marquer comme traitée")
	o.doitDire("Dites ce que vous avez constaté")
	o.verifier()
	o.taper("#commentaire", "Permanence du dimanche, prévue.")
	o.suivre("=Marquer comme traitée")
	o.doitDire("L’alerte est traitée.", "Traitée")
	o.verifier()
	atlas := s.agent(t, "ATLAS", habilitations.AdminAtlas)
	atlas.parcourir(regles, []string{"/demandes/" + d.actif + "/historique"}, bureau, telephone)
	o.couperJS()
	o.parcourir(regles, pages, bureau)
}

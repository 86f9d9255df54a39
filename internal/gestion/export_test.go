package gestion_test

import (
	"bytes"
	"slices"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/gestion"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg/pgtest"
)

// R-REC-25: what the file says of a demande; no cell that a spreadsheet runs;
// numbers whole; accents and separators kept.
func TestExport(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	s := demandestest.Agent(t, db, demandestest.Saisie())
	d := demandestest.Creer(t, db, func(d *demandes.Demande) {
		d.Demandeur.Nom, d.Demandeur.Prenom = `=HYPERLINK("http://x")`, "+cmd; \"Zoé\"\nO’Neil"
		d.DateDepot = jour.De(2026, 3, 14)
		d.Souhait.Types = []string{"T2", "T3"}
		d.Souhait.Choix = []string{"31-395", "31-557"}
		d.Cotitulaires = []demandes.Titulaire{{Cle: 1, Lien: "CONJOINT",
			Identite: demandes.Identite{Civilite: "1", Nom: "Roux", Prenom: "Luc", Naissance: jour.De(1990, 5, 1)}}}
	})
	brouillon(t, db, s, `{"demandeur.nom": "Béziat", "demandeur.prenom": "Anaïs"}`)
	var b bytes.Buffer
	v := gestion.Vue{Tri: "demande.date_depot", Desc: true}
	if n, err := gestion.Exporter(t.Context(), db, s, demandestest.Ref(t, db), gestion.Export{Vue: v}, &b); err != nil || n != 2 {
		t.Fatalf("%d rows, %v", n, err)
	}
	l := lireCSV(t, b.Bytes())
	lire := func(ligne int, titre string) string {
		i := slices.Index(l[0], titre)
		if i < 0 {
			t.Fatalf("no column %q in %v", titre, l[0])
		}
		return l[ligne][i]
	}
	for titre, attendu := range map[string]string{
		"Numéro unique": `="` + d.NumeroUnique + `"`, "État": "Active", "Dépôt initial le": "14/03/2026", "Renouvelé le": "",
		"Nom": `'=HYPERLINK("http://x")`, "Prénom": "'+cmd; \"Zoé\"\nO’Neil", "Co-demandeurs": "ROUX Luc (01/05/1990)",
		"Né(e) le": "14/03/1991", "Commune": "Muret", "Type": "T2 | T3", "Guichet": "11054 Agence Toulouse",
		"Demande élargie à d’autres communes": "Non", "Choix géographique": "31-395 X MURET | 31-557 X TOURNEFEUILLE",
	} {
		if got := lire(1, titre); got != attendu {
			t.Errorf("%s: %q, want %q", titre, got, attendu)
		}
	}
	if lire(2, "Nom") != "Béziat" || lire(2, "État") != "Brouillon" || lire(2, "Numéro unique") != "" {
		t.Errorf("draft: %v", l[2])
	}
	if _, err := gestion.Exporter(t.Context(), db, demandestest.Session(habilitations.Offre), demandestest.Ref(t, db), gestion.Export{Vue: v}, &b); err == nil {
		t.Error("exported without the right")
	}
	b.Reset()
	if n, err := gestion.Exporter(t.Context(), db, demandestest.AutreBailleur(), demandestest.Ref(t, db), gestion.Export{Vue: v}, &b); err != nil || n != 1 {
		t.Errorf("another organisme exports %d rows, want the registered one; %v", n, err)
	}
}

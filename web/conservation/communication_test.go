package conservation_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"imhoweb/internal/conservation"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/web/webtest"
)

func TestTheCompleteDossierOfAPerson(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	numero := demandestest.Creer(t, site.DB, func(d *demandes.Demande) {
		d.Souhait.Commentaire = "Rez-de-chaussée souhaité"
		d.Occupants = []demandes.Occupant{{Role: demandes.RoleACharge, Cle: 1, Nom: "Barthès", Prenom: "Zoé", Naissance: jour.De(2015, 5, 4)}}
	}).NumeroUnique
	agent := site.Agent(t, "TMH", habilitations.Saisie)
	if r := agent.Get(t, "/demandes/"+numero); r.Statut != http.StatusOK || r.Dit("communication.pdf") {
		t.Errorf("%d", r.Statut)
	}
	site.Journaliser(t)
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	if r := atlas.Get(t, "/demandes/"+numero); !r.Dit("/demandes/"+numero+"/communication.pdf") || !r.Dit("communication.json") {
		t.Error("no button")
	}

	t.Run("holds the person's facts, what happened and who read it", func(t *testing.T) {
		r := atlas.Get(t, "/demandes/"+numero+"/communication.json")
		var c conservation.Communication
		if err := json.Unmarshal([]byte(r.Corps), &c); err != nil || r.Statut != http.StatusOK {
			t.Fatal(r.Statut, err)
		}
		if c.NumeroUnique != numero {
			t.Error(c.NumeroUnique)
		}
		dits := map[string]bool{}
		for _, x := range c.Rubriques {
			for _, f := range x.Faits {
				dits[x.Titre+"|"+f.Personne+"|"+f.Libelle+"|"+f.Valeur] = true
			}
		}
		for _, attendu := range []string{"BARTHÈS", "Maëlle", "14/03/1991", "06 39 98 41 17", "12 rue des Violettes", "Zoé", "Boulangerie du Lauragais", "1\u202f577\u00a0€", "Rez-de-chaussée souhaité"} {
			trouve := false
			for d := range dits {
				trouve = trouve || strings.HasSuffix(d, "|"+attendu)
			}
			if !trouve {
				t.Errorf("%q is missing from %v", attendu, dits)
			}
		}
		lue := false
		for _, x := range c.Consultations {
			lue = lue || x.Organisme == "Toulouse Métropole Habitat" && x.Sorte == "Lecture"
		}
		if !lue {
			t.Errorf("the reading is missing from %v", c.Consultations)
		}
		if strings.Contains(r.Corps, "Essai") {
			t.Error("agents are named")
		}
	})
	t.Run("as a document to hand over", func(t *testing.T) {
		r := atlas.Get(t, "/demandes/"+numero+"/communication.pdf")
		if r.Statut != http.StatusOK || !strings.HasPrefix(r.Corps, "%PDF-") || r.Header.Get("Content-Disposition") != `attachment; filename="dossier-`+numero+`.pdf"` {
			t.Fatal(r.Statut, r.Header)
		}
		texte := lirePDF(t, []byte(r.Corps))
		for _, attendu := range []string{"Dossier complet de demande de logement social", "article 15", "BARTHÈS", "Qui a consulté ce dossier", "Toulouse Métropole Habitat"} {
			if !strings.Contains(texte, attendu) {
				t.Errorf("%q is missing", attendu)
			}
		}
	})
	t.Run("the handing over is in the journal", func(t *testing.T) {
		site.Journaliser(t)
		var n int
		err := site.DB.QueryRow(t.Context(), `
select count(*) from journal_acces j join demandes d on d.id = j.demande where d.numero_unique = $1 and j.sorte = 'COMMUNICATION'`, numero).Scan(&n)
		if err != nil || n != 2 {
			t.Error(n, err)
		}
	})
	t.Run("by ATLAS only, and of a registered demande", func(t *testing.T) {
		for _, n := range []*webtest.Navigateur{agent, site.Agent(t, "TMH", habilitations.AdminOrganisme), site.Agent(t, "ATLAS", habilitations.Auditeur)} {
			for _, f := range []string{"pdf", "json"} {
				if r := n.Get(t, "/demandes/"+numero+"/communication."+f); r.Statut != http.StatusForbidden || r.Dit("BARTHÈS") {
					t.Errorf("%d", r.Statut)
				}
			}
		}
		for _, n := range []string{demandestest.Brouillon(t, site.DB, "ATLAS"), demandestest.Brouillon(t, site.DB, "TMH"), "031111100000011054"} {
			if r := atlas.Get(t, "/demandes/"+n+"/communication.json"); r.Statut != http.StatusNotFound {
				t.Errorf("%s: %d", n, r.Statut)
			}
		}
	})
}

func lirePDF(t *testing.T, b []byte) string {
	t.Helper()
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(b)
	sortie, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext (Debian: apt-get install poppler-utils): %v", err)
	}
	return string(sortie)
}

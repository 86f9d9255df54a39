package accueil_test

import (
	"net/http"
	"strings"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/web/webtest"
)

// R-ACC-07, R-ACC-08, R-ACC-09, R-ACC-10, R-ACC-11, R-ACC-12, R-ACC-13, R-ACC-14, R-ACC-15, R-ACC-16, R-ACC-17, R-ACC-18, R-MEN-02
func TestAccueil(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, types := range [][]string{{"C", "T1"}, {"T2", "T3", "T4"}, {"T2", "T5"}, {"T6P"}, nil} {
		demandestest.Creer(t, w.DB, func(d *demandes.Demande) { d.Souhait.Types, d.Incomplete = types, types == nil })
	}
	d := demandestest.Creer(t, w.DB, func(d *demandes.Demande) { d.Souhait.Types = []string{"T2"}; d.Demandeur.Nom = "Ouvrard" })

	t.Run("figures, as bars and as a table", func(t *testing.T) {
		r := w.Agent(t, "TMH", habilitations.Saisie).Get(t, "/")
		dit(t, r, "Bienvenue sur le fichier de la Demande Locative Sociale", "Demandes par typologie", "Nombre de demandes",
			"multi-types compte une fois par type demandé", "la somme des colonnes (10) dépasse", "demandes actives", "dans le département")
		for code, n := range map[string]string{"C": "1", "T1": "1", "T2": "3", "T3": "1", "T4": "1", "T5": "1", "T6": "1", "X": "1"} {
			if !strings.Contains(r.Corps, `text-anchor="middle">`+code+"</text>") {
				t.Errorf("no bar %s", code)
			}
			ligne := tableau(r.Corps, code)
			if !strings.Contains(ligne, `<td class="nb">`+n+"</td>") {
				t.Errorf("%s in the table: %q", code, ligne)
			}
		}
		if !strings.Contains(r.Corps, "<rect") || strings.Contains(r.Corps, "style=") {
			t.Error("no chart, or one that the policy refuses")
		}
	})

	t.Run("shortcuts and dossiers of an agent who registers", func(t *testing.T) {
		n := w.Agent(t, "TMH", habilitations.Saisie)
		r := n.Get(t, "/")
		dit(t, r, "Gestion Demande", "Nouvelle demande", "Échéance sous 30", "Ma journée", "Les dossiers que vous ouvrez se retrouvent ici", "Aucun brouillon")
		n.Get(t, "/demandes/"+d.NumeroUnique)
		for range 500 { // noted beside the page
			if r = n.Get(t, "/"); r.Dit("OUVRARD") {
				break
			}
		}
		if !r.Dit("OUVRARD Maëlle") || !strings.Contains(r.Corps, "/demandes/"+d.NumeroUnique) {
			t.Error("the dossier just opened isn't there")
		}
		if autre := w.Agent(t, "TMH", habilitations.Saisie).Get(t, "/"); autre.Dit("OUVRARD") {
			t.Error("a colleague's dossiers are shown")
		}
		if r := n.Post(t, "/demandes/nouvelle", "cle", "6f1f6c0e-27c5-4b0e-9d0c-5a5f0c1f7a11", "acte", "sauver", "onglet", "identite", "saisie", "creation", "demandeur.nom", "Tisserand"); r.Statut != http.StatusSeeOther && r.Statut != http.StatusOK {
			t.Fatalf("draft: %d", r.Statut)
		}
		r = n.Get(t, "/")
		dit(t, r, "TISSERAND", "vous", "Voir le brouillon")
		collegue := w.Agent(t, "TMH", habilitations.Saisie).Get(t, "/")
		dit(t, collegue, "TISSERAND", "Agent ESSAI")
		if ailleurs := w.Agent(t, "PROMO", habilitations.Saisie).Get(t, "/"); ailleurs.Dit("TISSERAND") {
			t.Error("a draft is shown to another organisme")
		}
	})

	profils := []struct {
		nom, organisme    string
		role              habilitations.Role
		chiffres, dossier bool
		creer             bool
	}{
		{"reading", "TMH", habilitations.Consultation, true, true, false},
		{"statistics of a commune that registers nothing", "CUGNAUX", habilitations.StatistiquesAgregees, true, false, false},
		{"entry in a commune that registers nothing", "CUGNAUX", habilitations.Saisie, true, false, false},
		{"an auditor", "ATLAS", habilitations.Auditeur, false, false, false},
		{"the parc", "TMH", habilitations.Offre, false, false, false},
		{"ATLAS", "ATLAS", habilitations.AdminAtlas, true, true, true},
	}
	for _, p := range profils {
		t.Run(p.nom, func(t *testing.T) {
			r := w.Agent(t, p.organisme, p.role).Get(t, "/")
			if r.Statut != http.StatusOK {
				t.Fatalf("%d", r.Statut)
			}
			for texte, vu := range map[string]bool{
				"Demandes par typologie": p.chiffres, "Derniers dossiers ouverts": p.dossier, "Gestion Demande": p.dossier,
				"Nouvelle demande": p.creer, "Brouillons": p.creer, "Saisies à reprendre": p.creer, "Liens utiles": true,
				"Messagerie": false, "Annonce": false,
			} {
				if r.Dit(texte) != vu {
					t.Errorf("%q: %v", texte, !vu)
				}
			}
			if r.Dit("TISSERAND") && !p.creer || r.Dit("BARTHÈS") {
				t.Error("a household is named")
			}
		})
	}

	t.Run("a stranger is sent to the login", func(t *testing.T) {
		if r := w.Navigateur(t).Get(t, "/"); r.Statut != http.StatusSeeOther || r.Lieu != "/connexion" {
			t.Errorf("%d %q", r.Statut, r.Lieu)
		}
	})
}

// tableau gives the row of a type.
func tableau(corps, code string) string {
	_, reste, _ := strings.Cut(corps, "<tbody>")
	for ligne := range strings.SplitSeq(reste, "<tr>") {
		if strings.HasPrefix(strings.TrimSpace(ligne), `<th scope="row">`+code) {
			return ligne
		}
	}
	return ""
}

func dit(t *testing.T, r webtest.Reponse, textes ...string) {
	t.Helper()
	for _, x := range textes {
		if !r.Dit(x) {
			t.Errorf("the page doesn't say %q", x)
		}
	}
}

// What is typed in a draft has any length: the home page keeps its shape.
func TestAccueilNomSansFin(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := w.Agent(t, "TMH", habilitations.Saisie)
	n.Post(t, "/demandes/nouvelle", "cle", "6f1f6c0e-27c5-4b0e-9d0c-5a5f0c1f7a12", "acte", "sauver", "onglet", "identite", "saisie", "creation",
		"demandeur.nom", strings.Repeat("Ab", 5000))
	r := n.Get(t, "/")
	dit(t, r, "ABAB", "A…")
	if c := strings.Count(r.Corps, "AB"); c > 100 {
		t.Errorf("%d letters of the name are shown", 2*c)
	}
}

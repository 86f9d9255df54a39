package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/web/webtest"
)

// TestAutreSite makes another site send every act of the product with an
// agent's cookies: none is done.
func TestAutreSite(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	agent := site.Agent(t, "ATLAS", habilitations.AdminAtlas)
	n := 0
	for _, r := range site.Routes {
		if r.Methode != http.MethodPost {
			continue
		}
		n++
		for nom, valeur := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://exemple.fr"} {
			q := agent.Requete(t, http.MethodPost, remplir(r.Chemin), strings.NewReader("motif=RADCON"))
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			q.Header.Set(nom, valeur)
			if rep := agent.Envoyer(t, q); rep.Statut != http.StatusForbidden || !rep.Dit("autre site") {
				t.Errorf("POST %s from another site (%s): %d", r.Chemin, nom, rep.Statut)
			}
		}
	}
	if n == 0 {
		t.Error("no act was tried")
	}
}

// TestChampsForges adds to a form what no form asks: who owns the draft, its
// number, its state, one's own roles. Nothing of it is heard.
func TestChampsForges(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	agent := site.Agent(t, "TMH", habilitations.Saisie)
	rep := agent.PostForm(t, "/demandes/nouvelle", url.Values{
		"demandeur.nom": {"Faure"}, "organisme": {"PROMO"}, "organisme_id": {"PROMO"}, "demande.organisme": {"PROMO"}, "demande.guichet": {"11084"},
		"departement": {"32"}, "demande.departement": {"32"}, "demande.numero_unique": {"031011199999911084"}, "demande.numero_iw": {"2011019999"},
		"demande.statut": {"ACTIVE"}, "statut": {"ACTIVE"}, "utilisateur": {"999"}, "role": {"ADMIN_ATLAS"}, "roles": {"ADMIN_ATLAS"}, "aller": {"coordonnees"},
	})
	if rep.Statut != http.StatusSeeOther {
		t.Fatalf("%d\n%s", rep.Statut, rep.Corps)
	}
	var organisme, departement, statut, numero, valeurs string
	err := site.DB.QueryRow(t.Context(), `
select d.organisme, d.departement, d.statut, coalesce(d.numero_unique, ''), s.valeurs::text
from demandes d join saisies s on s.demande_id = d.id`).Scan(&organisme, &departement, &statut, &numero, &valeurs)
	if err != nil || organisme != "TMH" || departement != "31" || statut != "BROUILLON" || numero != "" {
		t.Errorf("draft of %s, %s, %s, number %q: %v", organisme, departement, statut, numero, err)
	}
	for _, forge := range []string{"PROMO", "ADMIN_ATLAS", "031011199999911084", "999"} {
		if strings.Contains(valeurs, forge) {
			t.Errorf("the saisie keeps %q: %s", forge, valeurs)
		}
	}
	var roles []string
	err = site.DB.QueryRow(t.Context(), "select roles from affectations where organisme = @organisme", pg.Args{"organisme": "TMH"}).Scan(&roles)
	if err != nil || len(roles) != 1 || roles[0] != "SAISIE" {
		t.Errorf("roles %v, %v", roles, err)
	}
}

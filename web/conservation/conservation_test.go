package conservation_test

import (
	"net/http"
	"strings"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/web/webtest"
)

const adresse = "/administration/conservation"

func TestTonightsErasure(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	le := jour.Aujourdhui()
	radiee := func(date jour.Date) string {
		return demandestest.Creer(t, site.DB, func(d *demandes.Demande) {
			d.Statut, d.MotifRadiation, d.DateRadiation, d.DateDepot = demandes.Radiee, demandes.RadRenonciation, date, date.Mois(-2)
		}).NumeroUnique
	}
	vieille, recente := radiee(le.Mois(-13)), radiee(le.Mois(-3))
	atlas := site.Agent(t, "ATLAS", habilitations.AdminAtlas)

	r := atlas.Get(t, adresse)
	if r.Statut != http.StatusOK || !r.Dit(vieille) || r.Dit(recente) || !r.Dit("12 mois après sa radiation") || r.Dit("Barthès") {
		t.Errorf("%d", r.Statut)
	}
	if c := atlas.Get(t, adresse+".csv"); !strings.Contains(c.Corps, vieille) || strings.Contains(c.Corps, recente) {
		t.Error(c.Corps)
	}
	if r := atlas.Post(t, adresse+"/execution"); r.Statut != http.StatusUnprocessableEntity || !r.Dit("Cochez la case") {
		t.Errorf("erased without a confirmation: %d", r.Statut)
	}
	var lieu string
	for range 2 { // a double click asks once
		r = atlas.Post(t, adresse+"/execution", "confirme", "1")
		if r.Statut != http.StatusSeeOther || !strings.HasPrefix(r.Lieu, "/travaux/") || lieu != "" && r.Lieu != lieu {
			t.Fatal(r.Statut, r.Lieu)
		}
		lieu = r.Lieu
	}
	for _, n := range []*webtest.Navigateur{site.Agent(t, "TMH", habilitations.AdminOrganisme), site.Agent(t, "ATLAS", habilitations.Auditeur)} {
		if r := n.Get(t, adresse); r.Statut != http.StatusForbidden {
			t.Errorf("%d", r.Statut)
		}
		if r := n.Post(t, adresse+"/execution", "confirme", "1"); r.Statut != http.StatusForbidden {
			t.Errorf("%d", r.Statut)
		}
	}
}

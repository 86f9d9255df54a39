package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/travaux"
	"imhoweb/internal/travaux/table"
	"imhoweb/web/webtest"
)

// TestTravaux asks for a long export and follows it to its file: live with
// scripts, by a button without. ATLAS sees it, and a failure that it starts
// again. Only what waits to be told goes on, so that each state is seen.
func TestTravaux(t *testing.T) {
	for _, c := range []struct {
		nom    string
		sansJS bool
	}{{"with scripts", false}, {"without JavaScript", true}} {
		t.Run(c.nom, func(t *testing.T) {
			t.Parallel()
			suivreTravaux(t, c.sansJS)
		})
	}
}

func suivreTravaux(t *testing.T, sansJS bool) {
	s := site(t)
	milieu, suite := make(chan struct{}), make(chan struct{})
	d := s.Deps
	d.ExportDirect = 100
	l := table.Nouvelle(table.Deps{DB: s.DB, Admin: s.DB, Ref: d.Ref, Inactivite: d.Config.SessionInactivite}).Table()
	export := l[0].Faire
	l[0].Faire = func(ctx context.Context, x *travaux.Execution, args json.RawMessage) error {
		x.Total(300)
		x.Avancer(120)
		milieu <- struct{}{}
		<-suite
		x.Avancer(-120)
		return export(ctx, x, args)
	}
	l = append(l, travaux.Travail{Code: "casse", Libelle: "Travail cassé", Horaire: "04:00", Essais: 1,
		Faire: func(context.Context, *travaux.Execution, json.RawMessage) error {
			return errors.New("le disque est plein")
		}})
	d.Travaux = travaux.Nouvelle(l)
	s.Site = webtest.Instance(t, d)

	o, atlas := onglet(t, s.URL), onglet(t, s.URL)
	if sansJS {
		o.couperJS()
		atlas.couperJS()
	}
	o.connecter(s.compte(t, "TMH", habilitations.Saisie))
	atlas.connecter(s.compte(t, "ATLAS", habilitations.AdminAtlas))
	fini := make(chan error)
	executer := func() { fini <- d.Travaux.Executer(t.Context(), s.DB) }
	finir := func() {
		t.Helper()
		if err := <-fini; err != nil {
			t.Fatal(err)
		}
	}

	o.aller("/demandes")
	o.suivre("=Tout exporter")
	o.doitDire("Export de la liste des demandes", "En attente")
	o.verifier()
	go executer()
	<-milieu
	actualiser := func(jusqua string) {
		t.Helper()
		if !sansJS {
			o.attendre(jusqua)
			return
		}
		for range 100 {
			if lire[bool](o, jusqua) {
				return
			}
			o.suivre("=Actualiser")
		}
		t.Fatalf("never true: %s", jusqua)
	}
	actualiser(`document.querySelector("progress")?.value === 120`)
	o.doitDire("En cours", "120 / 300 lignes")
	o.verifier()
	atlas.aller("/administration/travaux")
	atlas.doitDire("En cours", "Calendrier")
	atlas.verifier()
	suite <- struct{}{}
	finir()
	actualiser(`document.querySelector("a[download]") !== null`)
	if !sansJS {
		o.attendre(`document.querySelector("#annonce").textContent.includes("le résultat est prêt")`)
		atlas.attendre(`document.querySelector("#encours").textContent.includes("Plus rien n’est en cours")`)
	}
	o.doitDire("Terminé", "Télécharger le fichier")
	o.verifier()
	o.aller("/travaux")
	o.verifier()

	atlas.aller("/administration/travaux")
	atlas.suivre("button[aria-label=\"Lancer maintenant\u00a0: Travail cassé\"]")
	go executer()
	finir()
	atlas.aller("/administration/travaux")
	atlas.cliquer("details.erreur-travail summary")
	atlas.doitDire("En échec", "le disque est plein")
	atlas.verifier()
	atlas.taille(telephone)
	atlas.verifier()
	atlas.suivre("=Relancer")
	atlas.doitDire("Le travail est relancé.", "En attente")
	atlas.suivre("=Annuler le travail")
	atlas.doitDire("Annulé")
	atlas.verifier()
}

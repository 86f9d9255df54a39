package travaux_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"strings"
	"testing"

	"imhoweb/internal/administration"
	"imhoweb/internal/courriels"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/travaux"
	"imhoweb/internal/travaux/table"
	"imhoweb/migrations"
	"imhoweb/web/webtest"
)

// site is the application with four demandes and one job of each kind that
// tests need; lists of more than two rows are exported by a job.
func site(t *testing.T) *webtest.Site {
	t.Helper()
	w := webtest.New(t)
	for _, nom := range []string{"Barthès", "Béziat", "Dupont", "Roux"} {
		demandestest.Creer(t, w.DB, func(d *demandes.Demande) { d.Demandeur.Nom = nom })
	}
	d := w.Deps
	d.ExportDirect = 2
	comptes := administration.NouveauxComptes(d.Config.Cle, w.URL)
	d.Travaux = travaux.Nouvelle(append(
		table.Nouvelle(table.Deps{DB: w.DB, Admin: w.DB, Ref: d.Ref, Inactivite: d.Config.SessionInactivite,
			Comptes: comptes, Facteur: &courriels.Facteur{DB: w.DB, Coffre: comptes.Coffre}}).Table(),
		travaux.Travail{Code: "casse", Libelle: "Travail cassé", Horaire: "04:00", Essais: 1,
			Faire: func(context.Context, *travaux.Execution, json.RawMessage) error {
				return errors.New("le disque <est> plein")
			}}))
	return webtest.Instance(t, d)
}

func executer(t *testing.T, w *webtest.Site) {
	t.Helper()
	if err := w.Deps.Travaux.Executer(t.Context(), w.DB); err != nil {
		t.Fatal(err)
	}
}

func attendre(t *testing.T, r webtest.Reponse, statut int, textes ...string) {
	t.Helper()
	if r.Statut != statut {
		t.Fatalf("status %d, want %d (%s)\n%s", r.Statut, statut, r.Lieu, r.Corps)
	}
	corps := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(html.UnescapeString(r.Corps))
	for _, texte := range textes {
		if !strings.Contains(corps, texte) {
			t.Errorf("the page doesn't say %q\n%s", texte, corps)
		}
	}
}

func lignesCSV(t *testing.T, corps string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(corps, "\ufeff")))
	r.Comma = ';'
	l, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// R-REC-25: a long list is written in the background, the same as at once, for
// its author alone.
func TestALongListIsExportedByAJob(t *testing.T) {
	t.Parallel()
	w := site(t)
	n := w.Agent(t, "TMH", habilitations.Saisie)
	attendre(t, n.Get(t, "/demandes"), 200, "Tout exporter")
	attendre(t, n.Get(t, "/demandes.csv"), 409, "Tout exporter")
	exporter := func() webtest.Reponse { return n.Post(t, "/demandes/selection?tri=titulaire.nom", "export", "tout") }
	r := exporter()
	attendre(t, r, 303)
	if double := exporter(); double.Lieu != r.Lieu {
		t.Errorf("asked twice: %s and %s", r.Lieu, double.Lieu)
	}
	page := n.Get(t, r.Lieu)
	attendre(t, page, 200, "Export de la liste des demandes", "En attente", "Actualiser", "Annuler le travail", `hx-trigger="every 1s"`, `role="status"`)
	if strings.Contains(page.Corps, "/fichier") {
		t.Error("a result before the work")
	}
	attendre(t, n.Get(t, r.Lieu+"/fichier"), 404)
	executer(t, w)

	suivi := n.Requete(t, http.MethodGet, r.Lieu, nil)
	suivi.Header.Set("HX-Request", "true")
	fin := n.Envoyer(t, suivi)
	attendre(t, fin, 200, "Terminé", "4 / 4 lignes", "le résultat est prêt", "Télécharger le fichier")
	if fin.Header.Get("HX-Retarget") != "#travail" || strings.Contains(fin.Corps, "hx-trigger") || strings.Contains(fin.Corps, "<html") {
		t.Errorf("the end of a job:\n%s", fin.Corps)
	}
	fichier := n.Get(t, r.Lieu+"/fichier")
	attendre(t, fichier, 200)
	if !strings.HasPrefix(fichier.Header.Get("Content-Disposition"), `attachment; filename="demandes-`) {
		t.Errorf("name: %s", fichier.Header.Get("Content-Disposition"))
	}
	direct := w.Deps
	direct.ExportDirect = 0
	aussitot := webtest.Instance(t, direct).Agent(t, "TMH", habilitations.Saisie).Get(t, "/demandes.csv?tri=titulaire.nom")
	if aussitot.Corps != fichier.Corps || len(lignesCSV(t, fichier.Corps)) != 5 {
		t.Errorf("by a job:\n%s\nat once:\n%s", fichier.Corps, aussitot.Corps)
	}
	attendre(t, n.Get(t, "/travaux"), 200, "Export de la liste des demandes", "Terminé")

	var criteres string
	var lignes int
	err := w.DB.QueryRow(t.Context(), "select criteres, lignes from journal_acces where sorte = 'EXPORT' and utilisateur = (select utilisateur from travaux)").Scan(&criteres, &lignes)
	if err != nil || criteres != "toutes les demandes, sauf les radiées" || lignes != 4 {
		t.Errorf("journal: %q, %d rows, %v", criteres, lignes, err)
	}

	for qui, autre := range map[string]*webtest.Navigateur{
		"a colleague": w.Agent(t, "TMH", habilitations.Saisie), "another organisme": w.Agent(t, "PROMO", habilitations.Saisie),
		"ATLAS": w.Agent(t, "ATLAS", habilitations.AdminAtlas),
	} {
		for _, chemin := range []string{r.Lieu, r.Lieu + "/fichier"} {
			if p := autre.Get(t, chemin); p.Statut != 404 {
				t.Errorf("%s reads %s: %d", qui, chemin, p.Statut)
			}
		}
	}
	attendre(t, w.Agent(t, "PROMO", habilitations.Saisie).Post(t, r.Lieu+"/annulation"), 404)
}

// What the session may not see isn't in the file either.
func TestTheJobHasTheRightsOfItsAuthor(t *testing.T) {
	t.Parallel()
	w := site(t)
	demandestest.Brouillon(t, w.DB, "TMH")
	exporter := func(organisme string, role habilitations.Role) int {
		t.Helper()
		n := w.Agent(t, organisme, role)
		r := n.Post(t, "/demandes/selection", "export", "tout")
		attendre(t, r, 303)
		executer(t, w)
		f := n.Get(t, r.Lieu+"/fichier")
		attendre(t, f, 200)
		return len(lignesCSV(t, f.Corps)) - 1
	}
	if n := exporter("TMH", habilitations.Saisie); n != 5 {
		t.Errorf("%d demandes for the organisme of the draft, want 5", n)
	}
	if n := exporter("PROMO", habilitations.Consultation); n != 4 {
		t.Errorf("%d demandes for another, want 4", n)
	}
	if r := w.Agent(t, "TMH", habilitations.Offre).Post(t, "/demandes/selection", "export", "tout"); r.Statut != 403 {
		t.Errorf("without the right: %d", r.Statut)
	}
}

func TestAnAgentCancels(t *testing.T) {
	t.Parallel()
	w := site(t)
	n := w.Agent(t, "TMH", habilitations.Saisie)
	r := n.Post(t, "/demandes/selection", "export", "tout")
	attendre(t, n.Post(t, r.Lieu+"/annulation"), 303)
	page := n.Get(t, r.Lieu)
	attendre(t, page, 200, "Annulé")
	if strings.Contains(page.Corps, "hx-trigger") || strings.Contains(page.Corps, "Relancer") {
		t.Error("what is over goes on, or an agent may start it again")
	}
	attendre(t, n.Post(t, r.Lieu+"/annulation"), 409, "déjà terminé")
	attendre(t, n.Post(t, strings.Replace(r.Lieu, "/travaux", "/administration/travaux", 1)+"/relance"), 403)
}

func TestATLASSeesAFailureAndStartsAgain(t *testing.T) {
	t.Parallel()
	w := site(t)
	n := w.Agent(t, "ATLAS", habilitations.AdminAtlas)
	attendre(t, n.Get(t, "/administration/travaux"), 200, "Aucun travail", "Calendrier", "Chaque nuit à 04:00", "Toutes les heures", "Lancer maintenant")
	r := n.Post(t, "/administration/travaux", "code", "casse")
	attendre(t, r, 303)
	attendre(t, n.Get(t, "/administration/travaux"), 200, "En cours", "En attente", `hx-get="/administration/travaux/en-cours"`)
	executer(t, w)
	attendre(t, n.Get(t, r.Lieu), 200, "En échec", "le disque <est> plein", "Relancer")
	page := n.Get(t, "/administration/travaux?etat=ECHEC")
	attendre(t, page, 200, "Travail cassé", "<details", "le disque <est> plein")
	attendre(t, n.Get(t, "/administration/travaux?etat=REUSSI"), 200, "Aucun travail")
	attendre(t, n.Get(t, "/administration/travaux.csv"), 200, "Travail cassé", "le disque")
	attendre(t, n.Post(t, r.Lieu+"/relance"), 303)
	attendre(t, n.Get(t, r.Lieu), 200, "En attente")
	attendre(t, n.Post(t, r.Lieu+"/relance"), 409, "ne peut plus être relancé")
	var actes string
	err := w.DB.QueryRow(t.Context(), "select string_agg(acte || ' ' || cle, ', ' order by id) from changements where objet = 'travail' and utilisateur is not null").Scan(&actes)
	if numero := r.Lieu[strings.LastIndexByte(r.Lieu, '/')+1:]; err != nil || actes != "lancer "+numero+", relancer "+numero {
		t.Errorf("trace: %q, %v", actes, err)
	}
	for _, code := range []string{"", "inconnu", "export"} {
		attendre(t, n.Post(t, "/administration/travaux", "code", code), 404)
	}
	fragment := n.Requete(t, http.MethodGet, "/administration/travaux/en-cours", nil)
	fragment.Header.Set("HX-Request", "true")
	attendre(t, n.Envoyer(t, fragment), 200, "Travail cassé")
}

func TestTheJobsOfTheScheduleRun(t *testing.T) {
	t.Parallel()
	w := site(t)
	n := w.Agent(t, "ATLAS", habilitations.AdminAtlas)
	dernier := "evenements_" + strings.ReplaceAll(jour.Aujourdhui().Mois(migrations.MoisAVenir).ISO()[:7], "-", "_")
	if _, err := pgtest.Admin(t).Exec(t.Context(), "drop table "+dernier); err != nil {
		t.Fatal(err)
	}
	attendus := map[string]travaux.Etat{"casse": travaux.Echec, "partitions": travaux.Echec, "journal": travaux.Echec} // no owner here
	for _, x := range w.Deps.Travaux.Table() {
		if !x.Periodique() {
			continue
		}
		r := n.Post(t, "/administration/travaux", "code", x.Code)
		attendre(t, r, 303)
		executer(t, w)
		var etat travaux.Etat
		err := w.DB.QueryRow(t.Context(), "select etat from travaux where code = $1", x.Code).Scan(&etat)
		attendu, ok := attendus[x.Code]
		if !ok {
			attendu = travaux.Reussi
		}
		if err != nil || etat != attendu {
			t.Errorf("%s: %s, want %s, %v", x.Code, etat, attendu, err)
		}
	}
	attendre(t, n.Get(t, "/administration/travaux?code=partitions"), 200, "DATABASE_URL_ADMIN")
}

// A suspension or a lost role keeps the file out of reach.
func TestAFileNeedsItsRightStill(t *testing.T) {
	t.Parallel()
	w := site(t)
	courriel := w.Compte(t, "Essai", "Agent", "TMH", habilitations.Saisie)
	n := w.Connecter(t, courriel)
	r := n.Post(t, "/demandes/selection", "export", "tout")
	executer(t, w)
	if _, err := w.DB.Exec(t.Context(), "update affectations a set roles = '{STATISTIQUES}' from utilisateurs u where u.id = a.utilisateur and u.courriel = $1", courriel); err != nil {
		t.Fatal(err)
	}
	ailleurs := webtest.Instance(t, w.Deps) // remembers no right
	attendre(t, ailleurs.Connecter(t, courriel).Get(t, r.Lieu+"/fichier"), 403)
}

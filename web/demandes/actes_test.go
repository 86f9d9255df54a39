package demandes_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/editions"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/web/webtest"
)

func statutDe(t *testing.T, w *webtest.Site, d *demandes.Demande) (statut, motif string) {
	t.Helper()
	err := w.DB.QueryRow(t.Context(), `select statut, motif_radiation from demandes where id = $1`, d.ID).Scan(&statut, &motif)
	if err != nil {
		t.Fatal(err)
	}
	return statut, motif
}

func TestRadiationForNoAnswerAndBack(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := enregistrer(t, w, func(d *demandes.Demande) { d.DateDepot = jour.Aujourdhui().Mois(-6) })
	n := w.Agent(t, "PROMO", habilitations.Saisie) // any guichet may act on any active demande
	base := "/demandes/" + d.NumeroUnique
	r := n.Get(t, base+"/radiation")
	dit(t, r, "Radier la demande", "BARTHÈS Maëlle", "Les données nominatives seront effacées", "Garder la demande active", "absence de réponse à un courrier")
	if strings.Contains(r.Corps, "RADIRR") || strings.Contains(r.Corps, "RADREN") || strings.Contains(r.Corps, "RADATT") {
		t.Error("a motive that no agent may choose is offered")
	}

	auj := jour.Aujourdhui()
	cas := []struct {
		nom    string
		champs []string
		dit    string
	}{
		{"without a motive", nil, "Choisissez un motif dans la liste."},
		{"a motive of the commission", []string{"radiation.motif", "RADIRR"}, "Choisissez un motif dans la liste."},
		{"no date of the written renunciation", []string{"radiation.motif", "RADABA"}, "Indiquez la date de l’écrit"},
		{"a date of no calendar", []string{"radiation.motif", "RADABA", "radiation.date", "31/02/2026"}, "31/02/2026"},
		{"a renunciation of tomorrow", []string{"radiation.motif", "RADABA", "radiation.date", auj.Jours(1).String()}, "entre le dépôt de la demande et aujourd’hui"},
		{"no proof of the warning", []string{"radiation.motif", "RADCON", "radiation.avertissement_le", auj.Mois(-2).String()}, "Indiquez la preuve de remise"},
		{"a warning of last week", []string{"radiation.motif", "RADCON", "radiation.avertissement_le", auj.Jours(-7).String(), "radiation.preuve", "2C 1"}, "Attendez un mois"},
		{"a proof too long", []string{"radiation.motif", "RADCON", "radiation.avertissement_le", auj.Mois(-2).String(), "radiation.preuve", strings.Repeat("x", 101)}, "Raccourcissez ce texte"},
	}
	for _, c := range cas {
		t.Run(c.nom, func(t *testing.T) {
			r := n.Post(t, base+"/radiation", c.champs...)
			if r.Statut != http.StatusUnprocessableEntity || !r.Dit(c.dit) || !strings.Contains(r.Corps, `id="bilan"`) {
				t.Errorf("%d, without %q", r.Statut, c.dit)
			}
			if statut, _ := statutDe(t, w, d); statut != "ACTIVE" {
				t.Errorf("refused, yet %s", statut)
			}
		})
	}

	r = n.Post(t, base+"/radiation", "version", champCache(t, n.Get(t, base+"/radiation"), "version"), "radiation.motif", "RADCON", "radiation.avertissement_le", auj.Mois(-2).String(), "radiation.preuve", "Recommandé 2C 123", "radiation.date", "n’importe quoi")
	if r.Statut != http.StatusSeeOther || r.Lieu != base {
		t.Fatalf("radiation: %d %q\n%s", r.Statut, r.Lieu, texteDe(r.Corps))
	}
	r = n.Get(t, base)
	dit(t, r, "Radiée le", "radiée : Impossibilité de contacter", "Elle peut être réactivée", "Réactiver…", "Demande radiée", "Recommandé 2C 123")
	if r.Dit("Modifier") && strings.Contains(r.Corps, "saisie=modification") {
		t.Error("a radiated demande may be modified")
	}

	if r := n.Get(t, base+"/radiation"); r.Statut != http.StatusConflict || !r.Dit("est radiée") || !r.Dit("Dernier événement") {
		t.Errorf("back to the form after the act: %d", r.Statut)
	}

	consultation := w.Agent(t, "TMH", habilitations.Consultation)
	if r := consultation.Get(t, base); r.Dit("Réactiver…") {
		t.Error("offered to a profile that reads")
	}
	if r := consultation.Get(t, base+"/reactivation"); r.Statut != http.StatusForbidden {
		t.Errorf("reactivation by a profile that reads: %d", r.Statut)
	}
	if r := consultation.Post(t, base+"/reactivation", "reactivation.reponse_le", auj.String(), "reactivation.preuve", "x"); r.Statut != http.StatusForbidden {
		t.Errorf("reactivation posted by a profile that reads: %d", r.Statut)
	}

	r = n.Get(t, base+"/reactivation")
	dit(t, r, "Réponse du demandeur reçue le", "avec son numéro unique et son ancienneté du "+d.DateDepot.String(), "Une nouvelle attestation", auj.Mois(5).String())
	if r := n.Post(t, base+"/reactivation"); r.Statut != http.StatusUnprocessableEntity || !r.Dit("Indiquez la date de la réponse") || !r.Dit("Indiquez ce qui prouve la réponse") {
		t.Errorf("without proof: %d", r.Statut)
	}
	r = n.Post(t, base+"/reactivation", "reactivation.reponse_le", auj.String(), "reactivation.preuve", "courrier reçu au guichet")
	if r.Statut != http.StatusSeeOther {
		t.Fatalf("reactivation: %d\n%s", r.Statut, texteDe(r.Corps))
	}
	r = n.Get(t, base)
	dit(t, r, "réactivée, échéance le "+d.DateEcheance.String(), "Imprimer l’attestation", "Demande réactivée")
	if !strings.Contains(r.Corps, base+"/attestation.pdf") {
		t.Error("no attestation after the reactivation")
	}
	if statut, _ := statutDe(t, w, d); statut != "ACTIVE" {
		t.Errorf("reactivated, yet %s", statut)
	}
	if r := n.Post(t, base+"/reactivation", "reactivation.reponse_le", auj.String(), "reactivation.preuve", "x"); r.Statut != http.StatusConflict || !r.Dit("Demande réactivée") {
		t.Errorf("reactivated twice: %d", r.Statut)
	}
}

func TestRadiationByRenunciation(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := enregistrer(t, w, nil)
	n := w.Agent(t, "TMH", habilitations.Saisie)
	base := "/demandes/" + d.NumeroUnique
	r := n.Post(t, base+"/radiation", "radiation.motif", "RADABA", "radiation.date", d.DateDepot.String())
	if r.Statut != http.StatusSeeOther {
		t.Fatalf("%d\n%s", r.Statut, texteDe(r.Corps))
	}
	r = n.Get(t, base)
	dit(t, r, "Annulée", "Ce motif ne permet pas de la réactiver.")
	if r.Dit("Réactiver…") {
		t.Error("a renunciation may be taken back")
	}
	if r := n.Get(t, base+"/reactivation"); r.Statut != http.StatusConflict || !r.Dit("enregistrez une nouvelle demande") {
		t.Errorf("reactivation of a renunciation: %d", r.Statut)
	}
}

func TestReactivationAfterNonRenewal(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	auj := jour.Aujourdhui()
	radiee := func(depot jour.Date) *demandes.Demande {
		d := enregistrer(t, w, func(d *demandes.Demande) { d.DateDepot = depot })
		_, err := w.DB.Exec(t.Context(), `update demandes set statut = 'RADIEE', motif_radiation = 'RADREN', date_radiation = $2 where id = $1`, d.ID, auj.Jours(-1))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	recente, ancienne := radiee(auj.Mois(-14)), radiee(auj.Mois(-20))
	bailleur, atlas := w.Agent(t, "TMH", habilitations.Saisie), w.Agent(t, "ATLAS", habilitations.AdminAtlas)

	base := "/demandes/" + recente.NumeroUnique
	r := bailleur.Get(t, base)
	dit(t, r, "Non renouvelée", "ATLAS peut la réactiver jusqu’au "+recente.DateDepot.Mois(18).String())
	if r.Dit("Réactiver…") {
		t.Error("offered to a bailleur")
	}
	if r := bailleur.Get(t, base+"/reactivation"); r.Statut != http.StatusForbidden || !r.Dit("Seul ATLAS") || !r.Dit(recente.NumeroUnique) {
		t.Errorf("by a bailleur: %d", r.Statut)
	}
	if r := bailleur.Post(t, base+"/reactivation"); r.Statut != http.StatusForbidden {
		t.Errorf("posted by a bailleur: %d", r.Statut)
	}
	r = atlas.Get(t, base+"/reactivation")
	dit(t, r, "Elle est renouvelée aujourd’hui")
	if r := atlas.Post(t, base+"/reactivation"); r.Statut != http.StatusSeeOther {
		t.Fatalf("by ATLAS: %d\n%s", r.Statut, texteDe(r.Corps))
	}
	dit(t, atlas.Get(t, base), "Active", auj.Mois(12).String())

	r = atlas.Get(t, "/demandes/"+ancienne.NumeroUnique)
	dit(t, r, "Le délai de réactivation est dépassé depuis le "+ancienne.DateDepot.Mois(18).String())
	if r := atlas.Post(t, "/demandes/"+ancienne.NumeroUnique+"/reactivation"); r.Statut != http.StatusConflict || !r.Dit("délai de réactivation est dépassé") {
		t.Errorf("beyond t + 18 months: %d", r.Statut)
	}
}

func TestActsBetweenTwoAgents(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	auj := jour.Aujourdhui()
	radier := []string{"radiation.motif", "RADABA", "radiation.date", auj.String()}

	t.Run("the demande changed since the form was shown", func(t *testing.T) {
		d := enregistrer(t, w, nil)
		n, autre := w.Agent(t, "TMH", habilitations.Saisie), w.Agent(t, "PROMO", habilitations.Saisie)
		base := "/demandes/" + d.NumeroUnique
		version := champCache(t, n.Get(t, base+"/radiation"), "version")
		p := ouvrir(t, autre, base+"/logement-actuel?saisie=modification")
		if r := p.envoyer(autre, "acte", "confirmer", demandes.Valeurs{"logement.loyer": "640"}); r.Statut != http.StatusSeeOther {
			t.Fatalf("modification: %d", r.Statut)
		}
		r := n.Post(t, base+"/radiation", slices.Concat(radier, []string{"version", version})...)
		if r.Statut != http.StatusConflict {
			t.Fatalf("%d\n%s", r.Statut, texteDe(r.Corps))
		}
		dit(t, r, "La demande a changé depuis l’affichage de cette page", "Demande modifiée", "Promologis", "Rien n’a été fait")
		if statut, _ := statutDe(t, w, d); statut != "ACTIVE" {
			t.Errorf("radiated all the same: %s", statut)
		}
		r = n.Post(t, base+"/radiation", slices.Concat(radier, []string{"version", champCache(t, r, "version")})...)
		if r.Statut != http.StatusSeeOther {
			t.Errorf("confirmed again: %d", r.Statut)
		}
	})

	t.Run("two clicks radiate once", func(t *testing.T) {
		d := enregistrer(t, w, nil)
		n := w.Agent(t, "TMH", habilitations.Saisie)
		base := "/demandes/" + d.NumeroUnique
		version := champCache(t, n.Get(t, base+"/radiation"), "version")
		statuts := make([]int, 4)
		var g sync.WaitGroup
		for i := range statuts {
			g.Go(func() {
				statuts[i] = n.Post(t, base+"/radiation", slices.Concat(radier, []string{"version", version})...).Statut
			})
		}
		g.Wait()
		faits := 0
		for _, s := range statuts {
			switch s {
			case http.StatusSeeOther:
				faits++
			case http.StatusConflict:
			default:
				t.Errorf("a click answered %d", s)
			}
		}
		if faits != 1 {
			t.Errorf("%d clicks radiated", faits)
		}
		if c := compter(t, w, fmt.Sprintf(`select count(*) from evenements where type = 'RAD' and demande_id = %d`, d.ID)); c != 1 {
			t.Errorf("%d événements", c)
		}
		r := n.Post(t, base+"/radiation", radier...)
		if r.Statut != http.StatusConflict || !r.Dit("Dernier événement") || !r.Dit("Demande radiée") || !strings.Contains(r.Corps, `href="`+base+`"`) {
			t.Errorf("once more: %d", r.Statut)
		}
	})
}

func champCache(t *testing.T, r webtest.Reponse, nom string) string {
	t.Helper()
	_, reste, ok := strings.Cut(r.Corps, `name="`+nom+`" value="`)
	v, _, _ := strings.Cut(reste, `"`)
	if !ok {
		t.Fatalf("no field %s\n%s", nom, texteDe(r.Corps))
	}
	return v
}

func TestActsByRight(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := enregistrer(t, w, nil) // asks for Muret only
	base := "/demandes/" + d.NumeroUnique
	cas := []struct {
		nom, organisme     string
		role               habilitations.Role
		radiation, edition int
		reactivation       int
	}{
		{"a profile that reads", "TMH", habilitations.Consultation, 403, 403, 403},
		{"instruction", "TMH", habilitations.Instruction, 403, 403, 403},
		{"an EPCI enregistreur elsewhere", "TM", habilitations.Saisie, 404, 404, 404},
		{"a commune that registers nothing", "CUGNAUX", habilitations.Saisie, 403, 403, 403},
		{"an auditor", "ATLAS", habilitations.Auditeur, 403, 403, 403},
	}
	for _, c := range cas {
		t.Run(c.nom, func(t *testing.T) {
			n := w.Agent(t, c.organisme, c.role)
			if r := n.Get(t, base+"/radiation"); r.Statut != c.radiation {
				t.Errorf("form: %d, not %d", r.Statut, c.radiation)
			}
			if r := n.Post(t, base+"/radiation", "radiation.motif", "RADABA", "radiation.date", d.DateDepot.String()); r.Statut != c.radiation {
				t.Errorf("radiation: %d, not %d", r.Statut, c.radiation)
			}
			if r := n.Get(t, base+"/attestation.pdf"); r.Statut != c.edition {
				t.Errorf("attestation: %d, not %d", r.Statut, c.edition)
			}
			// the right comes before the state: this demande is active
			if r := n.Get(t, base+"/reactivation"); r.Statut != c.reactivation {
				t.Errorf("form of the reactivation: %d, not %d", r.Statut, c.reactivation)
			}
			if r := n.Get(t, base+"/identite?saisie=renouvellement"); r.Statut != c.radiation {
				t.Errorf("renewal: %d, not %d", r.Statut, c.radiation)
			}
			if r := n.Post(t, base+"/reactivation", "reactivation.reponse_le", "32/13/2026"); r.Statut != c.reactivation {
				t.Errorf("reactivation, a wrong date: %d, not %d", r.Statut, c.reactivation)
			}
			if r := n.Post(t, base+"/reactivation"); r.Statut != c.reactivation {
				t.Errorf("reactivation: %d, not %d", r.Statut, c.reactivation)
			}
		})
	}
	brouillon := "/demandes/" + demandestest.Brouillon(t, w.DB, "TMH")
	for role, want := range map[habilitations.Role]int{habilitations.Consultation: 403, habilitations.Saisie: 409} {
		n := w.Agent(t, "TMH", role)
		for _, acte := range []string{"/radiation", "/reactivation"} {
			if r := n.Get(t, brouillon+acte); r.Statut != want {
				t.Errorf("%s, a draft%s: %d, not %d", role, acte, r.Statut, want)
			}
		}
	}
	if statut, _ := statutDe(t, w, d); statut != "ACTIVE" {
		t.Errorf("somebody did it: %s", statut)
	}
}

func TestAttestation(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	d := enregistrer(t, w, nil)
	n := w.Agent(t, "TMH", habilitations.Saisie)
	base := "/demandes/" + d.NumeroUnique
	// none was kept: that of today, as for a demande taken over from elsewhere
	r := n.Get(t, base+"/attestation.pdf")
	if c := r.Header.Get("Content-Disposition"); r.Statut != http.StatusOK || !strings.HasSuffix(c, d.NumeroUnique+"-"+jour.Aujourdhui().ISO()+`.pdf"`) {
		t.Errorf("attestation of today: %d %s", r.Statut, c)
	}
	if r := n.Get(t, base); !strings.Contains(r.Corps, "attestation.pdf") {
		t.Error("no link to it")
	}
	if c := compter(t, w, `select count(*) from attestations`); c != 0 {
		t.Error("printing kept an attestation: a GET changes nothing")
	}
	if r := n.Get(t, "/demandes/031019900000111054/attestation.pdf"); r.Statut != http.StatusNotFound {
		t.Errorf("of nobody: %d", r.Statut)
	}
	var ids []int64
	for i, sorte := range []string{editions.Creation, editions.Renouvellement} {
		m, err := editions.PreparerMentions(w.Deps.Ref, d, sorte, d.DateDepot.Jours(i))
		if err != nil {
			t.Fatal(err)
		}
		id, err := editions.EnregistrerAttestation(t.Context(), w.DB, d.ID, m)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	r = n.Get(t, base+"/historique")
	dit(t, r, "Attestations", "Renouvellement", "Création")
	for _, chemin := range []string{"/attestation.pdf", "/attestation.pdf?id=" + url.QueryEscape(nombre(ids[0]))} {
		r := n.Get(t, base+chemin)
		if r.Statut != http.StatusOK || r.Header.Get("Content-Type") != "application/pdf" || !bytes.HasPrefix([]byte(r.Corps), []byte("%PDF-")) {
			t.Errorf("%s: %d %q", chemin, r.Statut, r.Header.Get("Content-Type"))
		}
		le := d.DateDepot.Jours(1).ISO()
		if strings.Contains(chemin, "id=") {
			le = d.DateDepot.ISO()
		}
		if c := r.Header.Get("Content-Disposition"); c != `inline; filename="attestation-`+d.NumeroUnique+"-"+le+`.pdf"` {
			t.Errorf("%s: %s", chemin, c)
		}
	}
	if r := n.Get(t, base+"/attestation.pdf?id=999999"); r.Statut != http.StatusNotFound {
		t.Errorf("another demande's attestation: %d", r.Statut)
	}
	if c := compter(t, w, `select count(*) from evenements where type = 'ATT'`); c != 0 {
		t.Error("printing again wrote an événement: a GET changes nothing")
	}
}

func nombre(id int64) string { return strconv.FormatInt(id, 10) }

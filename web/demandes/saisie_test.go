package demandes_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/web/webtest"
)

// R-SAI-08, R-SAI-09, R-SAI-13, R-SAI-22, R-SAI-24, R-SAI-25, R-SAI-28, R-SAI-29, R-SAI-30, R-SAI-31, R-SAI-33, R-SAI-34, R-SAI-35,
// R-SAI-36, R-SAI-37, R-SAI-38, R-SAI-41, R-MET-03, R-MET-04, R-MET-08, R-ONG-01, R-ONG-07, R-ONG-10, R-ONG-12
func TestDraftMistakesCreation(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)

	p := ouvrir(t, n, "/demandes/nouvelle")
	p.dit("Gestion des demandes", "donné à la création", "Rien n’est encore enregistré", "jour de la création", "jamais")
	if c := compter(t, w, `select count(*) from demandes`); c != 0 {
		t.Fatalf("reading the page made %d drafts", c)
	}
	p = p.suivre(n, "acte", "sauver", demandes.Valeurs{"demandeur.nom": "Barthès", "demandeur.naissance": "31/02/1990"})
	p.dit("Brouillon enregistré à", "Indiquez une date qui existe", "BARTHÈS")
	if v := p.valeurs(); v.Get("demandeur.naissance") != "31/02/1990" || v.Get("demandeur.nom") != "Barthès" {
		t.Errorf("what was typed isn't shown again: %v", v)
	}
	if c := compter(t, w, `select count(*) from demandes where numero_unique is not null`); c != 0 {
		t.Error("a draft has a number")
	}

	r := p.envoyer(n, "acte", "confirmer", nil)
	if r.Statut != 422 {
		t.Fatalf("an incomplete demande: %d", r.Statut)
	}
	dit(t, r, "corrections avant de créer la demande", "Prénom : indiquez le prénom.", "indiquez la commune", "cochez au moins un type")
	for _, lien := range []string{`href="#demandeur.prenom"`, `value="coordonnees#adresse.commune"`, `value="logement-recherche#type"`} {
		if !strings.Contains(r.Corps, lien) {
			t.Errorf("no way to %s", lien)
		}
	}
	p = ouvrir(t, n, p.chemin)
	p = p.suivre(n, "aller", "coordonnees#adresse.commune", deOnglet(valide(nil), champs.Identite))
	if !strings.Contains(p.chemin, "/coordonnees") {
		t.Errorf("the summary leads to %s", p.chemin)
	}
	base := strings.TrimSuffix(p.chemin, "/coordonnees")
	for _, o := range champs.Onglets[1:7] {
		p = ouvrir(t, n, base+"/"+string(o.Code)).suivre(n, "acte", "sauver", deOnglet(valide(nil), o.Code))
		p.dit("Brouillon enregistré")
	}
	p.dit("Créer la demande")
	r = ouvrir(t, n, p.chemin).envoyer(n, "acte", "confirmer", demandes.Valeurs{"demande.guichet": "11054"})
	numero, ok := strings.CutPrefix(r.Lieu, "/demandes/")
	if r.Statut != 303 || !ok || len(numero) != 18 || !strings.HasSuffix(numero, "11054") {
		t.Fatalf("creation: %d %q\n%s", r.Statut, r.Lieu, texteDe(r.Corps))
	}
	d := lire(t, w, numero)
	if d.Demandeur.Nom != "Barthès" || d.Demandeur.NomNaissance != "Lacombe" || d.Demandeur.TelDomicile != "05 61 00 11 22" ||
		d.Demandeur.TelTravail != "05 61 00 11 23" || d.Coordonnees.Commune != "31395" || d.Nature != "PS" || d.DateDepot != jour.Aujourdhui() ||
		d.Demandeur.Emploi.Employeur != "Boulangerie du Lauragais" || d.LogementActuel.Situation != "LP" || d.Motifs[0] != "09" ||
		!slices.Equal(d.Souhait.Choix, []string{"31-395"}) || d.Incomplete {
		t.Errorf("created: %+v", d)
	}
	// the draft's address leads to what it became
	if r := n.Get(t, p.chemin); r.Statut != 303 || r.Lieu != "/demandes/"+numero {
		t.Errorf("the draft's address: %d %q", r.Statut, r.Lieu)
	}
}

func lire(t *testing.T, w *webtest.Site, numero string) *demandes.Demande {
	t.Helper()
	s := demandestest.Saisie()
	d, err := demandestest.Fichier(t, w.DB).Get(t.Context(), w.DB, s, habilitations.ConsulterDemande, numero)
	if err != nil {
		t.Fatalf("%s: %v", numero, err)
	}
	return d
}

// The five dossiers of the paper forms, typed tab after tab without a script.
func TestExemplesTypedWithoutScript(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, x := range demandestest.Exemples {
		t.Run(x.Titre, func(t *testing.T) {
			n := agent(t, w)
			v := maps.Clone(x.Valeurs)
			v["demande.guichet"] = "11054"
			p := taper(t, n, v)
			r := p.envoyer(n, "acte", "confirmer", demandes.Valeurs{"demande.guichet": "11054"})
			if len(x.Alertes) > 0 {
				if r.Statut != 422 {
					t.Fatalf("without confirmation: %d %s", r.Statut, r.Lieu)
				}
				r = page{t, r, p.chemin}.envoyer(n, "acte", "confirmer", accepter(r))
			}
			if r.Statut != 303 {
				t.Fatalf("creation: %d\n%s", r.Statut, texteDe(r.Corps))
			}
			d := lire(t, w, strings.TrimPrefix(r.Lieu, "/demandes/"))
			if d.Nature != x.Nature || d.Foyer != x.Foyer {
				t.Errorf("nature %s for %d, want %s for %d", d.Nature, d.Foyer, x.Nature, x.Foyer)
			}
			obtenu := demandes.Ecrire(d, w.Deps.Ref)
			delete(obtenu, "demande.origine")
			for nom := range obtenu { // a NIR is never in the examples
				if strings.HasSuffix(nom, ".nir") {
					t.Errorf("%s appeared", nom)
				}
			}
			if l := demandes.Differences(x.Valeurs, obtenu); len(l) > 0 {
				t.Errorf("typed and kept differ: %v", l)
			}
		})
	}
}

var boiteAlerte = regexp.MustCompile(`name="(alerte\.[0-9a-f]+)"`)

// accepter ticks each alerte of a page.
func accepter(r webtest.Reponse) demandes.Valeurs {
	v := demandes.Valeurs{}
	for _, m := range boiteAlerte.FindAllStringSubmatch(r.Corps, -1) {
		v[m[1]] = "1"
	}
	return v
}

// R-SAI-08: two sends at once make one demande, and both arrive there.
func TestTwoSendsOneDemande(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	p := taper(t, n, valide(nil))
	v := p.valeurs()
	v.Set("acte", "confirmer")
	const envois = 8
	reponses := make([]webtest.Reponse, envois)
	var g sync.WaitGroup
	for i := range envois {
		g.Go(func() { reponses[i] = n.PostForm(t, p.chemin, v) })
	}
	g.Wait()
	for _, r := range reponses {
		if r.Statut != 303 || r.Lieu != reponses[0].Lieu || len(r.Lieu) != len("/demandes/")+18 {
			t.Errorf("%d %q\n%s", r.Statut, r.Lieu, texteDe(r.Corps))
		}
	}
	if c := compter(t, w, `select count(*) from demandes`); c != 1 {
		t.Errorf("%d demandes", c)
	}
}

func TestTwoSendsOneDraft(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	n := agent(t, w)
	v := ouvrir(t, n, "/demandes/nouvelle").valeurs()
	v.Set("demandeur.nom", "Roux")
	v.Set("aller", "coordonnees")
	var g sync.WaitGroup
	for range 4 {
		g.Go(func() {
			if r := n.PostForm(t, "/demandes/nouvelle", v); r.Statut != 303 {
				t.Errorf("%d\n%s", r.Statut, texteDe(r.Corps))
			}
		})
	}
	g.Wait()
	if c := compter(t, w, `select count(*) from demandes`); c != 1 {
		t.Errorf("%d drafts", c)
	}
}

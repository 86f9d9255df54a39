package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/editions"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
)

// TestExemples types the five dossiers of docs/exemples.md as they come on
// paper, from the login to the attestation, and compares what the pages say
// with the domain's computation of the day. The figures of 24/11/2026 are
// proven where they are worked out.
func TestExemples(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "TMH", habilitations.Saisie)
	for _, x := range demandestest.Exemples {
		t.Run(x.Titre, func(t *testing.T) { typer(t, s, o.pour(t), x) })
	}
}

// pour is the same tab, whose failures are those of a subtest.
func (o *Onglet) pour(t *testing.T) *Onglet {
	return &Onglet{t: t, ctx: o.ctx, url: o.url, sansJS: o.sansJS}
}

func typer(t *testing.T, s *Site, o *Onglet, x demandestest.Exemple) {
	v, le := cejour(x.Valeurs), jour.Aujourdhui()
	f := demandestest.Fichier(t, s.DB)
	d, b := demandes.Controler(demandes.Entete{Departement: "31"}, v, nil, f.Ref, le)
	if err := b.Erreurs.Err(); err != nil {
		t.Fatalf("the example isn't valid today: %v", err)
	}

	o.aller("/demandes/nouvelle")
	o.remplir(v)
	if !d.PersonneMorale {
		o.versOnglet(champs.Ressources)
		o.plafonds(f.Plafonds(d, le))
	}
	o.suivre("=Créer la demande")
	o.sansFaute()
	if len(b.Alertes) > 0 {
		vues := o.confirmerAlertes()
		if len(vues) != len(b.Alertes) {
			t.Errorf("warnings %q, want %v", vues, b.Alertes)
		}
		for i, a := range b.Alertes {
			if !slices.Contains(x.Alertes, a.Champ) || i >= len(vues) || !strings.Contains(espaces(vues[i]), espaces(a.Message)) {
				t.Errorf("warning %v of %q, want those of %v", a, vues, x.Alertes)
			}
		}
		o.verifier()
		o.suivre("=Créer la demande")
	}
	numero := o.creee()

	o.doitDire(f.Ref.Libelle("nature_demande", d.Nature))
	if d.Nature != x.Nature {
		t.Errorf("nature %s, want %s", d.Nature, x.Nature)
	}
	if !d.PersonneMorale {
		o.suivre(`nav a[href$="/ressources"]`)
		o.plafonds(f.Plafonds(d, le))
	}
	pdf := o.pdf("/demandes/" + numero + "/attestation.pdf")
	for _, mot := range append(slices.Clone(x.Attestation), editions.NumeroGroupe(numero)) {
		if !strings.Contains(pdf, espaces(mot)) {
			t.Errorf("the attestation doesn't say %q:\n%s", mot, court(pdf))
		}
	}
}

// plafonds checks the category and the shares of the ceilings that the page shows.
func (o *Onglet) plafonds(p demandes.PlafondsMenage) {
	o.t.Helper()
	vu := espaces(lire[string](o, `document.querySelector("main").innerText`))
	if !strings.Contains(strings.ToLower(vu), fmt.Sprintf("catégorie de ménage %d", p.Categorie)) && !strings.Contains(vu, fmt.Sprintf("catégorie %d", p.Categorie)) {
		o.t.Errorf("%s doesn't say category %d: %s", o.adresse(), p.Categorie, vu)
	}
	for fin, pct := range p.Pct {
		if pct == nil {
			continue
		}
		ligne := lire[string](o, `[...document.querySelectorAll("main tr")].find(l => l.querySelector("th")?.innerText.trim() === `+chaine(fin)+`)?.innerText ?? ""`)
		if !strings.Contains(espaces(ligne), fmt.Sprintf("%d %%", *pct)) {
			o.t.Errorf("%s says %q for %s, want %d %%", o.adresse(), espaces(ligne), fin, *pct)
		}
	}
}

package demandes_test

import (
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg/pgtest"
)

// Domain rules §9, plafonds of 2026 (PLUS 23 403, 31 254, 37 584…).
func TestPlafonds(t *testing.T) {
	t.Parallel()
	f := demandestest.Fichier(t, pgtest.Tx(t))
	le := jour.De(2026, 11, 24)
	conjoint := func(d *demandes.Demande, commun bool) {
		d.Cotitulaires = []demandes.Titulaire{{Cle: 1, Lien: "M", Identite: demandes.Identite{Naissance: jour.De(1960, 1, 1)}, FiscalCommun: commun}}
	}
	rfr := func(foyer string, annee, montant int) demandes.RevenuFiscal {
		return demandes.RevenuFiscal{Foyer: foyer, Annee: annee, Montant: montant}
	}
	for _, c := range []struct {
		nom             string
		d               func(d *demandes.Demande)
		categorie, supp int
		rfr             int // -1: to be brought up to date
		annee           int
		plus            int // -1: not known
	}{
		{"a person alone", func(d *demandes.Demande) {}, 1, 0, 17_420, 2024, 74},
		{"no RFR is not 0", func(d *demandes.Demande) { d.Fiscaux = nil }, 1, 0, -1, 2024, -1},
		{"0 is a RFR", func(d *demandes.Demande) { d.Fiscaux[0].Montant = 0 }, 1, 0, 0, 2024, 0},
		{"the RFR of another year doesn't count", func(d *demandes.Demande) { d.Fiscaux[0].Annee = 2023 }, 1, 0, -1, 2024, -1},
		{"a couple taxed together", func(d *demandes.Demande) { conjoint(d, true) }, 2, 0, 17_420, 2024, 56},
		{"a couple taxed apart, one RFR missing", func(d *demandes.Demande) { conjoint(d, false) }, 2, 0, -1, 2024, -1},
		{"a couple taxed apart", func(d *demandes.Demande) {
			conjoint(d, false)
			d.Fiscaux = append(d.Fiscaux, rfr("cotitulaire.1", 2024, 10_000))
		}, 2, 0, 27_420, 2024, 88},
		{"other persons add theirs", func(d *demandes.Demande) {
			d.Occupants = []demandes.Occupant{{Role: demandes.RoleAutre, Cle: 1}}
			d.Fiscaux = append(d.Fiscaux, rfr("autre", 2024, 5_000))
		}, 2, 0, 22_420, 2024, 72},
		{"year − 1 lower by 10 %", func(d *demandes.Demande) { d.Fiscaux = append(d.Fiscaux, rfr("demandeur", 2025, 15_678)) }, 1, 0, 15_678, 2025, 67},
		{"year − 1 lower by less than 10 %", func(d *demandes.Demande) { d.Fiscaux = append(d.Fiscaux, rfr("demandeur", 2025, 15_679)) }, 1, 0, 17_420, 2024, 74},
		{"the last twelve months, lower still", func(d *demandes.Demande) {
			d.Fiscaux = append(d.Fiscaux, rfr("demandeur", 2025, 15_000))
			d.Demandeur.Revenus12Mois = new(9_000)
		}, 1, 0, 9_000, 0, 38},
		{"a child taxed elsewhere is not à charge", func(d *demandes.Demande) {
			d.Occupants = []demandes.Occupant{{Role: demandes.RoleACharge, Cle: 1, Fiscal: new(false)}}
		}, 2, 0, 17_420, 2024, 56},
		{"a parent with a child in shared custody", func(d *demandes.Demande) { d.Occupants = []demandes.Occupant{{Role: demandes.RoleGarde, Cle: 1}} }, 3, 0, 17_420, 2024, 46},
		{"a child to be born counts", func(d *demandes.Demande) { d.ANaitre.Nombre = 1 }, 3, 0, 17_420, 2024, 46},
		{"the card of an occupant", func(d *demandes.Demande) {
			d.Occupants = []demandes.Occupant{{Role: demandes.RoleAutre, Cle: 1}}
			d.Handicaps = []demandes.Handicap{{Cle: 1, Personne: "autre.1", Invalidite: true}}
		}, 3, 0, 17_420, 2024, 46},
		{"a personne morale", func(d *demandes.Demande) { d.PersonneMorale = true }, 0, 0, -1, 0, -1},
	} {
		d := demandestest.Valide()
		d.Fiscaux = []demandes.RevenuFiscal{rfr("demandeur", 2024, 17_420)}
		c.d(d)
		p := f.Plafonds(d, le)
		if p.Categorie != c.categorie || p.Supp != c.supp || valeur(p.Rfr) != c.rfr || p.RfrAnnee != c.annee || valeur(p.Pct["PLUS"]) != c.plus {
			t.Errorf("%s: catégorie %d + %d, RFR %d of %d, %d %% PLUS; want %d + %d, %d of %d, %d %%", c.nom,
				p.Categorie, p.Supp, valeur(p.Rfr), p.RfrAnnee, valeur(p.Pct["PLUS"]), c.categorie, c.supp, c.rfr, c.annee, c.plus)
		}
	}
}

func valeur(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

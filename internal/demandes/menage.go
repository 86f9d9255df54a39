package demandes

import (
	"imhoweb/internal/plafonds"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels"
)

// PlafondsMenage places a household against the plafonds de ressources.
type PlafondsMenage struct {
	Categorie int      // 1 to 6; 0 for a personne morale
	Supp      int      // persons beyond the sixth category
	Voies     []string // what gives the category, in French
	Rfr       *int     // yearly euros compared; nil: « RFR à actualiser »
	RfrAnnee  int      // year of that income; 0: the last twelve months
	Lignes    []plafonds.Ligne
	Pct       map[string]*int // by financement; nil when Rfr or the plafond is not known
}

// Plafonds evaluates a household on a day (regles §9, conception §11): the
// plafonds of that year against the RFR of year − 2. The dossier may come from
// Vue: who holds the card stays known for this only.
func (f Fichier) Plafonds(d *Demande, le jour.Date) PlafondsMenage {
	p := PlafondsMenage{Pct: map[string]*int{}}
	if d.PersonneMorale {
		return p
	}
	p.Categorie, p.Supp, p.Voies = plafonds.Categorie(d.foyer(), le, f.Ref.Oui(referentiels.EnfantsANaitreComptes))
	p.Rfr, p.RfrAnnee = d.revenuRetenu(le, f.Ref.Entier(referentiels.BaisseRessources))
	p.Lignes = f.Ref.Plafonds().Lignes(le.Annee(), p.Categorie, p.Supp, p.Rfr)
	for _, l := range p.Lignes {
		p.Pct[l.Financement] = l.Pourcentage
	}
	return p
}

// foyer counts the household as the arrêté does.
func (d *Demande) foyer() plafonds.Foyer {
	invalides := d.personnesCarte()
	f := plafonds.Foyer{EnCouple: d.EnCouple(), ANaitre: d.ANaitre.Nombre}
	for _, t := range d.Titulaires() {
		f.Titulaires = append(f.Titulaires, plafonds.Adulte{Naissance: t.Naissance, Invalidite: invalides[t.Sujet()]})
	}
	for i := range d.Occupants {
		o := &d.Occupants[i]
		if o.Role == RoleAutre || o.Fiscal != nil && !*o.Fiscal {
			f.Autres++
		} else {
			f.PersonnesACharge++
		}
		if invalides[o.Sujet()] {
			f.Invalides++
		}
	}
	return f
}

// personnesCarte names the persons with the carte mobilité inclusion, mention
// invalidité.
func (d *Demande) personnesCarte() map[string]bool {
	m := map[string]bool{}
	for _, sujet := range d.carteInvalidite {
		m[sujet] = true
	}
	for _, h := range d.Handicaps {
		if h.Invalidite {
			m[h.Personne] = true
		}
	}
	return m
}

// revenuRetenu is the income compared: the RFR of year − 2, or that of year − 1
// or the last twelve months when it is lower by at least baisse per cent. An
// income missing for one titulaire makes the sum unknown.
func (d *Demande) revenuRetenu(le jour.Date, baisse int) (*int, int) {
	annee := plafonds.AnneeRFR(le)
	rfr := d.sommeRfr(annee)
	retenu, de := rfr, annee
	if rfr == nil {
		return nil, annee
	}
	for _, autre := range []struct {
		somme *int
		annee int
	}{{d.sommeRfr(annee + 1), annee + 1}, {d.somme12Mois(annee), 0}} {
		if autre.somme != nil && *autre.somme*100 <= *rfr*(100-baisse) && *autre.somme < *retenu {
			retenu, de = autre.somme, autre.annee
		}
	}
	return retenu, de
}

// sommeRfr adds the RFR of the distinct tax households of a year: that of a
// co-titulaire who declares with the demandeur is the demandeur's.
func (d *Demande) sommeRfr(annee int) *int {
	somme := d.rfrAutres(annee)
	for _, t := range d.Titulaires() {
		if t.FiscalCommun {
			continue
		}
		n, connu := d.rfr(t.Sujet(), annee)
		if !connu {
			return nil
		}
		somme += n
	}
	return &somme
}

// somme12Mois adds the incomes of the last twelve months, which each titulaire
// declares alone, and the last known RFR of the other persons.
func (d *Demande) somme12Mois(annee int) *int {
	somme := d.rfrAutres(annee + 1)
	for _, t := range d.Titulaires() {
		if t.Revenus12Mois == nil {
			return nil
		}
		somme += *t.Revenus12Mois
	}
	return &somme
}

// rfrAutres is the RFR of the other persons to house, that of the year before
// when this year's is not given, 0 when they declared none.
func (d *Demande) rfrAutres(annee int) int {
	n, connu := d.rfr("autre", annee)
	if !connu {
		n, _ = d.rfr("autre", annee-1)
	}
	return n
}

func (d *Demande) rfr(foyer string, annee int) (montant int, connu bool) {
	for _, r := range d.Fiscaux {
		if r.Foyer == foyer && r.Annee == annee {
			return r.Montant, true
		}
	}
	return 0, false
}

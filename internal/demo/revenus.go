package demo

import (
	"imhoweb/internal/demandes"
	"imhoweb/internal/plafonds"
)

// ressources draws the yearly income as a share of the plafond PLUS, then
// monthly amounts that agree with it.
func (t *tireur) ressources() {
	bornes := pourcents[t.tirages.pourcent]
	plafond := t.plafondPLUS()
	t.tirages.rfr = plafond * (bornes[0]*100 + t.IntN((bornes[1]-bornes[0])*100)) / 10_000
	if bornes[0] == 0 && chance(t.Rand, .25) {
		t.tirages.rfr = 0
	}
	t.fiscaux()
	t.mensuels()
}

// plafondPLUS is that of the household; a year without published plafond
// borrows the last one, to draw plausible incomes only.
func (t *tireur) plafondPLUS() int {
	categorie, plus := t.categorie()
	for annee := t.jour.Annee(); annee > 1990; annee-- {
		if p, connu := t.plafonds.Plafond(annee, "PLUS", categorie, plus); connu {
			return p
		}
	}
	return 25_000
}

func (t *tireur) categorie() (categorie, plus int) {
	d := t.d
	f := plafonds.Foyer{EnCouple: d.EnCouple(), ANaitre: d.ANaitre.Nombre}
	for _, p := range d.Titulaires() {
		f.Titulaires = append(f.Titulaires, plafonds.Adulte{Naissance: p.Naissance})
	}
	for i := range d.Occupants {
		o := &d.Occupants[i]
		if o.Role == demandes.RoleAutre || o.Fiscal != nil && !*o.Fiscal {
			f.Autres++
		} else {
			f.PersonnesACharge++
		}
	}
	categorie, plus, _ = plafonds.Categorie(f, t.jour, t.aNaitre)
	return categorie, plus
}

// parts shares an income between the titulaires.
func (t *tireur) parts(total int) []int {
	n := len(t.d.Cotitulaires) + 1
	if n == 1 {
		return []int{total}
	}
	demandeur := total * entre(t.Rand, 42, 68) / 100
	return []int{demandeur, total - demandeur}
}

// fiscaux declares the RFR of the year N-2, by tax household; one demande in
// eight has none, or older ones only (« RFR à actualiser »).
func (t *tireur) fiscaux() {
	d := t.d
	annee := plafonds.AnneeRFR(t.jour)
	connu := chance(t.Rand, .88)
	if !connu && chance(t.Rand, .5) {
		return
	}
	annees := []int{annee}
	switch {
	case !connu:
		annees = []int{annee - entre(t.Rand, 1, 2)}
	case chance(t.Rand, .4):
		annees = append(annees, annee+1)
	}
	parts := t.parts(t.tirages.rfr)
	for i, p := range d.Titulaires() {
		if p.FiscalCommun {
			continue
		}
		for _, a := range annees {
			n := parts[i]
			if len(d.Cotitulaires) > 0 && d.Cotitulaires[0].FiscalCommun {
				n = t.tirages.rfr
			}
			if a > annee {
				n = n * entre(t.Rand, 95, 112) / 100
			}
			d.Fiscaux = append(d.Fiscaux, demandes.RevenuFiscal{Foyer: p.Sujet(), Annee: a, Montant: n})
		}
	}
	if connu && chance(t.Rand, .05) {
		for i, p := range d.Titulaires() {
			p.Revenus12Mois = new(parts[i] * entre(t.Rand, 95, 120) / 100)
		}
	}
}

// Monthly amounts of benefits, euros (orders of magnitude of 2025).
const (
	rsaSeul, rsaParPersonne = 559, 190
	aah                     = 1033
	afDeux, afParEnfant     = 151, 193
	paje                    = 196
	minimumVieillesse       = 1034
)

// mensuels lists the monthly resources: the main one of each titulaire, which
// agrees with the RFR, then benefits.
func (t *tireur) mensuels() {
	d := t.d
	parts := t.parts(t.tirages.rfr)
	for i, p := range d.Titulaires() {
		// taxable income is a tenth above the RFR; years and months differ a little
		mensuel := parts[i] * entre(t.Rand, 98, 124) / 100 / 12
		t.principal(p, mensuel)
	}
	t.prestations()
	if len(d.Ressources) == 0 {
		if chance(t.Rand, .7) {
			d.SansRessource = true
		} else {
			t.ressource("demandeur", "AUT", entre(t.Rand, 80, 400))
		}
	}
}

func (t *tireur) ressource(personne, sorte string, montant int) {
	if montant <= 0 {
		return
	}
	n := 1
	for _, r := range t.d.Ressources {
		if !r.Versee {
			n++
		}
	}
	t.d.Ressources = append(t.d.Ressources, demandes.Ressource{Cle: n, Personne: personne, Type: sorte, Montant: montant})
}

func (t *tireur) principal(p *demandes.Titulaire, mensuel int) {
	s := p.Sujet()
	switch p.Emploi.Activite {
	case "CDI", "CDD", "ART", "APP":
		t.ressource(s, "SAL", max(mensuel, entre(t.Rand, 0, 350)))
	case "CHO":
		t.ressource(s, "CHO", max(mensuel, entre(t.Rand, 0, 300)))
	case "RET":
		t.ressource(s, "RET", max(mensuel, 200))
		if mensuel < 700 && p.Cle == 0 {
			t.ressource(s, "AMV", max(minimumVieillesse-max(mensuel, 200), 0))
		}
	case "ETU":
		t.ressource(s, "BE", parmi(t.Rand, 0, 145, 253, 377, 503, 633))
		t.ressource(s, "SAL", mensuel)
	default:
		switch {
		case mensuel > 650:
			t.ressource(s, parmi(t.Rand, "PINV", "SAL", "AUT"), mensuel)
		case p.Cle > 0: // the household's minimum is the demandeur's
			t.ressource(s, "AUT", mensuel)
		case chance(t.Rand, .2):
			t.ressource(s, "AAH", aah)
		case mensuel == 0 && chance(t.Rand, .5): // entitled to nothing yet
		default:
			t.ressource(s, "SAL", mensuel)
			t.ressource(s, "RSA", max(rsaSeul+rsaParPersonne*(t.personnes()-1)-mensuel, 0))
		}
	}
}

func (t *tireur) personnes() int { return 1 + len(t.d.Cotitulaires) + len(t.d.Occupants) }

// prestations adds family benefits and alimonies.
func (t *tireur) prestations() {
	d := t.d
	enfants, petits, garde := 0, 0, 0
	for _, o := range d.Occupants {
		switch {
		case o.Role == demandes.RoleGarde:
			garde++
		case o.Role == demandes.RoleACharge && t.age(o.Naissance) < 20:
			enfants++
			if t.age(o.Naissance) < 3 {
				petits++
			}
		}
	}
	if enfants >= 2 {
		t.ressource("demandeur", "AF", afDeux+afParEnfant*(enfants-2))
	}
	if petits > 0 && chance(t.Rand, .6) {
		t.ressource("demandeur", "PAJE", paje)
	}
	separe := contient([]string{"D", "S", "C"}, d.Demandeur.SituationFamiliale) && len(d.Cotitulaires) == 0
	if separe && enfants > 0 && chance(t.Rand, .35) {
		t.ressource("demandeur", "PAR", enfants*entre(t.Rand, 90, 220))
	}
	if garde > 0 && chance(t.Rand, .3) || separe && enfants == 0 && chance(t.Rand, .03) {
		d.Ressources = append(d.Ressources, demandes.Ressource{Versee: true, Cle: 1, Personne: "demandeur", Type: "PAV", Montant: entre(t.Rand, 80, 350)})
	}
}

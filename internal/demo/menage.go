package demo

import (
	"strings"

	"imhoweb/internal/demandes"
	"imhoweb/internal/noms"
	"imhoweb/internal/platform/jour"
)

// menage draws the persons: the demandeur, who lives with them, and their ages.
func (t *tireur) menage() {
	m := menages[t.tirages.men]
	sexe := [...]string{"F", "M"}[t.lois.sexe.tirer(t.Rand, t.tirages.men)]
	t.demandeur(sexe)
	foyer := m.foyer
	if foyer == 6 {
		foyer += min(int(t.ExpFloat64()*.8), 4)
	}
	restent := foyer - 1
	if m.couple() {
		t.conjoint(sexe)
		restent--
	} else if m.nature == "PA" && m.foyer <= 3 && chance(t.Rand, .03) {
		t.colocataire()
		restent--
	}
	t.autres(restent)
}

// demandeur draws the first titulaire, who was of age at the deposit.
func (t *tireur) demandeur(sexe string) {
	p := &t.d.Demandeur
	bornes := ages[t.tirages.age]
	bas := max(bornes[0], t.ageMinimum())
	if activites[t.tirages.activite] == "RET" {
		bas = max(bas, 61)
	}
	p.Naissance = t.ne(entre(t.Rand, bas, max(bas, bornes[1])))
	p.SituationFamiliale = situations[t.tirages.situation]
	p.Nationalite = [...]string{"1", "2", "3"}[t.lois.nationalite.tirer(t.Rand, 0)]
	nom := t.nomDeFamille()
	p.Nom = nom
	if sexe == "F" {
		switch p.SituationFamiliale {
		case "M", "V":
			if chance(t.Rand, .65) {
				p.NomNaissance = t.nomDeFamille()
			} else if chance(t.Rand, .15) {
				p.NomNaissance = t.nomDeFamille()
				p.Nom = p.NomNaissance + "-" + nom
			}
		case "D", "S":
			if chance(t.Rand, .3) {
				p.NomNaissance = t.nomDeFamille()
			}
		}
	}
	t.identite(p, sexe)
	t.contacts(p)
}

// ageMinimum is today's age of who was just of age at the deposit.
func (t *tireur) ageMinimum() int { return 18 + (t.fiche.depot.MoisEntiers(t.jour)+12)/12 }

// identite gives a civilité and a first name of the time.
func (t *tireur) identite(p *demandes.Titulaire, sexe string) {
	p.Prenom = t.prenom(sexe, p.Naissance)
	switch {
	case sexe == "M":
		p.Civilite = "1"
	case t.fiche.depot.Annee() < 2012 && p.SituationFamiliale == "C" && chance(t.Rand, .5):
		p.Civilite = "3" // closed in 2012
	default:
		p.Civilite = "2"
	}
	if p.NomNaissance == "" && chance(t.Rand, .25) {
		p.NomNaissance = p.Nom // many agents fill both
	}
}

// ne gives the birth date of a person of that age on the day of the demo.
func (t *tireur) ne(age int) jour.Date {
	d := t.jour.Mois(-12 * age).Jours(-t.IntN(365))
	if chance(t.Rand, .012) { // known by the year only: typed as its first day
		if p := jour.De(d.Annee(), 1, 1); p.Age(t.jour) == age {
			return p
		}
	}
	return d
}

// nomDeFamille writes a name as one agent or another types it.
func (t *tireur) nomDeFamille() string {
	n := t.noms.Nom(t.Rand)
	if chance(t.Rand, .02) {
		n.Capitales, n.Accentue = n.Capitales+"-"+t.noms.Nom(t.Rand).Capitales, ""
	}
	return t.taper(n)
}

func (t *tireur) taper(n noms.Nom) string {
	nom := n.Capitales
	if n.Accentue != "" && chance(t.Rand, .6) {
		nom = strings.ToUpper(n.Accentue)
	}
	if chance(t.Rand, .15) {
		return capitaliser(nom)
	}
	return nom
}

// capitaliser turns "LE GOFF-MARTIN" into "Le Goff-Martin".
func capitaliser(s string) string {
	debut := true
	return strings.Map(func(r rune) rune {
		c := r
		if !debut {
			c = []rune(strings.ToLower(string(r)))[0]
		}
		debut = r == ' ' || r == '-' || r == '\''
		return c
	}, s)
}

func (t *tireur) prenom(sexe string, naissance jour.Date) string {
	p := t.noms.Prenom(t.Rand, sexe, naissance.Annee())
	if chance(t.Rand, .1) {
		return strings.ToUpper(p)
	}
	return p
}

// conjoint draws the partner: a near age, often the same name.
func (t *tireur) conjoint(sexe string) {
	p := &t.d.Demandeur
	c := demandes.Titulaire{Cle: 1}
	c.SituationFamiliale = p.SituationFamiliale
	c.Lien = map[string]string{"M": "M", "P": "P", "U": "C"}[p.SituationFamiliale]
	autre := map[string]string{"F": "M", "M": "F"}[sexe]
	if chance(t.Rand, .025) {
		autre = sexe
	}
	ecart := int(t.NormFloat64()*4 + 2)
	if sexe == "M" {
		ecart = -ecart // men are older, on average
	}
	c.Naissance = t.ne(min(max(p.Naissance.Age(t.jour)+ecart, t.ageMinimum()), 95))
	c.Nom = t.nomDeFamille()
	if c.Lien == "M" {
		switch {
		case sexe == "M" && chance(t.Rand, .7): // she bears his name
			c.NomNaissance, c.Nom = c.Nom, p.Nom
		case sexe == "F" && p.NomNaissance != "" && p.NomNaissance != p.Nom && !strings.Contains(p.Nom, "-"):
			c.Nom = p.Nom
		}
	}
	c.Nationalite = p.Nationalite
	if chance(t.Rand, .08) {
		c.Nationalite = parmi(t.Rand, "1", "1", "2", "3")
	}
	t.identite(&c, autre)
	if chance(t.Rand, .7) {
		t.contacts(&c)
	}
	c.FiscalCommun = c.Lien != "C"
	t.d.Cotitulaires = []demandes.Titulaire{c}
}

// colocataire draws a flat-mate.
func (t *tireur) colocataire() {
	c := demandes.Titulaire{Cle: 1, Lien: "L"}
	c.SituationFamiliale = parmi(t.Rand, "C", "C", "C", "D")
	c.Naissance = t.ne(max(t.d.Demandeur.Naissance.Age(t.jour)+entre(t.Rand, -6, 6), t.ageMinimum()))
	c.Nom, c.Nationalite = t.nomDeFamille(), t.d.Demandeur.Nationalite
	t.identite(&c, parmi(t.Rand, "F", "M"))
	t.contacts(&c)
	t.d.Cotitulaires = []demandes.Titulaire{c}
}

// autres draws the persons who come with the titulaires: children mostly, some
// in shared custody or to be born, a few ascendants.
func (t *tireur) autres(n int) {
	d := t.d
	age := d.Demandeur.Naissance.Age(t.jour)
	if d.EnCouple() {
		age = min(age, d.Cotitulaires[0].Naissance.Age(t.jour))
	}
	if n > 0 && age < 45 && chance(t.Rand, .055) {
		jumeaux := n > 1 && chance(t.Rand, .03)
		d.ANaitre = demandes.ANaitre{Nombre: 1, DatePrevue: t.jour.Jours(entre(t.Rand, 5, 190))}
		if jumeaux {
			d.ANaitre.Nombre = 2
		}
		n -= d.ANaitre.Nombre
	}
	seul := len(d.Cotitulaires) == 0
	garde := n > 0 && seul && strings.Contains("DSC", d.Demandeur.SituationFamiliale) && chance(t.Rand, .14)
	var precedent jour.Date
	charges, gardes, autres := 0, 0, 0
	for i := range n {
		switch {
		case age < 19 || age > 58 && chance(t.Rand, .5) || i == n-1 && chance(t.Rand, .025):
			autres++
			t.proche(autres, age)
		case garde:
			gardes++
			o := t.enfant(min(age, 58), precedent, 17)
			precedent = o.Naissance
			d.Occupants = append(d.Occupants, demandes.Occupant{Role: demandes.RoleGarde, Cle: gardes, Naissance: o.Naissance, Sexe: o.Sexe,
				Coparentalite: parmi(t.Rand, "G", "G", "D")})
		default:
			charges++
			o := t.enfant(age, precedent, 23)
			precedent = o.Naissance
			o.Role, o.Cle, o.LienParente = demandes.RoleACharge, charges, "E"
			o.Fiscal = reponse(t.Rand, .96, .1)
			d.Occupants = append(d.Occupants, o)
		}
	}
}

// enfant draws a child: a parent was between 18 and 42 at the birth, and
// brothers and sisters are more than nine months apart, unless twins.
func (t *tireur) enfant(age int, precedent jour.Date, ageMax int) demandes.Occupant {
	o := demandes.Occupant{Sexe: parmi(t.Rand, "F", "M"), Nom: t.d.Demandeur.Nom}
	haut := min(age-18, ageMax)
	bas := min(max(age-42, 0), haut)
	o.Naissance = t.ne(entre(t.Rand, bas, haut))
	if !precedent.IsZero() {
		proche := abs(int(o.Naissance.Time().Sub(precedent.Time()).Hours()/24)) < 300
		switch {
		case chance(t.Rand, .015):
			o.Naissance = precedent
		case proche && precedent.Mois(14).Avant(t.jour):
			o.Naissance = precedent.Mois(entre(t.Rand, 11, 13)).Jours(t.IntN(25))
		case proche:
			o.Naissance = precedent.Mois(-entre(t.Rand, 11, 13)).Jours(-t.IntN(25))
			if t.age(o.Naissance) > haut {
				o.Naissance = precedent
			}
		}
	}
	if c := t.d.Cotitulaires; len(c) > 0 && chance(t.Rand, .3) {
		o.Nom = c[0].Nom
	}
	o.Prenom = t.prenomNeuf(o.Sexe, o.Naissance)
	return o
}

func abs(n int) int { return max(n, -n) }

// prenomNeuf avoids the first names already in the household.
func (t *tireur) prenomNeuf(sexe string, naissance jour.Date) string {
	for {
		p := t.prenom(sexe, naissance)
		pris := strings.EqualFold(p, t.d.Demandeur.Prenom)
		for _, o := range t.d.Occupants {
			pris = pris || strings.EqualFold(p, o.Prenom)
		}
		if !pris {
			return p
		}
	}
}

// proche draws another person to house: a parent, a brother, a nephew.
func (t *tireur) proche(cle, age int) {
	o := demandes.Occupant{Role: demandes.RoleAutre, Cle: cle, Sexe: parmi(t.Rand, "F", "F", "M"), Nom: t.d.Demandeur.Nom}
	switch {
	case age > 58:
		o.LienParente = parmi(t.Rand, "E", "A")
		o.Naissance = t.ne(entre(t.Rand, max(age-38, 20), max(age-20, 21)))
	case chance(t.Rand, .6):
		o.LienParente = "P"
		o.Naissance = t.ne(min(age+entre(t.Rand, 20, 35), 95))
	default:
		o.LienParente = "A"
		o.Naissance = t.ne(max(age+entre(t.Rand, -8, 8), 2))
	}
	if chance(t.Rand, .4) {
		o.Nom = t.nomDeFamille()
	}
	o.Prenom = t.prenomNeuf(o.Sexe, o.Naissance)
	t.d.Occupants = append(t.d.Occupants, o)
}

// handicaps draws the health annex of a few per cent of the households.
func (t *tireur) handicaps() {
	d, r := t.d, t.Rand
	age := d.Demandeur.Naissance.Age(t.jour)
	motif := d.Motifs[0] == "07" || d.Motifs[1] == "07"
	d.HandicapMDPH = reponse(r, .025+.0008*float64(age), .3)
	if motif || activites[t.tirages.activite] == "AUT" && chance(r, .12) {
		d.HandicapMDPH = new(true)
	}
	if d.HandicapMDPH == nil || !*d.HandicapMDPH || chance(r, .12) {
		return
	}
	personne := "demandeur"
	if len(d.Occupants) > 0 && d.Occupants[0].Role == demandes.RoleACharge && chance(r, .25) {
		personne = d.Occupants[0].Sujet()
	} else if len(d.Cotitulaires) > 0 && chance(r, .3) {
		personne = d.Cotitulaires[0].Sujet()
	}
	h := demandes.Handicap{Cle: 1, Personne: personne, Etat: parmi(r, "STA", "STA", "EVO"), Invalidite: chance(r, .35)}
	h.Natures = []string{parmi(r, "MI", "MI", "MI", "MS", "DA", "DV")}
	h.Marches = parmi(r, "1", "2", "2", "3", "3", "4")
	h.Aides = []string{"1"}
	if h.Natures[0] == "MI" {
		h.Aides = []string{parmi(r, "1", "2", "2", "3", "4", "5")}
		h.Equipements = parmi(r, []string{"3"}, []string{"3", "4"}, []string{"2", "3"}, []string{"4"}, []string{"4", "6"}, nil)
	}
	d.Handicaps = []demandes.Handicap{h}
}

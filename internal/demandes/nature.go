package demandes

// Natures of a demande (nomenclature nature_demande); IN is not one of them: a
// missing identity is the flag « incomplète ».
const (
	NaturePersonneSeule       = "PS"
	NatureCouple              = "CS"
	NatureFamille             = "FA"
	NaturePersonneSeuleAutres = "PA"
	NaturePersonneMorale      = "PM"
)

// CalculerFoyer counts the persons to house: titulaires, other occupants, and
// children expected (field « Foyer »). A personne morale houses nobody itself.
func (d *Demande) CalculerFoyer() int {
	if d.PersonneMorale {
		return 0
	}
	return 1 + len(d.Cotitulaires) + len(d.Occupants) + d.ANaitre.Nombre
}

// CalculerNature derives the nature from the household (conception §11): one
// person to house → personne seule; a couple without others → couple; a couple
// with others → famille; one titulaire with others, or titulaires not in
// couple → personne seule + autre(s).
func (d *Demande) CalculerNature() string {
	switch {
	case d.PersonneMorale:
		return NaturePersonneMorale
	case d.CalculerFoyer() == 1:
		return NaturePersonneSeule
	case !d.EnCouple():
		return NaturePersonneSeuleAutres
	case d.CalculerFoyer() == 2:
		return NatureCouple
	}
	return NatureFamille
}

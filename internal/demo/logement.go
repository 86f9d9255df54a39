package demo

import (
	"slices"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
)

// logement draws the present dwelling and the motives.
func (t *tireur) logement() {
	a, r := &t.d.LogementActuel, t.Rand
	t.motifs()
	a.Situation = statuts[t.tirages.statut]
	if a.Situation == "RS" && t.d.Demandeur.Emploi.Activite == "ETU" {
		a.Situation = "RE"
	} else if a.Situation == "SD" {
		a.Situation = parmi(r, "SD", "SD", "HOT", "HOT", "CAMCAR", "SQUAT")
	} else if a.Situation == "SH" {
		a.Situation = parmi(r, "SH", "SH", "SH", "SH", "RHVS", "CDEFCM")
	}
	a.Depuis = t.depuis(t.jour.Mois(-12 * min(30, max(1, t.age(t.d.Demandeur.Naissance)-17))))
	a.Proprietaire = reponse(r, .012, .25)
	if t.d.Coordonnees.Etranger || len(t.ref.Qpv(t.d.Coordonnees.Commune)) == 0 {
		a.Qpv = "NON"
	} else if chance(r, .7) {
		a.Qpv = parmi(r, "OUI", "NON", "NON", "NSP")
	}
	switch a.Situation {
	case "HLM", "LP", "POCC", "FONC", "LTG", "SLHT":
		t.autonome()
	case "CP", "CPE":
		t.heberge()
	case "SH", "RHVS", "CDEFCM", "RS":
		t.structure()
	case "SD":
		if chance(r, .7) {
			c := &t.d.Coordonnees
			c.Domiciliation, c.Voie, c.Complement = parmi(r, "CCAS", "Association Le Relais (exemple)", "Halte Solidarité (exemple)"), "", ""
		}
	}
	t.travailleurs()
}

// Surfaces by number of rooms, m².
var surfaces = [][2]int{1: {16, 34}, 2: {34, 55}, 3: {52, 74}, 4: {68, 92}, 5: {85, 115}, 6: {105, 140}}

func (t *tireur) autonome() {
	a, r := &t.d.LogementActuel, t.Rand
	n := t.personnes()
	pieces := min(max(n+entre(r, -1, 1), 1), 6)
	switch {
	case contient(t.d.Motifs[:], "13"):
		pieces = max(1, min(n-1, 4))
	case contient(t.d.Motifs[:], "10"):
		pieces = min(n+entre(r, 2, 3), 6)
	}
	a.Type = codesTypes[pieces]
	s := surfaces[pieces]
	surface := entre(r, s[0], s[1])
	a.Habitants = new(n)
	if surface/n < 5 {
		surface = 5 * n
	}
	if chance(r, .88) {
		a.Surface = new(surface)
	}
	a.Categorie = "A"
	if chance(r, .05+.06*float64(pieces)) {
		a.Categorie = "M"
	}
	switch a.Situation {
	case "HLM":
		b := t.dep.bailleurs.tirer(r)
		a.Bailleur = b.Nom
		a.Bail = "L" + chiffres(t.IntN(10_000_000), 7)
		a.Loyer = new(150 + surface*entre(r, 45, 75)/10)
		if chance(r, .03) {
			a.Preavis = t.jour.Jours(entre(r, -60, 60))
		}
	case "LP", "SLHT":
		a.Loyer = new(240 + surface*entre(r, 65, 115)/10)
		if contient(t.d.Motifs[:], "09") {
			*a.Loyer = *a.Loyer * 115 / 100
		}
	}
	if a.Loyer != nil && t.tirages.pourcent <= 2 && chance(r, .65) {
		a.Apl = new(min(entre(r, 60, 380), *a.Loyer*7/10))
	}
}

func (t *tireur) heberge() {
	a, r := &t.d.LogementActuel, t.Rand
	if a.Situation == "CPE" {
		a.Hebergeant = parmi(r, "M. et Mme ", "Mme ", "M. ") + t.d.Demandeur.Nom
	} else {
		a.Hebergeant = t.quelquun()
	}
	t.d.Coordonnees.Chez = a.Hebergeant
	if chance(r, .4) {
		n := t.personnes() + entre(r, 1, 4)
		pieces := entre(r, 2, 5)
		a.Habitants, a.Type, a.Categorie = new(n), codesTypes[pieces], parmi(r, "A", "A", "M")
		a.Surface = new(max(entre(r, surfaces[pieces][0], surfaces[pieces][1]), 6*n))
	}
}

func (t *tireur) structure() {
	a, r := &t.d.LogementActuel, t.Rand
	switch a.Situation {
	case "RS":
		a.Structure = parmi(r, "Résidence sociale ", "Foyer de jeunes travailleurs ", "Pension de famille ") + capitaliser(t.noms.Nom(r).Capitales)
		a.Loyer = new(entre(r, 310, 480))
	case "RHVS":
		a.Structure = "Résidence hôtelière " + capitaliser(t.noms.Nom(r).Capitales)
	case "CDEFCM":
		a.Structure = "Centre maternel " + capitaliser(t.noms.Nom(r).Capitales)
	default:
		a.Structure = "CHRS " + capitaliser(t.noms.Nom(r).Capitales)
	}
	a.Depuis = t.depuis(t.jour.Mois(-48))
	a.StructureDepuis = a.Depuis
}

func (t *tireur) motifs() {
	d, r := t.d, t.Rand
	var codes []string
	if statuts[t.tirages.statut] == "HLM" {
		codes = motifsMutation[t.lois.motifMutation.tirer(r, t.tirages.men)]
	} else {
		codes = motifsPrimo[t.lois.motifPrimo.tirer(r, iMotif(t.tirages.men, t.tirages.statut))]
	}
	d.Motifs[0] = codes[0]
	if len(codes) > 1 && chance(r, .45) {
		d.Motifs[0] = parmi(r, codes[1:]...)
	}
	if d.Motifs[0] == "22" && statuts[t.tirages.statut] != "POCC" {
		d.Motifs[0] = "23"
	}
	if chance(r, .38) {
		autre := parmi(r, "09", "13", "19", "20", "21", "08", "17", "12", "11", "03")
		if autre != d.Motifs[0] && !(autre == "12" && d.EnCouple()) {
			d.Motifs[1] = autre
		}
	}
	if slices.Contains(d.Motifs[:], "23") {
		d.MotifPrecision = parmi(r, "Souhaite se rapprocher de son établissement scolaire", "Fin d’un contrat de location meublée",
			"Retour dans la région après une absence", "Logement trop éloigné des transports", "Vente d’un bien en commun",
			"Souhaite un jardin pour ses enfants")
	}
}

// travailleurs makes the work agree with the motive.
func (t *tireur) travailleurs() {
	if e := &t.d.Demandeur.Emploi; slices.Contains(t.d.Motifs[:], "16") {
		e.AssistantMaternel = new(true)
	}
}

// souhaits draws what is looked for.
func (t *tireur) souhaits() {
	o, r := &t.d.Souhait, t.Rand
	if t.fiche.sansType {
		o.Types = []string{"X"}
	} else {
		for _, i := range ensembles[t.lois.types.tirer(r, t.tirages.men)] {
			o.Types = append(o.Types, codesTypes[i])
		}
	}
	o.Categorie = parmi(r, "A", "A", "A", "I", "I", "I", "I", "M")
	if chance(r, .5) {
		o.NatureBien = parmi(r, "LS", "LP", "NP")
	}
	o.Elargie = new(chance(r, .42))
	if chance(r, .55) {
		base := 260 + 95*max(t.personnes(), 1) + t.tirages.rfr/12/9
		o.LoyerMax = new(base/10*10 + 10*entre(r, -4, 8))
	}
	o.RezDeChaussee = reponse(r, .72, .2)
	o.SansAscenseur = reponse(r, .6, .2)
	o.Adapte = reponse(r, 0, .3)
	if len(t.d.Handicaps) > 0 && chance(r, .6) {
		o.Adapte = new(true)
		o.SansAscenseur = new(chance(r, .15))
	}
	o.Parking = reponse(r, .48, .25)
	o.Fsl = reponse(r, .06, .4)
	if o.Fsl != nil && *o.Fsl {
		o.FslDu = t.jour.Jours(-entre(r, 10, 300))
		o.FslAu = o.FslDu.Mois(12)
	}
	if chance(r, .16) {
		o.Caution = parmi(r, "Visale", "Parents", "Garantie FSL", "Employeur", "Caution d’un proche")
	}
	if chance(r, .06) {
		o.Commentaire = parmi(r, "Souhaite rester proche de l’école des enfants.", "Disponible l’après-midi pour les visites.",
			"A besoin d’un logement proche des transports.", "Préfère être contactée par courriel.")
	}
}

// priorites draws the priorités that the dossier shows (CCH L441-1).
func (t *tireur) priorites() {
	d, a := t.d, &t.d.LogementActuel
	var l []string
	ajouter := func(code string, oui bool) {
		if oui {
			l = append(l, code)
		}
	}
	mineur := slices.ContainsFunc(d.Occupants, func(o demandes.Occupant) bool { return t.age(o.Naissance) < 18 })
	if t.fiche.depot.Mois(36).Avant(t.jour) && chance(t.Rand, .04) || contient([]string{"SD", "HOT", "SH", "RHVS"}, a.Situation) && chance(t.Rand, .05) {
		d.StatutDalo = parmi(t.Rand, "ACTIF", "ACTIF", "ACTIF", "CADUC")
	}
	ajouter("DALO", d.StatutDalo == "ACTIF")
	ajouter("A", len(d.Handicaps) > 0)
	ajouter("D", contient([]string{"RS", "SH", "RHVS", "CDEFCM", "SLHT"}, a.Situation))
	ajouter("E", d.Demandeur.Emploi.Activite == "CDD" && chance(t.Rand, .04))
	ajouter("F", contient(d.Motifs[:], "03") && chance(t.Rand, .4))
	ajouter("G", contient(d.Motifs[:], "06"))
	ajouter("J", mineur && (suroccupe(a) || contient(d.Motifs[:], "03")))
	ajouter("K", contient([]string{"CP", "SD", "HOT", "CAMCAR", "SQUAT"}, a.Situation))
	ajouter("L", contient(d.Motifs[:], "05"))
	ajouter("PDALHPD", d.Coordonnees.Suivi != nil && *d.Coordonnees.Suivi && chance(t.Rand, .12))
	ajouter("DAL", t.fiche.depot.Mois(36).Avant(t.jour))
	d.Priorites = l
}

// suroccupe: less than 16 m² for two, 9 m² more for each further person, 70 m²
// for eight and more (regles §8).
func suroccupe(a *demandes.LogementActuel) bool {
	if a.Surface == nil || a.Habitants == nil || *a.Habitants < 2 {
		return false
	}
	return *a.Surface < min(16+9*(*a.Habitants-2), 70)
}

// morale makes the demande of an association: headings a, b and h only.
func (t *tireur) morale() {
	d, r := t.d, t.Rand
	d.PersonneMorale = true
	d.Morale = demandes.Morale{
		RaisonSociale: parmi(r, "Association ", "Association ", "Fondation ", "Centre d’hébergement ") + parmi(r, "Un Toit Demain", "Le Relais",
			"Solidarité Logement", "Les Deux Rives", "Passerelle", "L’Escale", "Horizon", "Maison Commune") + " " + chiffres(t.IntN(1000), 3) + " (exemple)",
		Forme: parmi(r, "Association loi 1901", "Association loi 1901", "Fondation"),
	}
	if chance(r, .8) {
		d.Morale.Siret = t.siret()
	}
	d.Demandeur.TelDomicile = t.fixe()
	d.Demandeur.Courriel = "contact" + chiffres(t.IntN(10_000), 4) + "@exemple.fr"
	t.lieu()
	o := &d.Souhait
	o.Types = []string{parmi(r, "T2", "T3", "T4")}
	o.Categorie, o.Elargie = "I", new(true)
}

// lacunes removes what an incomplete demande lacks (NU taken over from the
// former system, or half transmitted).
func (t *tireur) lacunes() {
	d, r := t.d, t.Rand
	if chance(r, .5) {
		d.Demandeur.Naissance, d.Demandeur.NomNaissance = jour.Date{}, ""
	}
	if chance(r, .5) {
		d.Demandeur.Nationalite = ""
	}
	if chance(r, .6) {
		d.Demandeur.TelPortable, d.Demandeur.Courriel = "", ""
	}
	if chance(r, .4) {
		d.Demandeur.Emploi = demandes.Emploi{}
		d.Demandeur.Collecteurs = nil
	}
	if chance(r, .7) {
		d.Fiscaux = nil
	}
	if chance(r, .5) {
		d.Ressources, d.SansRessource = nil, false
	}
	if chance(r, .3) {
		d.Motifs, d.MotifPrecision = [2]string{}, ""
	}
	d.Souhait.Elargie = nil
}

package demo

import (
	"strconv"
	"strings"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// Telephone numbers of fiction (Arcep, décision 2018-0881): 05 36 49 and
// 06 39 98. Addresses of courriel end with exemple.fr.
func (t *tireur) portable() string { return "06 39 98 " + t.paires() }
func (t *tireur) fixe() string     { return "05 36 49 " + t.paires() }
func (t *tireur) paires() string   { return chiffres(t.IntN(100), 2) + " " + chiffres(t.IntN(100), 2) }

func (t *tireur) contacts(p *demandes.Titulaire) {
	if chance(t.Rand, .93) {
		p.TelPortable = t.portable()
	}
	if chance(t.Rand, .22) {
		p.TelDomicile = t.fixe()
	}
	if chance(t.Rand, .04) {
		p.TelTravail = t.fixe()
	}
	if t.d.Origine == "GP" || chance(t.Rand, .68) {
		p.Courriel = t.courriel(p.Prenom, p.Nom, p.Naissance)
	}
}

func (t *tireur) courriel(prenom, nom string, naissance jour.Date) string {
	colle := func(s, par string) string {
		return strings.ToLower(strings.ReplaceAll(texte.Normaliser(s), " ", par))
	}
	p, n := colle(prenom, "-"), colle(nom, "-")
	local := p + "." + n
	switch t.IntN(4) {
	case 0:
		local = p + "." + n + strconv.Itoa(naissance.Annee()%100)
	case 1:
		local = p[:1] + "." + n + strconv.Itoa(t.IntN(900)+10)
	case 2:
		local = n + "." + p
	}
	return local + "@exemple.fr"
}

var (
	natures = []string{"rue", "rue", "rue", "rue", "avenue", "avenue", "chemin", "chemin", "impasse", "allée", "place", "boulevard", "route", "square", "passage"}
	lieux   = []string{"des Acacias", "des Aubépines", "des Bleuets", "de la Briqueterie", "des Capucines", "du Cerisier", "de la Chênaie",
		"des Coquelicots", "du Coteau", "des Cyprès", "de l’Église", "des Écoles", "de l’Estelle", "des Érables", "de la Fontaine", "du Four",
		"des Frênes", "du Gué", "des Genêts", "des Glycines", "de la Glacière", "des Hirondelles", "des Iris", "des Jonquilles", "du Lavoir",
		"des Lilas", "de la Mairie", "des Marguerites", "des Marronniers", "des Mésanges", "des Mimosas", "du Moulin", "des Mûriers",
		"des Noisetiers", "des Oliviers", "des Ormeaux", "du Pastel", "des Peupliers", "des Pinsons", "des Platanes", "du Pont-Vieux",
		"du Pré", "des Primevères", "du Puits", "des Quatre-Vents", "des Roses", "du Ruisseau", "des Saules", "du Stade", "des Tilleuls",
		"des Tisserands", "de la Tuilerie", "du Vallon", "des Vergers", "des Vignes", "de la Violette", "du Verger", "des Tourterelles",
		"de la Garonnette", "du Touch", "de l’Hers", "du Château-d’Eau", "du Lac", "des Pyrénées", "du Lauragais", "du Comminges",
		"de Gascogne", "d’Occitanie", "de l’Autan", "du Vent-d’Autan", "des Troubadours", "du Parc", "de la Gare", "de la Poste"}
	suffixes = []string{"", "", "", "", "", "", "", "", "", " bis", " ter"}
)

// voie makes up a street: a common name, or that of somebody who never was.
func (t *tireur) voie() string {
	numero := strconv.Itoa(1+min(int(t.ExpFloat64()*30), 240)) + parmi(t.Rand, suffixes...)
	nom := parmi(t.Rand, lieux...)
	if chance(t.Rand, .35) {
		n := t.noms.Nom(t.Rand)
		nom = t.noms.Prenom(t.Rand, parmi(t.Rand, "F", "M", "M"), 1920) + " " + capitaliser(parmi(t.Rand, n.Accentue, n.Capitales))
		if strings.HasSuffix(nom, " ") {
			nom += capitaliser(n.Capitales)
		}
	}
	return numero + " " + parmi(t.Rand, natures...) + " " + nom
}

func (t *tireur) complement() string {
	if !chance(t.Rand, .45) {
		return ""
	}
	appartement := "Appt " + strconv.Itoa(entre(t.Rand, 1, 120))
	switch t.IntN(4) {
	case 0:
		return "Bât. " + string(rune('A'+t.IntN(8))) + ", " + strings.ToLower(appartement)
	case 1:
		return "Résidence " + capitaliser(t.noms.Nom(t.Rand).Capitales) + ", " + strings.ToLower(appartement)
	case 2:
		return strconv.Itoa(entre(t.Rand, 1, 9)) + "e étage, " + strings.ToLower(appartement)
	}
	return appartement
}

// codePostal gives a true postcode where the référentiel knows them, and else
// one that suits the département.
func (t *tireur) codePostal(c referentiels.Commune) string {
	if len(c.CodesPostaux) > 0 {
		return parmi(t.Rand, c.CodesPostaux...)
	}
	prefixe := c.CodeInsee[:2]
	switch {
	case prefixe == "2A" || prefixe == "2B":
		prefixe = "20"
	case prefixe == "97" || prefixe == "98":
		return c.CodeInsee[:3] + chiffres(t.IntN(10)*10, 2)
	}
	return prefixe + chiffres(t.IntN(99)*10, 3)
}

// lieu draws the wanted places first, since most people live near them, then
// the address.
func (t *tireur) lieu() {
	t.choix()
	c := &t.d.Coordonnees
	if chance(t.Rand, .004) {
		c.Etranger, c.Voie = true, t.voie()
		l := parmi(t.Rand, [2]string{"08001 Barcelone", "Espagne"}, [2]string{"1000 Bruxelles", "Belgique"}, [2]string{"Casablanca", "Maroc"},
			[2]string{"Oran", "Algérie"}, [2]string{"4000-322 Porto", "Portugal"}, [2]string{"Milan", "Italie"})
		c.Localite, c.Pays = l[0], l[1]
		return
	}
	commune := t.commune()
	c.Commune, c.CodePostal = commune.CodeInsee, t.codePostal(commune)
	c.Voie, c.Complement = t.voie(), t.complement()
	if chance(t.Rand, .02) {
		autre := t.dep.communes.tirer(t.Rand)
		c.CourrierAutre, c.CourrierVoie, c.CourrierCommune, c.CourrierCodePostal = true, t.voie(), autre.CodeInsee, t.codePostal(autre)
		c.CourrierDestinataire = "Chez " + t.quelquun()
	}
}

func (t *tireur) commune() referentiels.Commune {
	u := t.Float64()
	if u < .6 {
		if territoire, ok := t.ref.Territoire(t.d.Souhait.Choix[0]); ok {
			if c, ok := t.ref.Commune(territoire.CodeInsee); ok {
				return c
			}
		}
	}
	if u > .95 && len(t.ailleurs) > 0 {
		return parmi(t.Rand, t.ailleurs...)
	}
	return t.dep.communes.tirer(t.Rand)
}

// quelquun names a person who is nobody.
func (t *tireur) quelquun() string {
	titre, sexe := "M. ", "M"
	if chance(t.Rand, .5) {
		titre, sexe = "Mme ", "F"
	}
	return titre + t.noms.Prenom(t.Rand, sexe, 1965) + " " + t.noms.Nom(t.Rand).Capitales
}

// choix draws one to eight places: the first by sector as measured, the others
// near it.
func (t *tireur) choix() {
	bornes := nbChoix[t.lois.nbChoix.tirer(t.Rand, 0)]
	n := entre(t.Rand, bornes[0], bornes[1])
	secteur := t.secteur()
	o := &t.d.Souhait
	for essais := 0; len(o.Choix) < n && essais < 40; essais++ {
		if len(o.Choix) > 0 && chance(t.Rand, .15) {
			secteur = t.secteur()
		}
		territoire := t.dep.secteurs[secteur].tirer(t.Rand)
		code := territoire.Code
		quartiers := t.ref.Enfants(code)
		if len(quartiers) > 0 && chance(t.Rand, .5) {
			code = parmi(t.Rand, quartiers...).Code
		}
		if !contient(o.Choix, code) {
			o.Choix = append(o.Choix, code)
		}
	}
}

func (t *tireur) secteur() int {
	for {
		if s := t.lois.secteurs.tirer(t.Rand, 0); !t.dep.secteurs[s].vide() {
			return s
		}
		if t.dep.secteurs[0].vide() {
			return 3 // another département
		}
	}
}

func contient(l []string, s string) bool {
	for _, v := range l {
		if v == s {
			return true
		}
	}
	return false
}

// accompagnement draws the social follow-up of the most fragile.
func (t *tireur) accompagnement() {
	p := .06
	if contient([]string{"SH", "SD", "RS", "SLHT"}, statuts[t.tirages.statut]) {
		p = .45
	}
	c := &t.d.Coordonnees
	if c.Suivi = reponse(t.Rand, p, .35); c.Suivi == nil || !*c.Suivi {
		return
	}
	c.SuiviStructure = parmi(t.Rand, "CCAS", "Maison des solidarités", "Association L’Accueil (exemple)", "Service social de secteur",
		"Association Toit pour Tous (exemple)", "Mission locale", "SIAO")
	c.SuiviTravailleur = t.quelquun()
	c.SuiviTelephone = t.fixe()
}

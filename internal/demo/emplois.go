package demo

import (
	"strconv"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
)

// metier is a job and its category.
type metier struct {
	nom, csp string
	employes []string // how its employer may be called; %: a made-up name
	public   bool
}

var metiers = []metier{
	{"Agent d’entretien", "56", []string{"Propreté %", "Netto %", "Groupe %"}, false},
	{"Aide à domicile", "56", []string{"Aide et Services %", "Association % à domicile"}, false},
	{"Auxiliaire de vie", "56", []string{"Aide et Services %", "Maison %"}, false},
	{"Assistante maternelle", "56", []string{"Particulier employeur"}, false},
	{"Serveur", "56", []string{"Brasserie %", "Restaurant %", "Café %"}, false},
	{"Cuisinier", "61", []string{"Restaurant %", "Traiteur %"}, false},
	{"Vendeur", "55", []string{"Supermarché %", "Magasin %", "Boulangerie %"}, false},
	{"Hôte de caisse", "55", []string{"Supermarché %", "Jardinerie %"}, false},
	{"Secrétaire", "54", []string{"Cabinet %", "SARL %", "Étude %"}, false},
	{"Employé administratif", "54", []string{"Assurances %", "Société %"}, false},
	{"Téléconseiller", "54", []string{"Centre d’appels %"}, false},
	{"Aide-soignant", "51", []string{"Clinique %", "Résidence %", "Centre hospitalier"}, false},
	{"Agent des services hospitaliers", "51", []string{"Centre hospitalier"}, true},
	{"Agent territorial", "51", []string{"Mairie", "Conseil départemental"}, true},
	{"ATSEM", "51", []string{"Mairie"}, true},
	{"Agent de sécurité", "51", []string{"Sécurité %", "% Gardiennage"}, false},
	{"Infirmier", "41", []string{"Clinique %", "Centre hospitalier"}, false},
	{"Éducateur", "41", []string{"Association %", "Foyer %"}, false},
	{"Enseignant", "41", []string{"Éducation nationale"}, true},
	{"Comptable", "46", []string{"Cabinet %", "SARL %"}, false},
	{"Technicien", "47", []string{"% Aéro", "% Électronique", "Maintenance %"}, false},
	{"Chauffeur-livreur", "61", []string{"Transports %", "Messagerie %"}, false},
	{"Conducteur de bus", "61", []string{"Autocars %", "Transports %"}, false},
	{"Maçon", "61", []string{"Bâtiment %", "% Construction"}, false},
	{"Électricien", "61", []string{"Électricité %", "% et fils"}, false},
	{"Peintre en bâtiment", "61", []string{"Peinture %"}, false},
	{"Mécanicien", "61", []string{"Garage %"}, false},
	{"Coiffeur", "61", []string{"Coiffure %"}, false},
	{"Magasinier", "61", []string{"Entrepôts %", "% Logistique"}, false},
	{"Manutentionnaire", "66", []string{"Entrepôts %", "Intérim %"}, false},
	{"Préparateur de commandes", "66", []string{"% Logistique", "Intérim %"}, false},
	{"Ouvrier agricole", "69", []string{"Domaine %", "Maraîchage %"}, false},
	{"Ingénieur", "36", []string{"% Aéro", "% Systèmes"}, false},
	{"Chef d’équipe", "48", []string{"% Industrie", "Propreté %"}, false},
}

var (
	independants = []metier{{"Artisan", "21", nil, false}, {"Commerçant", "22", nil, false}, {"Infirmier libéral", "31", nil, false}, {"Taxi", "21", nil, false}}
	retraites    = []string{"71", "72", "73", "76", "76", "76", "76"}
)

// emplois draws the work of each titulaire.
func (t *tireur) emplois() {
	d := t.d
	t.emploi(&d.Demandeur, activites[t.tirages.activite])
	for i := range d.Cotitulaires {
		c := &d.Cotitulaires[i]
		age := t.age(c.Naissance)
		activite := parmi(t.Rand, "CDI", "CDI", "CDI", "CDD", "CHO", "AUT", "AUT")
		switch {
		case age >= 63:
			activite = "RET"
		case age < 24 && chance(t.Rand, .25):
			activite = "ETU"
		}
		t.emploi(c, activite)
	}
}

func (t *tireur) emploi(p *demandes.Titulaire, activite string) {
	e := &p.Emploi
	e.Activite = activite
	age := t.age(p.Naissance)
	plusTot := p.Naissance.Mois(12 * 18)
	switch activite {
	case "RET":
		e.Csp = parmi(t.Rand, retraites...)
		e.ActiviteDepuis = t.depuis(p.Naissance.Mois(12 * 60))
	case "ETU", "AUT":
		e.Csp = "82"
		if activite == "ETU" {
			e.Profession = parmi(t.Rand, "", "Étudiant")
			e.CommuneTravail = t.communeTravail()
		}
	case "CHO":
		e.Csp = parmi(t.Rand, metiers...).csp
		if age < 24 && chance(t.Rand, .3) {
			e.Csp = "81"
		}
		e.ActiviteDepuis = t.depuis(t.jour.Mois(-36))
	case "ART":
		m := parmi(t.Rand, independants...)
		e.Profession, e.Csp = m.nom, m.csp
		e.ActiviteDepuis, e.CommuneTravail = t.depuis(plusTot), t.communeTravail()
		e.UnPourCent = reponse(t.Rand, 0, .5)
	default: // CDI, CDD, APP
		debut := plusTot
		if activite != "CDI" {
			debut = t.jour.Mois(-24)
			if debut.Avant(plusTot) {
				debut = plusTot
			}
		}
		t.salarie(p, debut)
	}
}

// salarie draws a job, its employer, and the 1 % of larger employers.
func (t *tireur) salarie(p *demandes.Titulaire, plusTot jour.Date) {
	e, m := &p.Emploi, parmi(t.Rand, metiers...)
	e.Profession, e.Csp = m.nom, m.csp
	e.Employeur = remplacer(parmi(t.Rand, m.employes...), capitaliser(t.noms.Nom(t.Rand).Capitales))
	e.EmployeurDepuis = t.depuis(plusTot)
	e.ActiviteDepuis = e.EmployeurDepuis
	e.CommuneTravail = t.communeTravail()
	if chance(t.Rand, .6) {
		if c, ok := t.ref.Commune(e.CommuneTravail); ok {
			e.EmployeurCommune, e.EmployeurCodePostal = c.CodeInsee, t.codePostal(c)
		}
		e.EmployeurVoie = t.voie()
	}
	if chance(t.Rand, .25) {
		e.EmployeurSiret = t.siret()
	}
	if chance(t.Rand, .2) {
		e.EmployeurTelephone = t.fixe()
	}
	e.PlusieursEmployeurs = reponse(t.Rand, .06, .4)
	e.AssistantMaternel = reponse(t.Rand, 0, .6)
	if m.nom == "Assistante maternelle" {
		e.AssistantMaternel = new(true)
	}
	e.Fonctionnaire = reponse(t.Rand, 0, .4)
	if m.public && e.Activite == "CDI" {
		e.Fonctionnaire = new(true)
	}
	e.UnPourCent = reponse(t.Rand, .38, .3)
	if e.UnPourCent != nil && *e.UnPourCent && (t.tirages.anciens || chance(t.Rand, .55)) {
		t.collecteurs(p)
	}
}

// Collecteurs of the document of 2011, closed since all became Action Logement.
var anciensCollecteurs = []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14"}

func (t *tireur) collecteurs(p *demandes.Titulaire) {
	code := "ALS"
	switch {
	case t.tirages.anciens:
		code = parmi(t.Rand, anciensCollecteurs...)
	case chance(t.Rand, .04):
		code = "15"
	}
	p.Collecteurs = []demandes.Collecteur{{Code: code}}
	if chance(t.Rand, .7) {
		p.Collecteurs[0].Dossier = "CL" + chiffres(t.IntN(10_000_000), 7)
	}
	if t.tirages.anciens && chance(t.Rand, .15) { // followed the merger
		p.Collecteurs = append(p.Collecteurs, demandes.Collecteur{Code: "ALS", Dossier: "AL" + chiffres(t.IntN(10_000_000), 7)})
	}
}

func (t *tireur) communeTravail() string {
	if chance(t.Rand, .15) {
		return ""
	}
	return t.dep.communes.tirer(t.Rand).CodeInsee
}

// depuis draws a date before what the demandeur last declared, recent ones more
// often.
func (t *tireur) depuis(plusTot jour.Date) jour.Date {
	fin := t.fiche.valideDepuis()
	jours := int(fin.Time().Sub(plusTot.Time()).Hours() / 24)
	if jours < 2 {
		return fin.Jours(-1)
	}
	u := t.Float64()
	d := fin.Jours(-1 - int(u*u*float64(jours-1)))
	if chance(t.Rand, .3) {
		if p := jour.De(d.Annee(), d.Time().Month(), 1); !p.Avant(plusTot) {
			return p
		}
	}
	return d
}

// siret makes a number with a valid key in a range that is not given out.
func (t *tireur) siret() string {
	base := "000" + chiffres(t.IntN(1_000_000), 6) + "000" + chiffres(1+t.IntN(9), 1)
	for c := range 10 {
		if s := base + strconv.Itoa(c); demandes.SiretValide(s) {
			return s
		}
	}
	return ""
}

// remplacer puts a name in place of %.
func remplacer(modele, nom string) string {
	for i := range len(modele) {
		if modele[i] == '%' {
			return modele[:i] + nom + modele[i+1:]
		}
	}
	return modele
}

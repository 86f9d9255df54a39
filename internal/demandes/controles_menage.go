package demandes

import (
	"fmt"
	"slices"
	"strings"

	"imhoweb/internal/platform/jour"
)

// Ages and amounts beyond which a true value is unusual or a typed one wrong.
const (
	ageMajorite     = 18
	ageEmancipation = 16
	ageMax          = 120
	ecartAgeCouple  = 30      // years between partners
	ageChargeMax    = 25      // dependents older than that are rare
	ressourceRare   = 8_000   // euros a month, one line
	rfrRare         = 100_000 // euros a year
	grossesseMois   = 9
)

// identites checks each titulaire.
func (c *controle) identites() {
	for _, t := range c.d.Titulaires() {
		c.titulaire(t)
	}
	c.distincts()
	c.couple()
	c.contact()
}

func (c *controle) titulaire(t *Titulaire) {
	s := t.Sujet() + "."
	if t.Civilite == "3" && c.base[s+"civilite"] != "3" {
		c.erreur(s+"civilite", "Choisissez Madame ou Monsieur : « Mademoiselle » n’est plus employé.")
	}
	c.naissance(s+"naissance", t.Naissance)
	if age := t.Naissance.Age(c.jour); !t.Naissance.IsZero() && age < ageMajorite && !t.Naissance.Apres(c.jour) {
		switch {
		case !t.Emancipe:
			c.erreur(s+"naissance", fmt.Sprintf("À %d ans, la personne est mineure : corrigez la date, ou cochez « émancipé(e) ».", age))
		case age < ageEmancipation:
			c.erreur(s+"naissance", "Une émancipation n’est possible qu’à partir de 16 ans : corrigez la date.")
		}
	}
	if t.Nationalite == "3" && c.base[s+"nationalite"] != "3" {
		c.alerte(s+"nationalite", "Hors Union européenne : confirmez que le titre de séjour a été présenté.")
	}
}

// naissance checks a date of birth: past, and of somebody who may be alive.
func (c *controle) naissance(nom string, d jour.Date) {
	switch {
	case d.IsZero():
	case d.Apres(c.jour):
		c.erreur(nom, "Indiquez une date passée, par exemple 14/03/1991.")
	case d.Age(c.jour) > ageMax:
		c.erreur(nom, "Vérifiez l’année : la personne aurait plus de 120 ans.")
	}
}

// distincts refuses the same person twice in a household.
func (c *controle) distincts() {
	vues := map[string]bool{}
	voir := func(nom string, n, p string, d jour.Date) {
		if n == "" || p == "" || d.IsZero() {
			return
		}
		cle := strings.ToUpper(n) + "|" + strings.ToUpper(p) + "|" + d.ISO()
		if vues[cle] {
			c.erreur(nom, "Cette personne est déjà dans la demande : corrigez ou retirez-la.")
		}
		vues[cle] = true
	}
	for _, t := range c.d.Titulaires() {
		voir(t.Sujet()+".nom", t.Nom, t.Prenom, t.Naissance)
	}
	for i := range c.d.Occupants {
		o := &c.d.Occupants[i]
		voir(o.Sujet()+".nom", o.Nom, o.Prenom, o.Naissance)
	}
}

// couple compares the family situation with the co-titulaires.
func (c *controle) couple() {
	d := c.d
	enCouple := slices.Contains([]string{"M", "P", "U"}, d.Demandeur.SituationFamiliale)
	switch {
	case enCouple && !d.EnCouple():
		c.alerte("demandeur.situation_familiale", "Une personne en couple dépose d’ordinaire avec son conjoint. Confirmez qu’elle demande seule, ou ajoutez le co-demandeur.")
	case !enCouple && d.Demandeur.SituationFamiliale != "" && d.EnCouple():
		c.alerte("demandeur.situation_familiale", "Le co-demandeur est en couple avec le demandeur, dont la situation dit le contraire. Confirmez ou corrigez.")
	}
	conjoints := 0
	for i := range d.Cotitulaires {
		t := &d.Cotitulaires[i]
		if !slices.Contains([]string{"M", "P", "C"}, t.Lien) {
			continue
		}
		if conjoints++; conjoints > 1 {
			c.erreur(t.Sujet()+".lien", "Un seul conjoint, partenaire ou concubin : choisissez un autre lien.")
		}
		if !t.Naissance.IsZero() && !d.Demandeur.Naissance.IsZero() {
			if ecart := abs(t.Naissance.Annee() - d.Demandeur.Naissance.Annee()); ecart > ecartAgeCouple {
				c.alerte(t.Sujet()+".naissance", fmt.Sprintf("%d ans d’écart entre les conjoints. Confirmez ou corrigez.", ecart))
			}
		}
	}
}

func abs(n int) int { return max(n, -n) }

// menage checks the other occupants, the children expected, the health annex.
func (c *controle) menage() {
	for i := range c.d.Occupants {
		o := &c.d.Occupants[i]
		nom := o.Sujet() + ".naissance"
		c.naissance(nom, o.Naissance)
		if o.Naissance.IsZero() || o.Naissance.Apres(c.jour) {
			continue
		}
		if o.Role == RoleACharge && o.LienParente == "E" && o.Naissance.Age(c.jour) > ageChargeMax {
			c.alerte(nom, fmt.Sprintf("Enfant à charge de %d ans. Confirmez ou corrigez.", o.Naissance.Age(c.jour)))
		}
		if o.LienParente == "E" || o.Role == RoleGarde {
			c.filiation(nom, o)
		}
		if o.Role == RoleGarde && o.Naissance.Age(c.jour) >= ageMajorite {
			c.alerte(nom, "Une garde ne concerne que les mineurs. Confirmez ou corrigez.")
		}
	}
	c.naissanceAttendue()
	c.handicaps()
}

// filiation warns when a child is hardly younger than every titulaire.
func (c *controle) filiation(nom string, o *Occupant) {
	for _, t := range c.d.Titulaires() {
		if t.Naissance.IsZero() || t.Naissance.Age(o.Naissance) >= 12 {
			return
		}
	}
	c.alerte(nom, "L’enfant a moins de 12 ans d’écart avec les titulaires. Confirmez ou corrigez.")
}

func (c *controle) naissanceAttendue() {
	if c.d.ANaitre.Nombre == 0 {
		return
	}
	c.exiger("naitre.date_prevue", "Indiquez la date prévue, par exemple 15/05/2027.")
	switch p := c.d.ANaitre.DatePrevue; {
	case p.IsZero():
	case p.Apres(c.jour.Mois(grossesseMois)):
		c.erreur("naitre.date_prevue", "Indiquez une date dans les neuf mois qui viennent.")
	case p.Avant(c.jour) && c.v["naitre.date_prevue"] == c.base["naitre.date_prevue"]:
		c.alerte("naitre.date_prevue", "La naissance était prévue avant aujourd’hui. Confirmez, ou inscrivez l’enfant parmi les personnes à charge.")
	case p.Avant(c.jour):
		c.erreur("naitre.date_prevue", "Indiquez une date à venir, ou inscrivez l’enfant parmi les personnes à charge.")
	}
}

func (c *controle) handicaps() {
	sujets := c.sujets()
	vus := map[string]bool{}
	for _, h := range c.d.Handicaps {
		nom := fmt.Sprintf("handicap.%d.personne", h.Cle)
		switch {
		case h.Personne == "":
		case !slices.Contains(sujets, h.Personne):
			c.erreur(nom, "Choisissez une personne de la demande.")
		case vus[h.Personne]:
			c.erreur(nom, "Cette personne a déjà un complément : complétez-le plutôt.")
		}
		vus[h.Personne] = true
	}
	if oui := c.d.HandicapMDPH; oui != nil && *oui && len(c.d.Handicaps) == 0 {
		c.alerte("occupants.handicap_mdph", "Handicap reconnu sans complément. Confirmez, ou remplissez le complément pour la personne concernée.")
	}
}

// sujets lists the persons that a line may name.
func (c *controle) sujets() []string {
	var l []string
	for _, t := range c.d.Titulaires() {
		l = append(l, t.Sujet())
	}
	for i := range c.d.Occupants {
		l = append(l, c.d.Occupants[i].Sujet())
	}
	return l
}

// metiers checks the jobs.
func (c *controle) metiers() {
	for _, t := range c.d.Titulaires() {
		s, e := t.Sujet()+".", t.Emploi
		for _, nom := range []string{"activite_depuis", "employeur_depuis"} {
			if d, err := jour.Parse(c.v[s+nom]); err == nil && d.Apres(c.jour) {
				c.erreur(s+nom, "Indiquez une date passée, par exemple 01/09/2023.")
			}
		}
		if slices.Contains([]string{"CDI", "CDD", "APP"}, e.Activite) {
			c.exiger(s+"employeur", "Indiquez le nom de l’employeur.")
		}
		if age := t.Naissance.Age(c.jour); !t.Naissance.IsZero() {
			if e.Activite == "RET" && age < 50 {
				c.alerte(s+"activite", fmt.Sprintf("Retraité(e) à %d ans. Confirmez ou corrigez.", age))
			}
			if (e.Activite == "ETU" || e.Activite == "APP") && age > 35 {
				c.alerte(s+"activite", fmt.Sprintf("Étudiant(e) ou apprenti(e) à %d ans. Confirmez ou corrigez.", age))
			}
		}
		if len(t.Collecteurs) > 0 && e.UnPourCent != nil && !*e.UnPourCent {
			c.alerte(s+"un_pour_cent", "Un collecteur est coché alors que l’employeur ne cotise pas. Confirmez ou corrigez.")
		}
	}
}

// ressources checks the incomes.
func (c *controle) ressources() {
	d, sujets := c.d, c.sujets()
	if len(d.Ressources) == 0 && !d.SansRessource {
		c.erreur("ressources.aucune", "Ajoutez au moins une ressource mensuelle, ou cochez « Aucune ressource ».")
	}
	recu := 0
	for _, r := range d.Ressources {
		s := map[bool]string{false: "ressource", true: "versee"}[r.Versee] + fmt.Sprintf(".%d.", r.Cle)
		if !slices.Contains(sujets, r.Personne) {
			c.erreur(s+"personne", "Choisissez une personne de la demande.")
		}
		if r.Montant > ressourceRare {
			c.alerte(s+"montant", fmt.Sprintf("Revenus inhabituels : %s par mois. Confirmez ou corrigez.", euros(r.Montant)))
		}
		if !r.Versee {
			recu += r.Montant
		}
	}
	if d.SansRessource && recu > 0 {
		c.erreur("ressources.aucune", "Décochez « Aucune ressource », ou retirez les lignes.")
	}
	for _, f := range d.Fiscaux {
		nom := fmt.Sprintf("rfr.%s.%d", f.Foyer, f.Annee)
		if f.Montant > rfrRare {
			c.alerte(nom, fmt.Sprintf("Revenu fiscal inhabituel : %s par an. Confirmez ou corrigez.", euros(f.Montant)))
		}
	}
}

// euros writes an amount with its narrow thousands separator and unit.
func euros(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s + "\u00a0€"
}

// locataires, heberges and structures are the statuts of the present dwelling
// that call for other fields.
var (
	autonomes  = []string{"HLM", "LP", "POCC", "FONC"}
	locataires = []string{"HLM", "LP"}
	heberges   = []string{"CP", "CPE"}
	structures = []string{"SH", "CDEFCM", "RHVS"}
)

// logementActuel checks the present dwelling and the motives.
func (c *controle) logementActuel() {
	a, d := &c.d.LogementActuel, c.d
	if a.Situation == "HLM" {
		c.exiger("logement.bailleur", "Indiquez le bailleur HLM actuel : la demande est une mutation.")
	}
	if slices.Contains(autonomes, a.Situation) {
		c.exiger("logement.categorie", "Choisissez appartement ou maison.")
		c.exiger("logement.type", "Choisissez le type du logement actuel.")
	}
	if slices.Contains(locataires, a.Situation) {
		c.exiger("logement.loyer", "Indiquez le loyer mensuel charges comprises, par exemple 620.")
	}
	if slices.Contains(heberges, a.Situation) {
		c.exiger("logement.hebergeant", "Indiquez le nom de l’hébergeant.")
	}
	if slices.Contains(structures, a.Situation) {
		c.exiger("logement.structure", "Indiquez le nom de la structure.")
	}
	if a.Categorie == "I" {
		c.erreur("logement.categorie", "Choisissez appartement ou maison.")
	}
	if a.Type == "X" {
		c.erreur("logement.type", "Choisissez le type du logement actuel.")
	}
	for _, nom := range []string{"logement.depuis", "logement.structure_depuis"} {
		if d, err := jour.Parse(c.v[nom]); err == nil && d.Apres(c.jour) {
			c.erreur(nom, "Indiquez une date passée, par exemple 01/09/2023.")
		}
	}
	if a.Surface != nil && a.Habitants != nil && *a.Habitants > 0 && *a.Surface / *a.Habitants < 5 {
		c.alerte("logement.surface", fmt.Sprintf("%d m² pour %s. Confirmez ou corrigez.", *a.Surface, personnes(*a.Habitants)))
	}
	if d.Motifs[1] != "" && d.Motifs[0] == d.Motifs[1] {
		c.erreur("motif.2", "Choisissez un motif différent du premier, ou aucun.")
	}
	if slices.Contains(d.Motifs[:], "23") {
		c.exiger("motif.precision", "Précisez le motif.")
	}
}

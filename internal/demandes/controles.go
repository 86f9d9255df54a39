package demandes

import (
	"fmt"
	"slices"
	"strings"

	"imhoweb/internal/champs"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
)

// Alerte is a fact that is unusual but may be true: it asks for a confirmation
// and never blocks. Code identifies it among the accepted ones of a saisie; it
// carries the subject and the value, so that a confirmation doesn't cover
// another value typed later.
type Alerte struct {
	Code    string
	Champ   string // form field it is about
	Message string // fact, then the choice
}

// Bilan is what the checks found.
type Bilan struct {
	Erreurs fault.Fields
	Alertes []Alerte
}

// controle carries the dossier being checked through the rules.
type controle struct {
	d    *Demande
	v    Valeurs
	base Valeurs // values of the stored demande; empty at creation
	ref  Referentiel
	jour jour.Date
	b    Bilan
}

func (c *controle) erreur(nom, message string) { c.b.Erreurs.Add(nom, message) }

// exiger asks for a value when a condition of the domain makes it mandatory.
func (c *controle) exiger(nom, message string) {
	if c.v[nom] == "" {
		c.erreur(nom, message)
	}
}

func (c *controle) alerte(nom, message string) {
	code := nom + "=" + c.v[nom]
	if !slices.ContainsFunc(c.b.Alertes, func(a Alerte) bool { return a.Code == code && a.Message == message }) {
		c.b.Alertes = append(c.b.Alertes, Alerte{code, nom, message})
	}
}

// Controler applies every rule of the form to typed values: what is wrong or
// missing (column « Contrôle » of the form's field list), and what is unusual.
// base holds the values stored before this saisie; it is empty at creation.
func Controler(e Entete, v, base Valeurs, ref Referentiel, le jour.Date) (*Demande, Bilan) {
	d, fautes := Lire(e, v, ref)
	c := &controle{d: d, v: v, base: base, ref: ref, jour: le, b: Bilan{Erreurs: fautes}}
	c.obligatoires()
	c.coordonnees()
	c.logementRecherche()
	if d.PersonneMorale {
		c.morale()
	} else {
		c.identites()
		c.menage()
		c.metiers()
		c.ressources()
		c.logementActuel()
	}
	c.b.Erreurs = dansLOrdre(c.b.Erreurs)
	return d, c.b
}

// obligations lists what must be given to register: the entries marked
// Creation in the catalogue, for every subject present. They depend on the
// subject only, so the same list gives the marks of the form and the progress
// of a draft.
func (c *controle) obligatoires() {
	for _, nom := range Obligatoires(c.d) {
		switch nom {
		case "type":
			if len(c.d.Souhait.Types) == 0 {
				c.erreur(nom, "Cochez au moins un type de logement.")
			}
		case "choix.1":
			if len(c.d.Souhait.Choix) == 0 {
				c.erreur(nom, "Indiquez au moins une commune ou un quartier, par exemple 31-395 X MURET.")
			}
		default:
			c.exiger(nom, manque(nom))
		}
	}
}

// Obligatoires lists the names of the fields that must be given for this
// dossier, in the order of the form.
func Obligatoires(d *Demande) []string {
	sujets := map[string][]string{"souhait": {"souhait"}}
	if d.PersonneMorale {
		sujets["morale"] = []string{"morale"}
	} else {
		sujets["logement"], sujets["motif"] = []string{"logement"}, []string{"motif"}
		for _, t := range d.Titulaires() {
			sujets["titulaire"] = append(sujets["titulaire"], t.Sujet())
		}
		for i := range d.Occupants {
			o := &d.Occupants[i]
			groupe, _, _ := strings.Cut(o.Sujet(), ".")
			sujets[groupe] = append(sujets[groupe], o.Sujet())
		}
		for _, h := range d.Handicaps {
			sujets["handicap"] = append(sujets["handicap"], fmt.Sprintf("handicap.%d", h.Cle))
		}
	}
	var noms []string
	for _, ch := range champs.Tous() {
		if ch.Obligation != champs.Creation {
			continue
		}
		switch groupe, reste, _ := strings.Cut(ch.Code, "."); {
		case ch.Code == "type":
			noms = append(noms, "type")
		case ch.Code == "choix":
			noms = append(noms, "choix.1")
		default:
			for _, s := range sujets[groupe] {
				noms = append(noms, s+"."+reste)
			}
		}
	}
	for i := range d.Cotitulaires {
		noms = append(noms, d.Cotitulaires[i].Sujet()+".lien")
	}
	return noms
}

// messages say what to do for a missing field when the type's own sentence
// would be vague.
var messages = map[string]string{
	"titulaire.nom":                 "Indiquez le nom.",
	"titulaire.prenom":              "Indiquez le prénom.",
	"titulaire.naissance":           "Indiquez la date de naissance, par exemple 14/03/1991.",
	"titulaire.civilite":            "Choisissez Madame ou Monsieur.",
	"titulaire.nationalite":         "Choisissez une nationalité dans la liste.",
	"titulaire.situation_familiale": "Choisissez une situation dans la liste.",
	"titulaire.activite":            "Choisissez une activité dans la liste.",
	"titulaire.lien":                "Choisissez le lien avec le demandeur.",
	"charge.nom":                    "Indiquez le nom.",
	"charge.prenom":                 "Indiquez le prénom.",
	"autre.nom":                     "Indiquez le nom.",
	"autre.prenom":                  "Indiquez le prénom.",
	"logement.situation":            "Choisissez le statut du logement actuel dans la liste.",
	"motif.1":                       "Choisissez le motif de la demande dans la liste.",
	"souhait.categorie":             "Choisissez appartement, maison ou indifférent.",
	"souhait.elargie":               "Répondez oui ou non : la demande est-elle élargie à d’autres communes ?",
}

func manque(nom string) string {
	c, _ := champs.Nom(nom)
	if m, ok := messages[c.Code]; ok {
		return m
	}
	switch c.Type {
	case champs.Code:
		return "Choisissez une valeur dans la liste."
	case champs.Date:
		return "Indiquez une date, par exemple 14/03/1991."
	case champs.OuiNon:
		return "Répondez oui ou non."
	}
	return "Indiquez cette information."
}

// dansLOrdre sorts mistakes as the form shows its fields.
func dansLOrdre(f fault.Fields) fault.Fields {
	rangs := map[string]int{}
	for i, c := range champs.Tous() {
		rangs[c.Code] = i
	}
	rang := func(nom string) int {
		c, ok := champs.Nom(nom)
		if !ok {
			return len(rangs)
		}
		return rangs[c.Code]
	}
	sujet := func(nom string) string { s, _, _ := strings.Cut(nom, "."); return s }
	ordreSujets := []string{"demande", "morale", "demandeur", "cotitulaire"}
	slices.SortStableFunc(f, func(a, b fault.Field) int {
		ca, _ := champs.Nom(a.Nom)
		cb, _ := champs.Nom(b.Nom)
		if ca.Onglet == cb.Onglet { // person after person within a tab
			if n := slices.Index(ordreSujets, sujet(a.Nom)) - slices.Index(ordreSujets, sujet(b.Nom)); n != 0 {
				return n
			}
		}
		return rang(a.Nom) - rang(b.Nom)
	})
	return f
}

// morale checks the headings of an association (CCH R441-2-2, last paragraph).
func (c *controle) morale() {
	c.exiger("morale.raison_sociale", "Indiquez la raison sociale.")
	if c.d.Morale.Siret == "" && c.v["morale.siret"] == "" {
		c.alerte("morale.siret", "Pas de numéro SIRET. Confirmez que l’organisme n’en a pas, ou complétez.")
	}
	c.contact()
}

// contact warns when nobody can be reached.
func (c *controle) contact() {
	for _, t := range c.d.Titulaires() {
		if t.TelDomicile+t.TelPortable+t.TelTravail+t.Courriel != "" {
			return
		}
	}
	c.alerte("demandeur.tel_portable", "Ni téléphone ni courriel. Confirmez, ou ajoutez un moyen de joindre le demandeur.")
}

// coordonnees checks the addresses.
func (c *controle) coordonnees() {
	k := &c.d.Coordonnees
	if k.Etranger {
		c.exiger("adresse.localite", "Indiquez la localité.")
		c.exiger("adresse.pays", "Indiquez le pays.")
	} else {
		c.exiger("adresse.code_postal", "Indiquez les 5 chiffres, par exemple 31770.")
		c.exiger("adresse.commune", "Indiquez la commune, par exemple Colomiers.")
		c.codePostal("adresse.code_postal", k.CodePostal, k.Commune)
	}
	if k.Domiciliation == "" {
		c.exiger("adresse.voie", "Indiquez le numéro et la voie, le lieu-dit, ou la domiciliation.")
	}
	if k.CourrierAutre {
		c.exiger("courrier.voie", "Indiquez le numéro et la voie.")
		c.exiger("courrier.code_postal", "Indiquez les 5 chiffres, par exemple 31770.")
		c.exiger("courrier.commune", "Indiquez la commune, par exemple Colomiers.")
		c.codePostal("courrier.code_postal", k.CourrierCodePostal, k.CourrierCommune)
	}
	if k.Suivi != nil && *k.Suivi {
		c.exiger("accompagnement.structure", "Indiquez le nom de la structure.")
	}
}

// codePostal compares a postcode with its commune: an error when the
// référentiel knows the postcodes of that commune, a warning when only the
// département can be compared.
func (c *controle) codePostal(nom, cp, insee string) {
	if cp == "" || insee == "" {
		return
	}
	oui, connu := c.ref.CodePostalDe(insee, cp)
	switch {
	case connu && !oui:
		c.erreur(nom, "Ce code postal n’est pas celui de "+c.ref.LibelleCommune(insee)+" : corrigez l’un ou l’autre.")
	case !connu && !memeDepartement(insee, cp):
		c.alerte(nom, "Code postal et commune de départements différents. Confirmez ou corrigez.")
	}
}

func memeDepartement(insee, cp string) bool {
	if insee[0] == '2' && (insee[1] == 'A' || insee[1] == 'B') {
		return strings.HasPrefix(cp, "20")
	}
	if strings.HasPrefix(insee, "97") || strings.HasPrefix(insee, "98") {
		return cp[:3] == insee[:3]
	}
	return cp[:2] == insee[:2]
}

// logementRecherche checks what is looked for.
func (c *controle) logementRecherche() {
	o := &c.d.Souhait
	if slices.Contains(o.Types, "X") {
		c.erreur("type", "« Non précisé » n’est pas un choix : cochez au moins un type.")
	}
	vus := map[string]bool{}
	for i := 1; i <= MaxChoix; i++ {
		nom := fmt.Sprintf("choix.%d", i)
		if c.v[nom] == "" {
			continue
		}
		code, err := c.ref.LireLieu(c.v[nom])
		if err == nil && vus[code] {
			c.erreur(nom, "Ce lieu est déjà demandé à un autre rang : choisissez-en un autre ou videz la ligne.")
		}
		vus[code] = true
	}
	if !o.FslDu.IsZero() && !o.FslAu.IsZero() && o.FslAu.Avant(o.FslDu) {
		c.erreur("souhait.fsl_au", "Indiquez une fin après le début du dossier FSL.")
	}
	if o.Adapte != nil && *o.Adapte && len(c.d.Handicaps) == 0 && !c.d.PersonneMorale {
		c.alerte("souhait.adapte", "Logement adapté demandé sans complément handicap. Confirmez, ou remplissez le complément dans Occupants.")
	}
	c.taille()
}

// taille warns when the types asked are far from the household's size: more
// than two rooms above or below one room per person and a living room.
func (c *controle) taille() {
	foyer := c.d.CalculerFoyer()
	for _, t := range c.d.Souhait.Types {
		pieces, ok := map[string]int{"C": 1, "T1": 1, "T2": 2, "T3": 3, "T4": 4, "T5": 5, "T6P": 6}[t]
		if !ok || foyer == 0 {
			continue
		}
		if pieces > foyer+2 || foyer > 2*pieces+1 {
			c.alerte("type."+t, fmt.Sprintf("%s pour %s. Confirmez ou corrigez.", t, personnes(foyer)))
		}
	}
}

func personnes(n int) string {
	if n == 1 {
		return "1 personne"
	}
	return fmt.Sprintf("%d personnes", n)
}

package editions

import (
	"fmt"
	"strings"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

const (
	lignesAdresse = 6  // lines of a postal address (NF Z 10-011)
	bailleursMax  = 20 // names given for one commune; more are counted
)

// PreparerMentions freezes what the attestation of an act says. le is the day
// of the act. The demande must be registered and read whole; the result
// doesn't depend on who reads it, since it holds no protected field.
func PreparerMentions(ref *referentiels.Referentiels, d *demandes.Demande, sorte string, le jour.Date) (Mentions, error) {
	switch sorte {
	case Creation, Renouvellement, Reactivation:
	default:
		return Mentions{}, fmt.Errorf("attestation de sorte inconnue %q", sorte)
	}
	guichet, ok := ref.Guichet(d.Guichet)
	if d.NumeroUnique == "" || !ok {
		return Mentions{}, fmt.Errorf("attestation de la demande %d : ni numéro ni guichet connu (%q)", d.ID, d.Guichet)
	}
	departement, _ := ref.Departement(d.Departement)
	delai := ref.Entier(referentiels.DelaiAnormalementLong)
	m := Mentions{
		Version:            versionMentions,
		Sorte:              sorte,
		EmiseLe:            le,
		Lieu:               guichet.Ville,
		Departement:        departement.Nom,
		NumeroUnique:       d.NumeroUnique,
		PersonneMorale:     d.PersonneMorale,
		Adresse:            adresse(ref, d),
		Service:            service(ref, guichet),
		DateDepot:          d.DateDepot,
		DateRenouvellement: d.DateRenouvellement,
		DateEcheance:       d.DateEcheance,
		Bailleurs:          bailleurs(ref, d.Souhait.Choix),
		Mediation: Mediation{
			DelaiMois: delai,
			Apres:     d.DateDepot.Mois(delai),
			Adresse:   strings.Split(ref.Texte(referentiels.MediationAdresse), "|"),
		},
		Delais: Delais{
			Validite:         demandes.ValiditeMois,
			Preavis:          ref.Entier(referentiels.PreavisRenouvellement),
			Reactivation:     demandes.ReactivationRenMois,
			RadiationReponse: demandes.AvertissementMois,
		},
		Resume: resume(ref, d),
		Pieces: pieces(ref, d, le),
	}
	noms := titulaires(ref, d)
	m.Demandeur, m.Cotitulaires = noms[0], noms[1:]
	return m, nil
}

// titulaires names the demandeur then the co-titulaires: "Madame Nadia BENALI".
func titulaires(ref *referentiels.Referentiels, d *demandes.Demande) []string {
	if d.PersonneMorale {
		nom := d.Morale.RaisonSociale
		if nom == "" {
			nom = d.Demandeur.Nom
		}
		return []string{nom}
	}
	var l []string
	for _, t := range d.Titulaires() {
		civilite := ref.Libelle("civilite", t.Civilite)
		l = append(l, joindre(" ", civilite, strings.Join(strings.Fields(t.Prenom), " "), texte.Capitales(t.Nom)))
	}
	return l
}

func service(ref *referentiels.Referentiels, g referentiels.Guichet) Service {
	o, _ := ref.Organisme(g.Organisme)
	s := Service{Nom: typographie(o.Nom), Guichet: typographie(g.Nom), Telephone: g.Telephone}
	rue, cp, ville := g.Adresse, g.CodePostal, g.Ville
	if rue == "" && cp == "" {
		rue, cp, ville = o.Adresse, o.CodePostal, o.Ville
	}
	if s.Telephone == "" {
		s.Telephone = o.Telephone
	}
	if s.Guichet == s.Nom {
		s.Guichet = ""
	}
	s.Adresse = remplies(typographie(rue), joindre(" ", cp, texte.Capitales(ville)))
	return s
}

// adresse gives the lines of the envelope. The address of the mail comes first
// when there is one: a household that hides (violence) is never written to
// elsewhere. A person who shares the flat or the demande is named when a line
// is left.
func adresse(ref *referentiels.Referentiels, d *demandes.Demande) []string {
	c := &d.Coordonnees
	var l []string
	switch {
	case c.CourrierAutre:
		l = remplies(c.CourrierDestinataire, c.CourrierComplement, c.CourrierVoie, ville(ref, c.CourrierCodePostal, c.CourrierCommune))
	case c.Etranger:
		l = remplies(chez(c.Chez), c.Domiciliation, c.Complement, c.Voie, c.Localite, texte.Capitales(c.Pays))
	default:
		l = remplies(chez(c.Chez), c.Domiciliation, c.Complement, c.Voie, ville(ref, c.CodePostal, c.Commune))
	}
	for len(l) > lignesAdresse-1 { // abroad, everything given: the first two share a line
		l = append([]string{l[0] + ", " + l[1]}, l[2:]...)
	}
	noms := titulaires(ref, d)
	if d.EnCouple() && len(noms) > 1 && len(l) < lignesAdresse-1 {
		return append([]string{noms[0], noms[1]}, l...)
	}
	return append([]string{noms[0]}, l...)
}

func chez(hebergeant string) string {
	if hebergeant == "" || strings.HasPrefix(strings.ToLower(hebergeant), "chez ") {
		return hebergeant
	}
	return "Chez " + hebergeant
}

func ville(ref *referentiels.Referentiels, codePostal, insee string) string {
	commune, _ := ref.Commune(insee)
	return joindre(" ", codePostal, texte.Capitales(commune.Nom))
}

// bailleurs names, for each commune asked for, the bailleurs that own dwellings
// there; two quartiers of a commune count once.
func bailleurs(ref *referentiels.Referentiels, choix []string) []BailleursParLieu {
	var l []BailleursParLieu
	vues := map[string]bool{}
	for _, code := range choix {
		t, ok := ref.Territoire(code)
		if !ok || t.CodeInsee == "" || vues[t.CodeInsee] {
			continue
		}
		vues[t.CodeInsee] = true
		commune, _ := ref.Commune(t.CodeInsee)
		lieu := BailleursParLieu{Commune: typographie(commune.Nom)}
		for _, o := range ref.Bailleurs(t.CodeInsee) {
			if len(lieu.Noms) == bailleursMax {
				lieu.Autres++
				continue
			}
			lieu.Noms = append(lieu.Noms, typographie(o.Nom))
		}
		l = append(l, lieu)
	}
	return l
}

// resume is the first annexe: what was asked, without health, motive or NIR.
func resume(ref *referentiels.Referentiels, d *demandes.Demande) []Ligne {
	var l []Ligne
	ajouter := func(libelle, valeur string) {
		if valeur != "" {
			l = append(l, Ligne{libelle, valeur})
		}
	}
	nature := d.Nature
	if nature == "" {
		nature = d.CalculerNature()
	}
	ajouter("Nature de la demande", typographie(ref.Libelle("nature_demande", nature)))
	if !d.PersonneMorale {
		ajouter("Date de naissance du demandeur", d.Demandeur.Naissance.SansJour())
		ajouter("Personnes à loger", texte.Milliers(d.CalculerFoyer()))
		ajouter("Ressources mensuelles du foyer", ressources(d))
		ajouter("Logement actuel", typographie(ref.Libelle("situation_logement_actuel", d.LogementActuel.Situation)))
	}
	s := &d.Souhait
	var types []string
	for _, t := range s.Types {
		types = append(types, ref.Libelle("type_logement", t))
	}
	ajouter("Logement recherché", joindre(", ", ref.Libelle("categorie_logement", s.Categorie), strings.Join(types, " ou ")))
	if s.LoyerMax != nil {
		ajouter("Loyer maximum avec charges", texte.Euros(*s.LoyerMax))
	}
	ajouter("Lieux demandés, par préférence", lieux(ref, s.Choix))
	if s.Elargie != nil {
		ajouter("Élargie à d’autres communes", map[bool]string{true: "Oui", false: "Non"}[*s.Elargie])
	}
	return l
}

func ressources(d *demandes.Demande) string {
	total, connu := d.TotalRessources()
	switch {
	case !connu:
		return ""
	case len(d.Ressources) == 0:
		return "Aucune"
	}
	return texte.Euros(total)
}

// lieux lists the choices: "1. Muret ; 2. Toulouse, Saint-Cyprien".
func lieux(ref *referentiels.Referentiels, choix []string) string {
	var l []string
	for _, code := range choix {
		t, ok := ref.Territoire(code)
		nom := t.Nom
		switch parent, _ := ref.Territoire(t.CodeParent); {
		case !ok:
			nom = code
		case t.Type == referentiels.TypeQuartier:
			nom = parent.Nom + ", " + nom
		}
		l = append(l, fmt.Sprintf("%d.%s%s", len(l)+1, texte.Insecable, typographie(nom)))
	}
	return strings.Join(l, texte.Fine+"; ")
}

// typographie gives a label of the référentiels the apostrophes and dashes of
// print. Names of persons are printed as they were typed.
func typographie(s string) string {
	return strings.NewReplacer("'", "’", " - ", " – ", " : ", texte.Insecable+": ").Replace(s)
}

func remplies(lignes ...string) []string {
	var l []string
	for _, s := range lignes {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			l = append(l, s)
		}
	}
	return l
}

func joindre(sep string, parties ...string) string { return strings.Join(remplies(parties...), sep) }

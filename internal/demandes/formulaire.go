package demandes

import (
	"fmt"
	"strconv"

	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
)

// Valeurs are the flat values of the form, "demandeur.nom" → "BARTHÈS": what
// the saisie keeps, what differences are made of. An absent key is an empty
// field.
type Valeurs map[string]string

// Lire turns the form into a dossier. Mistakes are values that don't parse;
// what must be given is asked by Controler. The header of e (number, dates,
// guichet) is kept, its computed parts (nature, foyer) are computed.
func Lire(e Entete, v Valeurs, ref Referentiel) (*Demande, fault.Fields) {
	l := &lecteur{valeurs: v, ref: ref}
	d := &Demande{Entete: e}
	lireIdentite(l, d)
	lireCoordonnees(l, d)
	lireOccupants(l, d)
	for _, t := range d.Titulaires() {
		lireMetier(l, d, t)
	}
	lireRessources(l, d)
	lireLogementActuel(l, d)
	lireLogementRecherche(l, d)
	d.Foyer, d.Nature = d.CalculerFoyer(), d.CalculerNature()
	return d, l.fautes
}

// Ecrire is the reverse of Lire: the values of every field that is given.
func Ecrire(d *Demande, ref Referentiel) Valeurs {
	s := scripteur{Valeurs{}, ref}
	ecrireIdentite(s, d)
	ecrireCoordonnees(s, d)
	ecrireOccupants(s, d)
	for _, t := range d.Titulaires() {
		ecrireMetier(s, d, t)
	}
	ecrireRessources(s, d)
	ecrireLogementActuel(s, d)
	ecrireLogementRecherche(s, d)
	return s.v
}

// scripteur writes typed values as the texts of form fields; what is not given
// writes nothing.
type scripteur struct {
	v   Valeurs
	ref Referentiel
}

func (s scripteur) texte(nom, v string) {
	if v != "" {
		s.v[nom] = v
	}
}

func (s scripteur) date(nom string, d jour.Date) { s.texte(nom, d.String()) }

func (s scripteur) entier(nom string, n *int) {
	if n != nil {
		s.v[nom] = strconv.Itoa(*n)
	}
}

func (s scripteur) coche(nom string, b bool) {
	if b {
		s.v[nom] = "1"
	}
}

func (s scripteur) ouiNon(nom string, b *bool) {
	if b != nil {
		s.v[nom] = map[bool]string{true: "O", false: "N"}[*b]
	}
}

func (s scripteur) commune(nom, insee string) {
	if insee != "" {
		s.v[nom] = s.ref.LibelleCommune(insee)
	}
}

func (s scripteur) parmi(prefixe string, codes []string) {
	for _, c := range codes {
		s.v[prefixe+"."+c] = "1"
	}
}

// Sujet names a titulaire in the form: "demandeur", "cotitulaire.1".
func (t *Titulaire) Sujet() string {
	if t.Cle == 0 {
		return "demandeur"
	}
	return fmt.Sprintf("cotitulaire.%d", t.Cle)
}

// sujetsOccupants names the roles of occupants in the form.
var sujetsOccupants = map[Role]string{RoleACharge: "charge", RoleGarde: "garde", RoleAutre: "autre"}

// Sujet names an occupant in the form: "charge.2".
func (o *Occupant) Sujet() string { return fmt.Sprintf("%s.%d", sujetsOccupants[o.Role], o.Cle) }

func lireIdentite(l *lecteur, d *Demande) {
	d.PersonneMorale = l.coche("demande.personne_morale")
	d.NumeroInterne = l.texte("demande.numero_interne")
	if o := l.code("demande.origine"); o != "" {
		d.Origine = o
	}
	if d.PersonneMorale {
		d.Morale = Morale{
			RaisonSociale: l.texte("morale.raison_sociale"),
			Siret:         l.siret("morale.siret"),
			Forme:         l.texte("morale.forme"),
		}
		d.Demandeur = Titulaire{
			TelDomicile: l.telephone("demandeur.tel_domicile"),
			TelPortable: l.telephone("demandeur.tel_portable"),
			TelTravail:  l.telephone("demandeur.tel_travail"),
			Courriel:    l.courriel("demandeur.courriel"),
		}
		return
	}
	d.Demandeur = lireTitulaire(l, 0)
	for _, cle := range l.cles("cotitulaire") {
		d.Cotitulaires = append(d.Cotitulaires, lireTitulaire(l, cle))
	}
}

func lireTitulaire(l *lecteur, cle int) Titulaire {
	t := Titulaire{Cle: cle}
	s := t.Sujet() + "."
	if cle > 0 {
		t.Lien = l.code(s + "lien")
	}
	t.Civilite = l.code(s + "civilite")
	t.Nom = l.texte(s + "nom")
	t.NomNaissance = l.texte(s + "nom_naissance")
	t.Prenom = l.texte(s + "prenom")
	t.Naissance = l.date(s + "naissance")
	t.Emancipe = l.coche(s + "emancipe")
	t.Nationalite = l.code(s + "nationalite")
	t.SituationFamiliale = l.code(s + "situation_familiale")
	t.Nir = l.nir(s + "nir")
	t.TelDomicile = l.telephone(s + "tel_domicile")
	t.TelPortable = l.telephone(s + "tel_portable")
	t.TelTravail = l.telephone(s + "tel_travail")
	t.Courriel = l.courriel(s + "courriel")
	return t
}

func ecrireIdentite(s scripteur, d *Demande) {
	s.coche("demande.personne_morale", d.PersonneMorale)
	s.texte("demande.numero_interne", d.NumeroInterne)
	s.texte("demande.origine", d.Origine)
	if d.PersonneMorale {
		s.texte("morale.raison_sociale", d.Morale.RaisonSociale)
		s.texte("morale.siret", d.Morale.Siret)
		s.texte("morale.forme", d.Morale.Forme)
	}
	for _, t := range d.Titulaires() {
		p := t.Sujet() + "."
		s.texte(p+"lien", t.Lien)
		s.texte(p+"civilite", t.Civilite)
		if !d.PersonneMorale {
			s.texte(p+"nom", t.Nom)
		}
		s.texte(p+"nom_naissance", t.NomNaissance)
		s.texte(p+"prenom", t.Prenom)
		s.date(p+"naissance", t.Naissance)
		s.coche(p+"emancipe", t.Emancipe)
		s.texte(p+"nationalite", t.Nationalite)
		s.texte(p+"situation_familiale", t.SituationFamiliale)
		s.texte(p+"nir", t.Nir)
		s.texte(p+"tel_domicile", t.TelDomicile)
		s.texte(p+"tel_portable", t.TelPortable)
		s.texte(p+"tel_travail", t.TelTravail)
		s.texte(p+"courriel", t.Courriel)
	}
}

func lireCoordonnees(l *lecteur, d *Demande) {
	c := &d.Coordonnees
	c.Etranger = l.coche("adresse.etranger")
	c.Chez = l.texte("adresse.chez")
	c.Domiciliation = l.texte("adresse.domiciliation")
	c.Complement = l.texte("adresse.complement")
	c.Voie = l.texte("adresse.voie")
	if c.Etranger {
		c.Localite = l.texte("adresse.localite")
		c.Pays = l.texte("adresse.pays")
	} else {
		c.CodePostal = l.codePostal("adresse.code_postal")
		c.Commune = l.commune("adresse.commune", c.CodePostal)
	}
	if c.CourrierAutre = l.coche("courrier.autre"); c.CourrierAutre {
		c.CourrierDestinataire = l.texte("courrier.destinataire")
		c.CourrierComplement = l.texte("courrier.complement")
		c.CourrierVoie = l.texte("courrier.voie")
		c.CourrierCodePostal = l.codePostal("courrier.code_postal")
		c.CourrierCommune = l.commune("courrier.commune", c.CourrierCodePostal)
	}
	c.Suivi = l.ouiNon("accompagnement.suivi")
	if c.Suivi != nil && *c.Suivi {
		c.SuiviStructure = l.texte("accompagnement.structure")
		c.SuiviTravailleur = l.texte("accompagnement.travailleur")
		c.SuiviAdresse = l.texte("accompagnement.adresse")
		c.SuiviTelephone = l.telephone("accompagnement.telephone")
		c.SuiviCourriel = l.courriel("accompagnement.courriel")
	}
	d.PreavisPostal = l.coche("demande.preavis_postal")
}

func ecrireCoordonnees(s scripteur, d *Demande) {
	c := d.Coordonnees
	s.coche("adresse.etranger", c.Etranger)
	s.texte("adresse.chez", c.Chez)
	s.texte("adresse.domiciliation", c.Domiciliation)
	s.texte("adresse.complement", c.Complement)
	s.texte("adresse.voie", c.Voie)
	s.texte("adresse.code_postal", c.CodePostal)
	s.commune("adresse.commune", c.Commune)
	s.texte("adresse.localite", c.Localite)
	s.texte("adresse.pays", c.Pays)
	s.coche("courrier.autre", c.CourrierAutre)
	s.texte("courrier.destinataire", c.CourrierDestinataire)
	s.texte("courrier.complement", c.CourrierComplement)
	s.texte("courrier.voie", c.CourrierVoie)
	s.texte("courrier.code_postal", c.CourrierCodePostal)
	s.commune("courrier.commune", c.CourrierCommune)
	s.ouiNon("accompagnement.suivi", c.Suivi)
	s.texte("accompagnement.structure", c.SuiviStructure)
	s.texte("accompagnement.travailleur", c.SuiviTravailleur)
	s.texte("accompagnement.adresse", c.SuiviAdresse)
	s.texte("accompagnement.telephone", c.SuiviTelephone)
	s.texte("accompagnement.courriel", c.SuiviCourriel)
	s.coche("demande.preavis_postal", d.PreavisPostal)
}

func lireOccupants(l *lecteur, d *Demande) {
	if d.PersonneMorale {
		return
	}
	for _, cle := range l.cles("charge") {
		o := Occupant{Role: RoleACharge, Cle: cle}
		lireIdentiteOccupant(l, &o)
		o.Fiscal = l.ouiNon(o.Sujet() + ".fiscal")
		d.Occupants = append(d.Occupants, o)
	}
	for _, cle := range l.cles("garde") {
		o := Occupant{Role: RoleGarde, Cle: cle}
		s := o.Sujet() + "."
		o.Naissance, o.Sexe, o.Coparentalite = l.date(s+"naissance"), l.code(s+"sexe"), l.code(s+"coparentalite")
		d.Occupants = append(d.Occupants, o)
	}
	for _, cle := range l.cles("autre") {
		o := Occupant{Role: RoleAutre, Cle: cle}
		lireIdentiteOccupant(l, &o)
		d.Occupants = append(d.Occupants, o)
	}
	if n := l.entier("naitre.nombre"); n != nil && *n > 0 {
		d.ANaitre = ANaitre{*n, l.date("naitre.date_prevue")}
	}
	d.HandicapMDPH = l.ouiNon("occupants.handicap_mdph")
	for _, cle := range l.cles("handicap") {
		s := fmt.Sprintf("handicap.%d.", cle)
		d.Handicaps = append(d.Handicaps, Handicap{
			Cle:         cle,
			Personne:    l.texte(s + "personne"),
			Etat:        l.code(s + "etat"),
			Natures:     l.parmi(s + "nature"),
			Marches:     l.code(s + "marches"),
			Aides:       l.parmi(s + "aide"),
			Equipements: l.parmi(s + "equipement"),
			Invalidite:  l.coche(s + "invalidite"),
		})
	}
}

func lireIdentiteOccupant(l *lecteur, o *Occupant) {
	s := o.Sujet() + "."
	o.Nom, o.Prenom = l.texte(s+"nom"), l.texte(s+"prenom")
	o.Naissance = l.date(s + "naissance")
	o.Sexe, o.LienParente = l.code(s+"sexe"), l.code(s+"lien_parente")
}

func ecrireOccupants(s scripteur, d *Demande) {
	for i := range d.Occupants {
		o := &d.Occupants[i]
		p := o.Sujet() + "."
		s.texte(p+"nom", o.Nom)
		s.texte(p+"prenom", o.Prenom)
		s.date(p+"naissance", o.Naissance)
		s.texte(p+"sexe", o.Sexe)
		s.texte(p+"lien_parente", o.LienParente)
		s.ouiNon(p+"fiscal", o.Fiscal)
		s.texte(p+"coparentalite", o.Coparentalite)
	}
	if d.ANaitre.Nombre > 0 {
		s.v["naitre.nombre"] = strconv.Itoa(d.ANaitre.Nombre)
		s.date("naitre.date_prevue", d.ANaitre.DatePrevue)
	}
	s.ouiNon("occupants.handicap_mdph", d.HandicapMDPH)
	for _, h := range d.Handicaps {
		p := fmt.Sprintf("handicap.%d.", h.Cle)
		s.texte(p+"personne", h.Personne)
		s.texte(p+"etat", h.Etat)
		s.parmi(p+"nature", h.Natures)
		s.texte(p+"marches", h.Marches)
		s.parmi(p+"aide", h.Aides)
		s.parmi(p+"equipement", h.Equipements)
		s.coche(p+"invalidite", h.Invalidite)
	}
}

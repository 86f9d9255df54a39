package demandes

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/editions"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
	"imhoweb/templates/components"
	"imhoweb/templates/layout"
)

// Lecture is a registered demande as one reads it, without what the session
// may not see.
type Lecture struct {
	D            *demandes.Demande
	Onglet       champs.Onglet // "" for the overview
	Ref          *referentiels.Referentiels
	Session      habilitations.Session
	Jour         jour.Date
	EnCours      *demandes.Saisie       // working copy of this agent, nil when there is none
	Attestations []editions.Attestation // latest first; none without the right to print them
	Plafonds     demandes.PlafondsMenage
	Histoire     Histoire
	Acces        []journal.Acces // latest first; none without the right to read the journal

	valeurs map[string]string
}

// NewLecture prepares a dossier for its page.
func NewLecture(f demandes.Fichier, s habilitations.Session, d *demandes.Demande, o champs.Onglet, le jour.Date) Lecture {
	return Lecture{D: d, Onglet: o, Ref: f.Ref, Session: s, Jour: le, Plafonds: f.Plafonds(d, le), valeurs: demandes.Ecrire(d, f.Ref)}
}

// base is the address of the dossier.
func (l Lecture) base() string { return "/demandes/" + l.D.NumeroUnique }

func (l Lecture) peut(d habilitations.Droit) bool { return l.Session.Peut(d) }

// page is what the layout says of the dossier.
func (l Lecture) page() layout.Page {
	nom := NomDemandeur(l.D)
	if nom == "" {
		nom = "Demande " + l.D.NumeroUnique
	}
	p := layout.Page{
		Titre: nom, SousTitre: l.sousTitre(), Module: "demande", Plein: l.Onglet == "", Actions: lectureActions(l),
		Fil: []layout.Lien{{Libelle: "Accueil", Adresse: "/"}, {Libelle: "Demande", Adresse: "/demandes"},
			{Libelle: "Gestion Demande", Adresse: "/demandes"}, {Libelle: nom, Adresse: l.base()}},
	}
	if l.Onglet != "" {
		p.Fil = append(p.Fil, layout.Lien{Libelle: l.Onglet.Libelle()})
	}
	return p
}

// sousTitre names the co-titulaires, who are looked for too.
func (l Lecture) sousTitre() string {
	var noms []string
	for _, c := range l.D.Cotitulaires {
		noms = append(noms, components.NomPersonne(c.Nom, c.Prenom))
	}
	if len(noms) == 0 {
		return ""
	}
	return "et " + strings.Join(noms, ", ")
}

// possible tells whether the session and the life of the demande allow an act
// today.
func (l Lecture) possible(a demandes.Acte, d habilitations.Droit) bool {
	return l.peut(d) && l.D.Possible(a, l.Jour) == nil
}

// attestable tells whether the session may print an attestation: one kept with
// its act, or that of today for an active demande that has none.
func (l Lecture) attestable() bool {
	return l.peut(habilitations.EditerAttestation) && (len(l.Attestations) > 0 || l.D.Statut == demandes.Active)
}

// communicable tells whether the session may hand the complete dossier over to
// the person it is about.
func (l Lecture) communicable() bool { return l.peut(habilitations.CommuniquerDossier) }

func (l Lecture) reactivable() bool {
	return l.possible(demandes.ActeReactiver, l.D.DroitReactiver())
}

// saisir is the address that opens a working copy on the tab in sight.
func (l Lecture) saisir(sorte demandes.Sorte) string {
	o := l.Onglet
	if o == "" || o == champs.Historique {
		o = champs.Identite
	}
	return l.base() + "/" + string(o) + "?saisie=" + string(sorte)
}

// Urgence is how near the end of the validity is.
type urgence int

const (
	sansUrgence urgence = iota
	aRenouveler         // within the notice of the law
	echue
)

func (l Lecture) urgence() urgence {
	e := l.D.DateEcheance
	switch {
	case l.D.Statut != demandes.Active || e.IsZero():
		return sansUrgence
	case e.Avant(l.Jour):
		return echue
	case !e.Mois(-l.Ref.Entier(referentiels.PreavisRenouvellement)).Apres(l.Jour):
		return aRenouveler
	}
	return sansUrgence
}

// radiationAutomatique is when a demande that nobody renews leaves the file.
func (l Lecture) radiationAutomatique() jour.Date {
	t := l.D.DateRenouvellement
	if t.IsZero() {
		t = l.D.DateDepot
	}
	return t.Mois(demandes.NonRenouvellementMois)
}

// anciennete is the time since the deposit: « 29 mois ».
func (l Lecture) anciennete() string {
	return texte.Milliers(l.D.DateDepot.MoisEntiers(l.Jour)) + texte.Insecable + "mois"
}

func (l Lecture) libelle(domaine, code string) string { return l.Ref.Libelle(domaine, code) }

func (l Lecture) guichet() string {
	if g, ok := l.Ref.Guichet(l.D.Guichet); ok {
		return g.Code + " " + g.Nom
	}
	return l.D.Guichet
}

// fields

func (l Lecture) saisie() components.Saisie {
	return components.Saisie{F: form.New(l.valeurs), Noms: l.Ref, Jour: l.Jour, Session: l.Session, LectureSeule: true}
}

func (l Lecture) champ(nom string, options ...components.Option) templ.Component {
	return components.Champ(l.saisie(), nom, options...)
}

func (l Lecture) valeur(nom string) string { return l.valeurs[nom] }

// colonne is the heading of a column: the label of the catalogue.
func colonne(code string) string { return champs.Get(code).LibelleCourt() }

// confidentielle tells that the address is kept from this session.
func (l Lecture) confidentielle() bool {
	return l.D.Confidentielle() && !l.peut(habilitations.VoirAdresseConfidentielle)
}

// personnes, by the subject that lines of the form name

func (l Lecture) personne(sujet string) string {
	for _, t := range l.D.Titulaires() {
		if t.Sujet() == sujet {
			return nommer(champs.SujetLibelle(sujet+".nom"), t.Prenom)
		}
	}
	for i := range l.D.Occupants {
		o := &l.D.Occupants[i]
		if o.Sujet() == sujet {
			prenom := o.Prenom
			if o.Role == demandes.RoleGarde {
				prenom = o.Naissance.String()
			}
			return nommer(champs.SujetLibelle(sujet+".nom"), prenom)
		}
	}
	return sujet
}

func (l Lecture) occupants(role demandes.Role) []demandes.Occupant {
	var lus []demandes.Occupant
	for _, o := range l.D.Occupants {
		if o.Role == role {
			lus = append(lus, o)
		}
	}
	return lus
}

// nele writes a birth date and the age: « 14/03/1991 (35 ans) ».
func (l Lecture) nele(d jour.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String() + " (" + texte.Pluriel(d.Age(l.Jour), "an", "ans") + ")"
}

func ouiNonLu(b *bool) string {
	if b == nil {
		return ""
	}
	return map[bool]string{true: "oui", false: "non"}[*b]
}

func eurosLus(n *int) string {
	if n == nil {
		return ""
	}
	return components.Euros(*n)
}

// adresse is one line: « 12 rue des Violettes, 31600 MURET ».
func (l Lecture) adresse() string {
	c := l.D.Coordonnees
	lieu := c.Localite + " " + c.Pays
	if !c.Etranger {
		lieu = c.CodePostal
		if t, ok := l.Ref.Commune(c.Commune); ok {
			lieu += " " + texte.Capitales(t.Nom)
		}
	}
	var parties []string
	for _, p := range []string{c.Domiciliation, prefixe("chez ", c.Chez), c.Complement, c.Voie, strings.TrimSpace(lieu)} {
		if p != "" {
			parties = append(parties, p)
		}
	}
	return strings.Join(parties, ", ")
}

func prefixe(mot, s string) string {
	if s == "" {
		return ""
	}
	return mot + s
}

// telephone is the first number to call.
func telephone(t *demandes.Titulaire) string {
	for _, n := range []string{t.TelPortable, t.TelDomicile, t.TelTravail} {
		if n != "" {
			return n
		}
	}
	return ""
}

func (l Lecture) types(codes []string) string {
	var noms []string
	for _, c := range codes {
		noms = append(noms, l.libelle("type_logement", c))
	}
	return strings.Join(noms, ", ")
}

// choixGeo is a place asked for: its rank, its code and its name.
type choixGeo struct {
	Rang      int
	Code, Nom string
}

func (l Lecture) choix() []choixGeo {
	var lus []choixGeo
	for i, code := range l.D.Souhait.Choix {
		c := choixGeo{Rang: i + 1, Code: code, Nom: code}
		if t, ok := l.Ref.Territoire(code); ok {
			c.Nom = texte.Capitales(t.Nom)
		}
		lus = append(lus, c)
	}
	return lus
}

// ressources

func (l Lecture) montantRessources() string {
	total, connu := l.D.TotalRessources()
	if !connu {
		return ""
	}
	return components.Euros(total)
}

func (l Lecture) typeRessource(r demandes.Ressource) string {
	if r.Versee {
		return l.libelle("ressource_versee_type", r.Type)
	}
	return l.libelle("ressource_type", r.Type)
}

func montantSigne(r demandes.Ressource) string {
	if r.Versee {
		return components.Euros(-r.Montant)
	}
	return components.Euros(r.Montant)
}

// anneesFiscales are those given, the latest first.
func (l Lecture) anneesFiscales() []int {
	var annees []int
	for a := l.Jour.Annee(); a >= l.Jour.Annee()-10; a-- {
		for _, f := range l.D.Fiscaux {
			if f.Annee == a {
				annees = append(annees, a)
				break
			}
		}
	}
	return annees
}

// foyersFiscaux are the tax households given, in the order of the form.
func (l Lecture) foyersFiscaux() []string {
	var foyers []string
	for _, t := range l.D.Titulaires() {
		foyers = append(foyers, t.Sujet())
	}
	for _, f := range l.D.Fiscaux {
		if f.Foyer == "autre" {
			return append(foyers, "autre")
		}
	}
	return foyers
}

func (l Lecture) nomFoyer(foyer string) string {
	if foyer == "autre" {
		return "Autres personnes à loger"
	}
	return l.personne(foyer)
}

func (l Lecture) rfr(foyer string, annee int) string {
	for _, f := range l.D.Fiscaux {
		if f.Foyer == foyer && f.Annee == annee {
			return components.Euros(f.Montant)
		}
	}
	for _, c := range l.D.Cotitulaires {
		if c.Sujet() == foyer && c.FiscalCommun {
			return "déclaré avec le demandeur"
		}
	}
	return ""
}

func annee(n int) string { return strconv.Itoa(n) }

// origineRfr says which income is compared.
func (l Lecture) origineRfr() string {
	if l.Plafonds.Rfr != nil && l.Plafonds.RfrAnnee == 0 {
		return "Revenus des 12 derniers mois"
	}
	return "Revenu fiscal " + annee(l.Plafonds.RfrAnnee)
}

// bareme says which plafonds apply: « 2026, catégorie 4 ».
func (l Lecture) bareme() string {
	s := annee(l.Jour.Annee()) + ", catégorie" + texte.Insecable + annee(l.Plafonds.Categorie)
	if l.Plafonds.Supp > 0 {
		s += " et " + texte.Pluriel(l.Plafonds.Supp, "personne supplémentaire", "personnes supplémentaires")
	}
	return s
}

// motPriorite is a priority in a word: « Priorité J », « DALO ».
func motPriorite(code string) string {
	if len(code) <= 2 {
		return "Priorité " + code
	}
	return code
}

func (l Lecture) priorites() string {
	return strings.Join(l.libelles("priorite", l.D.Priorites), " ; ")
}

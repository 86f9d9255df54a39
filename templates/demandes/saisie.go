// Package demandes shows a dossier: the saisie, tab after tab, its reading, the
// pages of its acts.
//
// Start with saisie.templ, the frame of the saisie; each tab is a file
// onglet_*.templ.
package demandes

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/doublons"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
	"imhoweb/templates/components"
)

// Saisie is the screen of a working copy, on one of its tabs.
type Saisie struct {
	Onglet     champs.Onglet
	Champs     components.Saisie // what the fields show
	Demande    *demandes.Demande // what the typed values say
	Travail    *demandes.Saisie  // the working copy; ID 0 when nothing is kept yet
	Ref        *referentiels.Referentiels
	Session    habilitations.Session
	Jour       jour.Date
	Erreurs    fault.Fields // of every tab, shown in the summary
	Alertes    demandes.Alertes
	Etats      map[champs.Onglet]components.EtatOnglet
	Fait       int // compulsory facts given
	Total      int
	Guichets   []components.Choix    // open, of the agent's organisme
	Personne   string                // subject shown by the tab Métier
	Ajoutees   map[string][]int      // keys of the empty lines to show
	Doublons   *doublons.Trouvailles // nil when they were not looked for
	SansMotif  bool                  // a reason is asked for
	Perimees   []Perimee             // values that somebody else changed meanwhile
	Reprise    bool                  // typed before the session ended, not kept yet
	Modifie    bool                  // what is shown isn't kept
	Plafonds   demandes.PlafondsMenage
	Evenements []demandes.EvenementLu
	Anomalie   string // sentence of a refusal that concerns no field
}

// Perimee is a field typed on a page older than what is kept.
type Perimee struct {
	Nom           string
	Tapee, Gardee string // raw values
}

// Devenue is a form whose dossier takes it no more.
type Devenue struct {
	Ref     *referentiels.Referentiels
	Titre   string
	Phrase  string // what happened meanwhile
	Numero  string // of the demande, "" when there is none any more
	Onglet  champs.Onglet
	Lignes  []Perimee             // what was typed, and what the demande holds
	Dernier *demandes.EvenementLu // what happened last to the demande
	Action  string                // where the button takes what was typed, "" for nowhere
	Bouton  string
	Envoi   map[string]string
}

func (v Devenue) lisible(nom, valeur string) string { return Lisible(v.Ref, nom, valeur) }

// Creation tells whether the saisie registers a new demande.
func (e Saisie) Creation() bool { return e.Travail.Sorte == demandes.SaisieCreation }

// Nouvelle tells that no draft exists yet: reading the page made none.
func (e Saisie) Nouvelle() bool { return e.Creation() && e.Demande.ID == 0 }

// Numero names the dossier in addresses.
func (e Saisie) Numero() string {
	if e.Demande.NumeroUnique != "" {
		return e.Demande.NumeroUnique
	}
	return "b-" + strconv.FormatInt(e.Demande.ID, 10)
}

// Adresse is that of a tab of this saisie.
func (e Saisie) Adresse(o champs.Onglet) string {
	if e.Nouvelle() {
		return "/demandes/nouvelle"
	}
	return AdresseSaisie(e.Numero(), o, e.Travail.Sorte, nil, "")
}

// AdresseSaisie is that of a tab of a saisie, with parameters and an anchor.
func AdresseSaisie(numero string, o champs.Onglet, sorte demandes.Sorte, q url.Values, ancre string) string {
	if q == nil {
		q = url.Values{}
	}
	if sorte != demandes.SaisieCreation {
		q.Set("saisie", string(sorte))
	}
	u := url.URL{Path: "/demandes/" + numero + "/" + string(o), RawQuery: q.Encode(), Fragment: ancre}
	return u.String()
}

// NomDemandeur is how people call the dossier; "" when nobody is named yet.
func NomDemandeur(d *demandes.Demande) string {
	if d.PersonneMorale {
		return texte.Capitales(d.Morale.RaisonSociale)
	}
	return components.NomPersonne(d.Demandeur.Nom, d.Demandeur.Prenom)
}

func (e Saisie) sousTitre() string {
	debut := "Nouvelle demande"
	switch e.Travail.Sorte {
	case demandes.SaisieModification:
		debut = "Modification"
	case demandes.SaisieRenouvellement:
		debut = "Renouvellement"
	}
	if nom := NomDemandeur(e.Demande); nom != "" {
		return debut + ", " + nom
	}
	return debut
}

func (e Saisie) libelle(domaine, code string) string { return e.Ref.Libelle(domaine, code) }

// champ shows a field.
func (e Saisie) champ(nom string, options ...components.Option) templ.Component {
	return components.Champ(e.Champs, nom, options...)
}

func (e Saisie) valeur(nom string) string { return e.Champs.F.Get(nom) }

// cles lists the lines of a kind to show: those that hold a value, and the
// empty ones asked for.
func (e Saisie) cles(sorte string) []int {
	vues := map[int]bool{}
	for nom, v := range e.Champs.F.Valeurs {
		if n, ok := cleDe(nom, sorte); ok && v != "" {
			vues[n] = true
		}
	}
	for _, n := range e.Ajoutees[sorte] {
		vues[n] = true
	}
	return slices.Sorted(maps.Keys(vues))
}

func cleDe(nom, sorte string) (int, bool) {
	reste, ok := strings.CutPrefix(nom, sorte+".")
	cle, _, plus := strings.Cut(reste, ".")
	n, err := strconv.Atoi(cle)
	return n, ok && plus && err == nil && n > 0 && n < 1000
}

// personnes lists those that a line may name, in the order of the form.
func (e Saisie) personnes() []components.Choix {
	var l []components.Choix
	for _, t := range e.Demande.Titulaires() {
		l = append(l, components.Choix{Code: t.Sujet(), Libelle: nommer(champs.SujetLibelle(t.Sujet()+".nom"), t.Prenom)})
	}
	for i := range e.Demande.Occupants {
		o := &e.Demande.Occupants[i]
		prenom := o.Prenom
		if o.Role == demandes.RoleGarde {
			prenom = o.Naissance.String()
		}
		l = append(l, components.Choix{Code: o.Sujet(), Libelle: nommer(champs.SujetLibelle(o.Sujet()+".nom"), prenom)})
	}
	return l
}

func nommer(sujet, prenom string) string {
	if prenom == "" {
		return sujet
	}
	return sujet + ", " + prenom
}

// titulaire is the person that the tab Métier shows.
func (e Saisie) titulaire() *demandes.Titulaire {
	for _, t := range e.Demande.Titulaires() {
		if t.Sujet() == e.Personne {
			return t
		}
	}
	return &e.Demande.Demandeur
}

// age is the age typed under a birth date, beside its format.
func (e Saisie) age(nom string) components.Option {
	d, err := jour.Parse(e.valeur(nom))
	if err != nil || d.IsZero() || d.Apres(e.Jour) {
		return components.Aide("JJ/MM/AAAA")
	}
	return components.Aide(texte.Pluriel(d.Age(e.Jour), "an", "ans"))
}

// mineur tells whether the emancipation has to be asked.
func (e Saisie) mineur(sujet string) bool {
	d, err := jour.Parse(e.valeur(sujet + ".naissance"))
	return e.valeur(sujet+".emancipe") != "" || err == nil && !d.IsZero() && d.Age(e.Jour) < 18
}

// enregistreA says when the working copy was last kept.
func (e Saisie) enregistreA() string {
	t := e.Travail.ModifieLe
	if t.IsZero() {
		return ""
	}
	return quand(t, e.Jour)
}

func quand(t time.Time, le jour.Date) string {
	if jour.DeTime(t) == le {
		return "à " + components.Heure(t)
	}
	return "le " + components.DateHeure(t)
}

// vers tells where a field stands: an anchor of this tab, or a tab to go to.
func (e Saisie) vers(nom string) (aller string, ici bool) {
	c, ok := champs.Nom(nom)
	if nom == "demande.guichet" || !ok {
		return "", true
	}
	if c.Onglet != e.Onglet {
		return string(c.Onglet) + "#" + nom, false
	}
	if c.Onglet == champs.Metier && !strings.HasPrefix(nom, e.Personne+".") {
		return string(c.Onglet) + "#" + nom, false
	}
	return "", true
}

// CleAlerte names the box that accepts an alerte: it changes with the value.
func CleAlerte(a demandes.Alerte) string {
	h := sha256.Sum256([]byte(a.Code + "\n" + a.Message))
	return "alerte." + hex.EncodeToString(h[:8])
}

// concerne tells whether the typed value of a field is among those.
func (e Saisie) concerne(nom string, valeurs ...string) bool {
	v := e.valeur(nom)
	return v == "" || slices.Contains(valeurs, v)
}

// si is a group that concerns some answers to a field only. It stays in the
// page, quieter when it doesn't apply.
func (e Saisie) si(nom string, valeurs ...string) templ.Attributes {
	classe := "groupe-si"
	if !e.concerne(nom, valeurs...) {
		classe += " sans-objet"
	}
	return templ.Attributes{"class": classe, "data-imhoweb-si": nom, "data-imhoweb-valeurs": strings.Join(valeurs, ",")}
}

func ligne(sorte string, cle int) string { return fmt.Sprintf("%s.%d", sorte, cle) }

// lisible writes a raw value as people read it.
func (e Saisie) lisible(nom, valeur string) string { return Lisible(e.Ref, nom, valeur) }

// Lisible writes the raw value of a field as people read it.
func Lisible(ref *referentiels.Referentiels, nom, valeur string) string {
	c, _ := champs.Nom(nom)
	switch {
	case valeur == "" && c.Type == champs.Case:
		return "non"
	case valeur == "":
		return "vide"
	case c.Type == champs.Case:
		return "oui"
	case c.Type == champs.OuiNon:
		return map[string]string{"O": "oui", "N": "non"}[valeur]
	case c.Nomenclature != "":
		return ref.Libelle(c.Nomenclature, valeur)
	}
	return valeur
}

// NomChamp names a field with its subject: « Co-demandeur, Prénom ».
func NomChamp(ref *referentiels.Referentiels, nom string) string {
	c, ok := champs.Nom(nom)
	if !ok {
		return nom
	}
	l := c.Libelle
	if c.Type == champs.Case && c.Nomenclature != "" {
		l += " " + ref.Libelle(c.Nomenclature, nom[strings.LastIndexByte(nom, '.')+1:])
	}
	if s := champs.SujetLibelle(nom); s != "" && s != "Demandeur" {
		l = s + ", " + l
	}
	return l
}

// deplier sends the saisie when a box changes what the tab holds.
var deplier = components.Avec(templ.Attributes{"data-imhoweb-envoyer": true})

// siCase is si for a box.
func (e Saisie) siCase(nom string, cochee bool) templ.Attributes {
	a := e.si(nom, map[bool]string{true: "1", false: ""}[cochee])
	classe := "groupe-si"
	if (e.valeur(nom) != "") != cochee {
		classe += " sans-objet"
	}
	a["class"] = classe
	return a
}

// Auteur says who did what, and when: « L. ROUX (Promologis) à 09:14 ».
func Auteur(ev demandes.EvenementLu) string {
	prenom, nom, ok := strings.Cut(ev.Auteur, " ")
	if !ok || prenom == "" {
		return ev.Auteur
	}
	return string([]rune(prenom)[0]) + ". " + nom + " (" + ev.Organisme + ") " + quand(ev.Quand, jour.Aujourdhui())
}

// Package gestion shows the list of the demandes and its criteria.
package gestion

import (
	"net/url"
	"strconv"
	"strings"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/gestion"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
	"imhoweb/templates/components"
)

// Ecran is the whole screen.
type Ecran struct {
	Form      *form.Form // criteria as typed, with their mistakes
	Criteres  gestion.Criteres
	Recherche string // identifier of the names kept on the server, "" for none
	Perdue    bool   // the names of this address aren't kept any more
	Vue       gestion.Vue
	Liste     gestion.Liste
	Sortie    Sortie // a wider search, when this one finds nothing
	Ref       *referentiels.Referentiels
	Densite   string
}

// Sortie is a wider search and what it finds.
type Sortie struct {
	Libelle string
	Adresse string
	Nombre  int
}

// Illisible tells that a criterion couldn't be read: there is no list.
func (e Ecran) Illisible() bool { return len(e.Form.Erreurs) > 0 }

// Adresse is the first page of the search, as shown by v.
func (e Ecran) Adresse(v gestion.Vue) string { return e.adresse("/demandes", v) }

func (e Ecran) adresse(chemin string, v gestion.Vue, plus ...string) string {
	q := e.Criteres.Query()
	if e.Recherche != "" {
		q.Set("r", e.Recherche)
	}
	for nom, l := range v.Query() {
		q[nom] = l
	}
	for i := 0; i+1 < len(plus); i += 2 {
		q.Set(plus[i], plus[i+1])
	}
	if len(q) == 0 {
		return chemin
	}
	return chemin + "?" + q.Encode()
}

// gardes are the hidden fields of a form that keeps the search and changes one
// thing.
func (e Ecran) gardes(sauf string) []components.Choix {
	u, err := url.Parse(e.Adresse(e.Vue))
	if err != nil { // built by us
		return nil
	}
	var l []components.Choix
	for nom, valeurs := range u.Query() {
		for _, v := range valeurs {
			if nom != sauf {
				l = append(l, components.Choix{Code: nom, Libelle: v})
			}
		}
	}
	return l
}

func (e Ecran) pages() components.Pages {
	l, v := e.Liste, e.Vue
	p := components.Pages{Debut: l.Rang, Fin: l.Rang + len(l.Lignes) - 1, Total: l.Total}
	if l.Precedente {
		p.Premiere = e.Adresse(v)
		p.Precedente = e.adresse("/demandes", v, "avant", numero(l.Lignes[0].ID), "rang", strconv.Itoa(max(1, l.Rang-v.Taille)))
	}
	if l.Suivante {
		p.Suivante = e.adresse("/demandes", v, "apres", numero(l.Lignes[len(l.Lignes)-1].ID), "rang", strconv.Itoa(p.Fin+1))
		p.Finale = e.adresse("/demandes", v, "dernier", "1")
	}
	return p
}

// page is where the list stands, in pages (R-REC-20).
func (e Ecran) page() (n, sur int) {
	return (e.Liste.Rang+e.Vue.Taille-2)/e.Vue.Taille + 1, (e.Liste.Total + e.Vue.Taille - 1) / e.Vue.Taille
}

func (e Ecran) tri() components.Tri {
	return components.Tri{Par: e.Vue.Tri, Desc: e.Vue.Desc, Adresse: func(par string, desc bool) string {
		v := e.Vue
		v.Tri, v.Desc = par, desc
		return e.Adresse(v)
	}}
}

// premiereDuGroupe tells that the row opens a group of the rupture.
func (e Ecran) premiereDuGroupe(i int) bool {
	return e.Vue.Rupture != "" && (i == 0 || e.Liste.Lignes[i-1].Groupe != e.Liste.Lignes[i].Groupe)
}

// titreGroupe names a group: « État : Active ».
func (e Ecran) titreGroupe(code string) string {
	c, valeur := champs.Get(e.Vue.Rupture), "non renseigné"
	if code != "" {
		valeur = gestion.LibelleDe(e.Ref, c, code)
	}
	return c.LibelleCourt() + texte.Insecable + ": " + valeur
}

// introuvable says what was sought and not found.
func (e Ecran) introuvable() string {
	return "Aucune demande ne correspond à" + texte.Insecable + ": " + e.Criteres.Phrase(e.Ref) + "."
}

// situations is the family situation of the demandeur, then of the co-demandeurs.
func (e Ecran) situations(l gestion.Ligne) string {
	var mots []string
	for _, p := range l.Personnes {
		if p.Situation != "" {
			mots = append(mots, e.Ref.Libelle("situation_familiale", p.Situation))
		}
	}
	if len(mots) == 0 && l.SituationFamiliale != "" {
		mots = append(mots, e.Ref.Libelle("situation_familiale", l.SituationFamiliale))
	}
	return strings.Join(mots, ` \ `)
}

// nomDe is a person as lists show it: NOM Prénom.
func nomDe(p gestion.Personne) string { return components.NomPersonne(p.Nom, p.Prenom) }

// personnes is the whole text of a cell that may be cut.
func personnes(l gestion.Ligne) string {
	var noms []string
	for _, p := range l.Personnes {
		n := nomDe(p)
		if p.Naissance != "" {
			n += " (" + p.Naissance + ")"
		}
		noms = append(noms, n)
	}
	return strings.Join(noms, ` \ `)
}

func nomLigne(l gestion.Ligne) string {
	if len(l.Personnes) == 0 {
		return "Demandeur non renseigné"
	}
	return nomDe(l.Personnes[0])
}

func jourDe(l gestion.Ligne) string { return jour.DeTime(l.CreeLe).String() }

func numero(id int64) string { return strconv.FormatInt(id, 10) }

// etats are the choices of the criterion État (R-REC-06).
func etats() []components.Choix {
	l := []components.Choix{{Code: "", Libelle: "Tous sauf radiées"}}
	for _, x := range demandes.Etats {
		if x.Code == "EFFACEE" {
			continue
		}
		l = append(l, components.Choix{Code: x.Code, Libelle: x.Libelle})
		if x.Code == "ACTIVE" {
			l = append(l, components.Choix{Code: gestion.EtatIncomplete, Libelle: "Incomplète (NU)"})
		}
	}
	return append(l, components.Choix{Code: gestion.EtatTous, Libelle: "Tous, radiées comprises"})
}

// codes are the values of a nomenclature, closed ones included: old dossiers
// have them.
func (e Ecran) codes(code string) []components.Choix {
	l := []components.Choix{{Code: "", Libelle: "Indifférent"}}
	for _, c := range e.Ref.Nomenclature(champs.Get(code).Nomenclature) {
		if code == "demande.nature" && c.Code == "IN" {
			continue // a flag, not a nature (conception §11)
		}
		l = append(l, components.Choix{Code: c.Code, Libelle: c.Libelle})
	}
	return l
}

// guichets are those of every organisme, by code.
func (e Ecran) guichets() []components.Choix {
	l := []components.Choix{{Code: "", Libelle: "Indifférent"}}
	for _, o := range e.Ref.Organismes() {
		for _, g := range e.Ref.Guichets(o.Code) {
			l = append(l, components.Choix{Code: g.Code, Libelle: g.Code + " " + g.Nom})
		}
	}
	return l
}

// choisie adds to the choices a value that isn't one of them, so that sending
// the form again keeps it: several codes come from other screens.
func (e Ecran) choisie(code string, choix []components.Choix) []components.Choix {
	v := e.Form.Get(code)
	for _, c := range choix {
		if c.Code == v {
			return choix
		}
	}
	return append(choix, components.Choix{Code: v, Libelle: gestion.LibellesDe(e.Ref, champs.Get(code), strings.Split(v, ","))})
}

// autres tells that one of the criteria of the folded part is set.
func (e Ecran) autres() bool {
	for _, nom := range []string{"demande.date_echeance.du", "demande.date_echeance.au", "demande.nature", "demande.guichet"} {
		if e.Form.Get(nom) != "" {
			return true
		}
	}
	return false
}

func criteres(n int) string {
	return components.Pluriel(n, "aucun", "critère", "critères")
}

// action is a choice of the lists Action and Édition: those that the rights
// open and that work.
func actions(s habilitations.Session) []components.Choix {
	l := []components.Choix{{Code: "ouvrir", Libelle: "Ouvrir"}}
	if s.Peut(habilitations.RenouvelerDemande) {
		l = append(l, components.Choix{Code: "renouveler", Libelle: "Renouveler"})
	}
	if s.Peut(habilitations.RadierDemande) {
		l = append(l, components.Choix{Code: "radier", Libelle: "Radier…"})
	}
	return l
}

func editions(s habilitations.Session) []components.Choix {
	var l []components.Choix
	if s.Peut(habilitations.EditerAttestation) {
		l = append(l, components.Choix{Code: "attestations", Libelle: "Attestations (PDF)"})
	}
	if s.Peut(habilitations.ExporterDemandes) {
		l = append(l, components.Choix{Code: "liste", Libelle: "Liste (CSV)"})
	}
	return l
}

// toutes tells whether the whole search may be ticked: more than the page.
func (e Ecran) toutes() bool { return e.Liste.Total > len(e.Liste.Lignes) }

// titreExport says what the button gives, and how.
func (e Ecran) titreExport() string {
	t := "Fichier CSV : " + texte.Pluriel(e.Liste.Total, "demande", "demandes")
	if e.Liste.Total > gestion.ExportDirect {
		t += ", préparé en arrière-plan"
	}
	return t
}

func (e Ecran) libelleToutes() string {
	return "Toutes les " + texte.Milliers(e.Liste.Total) + texte.Insecable + "demandes"
}

// Package journal shows who did what with the file, to who may read it.
package journal

import (
	"net/url"
	"strconv"

	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
	"imhoweb/templates/administration"
	"imhoweb/templates/components"
	"imhoweb/templates/layout"
)

// Addresses of the module.
const (
	Racine      = "/administration/journal"
	Changements = Racine + "/changements"
	Alertes     = Racine + "/alertes"
)

// Dossier is the address of the accesses to a demande.
func Dossier(numero string) string { return Racine + "/dossiers/" + url.PathEscape(numero) }

// AdresseAlerte is that of an alerte.
func AdresseAlerte(id int64) string { return Alertes + "/" + strconv.FormatInt(id, 10) }

// Filtres is a filter as it was typed, and what it offers.
type Filtres struct {
	Chemin     string // of the list
	Filtre     journal.Filtre
	Du, Au     string // as typed
	Erreurs    fault.Fields
	Organismes []components.Choix
	Objets     []components.Choix // of changes
	Agent      string             // name of the agent that a link chose
}

// Choisi tells that some rows are left out.
func (f Filtres) Choisi() bool {
	return f.Filtre != (journal.Filtre{}) || len(f.Erreurs) > 0
}

// Adresse is the list with these criteria, at a place; the zero one is its beginning.
func (f Filtres) Adresse(chemin string, q url.Values) string {
	tout := f.Filtre.Query()
	for nom, v := range q {
		tout[nom] = v
	}
	if len(tout) == 0 {
		return chemin
	}
	return chemin + "?" + tout.Encode()
}

// EcranAcces is the list of accesses.
type EcranAcces struct {
	Filtres
	Page  journal.Page[journal.Acces]
	Alert int // alertes that wait
}

// EcranChangements is the list of changes.
type EcranChangements struct {
	Filtres
	Page journal.Page[journal.ChangementLu]
}

// EcranDossier is who opened a demande.
type EcranDossier struct {
	Numero string
	Page   journal.Page[journal.Acces]
}

// EcranAlerte is one alerte, to be treated.
type EcranAlerte struct {
	Alerte      journal.Alerte
	Commentaire string // as typed
	Version     int    // of the alerte as the auditor read it
	Erreurs     fault.Fields
	Conflit     bool
}

func (e EcranAlerte) formulaire() *form.Form {
	return &form.Form{Valeurs: map[string]string{"commentaire": e.Commentaire}, Erreurs: e.Erreurs}
}

// pages gives the ways from a page to the others.
func pages[T any](p journal.Page[T], adresse func(url.Values) string) components.Pages {
	n := len(p.Lignes)
	c := components.Pages{Debut: p.Place.Debut, Fin: p.Place.Debut + n - 1, Total: p.Total}
	if p.Precedente {
		c.Premiere = adresse(nil)
		c.Precedente = adresse(url.Values{"avant": {strconv.FormatInt(p.Place.Avant, 10)}, "debut": {strconv.Itoa(max(1, p.Place.Debut-journal.Taille))}})
	}
	if p.Suivante {
		c.Suivante = adresse(url.Values{"apres": {strconv.FormatInt(p.Place.Apres, 10)}, "debut": {strconv.Itoa(p.Place.Debut + n)}})
		if !p.Tronque {
			c.Finale = adresse(url.Values{"dernier": {"1"}})
		}
	}
	return c
}

func page(titre string, fil ...layout.Lien) layout.Page {
	p := layout.Page{Titre: titre, Module: "administration", Actions: volets()}
	if len(fil) > 0 {
		fil = append([]layout.Lien{{Libelle: "Journal", Adresse: Racine}}, fil...)
	} else {
		fil = []layout.Lien{{Libelle: "Journal"}}
	}
	p.Fil = administration.Fil(fil...)
	return p
}

// agent names who acted.
func agent(id int64, nom, prenom string) string {
	switch {
	case nom != "":
		return components.NomPersonne(nom, prenom)
	case id != 0:
		return "compte n°" + texte.Insecable + strconv.FormatInt(id, 10)
	}
	return ""
}

// auteur names who changed something: the server itself when nobody did.
func auteur(c journal.ChangementLu) string {
	if c.Utilisateur == 0 {
		return "Imhoweb"
	}
	return agent(c.Utilisateur, c.Nom, c.Prenom)
}

// criteres says a search, or what else the access holds.
func criteres(a journal.Acces) string {
	if a.ParNom && a.Criteres == "" {
		return "recherche par nom"
	}
	return a.Criteres
}

func nombre(n *int) string {
	if n == nil {
		return ""
	}
	return components.Nombre(*n)
}

// acte is a verb of the journal of changes as it is read.
func acte(code string) string {
	if code == "creer" {
		return "créer"
	}
	return code
}

// objets are the kinds of things whose code isn't their French.
var objets = map[string]string{"acces": "accès", "parametre": "paramètre"}

// Objet is the French of a kind of thing.
func Objet(code string) string {
	if l, ok := objets[code]; ok {
		return l
	}
	return code
}

// Auteur, Acte and Agent are for the files.
func Auteur(c journal.ChangementLu) string { return auteur(c) }

// Acte is the French of a verb.
func Acte(code string) string { return acte(code) }

// Agent names who acted, "" when nobody was connected.
func Agent(id int64, nom, prenom string) string { return agent(id, nom, prenom) }

// Criteres is what an access looked for.
func Criteres(a journal.Acces) string { return criteres(a) }

func differences(c journal.ChangementLu) []components.Difference {
	var l []components.Difference
	for _, d := range c.Differences() {
		l = append(l, components.Difference{Fait: d.Champ, Avant: d.Avant, Apres: d.Apres})
	}
	return l
}

// accesDe is what the agent of an alerte did those days.
func accesDe(a journal.Alerte) string {
	f := journal.Filtre{Utilisateur: a.Utilisateur, Du: jour.DeTime(a.Debut), Au: jour.DeTime(a.Fin)}
	if a.Demande != 0 {
		f.Numero = a.NumeroUnique
	}
	return Filtres{Filtre: f}.Adresse(Racine, nil)
}

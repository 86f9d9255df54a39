// Package champs is the catalogue of every coded or searchable fact of a
// demande: what it is called, how it is typed, who may see it, where it stands
// in the search row, and what it may serve as. Forms, criteria, columns,
// exports and history read it, so that adding a criterion is one entry.
//
// The form's fields are flat names "sujet.code", "sujet.cle.code" for the nth
// person or line ("demandeur.nom", "cotitulaire.1.nom", "choix.3"); Nom finds
// the entry of such a name. Start with catalogue.go, the tables.
package champs

import (
	"strings"

	"imhoweb/internal/habilitations"
)

// Type says how a fact is typed, checked and shown.
type Type int

// Types of fact.
const (
	Texte      Type = iota // one line
	TexteLong              // several lines
	NomPropre              // shown in capitals by rule
	Code                   // code of a nomenclature
	Date                   // jour.Date
	Montant                // whole euros
	Entier                 // integer
	Case                   // a box: "1" or empty
	OuiNon                 // three states: "O", "N" or empty (not given)
	Commune                // INSEE code, typed by name or postcode
	Territoire             // code of a commune or quartier of the file
	Telephone
	Courriel
	CodePostal
	Siret
	Nir
	Numero // identifier kept as text
)

// Obligation says when a fact must be given.
type Obligation int

// Obligations (column « Obl. » of the form's field list).
const (
	Facultatif   Obligation = iota
	Creation                // blocks the registration
	Instruction             // doesn't block it, asked for at instruction
	Conditionnel            // a rule of the domain decides
)

// Usage is what a fact may serve as.
type Usage uint

// Usages.
const (
	EnCritere Usage = 1 << iota
	EnColonne
	EnTri
	EnRupture
	EnExport
	EnHistorique
)

// Onglet is one of the tabs of the form; its value is the segment of the URL.
type Onglet string

// Tabs, in order (R-SAI-14…21).
const (
	Identite          Onglet = "identite"
	Coordonnees       Onglet = "coordonnees"
	Occupants         Onglet = "occupants"
	Metier            Onglet = "metier"
	Ressources        Onglet = "ressources"
	LogementActuel    Onglet = "logement-actuel"
	LogementRecherche Onglet = "logement-recherche"
	Historique        Onglet = "historique"
)

// Onglets lists the tabs with their original labels, long forms for the abbreviated ones.
var Onglets = []struct {
	Code            Onglet
	Libelle, Entier string
}{
	{Identite, "Identité", ""},
	{Coordonnees, "Coordonnées", ""},
	{Occupants, "Occupants", ""},
	{Metier, "Métier", ""},
	{Ressources, "Ressources/Revenus", ""},
	{LogementActuel, "Log.actuel", "Logement actuel"},
	{LogementRecherche, "Log.recherché", "Logement recherché"},
	{Historique, "Historique", ""},
}

// Libelle is the whole name of the tab.
func (o Onglet) Libelle() string {
	for _, x := range Onglets {
		if x.Code == o {
			if x.Entier != "" {
				return x.Entier
			}
			return x.Libelle
		}
	}
	return string(o)
}

// Champ is one fact. SQL and Predicat may use @champ_organisme, the organisme
// of the session.
type Champ struct {
	Code         string // unique: "titulaire.nom"
	Libelle      string // as on the form
	Court        string // column heading; Libelle when empty
	Aide         string // one sentence under the field
	Type         Type
	Nomenclature string // domaine of a Code
	Max          int    // longest text, largest number; 0: the type's own bound
	Onglet       Onglet
	Cerfa        bool // a heading of the national form (R-SAI-40)
	Obligation   Obligation
	Droit        habilitations.Droit // needed to see it; empty: that of the dossier
	SQL          string              // expression over the list's row, alias d; empty: not listed
	Predicat     string              // criterion on the set @valeurs, when it isn't SQL = any(@valeurs)
	Sert         Usage
}

// LibelleCourt is the heading of a column.
func (c Champ) LibelleCourt() string {
	if c.Court != "" {
		return c.Court
	}
	return c.Libelle
}

// sujets gives the catalogue group of the subjects that share one.
var sujets = map[string]string{"demandeur": "titulaire", "cotitulaire": "titulaire"}

// SujetLibelle names the subject of a form field: "Co-demandeur 2".
func SujetLibelle(nom string) string {
	sujet, reste, _ := strings.Cut(nom, ".")
	cle, _, plusieurs := strings.Cut(reste, ".")
	l, ok := libellesSujets[sujet]
	if !ok {
		return ""
	}
	if plusieurs && estCle(cle) && cle != "1" {
		return l + " " + cle
	}
	return l
}

var libellesSujets = map[string]string{
	"demandeur": "Demandeur", "cotitulaire": "Co-demandeur", "charge": "Personne à charge", "garde": "Enfant en garde",
	"autre": "Autre personne", "handicap": "Handicap", "ressource": "Ressource", "versee": "Pension versée",
	"courrier": "Adresse de courrier", "accompagnement": "Accompagnement", "rfr": "Revenu fiscal",
}

// Nom finds the entry of a form field's name.
func Nom(nom string) (Champ, bool) {
	if c, ok := parCode[nom]; ok { // "motif.1": the digit is part of the code
		return c, true
	}
	parts := strings.Split(nom, ".")
	if g, ok := sujets[parts[0]]; ok {
		parts[0] = g
	}
	utiles := parts[:1:1]
	for _, p := range parts[1:] {
		if !estCle(p) {
			utiles = append(utiles, p)
		}
	}
	for n := len(utiles); n > 0; n-- { // "titulaire.collecteur.ALS" is the entry "titulaire.collecteur"
		if c, ok := parCode[strings.Join(utiles[:n], ".")]; ok {
			return c, true
		}
	}
	return Champ{}, false
}

// estCle tells the key of a person or line: digits only.
func estCle(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Get finds an entry by its code; an unknown code is a programming error.
func Get(code string) Champ {
	c, ok := parCode[code]
	if !ok {
		panic("champ inconnu : " + code)
	}
	return c
}

// Tous lists the catalogue in the order of the form.
func Tous() []Champ { return catalogue }

// AvecUsage lists the entries that may serve as u, in the order of the form.
func AvecUsage(u Usage) []Champ {
	var l []Champ
	for _, c := range catalogue {
		if c.Sert&u != 0 {
			l = append(l, c)
		}
	}
	return l
}

var parCode = func() map[string]Champ {
	m := make(map[string]Champ, len(catalogue))
	for _, c := range catalogue {
		if _, deux := m[c.Code]; deux {
			panic("champ en double : " + c.Code)
		}
		m[c.Code] = c
	}
	return m
}()

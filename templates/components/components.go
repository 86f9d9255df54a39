// Package components holds what screens are made of: fields driven by the
// catalogue, tabs, states, messages, pages of a list, pictograms. They carry
// the label, the help, the mistake and the keyboard, so that every screen
// inherits them.
//
// Start with champ.go: Saisie and Champ.
package components

import (
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels"
)

// Nomenclatures is what fields need of the référentiels.
type Nomenclatures interface {
	// Libelle gives the label of a code, closed or not.
	Libelle(domaine, code string) string
	// Ouvertes lists, in order, the values open that day and those already chosen.
	Ouvertes(domaine string, le jour.Date, dejaChoisis ...string) []referentiels.Code
}

// Sorte is what a message is about.
type Sorte string

// Kinds of message.
const (
	Info      Sorte = ""
	Succes    Sorte = "succes"
	Attention Sorte = "alerte" // says a fact and lets go on
	Erreur    Sorte = "erreur"
)

func (s Sorte) classe() string {
	if s == Info {
		return "message"
	}
	return "message message-" + string(s)
}

func (s Sorte) icone() string {
	switch s {
	case Succes:
		return "circle-check"
	case Attention:
		return "alert-triangle"
	case Erreur:
		return "alert-circle"
	}
	return "info-circle"
}

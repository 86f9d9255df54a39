// Package administration is the front page of the module: one card for each
// screen that the profile opens.
package administration

import (
	"imhoweb/internal/habilitations"
	"imhoweb/templates/administration"
)

// Headings of the page.
const (
	agents   = "Organismes et agents"
	listes   = "Référentiels et paramètres"
	controle = "Contrôle et conservation"
)

// sections lists the screens of the module, in the order of the page. A screen
// adds its line here, under its heading.
var sections = []administration.Section{
	// Organismes et agents

	// Référentiels et paramètres

	// Contrôle et conservation
	{controle, "Travaux", "Ce qui tourne en arrière-plan : calendrier de nuit, exports, échecs à relancer.", "/administration/travaux", "clock", habilitations.GererTravaux},
}

// ouvertes keeps those that the session may open.
func ouvertes(s habilitations.Session) []administration.Section {
	var l []administration.Section
	for _, x := range sections {
		if s.Peut(x.Droit) {
			l = append(l, x)
		}
	}
	return l
}

// Package connexion holds the screens of the door: login, change of password.
package connexion

import (
	"github.com/a-h/templ"

	"imhoweb/internal/administration"
	"imhoweb/internal/champs"
	"imhoweb/internal/platform/form"
	"imhoweb/templates/components"
)

// Ecran is what the login and the change of password show.
type Ecran struct {
	F           *form.Form
	ParCourriel bool // the courriel instead of nom and prénom
	Motif       Motif
	Refus       string                 // one sentence, the same for all causes
	Choix       []administration.Choix // organismes to choose from
	Suite       string                 // seal of the proven password
	Preuve      string                 // the same, when the second factor remains
	MentionCnil string
	Donnees     string
}

// Motif is why one comes to the door.
type Motif struct {
	Titre, Texte string
	Succes       bool
}

// champ is a field of the door. All must be filled, so none is marked; password
// managers are welcome, completion tells them what it is (R-CNX-07).
func champ(nom, libelle string, sorte champs.Type, completion, aide string) components.Controle {
	return components.Controle{Nom: nom, Libelle: libelle, Type: sorte, Aide: aide,
		Avec: templ.Attributes{"autocomplete": completion, "aria-required": "true"}}
}

// secret is a password.
func secret(nom, libelle, completion, aide string) components.Controle {
	c := champ(nom, libelle, champs.Numero, completion, aide)
	c.Secret = true
	return c
}

// organisme is chosen once the password is proven, between homonyms or the
// organismes of one agent.
func organisme(l []administration.Choix) components.Controle {
	c := components.Controle{Nom: "organisme", Libelle: "Organisme", Type: champs.Code,
		Aide: "Demandé seulement quand deux agents portent le même nom, ou quand vous travaillez pour plusieurs organismes."}
	for _, x := range l {
		c.Choix = append(c.Choix, components.Choix{Code: x.Organisme, Libelle: x.OrganismeNom})
	}
	return c
}

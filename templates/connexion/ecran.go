// Package connexion holds the screens of the door: login, change of password.
package connexion

import (
	"imhoweb/internal/administration"
	"imhoweb/internal/platform/form"
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

// champ is a field of these screens, which the catalogue doesn't describe.
type champ struct {
	f                   *form.Form
	nom, libelle, type_ string
	completion          string // autocomplete: password managers are welcome (R-CNX-07)
	aide                string
}

func (c champ) decrit() string {
	d := ""
	if c.f.Erreur(c.nom) != "" {
		d = c.nom + "__faute"
	}
	if c.aide != "" {
		if d != "" {
			d += " "
		}
		d += c.nom + "__aide"
	}
	return d
}

// valeur is never that of a password.
func (c champ) valeur() string {
	if c.type_ == "password" {
		return ""
	}
	return c.f.Get(c.nom)
}

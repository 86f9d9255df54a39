package layout

import (
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// module is an entry of the first level of the menu.
type module struct {
	code, libelle, adresse string
	droit                  habilitations.Droit
}

// modules lists those that exist, in the order of the menu (R-MEN-03…10). A
// module that the profile doesn't open isn't shown (R-MEN-11).
var modules = []module{
	{"demande", "Demande", "/demandes", habilitations.ConsulterDemande},
	{"administration", "Administration", "/administration", habilitations.Administrer},
}

func modulesDe(s habilitations.Session) []module {
	var l []module
	for _, m := range modules {
		if s.Peut(m.droit) {
			l = append(l, m)
		}
	}
	return l
}

// outil is a command of the header, a pictogram with a name.
type outil struct{ icone, libelle, adresse string }

// outils lists the tools that have a page (R-MEN-16…21); the quick search and
// the disconnection stand beside them.
var outils = []outil{
	{"home", "Accueil", "/"},
	{"link", "Liens utiles", "/liens-utiles"},
	{"tool", "Préférences", "/preferences"},
	{"key", "Changer de mot de passe", "/mot-de-passe"},
	{"user-circle", "Mon compte", "/compte"},
}

// lieuAgent says for whom and as what the agent acts (R-MEN-12).
func lieuAgent(s habilitations.Session) string {
	l := s.OrganismeNom
	if s.AgenceNom != "" {
		l += " · " + s.AgenceNom
	}
	return l + " · " + s.Profil()
}

func nomAgent(s habilitations.Session) string {
	return s.Prenom + " " + texte.Capitales(s.Nom)
}

// annonce is how a base that isn't the real file is told from it.
type annonce struct{ classe, nom, phrase, onglet string }

// natures are those that are announced.
var natures = map[string]annonce{
	referentiels.NatureDemonstration: {"demo-demonstration", "Base de démonstration\u00a0:", "personnes et dossiers fictifs", "[DÉMO] "},
	referentiels.NatureFormation:     {"demo-formation", "Base de formation\u00a0:", "dossiers d’exercice, rien n’y est réel", "[FORMATION] "},
}

func titreOnglet(nature, titre string) string {
	prefixe := natures[nature].onglet
	if titre == "" {
		return prefixe + "Imhoweb 31"
	}
	return prefixe + titre + " · Imhoweb 31"
}

// configHtmx keeps htmx within the content security policy, and nominative
// pages out of the browser's storage; a 422 is a screen like another.
const configHtmx = `{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"historyCacheSize":0,` +
	`"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"422","swap":true},{"code":"[45]..","swap":false,"error":true}]}`

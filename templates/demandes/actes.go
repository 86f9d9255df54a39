package demandes

import (
	"github.com/a-h/templ"

	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels"
	"imhoweb/templates/components"
	"imhoweb/templates/layout"
)

// Acte is the page that asks for an act on a registered demande, or says why
// it can't be done.
type Acte struct {
	Entete  *demandes.Entete
	Nom     string // who the demande is for
	Form    *form.Form
	Ref     *referentiels.Referentiels
	Session habilitations.Session
	Jour    jour.Date
	Refus   string                // why the act isn't possible; "" shows the form
	Dernier *demandes.EvenementLu // what happened last, shown with a refusal or a change
	Changee bool                  // the demande changed since the form was shown
}

func (a Acte) base() string { return "/demandes/" + a.Entete.NumeroUnique }

func (a Acte) page(titre string) layout.Page {
	return layout.Page{
		Titre: titre, SousTitre: a.Nom, Module: "demande",
		Fil: []layout.Lien{{Libelle: "Accueil", Adresse: "/"}, {Libelle: "Demande", Adresse: "/demandes"},
			{Libelle: "Gestion Demande", Adresse: "/demandes"}, {Libelle: a.Nom, Adresse: a.base()}, {Libelle: titre}},
	}
}

func (a Acte) champ(nom string, options ...components.Option) templ.Component {
	s := components.Saisie{F: a.Form, Noms: a.Ref, Jour: a.Jour, Session: a.Session}
	return components.Champ(s, nom, options...)
}

// effacement is when the nominative data of a demande radiated today vanish.
func (a Acte) effacement() jour.Date {
	return a.Jour.Mois(a.Ref.Entier(referentiels.EffacementApresRadiation))
}

// limiteSansReponse is the last day a radiation for no answer made today may be
// cancelled.
func (a Acte) limiteSansReponse() jour.Date {
	return a.Jour.Mois(demandes.ReactivationSansReponseMois)
}

// dernierAvertissement is the latest day of a warning that allows a radiation
// today.
func (a Acte) dernierAvertissement() jour.Date { return a.Jour.Mois(-demandes.AvertissementMois) }

// limite is the last day of the reactivation.
func (a Acte) limite() string {
	l, _ := a.Entete.LimiteReactivation()
	return l.String()
}

// renouvelle tells that the reactivation renews the demande on the same day.
func (a Acte) renouvelle() bool {
	return a.Entete.MotifRadiation == demandes.RadNonRenouvelee || a.Entete.DateEcheance.Avant(a.Jour)
}

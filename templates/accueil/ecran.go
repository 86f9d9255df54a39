// Package accueil shows the home page.
package accueil

import (
	"cmp"
	"strconv"
	"time"

	"imhoweb/internal/accueil"
	"imhoweb/internal/demandes"
	"imhoweb/internal/gestion"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
	"imhoweb/templates/components"
)

// Ecran is the home page of an agent.
type Ecran struct {
	Session  habilitations.Session
	Jour     jour.Date
	Accueil  accueil.Accueil
	Chiffres accueil.Typologie
}

func (e Ecran) peut(d habilitations.Droit) bool { return e.Session.Peut(d) }

// raccourci is an entry of the first block; its count may be unknown.
type raccourci struct {
	icone, libelle, adresse string
	nombre                  *int
}

// raccourcis are what the profile opens, the most usual first.
func (e Ecran) raccourcis() []raccourci {
	var l []raccourci
	if e.peut(habilitations.ConsulterDemande) {
		l = append(l, raccourci{"file-description", "Gestion Demande", "/demandes", nil})
	}
	if e.peut(habilitations.CreerDemande) {
		l = append(l, raccourci{"user-plus", "Nouvelle demande", "/demandes/nouvelle", nil})
	}
	if e.peut(habilitations.ConsulterDemande) {
		a := e.Accueil
		l = append(l,
			raccourci{"calendar-event", "Échéance sous " + strconv.Itoa(accueil.JoursEcheance) + texte.Insecable + "jours", liste(a.Echeances.Criteres), &a.Echeances.Nombre},
			raccourci{"calendar-x", "Échues, non renouvelées", liste(a.Echues.Criteres), &a.Echues.Nombre})
	}
	return append(l, raccourci{"link", "Liens utiles", "/liens-utiles", nil}, raccourci{"tool", "Préférences", "/preferences", nil})
}

// liste is the address of a search.
func liste(c gestion.Criteres) string { return "/demandes?" + c.Query().Encode() }

// listeBrouillons is that of the drafts of the organisme.
var listeBrouillons = liste(gestion.Criteres{Brouillons: true})

func total(l []accueil.Dossier) int {
	if len(l) == 0 {
		return 0
	}
	return l[0].Total
}

// nom names a dossier; a draft may have none yet.
func nom(d accueil.Dossier) string {
	n := components.NomPersonne(d.Nom, d.Prenom)
	if r := []rune(n); len(r) > nomLong { // of a draft: nothing bounds it before the checks
		return string(r[:nomLong]) + "…"
	}
	return cmp.Or(n, "sans nom encore")
}

// nomLong is where the name of a draft is cut: two of 50 letters and their space.
const nomLong = 101

func nee(d accueil.Dossier) string {
	if d.Naissance.IsZero() {
		return ""
	}
	return "(" + d.Naissance.String() + ")"
}

// quand is the hour today, « hier », then the date.
func (e Ecran) quand(t time.Time) string {
	switch le := jour.DeTime(t); {
	case le == e.Jour:
		return components.Heure(t)
	case le == e.Jour.Jours(-1):
		return "hier"
	default:
		return le.String()
	}
}

// reprendre is the address of a working copy.
func reprendre(d accueil.Dossier) string {
	if d.Sorte == demandes.SaisieCreation {
		return "/demandes/" + d.Numero
	}
	return "/demandes/" + d.Numero + "/identite?saisie=" + string(d.Sorte)
}

func sorte(d accueil.Dossier) string {
	if d.Sorte == demandes.SaisieRenouvellement {
		return "Renouvellement"
	}
	return "Modification"
}

// par says who typed a draft last.
func par(d accueil.Dossier) string {
	if d.Moi {
		return "vous"
	}
	return d.Auteur
}

// depassement says why the columns add up to more than the demandes (R-ACC-18).
func depassement(t accueil.Typologie) string {
	if t.Somme <= t.Demandes {
		return ""
	}
	return texte.Insecable + ": la somme des colonnes (" + components.Nombre(t.Somme) + ") dépasse le nombre de demandes"
}

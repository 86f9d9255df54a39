// Package travaux shows background jobs: the one that an agent asked for, and
// all of them to who manages them.
package travaux

import (
	"strconv"
	"time"

	"imhoweb/internal/platform/texte"
	"imhoweb/internal/travaux"
	"imhoweb/templates/administration"
	"imhoweb/templates/components"
	"imhoweb/templates/layout"
)

// Ecran is one job.
type Ecran struct {
	Fiche   travaux.Fiche
	Gerer   bool // read through the administration: failure in full, start again
	Sien    bool // the session asked for it, and may take its result
	Adresse string
}

// Racine is the address of the list of jobs.
const Racine = "/administration/travaux"

// AdresseDe is the page of a job in the administration.
func AdresseDe(f travaux.Fiche) string { return Racine + "/" + strconv.FormatInt(f.ID, 10) }

func (e Ecran) page() layout.Page {
	p := layout.Page{Titre: e.Fiche.Libelle, Fil: []layout.Lien{{Libelle: "Accueil", Adresse: "/"}, {Libelle: "Mes travaux", Adresse: "/travaux"}, {Libelle: e.Fiche.Libelle}}}
	if e.Gerer {
		p.Module = "administration"
		p.Fil = administration.Fil(layout.Lien{Libelle: "Travaux", Adresse: Racine}, layout.Lien{Libelle: e.Fiche.Libelle})
	}
	return p
}

// lignes says how far it is: « 12 400 / 34 512 lignes ».
func lignes(f travaux.Fiche) string {
	switch {
	case f.Total > 0:
		return texte.Milliers(f.Fait) + " / " + texte.Pluriel(f.Total, "ligne", "lignes")
	case f.Fait > 0:
		return texte.Pluriel(f.Fait, "ligne", "lignes")
	}
	return ""
}

// Duree says how long, as people do.
func Duree(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	switch {
	case s < 1:
		return "moins d’une seconde"
	case s < 60:
		return texte.Pluriel(s, "seconde", "secondes")
	case s < 3600:
		return strconv.Itoa(s/60) + texte.Insecable + "min" + texte.Insecable + deux(s%60) + texte.Insecable + "s"
	}
	return strconv.Itoa(s/3600) + texte.Insecable + "h" + texte.Insecable + deux(s/60%60)
}

func deux(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// reste says how long it should still run, without false precision.
func reste(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < 10*time.Second:
		return "quelques secondes"
	case d < time.Minute:
		return "moins d’une minute"
	}
	return "environ " + texte.Pluriel(int((d+30*time.Second)/time.Minute), "minute", "minutes")
}

// annonce is what a screen reader hears when a job ends.
func annonce(f travaux.Fiche) string {
	if f.Etat == travaux.Reussi && f.Resultat != "" {
		return f.Libelle + " : terminé, le résultat est prêt."
	}
	return f.Libelle + " : " + f.Etat.Libelle() + "."
}

// aspects of the states: colour and pictogram, the word beside.
var aspects = map[travaux.Etat][2]string{
	travaux.EnAttente:  {"", "hourglass"},
	travaux.EnCours:    {"etat-validee", "refresh"},
	travaux.AReprendre: {"etat-suspendue", "rotate-clockwise"},
	travaux.Reussi:     {"etat-active", "circle-check"},
	travaux.Echec:      {"etat-refus", "alert-circle"},
	travaux.Annule:     {"", "ban"},
}

func octets(n int64) string {
	const ko, mo = 1 << 10, 1 << 20
	if n < mo {
		return texte.Milliers(int((n+ko-1)/ko)) + texte.Insecable + "ko"
	}
	dixiemes := int(n * 10 / mo)
	return texte.Milliers(dixiemes/10) + "," + strconv.Itoa(dixiemes%10) + texte.Insecable + "Mo"
}

// horaire says when a job of the schedule runs.
func horaire(t travaux.Travail) string {
	switch {
	case t.Horaire != "":
		return "Chaque nuit à " + t.Horaire
	case t.Toutes >= time.Hour:
		return "Toutes les " + texte.Pluriel(int(t.Toutes/time.Hour), "heure", "heures")
	}
	return "Toutes les " + texte.Pluriel(int(t.Toutes/time.Minute), "minute", "minutes")
}

// cadence drops the number one: « Toutes les heures ».
func cadence(t travaux.Travail) string {
	switch t.Toutes {
	case time.Hour:
		return "Toutes les heures"
	case time.Minute:
		return "Toutes les minutes"
	}
	return horaire(t)
}

func progres(f travaux.Fiche) string {
	return components.Pourcent(min(100, f.Fait*100/max(1, f.Total)))
}

// faits are the lines under the bar.
func faits(e Ecran) []components.Ligne {
	f := e.Fiche
	l := []components.Ligne{{Libelle: "Demandé le", Valeur: components.DateHeure(f.Demande)}}
	if e.Gerer {
		l = append(l, components.Ligne{Libelle: "Par", Valeur: demandeur(f)})
	}
	if !f.Debut.IsZero() {
		l = append(l, components.Ligne{Libelle: "Commencé le", Valeur: components.DateHeure(f.Debut)},
			components.Ligne{Libelle: "Durée", Valeur: Duree(f.Duree())})
	}
	if r := reste(f.Reste()); r != "" {
		l = append(l, components.Ligne{Libelle: "Temps restant", Valeur: r})
	}
	if !f.Fin.IsZero() {
		l = append(l, components.Ligne{Libelle: "Fini le", Valeur: components.DateHeure(f.Fin)})
	}
	if f.Essais > 1 {
		l = append(l, components.Ligne{Libelle: "Essais", Valeur: strconv.Itoa(f.Essais)})
	}
	return l
}

func demandeur(f travaux.Fiche) string {
	switch {
	case f.Agent != "":
		return f.Agent + " (" + f.Organisme + ")"
	case f.Organisme != "":
		return f.Organisme
	}
	return "Calendrier"
}

func quiEtReste(f travaux.Fiche) string {
	if r := reste(f.Reste()); r != "" {
		return demandeur(f) + ", encore " + r
	}
	return demandeur(f)
}

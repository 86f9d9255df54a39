package demo

import (
	"strconv"
	"time"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
)

// evenement is one thing that happened to a demande.
type evenement struct {
	quand       time.Time
	sorte       string
	utilisateur int64
	organisme   string
	guichet     string
	motif       string
	effet       jour.Date
	champs      []valeur
}

type valeur struct{ nom, avant, apres string }

// evenements tells the life of the demande: its creation, a renewal each year,
// some modifications, and its radiation. They come in order, the last before
// the day of the demo.
func (t *tireur) evenements() []evenement {
	d, f := t.d, t.fiche
	evs := []evenement{t.acte("CRE", f.depot, true)}
	valide := f.depot
	for i, le := range f.renouvellements {
		if i+1 == f.reactivation {
			evs = append(evs, t.horsDelai(valide), t.reactivation(le))
		} else {
			t.modification(&evs, le)
			ren := t.acte("REN", le, chance(t.Rand, .75))
			ren.champs = []valeur{{"demande.date_renouvellement", t.renouveleAvant(i), le.String()}}
			evs = append(evs, ren)
		}
		valide = le
	}
	fin := t.jour
	if !f.active() {
		fin = f.radiation
	}
	t.modification(&evs, fin)
	if !f.active() {
		evs = append(evs, t.radiation())
	}
	d.Version = len(evs)
	return evs
}

// renouveleAvant is the date of renewal shown before the ith one.
func (t *tireur) renouveleAvant(i int) string {
	if i == 0 {
		return ""
	}
	return t.fiche.renouvellements[i-1].String()
}

// heure gives an instant of that day when guichets are open.
func (t *tireur) heure(le jour.Date) time.Time {
	a, m, j := le.Date()
	return time.Date(a, m, j, 8, 30+t.IntN(570), t.IntN(60), t.IntN(1000)*1_000_000, jour.Paris)
}

// acte is done by the guichet of the demande, or by another.
func (t *tireur) acte(sorte string, le jour.Date, ici bool) evenement {
	e := evenement{quand: t.heure(le), sorte: sorte, organisme: t.d.Organisme, guichet: t.d.Guichet}
	if !ici {
		gu := t.dep.guichets.tirer(t.Rand)
		e.organisme, e.guichet = gu.Organisme, gu.Code
	}
	if l := t.agents[e.organisme]; len(l) > 0 {
		e.utilisateur = parmi(t.Rand, l...)
	}
	return e
}

// horsDelai is the radiation that the manager pronounced a month after an échéance.
func (t *tireur) horsDelai(valide jour.Date) evenement {
	le := ouvre(t.Rand, valide.Mois(demandes.NonRenouvellementMois).Jours(3))
	return evenement{quand: t.heure(le), sorte: "RAD", organisme: t.gestionnaire(), motif: demandes.RadNonRenouvelee, effet: le}
}

func (t *tireur) reactivation(le jour.Date) evenement {
	e := t.acte("REA", le, true)
	e.organisme, e.guichet, e.motif, e.effet = t.gestionnaire(), "", demandes.RadNonRenouvelee, le
	e.champs = []valeur{{"demande.date_renouvellement", "", le.String()}}
	return e
}

func (t *tireur) gestionnaire() string {
	if t.gestion != "" {
		return t.gestion
	}
	return t.d.Organisme
}

func (t *tireur) radiation() evenement {
	f := t.fiche
	e := t.acte("RAD", f.radiation, true)
	e.motif, e.effet = f.motif, f.radiation
	e.champs = []valeur{{nom: "radiation.motif", apres: f.motif}}
	switch f.motif {
	case demandes.RadNonRenouvelee:
		e.organisme, e.guichet, e.utilisateur = t.gestionnaire(), "", 0
	case demandes.RadAttribution, demandes.RadIrrecevable:
		e.organisme, e.guichet, e.utilisateur = t.dep.bailleurs.tirer(t.Rand).Code, "", 0
	case demandes.RadRenonciation:
		e.champs = append(e.champs, valeur{nom: "radiation.date", apres: f.radiation.Jours(-entre(t.Rand, 0, 9)).String()})
	case demandes.RadSansReponse:
		e.champs = append(e.champs, valeur{nom: "radiation.avertissement_le", apres: f.radiation.Mois(-1).Jours(-entre(t.Rand, 1, 20)).String()},
			valeur{nom: "radiation.preuve", apres: "Recommandé 1A " + chiffres(t.IntN(1_000_000), 6)})
	}
	return e
}

// modification adds, now and then, one between the last événement and a date.
func (t *tireur) modification(evs *[]evenement, avant jour.Date) {
	derniere := jour.DeTime((*evs)[len(*evs)-1].quand)
	jours := int(avant.Time().Sub(derniere.Time()).Hours()/24) - 3
	if jours < 8 || !chance(t.Rand, .16) {
		return
	}
	le := ouvre(t.Rand, derniere.Jours(4+t.IntN(jours-4)))
	e := t.acte("MOD", le, chance(t.Rand, .8))
	switch t.IntN(4) {
	case 0:
		e.champs = []valeur{{"demandeur.tel_portable", t.portable(), t.d.Demandeur.TelPortable}}
	case 1:
		e.champs = []valeur{{"adresse.voie", t.voie(), t.d.Coordonnees.Voie}}
	case 2:
		if l := t.d.LogementActuel.Loyer; l != nil {
			e.champs = []valeur{{"logement.loyer", strconv.Itoa(*l * entre(t.Rand, 88, 98) / 100), strconv.Itoa(*l)}}
			break
		}
		fallthrough
	default:
		if m := t.d.Souhait.LoyerMax; m != nil {
			e.champs = []valeur{{"souhait.loyer_max", strconv.Itoa(*m - 10*entre(t.Rand, 1, 9)), strconv.Itoa(*m)}}
		} else {
			e.champs = []valeur{{"demandeur.courriel", "", t.d.Demandeur.Courriel}}
		}
	}
	if v := e.champs[0]; v.avant != v.apres {
		*evs = append(*evs, e)
	}
}

package demo

import (
	"slices"
	"strings"
	"time"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

// Shares of the demandes that resemble another one.
const (
	partDoublons  = .003 // the same household at another guichet, with mistakes
	partJumeaux   = .002
	partHomonymes = .002
)

// memoire is how many recent demandes a duplicate may copy.
const memoire = 200

// doublon makes the demande resemble a recent one, seldom: a true duplicate, a
// twin, or a homonym.
func (t *tireur) doublon() {
	d := t.d
	if !t.fiche.active() || d.PersonneMorale || t.fiche.incomplete {
		return
	}
	u := t.Float64()
	switch n := len(t.dernieres); {
	case n > 0 && u < partDoublons:
		t.copier(t.dernieres[t.IntN(n)])
		return
	case u < partDoublons+partJumeaux+partHomonymes && t.personnes() == 1:
		t.ressembler(u < partDoublons+partJumeaux)
		return
	}
	if len(t.dernieres) == memoire {
		t.dernieres = t.dernieres[1:]
	}
	t.dernieres = append(t.dernieres, d)
}

// ressembler gives the demandeur the name of another lone person of about the
// same age: a twin has the same birth date, a homonym the same first name.
func (t *tireur) ressembler(jumeau bool) {
	p, bornes := &t.d.Demandeur, ages[t.tirages.age]
	i := slices.IndexFunc(t.dernieres, func(d *demandes.Demande) bool {
		age := t.age(d.Demandeur.Naissance)
		return d.Foyer == 1 && d.Demandeur.Nom != p.Nom && age >= max(bornes[0], t.ageMinimum()) && age <= bornes[1] && p.Emploi.Activite != "RET"
	})
	if i < 0 {
		return
	}
	modele := &t.dernieres[i].Demandeur
	p.Nom, p.NomNaissance = modele.Nom, ""
	if jumeau {
		p.Naissance = modele.Naissance
	} else {
		p.Prenom, p.Civilite = modele.Prenom, modele.Civilite
	}
}

// copier gives the household of another demande to this one, which keeps its
// number, guichet and dates.
func (t *tireur) copier(modele *demandes.Demande) {
	d := *modele
	d.Entete = t.d.Entete
	d.Foyer, d.Nature = modele.Foyer, modele.Nature
	d.Cotitulaires = slices.Clone(modele.Cotitulaires)
	d.Occupants = slices.Clone(modele.Occupants)
	d.Souhait = t.d.Souhait
	d.Souhait.Types = modele.Souhait.Types
	d.NumeroInterne = t.d.NumeroInterne
	t.fauter(&d.Demandeur)
	if len(d.Cotitulaires) > 0 && chance(t.Rand, .3) { // the other partner came
		a, b := d.Demandeur, d.Cotitulaires[0]
		a.Cle, a.Lien, a.FiscalCommun, b.Cle, b.Lien, b.FiscalCommun = 1, b.Lien, b.FiscalCommun, 0, "", false
		d.Demandeur, d.Cotitulaires[0] = b, a
		echange := map[string]string{"demandeur": "cotitulaire.1", "cotitulaire.1": "demandeur"}
		d.Ressources = slices.Clone(d.Ressources)
		for i, r := range d.Ressources {
			if autre, ok := echange[r.Personne]; ok {
				d.Ressources[i].Personne = autre
			}
		}
		if a.FiscalCommun {
			d.Demandeur.Revenus12Mois, d.Cotitulaires[0].Revenus12Mois = nil, nil
		} else {
			d.Fiscaux = slices.Clone(d.Fiscaux)
			for i, r := range d.Fiscaux {
				if autre, ok := echange[r.Foyer]; ok {
					d.Fiscaux[i].Foyer = autre
				}
			}
		}
		d.Handicaps = slices.Clone(d.Handicaps)
		for i, h := range d.Handicaps {
			if autre, ok := echange[h.Personne]; ok {
				d.Handicaps[i].Personne = autre
			}
		}
	}
	*t.d = d
}

// fauter makes the mistakes of a second typing.
func (t *tireur) fauter(p *demandes.Titulaire) {
	switch t.IntN(8) {
	case 0:
		p.Nom = texte.Normaliser(p.Nom)
	case 1:
		p.Nom = t.coquille(p.Nom)
	case 2:
		p.Prenom = t.coquille(p.Prenom)
	case 3:
		if p.NomNaissance != "" {
			p.Nom, p.NomNaissance = p.NomNaissance, p.Nom
		}
	case 4:
		a, m, j := p.Naissance.Date()
		n := p.Naissance.Jours(parmi(t.Rand, -1, 1, 10))
		if j <= 12 && j != int(m) {
			n = jour.De(a, time.Month(j), int(m))
		}
		if n.Age(t.fiche.depot) >= 18 {
			p.Naissance = n
		}
	case 5:
		p.Nom, p.Prenom = p.Prenom, p.Nom
	case 6:
		p.Prenom = strings.ReplaceAll(texte.Normaliser(p.Prenom), " ", "-")
	}
	p.TelPortable = t.portable()
}

// coquille swaps, doubles or forgets a letter.
func (t *tireur) coquille(s string) string {
	l := []rune(s)
	if len(l) < 4 {
		return s
	}
	i := entre(t.Rand, 1, len(l)-2)
	switch t.IntN(3) {
	case 0:
		l[i], l[i+1] = l[i+1], l[i]
	case 1:
		l = slices.Insert(l, i, l[i])
	default:
		l = slices.Delete(l, i, i+1)
	}
	return string(l)
}

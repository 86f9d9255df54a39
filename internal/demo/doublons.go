package demo

import (
	"slices"
	"strings"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

// Shares of the demandes that resemble another one.
const (
	partDoublons  = .003 // the same household at another guichet, with mistakes
	partJumeaux   = .001
	partHomonymes = .001
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
	if n := len(t.dernieres); n > 0 && u < partDoublons+partJumeaux+partHomonymes {
		modele := t.dernieres[t.IntN(n)]
		switch {
		case u < partDoublons:
			t.copier(modele)
		case modele.Demandeur.SituationFamiliale != "C":
		case u < partDoublons+partJumeaux:
			d.Demandeur.Nom, d.Demandeur.NomNaissance, d.Demandeur.Naissance = modele.Demandeur.Nom, "", modele.Demandeur.Naissance
		default:
			d.Demandeur.Nom, d.Demandeur.NomNaissance = modele.Demandeur.Nom, ""
			d.Demandeur.Prenom, d.Demandeur.Civilite = modele.Demandeur.Prenom, modele.Demandeur.Civilite
		}
		return
	}
	if len(t.dernieres) == memoire {
		t.dernieres = t.dernieres[1:]
	}
	t.dernieres = append(t.dernieres, d)
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
		if j <= 12 && j != int(m) {
			p.Naissance = jour.De(a, p.Naissance.Mois(j-int(m)).Time().Month(), int(m))
		} else {
			p.Naissance = p.Naissance.Jours(parmi(t.Rand, -1, 1, 10))
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

package demo

import (
	"encoding/json"
	"maps"
	"slices"

	"imhoweb/internal/demandes"
)

// partBrouillons is the number of drafts for one active demande.
const partBrouillons = .01

// brouillon adds a draft half typed by an agent in the last weeks: a demande
// without number and its saisie.
func (t *tireur) brouillon(l *lot, id int64, organisme string, utilisateur int64) error {
	f := &fiche{id: id, depot: ouvre(t.Rand, t.jour.Jours(-1-t.IntN(40)))}
	d, _ := t.demande(f)
	d.Entete = demandes.Entete{ID: id, Departement: t.dep.code, Statut: demandes.Brouillon, Organisme: organisme, Version: 1,
		PersonneMorale: d.PersonneMorale, Nature: d.Nature, Foyer: d.Foyer, Origine: "GUICHET"}
	for _, gu := range t.ref.Guichets(organisme) {
		if gu.Actif {
			d.Guichet = gu.Code
		}
	}
	valeurs := demandes.Ecrire(d, t.ref)
	for _, nom := range slices.Sorted(maps.Keys(valeurs)) {
		if chance(t.Rand, .35) && nom != "demandeur.nom" && nom != "demandeur.prenom" {
			delete(valeurs, nom)
		}
	}
	if chance(t.Rand, .1) {
		valeurs["demandeur.naissance"] = "31/02/1990" // kept as typed
	}
	v, err := json.Marshal(valeurs)
	if err != nil {
		return err
	}
	e := evenement{quand: t.heure(f.depot), sorte: "BRO", organisme: organisme, guichet: d.Guichet, utilisateur: utilisateur}
	ecrireDemande(&l.flux[tDemandes], d, nil, 0, e.quand, e.quand)
	l.ecrireEvenement(d, 1, e)
	s := &l.flux[tSaisies]
	s.ligne(6)
	s.int8(id)
	s.int8(utilisateur)
	s.texte(organisme)
	s.texte(string(demandes.SaisieCreation))
	s.json(v)
	s.instant(e.quand)
	return nil
}

// agent is a user within an organisme of the département.
type agent struct {
	organisme   string
	utilisateur int64
}

func (g *generateur) agentsDe(departement string) []agent {
	var l []agent
	for _, organisme := range slices.Sorted(maps.Keys(g.agents)) {
		if o, _ := g.ref.Organisme(organisme); o.Departement != departement || !o.Enregistreur {
			continue
		}
		for _, u := range g.agents[organisme] {
			l = append(l, agent{organisme, u})
		}
	}
	return l
}

package gestion

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"imhoweb/internal/platform/jour"
)

// Ligne is a demande in the list.
type Ligne struct {
	ID                 int64
	NumeroUnique       string // "" for a draft
	NumeroIW           string
	Etat               string // displayed state
	Statut             string
	Incomplete         bool
	PersonneMorale     bool
	Nature             string
	SituationFamiliale string // of the demandeur
	DateDepot          jour.Date
	DateRenouvellement jour.Date
	CreeLe             time.Time
	Groupe             string     // value of the rupture
	Personnes          []Personne // the demandeur, then the co-titulaires; empty when nothing is typed yet
	Tapees             map[string]string
}

// Personne is a titulaire in the list, as typed.
type Personne struct {
	Nom       string
	Prenom    string
	Naissance string // JJ/MM/AAAA, or what a draft holds
	Situation string // code of situation_familiale
}

// NumeroURL names the demande in addresses, as demandes.Entete does.
func (l Ligne) NumeroURL() string {
	if l.NumeroUnique == "" {
		return "b-" + strconv.FormatInt(l.ID, 10)
	}
	return l.NumeroUnique
}

// Brouillon tells a draft: it has no number.
func (l Ligne) Brouillon() bool { return l.NumeroUnique == "" }

// lignesSQL shows the rows of a page, in their order. Persons come
// with them: recherche_noms_demande isn't needed, unique(demande_id, role, cle)
// serves.
const lignesSQL = `
select d.id, coalesce(d.numero_unique, '') as numero_unique, coalesce(d.numero_iw, '') as numero_iw, d.etat, d.statut, d.incomplete,
    d.personne_morale, d.nature, d.situation_familiale, d.date_depot, d.date_renouvellement, d.cree_le, %s as groupe, %s as total,
    (select json_agg(json_build_object('Nom', p.nom, 'Prenom', p.prenom, 'Naissance', to_char(p.naissance, 'DD/MM/YYYY'),
            'Situation', p.situation_familiale) order by p.role desc, p.cle)
        from personnes p
        where p.demande_id = d.id and p.role in ('demandeur', 'co_titulaire')) as personnes,
    case when d.numero_unique is null then (
        select jsonb_object_agg(e.key, e.value)
        from (select valeurs from saisies where demande_id = d.id and sorte = 'creation' order by modifie_le desc limit 1) a
        cross join lateral jsonb_each_text(a.valeurs) e
        where e.key ~ '^(demandeur|cotitulaire\.[0-9]+)\.(nom|prenom|naissance|situation_familiale)$' or e.key = 'morale.raison_sociale')
    end as tapees
from (select id, row_number() over () as n from (%s) x) l
join demandes d on d.id = l.id
order by l.n`

// completer gives a draft the persons of its form.
func (l *Ligne) completer() {
	if len(l.Tapees) == 0 {
		return
	}
	if raison := l.Tapees["morale.raison_sociale"]; l.PersonneMorale && raison != "" {
		l.Personnes = []Personne{{Nom: raison}}
		return
	}
	sujets := map[string]bool{}
	for nom := range l.Tapees {
		if i := strings.LastIndexByte(nom, '.'); i > 0 {
			sujets[nom[:i]] = true
		}
	}
	delete(sujets, "morale")
	for _, sujet := range slices.SortedFunc(maps.Keys(sujets), ordreSujets) {
		p := Personne{Nom: l.Tapees[sujet+".nom"], Prenom: l.Tapees[sujet+".prenom"], Naissance: l.Tapees[sujet+".naissance"],
			Situation: l.Tapees[sujet+".situation_familiale"]}
		if p.Nom != "" || p.Prenom != "" {
			l.Personnes = append(l.Personnes, p)
		}
	}
	l.Tapees = nil
}

// ordreSujets puts the demandeur first, then co-titulaires by their key.
func ordreSujets(a, b string) int {
	return cmp.Or(cmp.Compare(rangSujet(a), rangSujet(b)), cmp.Compare(a, b))
}

func rangSujet(s string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(s, "cotitulaire.")) // demandeur: 0
	return n
}

package journal

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// ChangementLu is a row of the journal of changes, read.
type ChangementLu struct {
	ID               int64
	FaitLe           time.Time
	Utilisateur      int64 // 0: the server itself
	Nom, Prenom      string
	Organisme        string
	Objet            string
	Cle              string
	Libelle          string
	OrganismeVise    string // code, "" for what is everybody's
	OrganismeViseNom string
	Acte             string
	Avant, Apres     map[string]string
}

// Difference is a field before and after.
type Difference struct{ Champ, Avant, Apres string }

// Differences lists the fields of a change, in the order of their labels.
func (c ChangementLu) Differences() []Difference {
	tous := maps.Clone(c.Avant)
	if tous == nil {
		tous = map[string]string{}
	}
	maps.Copy(tous, c.Apres)
	var l []Difference
	for _, champ := range slices.Sorted(maps.Keys(tous)) {
		l = append(l, Difference{champ, c.Avant[champ], c.Apres[champ]})
	}
	return l
}

const colonnesChangements = `
select c.id, c.fait_le, coalesce(c.utilisateur, 0) as utilisateur, coalesce(u.nom, '') as nom, coalesce(u.prenom, '') as prenom,
    c.organisme, c.objet, c.cle, c.libelle, c.organisme_vise, coalesce(o.nom, c.organisme_vise) as organisme_vise_nom, c.acte, c.avant, c.apres
from (
    select *
    from changements c
    where %s
    order by c.id %s
    limit @limite
) c
left join utilisateurs u on u.id = c.utilisateur
left join organismes o on o.code = c.organisme_vise
order by c.id %s`

const compterChangementsSQL = `
select count(*) from (select from changements c where %s limit @limite) x`

// ListerChangements gives a page of the changes of administration. Organisme is
// the one that a change concerns, or its author's.
func ListerChangements(ctx context.Context, db pg.DB, s habilitations.Session, f Filtre, p Place) (Page[ChangementLu], error) {
	if !s.Peut(habilitations.LireJournal) {
		return Page[ChangementLu]{}, fault.Forbidden
	}
	l, err := paginer(ctx, db, f.changements(), p, "c.id", colonnesChangements, compterChangementsSQL, func(c ChangementLu) int64 { return c.ID })
	if err != nil {
		return l, fmt.Errorf("journal: list changes: %w", err)
	}
	return l, nil
}

// ParcourirChangements gives them one by one, for a file.
func ParcourirChangements(ctx context.Context, db pg.DB, s habilitations.Session, f Filtre, ligne func(ChangementLu) error) error {
	if !s.Peut(habilitations.LireJournal) {
		return fault.Forbidden
	}
	return parcourir(ctx, db, f.changements(), colonnesChangements, ligne)
}

func (f Filtre) changements() *pg.Where {
	w := &pg.Where{}
	f.agents(w, "c")
	f.dates(w, "c")
	if f.Organisme != "" {
		w.And("(c.organisme_vise = @organisme or c.organisme_vise = '' and c.organisme = @organisme)", pg.Args{"organisme": f.Organisme})
	}
	if f.Objet != "" {
		w.And("c.objet = @objet", pg.Args{"objet": f.Objet})
	}
	return w
}

// Each kind of thing is found by one step of the index, however many changes it has.
const objetsSQL = `
with recursive o as (
    (select objet from changements order by objet limit 1)
    union all
    select (select c.objet from changements c where c.objet > o.objet order by c.objet limit 1) from o where o.objet is not null
)
select coalesce(array_agg(objet), '{}') from o where objet is not null`

// Objets lists the kinds of things that changed.
func Objets(ctx context.Context, db pg.DB) ([]string, error) {
	var l []string
	if err := db.QueryRow(ctx, objetsSQL).Scan(&l); err != nil {
		return nil, fmt.Errorf("journal: kinds of changes: %w", err)
	}
	return l, nil
}

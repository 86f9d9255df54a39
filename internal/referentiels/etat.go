package referentiels

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/plafonds"
	"imhoweb/internal/platform/pg"
)

type cleCode struct{ domaine, code string }

type cleNumero struct {
	domaine string
	numero  int16
}

// etat is one reading of the whole reference data; it never changes once built.
type etat struct {
	version int64 // of the table referentiels_version

	domaines      []string
	nomenclatures map[string][]Code
	codes         map[cleCode]Code
	numeros       map[cleNumero]string

	territoires        map[string]*Territoire
	territoiresNumeros map[int32]string
	territoiresInsee   map[string]string
	enfants            map[string][]Territoire
	communesDe         map[string][]Territoire
	secteurs           map[string][]Territoire
	listeLieux         []Territoire // communes and quartiers, most populated first

	*france
	qpv map[string][]Qpv

	listeOrganismes []Organisme
	organismes      map[string]*Organisme
	agences         map[string]*Agence
	agencesDe       map[string][]Agence
	guichets        map[string]*Guichet
	guichetsDe      map[string][]Guichet
	guichetsNumeros map[int32]string
	bailleurs       map[string][]string

	parametres parametres
	plafonds   plafonds.Table
}

// france is what comes with the program and that nobody changes while it runs:
// 35,000 communes, most of the time of a reading.
type france struct {
	departements  map[string]*Departement
	communes      map[string]*Commune
	listeCommunes []Commune            // most populated first
	parNom        map[string][]Commune // normalised name
	parCodePostal map[string][]Commune
}

// lireEtat reads the tables in one snapshot, so that they agree. What avant,
// nil at first, knows of France is taken from it.
func lireEtat(ctx context.Context, db pg.DB, avant *etat) (*etat, error) {
	e := &etat{}
	if avant != nil {
		e.france = avant.france
	}
	err := pg.ReadOnly(ctx, db, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, versionSQL).Scan(&e.version); err != nil {
			return err
		}
		for _, lire := range []func(context.Context, pg.DB) error{
			e.lireNomenclatures, e.lireTerritoires, e.lireFrance, e.lireQpv, e.lireOrganismes, e.lireGuichets, e.lireReglages,
		} {
			if err := lire(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("referentiels: read: %w", err)
	}
	return e, nil
}

// lire collects the rows of a statement without arguments.
func lire[T any](ctx context.Context, db pg.DB, sql string, lirePar pgx.RowToFunc[T]) ([]T, error) {
	rows, err := db.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, lirePar)
}

const nomenclaturesSQL = `
select domaine, code, libelle, numero, ordre, debut, fin
from nomenclatures
order by domaine, ordre, numero`

func (e *etat) lireNomenclatures(ctx context.Context, db pg.DB) error {
	codes, err := lire(ctx, db, nomenclaturesSQL, pgx.RowToStructByPos[Code])
	if err != nil {
		return err
	}
	e.nomenclatures, e.codes, e.numeros = map[string][]Code{}, map[cleCode]Code{}, map[cleNumero]string{}
	for _, c := range codes {
		e.nomenclatures[c.Domaine] = append(e.nomenclatures[c.Domaine], c)
		e.codes[cleCode{c.Domaine, c.Code}] = c
		e.numeros[cleNumero{c.Domaine, c.Numero}] = c.Code
	}
	for d := range e.nomenclatures {
		e.domaines = append(e.domaines, d)
	}
	slices.Sort(e.domaines)
	return nil
}

const territoiresSQL = `
select code, numero, type, nom, departement, coalesce(code_parent, ''), coalesce(code_insee, ''), codes_postaux, population,
    latitude, longitude, libelle_2011, nom_recherche, actif
from territoires
order by ordre, numero`

func (e *etat) lireTerritoires(ctx context.Context, db pg.DB) error {
	liste, err := lire(ctx, db, territoiresSQL, pgx.RowToStructByPos[Territoire])
	if err != nil {
		return err
	}
	e.territoires, e.territoiresNumeros, e.territoiresInsee = map[string]*Territoire{}, map[int32]string{}, map[string]string{}
	e.enfants, e.communesDe, e.secteurs = map[string][]Territoire{}, map[string][]Territoire{}, map[string][]Territoire{}
	for i, t := range liste {
		e.territoires[t.Code] = &liste[i]
		e.territoiresNumeros[t.Numero] = t.Code
		if !t.Actif {
			continue
		}
		if t.CodeParent != "" {
			e.enfants[t.CodeParent] = append(e.enfants[t.CodeParent], t)
		}
		if t.Type == TypeCommune || t.Type == TypeQuartier {
			e.listeLieux = append(e.listeLieux, t)
		}
		switch t.Type {
		case TypeCommune:
			e.territoiresInsee[t.CodeInsee] = t.Code
			e.communesDe[t.Departement] = append(e.communesDe[t.Departement], t)
		case TypeDepartement, TypeEpci, TypeSousSecteur:
			e.secteurs[t.Departement] = append(e.secteurs[t.Departement], t)
		}
	}
	slices.SortStableFunc(e.listeLieux, func(a, b Territoire) int { return cmp.Compare(habitants(b), habitants(a)) })
	for _, l := range e.communesDe {
		slices.SortFunc(l, func(a, b Territoire) int { return cmp.Compare(a.NomRecherche, b.NomRecherche) })
	}
	return nil
}

func habitants(t Territoire) int {
	if t.Population == nil {
		return 0
	}
	return *t.Population
}

const departementsSQL = `
select code, nom, prefixe_numero
from departements`

const communesSQL = `
select code_insee, nom, nom_recherche, departement, code_epci, codes_postaux, coalesce(population, 0)
from communes
order by population desc nulls last, code_insee`

func (e *etat) lireFrance(ctx context.Context, db pg.DB) error {
	if e.france != nil {
		return nil
	}
	departements, err := lire(ctx, db, departementsSQL, pgx.RowToStructByPos[Departement])
	if err != nil {
		return err
	}
	communes, err := lire(ctx, db, communesSQL, pgx.RowToStructByPos[Commune])
	if err != nil {
		return err
	}
	e.france = &france{
		departements:  parCode(departements, func(d Departement) string { return d.Code }),
		communes:      parCode(communes, func(c Commune) string { return c.CodeInsee }),
		listeCommunes: communes,
		parNom:        regrouper(communes, func(c Commune) string { return c.NomRecherche }),
		parCodePostal: map[string][]Commune{},
	}
	for _, c := range communes {
		for _, cp := range c.CodesPostaux {
			e.parCodePostal[cp] = append(e.parCodePostal[cp], c)
		}
	}
	return nil
}

const qpvSQL = `
select code, nom, code_insee, generation, coalesce(territoire, '')
from qpv
order by generation desc, code`

func (e *etat) lireQpv(ctx context.Context, db pg.DB) error {
	liste, err := lire(ctx, db, qpvSQL, pgx.RowToStructByPos[Qpv])
	e.qpv = regrouper(liste, func(q Qpv) string { return q.CodeInsee })
	return err
}

const organismesSQL = `
select code, numero, nom, nom_2011, type, enregistreur, actif, coalesce(successeur, ''), departement, coalesce(territoire, ''),
    adresse, code_postal, ville, telephone, fictif
from organismes
order by numero`

const agencesSQL = `
select code, organisme, nom, adresse, code_postal, ville, telephone, actif, fictif
from agences
order by code`

const bailleursSQL = `
select code_insee, array_agg(organisme order by organisme)
from bailleurs_communes
group by code_insee`

func (e *etat) lireOrganismes(ctx context.Context, db pg.DB) (err error) {
	e.listeOrganismes, err = lire(ctx, db, organismesSQL, pgx.RowToStructByPos[Organisme])
	if err != nil {
		return err
	}
	e.organismes = parCode(e.listeOrganismes, func(o Organisme) string { return o.Code })
	agences, err := lire(ctx, db, agencesSQL, pgx.RowToStructByPos[Agence])
	if err != nil {
		return err
	}
	e.agences = parCode(agences, func(a Agence) string { return a.Code })
	e.agencesDe = regrouper(agences, func(a Agence) string { return a.Organisme })
	rows, err := db.Query(ctx, bailleursSQL)
	if err != nil {
		return err
	}
	e.bailleurs = map[string][]string{}
	var insee string
	var organismes []string
	_, err = pgx.ForEachRow(rows, []any{&insee, &organismes}, func() error {
		e.bailleurs[insee] = slices.Clone(organismes)
		return nil
	})
	return err
}

const guichetsSQL = `
select code, numero, organisme, coalesce(agence, ''), nom, adresse, code_postal, ville, telephone, actif, debut, fin, fictif
from guichets
order by numero`

func (e *etat) lireGuichets(ctx context.Context, db pg.DB) error {
	liste, err := lire(ctx, db, guichetsSQL, pgx.RowToStructByPos[Guichet])
	e.guichets = parCode(liste, func(g Guichet) string { return g.Code })
	e.guichetsDe = regrouper(liste, func(g Guichet) string { return g.Organisme })
	e.guichetsNumeros = map[int32]string{}
	for _, g := range liste {
		e.guichetsNumeros[g.Numero] = g.Code
	}
	return err
}

const parametresSQL = `
select code, valeur
from parametres`

func (e *etat) lireReglages(ctx context.Context, db pg.DB) error {
	rows, err := db.Query(ctx, parametresSQL)
	if err != nil {
		return err
	}
	valeurs, code, valeur := map[string]string{}, "", ""
	if _, err := pgx.ForEachRow(rows, []any{&code, &valeur}, func() error { valeurs[code] = valeur; return nil }); err != nil {
		return err
	}
	if e.parametres, err = lireParametres(valeurs); err != nil {
		return err
	}
	e.plafonds, err = plafonds.Lire(ctx, db, e.parametres.textes[ZonePlafonds])
	return err
}

func parCode[T any](liste []T, code func(T) string) map[string]*T {
	m := make(map[string]*T, len(liste))
	for i := range liste {
		m[code(liste[i])] = &liste[i]
	}
	return m
}

func regrouper[T any](liste []T, cle func(T) string) map[string][]T {
	m := map[string][]T{}
	for _, v := range liste {
		m[cle(v)] = append(m[cle(v)], v)
	}
	return m
}

func compareNoms(a, b string) int { return strings.Compare(Normaliser(a), Normaliser(b)) }

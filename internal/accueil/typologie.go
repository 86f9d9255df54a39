package accueil

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
)

// NonPrecise is the type of a demande that names none.
const NonPrecise = "X"

// Typologie is the active demandes of a département by type of dwelling wanted
// (R-ACC-08). A demande that accepts several types counts once in each.
type Typologie struct {
	Types    []EffectifType // in the order of the nomenclature, all of them
	Demandes int            // exact
	Somme    int            // of the types: more than Demandes
	Le       time.Time      // when they were counted
}

// EffectifType is a type and its number of demandes.
type EffectifType struct {
	Code    string
	Libelle string
	Nombre  int
}

// Chiffres remembers the figures for a minute, for each département: they are
// the same for every agent. The zero value is ready.
type Chiffres struct {
	mu      sync.Mutex
	retenus map[string]Typologie
}

// dureeChiffres is how old figures may be; the screen says their hour.
const dureeChiffres = time.Minute

// Typologie gives the figures of a département. Requests that come together
// wait for one count.
func (c *Chiffres) Typologie(ctx context.Context, db pg.DB, ref *referentiels.Referentiels, departement string) (Typologie, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t, ok := c.retenus[departement]; ok && time.Since(t.Le) < dureeChiffres {
		return t, nil
	}
	t, err := CompterTypes(ctx, db, ref, departement)
	if err != nil {
		return t, err
	}
	if c.retenus == nil {
		c.retenus = map[string]Typologie{}
	}
	c.retenus[departement] = t
	return t, nil
}

// typologieSQL counts the sets of types first: there are few of them. The row
// of each holds the codes as numbers, none for « non précisé ».
const typologieSQL = `
select types, count(*)::int
from recherche_demandes
where departement = @departement
group by types`

// CompterTypes counts the active demandes by type, now.
func CompterTypes(ctx context.Context, db pg.DB, ref *referentiels.Referentiels, departement string) (Typologie, error) {
	t := Typologie{Le: time.Now()}
	rows, err := db.Query(ctx, typologieSQL, pg.Args{"departement": departement})
	if err != nil {
		return t, fmt.Errorf("accueil: count types: %w", err)
	}
	effectifs := map[string]int{}
	var types []int16
	var n int
	_, err = pgx.ForEachRow(rows, []any{&types, &n}, func() error {
		t.Demandes += n
		if len(types) == 0 {
			effectifs[NonPrecise] += n
		}
		for _, x := range types {
			effectifs[ref.Code("type_logement", x)] += n
		}
		types = nil
		return nil
	})
	if err != nil {
		return t, fmt.Errorf("accueil: count types: %w", err)
	}
	for _, c := range ref.Nomenclature("type_logement") {
		t.Types = append(t.Types, EffectifType{c.Code, c.Libelle, effectifs[c.Code]})
		t.Somme += effectifs[c.Code]
	}
	return t, nil
}

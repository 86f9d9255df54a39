package plafonds

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// Financements whose plafond is shown on a demande, in the order of screens.
var Financements = []string{"PLAI", "PLUS", "PLS"}

// ZoneAutresRegions is the zone of the arrêté that holds Haute-Garonne.
const ZoneAutresRegions = "autres_regions"

type cle struct {
	annee       int
	financement string
	categorie   string // "1" to "6", or supp
}

const supp = "supp"

// Table holds the published plafonds of one zone. It is read-only once read,
// hence safe for concurrent use. The zero Table knows nothing.
type Table struct{ montants map[cle]int }

const lireSQL = `
select p.annee, p.financement, p.categorie, p.montant
from plafonds p
where p.zone = @zone
  and not exists (select from plafonds_annees a where a.annee = p.annee and a.zone = p.zone and not a.publiee)`

// Lire reads the published plafonds of a zone.
func Lire(ctx context.Context, db pg.DB, zone string) (Table, error) {
	rows, err := db.Query(ctx, lireSQL, pg.Args{"zone": zone})
	if err != nil {
		return Table{}, fmt.Errorf("plafonds: read: %w", err)
	}
	t := Table{montants: map[cle]int{}}
	var c cle
	var montant int
	_, err = pgx.ForEachRow(rows, []any{&c.annee, &c.financement, &c.categorie, &montant}, func() error {
		t.montants[c] = montant
		return nil
	})
	if err != nil {
		return Table{}, fmt.Errorf("plafonds: read: %w", err)
	}
	return t, nil
}

// Plafond is the yearly amount in euros for a category 1 to 6 and a number of
// further persons. It is not known for a year or a financement without
// published amounts: nothing is interpolated.
func (t Table) Plafond(annee int, financement string, categorie, supplementaires int) (montant int, connu bool) {
	base, ok := t.montants[cle{annee, financement, strconv.Itoa(categorie)}]
	if !ok || supplementaires <= 0 {
		return base, ok
	}
	par, ok := t.montants[cle{annee, financement, supp}]
	if !ok {
		return 0, false
	}
	return base + supplementaires*par, true
}

// Ligne is what a screen shows for one financement.
type Ligne struct {
	Financement string
	Plafond     int  // 0 when not Connu
	Connu       bool // false: « plafond non connu »
	Pourcentage *int // nil: RFR not known, or plafond not known
}

// Lignes gives one Ligne for each of Financements.
func (t Table) Lignes(annee, categorie, supplementaires int, rfr *int) []Ligne {
	lignes := make([]Ligne, len(Financements))
	for i, f := range Financements {
		montant, connu := t.Plafond(annee, f, categorie, supplementaires)
		lignes[i] = Ligne{f, montant, connu, Pourcentage(rfr, montant)}
	}
	return lignes
}

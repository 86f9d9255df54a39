package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
)

// Scales of conception §11: one département, then five, then the country.
const (
	MaxSeul           = 130_000 // active demandes that one département holds alone
	MaxParDepartement = 131_700 // and with others
	quelques          = 5
	pays              = 100
)

// partDepartement is how many active demandes a département has.
type partDepartement struct {
	code    string
	actives int
}

const departementsSQL = `
select d.code, sum(coalesce(c.population, 0))
from departements d
join communes c on c.departement = d.code
group by d.code
having count(*) >= 20
order by d.code <> @premier, sum(coalesce(c.population, 0)) desc, d.code
limit @limite`

// repartir spreads the demandes over the département of the file and, beyond
// what it holds, over the most populated ones in proportion to their
// population. Their référentiels and partitions are made up as needed.
func repartir(ctx context.Context, pool *pgxpool.Pool, total int) ([]partDepartement, error) {
	var premier string
	if err := pool.QueryRow(ctx, "select valeur from parametres where code = 'departement'").Scan(&premier); err != nil {
		return nil, fmt.Errorf("demo: département of the file: %w", err)
	}
	rows, err := pool.Query(ctx, departementsSQL, pg.Args{"premier": premier, "limite": nbDepartements(total)})
	if err != nil {
		return nil, fmt.Errorf("demo: départements: %w", err)
	}
	var codes []string
	var populations []int
	var code string
	var population int
	_, err = pgx.ForEachRow(rows, []any{&code, &population}, func() error {
		codes, populations = append(codes, code), append(populations, population)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("demo: départements: %w", err)
	}
	var parts []partDepartement
	for i, n := range partager(total, populations) {
		parts = append(parts, partDepartement{codes[i], n})
	}
	if len(parts) > 1 {
		if err := referentiels.Etendre(ctx, pool, codes[1:]); err != nil {
			return nil, err
		}
	}
	for _, p := range parts {
		if _, err := pool.Exec(ctx, "select creer_partitions_departement(@dep)", pg.Args{"dep": p.code}); err != nil {
			return nil, fmt.Errorf("demo: partitions of %s: %w", p.code, err)
		}
	}
	return parts, nil
}

func nbDepartements(total int) int {
	switch {
	case total <= MaxSeul:
		return 1
	case total <= quelques*MaxParDepartement:
		return quelques
	}
	return pays
}

// partager shares a total in proportion to weights, with a bound for each as
// long as there is room.
func partager(total int, poids []int) []int {
	l := make([]int, len(poids))
	plein := make([]bool, len(poids))
	for reste := total; reste > 0; {
		somme := 0
		for i, p := range poids {
			if !plein[i] {
				somme += p
			}
		}
		if somme == 0 || len(poids) == 1 {
			l[0] += reste
			return l
		}
		donne := 0
		for i, p := range poids {
			if plein[i] {
				continue
			}
			n := reste * p / somme
			if l[i]+n >= MaxParDepartement {
				n, plein[i] = MaxParDepartement-l[i], true
			}
			l[i] += n
			donne += n
		}
		reste -= donne
		if donne == 0 { // what rounding left
			l[max(slices.Index(plein, false), 0)] += reste
			return l
		}
	}
	return l
}

package demandes

import (
	"context"
	"fmt"

	"imhoweb/internal/platform/pg"
)

// maxEcarts is how many rows effectifs may hold before it is worth gathering
// them: a total adds a thousand of them in a fraction of a millisecond.
const maxEcarts = 1000

const regrouperSQL = `
with ecarts as (
    delete from effectifs
    where (select count(*) > @max from effectifs)
    returning departement, organisme, statut, etat, nombre)
insert into effectifs (departement, organisme, statut, etat, nombre)
select departement, organisme, statut, etat, sum(nombre)
from ecarts
group by departement, organisme, statut, etat
having sum(nombre) <> 0`

// RegrouperEffectifs leaves one row of effectifs for each organisme and état
// when many differences have gathered. Writings and readings go on meanwhile,
// and totals don't change.
func RegrouperEffectifs(ctx context.Context, db pg.DB) error {
	if _, err := db.Exec(ctx, regrouperSQL, pg.Args{"max": maxEcarts}); err != nil {
		return fmt.Errorf("demandes: gather the numbers: %w", err)
	}
	return nil
}

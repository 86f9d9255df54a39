package travaux

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/pg"
)

// graceReprise is left to an instance between the moment when it is given a
// job and that when it takes its lock.
const graceReprise = 10 * time.Second

const abandonnesSQL = `
select (args->>'travail')::bigint
from river_job
where kind = 'travail' and state = 'running' and attempted_at < now() - @grace::interval`

// Reprendre puts back into the queue the jobs that an instance left without a
// word, killed or cut from the base: those under way whose lock is free. One
// that was there each time it was tried has failed: it may be what kills. It
// gives their number.
func (f *File) Reprendre(ctx context.Context, pool *pgxpool.Pool) (int, error) {
	return reprendre(ctx, pool, graceReprise)
}

func reprendre(ctx context.Context, pool *pgxpool.Pool, grace time.Duration) (int, error) {
	rows, err := pool.Query(ctx, abandonnesSQL, pg.Args{"grace": grace})
	if err != nil {
		return 0, fmt.Errorf("travaux: jobs left: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return 0, fmt.Errorf("travaux: jobs left: %w", err)
	}
	n := 0
	for _, id := range ids {
		repris, err := rendre(ctx, pool, id)
		if err != nil {
			return n, fmt.Errorf("travaux: job %d left: %w", id, err)
		}
		if repris {
			n++
		}
	}
	return n, nil
}

// River's row first: what is over for us is found over when it runs again.
const rendreSQL = `
with laisse as (
    update river_job
    set state = case when attempt < max_attempts then 'available' else 'cancelled' end::river_job_state,
        scheduled_at = now(),
        finalized_at = case when attempt < max_attempts then null else now() end
    where kind = 'travail' and state = 'running' and (args->>'travail')::bigint = @id
    returning attempt < max_attempts as encore
)
update travaux t
set etat = case when annuler then 'ANNULE' when encore then 'EN_ATTENTE' else 'ECHEC' end,
    fin = case when annuler or not encore then now() end,
    erreur = case when annuler or encore then '' else 'Le service s’est arrêté à chaque essai, sans laisser d’erreur.' end,
    message = case when not annuler and encore then 'Repris après un arrêt brutal du service.' else '' end
from laisse
where t.id = @id and t.etat in ('EN_ATTENTE', 'EN_COURS', 'A_REPRENDRE')`

func rendre(ctx context.Context, pool *pgxpool.Pool, id int64) (bool, error) {
	x, err := verrouiller(ctx, pool, id)
	if err != nil || x == nil { // it runs
		return false, err
	}
	defer x.liberer()
	n, err := x.conn.Exec(ctx, rendreSQL, pg.Args{"id": id})
	return n.RowsAffected() > 0, err
}

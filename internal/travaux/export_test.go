package travaux

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// ReprendreAussitot takes back what is left, however recent.
func ReprendreAussitot(ctx context.Context, pool *pgxpool.Pool) (int, error) {
	return reprendre(ctx, pool, 0)
}

// Interrompre stops as Arreter does once its patience is over.
func (c *Client) Interrompre(ctx context.Context) error { return c.river.StopAndCancel(ctx) }

package journal

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// Names of the journals, which are those of their tables.
const (
	acces       = "journal_acces"
	changements = "changements"
)

// maillon is the end of a chain.
type maillon struct {
	Rang      int64
	Empreinte []byte
}

const verrouillerSQL = `
select rang, empreinte
from chaines
where journal = @journal
for update`

// verrouiller takes the end of a chain for the time of the transaction: one
// writer at a time, whatever the number of instances.
func verrouiller(ctx context.Context, tx pg.DB, journal string) (maillon, error) {
	rows, err := tx.Query(ctx, verrouillerSQL, pg.Args{"journal": journal})
	if err != nil {
		return maillon{}, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[maillon])
}

const avancerSQL = `
update chaines set rang = @rang, empreinte = @empreinte
where journal = @journal`

func avancer(ctx context.Context, tx pg.DB, journal string, m maillon) error {
	_, err := tx.Exec(ctx, avancerSQL, pg.Args{"journal": journal, "rang": m.Rang, "empreinte": m.Empreinte})
	return err
}

// suivant links a row: its fields in a fixed order, each with its length, so
// that no two rows have the same form.
func (m maillon) suivant(champs ...string) maillon {
	h := sha256.New()
	h.Write(m.Empreinte)
	n := maillon{Rang: m.Rang + 1}
	fmt.Fprintf(h, "%d\n", n.Rang)
	for _, c := range champs {
		fmt.Fprintf(h, "%d:%s\n", len(c), c)
	}
	n.Empreinte = h.Sum(nil)
	return n
}

// instant is a moment as the base keeps it, to the microsecond.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func ecrireInstant(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }

func entier(n int64) string { return strconv.FormatInt(n, 10) }

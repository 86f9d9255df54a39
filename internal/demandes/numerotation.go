package demandes

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// Numeros builds the two numbers of a demande registered on a day: the numéro
// unique, 18 characters (département on 3, month, year on 2, rank on 6, guichet
// on 5, which may hold letters), and the numéro IW, AAAAMM and the rank on four
// digits that grow beyond 9999. Neither is deduced from the other.
func Numeros(departement string, le jour.Date, rang int, guichet string) (unique, iw string) {
	a, m, _ := le.Date()
	prefixe := strings.Repeat("0", max(0, 3-len(departement))) + departement
	return fmt.Sprintf("%s%02d%02d%06d%s", prefixe, m, a%100, rang, guichet), fmt.Sprintf("%04d%02d%04d", a, m, rang)
}

// Mois is the month of a day as the counters key it: AAAAMM.
func Mois(le jour.Date) int {
	a, m, _ := le.Date()
	return a*100 + int(m)
}

const rangSuivantSQL = `
insert into compteurs_numeros (departement, mois, dernier) values (@departement, @mois, 1)
on conflict (departement, mois) do update set dernier = compteurs_numeros.dernier + 1
returning dernier`

// rangSuivant queues the taking of the next rank of the month. It locks the
// counter's row until the end of the transaction, so it comes after all that a
// creation can do without its number: a creation that fails before leaves no
// gap, and no two get the same rank.
func rangSuivant(b *pgx.Batch, departement string, mois int, rang *int) {
	b.Queue(rangSuivantSQL, pg.Args{"departement": departement, "mois": mois}).QueryRow(func(row pgx.Row) error { return row.Scan(rang) })
}

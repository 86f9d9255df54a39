package journal

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// verrou is held by one writer of the chain at a time, for the time of a batch.
const verrou = "select pg_advisory_xact_lock(hashtext('imhoweb journal acces'))"

// The time of writing never goes back, whatever the clock does: months are cut
// from the beginning of the chain.
const teteSQL = `
select rang, empreinte, greatest(clock_timestamp(), ecrit_le) as ecrit_le
from journal_tetes
where chaine = 'acces'
for update`

const avancerSQL = `
update journal_tetes
set rang = @rang, empreinte = @empreinte, ecrit_le = @ecrit_le
where chaine = 'acces'`

var colonnes = []string{"rang", "ecrit_le", "fait_le", "utilisateur", "organisme", "sorte", "demande", "ecran", "criteres",
	"recherche", "lignes", "reference", "empreinte"}

// Inscrire writes a batch at the end of the chain, whole or not at all. Pages
// go through an Ecrivain; jobs and commands call it.
func Inscrire(ctx context.Context, db pg.DB, l ...Entree) error {
	if len(l) == 0 {
		return nil
	}
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		ids, err := designees(ctx, tx, l)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, verrou); err != nil {
			return err
		}
		var t maillon
		if err := tx.QueryRow(ctx, teteSQL).Scan(&t.Rang, &t.Empreinte, &t.EcritLe); err != nil {
			return err
		}
		lignes := make([][]any, len(l))
		var tampon []byte
		for i, e := range l {
			m := e.maillon(ids)
			m.Rang, m.EcritLe = t.Rang+1, t.EcritLe
			empreinte, suite := enchainer(t.Empreinte, m.forme, tampon)
			tampon, m.Empreinte = suite, empreinte[:]
			lignes[i], t = m.valeurs(), m
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"journal_acces"}, colonnes, pgx.CopyFromRows(lignes)); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, avancerSQL, pg.Args{"rang": t.Rang, "empreinte": t.Empreinte, "ecrit_le": t.EcritLe})
		return err
	})
	if err != nil {
		return fmt.Errorf("journal: write %d accesses: %w", len(l), err)
	}
	return nil
}

func (m maillon) valeurs() []any {
	return []any{m.Rang, m.EcritLe, m.FaitLe, m.Utilisateur, m.Organisme, m.Sorte, m.Demande, m.Ecran, m.Criteres, m.Recherche,
		m.Lignes, m.Reference, m.Empreinte}
}

const designeesSQL = `
select numero_unique, id
from demandes
where numero_unique = any(@numeros)`

// designees finds the dossiers that are known by their number only.
func designees(ctx context.Context, db pg.DB, l []Entree) (map[string]int64, error) {
	var numeros []string
	for _, e := range l {
		if e.Numero != "" {
			numeros = append(numeros, propre(e.Numero))
		}
	}
	ids := map[string]int64{}
	if len(numeros) == 0 {
		return ids, nil
	}
	rows, err := db.Query(ctx, designeesSQL, pg.Args{"numeros": numeros})
	if err != nil {
		return nil, err
	}
	var numero string
	var id int64
	_, err = pgx.ForEachRow(rows, []any{&numero, &id}, func() error { ids[numero] = id; return nil })
	return ids, err
}

const longueurMax = 2000 // bytes of a text of the journal

var formeRecherche = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// maillon makes the row: nothing that the base would refuse, for a row refused
// would keep the others waiting.
func (e Entree) maillon(ids map[string]int64) maillon {
	m := maillon{
		FaitLe: e.FaitLe.Truncate(time.Microsecond), Organisme: propre(e.Organisme), Sorte: propre(string(e.Sorte)),
		Ecran: propre(e.Ecran), Criteres: propre(e.Criteres), Reference: propre(e.Reference),
	}
	if m.Sorte == "" {
		m.Sorte = "AUTRE"
	}
	if e.Utilisateur != 0 {
		m.Utilisateur = &e.Utilisateur
	}
	if e.Numero != "" && e.Demande == 0 {
		if id, ok := ids[propre(e.Numero)]; ok {
			e.Demande = id
		} else {
			m.Criteres = strings.TrimPrefix(m.Criteres+", numéro inconnu "+propre(e.Numero), ", ")
		}
	}
	if e.Demande != 0 {
		m.Demande = &e.Demande
	}
	if formeRecherche.MatchString(e.Recherche) {
		m.Recherche = &e.Recherche
	}
	if e.Lignes != nil {
		n := int64(*e.Lignes)
		m.Lignes = &n
	}
	return m
}

func propre(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
	if len(s) > longueurMax {
		s = strings.ToValidUTF8(s[:longueurMax], "")
	}
	return s
}

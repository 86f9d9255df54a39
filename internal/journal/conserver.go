package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/travaux"
)

// The last link removed, and how many rows it closes.
const ancreSQL = `
insert into journal_ancres (chaine, rang, empreinte, lignes, debut, fin)
select 'acces', d.rang, d.empreinte, n.lignes, n.debut, d.ecrit_le
from (select rang, empreinte, ecrit_le from journal_acces where ecrit_le < @limite order by rang desc limit 1) d,
    (select count(*) as lignes, min(ecrit_le) as debut from journal_acces where ecrit_le < @limite) n
returning rang, lignes, debut, fin`

// Months that end at the limit or before.
const anciennesSQL = `
select c.oid::regclass::text
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'journal_acces'::regclass
  and c.relname ~ '^journal_acces_[0-9]{4}_[0-9]{2}$'
  and to_date(right(c.relname, 7), 'YYYY_MM') < @mois
order by c.relname`

// Conserver removes the accesses of more than that many months, whole months at
// a time, and keeps the link from which the chain goes on. The pool connects as
// the owner of the tables. Changes of administration are kept.
func Conserver(ctx context.Context, admin pg.DB, mois int, suivi travaux.Suivi) error {
	if mois < 1 {
		return fmt.Errorf("journal: retention of %d months", mois)
	}
	a, m, _ := jour.Aujourdhui().Mois(-mois).Date()
	return conserverDepuis(ctx, admin, suivi, jour.De(a, m, 1))
}

// conserverDepuis keeps what was written from the first day of a month on.
func conserverDepuis(ctx context.Context, admin pg.DB, suivi travaux.Suivi, premier jour.Date) error {
	an, m, _ := premier.Date()
	limite := time.Date(an, m, 1, 0, 0, 0, 0, jour.Paris)
	err := pgx.BeginFunc(ctx, admin, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, verrou); err != nil { // no writer meanwhile
			return err
		}
		var rang, lignes int64
		var debut, fin time.Time
		err := tx.QueryRow(ctx, ancreSQL, pg.Args{"limite": limite}).Scan(&rang, &lignes, &debut, &fin)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		vide := errors.Is(err, pgx.ErrNoRows)
		if err := detacher(ctx, tx, premier, limite); err != nil || vide {
			return err
		}
		suivi.Avancer(int(lignes))
		suivi.Dire(texte.Pluriel(int(lignes), "accès retiré", "accès retirés") + ", jusqu’au " + jour.DeTime(fin).String())
		return Changer(ctx, tx, habilitations.Session{}, Changement{
			Objet: "journal", Cle: "acces", Libelle: "Journal des accès", Acte: "retirer",
			Apres: map[string]string{
				"Accès retirés": texte.Milliers(int(lignes)), "Du": jour.DeTime(debut).String(), "Au": jour.DeTime(fin).String(),
				"Dernier rang": texte.Milliers(int(rang)),
			},
		})
	})
	if err != nil {
		return fmt.Errorf("journal: retention: %w", err)
	}
	return nil
}

// detacher drops the old months, and what the default partition holds of them.
func detacher(ctx context.Context, tx pgx.Tx, mois jour.Date, limite time.Time) error {
	rows, err := tx.Query(ctx, anciennesSQL, pg.Args{"mois": mois})
	if err != nil {
		return err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, t := range tables { // names come quoted from the catalogue
		if _, err := tx.Exec(ctx, "alter table journal_acces detach partition "+t+"; drop table "+t); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, "delete from journal_acces_defaut where ecrit_le < $1", limite)
	return err
}

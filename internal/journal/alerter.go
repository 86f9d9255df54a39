package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/travaux"
)

// premierPassage is how far the first look goes back.
const premierPassage = 31 * 24 * time.Hour

// An alerte that an auditor has treated stays as it was seen; one that waits
// follows its facts. A batch may be written some time after its facts.
const alerterSQL = `
with j as (
    select a.*, a.fait_le at time zone 'Europe/Paris' as heure
    from journal_acces a
    where a.fait_le >= @depuis and a.ecrit_le >= @depuis::timestamptz - interval '1 day' and a.utilisateur is not null
)
%s`

const ecrireAlertesSQL = `
insert into alertes_journal (regle, cle, utilisateur, organisme, demande, debut, fin, faits)
select @regle, cle, utilisateur, organisme, demande, debut, fin, faits
from (%s) x
where faits >= @seuil
on conflict (regle, cle) do update
set debut = excluded.debut, fin = excluded.fin, faits = excluded.faits
where alertes_journal.traitee_le is null and alertes_journal.faits <> excluded.faits`

const passageSQL = `
insert into alertes_passages (jusqu_au) values (@le)
on conflict (seule) do update set jusqu_au = excluded.jusqu_au`

// Alerter looks for what deserves a look since the last time, from the day
// before: done twice, it finds nothing more.
func Alerter(ctx context.Context, db pg.DB, suivi travaux.Suivi) error {
	return alerterA(ctx, db, suivi, time.Now())
}

func alerterA(ctx context.Context, db pg.DB, suivi travaux.Suivi, le time.Time) error {
	suivi.Total(len(Regles))
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtext('imhoweb journal alertes'))"); err != nil {
			return err
		}
		depuis, err := dernierPassage(ctx, tx, le)
		if err != nil {
			return err
		}
		var nouvelles int64
		for _, r := range Regles {
			n, err := r.appliquer(ctx, tx, depuis, le)
			if err != nil {
				return fmt.Errorf("%s: %w", r.Code, err)
			}
			nouvelles += n
			suivi.Avancer(1)
		}
		suivi.Dire(texte.Pluriel(int(nouvelles), "alerte nouvelle ou changée", "alertes nouvelles ou changées"))
		_, err = tx.Exec(ctx, passageSQL, pg.Args{"le": le})
		return err
	})
	if err != nil {
		return fmt.Errorf("journal: alertes: %w", err)
	}
	return nil
}

// dernierPassage is the beginning of the day before the last look.
func dernierPassage(ctx context.Context, tx pgx.Tx, le time.Time) (time.Time, error) {
	var dernier time.Time
	err := tx.QueryRow(ctx, "select jusqu_au from alertes_passages").Scan(&dernier)
	if errors.Is(err, pgx.ErrNoRows) {
		dernier, err = le.Add(-premierPassage), nil
	}
	a, m, j := jour.DeTime(dernier).Jours(-1).Date()
	return time.Date(a, m, j, 0, 0, 0, 0, jour.Paris), err
}

// appliquer writes the facts of a rule. The statement of a rule may begin with
// more common tables.
func (r Regle) appliquer(ctx context.Context, tx pgx.Tx, depuis, le time.Time) (int64, error) {
	sql := fmt.Sprintf(ecrireAlertesSQL, fmt.Sprintf(alerterSQL, r.sql))
	args := pg.Args{"regle": r.Code, "seuil": r.Seuil, "depuis": depuis}
	if strings.Contains(sql, "@feries") {
		var l []jour.Date
		for a := depuis.Year(); a <= le.Year(); a++ {
			l = append(l, Feries(a)...)
		}
		args["feries"] = l
	}
	tag, err := tx.Exec(ctx, sql, args)
	return tag.RowsAffected(), err
}

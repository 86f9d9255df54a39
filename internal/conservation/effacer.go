package conservation

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/travaux"
)

// lotEffacement is how many demandes one transaction erases: short enough not
// to hold others back, long enough to spare round trips.
const lotEffacement = 500

// Effacer erases the demandes whose delay is over, on behalf of the nightly
// schedule. The pool connects as the owner, or as the application.
func Effacer(ctx context.Context, db pg.DB, suivi travaux.Suivi) error {
	return executer(ctx, db, habilitations.Session{}, suivi)
}

// EffacerPour is Effacer asked by an agent; fault.Forbidden without the droit.
func EffacerPour(ctx context.Context, db pg.DB, s habilitations.Session, suivi travaux.Suivi) error {
	if !s.Peut(habilitations.Effacer) {
		return fault.Forbidden
	}
	return executer(ctx, db, s, suivi)
}

// executer goes lot by lot, each in its transaction with the count of the run:
// killed at any point, nothing is half erased, and the next run takes up the
// same record. Two at once share the work.
func executer(ctx context.Context, db pg.DB, s habilitations.Session, suivi travaux.Suivi) error {
	e, err := commencer(ctx, db, s)
	if err != nil {
		return fmt.Errorf("conservation: %w", err)
	}
	suivi.Total(e.AEffacer)
	suivi.Avancer(e.Effacees)
	for {
		n, err := e.effacerLot(ctx, db)
		if err != nil {
			return fmt.Errorf("conservation: erasing: %w", err)
		}
		if n == 0 {
			break
		}
		e.Effacees += n
		suivi.Avancer(n)
	}
	suivi.Dire(texte.Pluriel(e.Effacees, "demande effacée", "demandes effacées"))
	return e.terminer(ctx, db, s)
}

// execution is a run in progress.
type execution struct {
	ID       int64
	Limite   jour.Date
	AEffacer int
	Effacees int
}

// A run that was cut goes on under the record it left.
const reprendreSQL = `
update effacements e
set limite = @limite, mois = @mois, a_effacer = e.effacees + @restantes
where e.id = (select max(id) from effacements where termine_le is null)
returning e.id, e.limite, e.a_effacer, e.effacees`

const ouvrirSQL = `
insert into effacements (limite, mois, a_effacer, utilisateur, organisme)
values (@limite, @mois, @restantes, nullif(@utilisateur::bigint, 0), @organisme)
returning id, limite, a_effacer, effacees`

func commencer(ctx context.Context, db pg.DB, s habilitations.Session) (execution, error) {
	var e execution
	mois, err := duree(ctx, db)
	if err != nil {
		return e, err
	}
	limite := Limite(jour.Aujourdhui(), mois)
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtext('imhoweb effacement'))"); err != nil {
			return err
		}
		restantes, err := compter(ctx, tx, limite)
		if err != nil {
			return err
		}
		args := pg.Args{"limite": limite, "mois": mois, "restantes": restantes}
		err = tx.QueryRow(ctx, reprendreSQL, args).Scan(&e.ID, &e.Limite, &e.AEffacer, &e.Effacees)
		if errors.Is(err, pgx.ErrNoRows) {
			args["utilisateur"], args["organisme"] = s.Utilisateur, s.Organisme
			err = tx.QueryRow(ctx, ouvrirSQL, args).Scan(&e.ID, &e.Limite, &e.AEffacer, &e.Effacees)
		}
		return err
	})
	return e, err
}

// What another transaction holds is being changed: it waits for the next run.
const lotSQL = `
select array(
    select id
    from demandes
    where statut = 'RADIEE' and date_radiation <= @limite
    order by date_radiation, id
    limit @lot
    for update skip locked)`

const compterLotSQL = `update effacements set effacees = effacees + @n where id = @id`

// effacerLot erases one lot, all of it or nothing, and gives its size.
func (e execution) effacerLot(ctx context.Context, db pg.DB) (n int, err error) {
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		var ids []int64
		if err := tx.QueryRow(ctx, lotSQL, pg.Args{"limite": e.Limite, "lot": lotEffacement}).Scan(&ids); err != nil {
			return err
		}
		if n = len(ids); n == 0 {
			return nil
		}
		b := &pgx.Batch{}
		for _, sql := range effacement {
			b.Queue(sql, pg.Args{"ids": ids})
		}
		b.Queue(compterLotSQL, pg.Args{"id": e.ID, "n": n})
		return tx.SendBatch(ctx, b).Close()
	})
	return n, err
}

const terminerSQL = `update effacements set termine_le = now() where id = @id and termine_le is null`

// terminer closes the record; a run that erased something goes into the journal
// of the administration too, whose chain nobody alters.
func (e execution) terminer(ctx context.Context, db pg.DB, s habilitations.Session) error {
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		t, err := tx.Exec(ctx, terminerSQL, pg.Args{"id": e.ID})
		if err != nil || t.RowsAffected() == 0 || e.Effacees == 0 { // closed by another, that traced it
			return err
		}
		return journal.Changer(ctx, tx, s, journal.Changement{
			Objet: "conservation", Cle: strconv.FormatInt(e.ID, 10), Libelle: "Effacement après radiation", Acte: "effacer",
			Apres: map[string]string{
				"Demandes effacées": texte.Milliers(e.Effacees), "Radiées au plus tard le": e.Limite.String(),
			},
		})
	})
	if err != nil {
		return fmt.Errorf("conservation: end of a run: %w", err)
	}
	return nil
}

const dureeSQL = `select valeur::integer from parametres where code = @code`

// duree is how many months a demande is kept after its radiation. A value
// below one month is refused: it would erase the file.
func duree(ctx context.Context, db pg.DB) (int, error) {
	var mois int
	if err := db.QueryRow(ctx, dureeSQL, pg.Args{"code": string(referentiels.EffacementApresRadiation)}).Scan(&mois); err != nil {
		return 0, fmt.Errorf("duration of retention: %w", err)
	}
	if mois < 1 {
		return 0, fmt.Errorf("durée de conservation de %d mois : il en faut au moins un", mois)
	}
	return mois, nil
}

// Limite is the last day of radiation whose demandes are erased on that day.
func Limite(le jour.Date, mois int) jour.Date { return le.Mois(-mois) }

const compterSQL = `
select count(*)
from demandes
where statut = 'RADIEE' and date_radiation <= @limite`

func compter(ctx context.Context, db pg.DB, limite jour.Date) (n int, err error) {
	err = db.QueryRow(ctx, compterSQL, pg.Args{"limite": limite}).Scan(&n)
	return n, err
}

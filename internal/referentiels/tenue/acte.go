package tenue

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
)

// Tenue writes the référentiels.
type Tenue struct {
	DB  pg.DB
	Ref *referentiels.Referentiels
	// Recalculer asks, in the transaction of an act that changes them, for the
	// percentages of lists; may be nil.
	Recalculer func(ctx context.Context, tx pgx.Tx, s habilitations.Session) error
}

// Fait is a fact of a row as people read it: a French label and its value, ""
// when not given.
type Fait struct{ Libelle, Valeur string }

// Difference is a fact that an act changes.
type Difference struct{ Libelle, Avant, Apres string }

// Perte names the roles that an agent holds and that an act makes worthless.
type Perte struct{ Agent, Roles string }

// Apercu is what an act would do to the base as it is.
type Apercu struct {
	Differences  []Difference // empty: nothing to do
	Consequences []string     // what else follows, one sentence each
	Pertes       []Perte
	Version      int  // of the row as it is; 0 when it is to be created
	Conflit      bool // somebody changed the row since the agent read it
	Recalcul     bool // percentages of plafonds change
}

// Rien tells that the act would change nothing.
func (a Apercu) Rien() bool { return len(a.Differences) == 0 }

// Acte is one change of a référentiel, ready to be looked at or done.
type Acte struct {
	objet     string // of the trace: "organisme", "parametre"…
	cle       string
	organisme string // that it concerns, "" for none
	acte      string // "créer", "modifier", "fermer"…

	// preparer locks the row, checks the act (fault.Fields, a refusal) and says
	// what it changes; libelle names the row in the trace.
	preparer func(ctx context.Context, tx pg.DB) (a Apercu, libelle string, err error)
	ecrire   func(ctx context.Context, tx pg.DB) error
}

var errAbandon = errors.New("preview only")

// Apercevoir says what the act would do, and does nothing.
func (t Tenue) Apercevoir(ctx context.Context, a Acte) (Apercu, error) {
	var apercu Apercu
	err := pgx.BeginFunc(ctx, t.DB, func(tx pgx.Tx) (err error) {
		if apercu, _, err = a.preparer(ctx, tx); err != nil {
			return err
		}
		return errAbandon
	})
	if errors.Is(err, errAbandon) {
		return apercu, nil
	}
	return apercu, a.envelopper(err)
}

// Faire does the act and traces it. When somebody changed the row meanwhile it
// does nothing and is fault.Conflict, unless the row already is as asked: a
// second click does nothing more.
func (t Tenue) Faire(ctx context.Context, s habilitations.Session, a Acte) (Apercu, error) {
	var apercu Apercu
	err := pgx.BeginFunc(ctx, t.DB, func(tx pgx.Tx) error {
		var libelle string
		var err error
		if apercu, libelle, err = a.preparer(ctx, tx); err != nil || apercu.Rien() {
			return err
		}
		if apercu.Conflit {
			return fault.Conflict
		}
		if err := a.ecrire(ctx, tx); err != nil {
			return err
		}
		if apercu.Recalcul && t.Recalculer != nil {
			if err := t.Recalculer(ctx, tx, s); err != nil {
				return err
			}
		}
		return a.tracer(ctx, tx, s, libelle, apercu.Differences)
	})
	if err != nil || apercu.Rien() {
		return apercu, a.envelopper(err)
	}
	// The act is done: a browser that left must not keep it from being seen.
	return apercu, t.Ref.Recharger(context.WithoutCancel(ctx))
}

func (a Acte) envelopper(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("référentiels: %s %s: %w", a.acte, a.objet, err)
}

func (a Acte) tracer(ctx context.Context, tx pg.DB, s habilitations.Session, libelle string, l []Difference) error {
	avant, apres := map[string]string{}, map[string]string{}
	for _, d := range l {
		avant[d.Libelle], apres[d.Libelle] = d.Avant, d.Apres
	}
	return journal.Changer(ctx, tx, s, journal.Changement{
		Objet: a.objet, Cle: a.cle, Libelle: libelle, Organisme: a.organisme, Acte: a.acte, Avant: avant, Apres: apres,
	})
}

// comparer lists what differs between two lists of the same facts; avant is
// nil for a row to be created.
func comparer(avant, apres []Fait) []Difference {
	var l []Difference
	for i, f := range apres {
		d := Difference{Libelle: f.Libelle, Apres: f.Valeur}
		if avant != nil {
			d.Avant = avant[i].Valeur
		}
		if d.Avant != d.Apres {
			l = append(l, d)
		}
	}
	return l
}

// lireUn reads the one row of a statement; none is fault.NotFound.
func lireUn[T any](ctx context.Context, db pg.DB, sql string, args pg.Args) (T, error) {
	rows, err := db.Query(ctx, sql, args)
	if err != nil {
		var rien T
		return rien, err
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	if errors.Is(err, pgx.ErrNoRows) {
		return v, fault.NotFound
	}
	return v, err
}

// lireTous reads the rows of a statement.
func lireTous[T any](ctx context.Context, db pg.DB, sql string, args pg.Args) ([]T, error) {
	rows, err := db.Query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

func ouiNon(b bool) string {
	if b {
		return "oui"
	}
	return "non"
}

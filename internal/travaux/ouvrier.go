package travaux

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// ouvrier runs the jobs that River hands out.
type ouvrier struct {
	river.WorkerDefaults[envoi]
	file *File
	pool *pgxpool.Pool
}

// Work runs one job, once: what is already over, or runs elsewhere, isn't
// begun again.
func (o *ouvrier) Work(ctx context.Context, job *river.Job[envoi]) error {
	x, err := verrouiller(ctx, o.pool, job.Args.Travail)
	if err != nil {
		return err
	}
	if x == nil {
		return river.JobSnooze(pasCalendrier)
	}
	defer x.liberer()
	c, err := x.commencer(ctx)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	t, connu := o.file.Travail(c.Code)
	err = fmt.Errorf("ce programme ne connaît pas le travail « %s »", c.Code)
	if connu {
		err = x.executer(ctx, t, c)
	}
	return x.finir(ctx, t, err, job.Attempt >= job.MaxAttempts)
}

// executer calls the job beside its suivi.
func (x *Execution) executer(ctx context.Context, t Travail, c commence) (err error) {
	var s habilitations.Session
	if err := json.Unmarshal([]byte(c.Session), &s); err != nil {
		return fmt.Errorf("session illisible : %w", err)
	}
	if s.Utilisateur != 0 {
		ctx = habilitations.WithSession(ctx, s)
	}
	ctx, interrompre := context.WithCancelCause(ctx)
	suivi, arreter := context.WithCancel(ctx)
	fini := make(chan struct{})
	go func() { defer close(fini); x.suivre(suivi, interrompre) }()
	defer func() {
		if p := recover(); p != nil {
			slog.ErrorContext(ctx, "panique d’un travail", "travail", x.id, "code", t.Code, "panique", p, "pile", string(debug.Stack()))
			err = fmt.Errorf("panique : %v", p)
		}
		arreter()
		<-fini // its connection is ours again
		if cause := context.Cause(ctx); err != nil && cause != nil {
			err = cause
		}
		interrompre(nil)
	}()
	return t.Faire(ctx, x, json.RawMessage(c.Arguments))
}

// What an agent asked for leaves a trace, since it will be looked at.
const oublierSQL = `
delete from travaux
where id = @id and utilisateur is null`

const finirSQL = `
update travaux
set etat = @etat, total = @total, fait = @fait, message = @message, erreur = @erreur, resultat = @resultat,
    essais = essais - @rendu,
    fin = case when @fini then now() end,
    arguments = case when @etat = 'REUSSI' then 'null' else arguments end,
    session = case when @etat = 'REUSSI' then 'null' else session end
where id = @id and etat = 'EN_COURS'`

// finir writes how a run ended, and gives River the same answer. A run whose
// end can't be written stays under way: it will be taken back.
func (x *Execution) finir(ctx context.Context, t Travail, err error, dernier bool) error {
	if errors.Is(err, errPerdu) {
		return river.JobSnooze(pasCalendrier)
	}
	arret := ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), delaiEtat)
	defer cancel()
	a, resultat := x.lire()
	args := pg.Args{"id": x.id, "total": a.total, "fait": a.fait, "message": a.message, "erreur": "", "resultat": resultat,
		"rendu": 0, "fini": true}
	retour := err
	switch {
	case err == nil:
		if t.discret() && a.fait == 0 {
			if n, err := x.conn.Exec(ctx, oublierSQL, pg.Args{"id": x.id}); err != nil || n.RowsAffected() > 0 {
				return err
			}
		}
		args["etat"], args["total"] = Reussi, max(a.total, a.fait)
	case errors.Is(err, errAnnule):
		args["etat"], retour = Annule, river.JobCancel(errAnnule)
	case arret: // of the server: as if it had not begun
		args["etat"], args["message"], args["fini"], args["rendu"] = EnAttente, "Interrompu par l’arrêt du service, il va reprendre.", false, 1
		retour = river.JobSnooze(0)
	case dernier || refus(err):
		args["etat"], args["erreur"], retour = Echec, Phrase(err), river.JobCancel(err)
		slog.ErrorContext(ctx, "travail en échec", "travail", x.id, "code", t.Code, "erreur", Phrase(err))
	default:
		args["etat"], args["erreur"], args["fini"] = AReprendre, Phrase(err), false
		slog.WarnContext(ctx, "travail à reprendre", "travail", x.id, "code", t.Code, "erreur", Phrase(err))
	}
	if _, err := x.conn.Exec(ctx, finirSQL, args); err != nil {
		slog.ErrorContext(ctx, "fin d’un travail non écrite", "travail", x.id, "erreur", err)
		return river.JobSnooze(pasCalendrier)
	}
	return retour
}

// refus is an error that trying again doesn't change.
func refus(err error) bool {
	return errors.Is(err, fault.Forbidden) || errors.Is(err, fault.NotFound) || errors.Is(err, fault.Conflict)
}

// longueurErreur bounds what is kept of an error, in characters.
const longueurErreur = 1000

// Phrase is an error as ATLAS reads it; the sentence of a refusal alone.
func Phrase(err error) string {
	dit := err.Error()
	if r := (*fault.Refus)(nil); errors.As(err, &r) {
		dit = r.Message
	}
	r := []rune(strings.TrimSpace(dit))
	if len(r) > longueurErreur {
		r = append(r[:longueurErreur], '…')
	}
	return string(r)
}

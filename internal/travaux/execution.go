package travaux

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/pg"
)

// Execution is one run of a job, and its Suivi.
type Execution struct {
	id    int64
	pool  *pgxpool.Pool
	conn  *pgxpool.Conn // holds the lock of the job, tells where it stands
	droit bool          // the lock is held

	mu       sync.Mutex
	avance   avance
	ecrit    avance // as the base has it
	resultat string
}

// avance is where a run stands.
type avance struct {
	total, fait int
	message     string
}

// Total says how many rows there will be; 0 when nobody knows.
func (x *Execution) Total(n int) { x.noter(func(a *avance) { a.total = n }) }

// Avancer adds n rows done.
func (x *Execution) Avancer(n int) { x.noter(func(a *avance) { a.fait += n }) }

// Dire replaces the sentence shown beside the bar, in French, without any
// nominative value.
func (x *Execution) Dire(message string) { x.noter(func(a *avance) { a.message = message }) }

// Resultat says where the result is, an address of this site.
func (x *Execution) Resultat(adresse string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.resultat = adresse
}

func (x *Execution) noter(f func(*avance)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	f(&x.avance)
}

func (x *Execution) lire() (a avance, resultat string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.avance, x.resultat
}

// cleVerrou is the lock of a job; it belongs to the connection, and ends with
// the process however that one ends.
const cleVerrou = "hashtextextended('imhoweb travail ' || @id::bigint, 0)"

const (
	verrouillerSQL = "select pg_try_advisory_lock(" + cleVerrou + ")"
	libererSQL     = "select pg_advisory_unlock(" + cleVerrou + ")"
)

// verrouiller takes the lock of a job on a connection of its own. Without
// error and without Execution, another instance has it.
func verrouiller(ctx context.Context, pool *pgxpool.Pool, id int64) (*Execution, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	x := &Execution{id: id, pool: pool, conn: conn}
	if err = conn.QueryRow(ctx, verrouillerSQL, pg.Args{"id": id}).Scan(&x.droit); err != nil || !x.droit {
		conn.Release()
		return nil, err
	}
	return x, nil
}

// liberer gives the lock back; a connection that may still hold it is closed.
func (x *Execution) liberer() {
	ctx, cancel := context.WithTimeout(context.Background(), delaiEtat)
	defer cancel()
	var rendu bool
	err := x.conn.QueryRow(ctx, libererSQL, pg.Args{"id": x.id}).Scan(&rendu)
	if err != nil || !rendu {
		_ = x.conn.Hijack().Close(ctx) // closing is enough, whatever it says
		return
	}
	x.conn.Release()
}

// Why a run is interrupted, beside the stop of the server.
var (
	errAnnule = errors.New("annulé")
	errPerdu  = errors.New("la connexion à la base est perdue")
)

const (
	pasSuivi  = 500 * time.Millisecond // between two writings of where it stands
	delaiEtat = 10 * time.Second       // for a statement of ours
)

const avancerSQL = `
update travaux
set total = @total, fait = @fait, message = @message
where id = @id
returning annuler`

const annulerVuSQL = `
select annuler
from travaux
where id = @id`

// suivre writes where the run stands and looks for a cancellation, until ctx
// ends. A connection lost took the lock with it: the run must stop, since
// another may begin.
func (x *Execution) suivre(ctx context.Context, interrompre context.CancelCauseFunc) {
	pas := time.NewTicker(pasSuivi)
	defer pas.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pas.C:
		}
		annule, err := x.ecrire(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			interrompre(fmt.Errorf("%w : %w", errPerdu, err))
			return
		case annule:
			interrompre(errAnnule)
			return
		}
	}
}

func (x *Execution) ecrire(ctx context.Context) (annule bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, delaiEtat)
	defer cancel()
	a, _ := x.lire()
	if a == x.ecrit {
		err = x.conn.QueryRow(ctx, annulerVuSQL, pg.Args{"id": x.id}).Scan(&annule)
		return annule, err
	}
	err = x.conn.QueryRow(ctx, avancerSQL, pg.Args{"id": x.id, "total": a.total, "fait": a.fait, "message": a.message}).Scan(&annule)
	x.ecrit = a
	return annule, err
}

const commencerSQL = `
update travaux
set etat = 'EN_COURS', essais = essais + 1, debut = now(), total = 0, fait = 0, message = '', erreur = '', resultat = ''
where id = @id and etat in ('EN_ATTENTE', 'EN_COURS', 'A_REPRENDRE')
returning code, arguments::text, session::text`

// commence is what a run begins with.
type commence struct {
	Code, Arguments, Session string
}

// commencer marks the run as begun; pgx.ErrNoRows for a job already over.
func (x *Execution) commencer(ctx context.Context) (commence, error) {
	rows, err := x.conn.Query(ctx, commencerSQL, pg.Args{"id": x.id})
	if err != nil {
		return commence{}, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[commence])
}

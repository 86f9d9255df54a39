package travaux

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// envoi is what River keeps of a job: nothing but where to read it.
type envoi struct {
	Travail int64 `json:"travail"`
}

// Kind names the jobs in River's tables.
func (envoi) Kind() string { return "travail" }

// Queues: what is short must not wait for what is long.
const (
	fileLongs  = "travaux"
	fileCourts = "courts"
)

func (t Travail) options() *river.InsertOpts {
	o := &river.InsertOpts{Queue: fileLongs, MaxAttempts: t.essais()}
	if t.discret() {
		o.Queue = fileCourts
	}
	return o
}

// Lancer asks for a job, in the transaction of the act that needs it: it will
// run if and only if that transaction commits, with the rights that the
// session has now. arguments are marshalled to JSON; nil for none. It gives the
// number of the job, or that of the same one not finished yet when it is
// Unique.
func (f *File) Lancer(ctx context.Context, tx pgx.Tx, code string, arguments any, s habilitations.Session) (int64, error) {
	t, ok := f.Travail(code)
	if !ok {
		return 0, fmt.Errorf("travaux: no job %q", code)
	}
	if t.Droit != "" && !s.Peut(t.Droit) || t.Droit == "" && s.Utilisateur != 0 && !s.Peut(habilitations.GererTravaux) {
		return 0, fault.Refuser(fault.Forbidden, "Votre profil ne permet pas ce travail.")
	}
	id, _, err := f.lancer(ctx, tx, t, arguments, s)
	return id, err
}

const lancerSQL = `
insert into travaux (code, libelle, utilisateur, organisme, session, arguments, cle)
values (@code, @libelle, nullif(@utilisateur::bigint, 0), @organisme, @session, @arguments, @cle)
on conflict do nothing
returning id`

const vivantSQL = `
select id
from travaux
where cle = @cle and etat in ('EN_ATTENTE', 'EN_COURS', 'A_REPRENDRE')`

// lancer also tells whether the job is a new one.
func (f *File) lancer(ctx context.Context, tx pgx.Tx, t Travail, arguments any, s habilitations.Session) (id int64, neuf bool, err error) {
	texte, err := json.Marshal(arguments)
	if err != nil {
		return 0, false, fmt.Errorf("travaux: arguments of %s: %w", t.Code, err)
	}
	session, err := json.Marshal(s)
	if err != nil {
		return 0, false, fmt.Errorf("travaux: session: %w", err)
	}
	cle := ""
	if t.Unique {
		cle = t.Code
		if arguments != nil {
			somme := sha256.Sum256(texte)
			cle += fmt.Sprintf("|%d|%s|%s", s.Utilisateur, s.Organisme, hex.EncodeToString(somme[:12]))
		}
	}
	for range 3 { // the same one may end between the two statements
		err = tx.QueryRow(ctx, lancerSQL, pg.Args{
			"code": t.Code, "libelle": t.Libelle, "utilisateur": s.Utilisateur, "organisme": s.Organisme,
			"session": string(session), "arguments": string(texte), "cle": cle,
		}).Scan(&id)
		if err == nil {
			_, err = f.insertion.InsertTx(ctx, tx, envoi{id}, t.options())
			return id, true, envelopper(err, t.Code)
		}
		if errors.Is(err, pgx.ErrNoRows) {
			err = tx.QueryRow(ctx, vivantSQL, pg.Args{"cle": cle}).Scan(&id)
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			break
		}
	}
	return id, false, envelopper(err, t.Code)
}

func envelopper(err error, quoi string) error {
	if err != nil {
		return fmt.Errorf("travaux: %s: %w", quoi, err)
	}
	return nil
}

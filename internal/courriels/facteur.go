package courriels

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/coffre"
	"imhoweb/internal/platform/pg"
)

// Facteur sends the mails that wait. Envoyer is nil without a mail server:
// nothing leaves.
type Facteur struct {
	DB      pg.DB
	Coffre  coffre.Coffre
	Envoyer func(ctx context.Context, m Courriel) error

	mu     sync.Mutex
	court  bool // a round is under way
	encore bool // asked again meanwhile
	fini   *sync.Cond
}

const (
	// lot bounds what one claim takes.
	lot = 20
	// essaisMax attempts take some three days, waiting 5, 10, 20… minutes.
	essaisMax = 10
	// delaiRonde bounds one round.
	delaiRonde = 5 * time.Minute
)

// Reveiller sends what waits, in the background: call it after a commit.
func (f *Facteur) Reveiller() {
	if f.Envoyer == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fini == nil {
		f.fini = sync.NewCond(&f.mu)
	}
	f.encore = true
	if !f.court {
		f.court = true
		go f.ronde()
	}
}

func (f *Facteur) ronde() {
	for {
		f.mu.Lock()
		if !f.encore {
			f.court = false
			f.fini.Broadcast()
			f.mu.Unlock()
			return
		}
		f.encore = false
		f.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), delaiRonde)
		if _, err := f.Passer(ctx); err != nil {
			slog.WarnContext(ctx, "courriels non envoyés", "erreur", err)
		}
		cancel()
	}
}

// Attendre returns when nothing is being sent: before the base closes.
func (f *Facteur) Attendre() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.court {
		f.fini.Wait()
	}
}

// A mail taken is put off before it is tried: two instances don't send it
// both, and a process killed meanwhile leaves it for later.
const prendreSQL = `
update courriels
set essais = essais + 1, prochain_le = now() + interval '5 minutes' * power(2, least(essais, 9))
where id in (select id from courriels
             where envoye_le is null and abandonne_le is null and prochain_le <= now()
             order by prochain_le
             limit @lot
             for update skip locked)
returning id, coalesce(utilisateur, 0), destinataire, sujet, corps, essais`

type pris struct {
	ID           int64
	Utilisateur  int64
	Destinataire string
	Sujet        string
	Corps        []byte
	Essais       int
}

// Passer sends every mail that is due and says how many left. A mail that the
// server refuses is tried again later, then given up; that is no error.
func (f *Facteur) Passer(ctx context.Context) (envoyes int, err error) {
	if f.Envoyer == nil {
		return 0, nil
	}
	for {
		rows, err := f.DB.Query(ctx, prendreSQL, pg.Args{"lot": lot})
		if err != nil {
			return envoyes, fmt.Errorf("taking mails: %w", err)
		}
		l, err := pgx.CollectRows(rows, pgx.RowToStructByPos[pris])
		if err != nil || len(l) == 0 {
			return envoyes, err
		}
		for _, p := range l {
			parti, err := f.poster(ctx, p)
			if err != nil {
				return envoyes, err
			}
			if parti {
				envoyes++
			}
		}
	}
}

const envoyeSQL = `update courriels set envoye_le = now(), corps = null, erreur = '' where id = @id`

const echecSQL = `
update courriels
set erreur = @erreur, abandonne_le = case when @abandon then now() end, corps = case when @abandon then null else corps end
where id = @id`

// poster sends one mail and notes what came of it.
func (f *Facteur) poster(ctx context.Context, p pris) (parti bool, err error) {
	clair, err := f.Coffre.Ouvrir(contexte(p.Destinataire), p.Corps)
	if err == nil {
		err = f.Envoyer(ctx, Courriel{p.Utilisateur, p.Destinataire, p.Sujet, string(clair)})
	}
	if err == nil {
		_, err = f.DB.Exec(ctx, envoyeSQL, pg.Args{"id": p.ID})
		return true, err
	}
	if ctx.Err() != nil {
		return false, errors.Join(err, ctx.Err())
	}
	slog.WarnContext(ctx, "courriel refusé", "courriel", p.ID, "essai", p.Essais)
	_, err = f.DB.Exec(ctx, echecSQL, pg.Args{"id": p.ID, "erreur": err.Error(), "abandon": p.Essais >= essaisMax})
	return false, err
}

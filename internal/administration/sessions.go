package administration

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// SessionWeb is a stored session of the site. Jeton is the digest of the
// cookie, never the cookie.
type SessionWeb struct {
	Jeton       string
	Data        []byte
	Fin         time.Time // absolute end
	Utilisateur int64     // 0 before login
	IP          string
	Navigateur  string
	Vu          time.Time
}

const lireSessionSQL = `
select data, vu_le
from sessions
where jeton = @jeton and fermee_le is null and expiry > now() and vu_le > now() - @inactivite::interval`

// LireSession gives a live session; ok is false for an unknown, closed, idle or
// ended one.
func LireSession(ctx context.Context, db pg.DB, jeton string, inactivite time.Duration) (s SessionWeb, ok bool, err error) {
	s.Jeton = jeton
	err = db.QueryRow(ctx, lireSessionSQL, pg.Args{"jeton": jeton, "inactivite": inactivite}).Scan(&s.Data, &s.Vu)
	if errors.Is(err, pgx.ErrNoRows) {
		return SessionWeb{}, false, nil
	}
	if err != nil {
		return SessionWeb{}, false, fmt.Errorf("session: %w", err)
	}
	return s, true, nil
}

// A closed session is not brought back by a late write of another request.
const ecrireSessionSQL = `
insert into sessions as s (jeton, data, expiry, utilisateur, ip, navigateur)
values (@jeton, @data, @expiry, nullif(@utilisateur::bigint, 0), @ip, @navigateur)
on conflict (jeton) do update
set data = excluded.data, expiry = excluded.expiry, utilisateur = excluded.utilisateur, vu_le = now()
where s.fermee_le is null`

// EcrireSession creates a session or changes its content.
func EcrireSession(ctx context.Context, db pg.DB, s SessionWeb) error {
	_, err := db.Exec(ctx, ecrireSessionSQL, pg.Args{
		"jeton": s.Jeton, "data": s.Data, "expiry": s.Fin, "utilisateur": s.Utilisateur, "ip": reseau(s.IP, 24, 48), "navigateur": s.Navigateur,
	})
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return nil
}

const fermerSessionSQL = `
update sessions set fermee_le = now() where jeton = @jeton and fermee_le is null`

// FermerSession ends one session.
func FermerSession(ctx context.Context, db pg.DB, jeton string) error {
	if _, err := db.Exec(ctx, fermerSessionSQL, pg.Args{"jeton": jeton}); err != nil {
		return fmt.Errorf("closing a session: %w", err)
	}
	return nil
}

const fermerSessionsSQL = `
update sessions set fermee_le = now() where utilisateur = @utilisateur and jeton <> @sauf and fermee_le is null`

// fermerSessions ends the sessions of an agent, but one ("" for all).
func fermerSessions(ctx context.Context, db pg.DB, utilisateur int64, sauf string) error {
	if _, err := db.Exec(ctx, fermerSessionsSQL, pg.Args{"utilisateur": utilisateur, "sauf": sauf}); err != nil {
		return fmt.Errorf("closing the other sessions: %w", err)
	}
	return nil
}

const agentDeSQL = `
select coalesce(utilisateur, 0)
from sessions
where jeton = @jeton and vu_le > now() - interval '1 day'`

// AgentDe gives whose session it is or was, within a day: the one who may take
// back a form sent too late. 0 when nobody's.
func AgentDe(ctx context.Context, db pg.DB, jeton string) (int64, error) {
	var id int64
	err := db.QueryRow(ctx, agentDeSQL, pg.Args{"jeton": jeton}).Scan(&id)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return 0, fmt.Errorf("agent of a session: %w", err)
	}
	return id, nil
}

const marquerVuesSQL = `
with vues as (
    update sessions s
    set vu_le = greatest(s.vu_le, v.le)
    from unnest(@jetons::text[], @dates::timestamptz[]) as v(jeton, le)
    where s.jeton = v.jeton and s.fermee_le is null
    returning s.utilisateur, s.vu_le
)
update utilisateurs u
set dernier_acces = greatest(coalesce(u.dernier_acces, '-infinity'), v.vu_le)
from (select utilisateur, max(vu_le) as vu_le from vues group by utilisateur) v
where u.id = v.utilisateur`

// MarquerVues records the last activity of several sessions at once.
func MarquerVues(ctx context.Context, db pg.DB, vues map[string]time.Time) error {
	jetons, dates := make([]string, 0, len(vues)), make([]time.Time, 0, len(vues))
	for jeton, le := range vues {
		jetons, dates = append(jetons, jeton), append(dates, le)
	}
	if _, err := db.Exec(ctx, marquerVuesSQL, pg.Args{"jetons": jetons, "dates": dates}); err != nil {
		return fmt.Errorf("last activity of sessions: %w", err)
	}
	return nil
}

const nbActifsSQL = `
select count(distinct utilisateur)
from sessions
where fermee_le is null and vu_le > now() - interval '15 minutes' and expiry > now()`

// NbActifs counts the distinct agents active in the last 15 minutes
// (R-MEN-15).
func NbActifs(ctx context.Context, db pg.DB) (int, error) {
	var n int
	if err := db.QueryRow(ctx, nbActifsSQL).Scan(&n); err != nil {
		return 0, fmt.Errorf("active agents: %w", err)
	}
	return n, nil
}

const purgerSessionsSQL = `
delete from sessions
where expiry < now() - interval '1 day' or vu_le < now() - interval '1 day' and vu_le < now() - @inactivite::interval`

// PurgerAcces removes what no longer serves: sessions over for a day, forgotten
// attempts, suspended forms past their delay.
func PurgerAcces(ctx context.Context, db pg.DB, inactivite time.Duration) error {
	if _, err := db.Exec(ctx, purgerSessionsSQL, pg.Args{"inactivite": inactivite}); err != nil {
		return fmt.Errorf("removing old sessions: %w", err)
	}
	if _, err := db.Exec(ctx, purgerTentativesSQL, pg.Args{"oubli": oubli}); err != nil {
		return fmt.Errorf("removing old login attempts: %w", err)
	}
	if _, err := db.Exec(ctx, purgerSuspenduesSQL); err != nil {
		return fmt.Errorf("removing old suspended forms: %w", err)
	}
	return nil
}

// SessionOuverte is a live session, as its owner sees it.
type SessionOuverte struct {
	Jeton      string // digest
	IP         string // truncated
	Navigateur string
	CreeLe     time.Time
	VuLe       time.Time
}

const sessionsDeSQL = `
select jeton, ip, navigateur, cree_le, vu_le
from sessions
where utilisateur = @utilisateur and fermee_le is null and expiry > now() and vu_le > now() - @inactivite::interval
order by vu_le desc, jeton`

// SessionsDe lists the live sessions of an agent, the last used first.
func SessionsDe(ctx context.Context, db pg.DB, utilisateur int64, inactivite time.Duration) ([]SessionOuverte, error) {
	rows, err := db.Query(ctx, sessionsDeSQL, pg.Args{"utilisateur": utilisateur, "inactivite": inactivite})
	if err != nil {
		return nil, fmt.Errorf("sessions of an agent: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByPos[SessionOuverte])
	if err != nil {
		return nil, fmt.Errorf("sessions of an agent: %w", err)
	}
	return l, nil
}

const revoquerSQL = `
update sessions set fermee_le = now()
where jeton = @jeton and utilisateur = @utilisateur and fermee_le is null`

// RevoquerSession closes a session of that agent; another's stays.
func RevoquerSession(ctx context.Context, db pg.DB, utilisateur int64, jeton string) error {
	if _, err := db.Exec(ctx, revoquerSQL, pg.Args{"jeton": jeton, "utilisateur": utilisateur}); err != nil {
		return fmt.Errorf("closing a session: %w", err)
	}
	return nil
}

// RevoquerAutres closes the sessions of an agent but one.
func RevoquerAutres(ctx context.Context, db pg.DB, utilisateur int64, sauf string) error {
	return fermerSessions(ctx, db, utilisateur, sauf)
}

package textes

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// AAccepterSQL is whether the agent u (alias of utilisateurs) has yet to accept
// the charte in force. It goes into the statement that reads a session's
// profile, so that pages pay nothing for it.
const AAccepterSQL = `not exists (
    select from acceptations c
    where c.utilisateur = u.id
      and c.version_id = (select v.id from textes_versions v where v.texte = 'charte' and v.numero is not null
                          order by v.numero desc limit 1))`

const aAccepterSQL = `select ` + AAccepterSQL + ` from utilisateurs u where u.id = @utilisateur`

// AAccepter tells whether the agent has yet to accept the charte in force.
func AAccepter(ctx context.Context, db pg.DB, s habilitations.Session) (bool, error) {
	var oui bool
	if err := db.QueryRow(ctx, aAccepterSQL, pg.Args{"utilisateur": s.Utilisateur}).Scan(&oui); err != nil {
		return false, fmt.Errorf("textes: acceptance: %w", err)
	}
	return oui, nil
}

const accepterSQL = `
insert into acceptations (utilisateur, version_id, organisme, empreinte)
select @utilisateur, v.id, @organisme, v.empreinte
from textes_versions v
where v.texte = 'charte' and v.numero = @numero
  and not exists (select from textes_versions w where w.texte = v.texte and w.numero > v.numero)
on conflict (utilisateur, version_id) do nothing`

const acceptationSQL = `
select exists (
    select from acceptations a
    join textes_versions v on v.id = a.version_id
    where a.utilisateur = @utilisateur and v.texte = 'charte' and v.numero = @numero)`

// Accepter records that the agent accepts this version of the charte. Twice is
// once. A version that is no longer in force is fault.Conflict: the agent reads
// the new one first.
func Accepter(ctx context.Context, db pg.DB, s habilitations.Session, numero int) error {
	t, err := db.Exec(ctx, accepterSQL, pg.Args{"utilisateur": s.Utilisateur, "organisme": s.Organisme, "numero": numero})
	if err != nil {
		return fmt.Errorf("textes: accepting: %w", err)
	}
	if t.RowsAffected() > 0 {
		return nil
	}
	var deja bool
	if err := db.QueryRow(ctx, acceptationSQL, pg.Args{"utilisateur": s.Utilisateur, "numero": numero}).Scan(&deja); err != nil {
		return fmt.Errorf("textes: accepting: %w", err)
	}
	if !deja {
		return fault.Refuser(fault.Conflict, "Une nouvelle version de la charte vient d’être publiée : relisez-la avant de l’accepter.")
	}
	return nil
}

// Acceptation is an agent, for one organisme, and what it accepted of the
// charte.
type Acceptation struct {
	Utilisateur  int64
	Nom, Prenom  string
	Organisme    string // code
	OrganismeNom string
	Suspendu     bool
	Numero       int // latest version accepted, 0 for none
	AccepteLe    *time.Time
	Empreinte    string
	AJour        bool // the version in force is accepted
}

const acceptationsSQL = `
select u.id as utilisateur, u.nom, u.prenom, o.code as organisme, o.nom as organisme_nom, u.suspendu,
    coalesce(c.numero, 0) as numero, c.accepte_le, coalesce(c.empreinte, '') as empreinte,
    not ` + AAccepterSQL + ` as a_jour
from utilisateurs u
join affectations f on f.utilisateur = u.id
join organismes o on o.code = f.organisme
left join lateral (
    select v.numero, a.accepte_le, a.empreinte
    from acceptations a
    join textes_versions v on v.id = a.version_id and v.texte = 'charte'
    where a.utilisateur = u.id
    order by v.numero desc
    limit 1) c on true
where @organisme in ('', o.code)
order by o.nom, u.nom_n, u.prenom_n, u.id`

// Acceptations lists the agents whose accounts the session manages, organisme
// by organisme, with the latest version of the charte that each accepted.
func Acceptations(ctx context.Context, db pg.DB, s habilitations.Session) ([]Acceptation, error) {
	if !s.Peut(habilitations.GererUtilisateurs) {
		return nil, fault.Forbidden
	}
	organisme := s.Organisme
	if s.Peut(habilitations.ToutOrganisme) {
		organisme = ""
	}
	rows, err := db.Query(ctx, acceptationsSQL, pg.Args{"organisme": organisme})
	if err != nil {
		return nil, fmt.Errorf("textes: acceptances: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByName[Acceptation])
	if err != nil {
		return nil, fmt.Errorf("textes: acceptances: %w", err)
	}
	return l, nil
}

const accepteesSQL = `
select v.numero, a.accepte_le
from acceptations a
join textes_versions v on v.id = a.version_id
where a.utilisateur = @utilisateur and v.texte = 'charte'
order by v.numero desc
limit 1`

// Derniere is the latest acceptance of an agent; numero is 0 for none.
func Derniere(ctx context.Context, db pg.DB, s habilitations.Session) (numero int, le time.Time, err error) {
	err = db.QueryRow(ctx, accepteesSQL, pg.Args{"utilisateur": s.Utilisateur}).Scan(&numero, &le)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, time.Time{}, nil
	}
	return numero, le, err
}

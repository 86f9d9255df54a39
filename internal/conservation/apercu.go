package conservation

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// Apercu is what the next run will do.
type Apercu struct {
	Mois       int       // kept after radiation
	Limite     jour.Date // radiated that day or before
	Nombre     int       // demandes that the next run erases
	Calendrier []Mois    // the next twelve months
}

// Mois is what will be erased during a month.
type Mois struct {
	Debut  jour.Date
	Nombre int
}

// Months are those in which the delay of each radiation ends.
const calendrierSQL = `
select date_trunc('month', date_radiation + make_interval(months => @mois))::date as debut, count(*) as nombre
from demandes
where statut = 'RADIEE' and date_radiation > @limite
group by 1
order by 1
limit 13`

// Prochain tells what the run of that day would erase, and what comes after.
func Prochain(ctx context.Context, db pg.DB, s habilitations.Session, le jour.Date) (Apercu, error) {
	var a Apercu
	if !s.Peut(habilitations.Effacer) {
		return a, fault.Forbidden
	}
	var err error
	if a.Mois, err = duree(ctx, db); err != nil {
		return a, err
	}
	a.Limite = Limite(le, a.Mois)
	if a.Nombre, err = compter(ctx, db, a.Limite); err != nil {
		return a, fmt.Errorf("conservation: preview: %w", err)
	}
	rows, err := db.Query(ctx, calendrierSQL, pg.Args{"mois": a.Mois, "limite": a.Limite})
	if err != nil {
		return a, fmt.Errorf("conservation: calendar: %w", err)
	}
	if a.Calendrier, err = pgx.CollectRows(rows, pgx.RowToStructByName[Mois]); err != nil {
		return a, fmt.Errorf("conservation: calendar: %w", err)
	}
	return a, nil
}

// AEffacer is a demande of the next run, without any name.
type AEffacer struct {
	NumeroUnique  string
	Organisme     string // code
	OrganismeNom  string
	Motif         string // code of motif_radiation
	DateRadiation jour.Date
}

const listeSQL = `
select d.numero_unique, d.organisme, o.nom as organisme_nom, d.motif_radiation as motif, d.date_radiation
from demandes d
join organismes o on o.code = d.organisme
where d.statut = 'RADIEE' and d.date_radiation <= @limite
order by d.date_radiation, d.id`

// Liste gives the demandes that the run of that day would erase.
func Liste(ctx context.Context, db pg.DB, s habilitations.Session, le jour.Date) ([]AEffacer, error) {
	if !s.Peut(habilitations.Effacer) {
		return nil, fault.Forbidden
	}
	mois, err := duree(ctx, db)
	if err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, listeSQL, pg.Args{"limite": Limite(le, mois)})
	if err != nil {
		return nil, fmt.Errorf("conservation: list: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByName[AEffacer])
	if err != nil {
		return nil, fmt.Errorf("conservation: list: %w", err)
	}
	return l, nil
}

// Execution is a past run.
type Execution struct {
	ID         int64
	CommenceLe time.Time
	TermineLe  *time.Time // nil: cut, the next run goes on
	Limite     jour.Date
	Mois       int
	AEffacer   int
	Effacees   int
	Auteur     string // "Claire Montagné"; "" for the night
}

const executionsSQL = `
select e.id, e.commence_le, e.termine_le, e.limite, e.mois, e.a_effacer, e.effacees, coalesce(u.prenom || ' ' || u.nom, '') as auteur
from effacements e
left join utilisateurs u on u.id = e.utilisateur
order by e.id desc
limit 60`

// Executions lists the latest runs: who, when, how many.
func Executions(ctx context.Context, db pg.DB, s habilitations.Session) ([]Execution, error) {
	if !s.Peut(habilitations.Effacer) {
		return nil, fault.Forbidden
	}
	rows, err := db.Query(ctx, executionsSQL)
	if err != nil {
		return nil, fmt.Errorf("conservation: runs: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByName[Execution])
	if err != nil {
		return nil, fmt.Errorf("conservation: runs: %w", err)
	}
	return l, nil
}

// Package accueil is what an agent finds on arriving: the dossiers to go back
// to, what awaits, and the demandes of the département by type of dwelling.
package accueil

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/demandes"
	"imhoweb/internal/gestion"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// How many dossiers each block shows, and how far ahead the échéances are
// announced, in days.
const (
	MaxRecents    = 8
	MaxBrouillons = 5
	MaxEnCours    = 5
	JoursEcheance = 30
)

// Dossier is a line of the home page.
type Dossier struct {
	Numero       string // as addresses name it: numéro unique, or b-12
	NumeroUnique string // "" for a draft
	Etat         string // displayed state
	Incomplete   bool
	Nom, Prenom  string         // of the demandeur, as typed; the raison sociale of a personne morale
	Naissance    jour.Date      // zero for a draft
	Quand        time.Time      // opened, or typed last
	Auteur       string         // "Maëlle BARTHÈS", who typed last
	Moi          bool           // the agent did
	Sorte        demandes.Sorte // of a working copy
	Total        int            // lines that the block would hold without its bound
}

// Accueil is the home page of an agent, but for the figures of the
// département. What the profile doesn't open is empty.
type Accueil struct {
	Recents     []Dossier // opened last
	Brouillons  []Dossier // of the organisme, the agent's own first
	EnCours     []Dossier // modifications and renewals not confirmed
	Creees      int       // by the agent, today
	Renouvelees int
	Echeances   Attente // that end within JoursEcheance days
	Echues      Attente // not renewed, still active
}

// Attente is a search and the number of demandes that it finds.
type Attente struct {
	Criteres gestion.Criteres
	Nombre   int
}

const recentsSQL = `
select coalesce(d.numero_unique, 'b-' || d.id) as numero, coalesce(d.numero_unique, '') as numero_unique, d.etat, d.incomplete,
    coalesce(p.nom, a.valeurs->>case when d.personne_morale then 'morale.raison_sociale' else 'demandeur.nom' end, '') as nom,
    coalesce(p.prenom, a.valeurs->>'demandeur.prenom', '') as prenom, p.naissance, o.ouvert_le as quand,
    '' as auteur, true as moi, '' as sorte, 0 as total
from dernieres_ouvertures o
join demandes d on d.id = o.demande_id
left join personnes p on p.demande_id = d.id and p.role = 'demandeur'
left join saisies a on a.demande_id = d.id and a.sorte = 'creation'
where o.utilisateur = @utilisateur
  and (%s)
order by o.ouvert_le desc
limit @limite`

const brouillonsSQL = `
select 'b-' || d.id as numero, '' as numero_unique, d.etat, d.incomplete,
    coalesce(a.valeurs->>case when d.personne_morale then 'morale.raison_sociale' else 'demandeur.nom' end, '') as nom,
    coalesce(a.valeurs->>'demandeur.prenom', '') as prenom, null::date as naissance, a.modifie_le as quand,
    u.prenom || ' ' || upper(u.nom) as auteur, a.utilisateur = @utilisateur as moi, a.sorte, (count(*) over ())::int as total
from demandes d
join saisies a on a.demande_id = d.id and a.sorte = 'creation'
join utilisateurs u on u.id = a.utilisateur
where d.statut = 'BROUILLON'
  and d.organisme = @organisme
  and (%s)
order by a.utilisateur = @utilisateur desc, a.modifie_le desc
limit @limite`

const enCoursSQL = `
select d.numero_unique as numero, d.numero_unique, d.etat, d.incomplete, coalesce(p.nom, '') as nom, coalesce(p.prenom, '') as prenom,
    p.naissance, a.modifie_le as quand, '' as auteur, true as moi, a.sorte, (count(*) over ())::int as total
from saisies a
join demandes d on d.id = a.demande_id
left join personnes p on p.demande_id = d.id and p.role = 'demandeur'
where a.utilisateur = @utilisateur
  and a.organisme = @organisme
  and a.sorte <> 'creation'
  and d.statut = 'ACTIVE'
  and (%s)
order by a.modifie_le desc
limit @limite`

// evenements_flux serves it.
const journeeSQL = `
select count(*) filter (where type = 'CRE'), count(*) filter (where type = 'REN')
from evenements
where departement = @departement
  and type in ('CRE', 'REN')
  and quand >= @minuit
  and utilisateur = @utilisateur`

// echeancesSQL counts what the lists of those criteria show. The demandes near
// their end are chosen first (demandes_date_echeance): the perimeter of a
// collectivité is then asked of them only.
const echeancesSQL = `
with proches as materialized (
    select d.id, d.departement, d.organisme, d.statut, d.date_echeance, d.cibles
    from demandes d
    where d.departement = @departement
      and d.date_echeance <= @jusque
      and d.statut <> 'RADIEE'
)
select count(*) filter (where d.date_echeance >= @jour), count(*) filter (where d.date_echeance < @jour)
from proches d
where %s`

// Lire reads the home page of the session on that day, in one round trip.
func Lire(ctx context.Context, db pg.DB, s habilitations.Session, le jour.Date) (Accueil, error) {
	jusque := le.Jours(JoursEcheance)
	a := Accueil{Echeances: attente(le, jusque), Echues: attente(jour.Date{}, le.Jours(-1))}
	if !s.Peut(habilitations.ConsulterDemande) {
		return a, nil
	}
	var w pg.Where
	w.AndCondition(s.Portee(habilitations.ConsulterDemande))
	b := &pgx.Batch{}
	dossiers(b, &w, recentsSQL, pg.Args{"utilisateur": s.Utilisateur, "limite": MaxRecents}, &a.Recents)
	dossiers(b, &w, brouillonsSQL, pg.Args{"utilisateur": s.Utilisateur, "organisme": s.Organisme, "limite": MaxBrouillons}, &a.Brouillons)
	dossiers(b, &w, enCoursSQL, pg.Args{"utilisateur": s.Utilisateur, "organisme": s.Organisme, "limite": MaxEnCours}, &a.EnCours)
	b.Queue(journeeSQL, pg.Args{"departement": s.Departement, "minuit": minuit(le), "utilisateur": s.Utilisateur}).QueryRow(func(row pgx.Row) error {
		return row.Scan(&a.Creees, &a.Renouvelees)
	})
	args := pg.Args{"departement": s.Departement, "jour": le, "jusque": jusque}
	b.Queue(fmt.Sprintf(echeancesSQL, w.SQL()), w.Args(args)).QueryRow(func(row pgx.Row) error {
		return row.Scan(&a.Echeances.Nombre, &a.Echues.Nombre)
	})
	if err := db.SendBatch(ctx, b).Close(); err != nil {
		return a, fmt.Errorf("accueil: read: %w", err)
	}
	return a, nil
}

// attente is the search of the échéances of a period.
func attente(du, au jour.Date) Attente {
	return Attente{Criteres: gestion.Criteres{Dates: map[string]gestion.Periode{"demande.date_echeance": {Du: du, Au: au}}}}
}

// dossiers queues a list of the home page, within the session's sight.
func dossiers(b *pgx.Batch, w *pg.Where, sql string, args pg.Args, dans *[]Dossier) {
	b.Queue(fmt.Sprintf(sql, w.SQL()), w.Args(args)).Query(func(rows pgx.Rows) (err error) {
		*dans, err = pgx.CollectRows(rows, pgx.RowToStructByName[Dossier])
		return err
	})
}

// minuit is when a day begins in Paris.
func minuit(le jour.Date) time.Time {
	a, m, j := le.Date()
	return time.Date(a, m, j, 0, 0, 0, 0, jour.Paris)
}

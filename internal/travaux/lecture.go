package travaux

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

// Etat is where a job stands.
type Etat string

// Etats of a job.
const (
	EnAttente  Etat = "EN_ATTENTE"
	EnCours    Etat = "EN_COURS"
	AReprendre Etat = "A_REPRENDRE" // failed, will be tried again
	Reussi     Etat = "REUSSI"
	Echec      Etat = "ECHEC"
	Annule     Etat = "ANNULE"
)

// Etats lists them with their French label, in the order of screens.
var Etats = []struct {
	Code    Etat
	Libelle string
}{
	{EnAttente, "En attente"},
	{EnCours, "En cours"},
	{AReprendre, "Nouvel essai prévu"},
	{Reussi, "Terminé"},
	{Echec, "En échec"},
	{Annule, "Annulé"},
}

// Libelle is its French label.
func (e Etat) Libelle() string {
	for _, x := range Etats {
		if x.Code == e {
			return x.Libelle
		}
	}
	return string(e)
}

// Fini tells that nothing more will happen by itself.
func (e Etat) Fini() bool { return e == Reussi || e == Echec || e == Annule }

// Fiche is a job as it is read.
type Fiche struct {
	ID             int64
	Code, Libelle  string
	Utilisateur    int64 // 0 for the schedule
	Agent          string
	Organisme      string
	Etat           Etat
	Essais         int
	Total, Fait    int
	Message        string
	Erreur         string
	Annuler        bool
	Oublie         bool
	Resultat       string
	Demande        time.Time
	Debut, Fin     time.Time // zero: not yet
	Maintenant     time.Time // of the base, when it was read
	Fichier        string    // name of the file made; "" without, or once erased
	Octets         int64
	FichierPerimeA time.Time
}

// Duree is how long it has run, or ran.
func (f Fiche) Duree() time.Duration {
	switch {
	case f.Debut.IsZero():
		return 0
	case f.Fin.IsZero():
		return f.Maintenant.Sub(f.Debut)
	}
	return f.Fin.Sub(f.Debut)
}

// Reste is how long it should still run; 0 when nobody can tell yet.
func (f Fiche) Reste() time.Duration {
	if f.Etat != EnCours || f.Total <= 0 || f.Fait <= 0 || f.Fait >= f.Total {
		return 0
	}
	return time.Duration(float64(f.Duree()) * float64(f.Total-f.Fait) / float64(f.Fait))
}

// Relancable tells whether it may be started again as it was.
func (f Fiche) Relancable() bool { return (f.Etat == Echec || f.Etat == Annule) && !f.Oublie }

const ficheSQL = `
select t.id, t.code, t.libelle, coalesce(t.utilisateur, 0), coalesce(upper(u.nom) || ' ' || u.prenom, ''), t.organisme, t.etat, t.essais,
    t.total, t.fait, t.message, t.erreur, t.annuler, t.oublie, t.resultat, t.demande_le,
    coalesce(t.debut, '0001-01-01 00:00:00Z'), coalesce(t.fin, '0001-01-01 00:00:00Z'), now(),
    coalesce(f.nom, ''), coalesce(f.octets, 0), coalesce(f.perime_le, '0001-01-01 00:00:00Z')
from travaux t
left join utilisateurs u on u.id = t.utilisateur
left join fichiers_travaux f on f.travail = t.id and f.perime_le > now()
`

// Lire reads the job that the session asked for, or any with GererTravaux.
func Lire(ctx context.Context, db pg.DB, s habilitations.Session, id int64) (Fiche, error) {
	rows, err := db.Query(ctx, ficheSQL+"where t.id = @id and (@tout or t.utilisateur = @utilisateur and t.organisme = @organisme)",
		pg.Args{"id": id, "tout": s.Peut(habilitations.GererTravaux), "utilisateur": s.Utilisateur, "organisme": s.Organisme})
	if err != nil {
		return Fiche{}, fmt.Errorf("travaux: read: %w", err)
	}
	f, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Fiche])
	if errors.Is(err, pgx.ErrNoRows) {
		return f, fault.NotFound
	}
	return f, envelopper(err, "read")
}

// listes bounds what a list shows: the latest.
const (
	maxListe = 3000
	maxMiens = 20
)

// Lister reads the latest jobs, for who manages them.
func Lister(ctx context.Context, db pg.DB, s habilitations.Session) ([]Fiche, error) {
	if !s.Peut(habilitations.GererTravaux) {
		return nil, fault.Forbidden
	}
	return lister(ctx, db, "order by t.id desc limit @max", pg.Args{"max": maxListe})
}

// Vivants reads the jobs that aren't over, for who manages them.
func Vivants(ctx context.Context, db pg.DB, s habilitations.Session) ([]Fiche, error) {
	if !s.Peut(habilitations.GererTravaux) {
		return nil, fault.Forbidden
	}
	return lister(ctx, db, "where t.etat in ('EN_ATTENTE', 'EN_COURS', 'A_REPRENDRE') order by t.id desc limit @max", pg.Args{"max": maxListe})
}

// Miens reads the latest jobs that the session asked for.
func Miens(ctx context.Context, db pg.DB, s habilitations.Session) ([]Fiche, error) {
	return lister(ctx, db, "where t.utilisateur = @utilisateur and t.organisme = @organisme order by t.id desc limit @max",
		pg.Args{"max": maxMiens, "utilisateur": s.Utilisateur, "organisme": s.Organisme})
}

func lister(ctx context.Context, db pg.DB, suite string, args pg.Args) ([]Fiche, error) {
	rows, err := db.Query(ctx, ficheSQL+suite, args)
	if err != nil {
		return nil, fmt.Errorf("travaux: list: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Fiche])
	return l, envelopper(err, "list")
}

// A failure counts until the same work has succeeded, or for a week.
const enEchecSQL = `
select count(*)
from travaux t
where etat = 'ECHEC' and fin > now() - interval '7 days'
  and not exists (select from travaux apres where apres.code = t.code and apres.id > t.id and apres.etat = 'REUSSI')`

// EnEchec is the number of jobs that ATLAS should look at.
func EnEchec(ctx context.Context, db pg.DB) (int, error) {
	var n int
	err := db.QueryRow(ctx, enEchecSQL).Scan(&n)
	return n, envelopper(err, "failures")
}

// Prevision is a job of the schedule: its next time, and how its last run went.
type Prevision struct {
	Travail  Travail
	Prochain time.Time
	Dernier  Fiche // zero when it has never run, or left no trace
}

const derniersSQL = `where t.id in (select max(id) from travaux where code = any(@codes) group by code)`

// Calendrier is what the schedule will start, in the order of the table.
func (f *File) Calendrier(ctx context.Context, db pg.DB, le time.Time) ([]Prevision, error) {
	var l []Prevision
	var codes []string
	for _, t := range f.table {
		if t.Periodique() {
			l, codes = append(l, Prevision{Travail: t, Prochain: t.Prochaine(le)}), append(codes, t.Code)
		}
	}
	derniers, err := lister(ctx, db, derniersSQL, pg.Args{"codes": codes})
	for i := range l {
		for _, d := range derniers {
			if d.Code == l[i].Travail.Code {
				l[i].Dernier = d
			}
		}
	}
	return l, err
}

package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// Alerte is a fact of the journal that deserves a look.
type Alerte struct {
	ID                int64
	Regle             string // code, see RegleDe
	Utilisateur       int64
	Nom, Prenom       string
	Organisme         string
	OrganismeNom      string
	Demande           int64
	NumeroUnique      string
	Debut, Fin        time.Time
	Faits             int
	TrouveeLe         time.Time
	TraiteeLe         *time.Time // nil: waits for an auditor
	ParNom, ParPrenom string     // who treated it
	Commentaire       string
	Version           int
}

const alertesSQL = `
select a.id, a.regle, a.utilisateur, coalesce(u.nom, '') as nom, coalesce(u.prenom, '') as prenom, a.organisme,
    coalesce(o.nom, a.organisme) as organisme_nom, coalesce(a.demande, 0) as demande, coalesce(d.numero_unique, '') as numero_unique,
    a.debut, a.fin, a.faits, a.trouvee_le, a.traitee_le, coalesce(p.nom, '') as par_nom, coalesce(p.prenom, '') as par_prenom,
    a.commentaire, a.version
from alertes_journal a
left join utilisateurs u on u.id = a.utilisateur
left join utilisateurs p on p.id = a.traitee_par
left join organismes o on o.code = a.organisme
left join demandes d on d.id = a.demande
where @id = 0 or a.id = @id
order by (a.traitee_le is null) desc, a.debut desc, a.id desc
limit @limite`

const maxAlertes = 5000

// Alertes lists them, those that wait first, the latest first.
func Alertes(ctx context.Context, db pg.DB, s habilitations.Session) ([]Alerte, error) {
	return lireAlertes(ctx, db, s, 0)
}

// LireAlerte gives one; an unknown one is fault.NotFound.
func LireAlerte(ctx context.Context, db pg.DB, s habilitations.Session, id int64) (Alerte, error) {
	if id <= 0 {
		return Alerte{}, fault.NotFound
	}
	l, err := lireAlertes(ctx, db, s, id)
	if err == nil && len(l) == 0 {
		err = fault.NotFound
	}
	if err != nil {
		return Alerte{}, err
	}
	return l[0], nil
}

func lireAlertes(ctx context.Context, db pg.DB, s habilitations.Session, id int64) ([]Alerte, error) {
	if !s.Peut(habilitations.LireJournal) {
		return nil, fault.Forbidden
	}
	rows, err := db.Query(ctx, alertesSQL, pg.Args{"id": id, "limite": maxAlertes})
	if err != nil {
		return nil, fmt.Errorf("journal: alertes: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByName[Alerte])
	if err != nil {
		return nil, fmt.Errorf("journal: alertes: %w", err)
	}
	return l, nil
}

// Examine tells until when the accesses have been looked at; the zero time when
// they never were.
func Examine(ctx context.Context, db pg.DB) (time.Time, error) {
	var le time.Time
	err := db.QueryRow(ctx, "select jusqu_au from alertes_passages").Scan(&le)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return le, fmt.Errorf("journal: last look: %w", err)
	}
	return le, nil
}

const traiterSQL = `
update alertes_journal
set traitee_le = case when @traitee then coalesce(traitee_le, now()) end,
    traitee_par = case when @traitee then @utilisateur::bigint end,
    commentaire = @commentaire, version = version + 1
where id = @id and version = @version`

const maxCommentaire = 2000 // characters

// Traiter closes an alerte with a comment, or opens it again. Another version
// is fault.Conflict, unless the alerte already says the same.
func Traiter(ctx context.Context, db pg.DB, s habilitations.Session, id int64, version int, commentaire string, traitee bool) error {
	commentaire = strings.TrimSpace(commentaire)
	switch {
	case !s.Peut(habilitations.LireJournal):
		return fault.Forbidden
	case traitee && commentaire == "":
		return fault.Fields{{Nom: "commentaire", Message: "Dites ce que vous avez constaté : l’alerte reste lisible avec votre commentaire."}}
	case len([]rune(commentaire)) > maxCommentaire:
		return fault.Fields{{Nom: "commentaire", Message: "Raccourcissez le commentaire à 2\u202f000 caractères."}}
	}
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		avant, err := LireAlerte(ctx, tx, s, id)
		if err != nil {
			return err
		}
		if avant.Commentaire == commentaire && (avant.TraiteeLe != nil) == traitee {
			return nil // sent twice
		}
		tag, err := tx.Exec(ctx, traiterSQL, pg.Args{
			"id": id, "version": version, "traitee": traitee, "utilisateur": s.Utilisateur, "commentaire": commentaire,
		})
		if err != nil {
			return fmt.Errorf("journal: treat an alerte: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return fault.Conflict
		}
		acte := "rouvrir"
		if traitee {
			acte = "traiter"
		}
		return Changer(ctx, tx, s, Changement{
			Objet: "alerte", Cle: fmt.Sprint(id), Libelle: RegleDe(avant.Regle).Libelle, Organisme: avant.Organisme, Acte: acte,
			Avant: map[string]string{"État": etat(avant.TraiteeLe != nil), "Commentaire": avant.Commentaire},
			Apres: map[string]string{"État": etat(traitee), "Commentaire": commentaire},
		})
	})
}

func etat(traitee bool) string {
	if traitee {
		return "traitée"
	}
	return "à traiter"
}

// NbATraiter counts the alertes that wait for an auditor.
func NbATraiter(ctx context.Context, db pg.DB) (n int, err error) {
	if err := db.QueryRow(ctx, "select count(*) from alertes_journal where traitee_le is null").Scan(&n); err != nil {
		return 0, fmt.Errorf("journal: count alertes: %w", err)
	}
	return n, nil
}

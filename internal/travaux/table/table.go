// Package table lists the background jobs: what each calls, when, and with
// which rights. A new job is one entry of Nouvelle.
package table

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/administration"
	"imhoweb/internal/conservation"
	"imhoweb/internal/courriels"
	"imhoweb/internal/demandes"
	"imhoweb/internal/gestion"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/travaux"
	"imhoweb/migrations"
)

// Deps are what jobs need.
type Deps struct {
	DB         *pgxpool.Pool // application role, for jobs alone
	Admin      *pgxpool.Pool // the owner; DB when no other is configured
	Ref        *referentiels.Referentiels
	Inactivite time.Duration // of a session
	Comptes    administration.Comptes
	Facteur    *courriels.Facteur
}

// Codes of the jobs that screens ask for.
const (
	Export       = "export"
	Conservation = "conservation"
	Projections  = "projections"
)

// Nouvelle makes the queue of the site.
func Nouvelle(d Deps) *travaux.File {
	return travaux.Nouvelle([]travaux.Travail{
		{
			Code: Export, Libelle: "Export de la liste des demandes", Unique: true, Essais: 3,
			Droit: habilitations.ExporterDemandes, Faire: d.exporter,
		},
		{
			Code: "acces", Libelle: "Effacement des sessions et des saisies périmées", Horaire: "01:30", Unique: true,
			Faire: sansArguments(d.purgerAcces),
		},
		{
			Code: "certification", Libelle: "Rappel et suspension des accès non confirmés", Horaire: "02:15", Unique: true,
			Faire: sansArguments(d.relire(d.recertifier)),
		},
		{
			Code: Conservation, Libelle: "Effacement des demandes radiées depuis plus d’un an", Horaire: "02:45", Unique: true,
			Droit: habilitations.Effacer, Faire: sansArguments(d.effacer),
		},
		{
			Code: "courriels", Libelle: "Envoi des courriels en attente", Toutes: time.Minute, Unique: true,
			Faire: sansArguments(d.poster),
		},
		{
			Code: "alertes", Libelle: "Recherche d’alertes dans le journal des accès", Horaire: "03:00", Unique: true,
			Faire: sansArguments(d.alerter),
		},
		{
			Code: "journal", Libelle: "Retrait des accès du journal au-delà de leur durée de conservation", Horaire: "03:30", Unique: true,
			Faire: sansArguments(d.relire(d.conserverJournal)),
		},
		{
			Code: Projections, Libelle: "Recalcul des pourcentages de plafond et des territoires visés", Horaire: "04:15", Unique: true,
			Droit: habilitations.GererReferentiels, Faire: sansArguments(d.relire(d.reprojeter)),
		},
		{
			Code: "partitions", Libelle: "Préparation des mois à venir", Horaire: "01:45", Unique: true,
			Faire: sansArguments(d.partitions),
		},
		{
			Code: "purge", Libelle: "Effacement des résultats de travaux et des noms cherchés de plus d’un jour, regroupement des totaux", Toutes: time.Hour, Unique: true,
			Faire: sansArguments(d.purger),
		},
	})
}

// sansArguments is for the jobs of the schedule.
func sansArguments(f func(context.Context, travaux.Suivi) error) func(context.Context, *travaux.Execution, json.RawMessage) error {
	return func(ctx context.Context, x *travaux.Execution, _ json.RawMessage) error { return f(ctx, x) }
}

// relire is for jobs that follow the référentiels or the settings: the instance
// that changed them may be another.
func (d Deps) relire(f func(context.Context, travaux.Suivi) error) func(context.Context, travaux.Suivi) error {
	return func(ctx context.Context, suivi travaux.Suivi) error {
		if _, err := d.Ref.Rafraichir(ctx); err != nil {
			return err
		}
		return f(ctx, suivi)
	}
}

// ArgumentsExport are those of the job Export.
type ArgumentsExport struct {
	Export    gestion.Export
	Recherche string // the names sought, as the journal knows them; may be empty
}

// exporter writes the list that was asked for, as its author saw it, into a
// file of the job. The journal has it before anybody can open the file.
func (d Deps) exporter(ctx context.Context, x *travaux.Execution, arguments json.RawMessage) error {
	var a ArgumentsExport
	if err := json.Unmarshal(arguments, &a); err != nil {
		return err
	}
	s, e := habilitations.FromContext(ctx), a.Export
	e.Avancer = x.Avancer
	nom := "demandes-" + jour.Aujourdhui().ISO() + ".csv"
	return x.Deposer(ctx, nom, "text/csv; charset=utf-8", func(w io.Writer) error {
		var n int
		err := pg.ReadOnly(ctx, d.DB, func(tx pgx.Tx) error {
			total, err := gestion.Compter(ctx, tx, s, e.Criteres)
			if err != nil {
				return err
			}
			x.Total(total)
			n, err = gestion.Exporter(ctx, tx, s, d.Ref, e, w)
			return err
		})
		if err != nil {
			return err
		}
		x.Total(n)
		return journal.Inscrire(ctx, d.DB, journal.Entree{
			FaitLe: time.Now(), Utilisateur: s.Utilisateur, Organisme: s.Organisme, Sorte: journal.Export,
			Ecran: "Liste des demandes, en arrière-plan", Criteres: e.Criteres.PhraseSansTexte(d.Ref), Recherche: a.Recherche, Lignes: &n,
		})
	})
}

func (d Deps) purgerAcces(ctx context.Context, _ travaux.Suivi) error {
	return administration.PurgerAcces(ctx, d.DB, d.Inactivite)
}

// recertifier reminds, suspends, and lets the reminders leave.
func (d Deps) recertifier(ctx context.Context, suivi travaux.Suivi) error {
	if err := d.Comptes.Recertifier(ctx, d.DB, time.Now(), administration.RythmeDe(d.Ref), suivi); err != nil {
		return err
	}
	return d.poster(ctx, suivi)
}

// poster sends what waits, again if need be, and removes the old mails.
func (d Deps) poster(ctx context.Context, suivi travaux.Suivi) error {
	n, err := d.Facteur.Passer(ctx)
	suivi.Avancer(n)
	if err != nil {
		return err
	}
	_, err = courriels.Purger(ctx, d.DB)
	return err
}

func (d Deps) alerter(ctx context.Context, x travaux.Suivi) error {
	return journal.Alerter(ctx, d.DB, x)
}

func (d Deps) conserverJournal(ctx context.Context, x travaux.Suivi) error {
	return proprietaire(journal.Conserver(ctx, d.Admin, d.Ref.Entier(referentiels.ConservationJournal), x))
}

// effacer is asked by an agent, or by the schedule.
func (d Deps) effacer(ctx context.Context, suivi travaux.Suivi) error {
	if s := habilitations.FromContext(ctx); s.Utilisateur != 0 {
		return conservation.EffacerPour(ctx, d.DB, s, suivi)
	}
	return conservation.Effacer(ctx, d.DB, suivi)
}

func (d Deps) partitions(ctx context.Context, _ travaux.Suivi) error {
	return proprietaire(migrations.Partitions(ctx, d.Admin, migrations.MoisAVenir))
}

func (d Deps) purger(ctx context.Context, x travaux.Suivi) error {
	n, err := travaux.Purger(ctx, d.DB)
	x.Avancer(n)
	return errors.Join(err, gestion.Purger(ctx, d.DB), demandes.RegrouperEffectifs(ctx, d.DB))
}

func (d Deps) reprojeter(ctx context.Context, x travaux.Suivi) error {
	vus := 0
	return demandes.Fichier{Ref: d.Ref}.Reprojeter(ctx, d.DB, d.Ref.Texte(referentiels.DepartementFichier), func(faits, total int) {
		x.Total(total)
		x.Avancer(faits - vus)
		vus = faits
	})
}

// proprietaire says what is missing when the owner's right is refused.
func proprietaire(err error) error {
	var e *pgconn.PgError
	if errors.As(err, &e) && e.Code == "42501" { // insufficient_privilege
		return fault.Refuser(fault.Forbidden, "Ce travail a besoin du rôle propriétaire des tables : donnez DATABASE_URL_ADMIN au service.")
	}
	return err
}

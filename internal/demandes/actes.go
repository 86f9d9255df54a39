package demandes

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// Radiation is what ends a demande by hand (CCH R441-2-8 b and c).
type Radiation struct {
	Motif           string    // RADABA or RADCON
	Date            jour.Date // of the written renunciation
	AvertissementLe jour.Date // RADCON: of the warning
	Preuve          string    // RADCON: proof of delivery of the warning
}

// Valider applies the law's conditions of each motive on that day.
func (r Radiation) Valider(le jour.Date, e *Entete) error {
	var f fault.Fields
	switch r.Motif {
	case RadRenonciation:
		switch {
		case r.Date.IsZero():
			f.Add("radiation.date", "Indiquez la date de l’écrit, par exemple 14/11/2026.")
		case r.Date.Apres(le) || r.Date.Avant(e.DateDepot):
			f.Add("radiation.date", "Indiquez une date entre le dépôt de la demande et aujourd’hui.")
		}
	case RadSansReponse:
		switch {
		case r.AvertissementLe.IsZero():
			f.Add("radiation.avertissement_le", "Indiquez la date de l’avertissement, par exemple 14/10/2026.")
		case r.AvertissementLe.Avant(e.DateDepot):
			f.Add("radiation.avertissement_le", "Indiquez une date après le dépôt de la demande.")
		case r.AvertissementLe.Mois(AvertissementMois).Apres(le):
			f.Add("radiation.avertissement_le", "Attendez un mois après l’avertissement : la radiation sera possible le "+r.AvertissementLe.Mois(AvertissementMois).String()+".")
		}
		if r.Preuve == "" {
			f.Add("radiation.preuve", "Indiquez la preuve de remise, par exemple le numéro du recommandé.")
		}
	default:
		f.Add("radiation.motif", "Choisissez un motif dans la liste.")
	}
	return f.Err()
}

func (r Radiation) differences() []Difference {
	d := []Difference{{Nom: "radiation.motif", Apres: r.Motif}}
	if !r.Date.IsZero() {
		d = append(d, Difference{Nom: "radiation.date", Apres: r.Date.String()})
	}
	if r.Motif == RadSansReponse {
		d = append(d, Difference{Nom: "radiation.avertissement_le", Apres: r.AvertissementLe.String()},
			Difference{Nom: "radiation.preuve", Apres: r.Preuve})
	}
	return d
}

const radierSQL = `
update demandes set
  statut = 'RADIEE', motif_radiation = @motif, date_radiation = @le, avancement = '', version = version + 1, modifie_le = now()
where id = @id and version = @version`

// Radier ends an active demande for one of the motives an agent may use. The
// reason and its proofs go into the événement.
func (f Fichier) Radier(ctx context.Context, db pg.DB, s habilitations.Session, numero string, r Radiation, le jour.Date) (*Entete, error) {
	return f.acte(ctx, db, s, numero, habilitations.RadierDemande, ActeRadier, le, func(tx pgx.Tx, e *Entete) (Evenement, []Difference, error) {
		if err := r.Valider(le, e); err != nil {
			return Evenement{}, nil, err
		}
		if err := versionSuivante(ctx, tx, radierSQL, pg.Args{"motif": r.Motif, "le": le, "id": e.ID, "version": e.Version}); err != nil {
			return Evenement{}, nil, err
		}
		e.Statut, e.MotifRadiation, e.DateRadiation, e.Version = Radiee, r.Motif, le, e.Version+1
		ev := f.evenement(s, e, EvRadiation)
		ev.Motif, ev.DateEffet = r.Motif, le
		return ev, r.differences(), nil
	})
}

// Reactivation brings a radiated demande back with its number and seniority.
type Reactivation struct {
	ReponseLe jour.Date // RADCON: when the demandeur's answer was received
	Preuve    string    // RADCON: what proves it
}

// Valider applies CDC §6.1 and §6.5.
func (r Reactivation) Valider(le jour.Date, e *Entete) error {
	var f fault.Fields
	if e.MotifRadiation == RadSansReponse {
		switch {
		case r.ReponseLe.IsZero():
			f.Add("reactivation.reponse_le", "Indiquez la date de la réponse, par exemple 14/11/2026.")
		case r.ReponseLe.Apres(le) || r.ReponseLe.Avant(e.DateDepot):
			f.Add("reactivation.reponse_le", "Indiquez une date entre le dépôt de la demande et aujourd’hui.")
		}
		if r.Preuve == "" {
			f.Add("reactivation.preuve", "Indiquez ce qui prouve la réponse, par exemple « courrier reçu au guichet ».")
		}
	}
	return f.Err()
}

// DroitReactiver is the right that reactivates this demande: that of agents
// after a radiation for no answer, that of ATLAS after a non-renewal.
func (e *Entete) DroitReactiver() habilitations.Droit {
	if e.MotifRadiation == RadNonRenouvelee {
		return habilitations.ReactiverNonRenouv
	}
	return habilitations.ReactiverDemande
}

const reactiverSQL = `
update demandes set
  statut = 'ACTIVE', motif_radiation = '', date_radiation = null, date_renouvellement = @renouvellement, date_echeance = @echeance,
  version = version + 1, modifie_le = now()
where id = @id and version = @version`

// Reactiver cancels a radiation within its delay. A demande that was not
// renewed, or whose validity has run out since, comes back renewed on that day
// (conception §11), with its attestation.
func (f Fichier) Reactiver(ctx context.Context, db pg.DB, s habilitations.Session, numero string, r Reactivation, le jour.Date) (*Entete, error) {
	e, err := EnteteDe(ctx, db, s, habilitations.ConsulterDemande, numero)
	if err != nil {
		return nil, err
	}
	return f.acte(ctx, db, s, numero, e.DroitReactiver(), ActeReactiver, le, func(tx pgx.Tx, e *Entete) (Evenement, []Difference, error) {
		if err := r.Valider(le, e); err != nil {
			return Evenement{}, nil, err
		}
		var diffs []Difference
		if e.MotifRadiation == RadSansReponse {
			diffs = append(diffs, Difference{Nom: "reactivation.reponse_le", Apres: r.ReponseLe.String()}, Difference{Nom: "reactivation.preuve", Apres: r.Preuve})
		}
		if e.MotifRadiation == RadNonRenouvelee || e.DateEcheance.Avant(le) {
			diffs = append(diffs, Difference{Nom: "demande.date_renouvellement", Avant: e.DateRenouvellement.String(), Apres: le.String()})
			e.DateRenouvellement, e.DateEcheance = le, Echeance(le)
		}
		err := versionSuivante(ctx, tx, reactiverSQL, pg.Args{"renouvellement": e.DateRenouvellement, "echeance": e.DateEcheance, "id": e.ID, "version": e.Version})
		if err != nil {
			return Evenement{}, nil, err
		}
		ev := f.evenement(s, e, EvReactivation)
		ev.Motif, ev.DateEffet, ev.Version = e.MotifRadiation, le, e.Version+1
		e.Statut, e.MotifRadiation, e.DateRadiation, e.Version = Active, "", jour.Date{}, e.Version+1
		return ev, diffs, nil
	})
}

// acte does what every act on a registered demande does: the row locked and in
// the session's reach, the act possible, then the change, its événement and the
// projection, together or not at all.
func (f Fichier) acte(ctx context.Context, db pg.DB, s habilitations.Session, numero string, droit habilitations.Droit, a Acte, le jour.Date,
	faire func(pgx.Tx, *Entete) (Evenement, []Difference, error)) (*Entete, error) {
	var e Entete
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		var err error
		if e, err = EnteteDe(ctx, tx, s, droit, numero); err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `select from demandes where id = @id for update`, pg.Args{"id": e.ID}); err != nil {
			return err
		}
		if e, err = EnteteDe(ctx, tx, s, droit, numero); err != nil { // as it is now that it is ours
			return err
		}
		if err = e.Possible(a, le); err != nil {
			return err
		}
		ev, diffs, err := faire(tx, &e)
		if err != nil {
			return err
		}
		if _, err = f.journaliser(ctx, tx, ev, diffs); err != nil {
			return err
		}
		if err = f.projeter(ctx, tx, e.ID); err != nil {
			return err
		}
		if a == ActeReactiver {
			d, err := f.getComplet(ctx, tx, s, habilitations.ConsulterDemande, numero)
			if err != nil {
				return err
			}
			b := &pgx.Batch{}
			if err := f.attester(b, d, "reactivation", le); err != nil {
				return err
			}
			return tx.SendBatch(ctx, b).Close()
		}
		return nil
	})
	return &e, err
}

// versionSuivante runs an update that must touch its row.
func versionSuivante(ctx context.Context, tx pgx.Tx, sql string, args pg.Args) error {
	t, err := tx.Exec(ctx, sql, args)
	if err == nil && t.RowsAffected() == 0 {
		err = fault.Refuser(fault.Conflict, "La demande vient d’être modifiée par un autre agent. Relisez-la puis recommencez.")
	}
	return err
}

// An opening lost in a crash is no loss: nothing waits for the disk.
const ouvrirSQL = `
with sans_attendre as materialized (select set_config('synchronous_commit', 'off', true))
insert into dernieres_ouvertures (utilisateur, demande_id)
select @utilisateur, @demande
from sans_attendre
on conflict (utilisateur, demande_id) do update set ouvert_le = now()`

// Ouvrir notes that a user opened a dossier, for the home page.
func Ouvrir(ctx context.Context, db pg.DB, s habilitations.Session, id int64) error {
	_, err := db.Exec(ctx, ouvrirSQL, pg.Args{"utilisateur": s.Utilisateur, "demande": id})
	return err
}

// NumeroURL is how URLs name the demande: its numéro unique, "b-12" for a draft.
func (e *Entete) NumeroURL() string {
	if e.NumeroUnique == "" {
		return "b-" + strconv.FormatInt(e.ID, 10)
	}
	return e.NumeroUnique
}

package administration

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/courriels"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/travaux"
)

// Rythme is that of re-certification, two settings of the file: an administrator
// confirms the list of its agents each quarter; an access that nobody confirms is
// reminded, then suspended (ADIL 49: agents nommément désignés et habilités).
type Rythme struct {
	Periode int // months after which an access must be confirmed again
	Delai   int // days after which it is then suspended
}

// RythmeDe reads the settings.
func RythmeDe(ref *referentiels.Referentiels) Rythme {
	return Rythme{Periode: ref.Entier(referentiels.PeriodeRecertification), Delai: ref.Entier(referentiels.DelaiRecertification)}
}

// pasRappel is the time between two reminders to an organisme.
const pasRappel = 7 * 24 * time.Hour

// aConfirmer is the moment before which an access that nobody answered for
// since must be confirmed again.
func (r Rythme) aConfirmer(le time.Time) time.Time { return le.AddDate(0, -r.Periode, 0) }

// enRetard is the moment before which it is suspended.
func (r Rythme) enRetard(le time.Time) time.Time { return r.aConfirmer(le).AddDate(0, 0, -r.Delai) }

// Situation is where an access stands in the re-certification.
type Situation string

// Situations of an access.
const (
	Confirme   Situation = "confirme"
	AConfirmer Situation = "a_confirmer"
	EnRetard   Situation = "en_retard" // suspended by the next night's work
)

// Depuis is the last day on which somebody answered for the access.
func (a Acces) Depuis() time.Time {
	if a.CertifieLe.After(a.CreeLe) {
		return a.CertifieLe
	}
	return a.CreeLe
}

// Situation gives where an open access stands at that moment.
func (a Acces) Situation(le time.Time, r Rythme) Situation {
	switch {
	case !a.Depuis().After(r.enRetard(le)):
		return EnRetard
	case !a.Depuis().After(r.aConfirmer(le)):
		return AConfirmer
	}
	return Confirme
}

const certifierSQL = `
update affectations set certifiee_le = now(), certifiee_par = @par
where utilisateur = @utilisateur and organisme = @organisme`

// Certifier confirms accesses of an organisme and suspends others, in one act.
// Accesses not named are left as they are; suspended ones too. Refusals are
// those of SuspendreAcces, and nothing is done then.
func Certifier(ctx context.Context, db pg.DB, s habilitations.Session, organisme string, confirmes, refuses []int64) (nConfirmes, nSuspendus int, err error) {
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if len(confirmes)+len(refuses) == 0 {
			return fault.Fields{{Nom: "agents", Message: "Cochez au moins un agent."}}
		}
		for _, id := range slices.Sorted(slices.Values(slices.Concat(confirmes, refuses))) {
			a, err := verrouiller(ctx, tx, s, id, organisme)
			if err != nil {
				return err
			}
			if a.Suspendu() {
				continue
			}
			if slices.Contains(refuses, id) {
				if err := a.verifierSuspension(s); err != nil {
					return err
				}
				if err := a.suspendre(ctx, tx, s, motifDecision); err != nil {
					return err
				}
				nSuspendus++
				continue
			}
			if _, err := tx.Exec(ctx, certifierSQL, pg.Args{"utilisateur": id, "organisme": organisme, "par": s.Utilisateur}); err != nil {
				return fmt.Errorf("confirming an access: %w", err)
			}
			if err := tracer(ctx, tx, s, a, "confirmer", map[string]string{}, map[string]string{"Accès": "confirmé"}); err != nil {
				return err
			}
			nConfirmes++
		}
		return nil
	})
	return nConfirmes, nSuspendus, err
}

// LigneRapport is where an organisme stands in the re-certification.
type LigneRapport struct {
	Organisme     string
	OrganismeNom  string
	TypeOrganisme habilitations.TypeOrganisme
	Agents        int // open accesses
	AConfirmer    int
	EnRetard      int
	NonConfirmes  int // suspended for want of a confirmation
	Derniere      time.Time
	Rappel        time.Time
}

const rapportSQL = `
select o.code as organisme, o.nom as organisme_nom, o.type as type_organisme,
       count(*) filter (where ouverte) as agents,
       count(*) filter (where ouverte and depuis <= @periode and depuis > @retard) as a_confirmer,
       count(*) filter (where ouverte and depuis <= @retard) as en_retard,
       count(*) filter (where suspendue_motif = 'certification') as non_confirmes,
       coalesce(max(certifiee_le), @jamais) as derniere,
       coalesce(max(r.envoye_le), @jamais) as rappel
from (select a.organisme, a.certifiee_le, a.suspendue_motif, a.suspendue_le is null and not u.suspendu as ouverte,
             greatest(a.cree_le, a.certifiee_le) as depuis
      from affectations a
      join utilisateurs u on u.id = a.utilisateur) a
join organismes o on o.code = a.organisme
left join rappels_certification r on r.organisme = o.code
group by o.code
order by o.nom`

// Rapport gives the re-certification of every organisme: ATLAS's.
func Rapport(ctx context.Context, db pg.DB, s habilitations.Session, le time.Time, r Rythme) ([]LigneRapport, error) {
	if !s.Peut(habilitations.ToutOrganisme) {
		return nil, fault.Forbidden
	}
	rows, err := db.Query(ctx, rapportSQL, pg.Args{
		"periode": r.aConfirmer(le), "retard": r.enRetard(le), "jamais": time.Time{},
	})
	if err != nil {
		return nil, fmt.Errorf("report of re-certification: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByName[LigneRapport])
	if err != nil {
		return nil, fmt.Errorf("report of re-certification: %w", err)
	}
	return l, nil
}

// Recertifier is the night's work: it reminds administrators of what they have
// to confirm, and suspends what nobody confirmed in time. The last
// administrator of an organisme stays: the report names it.
func (c Comptes) Recertifier(ctx context.Context, db pg.DB, le time.Time, r Rythme, suivi travaux.Suivi) error {
	rappels, err := c.rappeler(ctx, db, le, r)
	if err != nil {
		return err
	}
	suspendus, err := suspendreNonConfirmes(ctx, db, le, r, suivi)
	if err != nil {
		return err
	}
	suivi.Dire(fmt.Sprintf("%d rappels envoyés, %d accès suspendus faute de confirmation.", rappels, suspendus))
	return nil
}

const retardsSQL = `
select a.utilisateur, a.organisme
from affectations a
join utilisateurs u on u.id = a.utilisateur
where a.suspendue_le is null and not u.suspendu and greatest(a.cree_le, a.certifiee_le) <= @retard
order by a.organisme, a.utilisateur`

func suspendreNonConfirmes(ctx context.Context, db pg.DB, le time.Time, rythme Rythme, suivi travaux.Suivi) (n int, err error) {
	type retard struct {
		Utilisateur int64
		Organisme   string
	}
	rows, err := db.Query(ctx, retardsSQL, pg.Args{"retard": rythme.enRetard(le)})
	if err != nil {
		return 0, fmt.Errorf("accesses not confirmed: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByPos[retard])
	if err != nil {
		return 0, fmt.Errorf("accesses not confirmed: %w", err)
	}
	suivi.Total(len(l))
	for _, r := range l {
		fait, err := suspendreNonConfirme(ctx, db, le, rythme, r.Utilisateur, r.Organisme)
		if err != nil {
			return n, err
		}
		if fait {
			n++
		}
		suivi.Avancer(1)
	}
	return n, nil
}

// automate is who acts at night, over the whole file.
var automate = habilitations.Session{
	Nom: "Imhoweb", TypeOrganisme: habilitations.Gestionnaire, Roles: []habilitations.Role{habilitations.AdminAtlas},
}

// suspendreNonConfirme looks again at the access once locked: somebody may
// have confirmed it meanwhile.
func suspendreNonConfirme(ctx context.Context, db pg.DB, le time.Time, r Rythme, utilisateur int64, organisme string) (fait bool, err error) {
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		a, err := verrouiller(ctx, tx, automate, utilisateur, organisme)
		if err != nil || a.Suspendu() || a.Situation(le, r) != EnRetard {
			return err
		}
		perdus, err := a.perdus(ctx, tx, nil)
		if err != nil || len(perdus) > 0 {
			return err
		}
		fait = true
		return a.suspendre(ctx, tx, automate, motifCertification)
	})
	return fait, err
}

const aRappelerSQL = `
select o.code, o.nom, count(*) filter (where x.a_confirmer), array_agg(u.id) filter (where x.rappele),
       array_agg(u.courriel) filter (where x.rappele)
from affectations a
join utilisateurs u on u.id = a.utilisateur and not u.suspendu
join organismes o on o.code = a.organisme and o.actif
left join rappels_certification r on r.organisme = o.code
cross join lateral (
    select greatest(a.cree_le, a.certifiee_le) <= @periode as a_confirmer,
           a.roles && @roles and u.courriel is not null and u.mot_de_passe_le is not null as rappele
) x
where a.suspendue_le is null and (r.envoye_le is null or r.envoye_le <= @rappel)
group by o.code
having bool_or(x.a_confirmer) and bool_or(x.rappele)
order by o.code`

const noterRappelSQL = `
insert into rappels_certification as r (organisme, envoye_le) values (@organisme, @le)
on conflict (organisme) do update set envoye_le = excluded.envoye_le where r.envoye_le <= @rappel`

func (c Comptes) rappeler(ctx context.Context, db pg.DB, le time.Time, rythme Rythme) (n int, err error) {
	type aRappeler struct {
		Organisme, Nom string
		AConfirmer     int
		Utilisateurs   []int64
		Courriels      []string
	}
	rappel := le.Add(-pasRappel)
	rows, err := db.Query(ctx, aRappelerSQL, pg.Args{
		"periode": rythme.aConfirmer(le), "rappel": rappel, "roles": habilitations.Administrateurs,
	})
	if err != nil {
		return 0, fmt.Errorf("reminders of re-certification: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByPos[aRappeler])
	if err != nil {
		return 0, fmt.Errorf("reminders of re-certification: %w", err)
	}
	for _, o := range l {
		err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
			r, err := tx.Exec(ctx, noterRappelSQL, pg.Args{"organisme": o.Organisme, "le": le, "rappel": rappel})
			if err != nil || r.RowsAffected() == 0 {
				return err
			}
			for i, courriel := range o.Courriels {
				if err := courriels.Deposer(ctx, tx, c.Coffre, c.courrielRappel(o.Utilisateurs[i], courriel, o.Nom, o.AConfirmer, rythme)); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if err != nil {
			return n, fmt.Errorf("reminder of re-certification: %w", err)
		}
	}
	return n, nil
}

package administration

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

const suspendreAccesSQL = `
update affectations
set suspendue_le = now(), suspendue_motif = @motif
where utilisateur = @utilisateur and organisme = @organisme`

// SuspendreAcces closes an agent's access to an organisme and its sessions, at
// once. Done twice, it changes nothing. Neither oneself, nor the last
// administrator.
func SuspendreAcces(ctx context.Context, db pg.DB, s habilitations.Session, utilisateur int64, organisme string, version int) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		a, err := verrouiller(ctx, tx, s, utilisateur, organisme)
		if err != nil || !a.SuspenduLe.IsZero() {
			return err
		}
		if err := a.verifierSuspension(s); err != nil {
			return err
		}
		if err := a.exigerVersion(version); err != nil {
			return err
		}
		return a.suspendre(ctx, tx, s, motifDecision)
	})
}

func (a Acces) verifierSuspension(s habilitations.Session) error {
	switch {
	case a.Utilisateur == s.Utilisateur:
		return errSoiMeme
	case habilitations.AdministreTout(a.Roles, a.TypeOrganisme) && !s.Peut(habilitations.ToutOrganisme):
		return fault.Refuser(fault.Forbidden, "Ce compte administre tout le fichier : seule l’administration ATLAS peut le suspendre.")
	}
	return nil
}

// suspendre closes an access that is locked, sessions with it.
func (a Acces) suspendre(ctx context.Context, tx pgx.Tx, s habilitations.Session, motif string) error {
	perdus, err := a.perdus(ctx, tx, nil)
	if err != nil {
		return err
	}
	if len(perdus) > 0 {
		return fault.Refuser(fault.Forbidden, phraseDernier(a.OrganismeNom, perdus))
	}
	args := pg.Args{"utilisateur": a.Utilisateur, "organisme": a.Organisme, "motif": motif}
	if _, err := tx.Exec(ctx, suspendreAccesSQL, args); err != nil {
		return fmt.Errorf("suspending an access: %w", err)
	}
	if err := fermerSessions(ctx, tx, a.Utilisateur, ""); err != nil {
		return err
	}
	if a.Ailleurs == 0 {
		if err := annulerInvitations(ctx, tx, a.Utilisateur); err != nil {
			return err
		}
	}
	if err := noterVersion(ctx, tx, a.Utilisateur); err != nil {
		return err
	}
	apres := "suspendu"
	if motif == motifCertification {
		apres = "suspendu, faute de confirmation"
	}
	return tracer(ctx, tx, s, a, "suspendre", map[string]string{"Accès": "ouvert"}, map[string]string{"Accès": apres})
}

const rouvrirAccesSQL = `
update affectations
set suspendue_le = null, suspendue_motif = '', certifiee_le = now(), certifiee_par = @par
where utilisateur = @utilisateur and organisme = @organisme`

const rouvrirCompteSQL = `update utilisateurs set suspendu = false where id = @utilisateur and suspendu`

// RouvrirAcces opens an access again, which confirms it. Who couldn't give its
// roles may not; an account suspended everywhere is ATLAS's to open.
func RouvrirAcces(ctx context.Context, db pg.DB, s habilitations.Session, utilisateur int64, organisme string, version int) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		a, err := verrouiller(ctx, tx, s, utilisateur, organisme)
		if err != nil || !a.Suspendu() {
			return err
		}
		if !s.Domine(a.Roles, a.TypeOrganisme, a.Enregistreur) || a.CompteSuspendu && !s.Peut(habilitations.ToutOrganisme) {
			return errMaitre
		}
		if err := a.exigerVersion(version); err != nil {
			return err
		}
		args := pg.Args{"utilisateur": utilisateur, "organisme": organisme, "par": s.Utilisateur}
		if _, err := tx.Exec(ctx, rouvrirAccesSQL, args); err != nil {
			return fmt.Errorf("opening an access again: %w", err)
		}
		if _, err := tx.Exec(ctx, rouvrirCompteSQL, pg.Args{"utilisateur": utilisateur}); err != nil {
			return fmt.Errorf("opening an account again: %w", err)
		}
		if err := noterVersion(ctx, tx, utilisateur); err != nil {
			return err
		}
		return tracer(ctx, tx, s, a, "rouvrir", map[string]string{"Accès": "suspendu"}, map[string]string{"Accès": "ouvert"})
	})
}

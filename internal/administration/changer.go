package administration

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// Changement is a change of password, from the login page or when connected:
// the agent always proves the old one.
type Changement struct {
	Identifiants // MotDePasse is the old one
	Nouveau      string
	Confirmation string
	JetonGarde   string // digest of the session that stays open, "" for none
}

// ChangerMotDePasse replaces the password and closes the agent's other
// sessions, in one transaction. Mistakes in the new one are fault.Fields; the
// refusals of Authentifier pass through. The new password is looked at only
// once the old one is proven, so that the answer says nothing of who exists.
func ChangerMotDePasse(ctx context.Context, db pg.DB, c Changement) (habilitations.Session, error) {
	s, err := Authentifier(ctx, db, c.Identifiants)
	if err != nil {
		return s, err
	}
	p, err := ProfilDe(ctx, db, s.Utilisateur, s.Organisme)
	if err != nil {
		return s, err
	}
	if p.SecondFacteur && c.Utilisateur == 0 { // the password alone doesn't take the account over
		return s, fault.Refuser(fault.Forbidden, "Votre compte a un second facteur : connectez-vous d’abord, puis changez de mot de passe.")
	}
	if err := c.validerPour(s); err != nil {
		return s, err
	}
	return s, changer(ctx, db, s.Utilisateur, c.Nouveau, c.JetonGarde, func(tx pgx.Tx) error {
		return tracer(ctx, tx, s, soi(s), "changer de mot de passe", map[string]string{}, map[string]string{"Mot de passe": "changé"})
	})
}

func (c Changement) validerPour(s habilitations.Session) error {
	f := validerNouveau(c.Nouveau, c.Confirmation, s.Nom, s.Prenom)
	if c.Nouveau == c.MotDePasse {
		f.Add("nouveau", "Choisissez un mot de passe différent de l’ancien.")
	}
	return f.Err()
}

const changerSQL = `
update utilisateurs
set mot_de_passe = @mot_de_passe, mot_de_passe_le = now()
where id = @utilisateur`

// poserMotDePasse stores a digest, ends the links that wait, and closes the
// agent's sessions but one ("" for all).
func poserMotDePasse(ctx context.Context, tx pgx.Tx, utilisateur int64, empreinte, sauf string) error {
	_, err := tx.Exec(ctx, changerSQL, pg.Args{"mot_de_passe": empreinte, "utilisateur": utilisateur})
	if err != nil {
		return fmt.Errorf("change of password: %w", err)
	}
	if err := annulerInvitations(ctx, tx, utilisateur); err != nil {
		return err
	}
	return fermerSessions(ctx, tx, utilisateur, sauf)
}

func changer(ctx context.Context, db pg.DB, utilisateur int64, clair, sauf string, trace func(pgx.Tx) error) error {
	empreinte, err := Hacher(ctx, clair)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if err := poserMotDePasse(ctx, tx, utilisateur, empreinte, sauf); err != nil {
			return err
		}
		return trace(tx)
	})
}

// Reinitialiser gives an account another password without the old one: for the
// command of a system administrator. The courriel names the account;
// fault.NotFound when it names none.
func Reinitialiser(ctx context.Context, db pg.DB, courriel, clair string) error {
	c, err := parCourriel(ctx, db, courriel)
	if err != nil {
		return err
	}
	if refus := refuserMotDePasse(clair, c.Nom, c.Prenom); refus != "" {
		return fault.Fields{{Nom: "mot_de_passe", Message: refus}}
	}
	return changer(ctx, db, c.ID, clair, "", func(tx pgx.Tx) error {
		return tracer(ctx, tx, automate, c.acces(), "réinitialiser le mot de passe", map[string]string{}, map[string]string{"Mot de passe": "changé en ligne de commande"})
	})
}

const suspendreCompteSQL = `update utilisateurs set suspendu = @suspendu where id = @utilisateur`

// SuspendreCompte closes an account and its sessions, or opens it again.
func SuspendreCompte(ctx context.Context, db pg.DB, courriel string, suspendu bool) error {
	c, err := parCourriel(ctx, db, courriel)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, suspendreCompteSQL, pg.Args{"suspendu": suspendu, "utilisateur": c.ID})
		if err != nil {
			return fmt.Errorf("suspending an account: %w", err)
		}
		if err := fermerSessions(ctx, tx, c.ID, ""); err != nil {
			return err
		}
		if err := noterVersion(ctx, tx, c.ID); err != nil {
			return err
		}
		etats := map[bool]string{true: "suspendu", false: "ouvert"}
		return tracer(ctx, tx, automate, c.acces(), map[bool]string{true: "suspendre", false: "rouvrir"}[suspendu],
			map[string]string{"Compte": etats[!suspendu]}, map[string]string{"Compte": etats[suspendu]})
	})
}

type titulaire struct {
	ID          int64
	Nom, Prenom string
}

func (t titulaire) acces() Acces { return Acces{Utilisateur: t.ID, Nom: t.Nom, Prenom: t.Prenom} }

const parCourrielSQL = `select id, nom, prenom from utilisateurs where courriel = @courriel`

func parCourriel(ctx context.Context, db pg.DB, courriel string) (titulaire, error) {
	var t titulaire
	err := db.QueryRow(ctx, parCourrielSQL, pg.Args{"courriel": normaliserCourriel(courriel)}).Scan(&t.ID, &t.Nom, &t.Prenom)
	if errors.Is(err, pgx.ErrNoRows) {
		return t, fault.NotFound
	}
	if err != nil {
		return t, fmt.Errorf("account by courriel: %w", err)
	}
	return t, nil
}

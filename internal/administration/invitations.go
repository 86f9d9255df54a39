package administration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/courriels"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// Moyen is how a link or code reaches its agent.
type Moyen string

// Ways to reach an agent.
const (
	ParCourriel Moyen = "courriel"
	SurPapier   Moyen = "papier" // printed by the administrator, for who has no usable address
)

// Kinds of invitation.
const (
	sorteInvitation = "invitation"
	sorteMotDePasse = "mot_de_passe"
)

// How long a link or code opens.
const (
	DureeInvitation = 7 * 24 * time.Hour
	dureeOubli      = time.Hour // asked by the agent itself, who waits for it
)

// FormeJeton writes a token as it is printed and typed: groups of five.
func FormeJeton(jeton string) string {
	j := strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, jeton))
	var b strings.Builder
	for i, r := range []rune(j) {
		if i > 0 && i%5 == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func empreinteJeton(jeton string) string {
	h := sha256.Sum256([]byte(FormeJeton(jeton)))
	return hex.EncodeToString(h[:])
}

const annulerInvitationsSQL = `
update invitations set annulee_le = now()
where utilisateur = @utilisateur and utilisee_le is null and annulee_le is null`

func annulerInvitations(ctx context.Context, tx pgx.Tx, utilisateur int64) error {
	if _, err := tx.Exec(ctx, annulerInvitationsSQL, pg.Args{"utilisateur": utilisateur}); err != nil {
		return fmt.Errorf("cancelling invitations: %w", err)
	}
	return nil
}

const poserInvitationSQL = `
insert into invitations (utilisateur, sorte, moyen, empreinte, cree_par, expire_le)
values (@utilisateur, @sorte, @moyen, @empreinte, nullif(@par::bigint, 0), now() + @duree::interval)`

// poserInvitation makes a token, shown once; the former one no longer opens.
func poserInvitation(ctx context.Context, tx pgx.Tx, par, utilisateur int64, sorte string, moyen Moyen, duree time.Duration) (jeton string, err error) {
	if err := annulerInvitations(ctx, tx, utilisateur); err != nil {
		return "", err
	}
	jeton = GenererMotDePasse()
	_, err = tx.Exec(ctx, poserInvitationSQL, pg.Args{
		"utilisateur": utilisateur, "sorte": sorte, "moyen": string(moyen), "empreinte": empreinteJeton(jeton), "par": par, "duree": duree,
	})
	if err != nil {
		return "", fmt.Errorf("invitation: %w", err)
	}
	return jeton, nil
}

// Inviter makes the account of an agent and its invitation, sent by courriel or
// to be printed: only then is the token given. The session names the organisme
// unless it administers them all. Mistakes are fault.Fields.
func (c Comptes) Inviter(ctx context.Context, db pg.DB, s habilitations.Session, n Nouveau, moyen Moyen) (id int64, jeton string, err error) {
	if !s.Peut(habilitations.GererUtilisateurs) {
		return 0, "", fault.Forbidden
	}
	if !s.Peut(habilitations.ToutOrganisme) {
		n.Organisme = s.Organisme
	}
	n.Nom, n.Prenom, n.Courriel = strings.TrimSpace(n.Nom), strings.TrimSpace(n.Prenom), normaliserCourriel(n.Courriel)
	if err := n.validerInvitation(moyen); err != nil {
		return 0, "", err
	}
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		t, enregistreur, err := lieux(ctx, tx, n)
		if err != nil {
			return err
		}
		if err := verifierRoles(s, n.Roles, t, enregistreur); err != nil {
			return err
		}
		place := Acces{TypeOrganisme: t, Enregistreur: enregistreur}
		n.Roles, n.Delegues = place.Apres(s, Place{Roles: n.Roles, Delegues: habilitations.DelegationInitiale(t, enregistreur)})
		if id, err = creerCompte(ctx, tx, n, ""); err != nil {
			return err
		}
		if err := affecter(ctx, tx, id, n); err != nil {
			return err
		}
		a := Acces{Utilisateur: id, Nom: n.Nom, Prenom: n.Prenom, Courriel: n.Courriel, Organisme: n.Organisme}
		faits := faitsDe(n.Agence, n.Guichet, n.Roles, n.Delegues)
		faits["Nom"], faits["Prénom"], faits["Courriel"] = n.Nom, n.Prenom, n.Courriel
		if err := tracer(ctx, tx, s, a, "inviter", map[string]string{}, faits); err != nil {
			return err
		}
		jeton, err = c.inviter(ctx, tx, s, a, sorteInvitation, moyen)
		return err
	})
	return id, jeton, err
}

func (n Nouveau) validerInvitation(moyen Moyen) error {
	f := n.valider()
	switch {
	case moyen != ParCourriel && moyen != SurPapier:
		f.Add("moyen", "Choisissez comment l’agent reçoit son invitation.")
	case moyen == ParCourriel && n.Courriel == "":
		f.Add("courriel", "Indiquez l’adresse à laquelle envoyer l’invitation, ou choisissez le code à imprimer.")
	}
	return f.Err()
}

// verifierRoles refuses roles that the session can't give: a form never offers
// them.
func verifierRoles(s habilitations.Session, roles []habilitations.Role, t habilitations.TypeOrganisme, enregistreur bool) error {
	var refuses []habilitations.Role
	for _, r := range roles {
		if !s.PeutAccorder(r, t, enregistreur) {
			refuses = append(refuses, r)
		}
	}
	if len(refuses) > 0 {
		return fault.Fields{{Nom: "roles", Message: "Vous ne pouvez pas donner ce rôle dans cet organisme : " + Libelles(refuses) + "."}}
	}
	return nil
}

// inviter makes the token of an account, and the courriel that carries it. The
// token comes back only when it must be printed.
func (c Comptes) inviter(ctx context.Context, tx pgx.Tx, s habilitations.Session, a Acces, sorte string, moyen Moyen) (string, error) {
	jeton, err := poserInvitation(ctx, tx, s.Utilisateur, a.Utilisateur, sorte, moyen, DureeInvitation)
	if err != nil || moyen == SurPapier {
		return jeton, err
	}
	m := c.courrielInvitation(a, s, jeton)
	if sorte == sorteMotDePasse {
		m = c.courrielReinitialisation(a, jeton)
	}
	return "", courriels.Deposer(ctx, tx, c.Coffre, m)
}

const viderMotDePasseSQL = `update utilisateurs set mot_de_passe = null where id = @utilisateur`

// DonnerAcces sends a new link, or makes a new code to print, for an agent who
// has yet to come in, or whose password is thereby reset: the former one and
// the open sessions end at once.
func (c Comptes) DonnerAcces(ctx context.Context, db pg.DB, s habilitations.Session, utilisateur int64, version int, moyen Moyen) (jeton string, err error) {
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		f, err := verrouillerCompte(ctx, tx, s, utilisateur)
		if err != nil {
			return err
		}
		if err := f.verifierReprise(s, version, moyen); err != nil {
			return err
		}
		sorte, acte := sorteInvitation, "inviter de nouveau"
		avant, apres := map[string]string{}, map[string]string{"Invitation": string(moyen)}
		if !f.MotDePasseLe.IsZero() {
			sorte, acte = sorteMotDePasse, "réinitialiser le mot de passe"
			avant["Mot de passe"], apres["Mot de passe"] = "choisi", "à choisir"
			if _, err := tx.Exec(ctx, viderMotDePasseSQL, pg.Args{"utilisateur": utilisateur}); err != nil {
				return fmt.Errorf("reset of a password: %w", err)
			}
			if err := fermerSessions(ctx, tx, utilisateur, ""); err != nil {
				return err
			}
		}
		if err := noterVersion(ctx, tx, utilisateur); err != nil {
			return err
		}
		if err := tracer(ctx, tx, s, f.Acces, acte, avant, apres); err != nil {
			return err
		}
		jeton, err = c.inviter(ctx, tx, s, f.Acces, sorte, moyen)
		return err
	})
	return jeton, err
}

// verifierReprise refuses to take an account over.
func (f Fiche) verifierReprise(s habilitations.Session, version int, moyen Moyen) error {
	switch {
	case f.Utilisateur == s.Utilisateur:
		return errSoiMeme
	case !f.Maitrise(s):
		return errMaitre
	case moyen != ParCourriel && moyen != SurPapier:
		return fault.Fields{{Nom: "moyen", Message: "Choisissez comment l’agent reçoit son lien."}}
	case moyen == ParCourriel && f.Courriel == "":
		return fault.Fields{{Nom: "moyen", Message: "Cet agent n’a pas d’adresse de courriel : imprimez un code."}}
	case !slices.ContainsFunc(f.Tous, func(a Acces) bool { return !a.Suspendu() }):
		return fault.Fields{{Nom: "moyen", Message: "Cet accès est suspendu : rouvrez-le d’abord."}}
	}
	return f.exigerVersion(version)
}

// Invite is the agent that a token invites.
type Invite struct {
	Utilisateur int64
	Nom, Prenom string
	Courriel    string
	Premiere    bool // first password of the account
	Organismes  []string
	Fin         time.Time
}

const inviteSQL = `
select u.id, u.nom, u.prenom, coalesce(u.courriel, ''), u.mot_de_passe_le is null, i.expire_le,
       (select array_agg(o.code order by o.nom)
        from affectations a join organismes o on o.code = a.organisme
        where a.utilisateur = u.id and a.suspendue_le is null and o.actif)
from invitations i
join utilisateurs u on u.id = i.utilisateur
where i.empreinte = @empreinte and i.utilisee_le is null and i.annulee_le is null and i.expire_le > now() and not u.suspendu`

// errJeton: the same for a token unknown, used, cancelled or over.
var errJeton = fault.Refuser(fault.NotFound, "Ce lien ou ce code ne sert plus : il a déjà servi, un autre l’a remplacé, ou son délai est passé. "+
	"Demandez-en un nouveau à l’administrateur de votre organisme, ou depuis la page de connexion.")

// LireInvitation gives the agent that a token invites; a fault.NotFound that
// says what to do when it opens nothing.
func LireInvitation(ctx context.Context, db pg.DB, jeton string) (Invite, error) {
	var i Invite
	err := db.QueryRow(ctx, inviteSQL, pg.Args{"empreinte": empreinteJeton(jeton)}).Scan(
		&i.Utilisateur, &i.Nom, &i.Prenom, &i.Courriel, &i.Premiere, &i.Fin, &i.Organismes)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && len(i.Organismes) == 0 {
		return Invite{}, errJeton
	}
	if err != nil {
		return Invite{}, fmt.Errorf("invitation: %w", err)
	}
	return i, nil
}

const utiliserInvitationSQL = `
update invitations set utilisee_le = now()
where empreinte = @empreinte and utilisee_le is null and annulee_le is null and expire_le > now()`

// AccepterInvitation chooses the password of the agent that a token invites,
// once, and closes its sessions. Mistakes are fault.Fields.
func AccepterInvitation(ctx context.Context, db pg.DB, jeton, nouveau, confirmation string) (Invite, error) {
	i, err := LireInvitation(ctx, db, jeton)
	if err != nil {
		return i, err
	}
	if err := validerNouveau(nouveau, confirmation, i.Nom, i.Prenom).Err(); err != nil {
		return i, err
	}
	empreinte, err := Hacher(ctx, nouveau)
	if err != nil {
		return i, err
	}
	return i, pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		r, err := tx.Exec(ctx, utiliserInvitationSQL, pg.Args{"empreinte": empreinteJeton(jeton)})
		if err != nil {
			return fmt.Errorf("use of an invitation: %w", err)
		}
		if r.RowsAffected() == 0 { // somebody was faster
			return errJeton
		}
		if err := poserMotDePasse(ctx, tx, i.Utilisateur, empreinte, ""); err != nil {
			return err
		}
		s, err := SessionDe(ctx, tx, i.Utilisateur, i.Organismes[0])
		if err != nil {
			return err
		}
		return tracer(ctx, tx, s, soi(s), "choisir son mot de passe", map[string]string{"Mot de passe": "à choisir"}, map[string]string{"Mot de passe": "choisi"})
	})
}

func validerNouveau(nouveau, confirmation, nom, prenom string) fault.Fields {
	var f fault.Fields
	if nouveau == "" {
		f.Add("nouveau", "Indiquez le nouveau mot de passe.")
	} else if refus := refuserMotDePasse(nouveau, nom, prenom); refus != "" {
		f.Add("nouveau", refus)
	}
	if confirmation != nouveau {
		f.Add("confirmation", "Tapez deux fois le même mot de passe.")
	}
	return f
}

// Frein of forgotten passwords, by courriel and by address: mails must not
// flood an agent.
var (
	freinOubli        = frein{ralentir: 3, bloquer: 4}
	freinOubliAdresse = frein{ralentir: 20, bloquer: 40}
)

const oublieSQL = `
select u.id, u.nom, u.prenom, u.courriel
from utilisateurs u
where u.courriel = @courriel and not u.suspendu and u.mot_de_passe_le is not null
  and exists (select from affectations a join organismes o on o.code = a.organisme
              where a.utilisateur = u.id and a.suspendue_le is null and o.actif)
  and not exists (select from invitations i
                  where i.utilisateur = u.id and i.moyen = 'papier' and i.utilisee_le is null and i.annulee_le is null
                    and i.expire_le > now())
for update`

// MotDePasseOublie sends a link to the agent of that courriel, if there is one
// that may come in. It says nothing of it: the answer is the same for a
// stranger. The password in use stays until the link serves; a code printed by
// an administrator isn't cancelled.
func (c Comptes) MotDePasseOublie(ctx context.Context, db pg.DB, courriel, ip string) error {
	courriel = normaliserCourriel(courriel)
	if courriel == "" {
		return fault.Fields{{Nom: "courriel", Message: "Indiquez votre adresse de courriel."}}
	}
	err := compter(ctx, db, cleEssai("oubli-adresse", reseau(ip, 32, 64)), freinOubliAdresse)
	if err == nil {
		err = compter(ctx, db, cleEssai("oubli", courriel), freinOubli)
	}
	if errors.As(err, new(*Bloque)) {
		return nil
	}
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		var a Acces
		err := tx.QueryRow(ctx, oublieSQL, pg.Args{"courriel": courriel}).Scan(&a.Utilisateur, &a.Nom, &a.Prenom, &a.Courriel)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("forgotten password: %w", err)
		}
		jeton, err := poserInvitation(ctx, tx, 0, a.Utilisateur, sorteMotDePasse, ParCourriel, dureeOubli)
		if err != nil {
			return err
		}
		return courriels.Deposer(ctx, tx, c.Coffre, c.courrielOubli(a, jeton))
	})
}

package administration

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/coffre"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
)

// Comptes holds what acts on accounts need beyond the base.
type Comptes struct {
	Coffre coffre.Coffre // seals second factors and mails
	URL    string        // public address of the site, for links
}

// NouveauxComptes prepares the acts on accounts under the site's key.
func NouveauxComptes(cle []byte, url string) Comptes {
	return Comptes{Coffre: coffre.New(cle, "imhoweb comptes"), URL: strings.TrimRight(url, "/")}
}

const verrouOrganismeSQL = `select code from organismes where code = @organisme for no key update`

const verrouCompteSQL = `select version from utilisateurs where id = @utilisateur for update`

// verrouiller keeps an access for this transaction, the organisme first: two
// acts on the administrators of one organisme follow each other. fault.NotFound
// for an access that the session doesn't administer.
func verrouiller(ctx context.Context, tx pgx.Tx, s habilitations.Session, utilisateur int64, organisme string) (Acces, error) {
	var rien string
	if !s.SonOrganisme(habilitations.GererUtilisateurs, organisme) {
		return Acces{}, fault.NotFound
	}
	err := tx.QueryRow(ctx, verrouOrganismeSQL, pg.Args{"organisme": organisme}).Scan(&rien)
	if errors.Is(err, pgx.ErrNoRows) {
		return Acces{}, fault.NotFound
	}
	if err != nil {
		return Acces{}, fmt.Errorf("lock of an organisme: %w", err)
	}
	f, err := verrouillerCompte(ctx, tx, s, utilisateur)
	if err != nil {
		return Acces{}, err
	}
	a, ok := f.Pour(organisme)
	if !ok {
		return Acces{}, fault.NotFound
	}
	return a, nil
}

// verrouillerCompte keeps an account for this transaction and reads its record
// once locked.
func verrouillerCompte(ctx context.Context, tx pgx.Tx, s habilitations.Session, utilisateur int64) (Fiche, error) {
	var version int
	err := tx.QueryRow(ctx, verrouCompteSQL, pg.Args{"utilisateur": utilisateur}).Scan(&version)
	if errors.Is(err, pgx.ErrNoRows) {
		return Fiche{}, fault.NotFound
	}
	if err != nil {
		return Fiche{}, fmt.Errorf("lock of an account: %w", err)
	}
	return LireFiche(ctx, tx, s, utilisateur)
}

// errPerime: another administrator changed the record meanwhile.
var errPerime = fault.Refuser(fault.Conflict, "Un autre administrateur a modifié cette fiche entre-temps. Voyez son état actuel avant de recommencer.")

func (a Acces) exigerVersion(version int) error {
	if a.Version != version {
		return errPerime
	}
	return nil
}

var (
	errSoiMeme = fault.Refuser(fault.Forbidden, "Un autre administrateur doit faire cette action sur votre propre compte.")
	errMaitre  = fault.Refuser(fault.Forbidden, "Cet agent travaille aussi pour un autre organisme, ou tient un rôle que vous ne pouvez pas donner : adressez-vous à ATLAS.")
)

const noterVersionSQL = `update utilisateurs set version = version + 1 where id = @utilisateur`

func noterVersion(ctx context.Context, tx pgx.Tx, utilisateur int64) error {
	if _, err := tx.Exec(ctx, noterVersionSQL, pg.Args{"utilisateur": utilisateur}); err != nil {
		return fmt.Errorf("version of an account: %w", err)
	}
	return nil
}

// A guest who never came can't replace an administrator.
const autresAdministrateursSQL = `
select count(*)
from affectations a
join utilisateurs u on u.id = a.utilisateur
where a.organisme = @organisme and a.utilisateur <> @utilisateur and @role = any(a.roles)
  and a.suspendue_le is null and not u.suspendu and u.mot_de_passe_le is not null`

// perdus lists the roles of administration that an organisme would lose if this
// access kept only those. The organisme is locked.
func (a Acces) perdus(ctx context.Context, tx pgx.Tx, gardes []habilitations.Role) ([]habilitations.Role, error) {
	if a.Suspendu() || a.MotDePasseLe.IsZero() {
		return nil, nil
	}
	var l []habilitations.Role
	for _, r := range habilitations.Administrateurs {
		if !slices.Contains(a.Roles, r) || slices.Contains(gardes, r) {
			continue
		}
		var autres int
		args := pg.Args{"organisme": a.Organisme, "utilisateur": a.Utilisateur, "role": string(r)}
		if err := tx.QueryRow(ctx, autresAdministrateursSQL, args).Scan(&autres); err != nil {
			return nil, fmt.Errorf("other administrators: %w", err)
		}
		if autres == 0 {
			l = append(l, r)
		}
	}
	return l, nil
}

// phraseDernier says why an administrator stays.
func phraseDernier(organisme string, roles []habilitations.Role) string {
	return fmt.Sprintf("Dernier compte actif de %s avec le rôle « %s » : donnez-le d’abord à un autre agent.", organisme, Libelles(roles))
}

// Identite is what names an agent and reaches it. Courriel may be empty.
type Identite struct{ Nom, Prenom, Courriel string }

const identiteSQL = `
update utilisateurs
set nom = @nom, prenom = @prenom, nom_n = @nom_n, prenom_n = @prenom_n, courriel = nullif(@courriel, '')
where id = @utilisateur`

// ModifierIdentite renames an agent or changes its courriel. A link sent to the
// former courriel no longer opens. Mistakes are fault.Fields.
func (c Comptes) ModifierIdentite(ctx context.Context, db pg.DB, s habilitations.Session, utilisateur int64, version int, i Identite) error {
	i.Nom, i.Prenom, i.Courriel = strings.TrimSpace(i.Nom), strings.TrimSpace(i.Prenom), normaliserCourriel(i.Courriel)
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		f, err := verrouillerCompte(ctx, tx, s, utilisateur)
		if err != nil {
			return err
		}
		if !f.Maitrise(s) {
			return errMaitre
		}
		if err := f.exigerVersion(version); err != nil {
			return err
		}
		if err := validerIdentite(i.Nom, i.Prenom, i.Courriel).Err(); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, identiteSQL, pg.Args{
			"nom": i.Nom, "prenom": i.Prenom, "nom_n": texte.Normaliser(i.Nom), "prenom_n": texte.Normaliser(i.Prenom),
			"courriel": i.Courriel, "utilisateur": utilisateur,
		})
		if pg.IsUnique(err, "utilisateurs_courriel_key") {
			return errCourrielPris
		}
		if err != nil {
			return fmt.Errorf("identity of an agent: %w", err)
		}
		if i.Courriel != f.Courriel {
			if err := annulerInvitations(ctx, tx, utilisateur); err != nil {
				return err
			}
			if err := c.prevenirAncienCourriel(ctx, tx, f.Acces); err != nil {
				return err
			}
		}
		if err := noterVersion(ctx, tx, utilisateur); err != nil {
			return err
		}
		return tracer(ctx, tx, s, f.Acces, "modifier",
			map[string]string{"Nom": f.Nom, "Prénom": f.Prenom, "Courriel": f.Courriel},
			map[string]string{"Nom": i.Nom, "Prénom": i.Prenom, "Courriel": i.Courriel})
	})
}

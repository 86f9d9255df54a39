package administration

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// Place is what an organisme lets an agent do, as an administrator sets it.
type Place struct {
	Agence, Guichet string // codes, may be empty
	Roles           []habilitations.Role
	Delegues        []habilitations.Role // read from ATLAS only
}

// Apres gives the roles and the delegation that the access would have: what
// the session can't give stays as it is, whatever was sent, and so does all that
// it holds itself. Delegation is ATLAS's; a new administrator named by another
// gets what that one may give.
func (a Acces) Apres(s habilitations.Session, p Place) (roles, delegues []habilitations.Role) {
	if a.Utilisateur == s.Utilisateur && len(a.Roles) > 0 {
		return a.Roles, a.Delegues
	}
	donnables := s.DonnablesPar(a.TypeOrganisme, a.Enregistreur)
	for _, r := range habilitations.Roles {
		tenu, voulu := slices.Contains(a.Roles, r.Code), slices.Contains(p.Roles, r.Code)
		if slices.Contains(donnables, r.Code) && voulu || !slices.Contains(donnables, r.Code) && tenu {
			roles = append(roles, r.Code)
		}
	}
	switch {
	case !habilitations.PeutDeleguer(roles):
	case s.Peut(habilitations.ToutOrganisme):
		for _, r := range habilitations.DelegationInitiale(a.TypeOrganisme, a.Enregistreur) {
			if slices.Contains(p.Delegues, r) {
				delegues = append(delegues, r)
			}
		}
	case habilitations.PeutDeleguer(a.Roles):
		delegues = a.Delegues
	default:
		delegues = donnables
	}
	return roles, delegues
}

const modifierPlaceSQL = `
update affectations
set agence = nullif(@agence, ''), guichet = nullif(@guichet, ''), roles = @roles, delegues = @delegues
where utilisateur = @utilisateur and organisme = @organisme`

// ModifierPlace changes what an organisme lets an agent do. Nobody changes
// their own roles, nor takes the last administrator away. Mistakes are
// fault.Fields.
func ModifierPlace(ctx context.Context, db pg.DB, s habilitations.Session, utilisateur int64, organisme string, version int, p Place) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		a, err := verrouiller(ctx, tx, s, utilisateur, organisme)
		if err != nil {
			return err
		}
		if err := a.exigerVersion(version); err != nil {
			return err
		}
		roles, delegues := a.Apres(s, p)
		if err := a.verifierPlace(ctx, tx, p, roles); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, modifierPlaceSQL, pg.Args{
			"agence": p.Agence, "guichet": p.Guichet, "roles": ranger(roles), "delegues": ranger(delegues),
			"utilisateur": utilisateur, "organisme": organisme,
		})
		if err != nil {
			return fmt.Errorf("change of an affectation: %w", err)
		}
		if err := noterVersion(ctx, tx, utilisateur); err != nil {
			return err
		}
		return tracer(ctx, tx, s, a, "modifier", faitsDe(a.Agence, a.Guichet, a.Roles, a.Delegues), faitsDe(p.Agence, p.Guichet, roles, delegues))
	})
}

func (a Acces) verifierPlace(ctx context.Context, tx pgx.Tx, p Place, roles []habilitations.Role) error {
	if len(roles) == 0 {
		return fault.Fields{{Nom: "roles", Message: "Cochez au moins un rôle. Pour fermer l’accès, suspendez-le."}}
	}
	perdus, err := a.perdus(ctx, tx, roles)
	if err != nil {
		return err
	}
	if len(perdus) > 0 {
		return fault.Fields{{Nom: "roles", Message: phraseDernier(a.OrganismeNom, perdus)}}
	}
	_, _, err = lieux(ctx, tx, Nouveau{Organisme: a.Organisme, Agence: p.Agence, Guichet: p.Guichet})
	return err
}

func faitsDe(agence, guichet string, roles, delegues []habilitations.Role) map[string]string {
	return map[string]string{"Agence": agence, "Guichet": guichet, "Rôles": Libelles(roles), "Rôles délégués": Libelles(delegues)}
}

// Affecter gives an agent a place in one more organisme: an act of ATLAS, who
// alone sees agents of several organismes.
func Affecter(ctx context.Context, db pg.DB, s habilitations.Session, utilisateur int64, organisme string, p Place) error {
	if !s.Peut(habilitations.ToutOrganisme) {
		return fault.NotFound
	}
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		f, err := verrouillerCompte(ctx, tx, s, utilisateur)
		if err != nil {
			return err
		}
		n := Nouveau{Organisme: organisme, Agence: p.Agence, Guichet: p.Guichet, Roles: p.Roles}
		t, enregistreur, err := lieux(ctx, tx, n)
		if err != nil {
			return err
		}
		a := Acces{Utilisateur: utilisateur, Nom: f.Nom, Prenom: f.Prenom, Organisme: organisme, TypeOrganisme: t, Enregistreur: enregistreur}
		n.Roles, _ = a.Apres(s, p)
		if len(n.Roles) == 0 {
			return fault.Fields{{Nom: "roles", Message: "Cochez au moins un rôle."}}
		}
		if err := affecter(ctx, tx, utilisateur, n); err != nil {
			return err
		}
		if err := noterVersion(ctx, tx, utilisateur); err != nil {
			return err
		}
		return tracer(ctx, tx, s, a, "affecter", map[string]string{}, faitsDe(p.Agence, p.Guichet, n.Roles, nil))
	})
}

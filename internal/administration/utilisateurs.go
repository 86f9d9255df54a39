package administration

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
)

// Nouveau describes an account to create, with its first affectation. Agence
// and Guichet may be empty.
type Nouveau struct {
	Nom, Prenom string
	Courriel    string
	MotDePasse  string
	Organisme   string // code
	Agence      string // code
	Guichet     string // code
	Roles       []habilitations.Role
	Delegues    []habilitations.Role // what an administrator may give; nil for the default
}

// Creer makes the account of an agent and gives its identifier. Mistakes are
// fault.Fields.
func Creer(ctx context.Context, db pg.DB, n Nouveau) (int64, error) {
	n.Nom, n.Prenom, n.Courriel = strings.TrimSpace(n.Nom), strings.TrimSpace(n.Prenom), normaliserCourriel(n.Courriel)
	if err := n.valide(ctx, db); err != nil {
		return 0, err
	}
	empreinte, err := Hacher(ctx, n.MotDePasse)
	if err != nil {
		return 0, err
	}
	return CreerAvecEmpreinte(ctx, db, n, empreinte)
}

// Validate gives one message per field that is missing or wrong.
func (n Nouveau) Validate() error {
	f := n.valider()
	if n.Courriel == "" {
		f.Add("courriel", exempleCourriel)
	}
	if refus := refuserMotDePasse(n.MotDePasse, n.Nom, n.Prenom); refus != "" {
		f.Add("mot_de_passe", refus)
	}
	return f.Err()
}

// valide is Validate with what the base knows of the places and of the
// courriel, so that all mistakes come at once.
func (n Nouveau) valide(ctx context.Context, db pg.DB) error {
	var f, places fault.Fields
	if err := n.Validate(); err != nil && !errors.As(err, &f) {
		return err
	}
	if n.Organisme != "" {
		if _, _, err := lieux(ctx, db, n); err != nil && !errors.As(err, &places) {
			return err
		}
	}
	var pris bool
	err := db.QueryRow(ctx, `select exists (select from utilisateurs where courriel = @courriel)`, pg.Args{"courriel": n.Courriel}).Scan(&pris)
	if err != nil {
		return fmt.Errorf("checking an account: %w", err)
	}
	if f = append(f, places...); pris {
		f = append(f, errCourrielPris...)
	}
	return f.Err()
}

const exempleCourriel = "Indiquez une adresse de courriel, par exemple prenom.nom@organisme.fr."

// valider checks all but the password; the courriel may be empty.
func (n Nouveau) valider() fault.Fields {
	f := validerIdentite(n.Nom, n.Prenom, n.Courriel)
	if n.Organisme == "" {
		f.Add("organisme", "Indiquez le code de l’organisme.")
	}
	if len(n.Roles) == 0 {
		f.Add("roles", "Indiquez au moins un rôle.")
	}
	for _, r := range n.Roles {
		if r.Libelle() == string(r) {
			f.Add("roles", "Choisissez les rôles dans la liste : "+listeRoles()+".")
		}
	}
	return f
}

func validerIdentite(nom, prenom, courriel string) fault.Fields {
	var f fault.Fields
	if texte.Normaliser(nom) == "" || utf8.RuneCountInString(nom) > 100 {
		f.Add("nom", "Indiquez le nom de l’agent.")
	}
	if texte.Normaliser(prenom) == "" || utf8.RuneCountInString(prenom) > 100 {
		f.Add("prenom", "Indiquez le prénom de l’agent.")
	}
	if a, err := mail.ParseAddress(courriel); courriel != "" && (err != nil || a.Address != courriel || utf8.RuneCountInString(courriel) > 254) {
		f.Add("courriel", exempleCourriel)
	}
	return f
}

func listeRoles() string {
	codes := make([]string, len(habilitations.Roles))
	for i, r := range habilitations.Roles {
		codes[i] = string(r.Code)
	}
	return strings.Join(codes, ", ")
}

const creerSQL = `
insert into utilisateurs (nom, prenom, nom_n, prenom_n, courriel, mot_de_passe, mot_de_passe_le)
values (@nom, @prenom, @nom_n, @prenom_n, nullif(@courriel, ''), nullif(@mot_de_passe, ''), case when @mot_de_passe <> '' then now() end)
returning id`

// CreerAvecEmpreinte is Creer for a password already hashed (Hacher) and
// checked: the accounts of a demonstration share one. Without a digest, the
// agent is invited to choose a password.
func CreerAvecEmpreinte(ctx context.Context, db pg.DB, n Nouveau, empreinte string) (int64, error) {
	var id int64
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) (err error) {
		if id, err = creerCompte(ctx, tx, n, empreinte); err != nil {
			return err
		}
		return affecter(ctx, tx, id, n)
	})
	return id, err
}

// errCourrielPris is the mistake of a courriel that has an account.
var errCourrielPris = fault.Fields{{Nom: "courriel", Message: "Cette adresse a déjà un compte. Indiquez-en une autre."}}

func creerCompte(ctx context.Context, tx pgx.Tx, n Nouveau, empreinte string) (id int64, err error) {
	err = tx.QueryRow(ctx, creerSQL, pg.Args{
		"nom": n.Nom, "prenom": n.Prenom, "nom_n": texte.Normaliser(n.Nom), "prenom_n": texte.Normaliser(n.Prenom),
		"courriel": normaliserCourriel(n.Courriel), "mot_de_passe": empreinte,
	}).Scan(&id)
	if pg.IsUnique(err, "utilisateurs_courriel_key") {
		return 0, errCourrielPris
	}
	if err != nil {
		return 0, fmt.Errorf("creating an account: %w", err)
	}
	return id, nil
}

const lieuxSQL = `
select coalesce((select type from organismes where code = @organisme and actif), ''),
       coalesce((select enregistreur from organismes where code = @organisme), false),
       @agence = '' or exists (select from agences where code = @agence and organisme = @organisme),
       @guichet = '' or exists (select from guichets where code = @guichet and organisme = @organisme)`

// lieux checks the places of an affectation and gives what its organisme is.
func lieux(ctx context.Context, db pg.DB, n Nouveau) (t habilitations.TypeOrganisme, enregistreur bool, err error) {
	var agence, guichet bool
	args := pg.Args{"organisme": n.Organisme, "agence": n.Agence, "guichet": n.Guichet}
	if err := db.QueryRow(ctx, lieuxSQL, args).Scan(&t, &enregistreur, &agence, &guichet); err != nil {
		return "", false, fmt.Errorf("places of an affectation: %w", err)
	}
	var f fault.Fields
	if t == "" {
		f.Add("organisme", "Aucun organisme ouvert ne porte ce code.")
	}
	if t != "" && !agence {
		f.Add("agence", "Cette agence n’est pas de l’organisme.")
	}
	if t != "" && !guichet {
		f.Add("guichet", "Ce guichet n’est pas de l’organisme.")
	}
	return t, enregistreur, f.Err()
}

const affecterSQL = `
insert into affectations (utilisateur, organisme, agence, guichet, roles, delegues)
values (@utilisateur, @organisme, nullif(@agence, ''), nullif(@guichet, ''), @roles, @delegues)`

// affecter gives an account its place in an organisme. A new administrator may
// give what n.Delegues says, by default any ordinary role of the organisme.
func affecter(ctx context.Context, tx pgx.Tx, utilisateur int64, n Nouveau) error {
	t, enregistreur, err := lieux(ctx, tx, n)
	if err != nil {
		return err
	}
	delegues := n.Delegues
	switch {
	case !habilitations.PeutDeleguer(n.Roles):
		delegues = nil
	case delegues == nil:
		delegues = habilitations.DelegationInitiale(t, enregistreur)
	}
	_, err = tx.Exec(ctx, affecterSQL, pg.Args{
		"utilisateur": utilisateur, "organisme": n.Organisme, "agence": n.Agence, "guichet": n.Guichet,
		"roles": ranger(n.Roles), "delegues": ranger(delegues),
	})
	if pg.IsUnique(err, "affectations_pkey") {
		return fault.Fields{{Nom: "organisme", Message: "Cet agent travaille déjà pour cet organisme."}}
	}
	if err != nil {
		return fmt.Errorf("affectation: %w", err)
	}
	return nil
}

// ranger sorts roles and drops repeated ones; never nil, which the base would
// read as NULL.
func ranger(roles []habilitations.Role) []habilitations.Role {
	return append([]habilitations.Role{}, slices.Compact(slices.Sorted(slices.Values(roles)))...)
}

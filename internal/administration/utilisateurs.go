package administration

import (
	"context"
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
}

// Creer makes the account of an agent and gives its identifier. Mistakes are
// fault.Fields.
func Creer(ctx context.Context, db pg.DB, n Nouveau) (int64, error) {
	n.Nom, n.Prenom, n.Courriel = strings.TrimSpace(n.Nom), strings.TrimSpace(n.Prenom), normaliserCourriel(n.Courriel)
	if err := n.Validate(); err != nil {
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
	var f fault.Fields
	if texte.Normaliser(n.Nom) == "" {
		f.Add("nom", "Indiquez le nom de l’agent.")
	}
	if texte.Normaliser(n.Prenom) == "" {
		f.Add("prenom", "Indiquez le prénom de l’agent.")
	}
	if a, err := mail.ParseAddress(n.Courriel); err != nil || a.Address != n.Courriel || utf8.RuneCountInString(n.Courriel) > 254 {
		f.Add("courriel", "Indiquez une adresse de courriel, par exemple prenom.nom@organisme.fr.")
	}
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
	if refus := refuserMotDePasse(n.MotDePasse, n.Nom, n.Prenom); refus != "" {
		f.Add("mot_de_passe", refus)
	}
	return f.Err()
}

func listeRoles() string {
	codes := make([]string, len(habilitations.Roles))
	for i, r := range habilitations.Roles {
		codes[i] = string(r.Code)
	}
	return strings.Join(codes, ", ")
}

const creerSQL = `
insert into utilisateurs (nom, prenom, nom_n, prenom_n, courriel, mot_de_passe)
values (@nom, @prenom, @nom_n, @prenom_n, @courriel, @mot_de_passe)
returning id`

// CreerAvecEmpreinte is Creer for a password already hashed (Hacher) and
// checked: the accounts of a demonstration share one.
func CreerAvecEmpreinte(ctx context.Context, db pg.DB, n Nouveau, empreinte string) (int64, error) {
	var id int64
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, creerSQL, pg.Args{
			"nom": n.Nom, "prenom": n.Prenom, "nom_n": texte.Normaliser(n.Nom), "prenom_n": texte.Normaliser(n.Prenom),
			"courriel": normaliserCourriel(n.Courriel), "mot_de_passe": empreinte,
		}).Scan(&id)
		if pg.IsUnique(err, "utilisateurs_courriel_key") {
			return fault.Fields{{Nom: "courriel", Message: "Cette adresse a déjà un compte. Indiquez-en une autre."}}
		}
		if err != nil {
			return fmt.Errorf("creating an account: %w", err)
		}
		return affecter(ctx, tx, id, n)
	})
	return id, err
}

const lieuxSQL = `
select exists (select from organismes where code = @organisme),
       @agence = '' or exists (select from agences where code = @agence and organisme = @organisme),
       @guichet = '' or exists (select from guichets where code = @guichet and organisme = @organisme)`

const affecterSQL = `
insert into affectations (utilisateur, organisme, agence, guichet, roles)
values (@utilisateur, @organisme, nullif(@agence, ''), nullif(@guichet, ''), @roles)`

func affecter(ctx context.Context, tx pgx.Tx, utilisateur int64, n Nouveau) error {
	var organisme, agence, guichet bool
	lieux := pg.Args{"organisme": n.Organisme, "agence": n.Agence, "guichet": n.Guichet}
	if err := tx.QueryRow(ctx, lieuxSQL, lieux).Scan(&organisme, &agence, &guichet); err != nil {
		return fmt.Errorf("places of an affectation: %w", err)
	}
	var f fault.Fields
	if !organisme {
		f.Add("organisme", "Aucun organisme ne porte ce code.")
	}
	if organisme && !agence {
		f.Add("agence", "Cette agence n’est pas de l’organisme.")
	}
	if organisme && !guichet {
		f.Add("guichet", "Ce guichet n’est pas de l’organisme.")
	}
	if err := f.Err(); err != nil {
		return err
	}
	roles := slices.Compact(slices.Sorted(slices.Values(n.Roles)))
	_, err := tx.Exec(ctx, affecterSQL, pg.Args{
		"utilisateur": utilisateur, "organisme": n.Organisme, "agence": n.Agence, "guichet": n.Guichet, "roles": roles,
	})
	if err != nil {
		return fmt.Errorf("affectation: %w", err)
	}
	return nil
}

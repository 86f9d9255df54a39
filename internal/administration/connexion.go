package administration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
)

// Identifiants are what an agent types to connect: Nom and Prenom, or
// Courriel. Organisme is asked only between homonyms. IP is the client's.
// Utilisateur, set by the server, names an agent already connected.
type Identifiants struct {
	Utilisateur int64
	Nom, Prenom string
	Courriel    string
	MotDePasse  string
	Organisme   string
	IP          string
}

// ErrIncorrect is the same whether the account is unknown, suspended, or its
// password another one (R-CNX-09); screens show MessageIncorrect.
var ErrIncorrect = errors.New("identifiants incorrects")

// MessageIncorrect is the sentence of ErrIncorrect.
const MessageIncorrect = "Nom, prénom ou mot de passe incorrect."

// Choix is an affectation that the password opens.
type Choix struct {
	Utilisateur  int64
	Organisme    string // code
	OrganismeNom string
}

// ChoixOrganisme asks for the organisme: the password matched several
// affectations, of homonyms or of one agent.
type ChoixOrganisme struct{ Choix []Choix }

func (c *ChoixOrganisme) Error() string { return "Choisissez votre organisme." }

// minimumVerifications makes an unknown name, a known one and a pair of
// homonyms cost the same number of computations.
const minimumVerifications = 2

// Authentifier checks what was typed and gives the session to open, or
// ErrIncorrect, *Bloque, *ChoixOrganisme. Call it with the pool: counted
// attempts must outlive a failure.
func Authentifier(ctx context.Context, db pg.DB, i Identifiants) (habilitations.Session, error) {
	var aucune habilitations.Session
	essai, err := compterEssai(ctx, db, "identifiant", i.cle(), i.IP)
	if err != nil {
		return aucune, err
	}
	ouvertes, err := verifierComptes(ctx, db, i)
	if err != nil {
		return aucune, err
	}
	if len(ouvertes) == 0 {
		return aucune, ErrIncorrect
	}
	if err := essai.pardonner(ctx, db); err != nil {
		return aucune, err
	}
	return Ouvrir(ctx, db, ouvertes, i.Organisme)
}

// Ouvrir gives the session of the only affectation possible, or *ChoixOrganisme
// when organisme doesn't single one out. The choices have been authenticated.
func Ouvrir(ctx context.Context, db pg.DB, choix []Choix, organisme string) (habilitations.Session, error) {
	retenus := choix
	if len(choix) > 1 {
		retenus = nil
		for _, c := range choix {
			if c.Organisme == organisme {
				retenus = append(retenus, c)
			}
		}
	}
	if len(retenus) != 1 {
		return habilitations.Session{}, &ChoixOrganisme{Choix: choix}
	}
	return SessionDe(ctx, db, retenus[0].Utilisateur, retenus[0].Organisme)
}

const connecteSQL = `
update utilisateurs set derniere_connexion = now(), dernier_acces = now() where id = @utilisateur`

// NoterConnexion dates the login of an agent who proved everything asked.
func NoterConnexion(ctx context.Context, db pg.DB, utilisateur int64) error {
	if _, err := db.Exec(ctx, connecteSQL, pg.Args{"utilisateur": utilisateur}); err != nil {
		return fmt.Errorf("date of connexion: %w", err)
	}
	return nil
}

// compte is a candidate account and what it may open.
type compte struct {
	ID         int64
	MotDePasse string
	Suspendu   bool
	Organismes []string
	Noms       []string
}

const comptesSQL = `
select u.id, coalesce(u.mot_de_passe, '') as mot_de_passe, u.suspendu,
       coalesce(array_agg(o.code order by o.nom) filter (where o.actif), '{}') as organismes,
       coalesce(array_agg(o.nom order by o.nom) filter (where o.actif), '{}') as noms
from utilisateurs u
left join affectations a on a.utilisateur = u.id and a.suspendue_le is null
left join organismes o on o.code = a.organisme
where case when @utilisateur <> 0 then u.id = @utilisateur when @courriel <> '' then u.courriel = @courriel else u.nom_n = @nom and u.prenom_n = @prenom end
group by u.id
order by u.id`

// verifierComptes gives the affectations that the password opens. Every
// homonym is checked, and at least minimumVerifications passwords computed.
func verifierComptes(ctx context.Context, db pg.DB, i Identifiants) ([]Choix, error) {
	comptes, err := candidats(ctx, db, i)
	if err != nil {
		return nil, err
	}
	var ouvertes []Choix
	for _, c := range comptes {
		exact, err := verifier(ctx, i.MotDePasse, cmp.Or(c.MotDePasse, factice))
		if err != nil {
			return nil, err
		}
		if !exact || c.Suspendu || c.MotDePasse == "" {
			continue
		}
		for n, code := range c.Organismes {
			ouvertes = append(ouvertes, Choix{c.ID, code, c.Noms[n]})
		}
	}
	for range minimumVerifications - len(comptes) {
		if _, err := verifier(ctx, i.MotDePasse, factice); err != nil {
			return nil, err
		}
	}
	return ouvertes, nil
}

// Vise gives the account that a refused login aimed at, 0 when none or several
// bear what was typed, and its organisme when it has only one.
func Vise(ctx context.Context, db pg.DB, i Identifiants) (utilisateur int64, organisme string, err error) {
	comptes, err := candidats(ctx, db, i)
	if err != nil || len(comptes) != 1 {
		return 0, "", err
	}
	if len(comptes[0].Organismes) == 1 {
		organisme = comptes[0].Organismes[0]
	}
	return comptes[0].ID, organisme, nil
}

func candidats(ctx context.Context, db pg.DB, i Identifiants) ([]compte, error) {
	rows, err := db.Query(ctx, comptesSQL, pg.Args{
		"utilisateur": i.Utilisateur, "courriel": normaliserCourriel(i.Courriel), "nom": texte.Normaliser(i.Nom), "prenom": texte.Normaliser(i.Prenom),
	})
	if err != nil {
		return nil, fmt.Errorf("accounts of a login: %w", err)
	}
	comptes, err := pgx.CollectRows(rows, pgx.RowToStructByName[compte])
	if err != nil {
		return nil, fmt.Errorf("accounts of a login: %w", err)
	}
	return comptes, nil
}

func normaliserCourriel(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

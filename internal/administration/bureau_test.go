package administration

import (
	"bytes"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg/pgtest"
)

// bureau is a base with an administrator of Toulouse Métropole Habitat, who may
// give SAISIE and CONSULTATION only, one of Promologis, and ATLAS.
type bureau struct {
	db                *pgxpool.Pool
	comptes           Comptes
	tmh, promo, atlas habilitations.Session
}

func newBureau(t *testing.T) bureau {
	t.Helper()
	b := bureau{db: pgtest.DB(t), comptes: NouveauxComptes(bytes.Repeat([]byte("k"), 32), "https://imhoweb.example/")}
	b.tmh = b.session(t, "TMH", "admin@tmh.example", habilitations.AdminOrganisme)
	b.promo = b.session(t, "PROMO", "admin@promo.example", habilitations.AdminOrganisme)
	b.atlas = b.session(t, "ATLAS", "admin@atlas.example", habilitations.AdminAtlas)
	b.exec(t, "update affectations set delegues = '{SAISIE,CONSULTATION}' where utilisateur = $1", b.tmh.Utilisateur)
	b.tmh = b.relire(t, b.tmh)
	return b
}

func (b bureau) session(t *testing.T, organisme, courriel string, roles ...habilitations.Role) habilitations.Session {
	t.Helper()
	id := b.agent(t, organisme, courriel, roles...)
	s, err := SessionDe(t.Context(), b.db, id, organisme)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (b bureau) relire(t *testing.T, s habilitations.Session) habilitations.Session {
	t.Helper()
	r, err := SessionDe(t.Context(), b.db, s.Utilisateur, s.Organisme)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// agent makes an account that came once, without the cost of a password.
func (b bureau) agent(t *testing.T, organisme, courriel string, roles ...habilitations.Role) int64 {
	t.Helper()
	id, err := CreerAvecEmpreinte(t.Context(), b.db, Nouveau{Nom: "Essai", Prenom: "Luc", Courriel: courriel, Organisme: organisme, Roles: roles}, factice)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (b bureau) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := b.db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func (b bureau) un(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	if err := b.db.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (b bureau) fiche(t *testing.T, id int64) Fiche {
	t.Helper()
	f, err := LireFiche(t.Context(), b.db, b.atlas, id)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// traces counts the acts traced about an agent.
func (b bureau) traces(t *testing.T, id int64, acte string) int {
	t.Helper()
	return b.un(t, "select count(*) from changements where objet = 'utilisateur' and cle = $1::bigint::text and acte = $2", id, acte)
}

func champ(err error) string {
	var f fault.Fields
	if errors.As(err, &f) && len(f) > 0 {
		return f[0].Nom
	}
	return ""
}

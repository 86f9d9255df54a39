package demo_test

import (
	"testing"

	"imhoweb/internal/administration"
	"imhoweb/internal/demo"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg/pgtest"
)

func TestCreerComptes(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), pgtest.DB(t)
	comptes, err := demo.CreerComptes(ctx, db)
	if err != nil {
		t.Fatal(err)
	}

	t.Run("gives each role, and each type of organisme, a login that works", func(t *testing.T) {
		courriels := map[string]bool{}
		roles, types := map[habilitations.Role]bool{}, map[habilitations.TypeOrganisme]bool{}
		for _, c := range comptes {
			s, err := administration.Authentifier(ctx, db, administration.Identifiants{
				Nom: c.Nom, Prenom: c.Prenom, MotDePasse: c.MotDePasse, Organisme: c.Organisme, IP: "192.0.2.1",
			})
			if err != nil {
				t.Fatalf("%s %s: %v", c.Prenom, c.Nom, err)
			}
			if s.Courriel != c.Courriel || s.TypeOrganisme != c.TypeOrganisme || len(s.Roles) != 1 || s.Roles[0] != c.Role {
				t.Errorf("%+v opens %+v", c, s)
			}
			courriels[c.Courriel] = true
			roles[c.Role], types[c.TypeOrganisme] = true, true
		}
		for _, r := range habilitations.Roles {
			if !roles[r.Code] {
				t.Errorf("no account for the role %s", r.Code)
			}
		}
		if len(courriels) != len(comptes)-1 {
			t.Errorf("%d accounts for %d logins: one agent has two", len(courriels), len(comptes))
		}
		if len(types) != 8 {
			t.Errorf("types covered: %v", types)
		}
	})

	t.Run("adds nothing the second time", func(t *testing.T) {
		encore, err := demo.CreerComptes(ctx, db)
		if err != nil || len(encore) != len(comptes) {
			t.Fatalf("%d accounts, %v", len(encore), err)
		}
		var n int
		if err := db.QueryRow(ctx, "select count(*) from utilisateurs").Scan(&n); err != nil || n != len(comptes)-1 {
			t.Errorf("%d accounts in the base instead of %d, %v", n, len(comptes)-1, err)
		}
	})
}

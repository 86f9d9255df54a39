package administration

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
)

// TestAutreOrganisme has the administrator of one organisme try every act on an
// agent of another, by identifiers that exist (lecons: the admin of A wipes
// rights in B).
func TestAutreOrganisme(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	id := b.agent(t, "PROMO", "agent@promo.example", habilitations.Saisie)
	avant := b.fiche(t, id)
	for nom, acte := range map[string]func() error{
		"reads": func() error { _, err := LireFiche(ctx, b.db, b.tmh, id); return err },
		"renames": func() error {
			return b.comptes.ModifierIdentite(ctx, b.db, b.tmh, id, 1, Identite{"Pris", "Luc", "pris@tmh.example"})
		},
		"suspends": func() error { return SuspendreAcces(ctx, b.db, b.tmh, id, "PROMO", 1) },
		"reopens":  func() error { return RouvrirAcces(ctx, b.db, b.tmh, id, "PROMO", 1) },
		"confirms": func() error { _, _, err := Certifier(ctx, b.db, b.tmh, "PROMO", []int64{id}, nil); return err },
		"resets":   func() error { _, err := b.comptes.DonnerAcces(ctx, b.db, b.tmh, id, 1, SurPapier); return err },
		"unlocks":  func() error { return ReinitialiserSecondFacteur(ctx, b.db, b.tmh, id, 1) },
		"takes": func() error {
			return Affecter(ctx, b.db, b.tmh, id, "TMH", Place{Roles: []habilitations.Role{habilitations.Saisie}})
		},
		"its place": func() error { return SuspendreAcces(ctx, b.db, b.tmh, id, "TMH", 1) },
		"changes its roles": func() error {
			return ModifierPlace(ctx, b.db, b.tmh, id, "PROMO", 1, Place{Roles: []habilitations.Role{habilitations.Consultation}})
		},
	} {
		if err := acte(); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", nom, err)
		}
	}
	if apres := b.fiche(t, id); apres.Version != avant.Version || !slices.Equal(apres.Roles, avant.Roles) || apres.Suspendu() || apres.SansMotDePasse {
		t.Errorf("%+v became %+v", avant.Acces, apres.Acces)
	}
	l, err := Lister(ctx, b.db, b.tmh)
	if err != nil || slices.ContainsFunc(l, func(a Acces) bool { return a.Organisme != "TMH" }) {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := Rapport(ctx, b.db, b.tmh, time.Now(), Rythme{3, 30}); !errors.Is(err, fault.Forbidden) {
		t.Error(err)
	}
}

// TestAgentPartage: who works for two organismes is nobody's alone.
func TestAgentPartage(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	id := b.agent(t, "TMH", "partage@tmh.example", habilitations.Saisie)
	if err := Affecter(ctx, b.db, b.atlas, id, "PROMO", Place{Roles: []habilitations.Role{habilitations.Consultation}}); err != nil {
		t.Fatal(err)
	}
	if err := Affecter(ctx, b.db, b.atlas, id, "PROMO", Place{Roles: []habilitations.Role{habilitations.Consultation}}); champ(err) != "organisme" {
		t.Errorf("twice in one organisme: %v", err)
	}
	v := b.fiche(t, id).Version
	if _, err := b.comptes.DonnerAcces(ctx, b.db, b.tmh, id, v, SurPapier); !errors.Is(err, fault.Forbidden) {
		t.Errorf("takes the account over: %v", err)
	}
	if err := b.comptes.ModifierIdentite(ctx, b.db, b.promo, id, v, Identite{"Essai", "Luc", "pirate@promo.example"}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("changes its courriel: %v", err)
	}
	if err := SuspendreAcces(ctx, b.db, b.tmh, id, "TMH", v); err != nil {
		t.Fatal(err)
	}
	if _, err := SessionDe(ctx, b.db, id, "TMH"); !errors.Is(err, fault.NotFound) {
		t.Errorf("still in TMH: %v", err)
	}
	if s, err := SessionDe(ctx, b.db, id, "PROMO"); err != nil || s.Organisme != "PROMO" {
		t.Errorf("no longer in PROMO: %v", err)
	}
	f, err := LireFiche(ctx, b.db, b.promo, id)
	if err != nil || len(f.Tous) != 1 || f.Ailleurs != 1 {
		t.Errorf("PROMO sees %+v, %v", f.Tous, err)
	}
}

func TestModifierPlace(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	id := b.agent(t, "TMH", "agent@tmh.example", habilitations.Instruction, habilitations.Consultation)

	t.Run("leaves alone what it can't give", func(t *testing.T) {
		p := Place{Agence: "TMH-02", Roles: []habilitations.Role{habilitations.Saisie, habilitations.Commission, habilitations.AdminAtlas},
			Delegues: []habilitations.Role{habilitations.Saisie}}
		if err := ModifierPlace(ctx, b.db, b.tmh, id, "TMH", 1, p); err != nil {
			t.Fatal(err)
		}
		a := b.fiche(t, id)
		if !slices.Equal(a.Roles, []habilitations.Role{habilitations.Instruction, habilitations.Saisie}) || a.Agence != "TMH-02" || len(a.Delegues) != 0 {
			t.Errorf("%v, %q, %v", a.Roles, a.Agence, a.Delegues)
		}
		if b.traces(t, id, "modifier") != 1 {
			t.Error("no trace")
		}
	})
	t.Run("refuses a record that changed meanwhile", func(t *testing.T) {
		if err := ModifierPlace(ctx, b.db, b.tmh, id, "TMH", 1, Place{Roles: []habilitations.Role{habilitations.Saisie}}); !errors.Is(err, fault.Conflict) {
			t.Error(err)
		}
		if err := b.comptes.ModifierIdentite(ctx, b.db, b.atlas, id, 1, Identite{"Essai", "Luc", ""}); !errors.Is(err, fault.Conflict) {
			t.Error(err)
		}
	})
	t.Run("keeps its own roles", func(t *testing.T) {
		err := ModifierPlace(ctx, b.db, b.tmh, b.tmh.Utilisateur, "TMH", 1, Place{Roles: []habilitations.Role{habilitations.Saisie, habilitations.AdminOrganisme}})
		if err != nil {
			t.Fatal(err)
		}
		if a := b.fiche(t, b.tmh.Utilisateur); !slices.Equal(a.Roles, []habilitations.Role{habilitations.AdminOrganisme}) {
			t.Errorf("%v", a.Roles)
		}
	})
	t.Run("has ATLAS alone widen a delegation", func(t *testing.T) {
		p := Place{Roles: []habilitations.Role{habilitations.AdminOrganisme}, Delegues: []habilitations.Role{habilitations.Offre, habilitations.AdminAtlas}}
		v := b.fiche(t, b.tmh.Utilisateur).Version
		if err := ModifierPlace(ctx, b.db, b.atlas, b.tmh.Utilisateur, "TMH", v, p); err != nil {
			t.Fatal(err)
		}
		if s := b.relire(t, b.tmh); !slices.Equal(s.Delegues, []habilitations.Role{habilitations.Offre}) {
			t.Errorf("%v", s.Delegues)
		}
	})
}

func TestDernierAdministrateur(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	admin := b.tmh.Utilisateur
	sans := Place{Roles: []habilitations.Role{habilitations.Saisie}}

	t.Run("is neither suspended nor demoted, even by ATLAS", func(t *testing.T) {
		if err := SuspendreAcces(ctx, b.db, b.atlas, admin, "TMH", 1); !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
		if err := ModifierPlace(ctx, b.db, b.atlas, admin, "TMH", 1, sans); champ(err) != "roles" {
			t.Error(err)
		}
		if _, _, err := Certifier(ctx, b.db, b.atlas, "TMH", nil, []int64{admin}); !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
	})
	t.Run("isn't replaced by a guest who never came", func(t *testing.T) {
		n := Nouveau{Nom: "Roques", Prenom: "Élodie", Courriel: "invite@tmh.example", Organisme: "TMH", Roles: []habilitations.Role{habilitations.AdminOrganisme}}
		if _, _, err := b.comptes.Inviter(ctx, b.db, b.atlas, n, ParCourriel); err != nil {
			t.Fatal(err)
		}
		if err := SuspendreAcces(ctx, b.db, b.atlas, admin, "TMH", 1); !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
	})
	t.Run("stays when two administrators suspend each other at once", func(t *testing.T) {
		for range 5 {
			autre := b.session(t, "TMH", GenererMotDePasse()+"@tmh.example", habilitations.AdminOrganisme)
			v := b.fiche(t, admin).Version
			var wg sync.WaitGroup
			var e1, e2 error
			wg.Go(func() { e1 = SuspendreAcces(ctx, b.db, b.tmh, autre.Utilisateur, "TMH", 1) })
			wg.Go(func() { e2 = SuspendreAcces(ctx, b.db, autre, admin, "TMH", v) })
			wg.Wait()
			if (e1 == nil) == (e2 == nil) {
				t.Fatalf("%v, %v", e1, e2)
			}
			n := b.un(t, "select count(*) from affectations a join utilisateurs u on u.id = a.utilisateur where a.organisme = 'TMH' and 'ADMIN_ORGANISME' = any(a.roles) and a.suspendue_le is null and u.mot_de_passe_le is not null")
			if n != 1 {
				t.Fatalf("%d administrators left", n)
			}
			b.exec(t, "update affectations set suspendue_le = null, suspendue_motif = '' where utilisateur = $1", admin)
			b.exec(t, "update affectations set suspendue_le = now(), suspendue_motif = 'decision' where utilisateur = $1 and suspendue_le is null", autre.Utilisateur)
		}
	})
	t.Run("nobody suspends oneself", func(t *testing.T) {
		b.agent(t, "TMH", "releve@tmh.example", habilitations.AdminOrganisme)
		if err := SuspendreAcces(ctx, b.db, b.tmh, admin, "TMH", b.fiche(t, admin).Version); !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
	})
}

// TestAdministrateurDAtlas: who administers the organisme ATLAS doesn't reach
// those who administer the file.
func TestAdministrateurDAtlas(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	local := b.session(t, "ATLAS", "local@atlas.example", habilitations.AdminOrganisme)
	b.agent(t, "ATLAS", "second@atlas.example", habilitations.AdminAtlas)
	id := b.atlas.Utilisateur
	for nom, err := range map[string]error{
		"suspends": SuspendreAcces(ctx, b.db, local, id, "ATLAS", 1),
		"renames":  b.comptes.ModifierIdentite(ctx, b.db, local, id, 1, Identite{"Pris", "Luc", "pris@atlas.example"}),
		"unlocks":  ReinitialiserSecondFacteur(ctx, b.db, local, id, 1),
		"resets":   func() error { _, err := b.comptes.DonnerAcces(ctx, b.db, local, id, 1, SurPapier); return err }(),
	} {
		if !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", nom, err)
		}
	}
	if err := ModifierPlace(ctx, b.db, local, id, "ATLAS", 1, Place{Roles: []habilitations.Role{habilitations.Saisie}}); err != nil {
		t.Fatal(err)
	}
	if a := b.fiche(t, id); !slices.Contains(a.Roles, habilitations.AdminAtlas) {
		t.Errorf("ADMIN_ATLAS was taken away: %v", a.Roles)
	}
}

package administration

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pquerna/otp/totp"

	"imhoweb/internal/courriels"
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

func TestInviter(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	n := Nouveau{Nom: "Roques", Prenom: "Élodie", Courriel: "Elodie@tmh.example", Roles: []habilitations.Role{habilitations.Saisie}}

	t.Run("invites by courriel in its own organisme, whatever is sent", func(t *testing.T) {
		n := n
		n.Organisme = "PROMO"
		id, jeton, err := b.comptes.Inviter(ctx, b.db, b.tmh, n, ParCourriel)
		if err != nil || jeton != "" {
			t.Fatalf("%q, %v", jeton, err)
		}
		a := b.fiche(t, id)
		if a.Organisme != "TMH" || a.Etat() != EtatInvite || len(a.Delegues) != 0 || a.Courriel != "elodie@tmh.example" {
			t.Errorf("%+v", a)
		}
		if b.traces(t, id, "inviter") != 1 {
			t.Error("no trace")
		}
		g, err := courriels.Lister(ctx, b.db, b.atlas)
		if err != nil || len(g) != 1 || g[0].Destinataire != "elodie@tmh.example" {
			t.Fatalf("%+v, %v", g, err)
		}
		_, corps, err := courriels.Lire(ctx, b.db, b.comptes.Coffre, b.atlas, g[0].ID)
		_, lien, ok := strings.Cut(corps, "https://imhoweb.example/invitation/")
		if err != nil || !ok {
			t.Fatalf("%q, %v", corps, err)
		}
		jeton, _, _ = strings.Cut(lien, "\n")
		if b.un(t, "select count(*) from invitations where empreinte like '%' || $1 || '%'", jeton) != 0 ||
			b.un(t, "select count(*) from courriels where position(convert_to($1, 'UTF8') in corps) > 0", jeton) != 0 {
			t.Error("the base holds the token in clear")
		}
		if _, err := AccepterInvitation(ctx, b.db, jeton, "pont neuf 1632 garonne", "pont neuf 1632 garonne"); err != nil {
			t.Fatal(err)
		}
		if _, err := Authentifier(ctx, b.db, Identifiants{Courriel: n.Courriel, MotDePasse: "pont neuf 1632 garonne"}); err != nil {
			t.Error(err)
		}
		if _, err := AccepterInvitation(ctx, b.db, jeton, "une autre phrase longue", "une autre phrase longue"); !errors.Is(err, fault.NotFound) {
			t.Errorf("the token serves twice: %v", err)
		}
	})

	t.Run("prints a code for an agent without courriel", func(t *testing.T) {
		n := n
		n.Courriel = ""
		if _, _, err := b.comptes.Inviter(ctx, b.db, b.tmh, n, ParCourriel); champ(err) != "courriel" {
			t.Fatalf("a courriel to nobody: %v", err)
		}
		id, jeton, err := b.comptes.Inviter(ctx, b.db, b.tmh, n, SurPapier)
		if err != nil || len(jeton) != 23 {
			t.Fatalf("%q, %v", jeton, err)
		}
		tape := strings.ToUpper(strings.ReplaceAll(jeton, "-", " "))
		i, err := AccepterInvitation(ctx, b.db, tape, "berges du Touch au matin", "berges du Touch au matin")
		if err != nil || i.Utilisateur != id || !i.Premiere {
			t.Fatalf("%+v, %v", i, err)
		}
		if _, err := Authentifier(ctx, b.db, Identifiants{Nom: "ROQUES", Prenom: "elodie", MotDePasse: "berges du Touch au matin"}); err != nil {
			t.Error(err)
		}
	})

	for _, cas := range []struct {
		nom, champ string
		s          habilitations.Session
		change     func(*Nouveau)
	}{
		{"a role neither held nor delegated", "roles", b.tmh, func(n *Nouveau) { n.Roles = []habilitations.Role{habilitations.Instruction} }},
		{"a role of the whole file", "roles", b.tmh, func(n *Nouveau) { n.Roles = []habilitations.Role{habilitations.AdminAtlas} }},
		{"a role that the organisme can't have, even from ATLAS", "roles", b.atlas, func(n *Nouveau) {
			n.Organisme, n.Roles = "CUGNAUX", []habilitations.Role{habilitations.Saisie}
		}},
		{"ADMIN_ATLAS outside ATLAS", "roles", b.atlas, func(n *Nouveau) { n.Organisme, n.Roles = "TMH", []habilitations.Role{habilitations.AdminAtlas} }},
		{"no role", "roles", b.tmh, func(n *Nouveau) { n.Roles = nil }},
		{"an agence of another organisme", "agence", b.tmh, func(n *Nouveau) { n.Agence = "PROMO-01" }},
		{"a courriel that has an account", "courriel", b.tmh, func(n *Nouveau) { n.Courriel = "admin@promo.example" }},
		{"an unknown organisme", "organisme", b.atlas, func(n *Nouveau) { n.Organisme = "NULLEPART" }},
	} {
		t.Run("refuses "+cas.nom, func(t *testing.T) {
			n := n
			n.Courriel = "autre@tmh.example"
			cas.change(&n)
			avant := b.un(t, "select count(*) from utilisateurs")
			_, _, err := b.comptes.Inviter(ctx, b.db, cas.s, n, ParCourriel)
			if champ(err) != cas.champ {
				t.Errorf("%v", err)
			}
			if b.un(t, "select count(*) from utilisateurs") != avant {
				t.Error("the account was made")
			}
		})
	}
	t.Run("refuses who doesn't administer", func(t *testing.T) {
		s := b.session(t, "TMH", "saisie@tmh.example", habilitations.Saisie)
		if _, _, err := b.comptes.Inviter(ctx, b.db, s, n, ParCourriel); !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
	})
	t.Run("gives a new administrator what its author may give", func(t *testing.T) {
		n := n
		n.Courriel, n.Roles = "second@tmh.example", []habilitations.Role{habilitations.AdminOrganisme}
		id, _, err := b.comptes.Inviter(ctx, b.db, b.tmh, n, ParCourriel)
		if err != nil {
			t.Fatal(err)
		}
		if d := b.fiche(t, id).Delegues; !slices.Equal(d, []habilitations.Role{habilitations.AdminOrganisme, habilitations.Consultation, habilitations.Saisie}) {
			t.Errorf("delegated: %v", d)
		}
	})
}

func TestInvitationPerimee(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	n := Nouveau{Nom: "Roques", Prenom: "Élodie", Courriel: "elodie@tmh.example", Roles: []habilitations.Role{habilitations.Saisie}}
	id, jeton, err := b.comptes.Inviter(ctx, b.db, b.tmh, n, SurPapier)
	if err != nil {
		t.Fatal(err)
	}
	const mdp = "berges du Touch au matin"
	if _, err := AccepterInvitation(ctx, b.db, jeton, "court", "court"); champ(err) != "nouveau" {
		t.Errorf("a short password: %v", err)
	}
	if _, err := AccepterInvitation(ctx, b.db, jeton, mdp, mdp+"s"); champ(err) != "confirmation" {
		t.Errorf("two passwords: %v", err)
	}
	b.exec(t, "update invitations set expire_le = now() - interval '1 second' where utilisateur = $1", id)
	if _, err := AccepterInvitation(ctx, b.db, jeton, mdp, mdp); !errors.Is(err, fault.NotFound) {
		t.Errorf("too late: %v", err)
	}
	autre, err := b.comptes.DonnerAcces(ctx, b.db, b.tmh, id, b.fiche(t, id).Version, SurPapier)
	if err != nil || autre == jeton {
		t.Fatal(err)
	}
	if err := SuspendreAcces(ctx, b.db, b.tmh, id, "TMH", b.fiche(t, id).Version); err != nil {
		t.Fatal(err)
	}
	if _, err := AccepterInvitation(ctx, b.db, autre, mdp, mdp); !errors.Is(err, fault.NotFound) {
		t.Errorf("a suspended guest comes in: %v", err)
	}
	if _, err := b.comptes.DonnerAcces(ctx, b.db, b.tmh, id, b.fiche(t, id).Version, SurPapier); champ(err) != "moyen" {
		t.Errorf("a code for a suspended agent: %v", err)
	}
	if err := RouvrirAcces(ctx, b.db, b.tmh, id, "TMH", b.fiche(t, id).Version); err != nil {
		t.Fatal(err)
	}
	encore, err := b.comptes.DonnerAcces(ctx, b.db, b.tmh, id, b.fiche(t, id).Version, SurPapier)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	reussis := make([]bool, 4)
	for i := range reussis {
		wg.Go(func() {
			_, err := AccepterInvitation(ctx, b.db, encore, mdp, mdp)
			reussis[i] = err == nil
		})
	}
	wg.Wait()
	n4 := 0
	for _, ok := range reussis {
		if ok {
			n4++
		}
	}
	if n4 != 1 {
		t.Errorf("the token served %d times at once", n4)
	}
}

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
	if _, err := Rapport(ctx, b.db, b.tmh, time.Now()); !errors.Is(err, fault.Forbidden) {
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

func TestDonnerAcces(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	id := b.agent(t, "TMH", "agent@tmh.example", habilitations.Saisie)
	b.exec(t, "insert into sessions (jeton, data, expiry, utilisateur) values ('s', '', now() + interval '1 hour', $1)", id)
	jeton, err := b.comptes.DonnerAcces(ctx, b.db, b.tmh, id, 1, SurPapier)
	if err != nil {
		t.Fatal(err)
	}
	if a := b.fiche(t, id); a.Etat() != EtatAChoisir || b.un(t, "select count(*) from sessions where utilisateur = $1 and fermee_le is null", id) != 0 {
		t.Errorf("%v, or a session stays open", a.Etat())
	}
	i, err := LireInvitation(ctx, b.db, jeton)
	if err != nil || i.Premiere {
		t.Errorf("%+v, %v", i, err)
	}
	if _, err := b.comptes.DonnerAcces(ctx, b.db, b.tmh, b.tmh.Utilisateur, 1, SurPapier); !errors.Is(err, fault.Forbidden) {
		t.Errorf("one's own password: %v", err)
	}
	if _, err := b.comptes.DonnerAcces(ctx, b.db, b.tmh, id, 1, ParCourriel); !errors.Is(err, fault.Conflict) {
		t.Errorf("a record that changed: %v", err)
	}
}

func TestMotDePasseOublie(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	id := b.agent(t, "TMH", "agent@tmh.example", habilitations.Saisie)
	suspendu := b.agent(t, "TMH", "suspendu@tmh.example", habilitations.Saisie)
	if err := SuspendreAcces(ctx, b.db, b.tmh, suspendu, "TMH", 1); err != nil {
		t.Fatal(err)
	}
	for _, courriel := range []string{"inconnu@tmh.example", "suspendu@tmh.example", "AGENT@tmh.example"} {
		if err := b.comptes.MotDePasseOublie(ctx, b.db, courriel, "192.0.2.1"); err != nil {
			t.Errorf("%s: %v", courriel, err)
		}
	}
	if n := b.un(t, "select count(*) from courriels"); n != 1 {
		t.Errorf("%d mails", n)
	}
	if b.fiche(t, id).SansMotDePasse {
		t.Error("asking for a link took the password away")
	}
	for range 10 {
		if err := b.comptes.MotDePasseOublie(ctx, b.db, "agent@tmh.example", "192.0.2.1"); err != nil {
			t.Error(err)
		}
	}
	if n := b.un(t, "select count(*) from courriels"); n > 4 {
		t.Errorf("%d mails to one agent", n)
	}

	t.Run("leaves a printed code alone", func(t *testing.T) {
		jeton, err := b.comptes.DonnerAcces(ctx, b.db, b.tmh, id, b.fiche(t, id).Version, SurPapier)
		if err != nil {
			t.Fatal(err)
		}
		b.exec(t, "delete from tentatives_connexion")
		if err := b.comptes.MotDePasseOublie(ctx, b.db, "agent@tmh.example", "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		if _, err := LireInvitation(ctx, b.db, jeton); err != nil {
			t.Error(err)
		}
	})
}

func TestSecondFacteur(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	s := b.session(t, "TMH", "agent@tmh.example", habilitations.Saisie)
	secret, err := ProposerSecret(s)
	if err != nil || !bytes.HasPrefix(secret.QR, []byte("\x89PNG")) {
		t.Fatal(err)
	}
	if encore, err := ReproposerSecret(s, secret.Cle); err != nil || encore.Cle != secret.Cle || !bytes.Equal(encore.QR, secret.QR) {
		t.Errorf("another secret: %v", err)
	}
	code := func(dans time.Duration) string {
		c, err := totp.GenerateCode(secret.Cle, time.Now().Add(dans))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if _, err := b.comptes.ActiverSecondFacteur(ctx, b.db, s, secret.Cle, "000000x", ""); champ(err) != "code" {
		t.Errorf("activated without proof: %v", err)
	}
	codes, err := b.comptes.ActiverSecondFacteur(ctx, b.db, s, secret.Cle, code(-pasSecondes*time.Second), "")
	if err != nil || len(codes) != nbCodes {
		t.Fatalf("%v, %v", codes, err)
	}
	if _, err := b.comptes.ActiverSecondFacteur(ctx, b.db, s, secret.Cle, code(0), ""); !errors.Is(err, fault.Conflict) {
		t.Errorf("activated twice: %v", err)
	}
	if b.un(t, "select count(*) from utilisateurs where position(convert_to($1, 'UTF8') in second_facteur) > 0", secret.Cle) != 0 ||
		b.un(t, "select count(*) from codes_secours where empreinte = any($1)", codes) != 0 {
		t.Error("the base holds the secret or the codes in clear")
	}
	verifier := func(code string) error {
		return b.comptes.VerifierSecondFacteur(ctx, b.db, s.Utilisateur, code, "192.0.2.9")
	}
	suivant := code(pasSecondes * time.Second)
	for _, cas := range []struct {
		nom, code string
		err       error
	}{
		{"the code of the activation, again", code(-pasSecondes * time.Second), ErrCode},
		{"a code with a space", suivant[:3] + " " + suivant[3:], nil},
		{"the same code again", suivant, ErrCode},
		{"an older code", code(0), ErrCode},
		{"a recovery code", strings.ToUpper(codes[3]), nil},
		{"the same recovery code again", codes[3], ErrCode},
		{"nothing", "", ErrCode},
	} {
		if err := verifier(cas.code); !errors.Is(err, cas.err) {
			t.Errorf("%s: %v", cas.nom, err)
		}
	}
	if n, err := CodesRestants(ctx, b.db, s); err != nil || n != nbCodes-1 {
		t.Errorf("%d codes left, %v", n, err)
	}

	t.Run("brakes guesses", func(t *testing.T) {
		var bloque *Bloque
		for range 12 {
			if err := verifier("zzzzz-zzzzz"); errors.As(err, &bloque) {
				return
			}
		}
		t.Error("twelve guesses in a row")
	})
	b.exec(t, "delete from tentatives_connexion")

	t.Run("a recovery code is its owner's", func(t *testing.T) {
		autre := b.agent(t, "TMH", "autre@tmh.example", habilitations.Saisie)
		if err := b.comptes.VerifierSecondFacteur(ctx, b.db, autre, codes[4], "192.0.2.9"); !errors.Is(err, ErrCode) {
			t.Error(err)
		}
	})
	t.Run("a password alone doesn't change the password", func(t *testing.T) {
		mdp, err := Hacher(ctx, clair)
		if err != nil {
			t.Fatal(err)
		}
		b.exec(t, "update utilisateurs set mot_de_passe = $1 where id = $2", mdp, s.Utilisateur)
		_, err = ChangerMotDePasse(ctx, b.db, Changement{
			Identifiants: Identifiants{Courriel: "agent@tmh.example", MotDePasse: clair}, Nouveau: "une autre phrase longue", Confirmation: "une autre phrase longue",
		})
		if !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
	})
	t.Run("new codes replace the old", func(t *testing.T) {
		nouveaux, err := b.comptes.RenouvelerCodes(ctx, b.db, s, codes[5], "192.0.2.9")
		if err != nil {
			t.Fatal(err)
		}
		if err := verifier(codes[6]); !errors.Is(err, ErrCode) {
			t.Errorf("an old code: %v", err)
		}
		if err := verifier(nouveaux[0]); err != nil {
			t.Error(err)
		}
		codes = nouveaux
	})
	t.Run("the administrator resets it, with a trace", func(t *testing.T) {
		if err := ReinitialiserSecondFacteur(ctx, b.db, b.tmh, s.Utilisateur, b.fiche(t, s.Utilisateur).Version); err != nil {
			t.Fatal(err)
		}
		if p, err := ProfilDe(ctx, b.db, s.Utilisateur, "TMH"); err != nil || p.SecondFacteur {
			t.Errorf("still there, %v", err)
		}
		if b.traces(t, s.Utilisateur, "réinitialiser le second facteur") != 1 {
			t.Error("no trace")
		}
		if err := verifier(codes[1]); !errors.Is(err, ErrCode) {
			t.Errorf("its codes still serve: %v", err)
		}
	})
}

package administration

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"imhoweb/internal/courriels"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
)

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

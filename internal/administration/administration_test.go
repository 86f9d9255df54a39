package administration

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg/pgtest"
)

const clair = "canal-platane-peniche"

func creer(t *testing.T, db *pgxpool.Pool, n Nouveau) int64 {
	t.Helper()
	n.MotDePasse = clair
	id, err := Creer(t.Context(), db, n)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// R-CNX-09. Not parallel: it counts the computations of the whole package.
func TestAuthentifierCoute(t *testing.T) {
	ctx, db := t.Context(), pgtest.DB(t)
	saisie := []habilitations.Role{habilitations.Saisie}
	creer(t, db, Nouveau{Nom: "Seul", Prenom: "Luc", Courriel: "seul@tmh.example", Organisme: "TMH", Roles: saisie})
	creer(t, db, Nouveau{Nom: "Deux", Prenom: "Luc", Courriel: "deux@tmh.example", Organisme: "TMH", Roles: saisie})
	creer(t, db, Nouveau{Nom: "Deux", Prenom: "Luc", Courriel: "deux@tm.example", Organisme: "TM", Roles: saisie})
	couts := map[int64]bool{}
	for _, i := range []Identifiants{
		{Nom: "Personne", Prenom: "Luc", MotDePasse: clair},
		{Nom: "Seul", Prenom: "Luc", MotDePasse: "faux"},
		{Nom: "Deux", Prenom: "Luc", MotDePasse: "faux"},
		{Courriel: "personne@tmh.example", MotDePasse: clair},
		{Courriel: "seul@tmh.example", MotDePasse: "faux"},
	} {
		avant := nombreCalculs.Load()
		if _, err := Authentifier(ctx, db, i); !errors.Is(err, ErrIncorrect) {
			t.Fatalf("%+v: %v", i, err)
		}
		couts[nombreCalculs.Load()-avant] = true
	}
	if len(couts) != 1 {
		t.Errorf("the number of computations tells who exists: %v", couts)
	}
}

func TestMotDePasseStocke(t *testing.T) {
	ctx := t.Context()
	phc, err := Hacher(ctx, clair)
	if err != nil {
		t.Fatal(err)
	}
	autre, err := Hacher(ctx, clair)
	if err != nil {
		t.Fatal(err)
	}
	if phc == autre || !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%s, %s", phc, autre)
	}
	for mdp, attendu := range map[string]bool{clair: true, clair + " ": false, "": false, strings.ToUpper(clair): false} {
		if ok, err := verifier(ctx, mdp, phc); ok != attendu || err != nil {
			t.Errorf("%q: %v, %v", mdp, ok, err)
		}
	}
	for _, illisible := range []string{"", "$argon2i$v=19$m=1,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=1,t=0,p=0$AAAA$AAAA", "$argon2id$v=19$m=8,t=1,p=1$AAAA$"} {
		if ok, err := verifier(ctx, clair, illisible); ok || err == nil {
			t.Errorf("%q is read", illisible)
		}
	}
	t.Run("gives up when its request does", func(t *testing.T) {
		for range cap(calculs) {
			calculs <- struct{}{}
		}
		defer func() {
			for range cap(calculs) {
				<-calculs
			}
		}()
		fini, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := verifier(fini, clair, phc); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	vus := map[string]bool{}
	for range 100 {
		m := GenererMotDePasse()
		if vus[m] || refuserMotDePasse(m, "Martin", "Luce") != "" || len(m) != 23 {
			t.Errorf("generated %q", m)
		}
		vus[m] = true
	}
}

func TestRefuserMotDePasse(t *testing.T) {
	for mdp, accepte := range map[string]bool{
		"court":                          false,
		"onzecaracte":                    false,
		"berges du Touch au matin":       true,
		"Été à Luchon, 3 randonnées":     true,
		"xK9!pQ2zRt7w":                   true,
		"Toulouse31000!!":                false,
		"motdepasse2026":                 false,
		"P4ssw0rd!!2026":                 false,
		"soleilsoleil":                   false,
		"azertyuiop12":                   false,
		"abcdefghijkl":                   false,
		"123456789012":                   false,
		"31/01/1980 05":                  false,
		"aaaaaaaaaaaaab":                 false,
		"Dupré-les-cerises":              false, // nom
		"la maison de jean paul":         false, // prénom
		strings.Repeat("bien long ", 30): false,
	} {
		if refus := refuserMotDePasse(mdp, "Dupre", "Jean-Paul"); (refus == "") != accepte {
			t.Errorf("%q: %q", mdp, refus)
		}
	}
}

func TestCreer(t *testing.T) {
	ctx, db := t.Context(), pgtest.DB(t)
	bon := Nouveau{
		Nom: "  Castéra ", Prenom: "Éric", Courriel: "Eric.Castera@TMH.example", MotDePasse: clair,
		Organisme: "TMH", Agence: "TMH-02", Roles: []habilitations.Role{habilitations.Saisie, habilitations.Saisie},
	}
	id, err := Creer(ctx, db, bon)
	if err != nil {
		t.Fatal(err)
	}
	s, err := SessionDe(ctx, db, id, "TMH")
	if err != nil || s.Nom != "Castéra" || s.Courriel != "eric.castera@tmh.example" || !slices.Equal(s.Roles, []habilitations.Role{habilitations.Saisie}) {
		t.Errorf("%+v, %v", s, err)
	}
	for nom, change := range map[string]func(*Nouveau){
		"courriel":     func(n *Nouveau) { n.Courriel = "ERIC.castera@tmh.example" },
		"nom":          func(n *Nouveau) { n.Nom = " - " },
		"prenom":       func(n *Nouveau) { n.Prenom = "" },
		"organisme":    func(n *Nouveau) { n.Organisme = "NULLEPART" },
		"agence":       func(n *Nouveau) { n.Agence = "PROMO-01" },
		"guichet":      func(n *Nouveau) { n.Guichet = "11082" },
		"roles":        func(n *Nouveau) { n.Roles = []habilitations.Role{"CHEF"} },
		"mot_de_passe": func(n *Nouveau) { n.MotDePasse = "castera-eric-2026" },
	} {
		t.Run("refuses a wrong "+nom, func(t *testing.T) {
			n := bon
			n.Courriel = nom + "@tmh.example"
			change(&n)
			_, err := Creer(ctx, db, n)
			var f fault.Fields
			if !errors.As(err, &f) || f.Message(nom) == "" || len(f) != 1 {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestSessionDe(t *testing.T) {
	ctx, db := t.Context(), pgtest.DB(t)
	roles := []habilitations.Role{habilitations.Saisie}
	for _, c := range []struct {
		organisme, agence string
		attendu           habilitations.Session
	}{
		{"TOURNEF", "TOURNEF-01", habilitations.Session{TypeOrganisme: habilitations.Commune, Enregistreur: true, Territoire: "31-557", TerritoireSup: "TM", Guichet: "T3557"}},
		{"TM", "TM-02", habilitations.Session{TypeOrganisme: habilitations.Epci, Enregistreur: true, Territoire: "TM", Guichet: "M3102"}},
		{"TMH", "", habilitations.Session{TypeOrganisme: habilitations.Bailleur, Enregistreur: true, Guichet: "11054"}},
		{"TMH", "TMH-02", habilitations.Session{TypeOrganisme: habilitations.Bailleur, Enregistreur: true, Guichet: "G1104"}},
		{"CUGNAUX", "", habilitations.Session{TypeOrganisme: habilitations.Commune, Territoire: "31-157", TerritoireSup: "TM"}},
		{"ATLAS", "", habilitations.Session{TypeOrganisme: habilitations.Gestionnaire}},
	} {
		id := creer(t, db, Nouveau{Nom: "Essai", Prenom: "Luc", Courriel: c.organisme + c.agence + "@x.example", Organisme: c.organisme, Agence: c.agence, Roles: roles})
		s, err := SessionDe(ctx, db, id, c.organisme)
		if err != nil {
			t.Fatalf("%s: %v", c.organisme, err)
		}
		vu := habilitations.Session{TypeOrganisme: s.TypeOrganisme, Enregistreur: s.Enregistreur, Territoire: s.Territoire, TerritoireSup: s.TerritoireSup, Guichet: s.Guichet}
		if vu.TypeOrganisme != c.attendu.TypeOrganisme || vu.Enregistreur != c.attendu.Enregistreur || vu.Territoire != c.attendu.Territoire ||
			vu.TerritoireSup != c.attendu.TerritoireSup || vu.Guichet != c.attendu.Guichet || s.Departement != "31" {
			t.Errorf("%s %s: %+v", c.organisme, c.agence, vu)
		}
	}
	if _, err := SessionDe(ctx, db, 1, "PROMO"); !errors.Is(err, fault.NotFound) {
		t.Errorf("another organisme: %v", err)
	}
}

func TestReinitialiser(t *testing.T) {
	ctx, db := t.Context(), pgtest.DB(t)
	creer(t, db, Nouveau{Nom: "Essai", Prenom: "Luc", Courriel: "luc@tmh.example", Organisme: "TMH", Roles: []habilitations.Role{habilitations.Saisie}})
	if err := Reinitialiser(ctx, db, "personne@tmh.example", "une autre phrase"); !errors.Is(err, fault.NotFound) {
		t.Error(err)
	}
	if err := Reinitialiser(ctx, db, "Luc@tmh.example", "une autre phrase"); err != nil {
		t.Fatal(err)
	}
	if _, err := Authentifier(ctx, db, Identifiants{Courriel: "luc@tmh.example", MotDePasse: "une autre phrase"}); err != nil {
		t.Error(err)
	}
}

func TestPurgerAcces(t *testing.T) {
	ctx, db := t.Context(), pgtest.DB(t)
	for _, sql := range []string{
		"insert into sessions (jeton, data, expiry, vu_le) values ('vieille', '', now() - interval '2 days', now() - interval '2 days'), ('recente', '', now() + interval '1 hour', now())",
		"insert into tentatives_connexion (cle, echecs, dernier_le) values ('vieille', 3, now() - interval '2 hours'), ('recente', 3, now())",
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := PurgerAcces(ctx, db, 30*time.Minute); err != nil {
		t.Fatal(err)
	}
	var reste []string
	err := db.QueryRow(ctx, "select array_agg(x order by x) from (select jeton from sessions union all select cle from tentatives_connexion) t(x)").Scan(&reste)
	if err != nil || !slices.Equal(reste, []string{"recente", "recente"}) {
		t.Errorf("%v, %v", reste, err)
	}
}

package textes_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/textes"
)

// agent makes an account and gives its session.
func agent(t *testing.T, db *pgxpool.Pool, nom, organisme string, roles ...habilitations.Role) habilitations.Session {
	t.Helper()
	s := habilitations.Session{Organisme: organisme, TypeOrganisme: habilitations.Bailleur, Enregistreur: true, Roles: roles}
	if organisme == "ATLAS" {
		s.TypeOrganisme = habilitations.Gestionnaire
	}
	err := db.QueryRow(t.Context(), `
with u as (
    insert into utilisateurs (nom, prenom, nom_n, prenom_n, courriel, mot_de_passe, mot_de_passe_le)
    values ($1, 'Agent', upper($1), 'AGENT', lower($1) || '@essai.example', '$argon2id$rien', now())
    returning id),
a as (insert into affectations (utilisateur, organisme, roles) select id, $2, $3 from u)
select id from u`, nom, organisme, roles).Scan(&s.Utilisateur)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func publier(t *testing.T, db *pgxpool.Pool, s habilitations.Session, texte, contenu, resume string) int {
	t.Helper()
	if err := textes.EnregistrerBrouillon(t.Context(), db, s, texte, contenu, resume, 0); err != nil {
		t.Fatal(err)
	}
	n, err := textes.Publier(t.Context(), db, s, texte, resume, 1)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// R-CHA-02, R-CHA-03, R-CHA-04, R-CHA-05, R-CHA-06
func TestTheCharteThatComesWithTheBase(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	v, err := textes.Courante(t.Context(), db, textes.Charte)
	if err != nil || v.Numero != 1 || v.PublieLe == nil {
		t.Fatal(v, err)
	}
	html, err := textes.HTML(v.Contenu)
	if err != nil {
		t.Fatal(err)
	}
	for _, phrase := range []string{
		"approuvée par les directeurs généraux des organismes le 17 janvier 2011",
		"réponse inter-organismes aux engagements", "Congrès de Cannes",
		"base pérenne de travail en commun, sur une information partagée",
		"attributions plus fluides", "gestion dynamique",
		"<h2>Engagements vis-à-vis des demandeurs</h2>", "Dans le respect de la réglementation",
		"<h2>Sphères de compétences</h2>",
		"tiennent compte des objectifs de peuplement fixés localement",
		"commissions d’attribution de chaque organisme restent souveraines",
		"Les réservataires peuvent proposer des candidats aux bailleurs",
		"<h2>Règles de bonne conduite entre organismes</h2>",
	} {
		if !strings.Contains(html, phrase) {
			t.Errorf("the charte doesn't say %q", phrase)
		}
	}
	for _, x := range textes.Tous {
		if _, err := textes.Courante(t.Context(), db, x.Code); err != nil {
			t.Errorf("%s: %v", x.Code, err)
		}
	}
}

// R-CHA-12
func TestPublishing(t *testing.T) {
	t.Parallel()
	db, admin, ctx := pgtest.DB(t), pgtest.Admin(t), t.Context()
	atlas := agent(t, db, "Atlas", "ATLAS", habilitations.AdminAtlas)

	t.Run("only ATLAS edits", func(t *testing.T) {
		s := agent(t, db, "Autre", "TMH", habilitations.AdminOrganisme)
		if err := textes.EnregistrerBrouillon(ctx, db, s, textes.Charte, "x", "", 0); !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
		if _, err := textes.Publier(ctx, db, s, textes.Charte, "x", 1); !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
	})
	t.Run("a draft is seen by two administrators", func(t *testing.T) {
		const x = "accessibilite"
		if err := textes.EnregistrerBrouillon(ctx, db, atlas, x, "## Un", "", 0); err != nil {
			t.Fatal(err)
		}
		if err := textes.EnregistrerBrouillon(ctx, db, atlas, x, "## Deux", "", 0); !errors.Is(err, fault.Conflict) {
			t.Error("a second draft:", err)
		}
		if err := textes.EnregistrerBrouillon(ctx, db, atlas, x, "## Deux", "", 1); err != nil {
			t.Fatal(err)
		}
		if err := textes.EnregistrerBrouillon(ctx, db, atlas, x, "## Trois", "", 1); !errors.Is(err, fault.Conflict) {
			t.Error("an old version:", err)
		}
		if _, err := textes.Publier(ctx, db, atlas, x, "Change.", 1); !errors.Is(err, fault.Conflict) {
			t.Error("publishing another draft than the one read:", err)
		}
		if b, ok, err := textes.Brouillon(ctx, db, x); err != nil || !ok || b.Contenu != "## Deux" {
			t.Error(b, ok, err)
		}
		if v, err := textes.Courante(ctx, db, x); err != nil || v.Numero != 1 {
			t.Error("the draft is read by everybody:", v, err)
		}
		if err := textes.SupprimerBrouillon(ctx, db, atlas, x, 2); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a version says what changes, and changes something", func(t *testing.T) {
		const x = "liens-utiles"
		v, err := textes.Courante(ctx, db, x)
		if err != nil {
			t.Fatal(err)
		}
		if err := textes.EnregistrerBrouillon(ctx, db, atlas, x, v.Contenu, "", 0); err != nil {
			t.Fatal(err)
		}
		_, err = textes.Publier(ctx, db, atlas, x, "", 1)
		var f fault.Fields
		if !errors.As(err, &f) || f.Message("resume") == "" || f.Message("contenu") == "" {
			t.Error(err)
		}
	})
	t.Run("a published version never changes, whoever asks", func(t *testing.T) {
		n := publier(t, db, atlas, textes.Charte, "## Nouvelle charte", "Tout.")
		if n != 2 {
			t.Fatal(n)
		}
		for _, sql := range []string{
			"update textes_versions set contenu = 'x' where texte = 'charte' and numero = 2",
			"update textes_versions set publie_le = now() where texte = 'charte' and numero = 1",
			"delete from textes_versions where texte = 'charte' and numero = 1",
		} {
			if _, err := admin.Exec(ctx, sql); err == nil {
				t.Errorf("done: %s", sql)
			}
		}
		if v, err := textes.Publiee(ctx, db, textes.Charte, 1); err != nil || !strings.Contains(v.Contenu, "17 janvier 2011") {
			t.Error(err)
		}
	})
}

// R-CHA-12
func TestAccepting(t *testing.T) {
	t.Parallel()
	db, ctx := pgtest.DB(t), t.Context()
	atlas := agent(t, db, "Atlas", "ATLAS", habilitations.AdminAtlas)
	s := agent(t, db, "Barthès", "TMH", habilitations.Saisie)
	doit := func(attendu bool) {
		t.Helper()
		if oui, err := textes.AAccepter(ctx, db, s); err != nil || oui != attendu {
			t.Errorf("must accept: %v, %v", oui, err)
		}
	}
	doit(true)
	for range 2 { // a double click
		if err := textes.Accepter(ctx, db, s, 1); err != nil {
			t.Fatal(err)
		}
	}
	doit(false)

	v := publier(t, db, atlas, textes.Charte, "## Autre charte", "Un article sur les journaux.")
	doit(true)
	if err := textes.Accepter(ctx, db, s, 1); err != nil {
		t.Error("again the old one:", err)
	}
	doit(true)
	if err := textes.Accepter(ctx, db, s, v+1); !errors.Is(err, fault.Conflict) {
		t.Error("a version that doesn't exist:", err)
	}
	if err := textes.Accepter(ctx, db, s, v); err != nil {
		t.Fatal(err)
	}
	doit(false)

	t.Run("the list proves who accepted what", func(t *testing.T) {
		charte, err := textes.Publiee(ctx, db, textes.Charte, v)
		if err != nil {
			t.Fatal(err)
		}
		l, err := textes.Acceptations(ctx, db, atlas)
		if err != nil || len(l) != 2 {
			t.Fatal(l, err)
		}
		for _, a := range l {
			switch a.Nom {
			case "Atlas":
				if a.AJour || a.Numero != 0 {
					t.Error(a)
				}
			default:
				if !a.AJour || a.Numero != v || a.Empreinte != charte.Empreinte || a.AccepteLe == nil || a.Organisme != "TMH" {
					t.Error(a)
				}
			}
		}
	})
	t.Run("an administrator sees the agents of its organisme only", func(t *testing.T) {
		chef := agent(t, db, "Chef", "CHALETS", habilitations.AdminOrganisme)
		l, err := textes.Acceptations(ctx, db, chef)
		if err != nil || len(l) != 1 || l[0].Nom != "Chef" {
			t.Error(l, err)
		}
		if _, err := textes.Acceptations(ctx, db, s); !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
	})
	t.Run("the application cannot take an acceptance back", func(t *testing.T) {
		for _, sql := range []string{"delete from acceptations", "update acceptations set accepte_le = now()"} {
			if _, err := db.Exec(ctx, sql); err == nil {
				t.Errorf("done: %s", sql)
			}
		}
	})
}

func TestHTMLHoldsNothingOfItsAuthor(t *testing.T) {
	t.Parallel()
	for _, piege := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "![x](https://ailleurs.example/i.png)",
		"<div style=\"x\">bonjour</div>", "[x](data:text/html;base64,AAAA)", "<a href=\"x\" onclick=\"y\">z</a>",
	} {
		html, err := textes.HTML("avant\n\n" + piege + "\n\naprès")
		if err != nil {
			t.Fatal(err)
		}
		for _, interdit := range []string{"<script", "<img", "javascript:", "onerror", "onclick", "style=", "data:", "<div"} {
			if strings.Contains(html, interdit) {
				t.Errorf("%s gives %s", piege, html)
			}
		}
		if !strings.Contains(html, "avant") || !strings.Contains(html, "après") {
			t.Errorf("%s loses the text: %s", piege, html)
		}
	}
	html, err := textes.HTML("# Titre\n\n## Sous-titre\n\n- un\n- **deux**\n")
	if err != nil || html != "<h2>Titre</h2>\n<h3>Sous-titre</h3>\n<ul>\n<li>un</li>\n<li><strong>deux</strong></li>\n</ul>\n" {
		t.Error(html, err)
	}
}

func TestComparer(t *testing.T) {
	t.Parallel()
	l := textes.Comparer("un\n\ndeux\ntrois", "un\ndeux bis\ntrois\nquatre")
	attendu := []textes.Ligne{{textes.Gardee, "un"}, {textes.Retiree, "deux"}, {textes.Ajoutee, "deux bis"}, {textes.Gardee, "trois"}, {textes.Ajoutee, "quatre"}}
	if len(l) != len(attendu) {
		t.Fatal(l)
	}
	for i := range l {
		if l[i] != attendu[i] {
			t.Errorf("line %d: %v instead of %v", i, l[i], attendu[i])
		}
	}
	if n := len(textes.Comparer(strings.Repeat("a\n", 5000), strings.Repeat("b\n", 5000))); n == 0 {
		t.Error("long texts compare to nothing")
	}
}

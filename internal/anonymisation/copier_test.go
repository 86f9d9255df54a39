package anonymisation_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/anonymisation"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/demo"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/textes"
)

func executer(t *testing.T, db pg.DB, sql string) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// ensemble gives the texts of a column, without the empty ones.
func ensemble(t *testing.T, db pg.DB, sql string) map[string]bool {
	t.Helper()
	rows, err := db.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]bool{}
	for _, x := range l {
		if x != "" {
			m[x] = true
		}
	}
	return m
}

func comptes(t *testing.T, db pg.DB, sql string) map[string]int {
	t.Helper()
	rows, err := db.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]int{}
	var cle string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&cle, &n}, func() error { m[cle] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	return m
}

func ouvrir(t *testing.T, dsn string) *pgxpool.Pool {
	t.Helper()
	p, err := pg.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

const empreinte = "$argon2id$essai"

func TestACopyHoldsNobodyReal(t *testing.T) {
	t.Parallel()
	ctx, source := t.Context(), pgtest.Admin(t)
	if err := demo.Generer(ctx, source, demo.Options{Demandes: 3_000, Graine: 5}); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.CreerComptes(ctx, source); err != nil {
		t.Fatal(err)
	}
	// What the demonstration leaves empty, in every free text.
	for table, cols := range map[string]string{
		"coordonnees":       "chez domiciliation complement courrier_destinataire courrier_complement suivi_structure suivi_travailleur suivi_adresse",
		"logements_actuels": "bailleur hebergeant structure motif_precision",
		"souhaits":          "caution commentaire",
		"emplois":           "profession employeur employeur_complement employeur_correspondant",
	} {
		for _, c := range strings.Fields(cols) {
			executer(t, source, "update "+table+" set "+c+" = 'Zqxw secret'")
		}
	}
	f := demandestest.Fichier(t, source)
	reelle := demandestest.Creer(t, source, func(d *demandes.Demande) {
		d.Demandeur.Nir = "291033155500192"
		d.NumeroUnique, d.NumeroIW = demandes.Numeros("31", d.DateDepot, 912_345, d.Guichet)
	})
	cible := ouvrir(t, pgtest.Vide(t))
	b, err := anonymisation.Copier(ctx, source, cible, anonymisation.Options{Empreinte: empreinte, Cle: f.Cle, AvecNir: true})
	if err != nil {
		t.Fatal(err)
	}
	if b.Demandes == 0 || b.Personnes == 0 || b.Comptes == 0 {
		t.Fatal(b)
	}

	t.Run("no name, number, telephone or address of the source", func(t *testing.T) {
		for nom, sql := range map[string]string{
			"name and birth":       "select upper(nom) || naissance from personnes where naissance is not null and nom <> '' and role <> 'x'",
			"birth name and birth": "select upper(nom_naissance) || naissance from personnes where naissance is not null and nom_naissance <> ''",
			"first name and birth": "select upper(prenom) || naissance from personnes where naissance is not null and prenom <> ''",
			"searched name":        "select nom || prenom || naissance from recherche_noms where naissance is not null",
			"telephones":           "select unnest(array[tel_domicile, tel_portable, tel_travail]) from personnes",
			"employers":            "select unnest(array[employeur, employeur_voie, employeur_telephone, employeur_courriel, employeur_siret]) from emplois",
			"mails":                "select courriel from personnes",
			"streets":              "select unnest(array[voie, courrier_voie, suivi_telephone]) from coordonnees",
			"numbers":              "select numero_unique from demandes where numero_unique is not null",
			"numbers IW":           "select numero_iw from demandes where numero_iw is not null",
			"internal numbers":     "select numero from numeros_internes",
			"NIR":                  "select encode(nir, 'hex') from personnes where nir is not null",
			"legal persons":        "select raison_sociale from personnes_morales",
			"agents":               "select courriel from utilisateurs",
			"free texts":           "select 'Zqxw' from souhaits where commentaire like 'Zqxw%' or caution like 'Zqxw%'",
		} {
			avant, apres := ensemble(t, source, sql), ensemble(t, cible, sql)
			if len(avant) == 0 {
				t.Errorf("%s: the source has none", nom)
			}
			for x := range apres {
				if avant[x] {
					t.Errorf("%s: %q is in both", nom, x)
					break
				}
			}
		}
		for _, table := range []string{"coordonnees", "logements_actuels", "souhaits", "emplois"} {
			if n := ensemble(t, cible, "select 'x' from "+table+" t where t::text like '%Zqxw%'"); len(n) > 0 {
				t.Errorf("a free text of the source is in %s", table)
			}
		}
		for _, table := range strings.Fields("evenements_valeurs attestations saisies dernieres_ouvertures recherches_nominatives journal_acces changements acceptations sessions courriels") {
			if n := ensemble(t, cible, "select 'x' from "+table); len(n) > 0 {
				t.Errorf("%s isn't empty", table)
			}
		}
	})
	t.Run("the same distributions", func(t *testing.T) {
		const sans = " where demande_id in (select id from demandes where statut <> 'BROUILLON') "
		for nom, sql := range map[string]string{
			"types":       "select array_to_string(types, ' '), count(*) from souhaits" + sans + "group by 1",
			"communes":    "select territoire || rang, count(*) from choix_geographiques" + sans + "group by 1",
			"residence":   "select coalesce(commune, ''), count(*) from coordonnees" + sans + "group by 1",
			"nature":      "select nature || foyer || statut || motif_radiation, count(*) from demandes where statut <> 'BROUILLON' group by 1",
			"dépôts":      "select date_depot::text, count(*) from demandes where statut <> 'BROUILLON' group by 1",
			"organismes":  "select organisme || guichet, count(*) from demandes where statut <> 'BROUILLON' group by 1",
			"motifs":      "select motif || rang, count(*) from motifs" + sans + "group by 1",
			"activités":   "select activite || csp, count(*) from emplois" + sans + "group by 1",
			"ressources":  "select type || montant, count(*) from ressources" + sans + "group by 1",
			"personnes":   "select role || sexe || civilite || lien, count(*) from personnes" + sans + "group by 1",
			"événements":  "select type, count(*) from evenements" + sans + "group by 1",
			"recherche":   "select nature || ' ' || motif, count(*) from recherche_demandes group by 1",
			"noms":        "select role || titre || statut, count(*) from recherche_noms group by 1",
			"collecteurs": "select collecteur, count(*) from collecteurs_demande" + sans + "group by 1",
			"profils":     "select organisme || roles::text, count(*) from affectations group by 1",
			"effectifs":   "select statut || etat, sum(nombre) from effectifs where statut <> 'BROUILLON' group by 1 having sum(nombre) <> 0",
		} {
			avant, apres := comptes(t, source, sql), comptes(t, cible, sql)
			if len(avant) == 0 || !maps.Equal(avant, apres) {
				t.Errorf("%s differ:\n%v\n%v", nom, avant, apres)
			}
		}
		// Ages move by less than half a year.
		const ages = "select (extract(year from age(naissance)) / 10)::int::text, count(*) from personnes" + sans + "and naissance is not null group by 1"
		avant, apres := comptes(t, source, ages), comptes(t, cible, ages)
		for _, k := range slices.Sorted(maps.Keys(avant)) {
			if d := avant[k] - apres[k]; d*d > 100+avant[k]*avant[k]/25 {
				t.Errorf("decade %s: %d then %d", k, avant[k], apres[k])
			}
		}
	})
	t.Run("a copy that works", func(t *testing.T) {
		var nature string
		if err := cible.QueryRow(ctx, "select valeur from parametres where code = 'nature_base'").Scan(&nature); err != nil || nature != "formation" {
			t.Error(nature, err)
		}
		var numero string
		err := cible.QueryRow(ctx, "select numero_unique from demandes where id = $1", reelle.ID).Scan(&numero)
		if err != nil || numero == reelle.NumeroUnique {
			t.Fatal(numero, err)
		}
		s := demandestest.Session(habilitations.Saisie, habilitations.AdminAtlas)
		d, err := f.Get(ctx, cible, s, habilitations.ConsulterDemande, numero)
		if err != nil {
			t.Fatal(err)
		}
		if d.Demandeur.Nir == "" || d.Demandeur.Nir == "291033155500192" || d.Demandeur.Prenom == "" || d.Demandeur.Nom == "" {
			t.Errorf("%+v", d.Demandeur)
		}
		if err := f.Cle.Verifier(ctx, cible); err != nil {
			t.Error(err)
		}
		neuve := demandestest.Creer(t, cible, func(d *demandes.Demande) { // identifiers follow
			d.NumeroUnique, d.NumeroIW = demandes.Numeros("31", d.DateDepot, 912_345, d.Guichet)
		})
		if neuve.ID <= reelle.ID {
			t.Error(neuve.ID)
		}
		if v, err := textes.Courante(ctx, cible, textes.Charte); err != nil || v.Numero != 1 {
			t.Error(v.Numero, err)
		}
	})
	t.Run("refuses a target that isn't empty, or is the source", func(t *testing.T) {
		if _, err := anonymisation.Copier(ctx, source, cible, anonymisation.Options{Empreinte: empreinte}); !errors.Is(err, anonymisation.ErrNonVide) {
			t.Error(err)
		}
		if _, err := anonymisation.Copier(ctx, source, source, anonymisation.Options{Empreinte: empreinte}); !errors.Is(err, anonymisation.ErrMemeBase) {
			t.Error(err)
		}
		autre := ouvrir(t, pgtest.Vide(t))
		executer(t, autre, "create table paie (x int)")
		if _, err := anonymisation.Copier(ctx, source, autre, anonymisation.Options{Empreinte: empreinte}); !errors.Is(err, anonymisation.ErrNonVide) {
			t.Error(err)
		}
	})
}

func TestATableOrColumnWithoutRuleStopsTheCopy(t *testing.T) {
	t.Parallel()
	ctx, source := t.Context(), pgtest.Admin(t)
	demandestest.Creer(t, source, nil)
	for _, c := range []struct{ sql, defait, dit string }{
		{"create table confidences (x text)", "drop table confidences", "confidences"},
		{"alter table coordonnees add column surnom text not null default ''", "alter table coordonnees drop column surnom", "coordonnees.surnom"},
		{"alter table personnes add column surnom text not null default ''", "alter table personnes drop column surnom", "personnes.surnom"},
	} {
		executer(t, source, c.sql)
		cible := ouvrir(t, pgtest.Vide(t))
		_, err := anonymisation.Copier(ctx, source, cible, anonymisation.Options{Empreinte: empreinte})
		if err == nil || !strings.Contains(err.Error(), c.dit) {
			t.Errorf("%s: %v", c.sql, err)
		}
		var n int
		if err := cible.QueryRow(ctx, "select count(*) from demandes").Scan(&n); err != nil || n != 0 {
			t.Errorf("half a copy stays: %d, %v", n, err)
		}
		executer(t, source, c.defait)
	}
}

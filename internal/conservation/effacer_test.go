package conservation_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/conservation"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/demo"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

// suivi counts what a run says of itself.
type suivi struct {
	total, fait int
	message     string
	apres       func(fait int)
}

func (s *suivi) Total(n int) { s.total = n }
func (s *suivi) Avancer(n int) {
	s.fait += n
	if s.apres != nil {
		s.apres(s.fait)
	}
}
func (s *suivi) Dire(message string) { s.message = message }

const aEffacer = 10_000

// A stock of which ten thousand were radiated over a year ago, half of them
// without their event: the run looks at the demande alone.
const radierSQL = `
create table choisies as
select id from demandes where statut in ('ACTIVE', 'RADIEE') order by md5(id::text) limit 10000`

const vieillirSQL = `
update demandes set statut = 'RADIEE', avancement = '', motif_radiation = 'RADREN',
    date_radiation = current_date - 366 - (id % 400)::int
where id in (select id from choisies)`

func TestTenThousandErasedLeaveNoName(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), pgtest.Admin(t)
	if err := demo.Generer(ctx, db, demo.Options{Demandes: 9_000, Graine: 7}); err != nil {
		t.Fatal(err)
	}
	executer(t, db, radierSQL)
	executer(t, db, vieillirSQL)
	marquer(t, db)
	executer(t, db, `delete from recherche_demandes where demande_id in (select id from choisies)`)
	executer(t, db, `
insert into utilisateurs (nom, prenom, nom_n, prenom_n, courriel, mot_de_passe, mot_de_passe_le)
values ('Essai', 'Agent', 'ESSAI', 'AGENT', 'a@essai.example', '$argon2id$x', now())`)
	executer(t, db, `
insert into recherches_nominatives (utilisateur, organisme, nom)
select (select max(id) from utilisateurs), 'TMH', marque from marques limit 5`)
	executer(t, db, `
insert into dernieres_ouvertures (utilisateur, demande_id) select (select max(id) from utilisateurs), id from choisies limit 100`)
	// What the demo leaves empty, by the free texts of the form.
	executer(t, db, `update souhaits set commentaire = 'voir Zqxwcommentaire', caution = 'Zqxwcaution' where demande_id in (select id from choisies)`)
	executer(t, db, `update logements_actuels set motif_precision = 'Zqxwmotif', hebergeant = 'Zqxwheberge', structure = 'Zqxwstructure' where demande_id in (select id from choisies)`)
	executer(t, db, `update coordonnees set chez = 'Zqxwchez', courrier_destinataire = 'Zqxwdest', suivi_travailleur = 'Zqxwsuivi' where demande_id in (select id from choisies)`)
	executer(t, db, `update emplois set employeur_correspondant = 'Zqxwcorr', employeur_courriel = 'zqxw@exemple.fr' where demande_id in (select id from choisies)`)
	executer(t, db, `insert into evenements_valeurs (evenement_id, demande_id, champ, avant, apres)
select e.id, e.demande_id, 'souhait.commentaire', 'Zqxwavant', 'Zqxwapres' from evenements e where e.demande_id in (select id from choisies) on conflict do nothing`)
	executer(t, db, `insert into attestations (demande_id, sorte, mentions) select id, 'creation', '{"demandeur": "Mme Zqxwmention"}' from choisies`)
	executer(t, db, `drop table marques`)

	avant := balayer(t, db, "zqxw")
	for _, c := range []string{"personnes.nom", "demandes.tri_nom", "recherche_noms.nom", "evenements_valeurs.apres", "attestations.mentions",
		"recherches_nominatives.nom", "souhaits.commentaire"} {
		if avant[c] == 0 {
			t.Errorf("nothing to erase in %s: the scan proves nothing there", c)
		}
	}
	autres := empreintes(t, db)
	comptes := statistiques(t, db)
	numero := uneChoisie(t, db)

	app := pgtest.DB(t) // the application's rights are enough
	var s suivi
	// Killed after the third lot: what is done is done, the rest waits.
	coupe, couper := context.WithCancel(ctx)
	s.apres = func(fait int) {
		if fait >= 1500 {
			couper()
		}
	}
	if err := conservation.Effacer(coupe, app, &s); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if n := effacees(t, db); n != 1500 {
		t.Errorf("%d erased when the run was cut after 1500", n)
	}
	s = suivi{}
	if err := conservation.Effacer(ctx, app, &s); err != nil {
		t.Fatal(err)
	}
	if s.total != aEffacer || s.fait != aEffacer || effacees(t, db) != aEffacer {
		t.Errorf("%d erased of %d, %d said", effacees(t, db), s.total, s.fait)
	}
	s = suivi{}
	if err := conservation.Effacer(ctx, app, &s); err != nil || s.fait != 0 {
		t.Errorf("again: %d, %v", s.fait, err)
	}

	if reste := balayer(t, db, "zqxw"); len(reste) > 0 {
		t.Errorf("names remain in %v", reste)
	}
	for table, e := range empreintes(t, db) {
		if e != autres[table] {
			t.Errorf("the rows of other demandes changed in %s", table)
		}
	}
	if apres := statistiques(t, db); !maps.Equal(apres, comptes) {
		t.Errorf("statistics changed:\n%v\n%v", comptes, apres)
	}
	t.Run("the runs say who, when and how many", func(t *testing.T) {
		atlas := habilitations.Session{Utilisateur: 1, TypeOrganisme: habilitations.Gestionnaire, Roles: []habilitations.Role{habilitations.AdminAtlas}}
		l, err := conservation.Executions(ctx, app, atlas)
		if err != nil || len(l) != 2 {
			t.Fatal(l, err)
		}
		if l[1].Effacees != aEffacer || l[1].AEffacer != aEffacer || l[1].TermineLe == nil || l[0].Effacees != 0 {
			t.Error(l)
		}
	})
	t.Run("an erased demande is out of sight, and never comes back", func(t *testing.T) {
		f := demandestest.Fichier(t, app)
		agent := demandestest.Session(habilitations.Saisie)
		if _, err := demandes.EnteteDe(ctx, app, agent, habilitations.ConsulterDemande, numero); !errors.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if _, err := f.Reactiver(ctx, app, agent, numero, demandes.Reactivation{}, jour.Aujourdhui()); !errors.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
	t.Run("its number is never given again", func(t *testing.T) {
		for _, sql := range []string{
			`insert into demandes (departement, statut, organisme, guichet, numero_unique, numero_iw, mois, rang, date_depot, date_echeance)
select departement, 'ACTIVE', 'TMH', '11054', numero_unique, '9' || mois || lpad(rang::text, 5, '0'), mois, rang, current_date, current_date + 365
from numeros_retires where numero_unique = $1`,
			`update demandes d set numero_unique = r.numero_unique from numeros_retires r
where r.numero_unique = $1 and d.id = (select max(id) from demandes where statut = 'ACTIVE')`,
		} {
			if _, err := db.Exec(ctx, sql, numero); !pg.IsUnique(err, "numeros_retires_pkey") {
				t.Errorf("%v: %s", err, sql)
			}
		}
	})
}

// statistiques counts the chosen demandes by what statistics ask.
func statistiques(t *testing.T, db pg.DB) map[string]int {
	t.Helper()
	m := map[string]int{}
	for nom, sql := range map[string]string{
		"types":      "select array_to_string(s.types, ' '), count(*) from souhaits s where demande_id in (select id from choisies) group by 1",
		"communes":   "select territoire, count(*) from choix_geographiques where demande_id in (select id from choisies) group by 1",
		"motifs":     "select motif, count(*) from motifs where demande_id in (select id from choisies) group by 1",
		"nature":     "select nature || ' ' || foyer, count(*) from demandes where id in (select id from choisies) group by 1",
		"radiations": "select motif_radiation || ' ' || to_char(date_radiation, 'YYYY-MM'), count(*) from demandes where id in (select id from choisies) group by 1",
		"depots":     "select to_char(date_depot, 'YYYY-MM'), count(*) from demandes where id in (select id from choisies) group by 1",
		"ages":       "select (extract(year from naissance)::int / 5)::text, count(*) from personnes where demande_id in (select id from choisies) and naissance is not null group by 1",
		"roles":      "select role || sexe || civilite, count(*) from personnes where demande_id in (select id from choisies) group by 1",
		"activites":  "select activite, count(*) from emplois where demande_id in (select id from choisies) group by 1",
		"logement":   "select situation, count(*) from logements_actuels where demande_id in (select id from choisies) group by 1",
		"residence":  "select coalesce(commune, ''), count(*) from coordonnees where demande_id in (select id from choisies) group by 1",
	} {
		rows, err := db.Query(t.Context(), sql)
		if err != nil {
			t.Fatal(err)
		}
		var cle string
		var n int
		if _, err := pgx.ForEachRow(rows, []any{&cle, &n}, func() error { m[nom+" "+cle] = n; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func effacees(t *testing.T, db pg.DB) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), "select count(*) from demandes where statut = 'EFFACEE'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func uneChoisie(t *testing.T, db pg.DB) (numero string) {
	t.Helper()
	if err := db.QueryRow(t.Context(), "select max(numero_unique) from demandes where id in (select id from choisies)").Scan(&numero); err != nil {
		t.Fatal(err)
	}
	return numero
}

func TestTheDelayIsThatOfTheParameter(t *testing.T) {
	t.Parallel()
	ctx, db, admin := t.Context(), pgtest.DB(t), pgtest.Admin(t)
	le := jour.Aujourdhui()
	radiee := func(date jour.Date) string {
		return demandestest.Creer(t, db, func(d *demandes.Demande) {
			d.Statut, d.MotifRadiation, d.DateRadiation, d.DateDepot = demandes.Radiee, demandes.RadRenonciation, date, date.Mois(-2)
		}).NumeroUnique
	}
	vieille, veille := radiee(le.Mois(-12)), radiee(le.Mois(-12).Jours(1))
	active := demandestest.Creer(t, db, nil).NumeroUnique
	atlas := demandestest.Session(habilitations.AdminAtlas)
	atlas.TypeOrganisme = habilitations.Gestionnaire
	prevoir := func(attendus ...string) {
		t.Helper()
		l, err := conservation.Liste(ctx, db, atlas, le)
		if err != nil {
			t.Fatal(err)
		}
		a, err := conservation.Prochain(ctx, db, atlas, le)
		if err != nil || a.Nombre != len(attendus) {
			t.Errorf("%d announced instead of %d, %v", a.Nombre, len(attendus), err)
		}
		var numeros []string
		for _, x := range l {
			numeros = append(numeros, x.NumeroUnique)
		}
		if !slices.Equal(numeros, attendus) {
			t.Errorf("tonight %v instead of %v", numeros, attendus)
		}
	}
	prevoir(vieille)
	if a, err := conservation.Prochain(ctx, db, atlas, le); err != nil || len(a.Calendrier) != 1 || a.Calendrier[0].Nombre != 1 {
		t.Error("calendar:", a.Calendrier, err)
	}
	executer(t, admin, "update parametres set valeur = '24' where code = 'effacement_apres_radiation'")
	prevoir()
	executer(t, admin, "update parametres set valeur = '0' where code = 'effacement_apres_radiation'")
	if err := conservation.Effacer(ctx, db, &suivi{}); err == nil {
		t.Error("a delay of no month erases the file")
	}
	executer(t, admin, "update parametres set valeur = '12' where code = 'effacement_apres_radiation'")
	if err := conservation.EffacerPour(ctx, db, demandestest.Session(habilitations.Saisie), &suivi{}); !errors.Is(err, fault.Forbidden) {
		t.Error(err)
	}
	if err := conservation.Effacer(ctx, db, &suivi{}); err != nil {
		t.Fatal(err)
	}
	prevoir()
	agent := demandestest.Session(habilitations.Consultation)
	for numero, reste := range map[string]bool{vieille: false, veille: true, active: true} {
		_, err := demandes.EnteteDe(ctx, db, agent, habilitations.ConsulterDemande, numero)
		if reste != (err == nil) {
			t.Errorf("%s: %v", numero, err)
		}
	}
}

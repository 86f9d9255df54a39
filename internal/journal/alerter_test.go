package journal_test

import (
	"fmt"
	"testing"
	"time"

	"imhoweb/internal/administration"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/travaux"
)

// a is an instant of Paris.
func a(annee int, mois time.Month, j, heure, minute int) time.Time {
	return time.Date(annee, mois, j, heure, minute, 0, 0, jour.Paris)
}

func noter(t *testing.T, db pg.DB, n int, e journal.Entree, varier func(i int, e *journal.Entree)) {
	t.Helper()
	l := make([]journal.Entree, n)
	for i := range l {
		l[i] = e
		varier(i, &l[i])
	}
	if err := journal.Inscrire(t.Context(), db, l...); err != nil {
		t.Fatal(err)
	}
}

func auditeur() habilitations.Session {
	return habilitations.Session{Utilisateur: 1, Organisme: "ATLAS", TypeOrganisme: habilitations.Gestionnaire, Departement: "31", Roles: []habilitations.Role{habilitations.Auditeur}}
}

// alertes are those found at an instant, as "règle agent faits".
func alertes(t *testing.T, db pg.DB, le time.Time) map[string]int {
	t.Helper()
	if err := journal.AlerterA(t.Context(), db, travaux.Muet{}, le); err != nil {
		t.Fatal(err)
	}
	l, err := journal.Alertes(t.Context(), db, auditeur())
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]int{}
	for _, x := range l {
		m[fmt.Sprintf("%s %d", x.Regle, x.Utilisateur)] += x.Faits
	}
	return m
}

func egales(t *testing.T, trouvees, attendues map[string]int) {
	t.Helper()
	for k, n := range attendues {
		if trouvees[k] != n {
			t.Errorf("%s: %d, want %d", k, trouvees[k], n)
		}
	}
	for k, n := range trouvees {
		if _, ok := attendues[k]; !ok {
			t.Errorf("%s: %d, not wanted", k, n)
		}
	}
}

// Each rule finds its fact and not its neighbour.
func TestRegles(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	lecture := journal.Entree{Organisme: "TMH", Sorte: journal.Lecture, Ecran: "Synthèse"}
	de := func(utilisateur int64, le time.Time) journal.Entree {
		e := lecture
		e.Utilisateur, e.FaitLe = utilisateur, le
		return e
	}
	chacun := func(i int, e *journal.Entree) {
		e.Demande = int64(1_000_000 + i)
		e.FaitLe = e.FaitLe.Add(time.Duration(i) * time.Second)
	}
	mardi := a(2026, 11, 3, 10, 0)
	noter(t, db, 100, de(101, mardi), chacun)
	noter(t, db, 99, de(102, mardi), chacun)
	noter(t, db, 200, de(103, mardi), func(i int, e *journal.Entree) {
		e.Demande = int64(1_000_000 + i/3)
		e.FaitLe = e.FaitLe.Add(time.Duration(i))
	}) // 67 dossiers
	for h := range 4 {
		noter(t, db, 75, de(104, a(2026, 11, 3, 9+h, 0)), func(i int, e *journal.Entree) { e.Demande = int64(2_000_000 + 75*h + i) })
	}
	export := de(105, mardi)
	export.Sorte = journal.Export
	noter(t, db, 2, export, func(i int, e *journal.Entree) { n := 2500; e.Lignes = &n })
	noter(t, db, 1, de(106, a(2026, 11, 3, 21, 0)), chacun)
	noter(t, db, 1, de(107, a(2026, 11, 3, 20, 59)), chacun)
	noter(t, db, 1, de(108, a(2026, 11, 3, 5, 59)), chacun)
	noter(t, db, 1, de(109, a(2026, 11, 8, 11, 0)), chacun)  // Sunday
	noter(t, db, 1, de(110, a(2026, 11, 11, 11, 0)), chacun) // 11 novembre
	noter(t, db, 1, de(111, a(2026, 11, 7, 11, 0)), chacun)  // Saturday
	refus := de(112, mardi)
	refus.Sorte = journal.Refus
	noter(t, db, 10, refus, func(int, *journal.Entree) {})
	refus.Utilisateur = 113
	noter(t, db, 9, refus, func(int, *journal.Entree) {})
	echec := de(114, mardi)
	echec.Sorte = journal.EchecConnexion
	noter(t, db, 12, echec, func(int, *journal.Entree) {})
	echec.Utilisateur = 0
	noter(t, db, 50, echec, func(int, *journal.Entree) {})

	attendues := map[string]int{
		"masse_heure 101": 100, "masse_jour 104": 300, "masse_export 105": 5000, "horaires 106": 1, "horaires 108": 1, "horaires 109": 1,
		"horaires 110": 1, "refus 112": 10, "connexions 114": 12,
	}
	egales(t, alertes(t, db, a(2026, 11, 24, 3, 0)), attendues)
	egales(t, alertes(t, db, a(2026, 11, 24, 3, 5)), attendues) // nothing twice

	// The day after the last look is looked at again; what waits follows its facts.
	noter(t, db, 3, de(106, a(2026, 11, 23, 22, 0)), chacun)
	attendues["horaires 106"] = 4
	egales(t, alertes(t, db, a(2026, 11, 25, 3, 0)), attendues)
	noter(t, db, 2, de(106, a(2026, 11, 24, 23, 0)), chacun)
	attendues["horaires 106"] = 6
	egales(t, alertes(t, db, a(2026, 11, 25, 3, 5)), attendues)
}

func TestRegleHomonyme(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	compte := func(nom string) int64 {
		id, err := administration.CreerAvecEmpreinte(t.Context(), db, administration.Nouveau{
			Nom: nom, Prenom: "Luc", Courriel: fmt.Sprintf("%x@tmh.example", nom), Organisme: "TMH", Roles: []habilitations.Role{habilitations.Saisie},
		}, "$argon2id$jamais lu ici")
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	marie, fille, autre := compte("Barthès"), compte("GÈLY"), compte("Barthe")
	d := demandestest.Creer(t, db, func(d *demandes.Demande) { d.Demandeur.Nom, d.Demandeur.NomNaissance = "BARTHES", "Gely" })
	for _, u := range []int64{marie, fille, autre} {
		noter(t, db, 2, journal.Entree{Utilisateur: u, Organisme: "TMH", Sorte: journal.Lecture, Demande: d.ID, FaitLe: a(2026, 11, 3, 10, 0)}, func(int, *journal.Entree) {})
	}
	egales(t, alertes(t, db, a(2026, 11, 24, 3, 0)), map[string]int{fmt.Sprintf("homonyme %d", marie): 2, fmt.Sprintf("homonyme %d", fille): 2})
}

// An agent that reads dossiers of Toulouse reads some of the Comminges.
func TestRegleTerritoire(t *testing.T) {
	t.Parallel()
	db, admin := pgtest.DB(t), pgtest.Admin(t)
	var epci []int32
	if err := db.QueryRow(t.Context(), "select array_agg(numero order by code) from territoires where type = 'epci'").Scan(&epci); err != nil || len(epci) < 2 {
		t.Fatal(epci, err)
	}
	creer := func(n int, organisme string, cible int32) []int64 {
		var ids []int64
		for range n {
			d := demandestest.Creer(t, db, nil)
			executer(t, admin, "update demandes set cibles = array[$1::integer], organisme = $2 where id = $3", cible, organisme, d.ID)
			ids = append(ids, d.ID)
		}
		return ids
	}
	habituels, ailleurs, siens := creer(50, "PROMO", epci[0]), creer(5, "PROMO", epci[1]), creer(5, "TMH", epci[1])
	lire := func(u int64, le time.Time, ids []int64) {
		noter(t, db, len(ids), journal.Entree{Utilisateur: u, Organisme: "TMH", Sorte: journal.Lecture, FaitLe: le}, func(i int, e *journal.Entree) { e.Demande = ids[i] })
	}
	for _, u := range []int64{201, 202, 203} {
		lire(u, a(2026, 10, 5, 10, 0), habituels[:50-int(u-201)]) // the third agent, and the second, have read too few
	}
	lire(201, a(2026, 11, 3, 10, 0), ailleurs)
	lire(202, a(2026, 11, 3, 10, 0), ailleurs)
	lire(201, a(2026, 11, 4, 10, 0), siens)
	lire(201, a(2026, 11, 5, 10, 0), habituels[:20])
	lire(201, a(2026, 11, 6, 10, 0), ailleurs[:4])
	egales(t, alertes(t, db, a(2026, 11, 24, 3, 0)), map[string]int{"territoire 201": 5})
}

func TestFeries(t *testing.T) {
	t.Parallel()
	for annee, attendus := range map[int][]string{
		2026: {"2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25"},
		2008: {"2008-01-01", "2008-03-24", "2008-05-01", "2008-05-08", "2008-05-01", "2008-05-12", "2008-07-14", "2008-08-15", "2008-11-01", "2008-11-11", "2008-12-25"},
	} {
		for i, f := range journal.Feries(annee) {
			if f.ISO() != attendus[i] {
				t.Errorf("%s, want %s", f.ISO(), attendus[i])
			}
		}
	}
}

// Nobody reads the journal without the right to.
func TestLireJournal(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	s := demandestest.Session(habilitations.Saisie)
	_, lister := journal.Lister(t.Context(), db, s, journal.Filtre{}, journal.Place{})
	_, changements := journal.ListerChangements(t.Context(), db, s, journal.Filtre{}, journal.Place{})
	_, alertes := journal.Alertes(t.Context(), db, s)
	_, dossier := journal.DuDossier(t.Context(), db, s, 1, 10)
	for nom, err := range map[string]error{
		"list": lister, "changes": changements, "alertes": alertes, "dossier": dossier, "treat": journal.Traiter(t.Context(), db, s, 1, 1, "x", true),
		"walk": journal.Parcourir(t.Context(), db, s, journal.Filtre{}, nil),
	} {
		if err == nil {
			t.Errorf("%s: allowed", nom)
		}
	}
}

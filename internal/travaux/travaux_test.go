package travaux_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/travaux"
)

// agent is a session with an account.
func agent(t *testing.T, db *pgxpool.Pool) habilitations.Session {
	t.Helper()
	s := demandestest.Saisie()
	err := db.QueryRow(t.Context(), `
insert into utilisateurs (nom, prenom, nom_n, prenom_n, courriel, mot_de_passe, mot_de_passe_le)
values ('Essai', 'Agent', 'ESSAI', 'AGENT', gen_random_uuid() || '@essai.example', '$argon2id$rien', now())
returning id`).Scan(&s.Utilisateur)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func lancer(t *testing.T, db *pgxpool.Pool, f *travaux.File, code string, args any, s habilitations.Session) int64 {
	t.Helper()
	var id int64
	err := pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) (err error) {
		id, err = f.Lancer(t.Context(), tx, code, args, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func executer(t *testing.T, db *pgxpool.Pool, f *travaux.File) {
	t.Helper()
	if err := f.Executer(t.Context(), db); err != nil {
		t.Fatal(err)
	}
}

var atlas = habilitations.Session{Utilisateur: 1, TypeOrganisme: habilitations.Gestionnaire, Roles: []habilitations.Role{habilitations.AdminAtlas}}

func lire(t *testing.T, db *pgxpool.Pool, id int64) travaux.Fiche {
	t.Helper()
	f, err := travaux.Lire(t.Context(), db, atlas, id)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

type faire = func(context.Context, *travaux.Execution, json.RawMessage) error

// un is a queue with one kind of job, that agents may ask for.
func un(f faire) *travaux.File {
	return travaux.Nouvelle([]travaux.Travail{{Code: "essai", Libelle: "Essai", Essais: 2, Droit: habilitations.ExporterDemandes, Faire: f}})
}

func TestATravailRunsOnceWithItsArgumentsAndItsSession(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	s := agent(t, db)
	var recu atomic.Int64
	f := un(func(ctx context.Context, x *travaux.Execution, args json.RawMessage) error {
		var n int64
		if err := json.Unmarshal(args, &n); err != nil {
			return err
		}
		recu.Add(n)
		x.Total(3)
		x.Avancer(2)
		x.Avancer(1)
		x.Dire("C’est fait.")
		if got := habilitations.FromContext(ctx); got.Utilisateur != s.Utilisateur || !got.Peut(habilitations.CreerDemande) {
			t.Errorf("session %+v", got)
		}
		return nil
	})
	id := lancer(t, db, f, "essai", 7, s)
	if r := lire(t, db, id); r.Etat != travaux.EnAttente || r.Agent == "" {
		t.Errorf("before: %+v", r)
	}
	executer(t, db, f)
	executer(t, db, f)
	r := lire(t, db, id)
	if recu.Load() != 7 || r.Etat != travaux.Reussi || r.Total != 3 || r.Fait != 3 || r.Message != "C’est fait." || r.Essais != 1 || r.Fin.IsZero() {
		t.Errorf("received %d, %+v", recu.Load(), r)
	}
	var reste string
	if err := db.QueryRow(t.Context(), "select arguments::text || session::text from travaux where id = $1", id).Scan(&reste); err != nil || reste != "nullnull" {
		t.Errorf("kept after success: %s, %v", reste, err)
	}
}

func TestATravailOfATransactionRolledBackNeverRuns(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := un(func(context.Context, *travaux.Execution, json.RawMessage) error {
		t.Error("it ran")
		return nil
	})
	s := agent(t, db)
	err := pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) error {
		_, err := f.Lancer(t.Context(), tx, "essai", nil, s)
		return errors.Join(err, io.EOF)
	})
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	executer(t, db, f)
	if n := compter(t, db, "travaux"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestARightIsNeededToAsk(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	rien := func(context.Context, *travaux.Execution, json.RawMessage) error { return nil }
	f := travaux.Nouvelle([]travaux.Travail{
		{Code: "essai", Libelle: "Essai", Droit: habilitations.ExporterDemandes, Faire: rien},
		{Code: "nuit", Libelle: "Nuit", Horaire: "02:30", Faire: rien},
	})
	sans := agent(t, db)
	sans.Roles = []habilitations.Role{habilitations.Statistiques}
	for code, s := range map[string]habilitations.Session{"essai": sans, "nuit": agent(t, db)} {
		err := pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) error {
			_, err := f.Lancer(t.Context(), tx, code, nil, s)
			return err
		})
		if !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v, want a refusal", code, err)
		}
	}
}

func TestUnique(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	var n atomic.Int64
	f := travaux.Nouvelle([]travaux.Travail{{Code: "essai", Libelle: "Essai", Unique: true, Droit: habilitations.ExporterDemandes,
		Faire: func(context.Context, *travaux.Execution, json.RawMessage) error { n.Add(1); return nil }}})
	s, autre := agent(t, db), agent(t, db)
	a := lancer(t, db, f, "essai", "x", s)
	if b := lancer(t, db, f, "essai", "x", s); b != a {
		t.Errorf("asked twice: %d and %d", a, b)
	}
	for _, b := range []int64{lancer(t, db, f, "essai", "y", s), lancer(t, db, f, "essai", "x", autre)} {
		if b == a {
			t.Error("other arguments, or another agent, are another job")
		}
	}
	executer(t, db, f)
	if n.Load() != 3 {
		t.Errorf("%d runs, want 3", n.Load())
	}
	if b := lancer(t, db, f, "essai", "x", s); b == a {
		t.Error("what is over can't be asked again")
	}
}

func TestAFailureIsTriedAgainThenShownAndStartedAgain(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	panne := atomic.Bool{}
	panne.Store(true)
	f := un(func(context.Context, *travaux.Execution, json.RawMessage) error {
		if panne.Load() {
			return errors.New("le disque est plein")
		}
		return nil
	})
	s := agent(t, db)
	id := lancer(t, db, f, "essai", 1, s)
	executer(t, db, f)
	if r := lire(t, db, id); r.Etat != travaux.AReprendre || r.Erreur != "le disque est plein" || !r.Fin.IsZero() {
		t.Fatalf("after a first failure: %+v", r)
	}
	if n, err := travaux.EnEchec(t.Context(), db); n != 0 || err != nil {
		t.Errorf("%d failures, %v", n, err)
	}
	rapprocher(t, db)
	executer(t, db, f)
	if r := lire(t, db, id); r.Etat != travaux.Echec || r.Essais != 2 || r.Fin.IsZero() || !r.Relancable() {
		t.Fatalf("after the last try: %+v", r)
	}
	if n, err := travaux.EnEchec(t.Context(), db); n != 1 || err != nil {
		t.Errorf("%d failures, %v", n, err)
	}
	panne.Store(false)
	err := pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) error { return f.Relancer(t.Context(), tx, atlas, id) })
	if err != nil {
		t.Fatal(err)
	}
	executer(t, db, f)
	if r := lire(t, db, id); r.Etat != travaux.Reussi || r.Erreur != "" {
		t.Errorf("started again: %+v", r)
	}
	if n, err := travaux.EnEchec(t.Context(), db); n != 0 || err != nil {
		t.Errorf("%d failures, %v", n, err)
	}
	err = pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) error { return f.Relancer(t.Context(), tx, atlas, id) })
	if !errors.Is(err, fault.Conflict) {
		t.Errorf("what succeeded may be started again: %v", err)
	}
}

// rapprocher makes the next try of every job due now.
func rapprocher(t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	_, err := db.Exec(t.Context(), "update river_job set state = 'available', scheduled_at = now() where state = 'retryable'")
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(t.Context(), "update travaux set etat = 'EN_ATTENTE' where etat = 'A_REPRENDRE'")
	if err != nil {
		t.Fatal(err)
	}
}

func TestARefusalAndAPanicAreSaid(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := un(func(_ context.Context, _ *travaux.Execution, args json.RawMessage) error {
		if string(args) == `"refus"` {
			return fault.Refuser(fault.Forbidden, "Votre profil ne permet plus cet export.")
		}
		panic("indice hors limites")
	})
	s := agent(t, db)
	refus, panique := lancer(t, db, f, "essai", "refus", s), lancer(t, db, f, "essai", "panique", s)
	executer(t, db, f)
	if r := lire(t, db, refus); r.Etat != travaux.Echec || r.Erreur != "Votre profil ne permet plus cet export." {
		t.Errorf("refusal: %+v", r)
	}
	if r := lire(t, db, panique); r.Etat != travaux.AReprendre || !strings.Contains(r.Erreur, "indice hors limites") {
		t.Errorf("panic: %+v", r)
	}
}

func TestAnnuler(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	commence := make(chan struct{})
	f := un(func(ctx context.Context, x *travaux.Execution, _ json.RawMessage) error {
		x.Total(10)
		x.Avancer(4)
		close(commence)
		<-ctx.Done()
		return ctx.Err()
	})
	s, autre := agent(t, db), agent(t, db)
	avant, pendant := lancer(t, db, f, "essai", 1, s), int64(0)
	annuler := func(id int64, s habilitations.Session) error {
		return pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) error { return travaux.Annuler(t.Context(), tx, s, id) })
	}
	if err := annuler(avant, autre); !errors.Is(err, fault.NotFound) {
		t.Errorf("another agent: %v", err)
	}
	if err := annuler(avant, s); err != nil {
		t.Fatal(err)
	}
	if r := lire(t, db, avant); r.Etat != travaux.Annule {
		t.Errorf("cancelled before it began: %+v", r)
	}
	pendant = lancer(t, db, f, "essai", 2, s)
	fini := make(chan error)
	go func() { fini <- f.Executer(t.Context(), db) }()
	<-commence
	if err := annuler(pendant, s); err != nil {
		t.Fatal(err)
	}
	if err := <-fini; err != nil {
		t.Fatal(err)
	}
	if r := lire(t, db, pendant); r.Etat != travaux.Annule || r.Fait != 4 || r.Total != 10 || r.Erreur != "" {
		t.Errorf("cancelled under way: %+v", r)
	}
	if err := annuler(pendant, s); !errors.Is(err, fault.Conflict) {
		t.Errorf("cancelled twice: %v", err)
	}
}

func TestTheApplicationRoleWorksTheQueue(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	debut := make(chan struct{})
	f := un(func(context.Context, *travaux.Execution, json.RawMessage) error { close(debut); return nil })
	c, err := f.Demarrer(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Arreter(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	lancer(t, db, f, "essai", 1, agent(t, db))
	<-debut
}

func compter(t *testing.T, db *pgxpool.Pool, table string) int {
	t.Helper()
	var n int
	if err := db.QueryRow(t.Context(), "select count(*) from "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLists(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := un(func(context.Context, *travaux.Execution, json.RawMessage) error { return nil })
	s, autre := agent(t, db), agent(t, db)
	a, b := lancer(t, db, f, "essai", 1, s), lancer(t, db, f, "essai", 2, autre)
	ids := func(l []travaux.Fiche, err error) []int64 {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var r []int64
		for _, x := range l {
			r = append(r, x.ID)
		}
		return r
	}
	if got := ids(travaux.Miens(t.Context(), db, s)); !slices.Equal(got, []int64{a}) {
		t.Errorf("mine: %v", got)
	}
	if got := ids(travaux.Lister(t.Context(), db, atlas)); !slices.Equal(got, []int64{b, a}) {
		t.Errorf("all: %v", got)
	}
	if _, err := travaux.Lister(t.Context(), db, s); !errors.Is(err, fault.Forbidden) {
		t.Errorf("all, for an agent: %v", err)
	}
}

func TestSeveralInstancesShareTheWork(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	const nb = 30
	var mu sync.Mutex
	faits := map[string]int{}
	fini := make(chan struct{})
	f := un(func(_ context.Context, _ *travaux.Execution, args json.RawMessage) error {
		mu.Lock()
		defer mu.Unlock()
		if faits[string(args)]++; len(faits) == nb {
			close(fini)
		}
		return nil
	})
	for range 3 {
		c, err := f.Demarrer(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := c.Arreter(context.Background()); err != nil {
				t.Error(err)
			}
		}()
	}
	s := agent(t, db)
	for i := range nb {
		lancer(t, db, f, "essai", i, s)
	}
	<-fini
	mu.Lock()
	defer mu.Unlock()
	for args, n := range faits {
		if n != 1 {
			t.Errorf("job %s done %d times", args, n)
		}
	}
}

package demandes_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/cluster"
	"imhoweb/internal/referentiels"
	"imhoweb/migrations"
)

// An acknowledged creation survives the brutal death of PostgreSQL, whole:
// dossier, événement, search row, attestation (conception §5, invariant 1); and
// what was not acknowledged left nothing by halves.
func TestAcknowledgedCreationsSurviveKill(t *testing.T) {
	t.Parallel()
	dossier := dossierOuvert(t)
	c, err := cluster.Start(t.Context(), cluster.Options{Donnees: dossier})
	if err != nil {
		t.Fatal(err)
	}
	db := installer(t, c)
	f, s := fichierVie(t, db), agent(t, db)

	var (
		mu      sync.Mutex
		acquis  []string
		attente sync.WaitGroup
		suivant atomic.Int64
	)
	assez := make(chan struct{})
	for range 8 {
		attente.Go(func() {
			for {
				a, ok := essayerSaisir(t, f, db, s, int(suivant.Add(1)))
				if !ok {
					return // the server is dead
				}
				d, err := f.Confirmer(t.Context(), db, s, a, jourVie)
				if err != nil {
					return
				}
				mu.Lock()
				if acquis = append(acquis, d.NumeroUnique); len(acquis) == 60 {
					close(assez)
				}
				mu.Unlock()
			}
		})
	}
	fini := make(chan struct{})
	go func() { attente.Wait(); close(fini) }()
	select {
	case <-assez:
	case <-fini:
		t.Fatal("the creations stopped by themselves")
	}
	tuer(t, dossier)
	<-fini
	db.Close()
	_ = c.Stop() // it was killed: nothing left to stop

	c, err = cluster.Start(t.Context(), cluster.Options{Donnees: dossier})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	apres := ouvrir(t, c, cluster.Application)
	var perdus, partiels int
	err = apres.QueryRow(t.Context(), `
with numeros as (select unnest(@acquis::text[]) as numero)
select (select count(*) from numeros n where not exists (select from demandes d where d.numero_unique = n.numero and d.statut = 'ACTIVE')),
  (select count(*) from demandes d where d.statut = 'ACTIVE' and (
      not exists (select from evenements e where e.demande_id = d.id and e.type = 'CRE')
      or not exists (select from recherche_demandes r where r.demande_id = d.id)
      or not exists (select from recherche_noms r where r.demande_id = d.id)
      or not exists (select from souhaits o where o.demande_id = d.id)
      or not exists (select from attestations x where x.demande_id = d.id)))`, pg.Args{"acquis": acquis}).Scan(&perdus, &partiels)
	if err != nil {
		t.Fatal(err)
	}
	if perdus > 0 || partiels > 0 {
		t.Errorf("of %d acknowledged creations, %d lost; %d demandes incomplete", len(acquis), perdus, partiels)
	}
}

// dossierOuvert is a data folder that the server's user can enter.
func dossierOuvert(t *testing.T) string {
	t.Helper()
	racine, err := os.MkdirTemp("", "imhoweb-durabilite-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(racine) })
	if err := os.Chmod(racine, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(racine, ".data")
}

func ouvrir(t *testing.T, c *cluster.Cluster, role string) *pgxpool.Pool {
	t.Helper()
	db, err := pg.Open(t.Context(), c.DSN(role, cluster.Base))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// installer migrates and loads the référentiels, and opens the base as the
// application does.
func installer(t *testing.T, c *cluster.Cluster) *pgxpool.Pool {
	t.Helper()
	admin := ouvrir(t, c, cluster.Proprietaire)
	if _, err := migrations.Up(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	if err := referentiels.Charger(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	return ouvrir(t, c, cluster.Application)
}

// tuer kills the server and all its processes at once.
func tuer(t *testing.T, dossier string) {
	t.Helper()
	texte, err := os.ReadFile(filepath.Join(dossier, "pg", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Fields(string(texte))[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

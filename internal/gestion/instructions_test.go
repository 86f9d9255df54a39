package gestion_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/gestion"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

// compteur counts the statements sent, those that bound the transaction aside.
type compteur struct{ n atomic.Int64 }

func (c *compteur) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	if s := strings.ToLower(d.SQL); !strings.HasPrefix(s, "begin") && s != "commit" {
		c.n.Add(1)
	}
	return ctx
}

func (c *compteur) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// A page takes at most four statements, names and place included, in a
// transaction that can't write.
func TestInstructionsParPage(t *testing.T) {
	t.Parallel()
	db, s := fichier(t)
	id, err := gestion.Garder(t.Context(), db, s, gestion.Criteres{Nom: "d"})
	if err != nil {
		t.Fatal(err)
	}
	config, err := pgxpool.ParseConfig(pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	var c compteur
	config.ConnConfig.Tracer = &c
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	premiere := lister(t, db, s, gestion.Criteres{Nom: "d"}, gestion.Vue{})
	place := premiere.Lignes[len(premiere.Lignes)/2].ID
	for _, rupture := range []string{"", "demande.etat", "demande.guichet"} {
		for _, v := range []gestion.Vue{{}, {Apres: place}, {Avant: place}, {Derniere: true}} {
			v.Tri, v.Rupture, v.Taille = "demande.date_renouvellement", rupture, 25
			c.n.Store(0)
			err := pg.ReadOnly(t.Context(), pool, func(tx pgx.Tx) error {
				var criteres gestion.Criteres
				if err := gestion.Reprendre(t.Context(), tx, s, id, &criteres); err != nil {
					return err
				}
				l, err := gestion.Lister(t.Context(), tx, s, criteres, v)
				if err == nil && len(l.Lignes) == 0 {
					t.Errorf("%+v: empty page", v)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if n := c.n.Load(); n < 2 || n > 4 {
				t.Errorf("%+v: %d statements", v, n)
			}
		}
	}
}

// The names sought are read by their agent alone, for a day.
func TestRecherchesNominatives(t *testing.T) {
	t.Parallel()
	db, s := fichier(t)
	id, err := gestion.Garder(t.Context(), db, s, gestion.Criteres{Nom: "Dup%", Prenom: "zoé"})
	if err != nil {
		t.Fatal(err)
	}
	var c gestion.Criteres
	if err := gestion.Reprendre(t.Context(), db, s, id, &c); err != nil || c.Nom != "Dup%" || c.Prenom != "zoé" {
		t.Errorf("%+v, %v", c, err)
	}
	ailleurs := s
	ailleurs.Organisme = "PROMO" // the same agent, for another organisme
	autre := s
	autre.Utilisateur++
	for _, x := range []struct {
		nom string
		err error
	}{
		{"another organisme", gestion.Reprendre(t.Context(), db, ailleurs, id, &c)},
		{"another agent", gestion.Reprendre(t.Context(), db, autre, id, &c)},
		{"no identifier", gestion.Reprendre(t.Context(), db, s, "1 or 1=1", &c)},
	} {
		if x.err == nil {
			t.Errorf("%s reads the names", x.nom)
		}
	}
	executer(t, db, "update recherches_nominatives set cree_le = now() - interval '25 hours' where id = @id::uuid", pg.Args{"id": id})
	if err := gestion.Reprendre(t.Context(), db, s, id, &c); err == nil {
		t.Error("names of yesterday are read")
	}
	if _, err := gestion.Garder(t.Context(), db, s, gestion.Criteres{Nom: "x"}); err != nil {
		t.Fatal(err)
	}
	if err := gestion.Purger(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := db.QueryRow(t.Context(), "select count(*) from recherches_nominatives").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d searches left, want today's, %v", n, err)
	}
}

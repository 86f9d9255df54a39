package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/demo"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/cluster"
	"imhoweb/internal/referentiels"
	"imhoweb/migrations"
)

// graine makes every machine measure the same file.
const graine = 31

// fiche is kept as the comment of a base that was loaded: whether it may serve
// again, and how fast it was made.
type fiche struct {
	Schema   string    `json:"schema"`
	Graine   uint64    `json:"graine"`
	Demandes int       `json:"demandes"`
	Jour     jour.Date `json:"jour"`
	Secondes float64   `json:"secondes"` // of the load
	Charge   float64   `json:"charge"`   // of the machine then
}

func (f fiche) memeBase(g fiche) bool {
	return f.Schema == g.Schema && f.Graine == g.Graine && f.Demandes == g.Demandes
}

// base is the copy that one run measures and wears out.
type base struct {
	cluster     *cluster.Cluster
	nom         string
	app         *pgxpool.Pool // as the site opens it
	admin       *pgxpool.Pool
	departement string // the largest
	description description
	site        *site
}

// description is what the report says of a base.
type description struct {
	fiche
	neuve       bool // loaded by this run
	actives     int
	departement string
	dedans      int // active demandes of the département
	taille      string
	postgres    string // version
}

// ouvrir gives a fresh copy of the base of a scale, made first if needed.
func ouvrir(ctx context.Context, c *cluster.Cluster, e echelle, recharger bool) (*base, error) {
	postgres, err := pgx.Connect(ctx, c.DSN(cluster.Proprietaire, "postgres"))
	if err != nil {
		return nil, err
	}
	defer postgres.Close(ctx)
	modele := "bench_" + e.nom
	f, neuve, err := charger(ctx, c, postgres, modele, e.demandes, recharger)
	if err != nil {
		return nil, err
	}
	b := &base{cluster: c, nom: modele + "_mesure", description: description{fiche: f, neuve: neuve}}
	for _, sql := range []string{
		"drop database if exists " + b.nom + " with (force)",
		"create database " + b.nom + " template " + modele + " strategy file_copy",
		"checkpoint",
	} {
		if _, err := postgres.Exec(ctx, sql); err != nil {
			return nil, fmt.Errorf("%s: %w", sql, err)
		}
	}
	if b.app, err = pg.Open(ctx, c.DSN(cluster.Application, b.nom)); err != nil {
		return nil, err
	}
	if b.admin, err = pg.Open(ctx, c.DSN(cluster.Proprietaire, b.nom)); err != nil {
		b.app.Close()
		return nil, err
	}
	if err := b.decrire(ctx); err != nil {
		b.fermer()
		return nil, err
	}
	return b, nil
}

const decrireSQL = `
select departement, count(*)::int, sum(count(*)) over ()::int, pg_size_pretty(pg_database_size(current_database())),
    current_setting('server_version')
from demandes
where statut = 'ACTIVE'
group by departement
order by 2 desc
limit 1`

func (b *base) decrire(ctx context.Context) error {
	d := &b.description
	err := b.admin.QueryRow(ctx, decrireSQL).Scan(&d.departement, &d.dedans, &d.actives, &d.taille, &d.postgres)
	b.departement = d.departement
	return err
}

// fermer drops the copy.
func (b *base) fermer() {
	b.app.Close()
	b.admin.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	postgres, err := pgx.Connect(ctx, b.cluster.DSN(cluster.Proprietaire, "postgres"))
	if err == nil {
		_, err = postgres.Exec(ctx, "drop database if exists "+b.nom+" with (force)")
		err = errors.Join(err, postgres.Close(ctx))
	}
	if err != nil {
		dire("la copie " + b.nom + " n’a pas été effacée : " + err.Error())
	}
}

const ficheSQL = `
select coalesce(shobj_description(oid, 'pg_database'), '{}')
from pg_database
where datname = @nom`

// charger makes the base that copies are taken from, unless it is there
// already, of the same schema and size.
func charger(ctx context.Context, c *cluster.Cluster, postgres *pgx.Conn, nom string, demandes int, recharger bool) (f fiche, neuve bool, err error) {
	voulue := fiche{Schema: migrations.Empreinte(), Graine: graine, Demandes: demandes, Jour: jour.Aujourdhui()}
	var texte string
	err = postgres.QueryRow(ctx, ficheSQL, pg.Args{"nom": nom}).Scan(&texte)
	if err == nil && json.Unmarshal([]byte(texte), &f) == nil && f.memeBase(voulue) && !recharger {
		return f, false, nil
	}
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return f, false, err
	}
	dire(fmt.Sprintf("création de la base %s : %d demandes", nom, demandes))
	for _, sql := range []string{"drop database if exists " + nom + " with (force)", "create database " + nom} {
		if _, err := postgres.Exec(ctx, sql); err != nil {
			return f, false, err
		}
	}
	if voulue.Charge, err = chargeMachine(); err != nil {
		return f, false, err
	}
	if voulue.Secondes, err = remplir(ctx, c.DSN(cluster.Proprietaire, nom), voulue); err != nil {
		return f, false, err
	}
	if err := reposer(ctx, c.DSN(cluster.Proprietaire, nom)); err != nil {
		return f, false, err
	}
	texteFiche, err := json.Marshal(voulue)
	if err != nil {
		return f, false, err
	}
	_, err = postgres.Exec(ctx, "comment on database "+nom+" is '"+string(texteFiche)+"'")
	return voulue, true, err
}

// reposer does at once what autovacuum would do in the minutes after a load,
// while the measures run.
func reposer(ctx context.Context, dsn string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "vacuum (analyze)")
	return err
}

// remplir loads everything and says how long the demandes took.
func remplir(ctx context.Context, dsn string, f fiche) (float64, error) {
	pool, err := pg.Open(ctx, dsn)
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	if _, err := migrations.Up(ctx, pool); err != nil {
		return 0, err
	}
	if err := referentiels.Charger(ctx, pool); err != nil {
		return 0, err
	}
	if _, err := demo.CreerComptes(ctx, pool); err != nil {
		return 0, err
	}
	debut := time.Now()
	if err := demo.Generer(ctx, pool, demo.Options{Demandes: f.Demandes, Graine: f.Graine, Jour: f.Jour}); err != nil {
		return 0, err
	}
	return time.Since(debut).Seconds(), nil
}

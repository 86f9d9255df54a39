package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/travaux"
	"imhoweb/internal/travaux/table"
	"imhoweb/web"
)

// relecture is how late another instance sees a changed référentiel.
const relecture = 3 * time.Second

// application assembles the site on the base, and works its queue of jobs; the
// function given back stops the jobs and frees what was opened.
func application(ctx context.Context, c config.Config, b *base, demo bool) (h http.Handler, liberer func(), err error) {
	var ouverts []func()
	liberer = func() {
		for _, fermer := range slices.Backward(ouverts) {
			fermer()
		}
	}
	defer func() {
		if err != nil {
			liberer()
		}
	}()
	lecture, err := avecOption(ctx, b.dsn, "default_transaction_read_only", "on") // nothing that pages to read run can write
	if err != nil {
		return nil, nil, err
	}
	ouverts = append(ouverts, lecture.Close)
	fond, err := avecOption(ctx, b.dsn, "pool_max_conns", strconv.Itoa(travaux.Connexions))
	if err != nil {
		return nil, nil, err
	}
	ouverts = append(ouverts, fond.Close)
	ref, err := referentiels.Ouvrir(ctx, b.app)
	if err != nil {
		return nil, nil, err
	}
	cle, err := demandes.NouvelleCle(b.cle)
	if err != nil {
		return nil, nil, err
	}
	if err := cle.Verifier(ctx, b.app); err != nil {
		return nil, nil, err
	}
	c.Cle = b.cle
	file := table.Nouvelle(table.Deps{DB: fond, Admin: b.admin, Ref: ref, Inactivite: c.SessionInactivite})
	client, err := file.Demarrer(ctx, fond)
	if err != nil {
		return nil, nil, err
	}
	ouverts = append(ouverts, func() {
		if err := client.Arreter(ctx); err != nil {
			slog.WarnContext(ctx, "arrêt des travaux de fond", "erreur", err)
		}
	})
	h, _ = web.New(web.Deps{Lecture: lecture, Ecriture: b.app, Ref: ref, Config: c, Version: numero(), Demo: demo, Travaux: file})
	return h, liberer, nil
}

// avecOption opens a pool on the base with one more setting.
func avecOption(ctx context.Context, dsn, nom, valeur string) (*pgxpool.Pool, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set(nom, valeur)
	u.RawQuery = q.Encode()
	return pg.Open(ctx, u.String())
}

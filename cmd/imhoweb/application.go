package main

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/web"
)

// relecture is how late another instance sees a changed référentiel.
const relecture = 3 * time.Second

// application assembles the site on the base; the function given back frees
// what it opened.
func application(ctx context.Context, c config.Config, b *base, demo bool) (http.Handler, func(), error) {
	lecture, err := lectureSeule(ctx, b.dsn)
	if err != nil {
		return nil, nil, err
	}
	ref, err := referentiels.Ouvrir(ctx, b.app)
	if err != nil {
		lecture.Close()
		return nil, nil, err
	}
	cle, err := demandes.NouvelleCle(b.cle)
	if err == nil {
		err = cle.Verifier(ctx, b.app)
	}
	if err != nil {
		lecture.Close()
		return nil, nil, err
	}
	go ref.Suivre(ctx, relecture)
	c.Cle = b.cle
	h, _ := web.New(web.Deps{Lecture: lecture, Ecriture: b.app, Ref: ref, Config: c, Version: numero(), Demo: demo})
	return h, lecture.Close, nil
}

// lectureSeule is the pool of pages to read: nothing that they run can write.
func lectureSeule(ctx context.Context, dsn string) (*pgxpool.Pool, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set("default_transaction_read_only", "on")
	u.RawQuery = q.Encode()
	return pg.Open(ctx, u.String())
}

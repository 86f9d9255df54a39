package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"
)

const (
	delaiEntetes = 10 * time.Second
	delaiLecture = time.Minute // a large piece on a slow line
	delaiInactif = 2 * time.Minute
	delaiGrace   = 20 * time.Second // for the requests under way when we stop
	tailleEntete = 64 << 10
)

// ecouter takes the address at once, before any long preparation: an address
// already taken must not be discovered a minute later.
func ecouter(ctx context.Context, adresse string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", adresse)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("l’adresse %s est déjà prise : imhoweb tourne peut-être déjà, sinon choisissez-en une autre avec IMHOWEB_ADRESSE", adresse)
	}
	if err != nil {
		return nil, fmt.Errorf("écoute impossible sur %s : %w", adresse, err)
	}
	return l, nil
}

// servir answers requests until the context ends, then lets those under way
// finish. The end of the private server is an error.
func servir(ctx context.Context, l net.Listener, h http.Handler, baseFinie <-chan struct{}) error {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: delaiEntetes,
		ReadTimeout:       delaiLecture, // no WriteTimeout: exports stream as long as they need
		IdleTimeout:       delaiInactif,
		MaxHeaderBytes:    tailleEntete,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	fini := make(chan error, 1)
	go func() { fini <- srv.Serve(l) }()
	var cause error
	select {
	case err := <-fini:
		return err
	case <-baseFinie:
		cause = errors.New("la base PostgreSQL privée s’est arrêtée ; son journal est pg.log, dans le dossier de données")
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), delaiGrace)
	defer cancel()
	err := srv.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = srv.Close()
	}
	return errors.Join(cause, err)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"

	"github.com/spf13/cobra"

	"imhoweb/internal/demo"
	"imhoweb/internal/platform/config"
)

func (o *outil) dev() *cobra.Command {
	return &cobra.Command{
		Use:   "dev",
		Short: "Prépare tout et sert l’application sur cette machine",
		Long: `Démarre la base PostgreSQL privée du dossier de données (ou utilise DATABASE_URL), met à jour le
schéma et les référentiels, crée le fichier de démonstration si la base est vide, puis sert
l’application et affiche les connexions de démonstration. Ctrl-C arrête tout ; les données restent.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			c, err := o.config()
			if err != nil {
				return err
			}
			l, err := ecouter(ctx, c.Adresse)
			if err != nil {
				return err
			}
			defer l.Close()
			if c.URL.Host == c.Adresse {
				c.URL = &url.URL{Scheme: "http", Host: l.Addr().String()} // port 0, empty host
			}
			b, err := o.ouvrirPour(ctx, c, c.URL.String())
			if err != nil {
				return err
			}
			return errors.Join(o.servirDev(ctx, c, b, l), b.fermer())
		},
	}
}

func (o *outil) servirDev(ctx context.Context, c config.Config, b *base, l net.Listener) error {
	if err := o.mettreAJour(ctx, b); err != nil {
		return err
	}
	if b.cle == nil { // DATABASE_URL without IMHOWEB_CLE
		if err := os.MkdirAll(c.Donnees, 0o700); err != nil {
			return err
		}
		var err error
		if b.cle, err = config.CleLocale(c.Donnees); err != nil {
			return err
		}
	}
	connexions, err := o.remplir(ctx, b, demo.Options{Demandes: demo.ParDefaut, Graine: graineParDefaut})
	if err != nil && !errors.Is(err, demo.ErrNonVide) {
		return err
	}
	if err := ecrireConnexions(c.Donnees, connexions); err != nil {
		return err
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(o.erreurs, nil)))
	h, liberer, err := application(ctx, c, b, true)
	if err != nil {
		return err
	}
	defer liberer()
	fmt.Fprintln(o.sortie)
	if err := afficherConnexions(o.sortie, connexions); err != nil {
		return err
	}
	fmt.Fprintf(o.sortie, "\nImhoweb est prêt : %s\n", c.URL)
	return servir(ctx, l, h, b.fini())
}

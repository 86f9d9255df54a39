package main

import (
	"context"
	"log/slog"

	"github.com/spf13/cobra"

	"imhoweb/internal/platform/config"
	"imhoweb/migrations"
)

func (o *outil) serve() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Sert l’application en production",
		Long: `Sert l’application sur IMHOWEB_ADRESSE avec la base DATABASE_URL, déjà migrée. N’installe,
ne démarre et ne crée rien. SIGTERM laisse finir les requêtes en cours.

Exige DATABASE_URL et IMHOWEB_CLE ; « imhoweb configuration » donne toutes les variables.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			c, err := o.config()
			if err != nil {
				return err
			}
			if err := exigerProduction(c); err != nil {
				return err
			}
			b, err := o.ouvrir(ctx, c)
			if err != nil {
				return err
			}
			defer b.fermer()
			return o.servirProduction(ctx, c, b)
		},
	}
}

func exigerProduction(c config.Config) error {
	switch {
	case c.Base == "":
		return usage("DATABASE_URL est obligatoire pour serve (pour essayer sans base, lancez « imhoweb dev »)")
	case c.Cle == nil:
		return usage("IMHOWEB_CLE est obligatoire pour serve : 32 octets, par exemple « openssl rand -base64 32 », à garder en lieu sûr")
	}
	return nil
}

func (o *outil) servirProduction(ctx context.Context, c config.Config, b *base) error {
	if err := exigerMigree(ctx, b.app); err != nil {
		return err
	}
	if b.admin != b.app {
		if err := migrations.Partitions(ctx, b.admin, migrations.MoisAVenir); err != nil {
			return err
		}
	}
	slog.SetDefault(slog.New(slog.NewJSONHandler(o.erreurs, nil)))
	h, liberer, err := application(ctx, c, b, false)
	if err != nil {
		return err
	}
	defer liberer()
	l, err := ecouter(ctx, c.Adresse)
	if err != nil {
		return err
	}
	slog.Info("imhoweb écoute", "adresse", l.Addr().String(), "url", c.URL.String(), "version", numero())
	err = servir(ctx, l, h, b.fini())
	slog.Info("imhoweb s’arrête")
	return err
}

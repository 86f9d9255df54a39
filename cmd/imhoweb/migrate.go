package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"imhoweb/internal/platform/config"
	"imhoweb/internal/referentiels"
	"imhoweb/migrations"
)

func (o *outil) migrate() *cobra.Command {
	var etat bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Met le schéma de la base à jour",
		Long: `Applique les migrations manquantes, donne ses droits au rôle ` + migrations.RoleApplication + ` et crée
les partitions des mois à venir. Se connecte avec DATABASE_URL_ADMIN s’il est donné.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return o.avecBase(ctx, false, func(_ config.Config, b *base) error {
				avant, err := migrations.Lire(ctx, b.admin)
				if err != nil {
					return err
				}
				if etat {
					for _, nom := range avant.Manquantes {
						fmt.Fprintln(o.sortie, nom)
					}
					if !avant.AJour() {
						return errors.New("la base est en retard")
					}
				} else if err := o.migrer(ctx, b.admin); err != nil {
					return err
				}
				if len(avant.Inconnues) > 0 {
					o.dire(fmt.Sprintf("La base est plus récente que ce programme : migrations %v.", avant.Inconnues))
				}
				fmt.Fprintln(o.sortie, "La base est à jour.")
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&etat, "etat", false, "liste les migrations manquantes sans les appliquer ; code 1 s’il y en a")
	return cmd
}

func (o *outil) referentiels() *cobra.Command {
	return &cobra.Command{
		Use:   "referentiels",
		Short: "Charge les territoires, organismes, nomenclatures et plafonds",
		Long: `Ajoute à la base les référentiels livrés avec ce programme et corrige ceux qui ont changé.
Sans effet quand tout est à jour ; ce que les administrateurs ont modifié est conservé.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return o.avecBase(ctx, false, func(_ config.Config, b *base) error {
				if err := o.preparer(ctx, b); err != nil {
					return err
				}
				if err := referentiels.Charger(ctx, b.admin); err != nil {
					return err
				}
				fmt.Fprintln(o.sortie, "Les référentiels sont à jour.")
				return nil
			})
		},
	}
}

package main

import (
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"imhoweb/internal/administration"
	"imhoweb/internal/anonymisation"
	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
)

// cleCible encrypts the NIR of the copy: never with the key of the real base.
const cleCible = "IMHOWEB_CLE_CIBLE"

func (o *outil) anonymiser() *cobra.Command {
	var vers string
	cmd := &cobra.Command{
		Use:   "anonymiser",
		Short: "Copie la base pour la formation, sans aucune personne réelle",
		Long: `Remplit une base vide (--vers) d’une copie pseudonymisée de la base source (DATABASE_URL, ou la base
privée), qui n’est que lue. Noms, naissances, adresses, téléphones, courriels, NIR, numéros et comptes
sont refaits ; commentaires, historique des valeurs, attestations et journaux restent à la source. Types,
lieux, dates de dépôt, montants et motifs sont conservés. La copie s’annonce comme base de formation.

La cible se donne avec le compte propriétaire de ses tables. ` + cleCible + ` (32 octets, comme IMHOWEB_CLE)
chiffre les NIR refaits ; sans elle, la copie n’a pas de NIR.`,
		Example: "  imhoweb anonymiser --vers postgres://imhoweb@formation/imhoweb",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if vers == "" {
				return usage("--vers est obligatoire : l’adresse de la base à remplir")
			}
			options := anonymisation.Options{Dire: o.dire}
			if v := o.getenv(cleCible); v != "" {
				octets, err := config.LireCle(v)
				if err == nil {
					options.Cle, err = demandes.NouvelleCle(octets)
				}
				if err != nil {
					return usage("%s : %v", cleCible, err)
				}
				options.AvecNir = true
			}
			ctx := cmd.Context()
			motDePasse := strings.ToLower(rand.Text())
			var err error
			if options.Empreinte, err = administration.Hacher(ctx, motDePasse); err != nil {
				return err
			}
			return o.avecBase(ctx, false, func(_ config.Config, b *base) (err error) {
				if err := exigerMigree(ctx, b.app); err != nil {
					return err
				}
				source, err := avecOption(ctx, b.dsn, "default_transaction_read_only", "on")
				if err != nil {
					return err
				}
				defer source.Close()
				cible, err := pg.Open(ctx, vers)
				if err != nil {
					return err
				}
				defer cible.Close()
				bilan, err := anonymisation.Copier(ctx, source, cible, options)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(o.sortie, "%s, %s et %s copiés.\nMot de passe de tous les comptes de la copie : %s\n",
					texte.Pluriel(bilan.Demandes, "demande", "demandes"), texte.Pluriel(bilan.Personnes, "personne", "personnes"),
					texte.Pluriel(bilan.Comptes, "compte", "comptes"), motDePasse)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&vers, "vers", "", "`adresse` de la base à remplir (postgres://…), vide ou seulement migrée")
	return cmd
}

package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const gabaritUsage = `Usage :{{if and .Runnable (not .HasAvailableSubCommands)}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [commande]{{end}}{{if .HasExample}}

Exemples :
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Commandes :{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableFlags}}

Options :
{{.Flags.FlagUsages | parDefaut | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

« {{.CommandPath}} [commande] --help » explique une commande.{{end}}
`

const gabaritAide = `{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}

{{end}}{{.UsageString}}`

// enFrancais replaces every sentence that cobra would say in English.
func enFrancais(racine *cobra.Command) {
	racine.SetUsageTemplate(gabaritUsage)
	racine.SetHelpTemplate(gabaritAide)
	racine.SetHelpCommand(aide())
	racine.CompletionOptions.DisableDefaultCmd = true
	racine.SilenceErrors, racine.SilenceUsage = true, true
	racine.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return erreurOption(err) })
	racine.PersistentFlags().BoolP("help", "h", false, "affiche cette aide")
	for _, c := range toutes(racine) {
		c.DisableFlagsInUseLine = true
		if c.HasAvailableFlags() && !strings.Contains(c.Use, "[options]") {
			c.Use += " [options]"
		}
		if c.Args == nil {
			c.Args = aucunArgument
		}
	}
}

func init() {
	cobra.AddTemplateFunc("parDefaut", func(options string) string {
		return strings.ReplaceAll(options, "(default ", "(par défaut ")
	})
}

// aide is what people type when they don't know --help.
func aide() *cobra.Command {
	return &cobra.Command{
		Use:     "aide [commande]",
		Aliases: []string{"help"},
		Short:   "Explique une commande",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			cible, reste, err := cmd.Root().Find(args)
			if err != nil || len(reste) > 0 {
				return usage("commande inconnue : « %s »", strings.Join(args, " "))
			}
			return cible.Help()
		},
	}
}

func toutes(c *cobra.Command) []*cobra.Command {
	var liste []*cobra.Command
	for _, fille := range c.Commands() {
		liste = append(append(liste, fille), toutes(fille)...)
	}
	return liste
}

// sansSousCommande guards a command that only groups others: whatever follows
// it should have been the name of one.
func sansSousCommande(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	proches := cmd.SuggestionsFor(args[0])
	if len(proches) == 0 {
		return usage("commande inconnue : « %s »", args[0])
	}
	return usage("commande inconnue : « %s ». Vouliez-vous dire « %s » ?", args[0], strings.Join(proches, " » ou « "))
}

func aucunArgument(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("argument inattendu : « %s »", args[0])
	}
	return nil
}

func erreurOption(err error) error {
	var (
		inconnue *pflag.NotExistError
		vide     *pflag.ValueRequiredError
		valeur   *pflag.InvalidValueError
		forme    *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &inconnue) && inconnue.GetSpecifiedShortnames() != "":
		return usage("option inconnue : « -%s »", inconnue.GetSpecifiedName())
	case errors.As(err, &inconnue):
		return usage("option inconnue : « --%s »", inconnue.GetSpecifiedName())
	case errors.As(err, &vide):
		return usage("l’option --%s attend une valeur", vide.GetFlag().Name)
	case errors.As(err, &valeur):
		return usage("l’option --%s n’accepte pas « %s »", valeur.GetFlag().Name, valeur.GetValue())
	case errors.As(err, &forme):
		return usage("option mal écrite : « %s »", forme.GetSpecifiedFlag())
	}
	return errUsage{err}
}

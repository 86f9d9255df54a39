// Command imhoweb is the whole product: the server, its base and the tools of
// its operator. main.go holds the root command and the exit codes; usage.go
// speaks French for cobra; base.go finds the base; then one file a command.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"imhoweb/internal/platform/config"
)

// Exit codes.
const (
	codeEchec = 1
	codeUsage = 2 // a command line or a configuration that cannot be understood
)

// errUsage marks what the user must type otherwise.
type errUsage struct{ error }

func (e errUsage) Unwrap() error { return e.error }

func usage(format string, args ...any) error { return errUsage{fmt.Errorf(format, args...)} }

func main() {
	// A second Ctrl-C, during the orderly stop, ends at once: stop gives the
	// signals back to the system after the first.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop)
	os.Exit(executer(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// executer runs one command line and gives its exit code.
func executer(ctx context.Context, args []string, getenv func(string) string, sortie, erreurs io.Writer) int {
	racine := commandes(&outil{getenv: getenv, sortie: sortie, erreurs: erreurs})
	racine.SetArgs(args)
	racine.SetOut(sortie)
	racine.SetErr(erreurs)
	cmd, err := racine.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return 0
	case errors.As(err, new(errUsage)):
		fmt.Fprintf(erreurs, "imhoweb : %v\nVoir « %s --help ».\n", err, cmd.CommandPath())
		return codeUsage
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(erreurs, "imhoweb : interrompu.")
		return codeEchec
	}
	fmt.Fprintf(erreurs, "imhoweb : %v\n", err)
	return codeEchec
}

// outil is what commands share: the environment and where to write.
type outil struct {
	getenv  func(string) string
	sortie  io.Writer // results
	erreurs io.Writer // progress, warnings
}

// dire tells the person at the terminal what happens.
func (o *outil) dire(phrase string) { fmt.Fprintln(o.erreurs, phrase) }

func (o *outil) config() (config.Config, error) {
	c, err := config.Lire(o.getenv)
	if err != nil {
		return c, errUsage{fmt.Errorf("configuration :\n%w", err)}
	}
	return c, nil
}

func commandes(o *outil) *cobra.Command {
	racine := &cobra.Command{
		Use:   "imhoweb",
		Short: "Fichier partagé de la demande locative sociale",
		Long: `Imhoweb tient le fichier partagé de la demande locative sociale d’un département.

Sans DATABASE_URL, chaque commande travaille sur la base PostgreSQL privée du
dossier de données (IMHOWEB_DONNEES, ./.data par défaut) et la démarre au besoin.`,
		Args: sansSousCommande,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	racine.AddCommand(
		o.dev(), o.serve(), o.migrate(), o.referentiels(), o.demo(), o.utilisateur(), o.doublons(), o.anonymiser(), o.journal(), o.configuration(), o.version(),
	)
	enFrancais(racine)
	return racine
}

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/fault"
)

func (o *outil) utilisateur() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "utilisateur",
		Short: "Gère les comptes des agents",
		Args:  sansSousCommande,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(o.utilisateurCreer())
	return cmd
}

func (o *outil) utilisateurCreer() *cobra.Command {
	var n administration.Nouveau
	var roles []string
	cmd := &cobra.Command{
		Use:   "creer",
		Short: "Crée le compte d’un agent",
		Long: `Crée le compte d’un agent et son affectation à un organisme. Le mot de passe est demandé au
clavier ; sans terminal, c’est la première ligne de l’entrée standard.`,
		Example: "  imhoweb utilisateur creer --nom Martin --prenom Luce --courriel luce.martin@exemple.fr \\\n" +
			"      --organisme ATLAS --role ADMIN_ATLAS",
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, r := range roles {
				n.Roles = append(n.Roles, habilitations.Role(strings.ToUpper(strings.TrimSpace(r))))
			}
			var err error
			if n.MotDePasse, err = o.motDePasse(cmd.InOrStdin()); err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.avecBase(ctx, true, func(_ config.Config, b *base) error {
				id, err := administration.Creer(ctx, b.app, n)
				if err != nil {
					return fautes(err)
				}
				_, err = fmt.Fprintf(o.sortie, "Compte n° %d créé pour %s %s.\n", id, n.Prenom, n.Nom)
				return err
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&n.Nom, "nom", "", "`nom` de l’agent")
	f.StringVar(&n.Prenom, "prenom", "", "`prénom` de l’agent")
	f.StringVar(&n.Courriel, "courriel", "", "`adresse` de courriel, qui sert aussi d’identifiant")
	f.StringVar(&n.Organisme, "organisme", "", "`code` de son organisme")
	f.StringVar(&n.Agence, "agence", "", "`code` de son agence (facultatif)")
	f.StringVar(&n.Guichet, "guichet", "", "`code` de son guichet (facultatif)")
	f.StringSliceVar(&roles, "role", nil, "`code` du rôle, à répéter ou à séparer par des virgules : "+codesRoles())
	return cmd
}

func codesRoles() string {
	var codes []string
	for _, r := range habilitations.Roles {
		codes = append(codes, string(r.Code))
	}
	return strings.Join(codes, ", ")
}

// motDePasse is never an option: the list of processes shows those.
func (o *outil) motDePasse(entree io.Reader) (string, error) {
	f, ok := entree.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		ligne, err := bufio.NewReader(entree).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(ligne, "\r\n"), nil
	}
	var saisis [2]string
	for i, invite := range []string{"Mot de passe : ", "Le même, encore : "} {
		fmt.Fprint(o.erreurs, invite)
		octets, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(o.erreurs)
		if err != nil {
			return "", err
		}
		saisis[i] = string(octets)
	}
	if saisis[0] != saisis[1] {
		return "", usage("les deux mots de passe diffèrent")
	}
	return saisis[0], nil
}

// fautes shows the sentences of a refused value, one a line.
func fautes(err error) error {
	var champs fault.Fields
	if !errors.As(err, &champs) {
		return err
	}
	phrases := []string{"le compte n’a pas été créé :"}
	for _, c := range champs {
		phrases = append(phrases, "  "+strings.ReplaceAll(c.Nom, "_", " ")+" : "+c.Message)
	}
	return errUsage{errors.New(strings.Join(phrases, "\n"))}
}

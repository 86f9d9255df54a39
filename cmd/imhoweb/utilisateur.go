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
	cmd.AddCommand(o.utilisateurCreer(), o.utilisateurMotDePasse(), o.utilisateurSuspendre())
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
					return fautes("le compte n’a pas été créé", err)
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

// utilisateurMotDePasse is for an administrator of the system: nobody can come
// in, or no mail leaves.
func (o *outil) utilisateurMotDePasse() *cobra.Command {
	var courriel string
	cmd := &cobra.Command{
		Use:   "mot-de-passe",
		Short: "Change le mot de passe d’un agent",
		Long: `Remplace le mot de passe d’un agent et ferme ses sessions. Le nouveau est demandé au clavier ; sans
terminal, c’est la première ligne de l’entrée standard.`,
		Example: "  imhoweb utilisateur mot-de-passe --courriel luce.martin@exemple.fr",
		RunE: func(cmd *cobra.Command, _ []string) error {
			clair, err := o.motDePasse(cmd.InOrStdin())
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.avecBase(ctx, true, func(_ config.Config, b *base) error {
				if err := administration.Reinitialiser(ctx, b.app, courriel, clair); err != nil {
					return fautes("le mot de passe n’a pas changé", introuvable(courriel, err))
				}
				_, err := fmt.Fprintf(o.sortie, "Mot de passe de %s changé, sessions fermées.\n", courriel)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&courriel, "courriel", "", "`adresse` de courriel du compte")
	return cmd
}

// utilisateurSuspendre closes an account everywhere, the last administrator's
// too: it is for an emergency.
func (o *outil) utilisateurSuspendre() *cobra.Command {
	var courriel string
	var rouvrir bool
	cmd := &cobra.Command{
		Use:   "suspendre",
		Short: "Suspend le compte d’un agent, ou le rouvre",
		Long: `Suspend un compte pour tous ses organismes et ferme ses sessions ; --rouvrir le rouvre. À la
différence du site, la commande suspend aussi un dernier administrateur.`,
		Example: "  imhoweb utilisateur suspendre --courriel luce.martin@exemple.fr",
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return o.avecBase(ctx, true, func(_ config.Config, b *base) error {
				if err := administration.SuspendreCompte(ctx, b.app, courriel, !rouvrir); err != nil {
					return fautes("le compte n’a pas changé", introuvable(courriel, err))
				}
				fait := "suspendu, sessions fermées"
				if rouvrir {
					fait = "rouvert"
				}
				_, err := fmt.Fprintf(o.sortie, "Compte de %s %s.\n", courriel, fait)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&courriel, "courriel", "", "`adresse` de courriel du compte")
	cmd.Flags().BoolVar(&rouvrir, "rouvrir", false, "rouvre le compte")
	return cmd
}

// introuvable says that no account has that courriel.
func introuvable(courriel string, err error) error {
	if errors.Is(err, fault.NotFound) {
		return usage("aucun compte n’a le courriel « %s »", courriel)
	}
	return err
}

// fautes shows the sentences of a refused value, one a line.
func fautes(titre string, err error) error {
	var champs fault.Fields
	if !errors.As(err, &champs) {
		return err
	}
	phrases := []string{titre + " :"}
	for _, c := range champs {
		phrases = append(phrases, "  "+strings.ReplaceAll(c.Nom, "_", " ")+" : "+c.Message)
	}
	return errUsage{errors.New(strings.Join(phrases, "\n"))}
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"imhoweb/internal/demo"
)

// fichierConnexions is read by whoever tries the demonstration by program.
const fichierConnexions = "connexions-demo.json"

// ecrireConnexions puts the logins of the demonstration in the data folder,
// whole or not at all.
func ecrireConnexions(donnees string, connexions []demo.Connexion) error {
	texte, err := json.MarshalIndent(connexions, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(donnees, 0o700); err != nil {
		return err
	}
	chemin := filepath.Join(donnees, fichierConnexions)
	provisoire := chemin + ".tmp"
	if err := os.WriteFile(provisoire, append(texte, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(provisoire, chemin)
}

// afficherConnexions prints them for people; a password that all share is said
// once.
func afficherConnexions(w io.Writer, connexions []demo.Connexion) error {
	commun := motDePasseCommun(connexions)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	entete := "Nom\tPrénom\tRôle\tOrganisme\tType\tCourriel"
	if commun == "" {
		entete += "\tMot de passe"
	}
	fmt.Fprintln(t, entete)
	for _, c := range connexions {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s", c.Nom, c.Prenom, c.Role, c.Organisme, c.TypeOrganisme, c.Courriel)
		if commun == "" {
			fmt.Fprintf(t, "\t%s", c.MotDePasse)
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if commun != "" {
		fmt.Fprintf(w, "Mot de passe de tous : %s\n", commun)
	}
	return nil
}

func motDePasseCommun(connexions []demo.Connexion) string {
	for _, c := range connexions {
		if c.MotDePasse != connexions[0].MotDePasse {
			return ""
		}
	}
	if len(connexions) == 0 {
		return ""
	}
	return connexions[0].MotDePasse
}

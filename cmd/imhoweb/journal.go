package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"imhoweb/internal/journal"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

func (o *outil) journal() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "Journal des accès et des changements",
		Args:  sansSousCommande,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(o.verifierJournal())
	return cmd
}

// errRompue is the failure of a verification, already told.
var errRompue = errors.New("le journal n’est pas intact")

func (o *outil) verifierJournal() *cobra.Command {
	var enJSON bool
	cmd := &cobra.Command{
		Use:   "verifier",
		Short: "Relit le journal et dit où sa chaîne casse",
		Long: `Recalcule l’empreinte de chaque ligne du journal des accès et du journal des changements, et dit où la
chaîne casse : ligne modifiée, retirée, ajoutée ou déplacée. Code de sortie 1 si une chaîne est rompue.

L’empreinte de tête prouve tout ce qui précède : notez-la hors de la base (rang et empreinte) pour
pouvoir établir plus tard qu’une chaîne entière n’a pas été recalculée.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.avecBase(cmd.Context(), false, func(_ config.Config, b *base) error {
				constats, err := journal.Verifier(cmd.Context(), b.app)
				if err != nil {
					return err
				}
				if enJSON {
					return direConstatsJSON(o.sortie, constats)
				}
				return direConstats(o.sortie, constats)
			})
		},
	}
	cmd.Flags().BoolVar(&enJSON, "json", false, "écrit le résultat en JSON")
	return cmd
}

func direConstatsJSON(w io.Writer, constats []journal.Constat) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(constats); err != nil {
		return err
	}
	return rompus(constats)
}

func rompus(constats []journal.Constat) error {
	for _, c := range constats {
		if !c.Intacte() {
			return errRompue
		}
	}
	return nil
}

var chaines = map[string]string{"acces": "Accès", "changements": "Changements"}

func direConstats(w io.Writer, constats []journal.Constat) error {
	for _, c := range constats {
		fmt.Fprintf(w, "%s : %s", chaines[c.Chaine], texte.Pluriel(int(c.Lignes), "ligne", "lignes"))
		if c.Lignes > 0 {
			fmt.Fprintf(w, ", du %s au %s", jour.DeTime(c.Premiere), jour.DeTime(c.Derniere))
		}
		if c.Intacte() {
			fmt.Fprint(w, ", chaîne intacte")
		} else {
			fmt.Fprintf(w, ", chaîne rompue (%s)", texte.Pluriel(len(c.Cassures)+int(c.Autres), "cassure", "cassures"))
		}
		fmt.Fprintln(w, ".")
		if a := c.Ancre; a != nil {
			fmt.Fprintf(w, "  Commence après le rang %d, retiré par la conservation le %s (empreinte %s).\n", a.Rang, jour.DeTime(a.RetireLe), a.Empreinte)
		}
		for _, r := range c.Cassures {
			fmt.Fprintln(w, "  "+direCassure(r))
		}
		if c.Autres > 0 {
			fmt.Fprintf(w, "  et %s.\n", texte.Pluriel(int(c.Autres), "autre cassure", "autres cassures"))
		}
		fmt.Fprintf(w, "  Tête : rang %d, empreinte %s\n", c.Rang, c.Empreinte)
	}
	return rompus(constats)
}

func direCassure(r journal.Cassure) string {
	quand := ""
	if !r.FaitLe.IsZero() {
		quand = ", fait le " + jour.Seconde(r.FaitLe)
	}
	lignes, s := fmt.Sprintf("ligne %d", r.Rang), ""
	if r.Fin > r.Rang {
		lignes, s = fmt.Sprintf("lignes %d à %d", r.Rang, r.Fin), "s"
	}
	switch r.Nature {
	case journal.Modifiee:
		return fmt.Sprintf("%s%s : modifiée, ou pas à sa place. Empreinte attendue %s, trouvée %s.", lignes, quand, r.Attendu, r.Trouve)
	case journal.Manquante:
		return fmt.Sprintf("%s : absente%s avant la ligne %d%s.", lignes, s, max(r.Fin, r.Rang)+1, quand)
	case journal.Tronquee:
		return fmt.Sprintf("%s : absente%s à la fin. Empreinte attendue de la dernière %s.", lignes, s, r.Attendu)
	case journal.Inseree:
		return fmt.Sprintf("%s%s : ajoutée%s hors de la chaîne.", lignes, quand, s)
	}
	return fmt.Sprintf("ligne sans rang%s : ajoutée hors de la chaîne.", quand)
}

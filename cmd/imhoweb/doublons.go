package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"imhoweb/internal/doublons"
	"imhoweb/internal/platform/texte"
)

func (o *outil) doublons() *cobra.Command {
	c := &cobra.Command{
		Use:   "doublons",
		Short: "Rapproche des personnes",
		Args:  sansSousCommande,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(o.doublonsComparer())
	return c
}

func (o *outil) doublonsComparer() *cobra.Command {
	var enJSON bool
	c := &cobra.Command{
		Use:   "comparer FICHIER",
		Short: "Compare des paires de personnes d’un fichier CSV",
		Long: `Compare des paires de personnes et écrit « id;score;verdict;raisons » pour chacune.

Le score va de 0 à 100. Les verdicts « certain » et « probable » disent une même
personne ; « possible » et « différent », non. Quand le fichier donne la vérité
(colonne meme_personne), la précision, le rappel et F1 suivent. FICHIER est un
CSV en UTF-8 séparé par des points-virgules ; « - » lit l’entrée standard.
Une ligne fausse est signalée avec son numéro, les autres sont comparées ; le
code de sortie est alors 1.`,
		Example: "  imhoweb doublons comparer paires.csv\n  imhoweb doublons comparer --json paires.csv",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("donnez un fichier de paires à comparer")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			entree := cmd.InOrStdin()
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return fmt.Errorf("fichier illisible : %w", err)
				}
				defer f.Close()
				entree = f
			}
			b, err := comparerPaires(entree)
			if err != nil {
				return err
			}
			if enJSON {
				err = b.ecrireJSON(o.sortie)
			} else {
				err = b.ecrire(o.sortie, o.erreurs)
			}
			if err == nil && len(b.Fausses) > 0 {
				err = fmt.Errorf("%s", texte.Pluriel(len(b.Fausses), "ligne fausse", "lignes fausses"))
			}
			return err
		},
	}
	c.Flags().BoolVar(&enJSON, "json", false, "écrit le résultat en JSON")
	return c
}

// bilan is the outcome of a file of pairs.
type bilan struct {
	Paires  []paireComparee `json:"paires"`
	Fausses []ligneFausse   `json:"lignes_fausses"`
	Mesure  *mesure         `json:"mesure"` // null when the file gives no truth
	compte  doublons.Mesure
}

type paireComparee struct {
	ID           string           `json:"id"`
	Score        int              `json:"score"`
	Verdict      doublons.Verdict `json:"verdict"`
	Raisons      []string         `json:"raisons"`
	MemePersonne *bool            `json:"meme_personne"` // the truth of the file
}

type ligneFausse struct {
	Ligne  int    `json:"ligne"`
	Raison string `json:"raison"`
}

type mesure struct {
	Paires        int     `json:"paires"`
	VraisPositifs int     `json:"vrais_positifs"`
	FauxPositifs  int     `json:"faux_positifs"`
	FauxNegatifs  int     `json:"faux_negatifs"`
	VraisNegatifs int     `json:"vrais_negatifs"`
	Precision     float64 `json:"precision"`
	Rappel        float64 `json:"rappel"`
	F1            float64 `json:"f1"`
}

func comparerPaires(r io.Reader) (bilan, error) {
	b := bilan{Paires: []paireComparee{}, Fausses: []ligneFausse{}}
	for p, err := range doublons.LirePaires(r) {
		var fausse *doublons.LigneFausse
		if errors.As(err, &fausse) {
			b.Fausses = append(b.Fausses, ligneFausse{fausse.Ligne, fausse.Raison})
			continue
		}
		if err != nil {
			return b, err
		}
		res := doublons.Comparer(p.A, p.B)
		b.Paires = append(b.Paires, paireComparee{p.ID, res.Score, res.Verdict, res.Raisons, p.MemePersonne})
		if p.MemePersonne != nil {
			b.compte.Compter(res.Verdict, *p.MemePersonne)
		}
	}
	if m := b.compte; m.Total() > 0 {
		b.Mesure = &mesure{m.Total(), m.VraisPositifs, m.FauxPositifs, m.FauxNegatifs, m.VraisNegatifs, m.Precision(), m.Rappel(), m.F1()}
	}
	return b, nil
}

func (b bilan) ecrireJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(b)
}

// ecrire writes one CSV line a pair, then the measures; wrong lines go apart.
func (b bilan) ecrire(sortie, erreurs io.Writer) error {
	for _, f := range b.Fausses {
		fmt.Fprintf(erreurs, "ligne %d : %s\n", f.Ligne, f.Raison)
	}
	c := csv.NewWriter(sortie)
	c.Comma = ';'
	c.Write([]string{"id", "score", "verdict", "raisons"})
	for _, p := range b.Paires {
		c.Write([]string{p.ID, strconv.Itoa(p.Score), string(p.Verdict), strings.Join(p.Raisons, " + ")})
	}
	c.Flush()
	if err := c.Error(); err != nil || b.Mesure == nil {
		return err
	}
	m := b.Mesure
	_, err := fmt.Fprintf(sortie, "\nprécision : %s\nrappel : %s\nF1 : %s\n(%s, dont %s et %s)\n",
		proportion(m.Precision), proportion(m.Rappel), proportion(m.F1), texte.Pluriel(m.Paires, "paire étiquetée", "paires étiquetées"),
		texte.Pluriel(m.FauxPositifs, "faux positif", "faux positifs"), texte.Pluriel(m.FauxNegatifs, "faux négatif", "faux négatifs"))
	return err
}

// proportion writes a share of 1 with three decimals, in French.
func proportion(p float64) string {
	return strings.Replace(strconv.FormatFloat(p, 'f', 3, 64), ".", ",", 1)
}

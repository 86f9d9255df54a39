package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"imhoweb/internal/demo"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels"
)

// graineParDefaut makes everybody's demonstration the same.
const graineParDefaut = 31

func (o *outil) demo() *cobra.Command {
	opt := demo.Options{}
	var leJour string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Crée un fichier de démonstration dans une base vide",
		Long: `Crée des demandes fictives, avec leurs personnes, leurs souhaits et leur historique, et un compte
par rôle et par type d’organisme. La même graine et le même jour donnent le même fichier.
Refuse une base qui contient déjà des demandes.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if opt.Jour, err = jour.Parse(leJour); err != nil {
				return usage("l’option --jour attend une date AAAA-MM-JJ, et non « %s »", leJour)
			}
			if opt.Demandes < 1 {
				return usage("l’option --demandes attend un nombre positif")
			}
			ctx := cmd.Context()
			return o.avecBase(ctx, true, func(c config.Config, b *base) error {
				connexions, err := o.remplir(ctx, b, opt)
				if err != nil {
					return err
				}
				return ecrireConnexions(c.Donnees, connexions)
			})
		},
	}
	f := cmd.Flags()
	f.IntVar(&opt.Demandes, "demandes", demo.ParDefaut, "`nombre` de demandes actives")
	f.Uint64Var(&opt.Graine, "graine", graineParDefaut, "`nombre` qui détermine le tirage")
	f.StringVar(&leJour, "jour", "", "`date` AAAA-MM-JJ à laquelle le fichier est arrêté (aujourd’hui sans cette option)")
	return cmd
}

const comptesReelsSQL = `
select exists (select from utilisateurs where courriel not like '%.example')`

// remplir creates the accounts and the demandes of the demonstration. Never in
// a base where real people have accounts: everybody knows these passwords. A
// base that already has demandes keeps them, and is demo.ErrNonVide.
func (o *outil) remplir(ctx context.Context, b *base, opt demo.Options) ([]demo.Connexion, error) {
	var reels bool
	if err := b.app.QueryRow(ctx, comptesReelsSQL).Scan(&reels); err != nil {
		return nil, err
	}
	if reels && b.privee == nil {
		return nil, errors.New("cette base a de vrais comptes : la démonstration n’y a pas sa place")
	}
	connexions, err := demo.CreerComptes(ctx, b.admin)
	if err != nil {
		return nil, err
	}
	if err := referentiels.DeclarerNature(ctx, b.admin, referentiels.NatureDemonstration); err != nil {
		return nil, err
	}
	debut := time.Now()
	avance := progression(o.erreurs)
	opt.Progression = avance.faite
	err = demo.Generer(ctx, b.admin, opt)
	avance.finie()
	if err == nil {
		secondes := time.Since(debut).Seconds()
		o.dire(fmt.Sprintf("%d demandes fictives créées en %.1f s (%.0f par seconde).", opt.Demandes, secondes, float64(opt.Demandes)/secondes))
	}
	return connexions, err
}

// suivi shows how far a long work is: a bar on a terminal, a line every tenth
// elsewhere.
type suivi struct {
	w      io.Writer
	barre  *progressbar.ProgressBar
	ecran  bool
	dixime int
}

func progression(w io.Writer) *suivi {
	f, ok := w.(*os.File)
	return &suivi{w: w, ecran: ok && term.IsTerminal(int(f.Fd()))}
}

func (s *suivi) faite(fait, total int) {
	if total <= 0 {
		return
	}
	if !s.ecran {
		if d := fait * 10 / total; d > s.dixime {
			s.dixime = d
			fmt.Fprintf(s.w, "Démonstration : %d %%\n", d*10)
		}
		return
	}
	if s.barre == nil {
		s.barre = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(s.w),
			progressbar.OptionSetDescription("Démonstration"),
			progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(false),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	_ = s.barre.Set(fait) // a bar that cannot be drawn stops nothing
}

func (s *suivi) finie() {
	if s.barre != nil {
		_ = s.barre.Finish()
	}
}

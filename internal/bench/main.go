// Command bench measures the site against its budgets, on a base of its own
// that is durable as in production (make bench). For each scale it measures,
// with one client and interleaved, what agents wait for, at the level of the
// domain and over HTTP; then the rate of creations beside pgbench running the
// same statements; then the list and the duplicates again, on a base worn by
// random modifications.
//
// base.go prepares the bases, site.go the site and its agent, tirages.go draws
// parameters, operations.go is the list of what is measured, creation.go and
// pgbench.go the rate of creations, rapport.go the pages.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"time"

	"imhoweb/internal/platform/pg/cluster"
)

// echelle is a size of the file and the budgets that go with it.
type echelle struct {
	nom      string
	demandes int
	colonne  int // of the budgets
}

var echelles = []echelle{{"60k", 60_000, 0}, {"600k", 600_000, 1}}

// reglages are the dimensions of a run.
type reglages struct {
	recharger     bool
	tours         int           // measures of each operation
	delai         time.Duration // bounds the measures of one base
	modifications int
	creations     int // of each side of the comparison with pgbench; 0: no comparison
	clients       int
	operations    *regexp.Regexp // those that are measured, by name
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := executer(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench :", err)
		os.Exit(1)
	}
}

func executer(ctx context.Context) (err error) {
	choix := flag.String("echelles", "60k,600k", "échelles à mesurer")
	dossier := flag.String("donnees", "./.data/bench", "dossier de la base du banc, réutilisé d’une fois sur l’autre")
	page := flag.String("mesures", "", "page à réécrire avec les résultats")
	r := reglages{}
	flag.BoolVar(&r.recharger, "recharger", false, "recrée les bases au lieu de réutiliser celles qui conviennent")
	flag.IntVar(&r.tours, "tours", 300, "mesures de chaque opération")
	flag.DurationVar(&r.delai, "delai", 100*time.Second, "durée maximale des mesures d’une base")
	flag.IntVar(&r.modifications, "modifications", 10_000, "modifications au hasard avant la seconde mesure ; 0 : sans elle")
	flag.IntVar(&r.creations, "creations", 600, "créations de chaque mesure de débit ; 0 : sans elle")
	flag.IntVar(&r.clients, "clients", 8, "clients simultanés pour le débit")
	operations := flag.String("operations", "", "seules opérations à mesurer : une expression régulière sur leur nom")
	flag.Parse()
	if r.operations, err = regexp.Compile(*operations); err != nil {
		return fmt.Errorf("opérations : %w", err)
	}
	if *page != "" && (*operations != "" || r.creations == 0 || r.modifications == 0) {
		return errors.New("la page ne se réécrit qu’avec toutes les mesures : retirez -mesures, ou les options qui en écartent")
	}
	slog.SetDefault(slog.New(slog.NewJSONHandler(io.Discard, nil))) // the log costs what it costs in production

	choisies, err := choisir(*choix)
	if err != nil {
		return err
	}
	c, err := cluster.Start(ctx, cluster.Options{Donnees: *dossier, Dire: dire})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Stop()) }()
	rap := nouveauRapport(r)
	for _, e := range choisies {
		res, err := mesurer(ctx, c, e, r)
		if err != nil {
			return fmt.Errorf("%s : %w", e.nom, err)
		}
		rap.ajouter(res)
		rap.texte(os.Stdout, res)
	}
	rap.finir()
	if *page != "" {
		return os.WriteFile(*page, []byte(rap.markdown()), 0o644)
	}
	return nil
}

func choisir(noms string) ([]echelle, error) {
	var l []echelle
	for nom := range strings.SplitSeq(noms, ",") {
		i := slices.IndexFunc(echelles, func(e echelle) bool { return e.nom == strings.TrimSpace(nom) })
		if i < 0 {
			return nil, fmt.Errorf("échelle inconnue « %s » : 60k ou 600k", nom)
		}
		l = append(l, echelles[i])
	}
	return l, nil
}

// dire tells what goes on, beside the results.
func dire(phrase string) { fmt.Fprintln(os.Stderr, phrase) }

// mesurer takes every measure of one scale.
func mesurer(ctx context.Context, c *cluster.Cluster, e echelle, r reglages) (*resultat, error) {
	b, err := ouvrir(ctx, c, e, r.recharger)
	if err != nil {
		return nil, err
	}
	defer b.fermer()
	res := &resultat{echelle: e, base: b.description}
	if b.site, err = ouvrirSite(ctx, b); err != nil {
		return nil, err
	}
	defer b.site.fermer()
	t, err := nouveauTirage(ctx, b)
	if err != nil {
		return nil, err
	}
	ops := slices.DeleteFunc(operations(b.site, t), func(o operation) bool { return !r.operations.MatchString(o.nom) })
	dire(e.nom + " : temps de réponse")
	if res.avant, err = relever(ctx, ops, r); err != nil {
		return nil, err
	}
	if r.creations > 0 {
		dire(e.nom + " : débit de création")
		if res.debit, err = comparerDebits(ctx, b, t, r); err != nil {
			return nil, err
		}
	}
	if r.modifications == 0 {
		return res, nil
	}
	dire(fmt.Sprintf("%s : %d modifications", e.nom, r.modifications))
	if res.usure, err = modifier(ctx, b, t, r); err != nil {
		return nil, err
	}
	dire(e.nom + " : temps de réponse, base usée")
	ops = slices.DeleteFunc(ops, func(o operation) bool { return !o.apresUsure })
	res.apres, err = relever(ctx, ops, r)
	return res, err
}

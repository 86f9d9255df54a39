package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"imhoweb/internal/platform/jour"
)

// resultat is what one scale gave.
type resultat struct {
	echelle echelle
	base    description
	avant   []releve
	debit   debits
	usure   usure
	apres   []releve
}

// rapport gathers the scales of a run.
type rapport struct {
	reglages
	debut     time.Time
	duree     time.Duration
	charge    [2]float64 // of the machine, at both ends
	resultats []*resultat
}

func nouveauRapport(r reglages) *rapport {
	charge, _ := chargeMachine() // an indication
	return &rapport{reglages: r, debut: time.Now(), charge: [2]float64{charge, 0}}
}

func (r *rapport) ajouter(x *resultat) { r.resultats = append(r.resultats, x) }

func (r *rapport) finir() {
	r.duree = time.Since(r.debut)
	r.charge[1], _ = chargeMachine()
}

// ligne is a row of a table of times.
type ligne struct {
	nom            string
	sql50, sql95   float64
	http50, http95 float64
	rapport        string
	budget         float64
	tenu           bool
}

func lignes(l []releve, colonne int) []ligne {
	var lignes []ligne
	for _, o := range l {
		x := ligne{nom: o.nom, budget: o.budgets[colonne],
			sql50: centile(o.sql, .5), sql95: centile(o.sql, .95), http50: centile(o.http, .5), http95: centile(o.http, .95)}
		x.tenu = x.budget == 0 || max(x.sql95, x.http95) <= x.budget
		if x.http50 > 0 {
			x.rapport = nombre(x.http50/x.sql50, 2)
			if x.sql50 > seuilHTTP && x.http50/x.sql50 > budgetHTTP {
				x.tenu = false
			}
		}
		lignes = append(lignes, x)
	}
	return lignes
}

// jugement is a budget that isn't a time.
type jugement struct {
	quoi, mesure, budget string
	tenu                 bool
}

func (x *resultat) jugements() []jugement {
	var l []jugement
	for quoi, temps := range map[string][]releve{"": x.avant, ", après les modifications": x.apres} {
		p1, p200 := trouver(temps, nomPage1), trouver(temps, nomPage200)
		if p1 == nil || p200 == nil { // a partial run
			continue
		}
		r := centile(p200.http, .95) / centile(p1.http, .95)
		l = append(l, jugement{"page 200 / page 1, HTTP p95" + quoi, nombre(r, 2), "≤ " + nombre(budgetPage200, 1), r <= budgetPage200})
	}
	slices.SortFunc(l, func(a, b jugement) int { return len(a.quoi) - len(b.quoi) })
	if creer := trouver(x.avant, nomCreer); creer != nil && x.debit.clients > 0 {
		seuil := budgetDebitBref
		if centile(creer.sql, .5) > seuilHTTP {
			seuil = budgetDebit
		}
		app, pgb := moyenne(x.debit.application), moyenne(x.debit.pgbench)
		l = append(l, jugement{
			fmt.Sprintf("créations à %d clients : %s par seconde, pgbench %s", x.debit.clients, nombres(x.debit.application), nombres(x.debit.pgbench)),
			nombre(100*app/pgb, 0) + " %", "≥ " + nombre(100*seuil, 0) + " %", app/pgb >= seuil,
		})
	}
	debit := float64(x.base.Demandes) / x.base.Secondes
	quand := ""
	if !x.base.neuve {
		quand = ", chargée le " + x.base.Jour.String()
	}
	return append(l, jugement{
		fmt.Sprintf("chargement de la démonstration : %s s%s, charge de la machine %s", nombre(x.base.Secondes, 0), quand, nombre(x.base.Charge, 1)),
		nombre(debit, 0) + " demandes/s", "≥ " + nombre(budgetCharge, 0), debit >= budgetCharge,
	})
}

// trouver gives nil for an operation that a partial run left out.
func trouver(l []releve, nom string) *releve {
	i := slices.IndexFunc(l, func(r releve) bool { return r.nom == nom })
	if i < 0 {
		return nil
	}
	return &l[i]
}

func moyenne(l []float64) float64 {
	somme := 0.0
	for _, x := range l {
		somme += x
	}
	return somme / float64(len(l))
}

// nombre writes a figure in French.
func nombre(x float64, decimales int) string {
	return strings.Replace(strconv.FormatFloat(x, 'f', decimales, 64), ".", ",", 1)
}

func nombres(l []float64) string {
	var s []string
	for _, x := range l {
		s = append(s, nombre(x, 0))
	}
	return strings.Join(s, " et ")
}

func ms(x float64) string {
	if x == 0 {
		return ""
	}
	return nombre(x, 1)
}

func verdict(tenu bool) string {
	if tenu {
		return "tenu"
	}
	return "DÉPASSÉ"
}

// texte prints a scale as soon as it is measured.
func (r *rapport) texte(w io.Writer, x *resultat) {
	fmt.Fprintf(w, "\n%s\n", x.titre())
	tableau := func(titre string, l []releve) {
		fmt.Fprintf(w, "\n%-32s %17s %19s %8s %8s\n", titre, "SQL p50/p95 ms", "HTTP p50/p95 ms", "rapport", "budget")
		for _, o := range lignes(l, x.echelle.colonne) {
			fmt.Fprintf(w, "%-32s %8s %8s %10s %8s %8s %8s  %s\n", o.nom, ms(o.sql50), ms(o.sql95), ms(o.http50), ms(o.http95), o.rapport, ms(o.budget), verdict(o.tenu))
		}
	}
	tableau("un client", x.avant)
	if len(x.apres) > 0 {
		tableau(x.usure.titre(), x.apres)
	}
	fmt.Fprintln(w)
	for _, j := range x.jugements() {
		fmt.Fprintf(w, "%s : %s (%s)  %s\n", j.quoi, j.mesure, j.budget, verdict(j.tenu))
	}
}

func (x *resultat) titre() string {
	return fmt.Sprintf("%s : %d demandes actives, dont %d dans le département mesuré (%s) ; %s", x.echelle.nom, x.base.actives, x.base.dedans, x.base.departement, x.base.taille)
}

func (u usure) titre() string { return fmt.Sprintf("après %d modifications", u.modifications) }

// markdown is the whole page docs/mesures.md.
func (r *rapport) markdown() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("# Mesures\n\nPage écrite par `make bench`, en une seule exécution.\n\n")
	p("- Date : %s, durée %s min.\n", jour.DeTime(r.debut), nombre(r.duree.Minutes(), 0))
	p("- Machine : %s.\n", machine())
	p("- Charge de la machine (moyenne d’une minute) : %s au début, %s à la fin, le banc compris.\n", nombre(r.charge[0], 1), nombre(r.charge[1], 1))
	p("- Base : PostgreSQL %s, sur disque, `fsync` et sommes de contrôle, réglages de la grappe privée ; une copie neuve du modèle pour chaque échelle. Le client, l’application et la base se partagent la machine.\n\n", r.resultats[0].base.postgres)
	p("Temps en millisecondes, un client, %d mesures de chaque opération, entrelacées dans un ordre au hasard après échauffement, paramètres tirés de la base, connecté dans le plus grand département. SQL : les mêmes appels du domaine que la page, sans HTTP ni HTML. HTTP : la requête entière, page compressée comprise. Le budget porte sur p95, aux deux niveaux ; le rapport HTTP / SQL (p50) doit rester sous %s quand le SQL dépasse %s ms.\n", r.tours, nombre(budgetHTTP, 1), nombre(seuilHTTP, 0))
	for _, x := range r.resultats {
		p("\n## %s\n", x.titre())
		for _, t := range []struct {
			titre string
			l     []releve
		}{{"Base fraîche", x.avant}, {"Base usée, " + x.usure.titre() + " au hasard", x.apres}} {
			p("\n### %s\n\n| | SQL p50 | p95 | HTTP p50 | p95 | rapport | budget | |\n|---|--:|--:|--:|--:|--:|--:|---|\n", t.titre)
			for _, o := range lignes(t.l, x.echelle.colonne) {
				p("| %s | %s | %s | %s | %s | %s | %s | %s |\n", o.nom, ms(o.sql50), ms(o.sql95), ms(o.http50), ms(o.http95), o.rapport, ms(o.budget), verdict(o.tenu))
			}
		}
		p("\n### Débits et rapports\n\n| | mesure | budget | |\n|---|--:|--:|---|\n")
		for _, j := range x.jugements() {
			p("| %s | %s | %s | %s |\n", j.quoi, j.mesure, j.budget, verdict(j.tenu))
		}
		p("\nUne création passe %d instructions. Les modifications : %s par seconde, 4 clients.\n", x.debit.instructions, nombre(float64(x.usure.modifications)/x.usure.secondes, 0))
	}
	p("\n## Ce que mesure chaque ligne\n\n")
	for _, o := range r.resultats[0].avant {
		p("- **%s** : %s.\n", o.nom, o.quoi)
	}
	p("- **créations** : l’application confirme des brouillons prêts (contrôles, doublons, écriture, attestation). pgbench rejoue les mêmes instructions, relevées par un traceur, avec les mêmes arguments sur d’autres brouillons. Ce qui diffère : l’application attend plus souvent la base (pgbench n’attend que deux résultats et envoie le reste d’un trait) ; pgbench lit ses arguments par une instruction de plus et l’attestation y cite un autre numéro.\n")
	return b.String()
}

// machine says what this was measured on, without naming it.
func machine() string {
	l := []string{fmt.Sprintf("%d cœurs", runtime.NumCPU())}
	if texte, err := os.ReadFile("/proc/meminfo"); err == nil {
		if champs := strings.Fields(string(texte)); len(champs) > 1 {
			if ko, err := strconv.Atoi(champs[1]); err == nil {
				l = append(l, fmt.Sprintf("%d Go de mémoire", ko>>20))
			}
		}
	}
	l = append(l, runtime.GOOS+"/"+runtime.GOARCH, runtime.Version())
	if sortie, err := exec.Command("uname", "-r").Output(); err == nil {
		l = append(l, "noyau "+strings.TrimSpace(string(sortie)))
	}
	return strings.Join(l, ", ")
}

package demo

import "slices"

// menage is a size of household and its nature.
type menage struct {
	nature string
	foyer  int // 6: six or more
	part   float64
}

// menages combines the shares by nature and by number of persons to house: a
// couple is two persons, a famille three or more, « personne seule + autre(s) »
// two or more.
var menages = []menage{
	{"PS", 1, .44}, {"CS", 2, .09}, {"PA", 2, .15}, {"FA", 3, .085}, {"PA", 3, .065}, {"FA", 4, .077}, {"PA", 4, .023},
	{"FA", 5, .037}, {"PA", 5, .008}, {"FA", 6, .021}, {"PA", 6, .004},
}

func (m menage) couple() bool { return m.nature == "CS" || m.nature == "FA" }

// enfants is how many others come with the titulaires.
func (m menage) enfants() int {
	if m.couple() {
		return m.foyer - 2
	}
	return m.foyer - 1
}

// Modalités by position, in the order of calibrage.csv.
var (
	situations = []string{"C", "M", "U", "D", "S", "P", "V"}
	activites  = []string{"CDI", "CDD", "ART", "CHO", "ETU", "APP", "RET", "AUT"}
	// the last one also stands for hôtel, camping and squat
	statuts   = []string{"HLM", "LP", "CPE", "CP", "SLHT", "RS", "SH", "POCC", "FONC", "LTG", "SD"}
	ages      = [][2]int{{18, 19}, {20, 24}, {25, 29}, {30, 39}, {40, 49}, {50, 59}, {60, 64}, {65, 74}, {75, 92}}
	pourcents = [][2]int{{0, 20}, {20, 40}, {40, 60}, {60, 80}, {80, 100}, {100, 130}, {131, 180}}
	// anciennetes are in days: from, to (excluded); the last one fades away.
	anciennetes = [][2]int{{1, 183}, {183, 365}, {365, 730}, {730, 1095}, {1095, 1826}, {1826, 3650}}
	motifsPrimo = [][]string{{"01"}, {"09"}, {"13"}, {"12"}, {"11"}, {"19"}, {"03"}, {"14"}, {"15"}, {"08", "07"}, {"18"}, {"04", "05"},
		{"23", "06", "16", "20", "21", "22"}}
	motifsMutation = [][]string{{"13"}, {"08", "07"}, {"17"}, {"09"}, {"19"}, {"21", "20"}, {"11"}, {"10"}, {"03"}, {"12"}, {"23", "02", "16"}}
	nbChoix        = [][2]int{{1, 1}, {2, 2}, {3, 3}, {4, 5}, {6, 8}}
	codesTypes     = []string{"C", "T1", "T2", "T3", "T4", "T5", "T6P"}
)

// ensembles are the sets of types that households tick, by positions in codesTypes.
var ensembles = [][]int{
	{0}, {0, 1}, {1}, {1, 2}, {2}, {2, 3}, {1, 2, 3}, {3}, {3, 4}, {2, 3, 4}, {4}, {4, 5}, {3, 4, 5}, {5}, {5, 6}, {6}, {4, 5, 6},
}

// lois are the laws of the population: each is drawn knowing some of the
// previous ones, and all together give the shares of calibrage.csv.
type lois struct {
	anciennetes, menages, nbChoix, secteurs, sexe, nationalite loi
	situation, age, activite, statut, ressources               loi
	motifPrimo, motifMutation, types                           loi
}

// Positions of a situation made of several modalités already drawn.
func iAge(anciennete, men, situation int) int {
	return (anciennete*len(menages)+men)*len(situations) + situation
}
func iActivite(age, men int) int         { return age*len(menages) + men }
func iStatut(age, men, activite int) int { return iActivite(age, men)*len(activites) + activite }
func iMotif(men, statut int) int         { return men*len(statuts) + statut }

func construireLois(c calibrage) *lois {
	l := &lois{}
	seule := []float64{1}
	egal := func(_, _ int) float64 { return 1 }
	libre := func(parts []float64) loi {
		u, _ := ajuster(seule, len(parts), simple(parts), egal)
		return u
	}
	panc := c.poids("anciennete", len(anciennetes))
	l.anciennetes = libre(panc)
	l.nbChoix = libre(c.poids("nb_choix_geographiques", len(nbChoix)))
	l.secteurs = libre(c.poids("territoire_souhaite", 4))
	l.nationalite = libre(c.poids("nationalite", 3))
	pmen := make([]float64, len(menages))
	for i, m := range menages {
		pmen[i] = m.part
	}
	l.menages = libre(pmen)
	l.sexe, _ = ajuster(pmen, 2, simple(c.poids("sexe_titulaire", 2)), func(i, j int) float64 {
		if menages[i].nature == "PA" && j == 0 {
			return 4 // most lone parents are mothers
		}
		return 1
	})

	psit := l.construireSituation(c, pmen)
	page := l.construireAge(c, panc, pmen, psit)
	pact := l.construireActivite(c, page)
	l.construireStatut(c, pact)
	l.construireTypes(pmen)
	return l
}

func (l *lois) construireSituation(c calibrage, pmen []float64) [][]float64 {
	//                 C    M    U    D    S    P    V
	seul := []float64{1, .05, .03, 1, .7, .03, 1}
	autres := []float64{.8, .2, .1, 1.2, 1.2, .05, .8}
	couple := []float64{0, .9, 1.2, 0, 0, 1.5, 0}
	famille := []float64{0, 1.2, .9, 0, 0, .7, 0}
	var p [][]float64
	l.situation, p = ajuster(pmen, len(situations), simple(c.poids("situation_familiale", len(situations))), func(i, j int) float64 {
		return map[string][]float64{"PS": seul, "PA": autres, "CS": couple, "FA": famille}[menages[i].nature][j]
	})
	return p
}

// construireAge gives the shares by age and household.
func (l *lois) construireAge(c calibrage, panc, pmen []float64, psit [][]float64) []float64 {
	parSituation := map[string][]float64{
		"C": {1.5, 1.5, 1.3, 1, .8, .7, .6, .5, .4},
		"M": {0.02, .3, .8, 1.1, 1.1, 1, 1, .9, .7},
		"U": {.6, 1.3, 1.3, 1, .7, .5, .3, .2, .1},
		"P": {.2, 1.1, 1.4, 1, .6, .4, .2, .1, .02},
		"D": {0, .02, .2, 1, 1.5, 1.5, 1, 1, .8},
		"S": {0, .1, .5, 1.2, 1.5, 1.2, .7, .5, .3},
		"V": {0, .005, .02, .1, .4, .9, 1, 1.6, 2.2},
	}
	p := make([]float64, len(panc)*len(pmen)*len(situations))
	for a := range panc {
		for m := range pmen {
			for s := range situations {
				p[iAge(a, m, s)] = panc[a] * psit[m][s]
			}
		}
	}
	var joint [][]float64
	l.age, joint = ajuster(p, len(ages), simple(c.poids("age_titulaire", len(ages))), func(i, j int) float64 {
		s, m, a := i%len(situations), menages[i/len(situations)%len(menages)], i/len(situations)/len(menages)
		if ages[j][1] < 18+(anciennetes[a][1]+364)/365 && (a < 5 || j < 2) {
			return 0 // a minor at the deposit
		}
		f := parSituation[situations[s]][j]
		switch n := m.enfants(); {
		case n > 0 && j >= 7, n >= 3 && j <= 1:
			f *= .06
		case n > 0 && j == 6, n > 0 && j == 0:
			f *= .3
		case n > 0 && (j == 3 || j == 4):
			f *= 1.6
		}
		return f + 1e-9
	})
	page := make([]float64, len(ages)*len(pmen))
	for i := range joint {
		for j, v := range joint[i] {
			page[iActivite(j, i/len(situations)%len(menages))] += v
		}
	}
	return page
}

// construireActivite gives the shares by age, household and activity.
func (l *lois) construireActivite(c calibrage, page []float64) []float64 {
	parAge := map[string][]float64{
		"CDI": {.3, .8, 1, 1.2, 1.2, 1.1, .5, .04, 0},
		"CDD": {1, 1.4, 1.2, 1, .8, .6, .3, .02, 0},
		"ART": {0, .3, .8, 1.2, 1.3, 1.2, .6, .1, 0},
		"CHO": {.5, .9, 1, 1, 1, 1.2, .6, 0, 0},
		"ETU": {4, 2, .3, 0, 0, 0, 0, 0, 0},
		"APP": {3, 1, .1, 0, 0, 0, 0, 0, 0},
		"RET": {0, 0, 0, 0, 0, 0, 1, 8, 14},
		"AUT": {.8, .9, .9, 1, 1, 1.1, 1, .5, .4},
	}
	var joint [][]float64
	l.activite, joint = ajuster(page, len(activites), simple(c.poids("activite", len(activites))), func(i, j int) float64 {
		age, m := i/len(menages), menages[i%len(menages)]
		f := parAge[activites[j]][age]
		switch {
		case m.enfants() > 0 && (activites[j] == "ETU" || activites[j] == "APP"):
			f *= .08
		case m.nature == "PA" && activites[j] == "AUT", m.nature == "PA" && activites[j] == "CDD":
			f *= 1.4
		}
		return f
	})
	pact := make([]float64, 0, len(page)*len(activites))
	for _, ligne := range joint {
		pact = append(pact, ligne...)
	}
	return pact
}

// construireStatut adds the present dwelling, then what depends on it.
func (l *lois) construireStatut(c calibrage, pact []float64) {
	parStatut := map[string]struct {
		ages [9]float64
		seul float64 // affinity of one person, against several
	}{
		"HLM":  {[9]float64{.1, .4, .8, 1.2, 1.4, 1.4, 1.3, 1.3, 1.3}, .7},
		"LP":   {[9]float64{.4, .8, 1.1, 1.1, 1, 1, 1, 1.1, 1.2}, .9},
		"CPE":  {[9]float64{4, 3, 1.5, .7, .4, .2, .15, .2, .3}, 1.6},
		"CP":   {[9]float64{1.2, 1.3, 1.2, 1, .9, .8, .7, .5, .3}, 1.2},
		"SLHT": {[9]float64{1, 1.2, 1.2, 1, .9, .7, .5, .3, .2}, 1.2},
		"RS":   {[9]float64{2, 1.4, 1, .8, .8, .9, .8, .6, .4}, 2.5},
		"SH":   {[9]float64{1.2, 1.2, 1, 1.1, 1, .7, .4, .2, .1}, .8},
		"POCC": {[9]float64{0, .05, .3, 1, 1.5, 1.6, 1.5, 1.5, 1.5}, .5},
		"FONC": {[9]float64{.1, .3, .7, 1, 1.2, 1.4, .8, .02, 0}, .7},
		"LTG":  {[9]float64{.5, .7, .8, .9, 1, 1.2, 1.2, 1.2, 1.2}, 1},
		"SD":   {[9]float64{1, 1.1, 1, 1, 1, 1, .7, .3, .1}, 2},
	}
	var joint [][]float64
	l.statut, joint = ajuster(pact, len(statuts), simple(c.poids("statut_logement", len(statuts))), func(i, j int) float64 {
		s, m := parStatut[statuts[j]], menages[i/len(activites)%len(menages)]
		f := s.ages[i/len(activites)/len(menages)]
		if m.foyer == 1 {
			f *= s.seul
		}
		switch a := activites[i%len(activites)]; {
		case statuts[j] == "FONC" && !slices.Contains([]string{"CDI", "CDD"}, a):
			return 1e-9
		case statuts[j] == "SD" && a == "CDI", statuts[j] == "SH" && a == "CDI", statuts[j] == "POCC" && a == "ETU":
			f *= .2
		}
		return f + 1e-9
	})
	activite := make([]float64, len(activites))
	primo, mutation := make([]float64, len(menages)*len(statuts)), make([]float64, len(menages))
	for i, ligne := range joint {
		men := i / len(activites) % len(menages)
		activite[i%len(activites)] += pact[i]
		mutation[men] += ligne[0]
		for j, v := range ligne[1:] {
			primo[iMotif(men, j+1)] += v
		}
	}
	normer(primo, 1)
	normer(mutation, 1)
	l.construireRessources(c, activite)
	l.construireMotifs(c, primo, mutation)
}

func (l *lois) construireRessources(c calibrage, activite []float64) {
	parActivite := map[string][]float64{
		"CDI": {.05, .7, 1.6, 1.4, 1.2, 1.2, 1.2},
		"CDD": {.4, 1.2, 1.1, .6, .2, .1, .05},
		"ART": {.6, 1, 1, 1, 1, 1, 1},
		"CHO": {1.2, 1.4, .8, .2, .05, .02, 0},
		"ETU": {5, 1, .15, .03, 0, 0, 0},
		"APP": {1.5, 1.8, .4, .02, 0, 0, 0},
		"RET": {.1, 1, 1.2, .7, .4, .2, .1},
		"AUT": {2.2, 1.5, .5, .08, .02, 0, 0},
	}
	l.ressources, _ = ajuster(activite, len(pourcents), simple(c.poids("ressources_pct_plafond_plus", len(pourcents))), func(i, j int) float64 {
		return parActivite[activites[i]][j]
	})
}

func (l *lois) construireMotifs(c calibrage, primo, mutation []float64) {
	//              sans log. cher petit décoh. div. trav. indécent mariage regr. santé mut. congé autre
	parStatut := map[string][]float64{
		"LP":   {0, 1.5, 1.2, .1, 1, 1, 1, .6, 1, 1, 1, 1.5, 1},
		"CPE":  {.8, 0, .5, 3, .7, .6, .1, 1, .4, .5, .3, 0, 1},
		"CP":   {2, 0, .4, .4, 1, .5, .2, .6, .6, .5, .3, 0, 1},
		"SLHT": {2.5, .2, .4, .05, .5, .5, .3, .3, .5, .5, .5, .2, 1},
		"RS":   {1.5, .3, .7, .05, .3, .5, .3, .3, .5, .7, .3, .1, 1},
		"SH":   {4, 0, .2, 0, .3, .1, .1, .1, .3, .4, .1, 0, .5},
		"POCC": {0, .8, .3, .2, 2.5, .4, .3, .2, .1, 1.5, .4, .1, 3},
		"FONC": {0, .1, .5, .2, .8, .5, .3, .3, .3, .6, 2.5, 3, 2},
		"LTG":  {1, 0, .6, .8, .8, .6, .6, .4, .4, .8, .3, .5, 1},
		"SD":   {8, 0, 0, 0, .2, .1, .3, 0, .1, .2, 0, 0, .3},
	}
	l.motifPrimo, _ = ajuster(primo, len(motifsPrimo), simple(c.poids("motif_primo", len(motifsPrimo))), func(i, j int) float64 {
		m, statut := menages[i/len(statuts)], statuts[i%len(statuts)]
		if statut == "HLM" {
			return 0 // has its own law
		}
		f := parStatut[statut][j]
		switch {
		case j == 2 && m.enfants() == 0, j == 8 && m.enfants() == 0, j == 4 && m.couple():
			f *= .25
		case j == 7 && m.nature == "PA", j == 3 && m.enfants() > 1:
			f *= .15
		}
		return f
	})
	l.motifMutation, _ = ajuster(mutation, len(motifsMutation), simple(c.poids("motif_mutation", len(motifsMutation))), func(i, j int) float64 {
		m := menages[i]
		switch {
		case j == 0: // too small
			return float64(m.foyer * m.foyer)
		case j == 7: // too large
			return 1 / float64(m.foyer*m.foyer)
		case j == 6 && m.couple():
			return .3
		}
		return 1
	})
}

// The home page of the original shows 55 500 types asked for 35 161 demandes,
// 500 of them « non précisé ».
const (
	typesParDemande = 55500. / 35161
	partSansType    = 500. / 35161
)

// construireTypes gives the sets of types, by household. The chart's T3 and T4
// are many: small households also ask for one room more than the rule of thumb.
func (l *lois) construireTypes(pmen []float64) {
	// shares of the choices, read on the chart (calibrage.csv, type_souhaite_part_des_choix)
	lus := []float64{1000, 4500, 14500, 17500, 12500, 4000, 1000}
	var contraintes []contrainte
	for t, n := range lus {
		c := contrainte{part: n / 35161 / (1 - partSansType)}
		for e, types := range ensembles {
			if slices.Contains(types, t) {
				c.colonnes = append(c.colonnes, e)
			}
		}
		contraintes = append(contraintes, c)
	}
	// 1.6 type a demande on average; half tick one, a tenth three
	parts := map[int]float64{1: .506, 2: .4, 3: .094}
	for n, part := range parts {
		c := contrainte{part: part}
		for e, types := range ensembles {
			if len(types) == n {
				c.colonnes = append(c.colonnes, e)
			}
		}
		contraintes = append(contraintes, c)
	}
	slices.SortFunc(contraintes, func(a, b contrainte) int {
		return a.colonnes[0]*100 + len(a.colonnes) - b.colonnes[0]*100 - len(b.colonnes)
	})
	// the range of rooms that suits each size, and what strays from it
	convient := [][2]int{{}, {1, 2}, {2, 3}, {3, 3}, {3, 4}, {4, 5}, {5, 6}}
	l.types, _ = ajuster(pmen, len(ensembles), contraintes, func(i, j int) float64 {
		m, e := menages[i], ensembles[j]
		bas, haut := convient[m.foyer][0], convient[m.foyer][1]
		f := 1.
		for _, t := range e {
			switch ecart := max(bas-t, t-haut); {
			case t == 0 && m.foyer > 1, ecart > 2:
				return 0
			case ecart == 1:
				f *= .25
			case ecart == 2:
				f *= .01
			}
		}
		return f
	})
}

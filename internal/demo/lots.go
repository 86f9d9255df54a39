package demo

import (
	"context"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"

	"imhoweb/internal/demandes"
)

// tailleLot is how many demandes travel together: memory stays bounded whatever
// their total.
const tailleLot = 4000

// travail is a lot to make.
type travail struct {
	numero     int // over the whole file: seeds the lot, bounds its identifiers
	dep        *departement
	fiches     []fiche
	brouillons []int64     // identifiers of drafts
	compteurs  map[int]int // last rank by month; on the last lot of a département
	pret       chan<- *lot
}

// lots makes the lots in parallel and gives them in order. The same seed
// gives the same rows whatever the number of goroutines: each lot has its own
// generator of random numbers and its own identifiers.
func (g *generateur) lots(ctx context.Context, parts []partDepartement) iter.Seq[*lot] {
	travaux := make(chan travail)
	file := make(chan chan *lot, g.ouvriers)
	var deps []*departement // all of them first: they fill maps that every lot reads
	for _, p := range parts {
		dep, err := g.departement(p.code)
		if err != nil {
			return func(yield func(*lot) bool) { yield(&lot{erreur: err}) }
		}
		deps = append(deps, dep)
	}
	go func() {
		defer close(file)
		defer close(travaux)
		numero, id := 0, int64(0)
		for i, p := range parts {
			dep := deps[i]
			fiches := g.planifier(rand.New(rand.NewPCG(g.graine, uint64(numero)|1<<40)), p.actives)
			compteurs := map[int]int{}
			for i := range fiches {
				id++
				fiches[i].id = id
				compteurs[demandes.Mois(fiches[i].depot)] = fiches[i].rang
			}
			var brouillons []int64
			if len(g.agentsDe(p.code)) > 0 {
				for range int(float64(p.actives) * partBrouillons) {
					id++
					brouillons = append(brouillons, id)
				}
			}
			for debut := 0; debut < len(fiches); debut += tailleLot {
				w := travail{numero: numero, dep: dep, fiches: fiches[debut:min(debut+tailleLot, len(fiches))]}
				numero++
				if debut+tailleLot >= len(fiches) {
					w.brouillons, w.compteurs = brouillons, compteurs
				}
				pret := make(chan *lot, 1)
				w.pret = pret
				select {
				case file <- pret:
				case <-ctx.Done():
					return
				}
				select {
				case travaux <- w:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	for range g.ouvriers {
		go func() {
			for w := range travaux {
				w.pret <- g.fabriquer(w) // never blocks: room for one
			}
		}()
	}
	return func(yield func(*lot) bool) {
		for pret := range file {
			var l *lot
			select {
			case l = <-pret:
			case <-ctx.Done():
				return
			}
			if !yield(l) {
				return
			}
			memoires.Put(l)
		}
	}
}

// memoires keeps the buffers of lots already sent.
var memoires sync.Pool

func neuf() *lot {
	l, ok := memoires.Get().(*lot)
	if !ok {
		return &lot{}
	}
	for i := range l.flux {
		l.flux[i] = flux{b: l.flux[i].b[:0]}
	}
	return &lot{flux: l.flux}
}

// fabriquer makes the rows of a lot.
func (g *generateur) fabriquer(w travail) *lot {
	base := int64(w.numero) * tailleLot * parDemande
	l := neuf()
	l.departement, l.personne, l.evenement = w.dep.code, base, base
	t := &tireur{generateur: g, Rand: rand.New(rand.NewPCG(g.graine, uint64(w.numero))), dep: w.dep}
	for i := range w.fiches {
		l.demande = w.fiches[i].id
		d, evs := t.demande(&w.fiches[i])
		g.ecrire(l, d, w.fiches[i].rang, evs)
	}
	agents := g.agentsDe(w.dep.code)
	for i, id := range w.brouillons {
		l.demande = id
		a := agents[i%len(agents)]
		if l.erreur = t.brouillon(l, id, a.organisme, a.utilisateur); l.erreur != nil {
			return l
		}
	}
	for _, mois := range slices.Sorted(maps.Keys(w.compteurs)) {
		f := &l.flux[tCompteurs]
		f.ligne(3)
		f.texte(w.dep.code)
		f.int4(mois)
		f.int4(w.compteurs[mois])
	}
	return l
}

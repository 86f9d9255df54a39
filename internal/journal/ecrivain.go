package journal

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"imhoweb/internal/platform/pg"
)

const (
	periode   = time.Second      // between two batches
	capacite  = 20_000           // accesses waiting
	tailleLot = 1000             // accesses of a batch
	delaiLot  = 10 * time.Second // for the base to take one
	pauseMax  = 30 * time.Second // between two tries when the base doesn't answer
	repetee   = time.Minute      // the same page read again by the same agent is one reading
)

// Ecrivain writes accesses by batches, beside the answers. What waits is
// bounded: when the base has not answered for long and no room is left, Noter
// waits. What could not be written in the end goes to the technical log, whole.
// A nil Ecrivain notes nothing.
type Ecrivain struct {
	db pg.DB

	mu      sync.Mutex
	attente []Entree
	place   chan struct{} // closed, then replaced, when room is made
	vues    map[vue]time.Time

	ecrit   sync.Mutex // one batch at a time
	reveil  chan struct{}
	fin     chan struct{}
	termine chan struct{}
}

// vue is what makes two readings the same.
type vue struct {
	utilisateur                          int64
	organisme, ecran, criteres, cherchee string
	sorte                                Sorte
	demande                              int64
}

// Ouvrir starts a writer; Fermer ends it. The pool may write.
func Ouvrir(db pg.DB) *Ecrivain {
	w := &Ecrivain{
		db: db, place: make(chan struct{}), vues: map[vue]time.Time{},
		reveil: make(chan struct{}, 1), fin: make(chan struct{}), termine: make(chan struct{}),
	}
	go w.tourner()
	return w
}

// Noter adds accesses to what waits. When there is no room it waits for some,
// as long as ctx allows; then they go to the technical log.
func (w *Ecrivain) Noter(ctx context.Context, l ...Entree) {
	if w == nil || len(l) == 0 {
		return
	}
	l = w.nouvelles(l)
	for len(l) > 0 {
		w.mu.Lock()
		n := min(len(l), capacite-len(w.attente))
		w.attente = append(w.attente, l[:n]...)
		l = l[n:]
		pleine, place := len(w.attente) >= tailleLot, w.place
		w.mu.Unlock()
		if pleine {
			w.reveiller()
		}
		if len(l) == 0 {
			return
		}
		select {
		case <-place:
		case <-w.fin:
			perdre(l, errors.New("serveur arrêté"))
			return
		case <-ctx.Done():
			perdre(l, errors.New("file du journal pleine"))
			return
		}
	}
}

// nouvelles leaves out readings and searches that the same agent made a moment
// ago.
func (w *Ecrivain) nouvelles(l []Entree) []Entree {
	w.mu.Lock()
	defer w.mu.Unlock()
	gardees := make([]Entree, 0, len(l))
	for _, e := range l {
		if e.Sorte == Lecture || e.Sorte == Recherche {
			v := vue{e.Utilisateur, e.Organisme, e.Ecran, e.Criteres, e.Recherche, e.Sorte, e.Demande}
			if avant, ok := w.vues[v]; ok && e.FaitLe.Sub(avant) < repetee {
				continue
			}
			w.vues[v] = e.FaitLe
		}
		gardees = append(gardees, e)
	}
	if len(w.vues) > capacite {
		clear(w.vues) // a reading noted twice does no harm
	}
	return gardees
}

func (w *Ecrivain) reveiller() {
	select {
	case w.reveil <- struct{}{}:
	default: // already awake
	}
}

func (w *Ecrivain) tourner() {
	defer close(w.termine)
	minuterie := time.NewTimer(periode)
	defer minuterie.Stop()
	pause := periode
	menage := time.Now()
	for {
		select {
		case <-w.fin:
			return
		case <-minuterie.C:
		case <-w.reveil:
			if pause > periode { // the base doesn't answer: wait for the timer
				continue
			}
		}
		if err := w.Vider(context.Background()); err != nil {
			slog.Error("journal des accès non écrit, nouvel essai", "erreur", err, "attente", w.enAttente(), "pause", pause)
			pause = min(2*pause, pauseMax)
		} else {
			pause = periode
		}
		if time.Since(menage) > repetee {
			menage = time.Now()
			w.oublier(menage.Add(-repetee))
		}
		minuterie.Reset(pause)
	}
}

func (w *Ecrivain) oublier(avant time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for v, le := range w.vues {
		if le.Before(avant) {
			delete(w.vues, v)
		}
	}
}

func (w *Ecrivain) enAttente() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.attente)
}

// Vider writes what waits, now. What the base doesn't take stays.
func (w *Ecrivain) Vider(ctx context.Context) error {
	if w == nil {
		return nil
	}
	w.ecrit.Lock()
	defer w.ecrit.Unlock()
	for {
		w.mu.Lock()
		lot := w.attente[:min(len(w.attente), tailleLot)]
		w.mu.Unlock()
		if len(lot) == 0 {
			return nil
		}
		if err := w.ecrireLot(ctx, lot); err != nil {
			return err
		}
		w.mu.Lock()
		w.attente = append([]Entree(nil), w.attente[len(lot):]...)
		close(w.place)
		w.place = make(chan struct{})
		w.mu.Unlock()
	}
}

func (w *Ecrivain) ecrireLot(ctx context.Context, lot []Entree) error {
	ctx, cancel := context.WithTimeout(ctx, delaiLot)
	defer cancel()
	return Inscrire(ctx, w.db, lot...)
}

// Fermer writes what waits and ends the writer, as long as ctx allows.
func (w *Ecrivain) Fermer(ctx context.Context) error {
	if w == nil {
		return nil
	}
	close(w.fin)
	<-w.termine
	err := w.Vider(ctx)
	for err != nil && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(periode):
			err = w.Vider(ctx)
		}
	}
	if err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		perdre(w.attente, err)
		w.attente = nil
	}
	return err
}

// perdre leaves accesses in the technical log, which holds identifiers only as
// they do.
func perdre(l []Entree, cause error) {
	for _, e := range l {
		slog.Error("accès non journalisé", "cause", cause, "fait_le", e.FaitLe, "utilisateur", e.Utilisateur, "organisme", e.Organisme,
			"sorte", e.Sorte, "demande", e.Demande, "numero", e.Numero, "ecran", e.Ecran, "criteres", e.Criteres, "recherche", e.Recherche,
			"reference", e.Reference)
	}
}

package demandes

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
)

// ouvertures is the small writer beside the pages: a GET's own transaction
// writes nothing, so the dossiers opened are noted here, after one another,
// while the page leaves.
type ouvertures struct {
	mu      sync.Mutex
	notees  map[ouverture]habilitations.Session
	ecrit   bool
	termine *sync.Cond
}

type ouverture struct{ utilisateur, demande int64 }

const (
	delaiOuvertures = 5 * time.Second
	maxOuvertures   = 1000 // waiting; beyond, a base that doesn't answer loses some
)

// noter adds a dossier to those that the agent opened last.
func (o *ouvertures) noter(db pg.DB, s habilitations.Session, demande int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.notees == nil {
		o.notees, o.termine = map[ouverture]habilitations.Session{}, sync.NewCond(&o.mu)
	}
	if len(o.notees) >= maxOuvertures {
		return
	}
	o.notees[ouverture{s.Utilisateur, demande}] = s
	if !o.ecrit {
		o.ecrit = true
		go o.ecrire(db)
	}
}

func (o *ouvertures) ecrire(db pg.DB) {
	for {
		o.mu.Lock()
		lot := o.notees
		if len(lot) == 0 {
			o.ecrit = false
			o.termine.Broadcast()
			o.mu.Unlock()
			return
		}
		o.notees = map[ouverture]habilitations.Session{}
		o.mu.Unlock()
		ecrireOuvertures(db, lot)
	}
}

// ecrireOuvertures only logs a failure: a page must not fail because its
// opening could not be noted.
func ecrireOuvertures(db pg.DB, lot map[ouverture]habilitations.Session) {
	ctx, cancel := context.WithTimeout(context.Background(), delaiOuvertures)
	defer cancel()
	for ou, s := range lot {
		if err := demandes.Ouvrir(ctx, db, s, ou.demande); err != nil {
			slog.WarnContext(ctx, "ouverture d’un dossier non notée", "erreur", err)
		}
	}
}

// attendre returns when nothing is left to write.
func (o *ouvertures) attendre() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.ecrit {
		o.termine.Wait()
	}
}

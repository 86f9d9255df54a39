package access

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"imhoweb/internal/administration"
	"imhoweb/internal/platform/pg"
)

// vigie is the small writer beside the pages: a GET's own transaction writes
// nothing, so last activity goes through here, in groups, at most once a
// minute for each session. While one group is written the next one gathers.
type vigie struct {
	db         pg.DB
	inactivite time.Duration

	mu      sync.Mutex
	vues    map[string]time.Time
	ecrit   bool
	purge   time.Time // last removal of what is over
	termine *sync.Cond
}

const (
	pasVigie   = time.Minute
	pasPurge   = 10 * time.Minute
	delaiVigie = 5 * time.Second
)

func newVigie(db pg.DB, inactivite time.Duration) *vigie {
	v := &vigie{db: db, inactivite: inactivite, vues: map[string]time.Time{}}
	v.termine = sync.NewCond(&v.mu)
	return v
}

// vue notes the activity of a session last seen at vu, and tells whether there
// was something to note.
func (v *vigie) vue(jeton string, vu time.Time) bool {
	maintenant := time.Now()
	if maintenant.Sub(vu) < pasVigie {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.vues[jeton] = maintenant
	if !v.ecrit {
		v.ecrit = true
		go v.ecrire()
	}
	return true
}

func (v *vigie) ecrire() {
	for {
		v.mu.Lock()
		lot := v.vues
		if len(lot) == 0 {
			v.ecrit = false
			v.termine.Broadcast()
			v.mu.Unlock()
			return
		}
		v.vues = map[string]time.Time{}
		purger := time.Since(v.purge) > pasPurge
		if purger {
			v.purge = time.Now()
		}
		v.mu.Unlock()
		v.ecrireLot(lot, purger)
	}
}

// ecrireLot only logs a failure: a page must not fail because its hour could
// not be noted, and the next minute tries again.
func (v *vigie) ecrireLot(lot map[string]time.Time, purger bool) {
	ctx, cancel := context.WithTimeout(context.Background(), delaiVigie)
	defer cancel()
	err := administration.MarquerVues(ctx, v.db, lot)
	if err == nil && purger {
		err = administration.PurgerAcces(ctx, v.db, v.inactivite)
	}
	if err != nil {
		slog.WarnContext(ctx, "dernière activité non notée", "erreur", err)
	}
}

// attendre returns when nothing is left to write.
func (v *vigie) attendre() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for v.ecrit {
		v.termine.Wait()
	}
}

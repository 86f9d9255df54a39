package access

import (
	"maps"
	"sync"
	"time"
)

// memoire keeps what was just read, for a few seconds: the price is a change
// made by another instance seen as late. The zero duration keeps nothing.
type memoire[K comparable, V any] struct {
	duree time.Duration
	mu    sync.Mutex
	lues  map[K]lue[V]
}

type lue[V any] struct {
	valeur V
	le     time.Time
}

// plein bounds a memoire; beyond, it forgets what is late, or everything.
const plein = 20_000

func (m *memoire[K, V]) get(k K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, ok := m.lues[k]
	if !ok || time.Since(l.le) >= m.duree {
		var zero V
		return zero, false
	}
	return l.valeur, true
}

func (m *memoire[K, V]) set(k K, v V) {
	if m.duree <= 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.lues) >= plein {
		for k, l := range m.lues {
			if time.Since(l.le) >= m.duree {
				delete(m.lues, k)
			}
		}
		if len(m.lues) >= plein {
			clear(m.lues)
		}
	}
	if m.lues == nil {
		m.lues = map[K]lue[V]{}
	}
	m.lues[k] = lue[V]{v, time.Now()}
}

// update changes a value still kept, without making it younger.
func (m *memoire[K, V]) update(k K, f func(*V)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l, ok := m.lues[k]; ok {
		f(&l.valeur)
		m.lues[k] = l
	}
}

func (m *memoire[K, V]) delete(k K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.lues, k)
}

func (m *memoire[K, V]) deleteFunc(f func(K) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.lues, func(k K, _ lue[V]) bool { return f(k) })
}

func (m *memoire[K, V]) clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.lues)
}

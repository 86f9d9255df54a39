package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/klauspost/compress/gzhttp"

	"imhoweb/internal/journal"
	"imhoweb/web/page"
)

// delai bounds the work of one request; what streams for longer takes a
// context of its own.
const delai = time.Minute

// suivre gives each request its reference and leaves one line in the log:
// identifiers only, never a name, nor a query string, which may hold one. What
// the page read goes to the journal once it is answered.
func suivre(acces *journal.Ecrivain) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			debut := time.Now()
			suivi := &page.Suivi{Reference: reference()}
			w.Header().Set("X-Request-Id", suivi.Reference)
			t := &temoin{ResponseWriter: w, suivi: suivi}
			ctx, cancel := context.WithTimeout(page.WithSuivi(r.Context(), suivi), delai)
			defer cancel()
			r = r.WithContext(ctx)
			defer func() {
				noter(r, t, time.Since(debut))
				journaliser(ctx, acces, suivi.Acces)
			}()
			next.ServeHTTP(t, r)
		})
	}
}

// journaliser waits only when the base has not taken the journal for long, and
// no longer than a request may last: see journal.Ecrivain.
func journaliser(ctx context.Context, acces *journal.Ecrivain, l []journal.Entree) {
	if len(l) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), delai) // the client may have left
	defer cancel()
	acces.Noter(ctx, l...)
}

func noter(r *http.Request, t *temoin, duree time.Duration) {
	route := "" // an address that exists nowhere may hold anything
	if c := chi.RouteContext(r.Context()); c != nil {
		route = c.RoutePattern()
	}
	niveau := slog.LevelInfo
	champs := []slog.Attr{
		slog.String("reference", t.suivi.Reference),
		slog.String("methode", r.Method),
		slog.String("route", route),
		slog.Int("statut", t.statut),
		slog.Int64("octets", t.octets),
		slog.Duration("duree", duree),
		slog.Int64("utilisateur", t.suivi.Utilisateur),
	}
	if t.suivi.Erreur != nil {
		niveau = slog.LevelError
		champs = append(champs, slog.String("erreur", t.suivi.Erreur.Error()))
	}
	slog.LogAttrs(context.WithoutCancel(r.Context()), niveau, "requête", champs...)
}

func reference() string {
	b := make([]byte, 6)
	rand.Read(b) // never fails: crypto/rand aborts the program instead
	return hex.EncodeToString(b)
}

// temoin remembers what was answered.
type temoin struct {
	http.ResponseWriter
	suivi  *page.Suivi
	statut int
	octets int64
}

// Unwrap lets http.ResponseController flush.
func (t *temoin) Unwrap() http.ResponseWriter { return t.ResponseWriter }

func (t *temoin) WriteHeader(statut int) {
	if statut >= 200 && t.statut == 0 {
		t.statut, t.suivi.Commence = statut, true
	}
	t.ResponseWriter.WriteHeader(statut)
}

func (t *temoin) Write(b []byte) (int, error) {
	if t.statut == 0 {
		t.WriteHeader(http.StatusOK)
	}
	n, err := t.ResponseWriter.Write(b)
	t.octets += int64(n)
	return n, err
}

// rattraper turns a panic into the page of an incident.
func rattraper(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			page.Erreur(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}()
		next.ServeHTTP(w, r)
	})
}

// compresser leaves small answers and pictures as they are. A random padding
// would blur lengths, but no page mixes a secret with what a stranger chooses:
// forms carry no token.
func compresser() func(http.Handler) http.Handler {
	f, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(2),
		gzhttp.ContentTypes([]string{"text/html", "text/plain", "text/csv", "application/json", "image/svg+xml"}))
	if err != nil {
		panic(err) // constant options
	}
	return func(next http.Handler) http.Handler { return f(next) }
}

// politique lets pages load from this site only, without inline code.
const politique = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// proteger sets the headers of every answer. Pages hold names: browsers keep
// none.
func proteger(https bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", politique)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
			h.Set("Cache-Control", "no-store")
			if https {
				h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
			}
			next.ServeHTTP(w, r)
		})
	}
}

// memeSite refuses what another site makes a browser send.
func memeSite() func(http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page.Erreur(w, r, page.ErrAutreSite)
	}))
	return p.Handler
}

// limiter reads forms, within a size: no handler meets one that is too large
// or unreadable.
func limiter(taille int64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength > taille {
				page.Erreur(w, r, &http.MaxBytesError{Limit: taille})
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, taille)
			sorte, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // unreadable: not a form
			if r.Method == http.MethodPost && sorte == "application/x-www-form-urlencoded" {
				if err := r.ParseForm(); err != nil {
					page.Erreur(w, r, fmt.Errorf("%w: %w", page.ErrIllisible, err))
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

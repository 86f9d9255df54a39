package components_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"imhoweb/internal/habilitations"
	"imhoweb/static"
	"imhoweb/templates/layout"
)

// politique is that of the server.
const politique = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// serveur shows the screens of apercu_test.go, and what their scripts ask for.
func serveur(t *testing.T, theme string) *httptest.Server {
	t.Helper()
	ambiance := layout.Ambiance{Version: "31.0", Nature: "demonstration", Utilisateurs: 98, Date: "24/11/2026", DateISO: "2026-11-24", Densite: "compacte", Theme: theme}
	mux := http.NewServeMux()
	mux.Handle("/static/", static.Handler())
	for nom, ecran := range ecrans() {
		mux.HandleFunc("/"+nom, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", politique)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			a := ambiance
			if nom == "divers" {
				a.Flash = []layout.Flash{{Sorte: "succes", Message: "Brouillon enregistré à 09:16."}, {Sorte: "alerte", Message: "Rien n’a changé.", Lien: "/liste", Suite: "Voir la liste"}}
			}
			ctx := habilitations.WithSession(layout.WithAmbiance(r.Context(), a), agent)
			if err := ecran.Render(ctx, w); err != nil {
				t.Error(err)
			}
		})
	}
	mux.HandleFunc("/communes", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `[{"code":"31395","nom":"Muret","code_postal":"31600"},{"code":"31396","nom":"%s","code_postal":""}]`, r.FormValue("q"))
	})
	mux.HandleFunc("POST /demandes/b-12/occupants", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("retirer") != "" {
			http.Error(w, "panne", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><title>Saisie</title><div id="onglet"><p id="recu">%s %s</p><section data-imhoweb-ligne="charge"><input name="charge.1.nom"></section>
			<button form="saisie" name="retirer" value="charge.1" data-imhoweb-retirer="charge" hx-post="/demandes/b-12/occupants">Retirer</button></div>`, r.FormValue("ajouter"), r.FormValue("demandeur.nom"))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", politique)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><title>Ailleurs</title><p id="ailleurs">%s %s</p>`, r.Method, r.URL.Path)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// navigateur starts one chromium for the test; it isn't skipped without one.
func navigateur(t *testing.T) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, fin := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(fin)
	ctx, fin = chromedp.NewContext(ctx)
	t.Cleanup(fin)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("chromium is needed (Debian: apt-get install chromium): %v", err)
	}
	return ctx
}

func onglet(t *testing.T, navigateur context.Context) context.Context {
	t.Helper()
	ctx, fin := chromedp.NewContext(navigateur)
	t.Cleanup(fin)
	ctx, fin = context.WithTimeout(ctx, time.Minute) // a stuck page fails instead of hanging
	t.Cleanup(fin)
	return ctx
}

func evaluer[T any](t *testing.T, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", js, err)
	}
	return v
}

// attendre waits until an expression is true.
func attendre(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Poll[bool]("Boolean("+expression+")", chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(15*time.Second))(ctx, t)
		if err != nil && strings.Contains(err.Error(), "context with specified id") { // the page changed meanwhile: ask the new one
			_, err = attendre(expression)(ctx, t)
			return err
		}
		if err != nil {
			return fmt.Errorf("never true: %s: %w", expression, err)
		}
		return nil
	})
}

// js runs statements.
func js(instructions string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Evaluate[bool]("(() => {"+instructions+"; return true})()")(ctx, t)
		return err
	})
}

// composes are the screens that show most components.
var composes = map[string]bool{"saisie": true, "lecture": true, "liste": true, "divers": true}

// TestEcransAccessibles shows each screen, in both themes for the rich ones, on a desk and on a
// telephone: no axe violation, no scrolling sideways, nothing that the content
// security policy refuses.
func TestEcransAccessibles(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile("../../web/e2e/vendor/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	ctx := navigateur(t)
	faire := func(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			t.Fatal(err)
		}
	}
	faire(t, avantPage(`document.addEventListener("securitypolicyviolation", e => (window.refus ??= []).push(e.violatedDirective + " " + e.blockedURI + " " + e.sourceFile))`))
	for _, theme := range []string{"light", "dark"} {
		s := serveur(t, theme)
		for nom := range ecrans() {
			if theme == "dark" && !composes[nom] {
				continue
			}
			for _, taille := range [][2]int64{{1366, 768}, {390, 844}} {
				t.Run(fmt.Sprintf("%s %s %d", nom, theme, taille[0]), func(t *testing.T) {
					faire(t, chromedp.EmulateViewport(taille[0], taille[1]), chromedp.Navigate(s.URL+"/"+nom))
					photographier(t, ctx, fmt.Sprintf("%s-%s-%d", nom, theme, taille[0]))
					if l := evaluer[string](t, ctx, `JSON.stringify(window.refus ?? [])`); l != "[]" {
						t.Errorf("refused by the policy: %s", l)
					}
					if d := evaluer[int](t, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); d > 0 {
						t.Errorf("scrolls sideways by %d px", d)
					}
					evaluer[bool](t, ctx, string(axe)+";true")
					for _, v := range violations(t, ctx) {
						t.Error(v)
					}
				})
			}
		}
	}
}

// violations are what axe reproaches to the page: WCAG 2.0 to 2.2, A and AA,
// and good practice.
func violations(t *testing.T, ctx context.Context) []string {
	t.Helper()
	rapport := evaluer[string](t, ctx, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r =>
		JSON.stringify(r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "")).join(" | "))))`)
	var l []string
	if err := json.Unmarshal([]byte(rapport), &l); err != nil {
		t.Fatal(err)
	}
	return l
}

func avantPage(js string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: js})
		return err
	})
}

// photographier keeps a picture when IMHOWEB_CAPTURES names a folder.
func photographier(t *testing.T, ctx context.Context, nom string) {
	t.Helper()
	dossier := os.Getenv("IMHOWEB_CAPTURES")
	if dossier == "" {
		return
	}
	image, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dossier, strings.ReplaceAll(nom, " ", "-")+".png"), image, 0o644); err != nil {
		t.Fatal(err)
	}
}

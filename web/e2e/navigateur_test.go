package e2e

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// delai bounds a wait: a page that never comes fails the test.
const delai = 20 * time.Second

// bureau and telephone are the sizes of the screens checked.
var (
	bureau    = [2]int64{1366, 768}
	telephone = [2]int64{390, 844}
)

var fermer []func()

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	code := m.Run()
	for _, f := range fermer {
		f()
	}
	os.Exit(code)
}

// navigateur is the chromium of the package.
var navigateur = sync.OnceValues(func() (context.Context, error) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "fr"))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	ctx, fin := chromedp.NewExecAllocator(context.Background(), opts...)
	fermer = append(fermer, fin)
	ctx, finNavigateur := chromedp.NewContext(ctx)
	fermer = append([]func(){finNavigateur}, fermer...)
	return ctx, chromedp.Do(ctx)
})

// Onglet is a tab of the browser, with cookies of its own: an agent at work.
// Its methods end the test when they fail.
type Onglet struct {
	t      *testing.T
	ctx    context.Context
	url    string // of the site
	sansJS bool

	mu        sync.Mutex
	plaintes  []string // what the console said, what the policy refused
	dialogues []string // dialogs that opened, by kind; all are accepted
}

// onglet opens a tab on a site.
func onglet(t *testing.T, url string) *Onglet {
	t.Helper()
	nav, err := navigateur()
	if err != nil {
		t.Fatalf("chromium is needed (Debian: apt-get install chromium): %v", err)
	}
	o := &Onglet{t: t, url: url}
	ctx, fin := chromedp.NewContext(nav, chromedp.WithNewBrowserContext(), chromedp.WithListener(o.ecouter))
	t.Cleanup(fin)
	o.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context that opens it
		t.Fatal(err)
	}
	t.Cleanup(o.bilan)
	o.faire(chromedp.EmulateViewport(bureau[0], bureau[1]), commande(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}))
	return o
}

// ecouter notes the complaints of the page; it runs in the loop that reads the
// browser's messages.
func (o *Onglet) ecouter(ev any) {
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		o.plaindre("exception: " + ev.ExceptionDetails.Text + " " + ev.ExceptionDetails.URL)
	case *runtime.EventConsoleAPICalled:
		// A request that a newer one replaces: htmx says it as an error.
		if a := arguments(ev.Args); ev.Type == runtime.ConsoleAPICalledTypeError && !strings.Contains(a, "htmx:sendAbort") && !strings.Contains(a, "htmx:afterRequest") {
			o.plaindre("console.error: " + a)
		}
	case *log.EventEntryAdded:
		// A form refused with 422, a page not found: the test that asks for it looks at it.
		if ev.Entry.Level == log.EntryLevelError && !strings.Contains(ev.Entry.Text, "status of 4") {
			o.plaindre(ev.Entry.Text + " " + ev.Entry.URL)
		}
	case *page.EventJavascriptDialogOpening:
		o.mu.Lock()
		o.dialogues = append(o.dialogues, string(ev.Type))
		o.mu.Unlock()
		go o.accepter()
	}
}

func arguments(l []*runtime.RemoteObject) string {
	var s []string
	for _, x := range l {
		s = append(s, x.Description+string(x.Value))
	}
	return strings.Join(s, " ")
}

func (o *Onglet) accepter() {
	// The page may be gone already: what counts is that nothing waits for the dialog.
	_ = chromedp.Do(o.ctx, commande(page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true}))
}

func (o *Onglet) plaindre(s string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.plaintes = append(o.plaintes, s)
}

// bilan ends the test of a tab: nothing complained, and a failure leaves a picture.
func (o *Onglet) bilan() {
	o.mu.Lock()
	for _, p := range o.plaintes {
		o.t.Errorf("the page complains: %s", p)
	}
	o.mu.Unlock()
	if o.t.Failed() {
		o.photographier(o.t.Name())
	}
}

// photographier keeps a picture and the HTML when IMHOWEB_CAPTURES names a folder.
func (o *Onglet) photographier(nom string) {
	dossier := os.Getenv("IMHOWEB_CAPTURES")
	if dossier == "" {
		return
	}
	chemin := filepath.Join(dossier, strings.NewReplacer("/", "-", " ", "-").Replace(nom))
	ctx, fin := context.WithTimeout(o.ctx, delai)
	defer fin()
	image, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(chemin+".png", image, 0o644)
	}
	if html, errHTML := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.documentElement.outerHTML")); errHTML == nil {
		err = os.WriteFile(chemin+".html", []byte(html), 0o644)
	}
	if err != nil {
		o.t.Logf("no picture: %v", err)
	}
}

func (o *Onglet) faire(actions ...chromedp.Action[chromedp.Void]) {
	o.t.Helper()
	ctx, fin := context.WithTimeout(o.ctx, 2*delai)
	defer fin()
	if err := chromedp.Do(ctx, actions...); err != nil {
		o.t.Fatal(err)
	}
}

// commande is a command of the protocol whose answer says nothing.
func commande[P any](c cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// lire evaluates an expression in the page; it works without JavaScript too,
// for what doesn't wait.
func lire[T any](o *Onglet, js string) T {
	o.t.Helper()
	ctx, fin := context.WithTimeout(o.ctx, 2*delai)
	defer fin()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		o.t.Fatalf("%s: %v", court(js), err)
	}
	return v
}

func court(s string) string {
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}

// couperJS turns the scripts of the pages off, from the next page on.
func (o *Onglet) couperJS() {
	o.t.Helper()
	o.sansJS = true
	o.scripts(false)
}

func (o *Onglet) scripts(oui bool) {
	o.t.Helper()
	o.faire(commande(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !oui}))
}

// taille gives the window another size.
func (o *Onglet) taille(t [2]int64) {
	o.t.Helper()
	o.faire(chromedp.EmulateViewport(t[0], t[1]))
}

// attendre waits until an expression is true, in whatever page comes meanwhile.
// It asks from outside: without JavaScript, a page has no timers.
func (o *Onglet) attendre(js string) {
	o.t.Helper()
	ctx, fin := context.WithTimeout(o.ctx, delai)
	defer fin()
	battement := time.NewTicker(15 * time.Millisecond)
	defer battement.Stop()
	for {
		v, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+js+")"))
		if err == nil && v {
			return
		}
		select {
		case <-battement.C:
		case <-ctx.Done():
			o.t.Fatalf("never true on %s: %s (%v)\n%s", o.adresse(), court(js), err, o.resume())
		}
	}
}

// resume is what the page says, for the message of a failure.
func (o *Onglet) resume() string {
	return lire[string](o, `document.readyState + " " + window.ancienne + "\n" + [...document.querySelectorAll("h1, .message, .faute, dialog[open]")].map(e => e.innerText.trim()).join("\n").slice(0, 2500)`)
}

// adresse is the path of the page, with its query.
func (o *Onglet) adresse() string { return lire[string](o, `location.pathname + location.search`) }

// aller opens an address of the site.
func (o *Onglet) aller(chemin string) {
	o.t.Helper()
	o.faire(chromedp.Navigate(o.url + chemin))
	o.attendre(prete)
}

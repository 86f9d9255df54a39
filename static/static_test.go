package static

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func servir(t *testing.T, url string, entetes ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, url, nil)
	for i := 0; i < len(entetes); i += 2 {
		r.Header.Set(entetes[i], entetes[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestHandlerServesForEverUnderAHash(t *testing.T) {
	t.Parallel()
	for nom, mime := range map[string]string{
		"imhoweb.css": "text/css; charset=utf-8", "imhoweb.js": "text/javascript; charset=utf-8", "htmx.min.js": "text/javascript; charset=utf-8",
		"icones.svg": "image/svg+xml", "favicon.svg": "image/svg+xml", "atkinson-latin.woff2": "font/woff2",
	} {
		r := servir(t, URL(nom), "Accept-Encoding", "gzip")
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != mime {
			t.Errorf("%s: %d %s", nom, r.StatusCode, r.Header.Get("Content-Type"))
		}
		if c := r.Header.Get("Cache-Control"); !strings.Contains(c, "immutable") {
			t.Errorf("%s: Cache-Control %q", nom, c)
		}
		if compresse := r.Header.Get("Content-Encoding") == "gzip"; compresse == strings.HasSuffix(nom, ".woff2") {
			t.Errorf("%s: gzip %t", nom, compresse)
		}
		if r = servir(t, URL(nom), "If-None-Match", r.Header.Get("ETag")); r.StatusCode != http.StatusNotModified {
			t.Errorf("%s: known content answered %d", nom, r.StatusCode)
		}
	}
}

func TestHandlerKnowsNothingElse(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"/static/imhoweb.css", "/static/", "/static/vendor/htmx.LICENSE", "/static/../go.mod"} {
		if r := servir(t, url); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", url, r.StatusCode)
		}
	}
}

func TestSheetHoldsEveryFileWithinTheBudget(t *testing.T) {
	t.Parallel()
	presents, err := fs.Glob(fichiers, "css/*.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range presents {
		if nom := strings.TrimSuffix(strings.TrimPrefix(p, "css/"), ".css"); !slices.Contains(feuilles, nom) {
			t.Errorf("%s is not in feuilles", p)
		}
	}
	f := servis[URL("imhoweb.css")]
	if n := len(f.gzip); n > 60_000 { // design §1
		t.Errorf("%d bytes of compressed sheet", n)
	}
	if strings.Contains(string(f.corps), "asset:") || strings.Contains(string(f.corps), "@import") {
		t.Error("an address is left unresolved in the sheet")
	}
}

func TestScriptsNeedNoInlineCode(t *testing.T) {
	t.Parallel()
	interdit := regexp.MustCompile(`\beval\(|new Function|innerHTML|\.style\b|setAttribute\("(style|on)`)
	js, err := fs.Glob(fichiers, "js/*.js")
	if err != nil || len(js) == 0 {
		t.Fatal(js, err)
	}
	for _, f := range js {
		if m := interdit.Find(lire(f)); m != nil {
			t.Errorf("%s uses %s", f, m)
		}
	}
}

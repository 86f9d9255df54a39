// Package static holds the files that browsers keep: style sheet, scripts,
// fonts, pictograms. They are embedded in the binary and served under names
// that carry a hash of their content, so that they may be cached for ever.
//
// The style sheet is one file: Bootstrap untouched in its own cascade layer,
// then css/, one file per component. The script is one file too: js/, one file
// per behaviour. Start with feuilles.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
)

//go:embed css js vendor img polices
var fichiers embed.FS

// feuilles lists css/ in the order of the cascade.
var feuilles = []string{
	"police", "jetons", "base",
	"bandeau", "modules", "page", "boutons", "champs", "lieu", "blocs", "etats", "tableau", "liste", "fiches",
	"onglets", "messages", "dialogue", "saisie", "frise", "compteurs", "graphes",
	"volets", "dossier", "accueil", "administration", "referentiels", "textes", "porte", "telephone", "impression",
}

// couches declares the cascade layers, weakest first: a plain rule of ours wins
// over any rule of Bootstrap, but for its few !important utilities.
const couches = "@layer bootstrap, jetons, base, composants, ecrans, impression;\n"

// fichier is one served file.
type fichier struct {
	corps, gzip []byte
	mime        string
	etag        string
}

var (
	urls    = map[string]string{}   // logical name → address
	servis  = map[string]*fichier{} // address → file
	icones  = map[string]bool{}     // names of the sprite's pictograms
	symbole = regexp.MustCompile(`<symbol id="([a-z0-9-]+)"`)
	interne = regexp.MustCompile(`asset:([a-z0-9.-]+)`)
)

var types = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".mjs":   "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

func init() {
	for _, dossier := range []string{"polices", "img", "vendor"} {
		for _, e := range must(fichiers.ReadDir(dossier)) {
			if _, ok := types[path.Ext(e.Name())]; ok && e.Name() != "bootstrap.min.css" {
				publier(e.Name(), lire(dossier+"/"+e.Name()))
			}
		}
	}
	publier("imhoweb.css", feuille())
	publier("imhoweb.js", script())
	for _, m := range symbole.FindAllStringSubmatch(string(lire("img/icones.svg")), -1) {
		icones[m[1]] = true
	}
}

// feuille assembles the style sheet. Fonts are named "asset:…" in it.
func feuille() []byte {
	var b bytes.Buffer
	b.WriteString(couches)
	b.WriteString("@layer bootstrap {\n")
	b.Write(bytes.TrimPrefix(lire("vendor/bootstrap.min.css"), []byte(`@charset "UTF-8";`))) // not allowed inside a block
	b.WriteString("\n}\n")
	for _, nom := range feuilles {
		b.Write(lire("css/" + nom + ".css"))
	}
	return interne.ReplaceAllFunc(b.Bytes(), func(m []byte) []byte {
		return []byte(URL(string(interne.FindSubmatch(m)[1])))
	})
}

// script assembles js/: each file stands alone, in any order.
func script() []byte {
	var b bytes.Buffer
	b.WriteString("\"use strict\";\n")
	for _, e := range must(fichiers.ReadDir("js")) {
		b.WriteString("{\n")
		b.Write(lire("js/" + e.Name()))
		b.WriteString("}\n")
	}
	return b.Bytes()
}

func publier(nom string, corps []byte) {
	somme := sha256.Sum256(corps)
	hash := hex.EncodeToString(somme[:6])
	ext := path.Ext(nom)
	url := "/static/" + strings.TrimSuffix(nom, ext) + "." + hash + ext
	f := &fichier{corps: corps, mime: types[ext], etag: `"` + hash + `"`}
	if ext != ".woff2" { // already compressed
		f.gzip = compresser(corps)
	}
	urls[nom], servis[url] = url, f
}

func compresser(corps []byte) []byte {
	var b bytes.Buffer
	w := must(gzip.NewWriterLevel(&b, gzip.BestCompression))
	must(w.Write(corps))
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// URL gives the address of a file by its logical name ("imhoweb.css"). An
// unknown name is a programming error.
func URL(nom string) string {
	u, ok := urls[nom]
	if !ok {
		panic(fmt.Sprintf("fichier statique inconnu : %q", nom))
	}
	return u
}

// Icone tells whether the sprite has a pictogram of that name.
func Icone(nom string) bool { return icones[nom] }

// Handler serves /static/. Only addresses given by URL exist.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := servis[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.mime)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("ETag", f.etag)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Vary", "Accept-Encoding")
		if r.Header.Get("If-None-Match") == f.etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		corps := f.corps
		if f.gzip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			corps = f.gzip
		}
		h.Set("Content-Length", strconv.Itoa(len(corps)))
		_, _ = w.Write(corps) // net/http drops the body of a HEAD; a client that left has nothing to hear
	})
}

func lire(nom string) []byte { return must(fs.ReadFile(fichiers, nom)) }

// must stops the program: an embedded file that can't be read is a build fault.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

package e2e

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
)

//go:embed vendor/axe.min.js
var axe string

// verifier checks the page as shown: no violation of WCAG 2.0 to 2.2, A and AA,
// nor of good practice, and no scrolling sideways. The console and the content
// security policy are watched all along.
func (o *Onglet) verifier() {
	o.t.Helper()
	for _, v := range o.violations(true, regles) {
		o.t.Errorf("%s: %s", o.adresse(), v)
	}
}

// regles are all that we ask axe for; couleurs are what a theme may break.
const (
	regles   = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`
	couleurs = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
)

// violations are what axe reproaches to the page. With styles, it reads the
// style sheets again for what they say of orientation: the same on every page.
func (o *Onglet) violations(styles bool, parmi string) []string {
	o.t.Helper()
	if o.sansJS { // the page's own scripts didn't run and don't run any more
		o.scripts(true)
		defer o.scripts(false)
	}
	if !lire[bool](o, `"axe" in window`) {
		lire[bool](o, axe+";true")
	}
	var l []string
	rapport := lire[string](o, `axe.run(document, {preload: `+strconv.FormatBool(styles)+`, resultTypes: ["violations"], runOnly: `+parmi+`}).then(r =>
		JSON.stringify(r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? n.failureSummary ?? "")).join(" | "))))`)
	if err := json.Unmarshal([]byte(rapport), &l); err != nil {
		o.t.Fatal(err)
	}
	if d := lire[int](o, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); d > 0 {
		l = append(l, fmt.Sprintf("scrolls sideways by %d px", d))
	}
	return l
}

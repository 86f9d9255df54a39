package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// What an agent does with a mouse and a keyboard. A target is a CSS selector,
// or "=text" for the link, button, tab or summary that says exactly this.

// trouverJS gives the element of a target, the last of the visible ones when
// several say the same: a dialog stands at the end of the page.
const trouverJS = `(cible => {
	const visible = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden" && !e.classList.contains("visually-hidden");
	const dit = e => { const c = e.cloneNode(true); c.querySelectorAll(".visually-hidden, kbd").forEach(x => x.remove()); return c.textContent.replace(/\s+/g, " ").trim(); };
	const tous = cible.startsWith("=")
		? [...document.querySelectorAll("a, button, summary, label")].filter(e => dit(e) === cible.slice(1).trim() || e.getAttribute("aria-label") === cible.slice(1).trim())
		: [...document.querySelectorAll(cible)];
	return tous.filter(visible).at(-1) ?? null;
})`

func chaine(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always becomes JSON
	}
	return string(b)
}

// existe tells whether a target is shown.
func (o *Onglet) existe(cible string) bool {
	o.t.Helper()
	return lire[bool](o, trouverJS+"("+chaine(cible)+") !== null")
}

// cliquer presses the mouse on a target. Something that covers it is a defect.
func (o *Onglet) cliquer(cible string) {
	o.t.Helper()
	o.attendre(trouverJS + "(" + chaine(cible) + ")")
	p := lire[struct {
		X, Y   float64
		Couvre string
	}](o, `(() => {
		const e = `+trouverJS+`(`+chaine(cible)+`);
		e.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
		const r = e.getClientRects()[0], x = r.left + r.width / 2, y = r.top + r.height / 2;
		const dessus = document.elementFromPoint(x, y);
		const bon = dessus && (e.contains(dessus) || dessus.contains(e) || [...(e.labels ?? [])].some(l => l.contains(dessus)) || dessus.closest("label")?.control === e);
		return {X: x, Y: y, Couvre: bon ? "" : (dessus?.outerHTML.slice(0, 200) ?? "outside of the window")};
	})()`)
	if p.Couvre != "" {
		o.t.Fatalf("on %s, %s is covered by %s", o.adresse(), cible, p.Couvre)
	}
	o.faire(chromedp.MouseClickXY(p.X, p.Y))
}

// suivre clicks, then waits for the page that it opens.
func (o *Onglet) suivre(cible string) {
	o.t.Helper()
	o.nouvellePage(func() { o.cliquer(cible) })
}

// prete is true once the page is painted with its fonts: the browser drops the
// clicks that come before, and a late font moves what they aim at.
const prete = `document.readyState === "complete" && document.fonts.status === "loaded" && performance.getEntriesByType("paint").length > 0`

// nouvellePage acts, then waits for another document to be ready.
func (o *Onglet) nouvellePage(acte func()) {
	o.t.Helper()
	lire[bool](o, `window.ancienne = true`)
	acte()
	o.attendre(`!window.ancienne && ` + prete)
}

// taper replaces what a field holds, as the keyboard does.
func (o *Onglet) taper(cible, texte string) {
	o.t.Helper()
	o.viser(cible)
	if texte == "" {
		o.faire(chromedp.KeyEvent("\b"))
		return
	}
	o.faire(commande(input.InsertText, input.InsertTextParams{Text: texte}))
}

// viser puts the keyboard in a field and selects what it holds.
func (o *Onglet) viser(cible string) {
	o.t.Helper()
	if !lire[bool](o, `(() => { const e = `+trouverJS+`(`+chaine(cible)+`); if (!e) return false; e.focus(); e.select?.(); return document.activeElement === e })()`) {
		o.t.Fatalf("on %s, no field %s takes the keyboard\n%s", o.adresse(), cible, o.resume())
	}
}

// touche presses a key.
func (o *Onglet) touche(nom string, modificateurs ...chromedp.Modifier) {
	o.t.Helper()
	o.faire(chromedp.KeyEvent(nom, chromedp.KeyModifiers(modificateurs...)))
}

// entree presses Enter as a keyboard does: the browser makes nothing of it when
// the page prevents it.
func (o *Onglet) entree() {
	o.t.Helper()
	for _, sorte := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		t := input.DispatchKeyEventParams{Type: sorte, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13}
		if sorte == input.DispatchKeyEventTypeKeyDown {
			t.Text = "\r"
		}
		o.faire(chromedp.Func(func(ctx context.Context, c *chromedp.Target) error {
			_, err := commande(input.DispatchKeyEvent, t)(ctx, c)
			return err
		}))
	}
}

// poserJS sets one control of the form by its name; it says what went wrong.
const poserJS = `((nom, v) => {
	const memes = [...document.getElementsByName(nom)].filter(e => e.type !== "hidden");
	const e = memes[0];
	if (!e) return "absent";
	if (e.disabled || e.readOnly) return "locked";
	if (e.type === "radio") {
		const r = memes.find(r => r.value === v);
		if (!r) return "no choice " + v;
		r.click();
		return "";
	}
	if (e.type === "checkbox") {
		if (e.checked !== (v !== "")) e.click();
		return "";
	}
	if (e.tagName === "SELECT") {
		if (![...e.options].some(x => x.value === v)) return "no option " + v;
		if (e.value !== v) {
			e.focus();
			e.value = v;
			for (const s of ["input", "change"]) e.dispatchEvent(new Event(s, {bubbles: true}));
		}
		return "";
	}
	e.scrollIntoView({block: "nearest"});
	e.focus();
	e.select();
	return document.activeElement === e ? "text" : "no focus";
})`

// poser gives a value to the control of that name: it types in a field, ticks a
// box, chooses in a list. It tells whether the page has such a control.
func (o *Onglet) poser(nom, valeur string) bool {
	o.t.Helper()
	switch r := lire[string](o, fmt.Sprintf("%s(%s, %s)", poserJS, chaine(nom), chaine(valeur))); r {
	case "absent":
		return false
	case "":
		return true
	case "text":
		if valeur == "" {
			o.faire(chromedp.KeyEvent("\b"))
		} else {
			o.faire(commande(input.InsertText, input.InsertTextParams{Text: valeur}))
		}
		return true
	default:
		o.t.Fatalf("on %s, field %s: %s", o.adresse(), nom, r)
		return false
	}
}

// valeur is what the control of that name holds now: as it would be sent.
func (o *Onglet) valeur(nom string) string {
	o.t.Helper()
	return lire[string](o, `(() => {
		const memes = [...document.getElementsByName(`+chaine(nom)+`)];
		const e = memes.find(e => e.type !== "hidden") ?? memes[0];
		if (!e) return "(absent)";
		if (e.type === "radio") return memes.find(r => r.checked)?.value ?? "";
		if (e.type === "checkbox") return e.checked ? e.value : "";
		return e.value;
	})()`)
}

// doitDire fails when the page doesn't show each of these texts.
func (o *Onglet) doitDire(textes ...string) {
	o.t.Helper()
	vu := espaces(lire[string](o, `document.body.innerText`))
	for _, x := range textes {
		if !strings.Contains(vu, espaces(x)) {
			o.t.Fatalf("%s doesn't say %q\n%s", o.adresse(), x, court(vu))
		}
	}
}

// espaces makes all white space one plain space: typography is tested elsewhere.
func espaces(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n\r\u00a0\u202f", r) }), " ")
}

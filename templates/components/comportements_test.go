package components_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// entree presses Enter as a keyboard does: the browser makes nothing of it when
// the page prevents it. (KeyEvent sends the character apart, prevented or not.)
var entree = chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
	for _, sorte := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		touche := input.DispatchKeyEventParams{Type: sorte, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13}
		if sorte == input.DispatchKeyEventTypeKeyDown {
			touche.Text = "\r"
		}
		if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, touche); err != nil {
			return err
		}
	}
	return nil
})

// TestComportements drives the scripts of the product on the screens of
// apercu_test.go, as an agent with a keyboard does.
func TestComportements(t *testing.T) {
	t.Parallel()
	nav := navigateur(t)
	s := serveur(t, "light")

	ouvrir := func(t *testing.T, ecran string) func(actions ...chromedp.Action[chromedp.Void]) {
		ctx := onglet(t, nav)
		faire := func(actions ...chromedp.Action[chromedp.Void]) {
			t.Helper()
			if err := chromedp.Do(ctx, actions...); err != nil {
				t.Fatal(err)
			}
		}
		faire(chromedp.EmulateViewport(1366, 768), chromedp.Navigate(s.URL+"/"+ecran))
		return faire
	}
	vrai := func(js string) chromedp.Action[chromedp.Void] { return attendre(js) }

	t.Run("a list is one stop: arrows move, space ticks, enter opens", func(t *testing.T) {
		faire := ouvrir(t, "liste")
		faire(
			vrai(`document.querySelectorAll("[data-imhoweb-liste] [tabindex='0']").length === 1`),
			js(`document.querySelector("tbody tr").focus()`),
			chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(" "),
			vrai(`document.querySelectorAll("tbody tr")[1].classList.contains("cochee")`),
			vrai(`document.querySelector("[data-imhoweb-cochees]").textContent === "1 cochée"`),
			chromedp.KeyEvent(kb.Enter),
			vrai(`document.querySelector("#ailleurs")?.textContent === "GET /ouvert" && location.search === "?n=2"`),
		)
	})
	t.Run("all the rows are ticked at once", func(t *testing.T) {
		faire := ouvrir(t, "liste")
		faire(
			js(`document.querySelector("[data-imhoweb-tout-cocher]").click()`),
			vrai(`document.querySelector("[data-imhoweb-cochees]").textContent === "9 cochées"`),
			js(`document.querySelector("tbody input").click()`),
			vrai(`document.querySelector("[data-imhoweb-tout-cocher]").indeterminate`),
		)
	})
	t.Run("shortcuts reach the quick search, the tabs and saving", func(t *testing.T) {
		faire := ouvrir(t, "saisie")
		faire(
			chromedp.KeyEvent("k", chromedp.KeyModifiers(2)),
			vrai(`document.activeElement.id === "recherche-rapide"`),
			js(`document.querySelector("[data-imhoweb-sauver]").addEventListener("click", e => { e.preventDefault(); window.sauve = true })`),
			chromedp.KeyEvent("s", chromedp.KeyModifiers(2)),
			vrai(`window.sauve === true`),
			js(`document.querySelector("button[value=occupants]").addEventListener("click", e => { e.preventDefault(); window.onglet = true })`),
			js(`document.dispatchEvent(new KeyboardEvent("keydown", {altKey: true, code: "Digit3", bubbles: true}))`),
			vrai(`window.onglet === true`),
		)
	})
	t.Run("mistakes are read first, and their links reach the fields", func(t *testing.T) {
		faire := ouvrir(t, "saisie")
		faire(
			vrai(`document.activeElement.id === "bilan"`),
			js(`document.querySelector("#bilan a[href='#demandeur.naissance']").click()`),
			vrai(`document.activeElement.name === "demandeur.naissance"`),
		)
	})
	t.Run("a commune is chosen by typing, and typing again proposes others", func(t *testing.T) {
		faire := ouvrir(t, "saisie")
		faire(
			js(`document.getElementById("adresse.commune").value = ""; document.getElementById("adresse.commune").focus()`),
			chromedp.KeyEvent("mur"),
			vrai(`document.getElementById("adresse.commune").getAttribute("aria-expanded") === "true"`),
			chromedp.KeyEvent(kb.ArrowDown), entree,
			vrai(`document.getElementById("adresse.commune").value === "MURET (31600)"`),
			chromedp.KeyEvent("x"),
			vrai(`document.getElementById("adresse.commune").value === "MURET (31600)x"`),
			chromedp.KeyEvent(kb.Escape),
			vrai(`document.getElementById("adresse.commune").getAttribute("aria-expanded") === "false"`),
		)
	})
	t.Run("enter in a field saves and stays on the tab", func(t *testing.T) {
		faire := ouvrir(t, "saisie")
		faire(
			js(`document.getElementById("demandeur.prenom").focus()
				document.addEventListener("submit", e => { e.preventDefault(); window.par = e.submitter?.name + "=" + e.submitter?.value })`),
			entree,
			vrai(`window.par === "aller=coordonnees"`),
		)
	})
	t.Run("a double click sends once", func(t *testing.T) {
		faire := ouvrir(t, "saisie")
		faire(
			js(`window.envois = 0; document.addEventListener("submit", e => { window.envois++; e.preventDefault() })`),
			js(`const b = document.querySelector("button[value=creer]"); b.click(); b.click()`),
			vrai(`window.envois === 1 && document.querySelector("button[value=creer]").getAttribute("aria-disabled") === "true"`),
		)
	})
	t.Run("leaving warns only when something was typed and not sent", func(t *testing.T) {
		faire := ouvrir(t, "saisie")
		quitter := `(() => { const e = new Event("beforeunload", {cancelable: true}); dispatchEvent(e); return e.defaultPrevented })()`
		faire(
			vrai(`!`+quitter),
			js(`document.getElementById("demandeur.nom").value = "autre"`),
			vrai(quitter),
			js(`document.dispatchEvent(new Event("imhoweb:enregistre"))`),
			vrai(`!`+quitter),
		)
	})
	t.Run("a dialog opens on the safe end and closes", func(t *testing.T) {
		faire := ouvrir(t, "saisie")
		faire(
			js(`document.querySelector("[data-imhoweb-dialogue]").click()`),
			vrai(`document.querySelector("#supprimer").open && document.activeElement.textContent === "Garder le brouillon"`),
			chromedp.KeyEvent(kb.Enter),
			vrai(`!document.querySelector("#supprimer").open && location.pathname === "/saisie"`),
		)
	})
	t.Run("the message of a success closes", func(t *testing.T) {
		faire := ouvrir(t, "divers")
		faire(
			js(`document.querySelector("[data-imhoweb-fermer-flash]").click()`),
			vrai(`!document.querySelector("[data-imhoweb-flash]")`),
		)
	})
	t.Run("a line is added in place and takes the focus; a failure is said", func(t *testing.T) {
		faire := ouvrir(t, "saisie")
		faire(
			js(`document.querySelector("[data-imhoweb-ajouter=charge]").click()`),
			vrai(`document.querySelector("#onglet [data-imhoweb-ligne=charge] input")?.name === "charge.1.nom" && document.activeElement.name === "charge.1.nom"`),
			vrai(`document.querySelector("#recu").textContent === "charge barthès"`),
			js(`document.querySelector("[data-imhoweb-retirer=charge]").click()`),
			vrai(`document.activeElement.dataset.imhowebPanne === ""`),
		)
	})
	t.Run("the density changes at once", func(t *testing.T) {
		faire := ouvrir(t, "liste")
		faire(
			js(`const s = document.querySelector("#densite"); s.value = "aeree"; s.dispatchEvent(new Event("change", {bubbles: true}))`),
			vrai(`document.documentElement.dataset.densite === "aeree"`),
		)
	})
}

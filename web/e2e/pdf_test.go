package e2e

import (
	"encoding/base64"
	"os/exec"
	"strings"
)

// pdf fetches an address with the cookies of the tab, and gives the text that
// Poppler reads in it.
func (o *Onglet) pdf(chemin string) string {
	o.t.Helper()
	if o.sansJS {
		o.scripts(true)
		defer o.scripts(false)
	}
	recu := lire[string](o, `fetch(`+chaine(chemin)+`).then(async r => {
		const b = new Uint8Array(await r.arrayBuffer());
		let s = "";
		for (let i = 0; i < b.length; i += 8192) s += String.fromCharCode(...b.subarray(i, i + 8192));
		return r.status + " " + r.headers.get("Content-Type") + " " + btoa(s);
	})`)
	corps, ok := strings.CutPrefix(recu, "200 application/pdf ")
	if !ok {
		o.t.Fatalf("%s: %s", chemin, court(recu))
	}
	brut, err := base64.StdEncoding.DecodeString(corps)
	if err != nil {
		o.t.Fatal(err)
	}
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = strings.NewReader(string(brut))
	texte, err := cmd.Output()
	if err != nil {
		o.t.Fatalf("pdftotext (Debian: apt-get install poppler-utils): %v", err)
	}
	return espaces(string(texte))
}

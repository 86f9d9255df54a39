package editions

import (
	"fmt"
	"image/color"
	"io"

	"codeberg.org/go-pdf/fpdf"
	"github.com/boombuler/barcode/code128"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

// Measures of the page, in mm from the top left of an A4 sheet.
//
// The sheet is folded in three (99 mm) for a DL envelope, 110 × 220 mm, whose
// window is 100 mm wide, 35 or 45 mm high, 20 mm from the right and from the
// bottom. The sheet slides inside by 10 mm sideways and 11 mm in height, so the
// window always shows x 100–190 and y 55–79, and may show x 90–200 and y 34–90:
// the address stays in the former, nothing else enters the latter.
const (
	margeGauche  = 20.0
	margeDroite  = 20.0
	largeurPage  = 210.0
	largeurUtile = largeurPage - margeGauche - margeDroite

	expediteurY       = 15.0
	expediteurLargeur = 66.0 // ends at x 86

	adresseX       = 104.0
	adresseY       = 55.55
	adresseLargeur = 84.0 // ends at x 188
	adresseMini    = 8.5  // points: a longer line takes two

	module = 0.33 // width of the thinnest bar, which any reader takes

	pliPremier = 99.0
	pliSecond  = 198.0

	lieuY    = 95.0
	titreY   = 103.0
	cadreY   = 118.0
	cadreH   = 23.0
	corpsY   = 144.0
	suiteY   = 18.0
	basPage  = 280.0
	piedPage = 288.0 // baseline of the footer
)

var (
	styleAdresse = style{taille: 10, interligne: 3.85} // 6 lines: 23.1 mm
	styleNumero  = style{gras: true, taille: 21, interligne: 9}
)

// producteur names the program in the document, without its version: printings
// years apart are the same bytes.
const producteur = "Imhoweb 31"

// AttestationPDF draws one attestation. It reads nothing but m: two printings,
// years apart, are the same bytes as long as the program sets version m.Version
// with the same faces.
func AttestationPDF(w io.Writer, m Mentions) error { return AttestationsPDF(w, []Mentions{m}) }

// AttestationsPDF draws attestations one after the other in one file, each
// numbering its own pages; beyond one, each has a bookmark. The document is
// dated from the first one. fpdf holds all pages until the end, 100 to 160 kB
// of memory a letter, garbage included: the caller bounds a run.
func AttestationsPDF(w io.Writer, lettres []Mentions) error {
	if len(lettres) == 0 {
		return fmt.Errorf("aucune attestation à imprimer")
	}
	m := &lettres[0]
	t := nouveauTrace(m.titreAttestation(), m.Service.Nom, m.EmiseLe)
	if n := len(lettres); n > 1 {
		t.pdf.SetTitle(texte.Milliers(n)+" attestations de demandes de logement social", true)
	} else {
		t.pdf.SetSubject("Numéro unique "+NumeroGroupe(m.NumeroUnique), true)
	}
	for i := range lettres {
		m := &lettres[i]
		if m.Version != versionMentions {
			return fmt.Errorf("attestation %s : version %d des mentions inconnue", m.NumeroUnique, m.Version)
		}
		if err := t.lettre(m, len(lettres) > 1); err != nil {
			return err
		}
	}
	return t.pdf.Output(w)
}

// trace draws on the pages of a document.
type trace struct {
	pdf     *fpdf.Fpdf
	secours bool // the second face has been added
}

// nouveauTrace opens a document dated from the day of its act, not of its
// printing.
func nouveauTrace(titre, auteur string, le jour.Date) *trace {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true) // the same order of objects each time
	f.SetCreationDate(le.Time())
	f.SetModificationDate(le.Time())
	f.SetLang("fr-FR")
	f.SetTitle(titre, true)
	f.SetAuthor(auteur, true)
	f.SetCreator(producteur, true)
	f.SetProducer(producteur, true)
	f.SetAutoPageBreak(false, 0)
	t := &trace{pdf: f}
	t.police(polices().normale)
	t.police(polices().grasse)
	return t
}

// police adds a face to the document; fpdf writes over the bytes it is given.
func (t *trace) police(p *police) {
	t.pdf.AddUTF8FontFromBytes(p.famille, p.style, append([]byte(nil), p.octets...))
}

func (t *trace) lettre(m *Mentions, signet bool) error {
	var bandes []bande
	for _, b := range redigerV1(m) {
		bandes = append(bandes, b.composer(largeurUtile))
	}
	pages := paginer(bandes, corpsY, suiteY, basPage)
	for i, lignes := range pages {
		t.pdf.AddPage()
		if i == 0 {
			if signet {
				t.pdf.Bookmark(NumeroGroupe(m.NumeroUnique), 0, 0)
			}
			if err := t.entete(m); err != nil {
				return err
			}
		}
		t.page(lignes, "Numéro unique"+texte.Insecable+": "+insecables(NumeroGroupe(m.NumeroUnique)), i+1, len(pages))
	}
	return t.pdf.Error()
}

// page draws the text of a page and its foot.
func (t *trace) page(lignes []posee, reference string, page, pages int) {
	for _, l := range lignes {
		if l.filet {
			t.filet(l.y - 1.2)
		}
		t.ligne(l.ligne, margeGauche, l.y)
	}
	gauche := petit.couper(reference, largeurUtile)
	droite := petit.couper(fmt.Sprintf("page %d sur %d", page, pages), largeurUtile)
	t.ligne(gauche[0], margeGauche, piedPage-petit.interligne)
	t.ligne(droite[0], largeurPage-margeDroite-droite[0].largeur(), piedPage-petit.interligne)
}

// entete draws what stands above the text of the first page.
func (t *trace) entete(m *Mentions) error {
	gras := courant
	gras.gras = true
	y := t.lignes(gras.couper(m.Service.Nom, expediteurLargeur), margeGauche, expediteurY)
	for _, s := range remplies(append([]string{m.Service.Guichet}, m.Service.Adresse...)...) {
		y = t.lignes(petit.couper(s, expediteurLargeur), margeGauche, y)
	}
	if m.Service.Telephone != "" {
		t.lignes(petit.couper("Téléphone"+texte.Insecable+": "+insecables(m.Service.Telephone), expediteurLargeur), margeGauche, y)
	}
	t.lignes(lignesFenetre(m.Adresse), adresseX, adresseY)
	t.plis()

	lieu := "Le " + jourInsecable(m.EmiseLe)
	if m.Lieu != "" {
		lieu = m.Lieu + ", le " + jourInsecable(m.EmiseLe)
	}
	t.lignes(courant.couper(lieu, expediteurLargeur), adresseX, lieuY)
	t.lignes(titre.couper(m.titreAttestation(), largeurUtile), margeGauche, titreY)
	return t.numero(m.NumeroUnique)
}

// lignesFenetre sets the address in at most six lines: a long line is first
// made smaller, then cut in two while a line is left.
func lignesFenetre(adresse []string) []ligne {
	var l []ligne
	libres := lignesAdresse - len(adresse)
	for _, s := range adresse {
		st := styleAdresse.reduire(s, adresseLargeur, adresseMini)
		coupees := st.couper(s, adresseLargeur)
		if n := len(coupees) - 1; n > libres {
			coupees = st.reduire(s, adresseLargeur, 1).couper(s, adresseLargeur)
		} else {
			libres -= n
		}
		l = append(l, coupees...)
	}
	return l
}

// numero draws the numéro unique, in groups to read aloud, and its bar code.
func (t *trace) numero(numero string) error {
	const hauteur = 9.0
	code, err := code128.Encode(numero)
	if err != nil {
		return fmt.Errorf("code-barres de %q : %w", numero, err)
	}
	t.pdf.SetLineWidth(0.4)
	t.pdf.Rect(margeGauche, cadreY, largeurUtile, cadreH, "D")
	groupe := NumeroGroupe(numero)
	t.lignes(petit.couper("Numéro unique d’enregistrement", 90), margeGauche+5, cadreY+3)

	n := code.Bounds().Dx()
	x := largeurPage - margeDroite - 5 - float64(n)*module
	place := x - 5 - (margeGauche + 5) // the code grows with the letters of the guichet
	gros := styleNumero.reduire(insecables(groupe), place, 12)
	t.lignes(gros.couper(insecables(groupe), place), margeGauche+5, cadreY+9)
	for i := 0; i < n; i++ {
		debut := i
		for i < n && noir(code.At(i, 0)) {
			i++
		}
		if i > debut {
			t.pdf.Rect(x+float64(debut)*module, cadreY+4, float64(i-debut)*module, hauteur, "F")
		}
	}
	sous := petit.couper(insecables(groupe), 100)
	t.lignes(sous, x+(float64(n)*module-sous[0].largeur())/2, cadreY+4+hauteur+1.5)
	return nil
}

// plis marks where to fold.
func (t *trace) plis() {
	t.pdf.SetLineWidth(0.2)
	t.pdf.Line(5, pliPremier, 10, pliPremier)
	t.pdf.Line(5, pliSecond, 10, pliSecond)
}

func (t *trace) filet(y float64) {
	t.pdf.SetLineWidth(0.2)
	t.pdf.Line(margeGauche, y, largeurPage-margeDroite, y)
}

// lignes draws lines down from y and gives where the next one goes.
func (t *trace) lignes(l []ligne, x, y float64) float64 {
	for _, x1 := range l {
		t.ligne(x1, x, y)
		y += x1.hauteur
	}
	return y
}

// ligne draws one line whose top is at y.
func (t *trace) ligne(l ligne, x, y float64) {
	for _, m := range l.morceaux {
		if m.police.famille == familleSecours && !t.secours {
			t.police(m.police)
			t.secours = true
		}
		t.pdf.SetFont(m.police.famille, m.police.style, m.taille)
		t.pdf.Text(x+m.x, y+l.hauteur*0.76, m.texte)
	}
}

func noir(c color.Color) bool {
	r, _, _, _ := c.RGBA()
	return r == 0
}

package editions

import (
	"fmt"
	"io"

	"codeberg.org/go-pdf/fpdf"

	"imhoweb/internal/platform/jour"
)

// Dossier is a document of headings and rows, as long as it takes: the complete
// dossier that a person asks for.
type Dossier struct {
	Titre     string
	Reference string // at the foot of every page
	Auteur    string
	Le        jour.Date
	Chapo     []string // paragraphs under the title
	Rubriques []RubriqueDossier
}

// RubriqueDossier is a heading and its rows; Vide is said when there are none.
type RubriqueDossier struct {
	Titre string
	Vide  string
	Faits [][2]string // label, value
}

// DossierPDF draws the document.
func DossierPDF(w io.Writer, d Dossier) error {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCreationDate(d.Le.Time())
	f.SetModificationDate(d.Le.Time())
	f.SetLang("fr-FR")
	f.SetTitle(d.Titre, true)
	f.SetAuthor(d.Auteur, true)
	f.SetCreator(producteur, true)
	f.SetProducer(producteur, true)
	f.SetAutoPageBreak(false, 0)
	t := &trace{pdf: f}
	t.police(polices().normale)
	t.police(polices().grasse)

	var bandes []bande
	for _, b := range d.rediger() {
		bandes = append(bandes, b.composer(largeurUtile))
	}
	pages := paginer(bandes, suiteY, suiteY, basPage)
	for i, lignes := range pages {
		f.AddPage()
		for _, l := range lignes {
			if l.filet {
				t.filet(l.y - 1.2)
			}
			t.ligne(l.ligne, margeGauche, l.y)
		}
		gauche := petit.couper(d.Reference, largeurUtile-40)
		droite := petit.couper(fmt.Sprintf("page %d sur %d", i+1, len(pages)), largeurUtile)
		t.ligne(gauche[0], margeGauche, piedPage-petit.interligne)
		t.ligne(droite[0], largeurPage-margeDroite-droite[0].largeur(), piedPage-petit.interligne)
	}
	if err := f.Error(); err != nil {
		return err
	}
	return f.Output(w)
}

func (d Dossier) rediger() []bloc {
	r := &redaction{blocs: []bloc{{style: titre, texte: d.Titre}}}
	for _, p := range d.Chapo {
		r.paragraphe(p)
	}
	for _, x := range d.Rubriques {
		if len(x.Faits) == 0 && x.Vide == "" {
			continue
		}
		r.section(x.Titre)
		if len(x.Faits) == 0 {
			r.paragraphe(x.Vide)
		}
		for _, fait := range x.Faits {
			r.rangee(fait[0], fait[1])
		}
	}
	return r.blocs
}

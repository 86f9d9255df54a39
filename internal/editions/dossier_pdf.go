package editions

import (
	"io"

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
	t := nouveauTrace(d.Titre, d.Auteur, d.Le)
	var bandes []bande
	for _, b := range d.rediger() {
		bandes = append(bandes, b.composer(largeurUtile))
	}
	pages := paginer(bandes, suiteY, suiteY, basPage)
	for i, lignes := range pages {
		t.pdf.AddPage()
		t.page(lignes, d.Reference, i+1, len(pages))
	}
	return t.pdf.Output(w)
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

package components

import (
	"context"
	"fmt"
	"io"

	"github.com/a-h/templ"

	"imhoweb/static"
)

// Ic is a pictogram of the sprite, hidden from assistive technologies: a word
// always stands beside it, or the command that holds it has a name.
func Ic(nom string) templ.Component {
	return pictogramme(nom, `aria-hidden="true"`)
}

// IcNommee is a pictogram that stands for a word.
func IcNommee(nom, libelle string) templ.Component {
	return pictogramme(nom, `role="img" aria-label="`+templ.EscapeString(libelle)+`"`)
}

func pictogramme(nom, attribut string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if !static.Icone(nom) {
			return fmt.Errorf("pictogramme inconnu : %q", nom)
		}
		_, err := io.WriteString(w, `<svg class="ic" `+attribut+`><use href="`+static.URL("icones.svg")+"#"+nom+`"></use></svg>`)
		return err
	})
}

package textes

import (
	"bytes"
	"fmt"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// goldmark without its unsafe option leaves raw HTML out and drops the
// addresses that run code: what it writes needs no other sanitiser, and the
// content security policy stands behind.
var markdown = goldmark.New(goldmark.WithParserOptions(
	parser.WithASTTransformers(util.Prioritized(niveaux{}, 100)),
))

// niveaux keeps the first level of headings for the title of the page, and
// pictures, which the security policy would block, out.
type niveaux struct{}

// Transform makes the highest heading of the text a second level.
func (niveaux) Transform(d *ast.Document, _ text.Reader, _ parser.Context) {
	var images []ast.Node
	premier := 6
	_ = ast.Walk(d, func(n ast.Node, entre bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Heading:
			if entre {
				premier = min(premier, n.Level)
			}
		case *ast.Image:
			if entre {
				images = append(images, n)
			}
		}
		return ast.WalkContinue, nil
	})
	_ = ast.Walk(d, func(n ast.Node, entre bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entre {
			h.Level = min(h.Level-premier+2, 6)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range images {
		n.Parent().RemoveChild(n.Parent(), n)
	}
}

// HTML renders a text. Whatever is typed, the result holds no script, no style
// and no markup of its author's.
func HTML(contenu string) (string, error) {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(contenu), &b); err != nil {
		return "", fmt.Errorf("textes: markdown: %w", err)
	}
	return b.String(), nil
}

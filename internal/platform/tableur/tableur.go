// Package tableur writes CSV files that a French spreadsheet opens by a double
// click, and in which no cell runs anything.
package tableur

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"
)

// Ecrivain writes rows: a byte order mark, semicolons, lines ended as on
// Windows. Cells are made by Inerte and EnTexte.
type Ecrivain struct {
	tampon *bufio.Writer
	csv    *csv.Writer
}

// Nouveau starts a file with its headings.
func Nouveau(vers io.Writer, titres []string) (*Ecrivain, error) {
	tampon := bufio.NewWriterSize(vers, 32<<10)
	if _, err := tampon.WriteString("\ufeff"); err != nil {
		return nil, err
	}
	w := csv.NewWriter(tampon)
	w.Comma, w.UseCRLF = ';', true
	return &Ecrivain{tampon, w}, w.Write(titres)
}

// Ligne adds a row.
func (e *Ecrivain) Ligne(cellules []string) error { return e.csv.Write(cellules) }

// Fermer sends what is left.
func (e *Ecrivain) Fermer() error {
	e.csv.Flush()
	if err := e.csv.Error(); err != nil {
		return err
	}
	return e.tampon.Flush()
}

// EnTexte keeps a number whole: a spreadsheet would round 18 digits, and drop
// a leading zero. Only letters and digits may stand in such a cell.
func EnTexte(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) {
		return Inerte(s)
	}
	return `="` + s + `"`
}

// Inerte makes sure that a spreadsheet shows a cell and never runs it.
func Inerte(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

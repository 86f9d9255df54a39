package editions

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The faces of what is printed. Atkinson Hyperlegible Next is that of the
// screens; it lacks Vietnamese, Greek and Cyrillic letters, so a word that has
// one is set whole in Open Sans. Licences stand beside the files.
var (
	//go:embed polices/atkinson-next-regular.ttf
	atkinsonRegular []byte
	//go:embed polices/atkinson-next-bold.ttf
	atkinsonBold []byte
	//go:embed polices/open-sans-regular.ttf
	openSansRegular []byte
)

// Families, as fpdf names them.
const (
	familleTexte   = "texte"
	familleSecours = "secours"
)

// police is a face: its file, and the width of each of its characters in em.
type police struct {
	famille, style string
	octets         []byte
	avances        map[rune]float64
}

type jeuPolices struct{ normale, grasse, secours *police }

// polices reads the three faces once.
var polices = sync.OnceValue(func() jeuPolices {
	lire := func(famille, style string, octets []byte) *police {
		avances, err := lireAvances(octets)
		if err != nil {
			panic(fmt.Sprintf("editions: police %s%s : %v", famille, style, err))
		}
		return &police{famille, style, octets, avances}
	}
	return jeuPolices{
		normale: lire(familleTexte, "", atkinsonRegular),
		grasse:  lire(familleTexte, "B", atkinsonBold),
		secours: lire(familleSecours, "", openSansRegular),
	}
})

// largeur is the width of a text, in em.
func (p *police) largeur(s string) float64 {
	var l float64
	for _, r := range s {
		l += p.avances[r]
	}
	return l
}

func (p *police) a(s string) bool {
	for _, r := range s {
		if _, ok := p.avances[r]; !ok {
			return false
		}
	}
	return true
}

// choisir gives the face of a word, and the word with what no face can draw
// replaced: an accented letter by its base, anything else by a question mark.
func (j jeuPolices) choisir(gras bool, mot string) (*police, string) {
	p := j.normale
	if gras {
		p = j.grasse
	}
	if p.a(mot) {
		return p, mot
	}
	if j.secours.a(mot) {
		return j.secours, mot
	}
	var b strings.Builder
	for _, r := range mot {
		switch s := string(r); {
		case p.a(s) || j.secours.a(s):
			b.WriteString(s)
		case unicode.In(r, unicode.Mn, unicode.Cf):
		default:
			base := norm.NFD.String(s)
			if base == s || !p.a(base[:1]) {
				base = "?"
			}
			b.WriteString(base[:1])
		}
	}
	if mot = b.String(); p.a(mot) {
		return p, mot
	}
	return j.secours, mot
}

// imprimable puts a text in the form that is drawn: composed letters, ordinary
// spaces for line breaks and controls, and a no-break space for the narrow one,
// which the faces lack (their thin space is too thin to part thousands).
func imprimable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u202f':
			return '\u00a0'
		case r == '\u2011': // no-break hyphen
			return '-'
		case r < ' ' || r == '\u007f' || r == '\u2028' || r == '\u2029':
			return ' '
		}
		return r
	}, norm.NFC.String(s))
}

var errPolice = errors.New("fichier TrueType illisible")

// lireAvances reads the width of each character of a TrueType file: tables
// head (units of an em), hhea and hmtx (widths by glyph), cmap format 4 (glyph
// by character). fpdf reads them too but tells neither which characters a face
// has nor a width without writing into the page.
func lireAvances(f []byte) (avances map[rune]float64, err error) {
	defer func() { // a truncated file is an index out of range
		if recover() != nil {
			err = errPolice
		}
	}()
	u16 := func(t []byte, i int) int { return int(binary.BigEndian.Uint16(t[i:])) }
	u32 := func(t []byte, i int) int { return int(binary.BigEndian.Uint32(t[i:])) }
	tables := map[string][]byte{}
	for i := range u16(f, 4) {
		e := f[12+16*i:]
		tables[string(e[:4])] = f[u32(e, 8) : u32(e, 8)+u32(e, 12)]
	}
	em, n := float64(u16(tables["head"], 18)), u16(tables["hhea"], 34)
	cmap := tables["cmap"]
	var t []byte
	for i := range u16(cmap, 2) {
		if s := cmap[u32(cmap, 8+8*i):]; u16(s, 0) == 4 {
			t = s
		}
	}
	if t == nil {
		return nil, errPolice
	}
	avances = map[rune]float64{}
	doubles := u16(t, 6) // twice the number of segments
	for i := 0; i < doubles; i += 2 {
		fin, debut := u16(t, 14+i), u16(t, 16+doubles+i)
		delta, decalage := u16(t, 16+2*doubles+i), u16(t, 16+3*doubles+i)
		for c := debut; c <= fin && c != 0xffff; c++ {
			glyphe := c
			if decalage != 0 {
				glyphe = u16(t, 16+3*doubles+i+decalage+2*(c-debut))
			}
			if glyphe = (glyphe + delta) & 0xffff; glyphe != 0 {
				avances[rune(c)] = float64(u16(tables["hmtx"], 4*min(glyphe, n-1))) / em
			}
		}
	}
	return avances, nil
}

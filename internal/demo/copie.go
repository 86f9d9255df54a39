package demo

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/jour"
)

// flux is a run of rows of one table in the binary format of COPY. pgx's
// CopyFrom reads rows of any values; writing the format directly is several
// times faster, and allows « freeze ».
type flux struct {
	b      []byte
	lignes int
}

// Days and microseconds are counted from 2000-01-01 in the binary format.
const (
	joursAvant2000    = 10957
	secondesAvant2000 = joursAvant2000 * 86400
)

func (f *flux) ligne(colonnes int) {
	f.lignes++
	f.b = binary.BigEndian.AppendUint16(f.b, uint16(colonnes))
}

func (f *flux) nul() { f.b = append(f.b, 0xff, 0xff, 0xff, 0xff) }

func (f *flux) texte(s string) {
	f.b = binary.BigEndian.AppendUint32(f.b, uint32(len(s)))
	f.b = append(f.b, s...)
}

// texteOuNul writes a reference: "" is no reference.
func (f *flux) texteOuNul(s string) {
	if s == "" {
		f.nul()
		return
	}
	f.texte(s)
}

func (f *flux) int2(n int) {
	f.b = append(f.b, 0, 0, 0, 2)
	f.b = binary.BigEndian.AppendUint16(f.b, uint16(int16(n)))
}

func (f *flux) int4(n int) {
	f.b = append(f.b, 0, 0, 0, 4)
	f.b = binary.BigEndian.AppendUint32(f.b, uint32(int32(n)))
}

func (f *flux) int8(n int64) {
	f.b = append(f.b, 0, 0, 0, 8)
	f.b = binary.BigEndian.AppendUint64(f.b, uint64(n))
}

func (f *flux) int8OuNul(n int64) {
	if n == 0 {
		f.nul()
		return
	}
	f.int8(n)
}

func (f *flux) int2OuNul(n *int) {
	if n == nil {
		f.nul()
		return
	}
	f.int2(*n)
}

func (f *flux) int4OuNul(n *int) {
	if n == nil {
		f.nul()
		return
	}
	f.int4(*n)
}

func (f *flux) oui(b bool) {
	f.b = append(f.b, 0, 0, 0, 1, 0)
	if b {
		f.b[len(f.b)-1] = 1
	}
}

func (f *flux) ouiOuNul(b *bool) {
	if b == nil {
		f.nul()
		return
	}
	f.oui(*b)
}

func (f *flux) date(d jour.Date) {
	if d.IsZero() {
		f.nul()
		return
	}
	f.int4(int(d.Time().Unix()/86400) - joursAvant2000)
}

func (f *flux) instant(t time.Time) {
	f.int8(t.UnixMicro() - secondesAvant2000*1_000_000)
}

// Identifiers of the types of array elements (pg_type).
const (
	oidInt2 = 21
	oidInt4 = 23
	oidText = 25
)

// tableau writes the header of an array of one dimension; its elements follow.
// It returns where its length must be written.
func (f *flux) tableau(oid uint32, n int) (debut int) {
	debut = len(f.b)
	f.b = append(f.b, 0, 0, 0, 0)
	dimensions := uint32(1)
	if n == 0 {
		dimensions = 0
	}
	f.b = binary.BigEndian.AppendUint32(f.b, dimensions)
	f.b = binary.BigEndian.AppendUint32(f.b, 0) // no null inside
	f.b = binary.BigEndian.AppendUint32(f.b, oid)
	if n > 0 {
		f.b = binary.BigEndian.AppendUint32(f.b, uint32(n))
		f.b = binary.BigEndian.AppendUint32(f.b, 1) // lower bound
	}
	return debut
}

func (f *flux) clore(debut int) {
	binary.BigEndian.PutUint32(f.b[debut:], uint32(len(f.b)-debut-4))
}

func (f *flux) textes(l []string) {
	debut := f.tableau(oidText, len(l))
	for _, s := range l {
		f.texte(s)
	}
	f.clore(debut)
}

func (f *flux) int2s(l []int16) {
	debut := f.tableau(oidInt2, len(l))
	for _, n := range l {
		f.int2(int(n))
	}
	f.clore(debut)
}

func (f *flux) int4s(l []int32) {
	debut := f.tableau(oidInt4, len(l))
	for _, n := range l {
		f.int4(int(n))
	}
	f.clore(debut)
}

func (f *flux) json(v []byte) {
	f.b = binary.BigEndian.AppendUint32(f.b, uint32(len(v)+1))
	f.b = append(f.b, 1) // version of the binary form of jsonb
	f.b = append(f.b, v...)
}

var (
	enteteCopie = []byte("PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	finCopie    = []byte{0xff, 0xff}
)

// copier sends the rows of a lot, table after table in the order of their
// references.
func (l *lot) copier(ctx context.Context, tx pgx.Tx, p partitions) error {
	for i := range l.flux {
		f, t := &l.flux[i], tables[i]
		if f.lignes == 0 {
			continue
		}
		lu := io.MultiReader(bytes.NewReader(enteteCopie), bytes.NewReader(f.b), bytes.NewReader(finCopie))
		cible, gelee := p.cible(t.nom, l.departement)
		options := "format binary"
		if gelee {
			options += ", freeze"
		}
		sql := fmt.Sprintf("copy %s (%s) from stdin (%s)", cible, t.colonnes, options)
		if _, err := tx.Conn().PgConn().CopyFrom(ctx, lu, sql); err != nil {
			return fmt.Errorf("demo: copy %s: %w", cible, err)
		}
	}
	return nil
}

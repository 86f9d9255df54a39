package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// Nature is what is wrong where a chain breaks.
type Nature string

// Natures of a break.
const (
	Modifiee   Nature = "modifiee"   // the row isn't the one that was written, or not at this place
	Manquante  Nature = "manquante"  // rows were removed
	Inseree    Nature = "inseree"    // a row was added
	Tronquee   Nature = "tronquee"   // the latest rows were removed
	HorsChaine Nature = "horschaine" // a row never took its place
)

// Cassure is a place where a chain breaks.
type Cassure struct {
	Nature  Nature    `json:"nature"`
	Rang    int64     `json:"rang"`
	Fin     int64     `json:"fin,omitempty"`     // last rank missing, when several are
	FaitLe  time.Time `json:"fait_le,omitzero"`  // of the row, or of the first one after those missing
	Attendu string    `json:"attendu,omitempty"` // digest that the row should bear
	Trouve  string    `json:"trouve,omitempty"`  // digest that it bears
}

// Ancre is the link from which a verification starts again: what came before
// was removed by retention.
type Ancre struct {
	Rang      int64     `json:"rang"`
	Empreinte string    `json:"empreinte"`
	RetireLe  time.Time `json:"retire_le"`
}

// Constat is what the verification of a chain found.
type Constat struct {
	Chaine    string    `json:"chaine"` // "acces" or "changements"
	Lignes    int64     `json:"lignes"`
	Premiere  time.Time `json:"premiere,omitzero"`
	Derniere  time.Time `json:"derniere,omitzero"`
	Ancre     *Ancre    `json:"ancre,omitempty"`
	Rang      int64     `json:"rang"`      // of the last link
	Empreinte string    `json:"empreinte"` // of the last link: kept elsewhere, it proves the whole chain later
	Cassures  []Cassure `json:"cassures,omitempty"`
	Autres    int64     `json:"autres,omitempty"` // breaks beyond those listed
}

// Intacte tells that nothing was touched.
func (c Constat) Intacte() bool { return len(c.Cassures) == 0 }

const maxCassures = 50

// Verifier reads both chains from end to end, in one snapshot and without
// holding rows, and says where they break.
func Verifier(ctx context.Context, db pg.DB) ([]Constat, error) {
	var l []Constat
	err := pg.ReadOnly(ctx, db, func(tx pgx.Tx) error {
		for _, f := range []func(context.Context, pgx.Tx) (Constat, error){verifierAcces, verifierChangements} {
			c, err := f(ctx, tx)
			if err != nil {
				return fmt.Errorf("journal: verify: %w", err)
			}
			l = append(l, c)
		}
		return nil
	})
	return l, err
}

const accesSQL = `
select rang, ecrit_le, fait_le, utilisateur, organisme, sorte, demande, ecran, criteres, recherche::text, lignes, reference, empreinte
from journal_acces
order by rang, ecrit_le`

func verifierAcces(ctx context.Context, tx pgx.Tx) (Constat, error) {
	v, err := commencer(ctx, tx, "acces")
	if err != nil {
		return v.Constat, err
	}
	rows, err := tx.Query(ctx, accesSQL)
	if err != nil {
		return v.Constat, err
	}
	var m maillon
	_, err = pgx.ForEachRow(rows, []any{&m.Rang, &m.EcritLe, &m.FaitLe, &m.Utilisateur, &m.Organisme, &m.Sorte, &m.Demande, &m.Ecran,
		&m.Criteres, &m.Recherche, &m.Lignes, &m.Reference, &m.Empreinte}, func() error {
		v.suivre(&m.Rang, m.FaitLe, m.Empreinte, m.forme)
		return nil
	})
	return v.finir(), err
}

// The form is written again here from what the row holds: the function that
// made it in the base isn't trusted.
const changementsSQL = `
select rang, fait_le, utilisateur, organisme, objet, cle, libelle, organisme_vise, acte, avant::text, apres::text, empreinte
from changements
order by rang, id`

func verifierChangements(ctx context.Context, tx pgx.Tx) (Constat, error) {
	v, err := commencer(ctx, tx, "changements")
	if err != nil {
		return v.Constat, err
	}
	rows, err := tx.Query(ctx, changementsSQL)
	if err != nil {
		return v.Constat, err
	}
	var rang, utilisateur *int64
	var faitLe time.Time
	var t [8]string
	var empreinte []byte
	_, err = pgx.ForEachRow(rows, []any{&rang, &faitLe, &utilisateur, &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7], &empreinte}, func() error {
		v.suivre(rang, faitLe, empreinte, func(b []byte) []byte {
			return champs(b, append([]string{facultatif(rang), entier(faitLe.UnixMicro()), facultatif(utilisateur)}, t[:]...)...)
		})
		return nil
	})
	return v.finir(), err
}

// verification walks one chain.
type verification struct {
	Constat
	precedente []byte
	connue     bool // the previous digest is sure: false after rows are missing
	tete       maillon
	tampon     []byte
}

const debutSQL = `
select t.rang, t.empreinte, coalesce(a.rang, 0), coalesce(a.empreinte, decode(repeat('00', 32), 'hex')), a.retire_le
from journal_tetes t
left join lateral (
    select rang, empreinte, retire_le from journal_ancres x where x.chaine = t.chaine order by x.rang desc limit 1
) a on true
where t.chaine = @chaine`

func commencer(ctx context.Context, tx pgx.Tx, chaine string) (*verification, error) {
	v := &verification{connue: true}
	v.Chaine = chaine
	var retire *time.Time
	if err := tx.QueryRow(ctx, debutSQL, pg.Args{"chaine": chaine}).Scan(&v.tete.Rang, &v.tete.Empreinte, &v.Rang, &v.precedente, &retire); err != nil {
		return v, err
	}
	if retire != nil {
		v.Ancre = &Ancre{Rang: v.Rang, Empreinte: hex.EncodeToString(v.precedente), RetireLe: *retire}
	}
	return v, nil
}

// suivre checks the next row. A row whose digest is wrong still links the
// following ones: each break is told once.
func (v *verification) suivre(rang *int64, faitLe time.Time, empreinte []byte, forme func([]byte) []byte) {
	v.Lignes++
	if v.Premiere.IsZero() || faitLe.Before(v.Premiere) {
		v.Premiere = faitLe
	}
	if faitLe.After(v.Derniere) {
		v.Derniere = faitLe
	}
	switch {
	case rang == nil:
		v.rompre(Cassure{Nature: HorsChaine, FaitLe: faitLe})
		return
	case *rang <= v.Rang:
		v.rompre(Cassure{Nature: Inseree, Rang: *rang, FaitLe: faitLe, Trouve: hex.EncodeToString(empreinte)})
		return
	case *rang > v.Rang+1:
		v.rompre(Cassure{Nature: Manquante, Rang: v.Rang + 1, Fin: *rang - 1, FaitLe: faitLe})
		v.connue = false
	}
	if v.connue {
		var attendue [sha256.Size]byte
		attendue, v.tampon = enchainer(v.precedente, forme, v.tampon)
		if !bytes.Equal(attendue[:], empreinte) {
			v.rompre(Cassure{Nature: Modifiee, Rang: *rang, FaitLe: faitLe, Attendu: hex.EncodeToString(attendue[:]), Trouve: hex.EncodeToString(empreinte)})
		}
	}
	v.Rang, v.connue = *rang, true
	v.precedente = append(v.precedente[:0], empreinte...)
}

func (v *verification) rompre(r Cassure) {
	if len(v.Cassures) == maxCassures {
		v.Autres++
		return
	}
	v.Cassures = append(v.Cassures, r)
}

// finir compares the end of the chain with what the writer left.
func (v *verification) finir() Constat {
	v.Empreinte = hex.EncodeToString(v.precedente)
	switch {
	case v.Rang < v.tete.Rang:
		v.rompre(Cassure{Nature: Tronquee, Rang: v.Rang + 1, Fin: v.tete.Rang, Attendu: hex.EncodeToString(v.tete.Empreinte)})
	case v.Rang > v.tete.Rang:
		v.rompre(Cassure{Nature: Inseree, Rang: v.tete.Rang + 1, Fin: v.Rang, FaitLe: v.Derniere})
	case !bytes.Equal(v.precedente, v.tete.Empreinte):
		v.rompre(Cassure{Nature: Modifiee, Rang: v.Rang, FaitLe: v.Derniere, Attendu: hex.EncodeToString(v.tete.Empreinte), Trouve: v.Empreinte})
	}
	return v.Constat
}

package travaux

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// tailleMorceau bounds a row of morceaux_travaux, in bytes.
const tailleMorceau = 256 << 10

const remplacerSQL = `
delete from fichiers_travaux
where travail = @id`

const fichierSQL = `
insert into fichiers_travaux (travail, nom, sorte, perime_le)
values (@id, @nom, @sorte, now() + interval '24 hours')`

const octetsSQL = `
update fichiers_travaux
set octets = @octets
where travail = @id`

// Deposer keeps a file as the result of the job, whole or not at all, instead
// of the one that an interrupted run left. Its author alone may read it, for a
// day. sorte is its MIME type.
func (x *Execution) Deposer(ctx context.Context, nom, sorte string, ecrire func(io.Writer) error) error {
	err := pgx.BeginFunc(ctx, x.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, remplacerSQL, pg.Args{"id": x.id}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, fichierSQL, pg.Args{"id": x.id, "nom": nom, "sorte": sorte}); err != nil {
			return err
		}
		d := &depot{ctx: ctx, tx: tx, id: x.id}
		if err := ecrire(d); err != nil {
			return err
		}
		if err := d.vider(); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, octetsSQL, pg.Args{"id": x.id, "octets": d.octets})
		return err
	})
	if err != nil {
		return fmt.Errorf("travaux: file: %w", err)
	}
	x.Resultat("/travaux/" + strconv.FormatInt(x.id, 10) + "/fichier")
	return nil
}

// depot cuts what is written into rows.
type depot struct {
	ctx    context.Context
	tx     pgx.Tx
	id     int64
	tampon []byte
	rang   int
	octets int64
}

// Write keeps the bytes, and sends what fills a row.
func (d *depot) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		k := min(len(b), tailleMorceau-len(d.tampon))
		d.tampon, b = append(d.tampon, b[:k]...), b[k:]
		if len(d.tampon) == tailleMorceau {
			if err := d.vider(); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

const morceauSQL = `
insert into morceaux_travaux (travail, rang, contenu)
values (@id, @rang, @contenu)`

func (d *depot) vider() error {
	if len(d.tampon) == 0 {
		return nil
	}
	_, err := d.tx.Exec(d.ctx, morceauSQL, pg.Args{"id": d.id, "rang": d.rang, "contenu": d.tampon})
	d.rang++
	d.octets += int64(len(d.tampon))
	d.tampon = d.tampon[:0]
	return err
}

// Fichier is the result of a job, ready to be sent.
type Fichier struct {
	Nom, Sorte string
	Octets     int64
	id         int64
}

const ouvrirSQL = `
select f.nom, f.sorte, f.octets, f.travail, t.code
from fichiers_travaux f
join travaux t on t.id = f.travail
where f.travail = @id and f.perime_le > now() and t.etat = 'REUSSI'
  and t.utilisateur = @utilisateur and t.organisme = @organisme`

// Ouvrir finds the file of a job. Nobody but who asked for it, acting for the
// same organisme and still allowed to, may read it: it is fault.NotFound for
// anybody else, whatever their rights, and once its day is over.
func (f *File) Ouvrir(ctx context.Context, db pg.DB, s habilitations.Session, id int64) (Fichier, error) {
	var x Fichier
	var code string
	err := db.QueryRow(ctx, ouvrirSQL, pg.Args{"id": id, "utilisateur": s.Utilisateur, "organisme": s.Organisme}).
		Scan(&x.Nom, &x.Sorte, &x.Octets, &x.id, &code)
	if errors.Is(err, pgx.ErrNoRows) {
		return x, fault.Refuser(fault.NotFound, "Ce fichier n’est plus gardé : demandez-le de nouveau.")
	}
	if err != nil {
		return x, fmt.Errorf("travaux: file: %w", err)
	}
	if t, ok := f.Travail(code); !ok || t.Droit != "" && !s.Peut(t.Droit) {
		return x, fault.Refuser(fault.Forbidden, "Votre profil ne permet plus de lire ce fichier.")
	}
	return x, nil
}

const morceauxSQL = `
select contenu
from morceaux_travaux
where travail = @id
order by rang`

// Ecrire sends the file, piece by piece.
func (x Fichier) Ecrire(ctx context.Context, db pg.DB, vers io.Writer) error {
	rows, err := db.Query(ctx, morceauxSQL, pg.Args{"id": x.id})
	if err != nil {
		return fmt.Errorf("travaux: file: %w", err)
	}
	var morceau []byte
	_, err = pgx.ForEachRow(rows, []any{&morceau}, func() error {
		_, err := vers.Write(morceau)
		return err
	})
	return envelopper(err, "file")
}

// What a job was about and what it made are forgotten after a day; that it ran,
// after three months.
const (
	perimesSQL = `
delete from fichiers_travaux
where perime_le <= now()`
	argumentsSQL = `
update travaux
set arguments = 'null', session = 'null', oublie = arguments <> 'null'
where fin <= now() - interval '24 hours' and (arguments <> 'null' or session <> 'null')`
	anciensSQL = `
delete from travaux
where fin <= now() - interval '90 days'`
)

// Purger forgets them. It gives the number of rows erased or changed.
func Purger(ctx context.Context, db pg.DB) (int, error) {
	n := 0
	for _, sql := range []string{perimesSQL, argumentsSQL, anciensSQL} {
		t, err := db.Exec(ctx, sql)
		if err != nil {
			return n, fmt.Errorf("travaux: purge: %w", err)
		}
		n += int(t.RowsAffected())
	}
	return n, nil
}

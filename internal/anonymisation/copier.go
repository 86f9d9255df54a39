package anonymisation

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/migrations"
)

// Options of a copy.
type Options struct {
	Cle       demandes.Cle // of the copy, for its NIR; the zero Cle leaves them out
	AvecNir   bool
	Empreinte string // of the password of every account (administration.Hacher)
	Dire      func(phrase string)
}

// Bilan is what was copied.
type Bilan struct{ Demandes, Personnes, Comptes int }

// Refusals.
var (
	ErrMemeBase = errors.New("la cible est la base source : donnez-en une autre")
	ErrNonVide  = errors.New("la base cible n’est pas vide : donnez-en une neuve, sans aucune table ou seulement migrée")
)

// Copier fills an empty base from another, which it only reads, in one snapshot.
// The target is filled in one transaction: cut, it stays empty. Its pool
// connects as the owner.
func Copier(ctx context.Context, source, cible *pgxpool.Pool, o Options) (Bilan, error) {
	if o.Dire == nil {
		o.Dire = func(string) {}
	}
	if err := distinctes(ctx, source, cible); err != nil {
		return Bilan{}, err
	}
	if err := preparer(ctx, source, cible, o); err != nil {
		return Bilan{}, err
	}
	var b Bilan
	err := pgx.BeginTxFunc(ctx, source, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(de pgx.Tx) error {
		return pgx.BeginFunc(ctx, cible, func(vers pgx.Tx) error {
			c := copie{de: de, vers: vers, o: o, sel: sel()}
			var err error
			b, err = c.tout(ctx)
			return err
		})
	})
	if err != nil {
		return Bilan{}, fmt.Errorf("anonymisation : %w", err)
	}
	return b, projeter(ctx, cible, o)
}

// sel makes what replaces a value impossible to find again from the value.
func sel() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails: crypto/rand aborts the program instead
	return hex.EncodeToString(b)
}

// distinctes compares the bases by a lock: addresses may differ for the same.
func distinctes(ctx context.Context, source, cible *pgxpool.Pool) error {
	cle := make([]byte, 4)
	rand.Read(cle) // never fails
	return source.AcquireFunc(ctx, func(s *pgxpool.Conn) error {
		const verrou = "select pg_advisory_lock(hashtextextended($1, 0))"
		if _, err := s.Exec(ctx, verrou, hex.EncodeToString(cle)); err != nil {
			return err
		}
		defer func() { _, _ = s.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock_all()") }()
		var libre bool
		err := cible.QueryRow(ctx, "select pg_try_advisory_xact_lock(hashtextextended($1, 0))", hex.EncodeToString(cle)).Scan(&libre)
		if err == nil && !libre {
			return ErrMemeBase
		}
		return err
	})
}

const tablesSQL = `
select c.relname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
order by 1`

// preparer migrates a target without any table, refuses one that holds
// something, and a source whose tables it doesn't know.
func preparer(ctx context.Context, source, cible *pgxpool.Pool, o Options) error {
	presentes, err := lire[string](ctx, cible, tablesSQL)
	if err != nil {
		return err
	}
	if len(presentes) > 0 {
		for _, t := range []string{"goose_db_version", "organismes", "demandes", "utilisateurs", "evenements"} {
			if !slices.Contains(presentes, t) {
				return ErrNonVide
			}
		}
		var vide bool
		err := cible.QueryRow(ctx, `
select not exists (select from organismes) and not exists (select from demandes) and not exists (select from utilisateurs)
    and not exists (select from evenements)`).Scan(&vide)
		if err != nil {
			return err
		}
		if !vide {
			return ErrNonVide
		}
	}
	o.Dire("Préparation de la base cible.")
	if _, err := migrations.Up(ctx, cible); err != nil {
		return err
	}
	if err := connues(ctx, source); err != nil {
		return err
	}
	return partitions(ctx, source, cible)
}

// connues checks that every table of the source has its place in tables.go.
func connues(ctx context.Context, source *pgxpool.Pool) error {
	l, err := lire[string](ctx, source, tablesSQL)
	if err != nil {
		return err
	}
	tous := slices.Concat(tablesReferentiels, dossiers, []table{tableDemandes, tablePersonnes})
	for _, nom := range l {
		if !slices.ContainsFunc(tous, func(t table) bool { return t.nom == nom }) && !slices.Contains(laissees, nom) && !strings.HasPrefix(nom, prefixeFile) {
			return fmt.Errorf("la table %s n’a pas de règle : dites dans internal/anonymisation/tables.go ce qu’elle devient", nom)
		}
	}
	return nil
}

// partitions gives the target the months and départements of the source.
func partitions(ctx context.Context, source, cible *pgxpool.Pool) error {
	var debut *jour.Date
	if err := source.QueryRow(ctx, "select min(quand)::date from evenements").Scan(&debut); err != nil {
		return err
	}
	if debut != nil && !debut.IsZero() {
		if err := migrations.PartitionsEntre(ctx, cible, *debut, jour.Aujourdhui()); err != nil {
			return err
		}
	}
	deps, err := lire[string](ctx, source, "select distinct departement from demandes order by 1")
	if err != nil {
		return err
	}
	for _, d := range deps {
		if _, err := cible.Exec(ctx, "select creer_partitions_departement($1)", d); err != nil {
			return err
		}
	}
	return nil
}

// copie is one in progress.
type copie struct {
	de, vers pgx.Tx
	o        Options
	sel      string
}

func (c *copie) tout(ctx context.Context) (Bilan, error) {
	var b Bilan
	c.o.Dire("Copie des référentiels.")
	for _, t := range tablesReferentiels {
		if err := c.copier(ctx, t); err != nil {
			return b, err
		}
	}
	var err error
	if b.Comptes, err = c.comptes(ctx); err != nil {
		return b, fmt.Errorf("comptes : %w", err)
	}
	c.o.Dire("Personnes et demandes.")
	if b.Demandes, b.Personnes, err = c.demandes(ctx); err != nil {
		return b, fmt.Errorf("demandes : %w", err)
	}
	c.o.Dire("Dossiers.")
	for _, t := range dossiers {
		if err := c.copier(ctx, t); err != nil {
			return b, err
		}
	}
	if err := c.textes(ctx); err != nil {
		return b, fmt.Errorf("textes : %w", err)
	}
	return b, c.sequences(ctx)
}

const colonnesSQL = `
select a.attname
from pg_attribute a
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
order by a.attnum`

// selection gives the columns of a table and the statement that reads them as
// they go into the copy. A column without rule stops everything.
func (c *copie) selection(ctx context.Context, t table) (colonnes []string, sql string, err error) {
	colonnes, err = lire[string](ctx, c.de, colonnesSQL, t.nom)
	if err != nil {
		return nil, "", err
	}
	gardees := strings.Fields(t.garde)
	valeurs := make([]string, len(colonnes))
	for i, col := range colonnes {
		expr, refaite := t.refait[col]
		switch {
		case refaite:
			valeurs[i] = strings.ReplaceAll(expr, "§sel", c.sel)
		case t.garde == "" || slices.Contains(gardees, col):
			valeurs[i] = "t." + pgx.Identifier{col}.Sanitize()
		default:
			return nil, "", fmt.Errorf("la colonne %s.%s n’a pas de règle : dites dans internal/anonymisation/tables.go ce qu’elle devient", t.nom, col)
		}
	}
	sql = "select " + strings.Join(valeurs, ", ") + " from " + pgx.Identifier{t.nom}.Sanitize() + " t"
	filtre := t.filtre
	if filtre == "" && t.garde != "" {
		filtre = enregistrees
	}
	if filtre != "" {
		sql += " where " + filtre
	}
	return colonnes, sql, nil
}

// copier sends a table from one base to the other, as it streams.
func (c *copie) copier(ctx context.Context, t table) error {
	colonnes, sql, err := c.selection(ctx, t)
	if err != nil {
		return err
	}
	noms := make([]string, len(colonnes))
	for i, col := range colonnes {
		noms[i] = pgx.Identifier{col}.Sanitize()
	}
	r, w := io.Pipe()
	lu := make(chan error, 1)
	go func() {
		_, err := c.de.Conn().PgConn().CopyTo(ctx, w, "copy ("+sql+") to stdout (format binary)")
		w.CloseWithError(err)
		lu <- err
	}()
	_, err = c.vers.Conn().PgConn().CopyFrom(ctx, r, "copy "+pgx.Identifier{t.nom}.Sanitize()+" ("+strings.Join(noms, ", ")+") from stdin (format binary)")
	r.CloseWithError(err)
	if lecture := <-lu; err == nil || lecture != nil && !errors.Is(lecture, io.ErrClosedPipe) {
		err = errors.Join(lecture, err)
	}
	if err != nil {
		return fmt.Errorf("table %s : %w", t.nom, err)
	}
	return nil
}

// textes brings the versions of the charte and of the legal pages that the
// program doesn't have.
func (c *copie) textes(ctx context.Context) error {
	const sql = `
select texte, numero, contenu, resume, empreinte, publie_le
from textes_versions
where numero > 1`
	rows, err := c.de.Query(ctx, sql)
	if err != nil {
		return err
	}
	lignes, err := pgx.CollectRows(rows, valeurs)
	if err != nil {
		return err
	}
	_, err = c.vers.CopyFrom(ctx, pgx.Identifier{"textes_versions"}, []string{"texte", "numero", "contenu", "resume", "empreinte", "publie_le"}, pgx.CopyFromRows(lignes))
	return err
}

const identitesSQL = `
select a.attrelid::regclass::text, a.attname
from pg_attribute a
join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
where a.attidentity <> '' and c.relname <> 'goose_db_version' and c.relname not like 'river%'`

// sequences makes identifiers given from now on follow those copied.
func (c *copie) sequences(ctx context.Context) error {
	rows, err := c.vers.Query(ctx, identitesSQL)
	if err != nil {
		return err
	}
	type identite struct{ Table, Colonne string }
	l, err := pgx.CollectRows(rows, pgx.RowToStructByPos[identite])
	if err != nil {
		return err
	}
	for _, x := range l { // names come quoted from the catalogue
		col := pgx.Identifier{x.Colonne}.Sanitize()
		sql := fmt.Sprintf("select setval(pg_get_serial_sequence('%s', '%s'), coalesce(max(%s), 0) + 1, false) from %s", x.Table, x.Colonne, col, x.Table)
		if _, err := c.vers.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// projeter makes the search rows of the copy, which are not copied.
func projeter(ctx context.Context, cible *pgxpool.Pool, o Options) error {
	o.Dire("Lignes de recherche.")
	ref, err := referentiels.Ouvrir(ctx, cible)
	if err != nil {
		return err
	}
	deps, err := lire[string](ctx, cible, "select distinct departement from demandes order by 1")
	if err != nil {
		return err
	}
	for _, d := range deps {
		if err := (demandes.Fichier{Ref: ref}).ProjeterTout(ctx, cible, d); err != nil {
			return err
		}
	}
	_, err = cible.Exec(ctx, "analyze")
	return err
}

func lire[T any](ctx context.Context, db pg.DB, sql string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

func valeurs(row pgx.CollectableRow) ([]any, error) { return row.Values() }

// Package migrations holds the schema, one SQL file a change, and applies it.
// Published files are never edited: a change is a new file.
package migrations

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"imhoweb/internal/platform/pg"
)

// Fichiers are the migrations, named 00001_sujet.sql.
//
//go:embed 0*.sql
var Fichiers embed.FS

// MoisAVenir is how many monthly partitions are kept ready ahead of today.
const MoisAVenir = 12

// Bilan is what Up did.
type Bilan struct {
	Appliquees []string // file names, in order, then the queue
	SansRole   bool     // the application role is missing and could not be created
}

// Up applies the missing migrations, grants the application role its rights
// and creates the coming partitions. Two at once wait for each other; when
// nothing is missing it only confirms the rights. The pool connects as the
// owner of the tables.
func Up(ctx context.Context, admin *pgxpool.Pool) (Bilan, error) {
	var b Bilan
	verrou, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600)) // a try a second, for 10 minutes
	if err != nil {
		return b, err
	}
	db := stdlib.OpenDBFromPool(admin)
	defer db.Close()
	p, err := goose.NewProvider(goose.DialectPostgres, db, Fichiers, goose.WithSessionLocker(verrou))
	if err != nil {
		return b, err
	}
	resultats, err := p.Up(ctx)
	for _, r := range resultats {
		b.Appliquees = append(b.Appliquees, path.Base(r.Source.Path))
	}
	if err != nil {
		return b, fmt.Errorf("migration : %w", err)
	}
	neuve, err := file(ctx, admin)
	if err != nil {
		return b, err
	}
	if neuve {
		b.Appliquees = append(b.Appliquees, nomFile)
	}
	if err := Partitions(ctx, admin, MoisAVenir); err != nil {
		return b, err
	}
	b.SansRole, err = droits(ctx, admin)
	return b, err
}

// Etat compares the base with this program.
type Etat struct {
	Manquantes []string // migrations of this program that the base lacks
	Inconnues  []int64  // versions of the base that this program doesn't have
}

// AJour tells that nothing is missing. A base ahead of the program is up to
// date: during an upgrade the old program still serves.
func (e Etat) AJour() bool { return len(e.Manquantes) == 0 }

const etatSQL = `
select distinct on (version_id) version_id, is_applied
from goose_db_version
where version_id > 0
order by version_id, id desc`

// Lire tells which migrations the base has; the application role may ask.
func Lire(ctx context.Context, db pg.DB) (Etat, error) {
	var e Etat
	attendues, err := versions()
	if err != nil {
		return e, err
	}
	appliquees := map[int64]bool{}
	rows, err := db.Query(ctx, etatSQL)
	if err == nil {
		var version int64
		var appliquee bool
		for rows.Next() {
			if err := rows.Scan(&version, &appliquee); err != nil {
				return e, err
			}
			appliquees[version] = appliquee
		}
		err = rows.Err()
	}
	var absente *pgconn.PgError
	if errors.As(err, &absente) && absente.Code == "42P01" { // undefined_table: nothing applied yet
		err = nil
	}
	if err != nil {
		return e, err
	}
	for version, nom := range attendues {
		if !appliquees[version] {
			e.Manquantes = append(e.Manquantes, nom)
		}
	}
	for version, appliquee := range appliquees {
		if _, connue := attendues[version]; appliquee && !connue {
			e.Inconnues = append(e.Inconnues, version)
		}
	}
	slices.Sort(e.Manquantes)
	slices.Sort(e.Inconnues)
	complete, err := fileComplete(ctx, db)
	if err == nil && !complete {
		e.Manquantes = append(e.Manquantes, nomFile)
	}
	return e, err
}

func versions() (map[int64]string, error) {
	noms, err := fs.Glob(Fichiers, "0*.sql")
	if err != nil {
		return nil, err
	}
	tous := map[int64]string{}
	for _, nom := range noms {
		numero, _, _ := strings.Cut(nom, "_")
		version, err := strconv.ParseInt(numero, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("nom de migration sans numéro : %s", nom)
		}
		tous[version] = nom
	}
	return tous, nil
}

// Empreinte changes with any migration; test templates are named after it.
func Empreinte() string {
	h := sha256.New()
	noms, _ := fs.Glob(Fichiers, "0*.sql") // constant pattern
	for _, nom := range noms {
		texte, _ := Fichiers.ReadFile(nom) // embedded: always there
		fmt.Fprintf(h, "%s %d\n%s", nom, len(texte), texte)
	}
	fmt.Fprintf(h, "file %d\n", versionFile())
	return hex.EncodeToString(h.Sum(nil))
}

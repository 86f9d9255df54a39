package referentiels

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// Charger brings the référentiels of the database up to date with the embedded
// files, in one transaction: missing rows are added, rows that differ are
// corrected. A second call changes nothing. What belongs to the administrator
// (paramètres, organismes, agences, guichets, closing dates, composition of
// sectors) is inserted once, then left alone; so are the rows that it added and
// the columns that it changed in the others (local, modifiees). Nothing is ever
// deleted, since old dossiers refer to it.
func Charger(ctx context.Context, db pg.DB) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		// Two instances that start together load one after the other.
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtext('imhoweb référentiels'))"); err != nil {
			return fmt.Errorf("referentiels: lock: %w", err)
		}
		for _, f := range fichiers {
			if err := f.charger(ctx, tx); err != nil {
				return err
			}
		}
		return FermerInclusions(ctx, tx)
	})
}

// charger copies the lines into a temporary table as text, then corrects and
// completes the table from it.
func (f fichier) charger(ctx context.Context, tx pgx.Tx) error {
	lignes, err := f.lignes()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, f.creerSQL()); err != nil {
		return fmt.Errorf("referentiels: %s: %w", f.table, err)
	}
	noms := []string{"ligne_csv"}
	for _, c := range f.colonnes {
		noms = append(noms, c.nom)
	}
	source := pgx.CopyFromSlice(len(lignes), func(i int) ([]any, error) {
		return append([]any{int32(i)}, lignes[i]...), nil
	})
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{f.temporaire()}, noms, source); err != nil {
		return fmt.Errorf("referentiels: %s: copy: %w", f.table, err)
	}
	if sql := f.corrigerSQL(); sql != "" {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("referentiels: %s: update: %w", f.table, err)
		}
	}
	if _, err := tx.Exec(ctx, f.completerSQL()); err != nil {
		return fmt.Errorf("referentiels: %s: insert: %w", f.table, err)
	}
	// Not « on commit drop »: the caller's own transaction may load twice.
	_, err = tx.Exec(ctx, "drop table "+f.temporaire())
	return err
}

func (f fichier) temporaire() string { return "lu_" + f.table }

func (f fichier) creerSQL() string {
	var b strings.Builder
	fmt.Fprintf(&b, "create temporary table %s (ligne_csv integer", f.temporaire())
	for _, c := range f.colonnes {
		fmt.Fprintf(&b, ", %s text", c.nom)
	}
	b.WriteString(")")
	return b.String()
}

// luSQL is the temporary table with each text read as its sorte.
func (f fichier) luSQL() string {
	expressions := []string{"ligne_csv"}
	for _, c := range f.colonnes {
		expressions = append(expressions, fmt.Sprintf(string(c.sorte), c.nom)+" as "+c.nom)
	}
	return "(select " + strings.Join(expressions, ", ") + " from " + f.temporaire() + ")"
}

// memeCleSQL joins the table, t, with what was read, l.
func (f fichier) memeCleSQL() string {
	egalites := make([]string, len(f.cle))
	for i, c := range f.cle {
		egalites[i] = fmt.Sprintf("t.%[1]s = l.%[1]s", c)
	}
	return strings.Join(egalites, " and ")
}

// corrigerSQL updates the rows that differ; "" when the administrator owns them.
func (f fichier) corrigerSQL() string {
	var affectations, tables, lus []string
	for _, c := range f.colonnes {
		if f.libre || c.libre || slices.Contains(f.cle, c.nom) {
			continue
		}
		lu := "l." + c.nom
		if f.administree {
			lu = fmt.Sprintf("case when '%[1]s' = any(t.modifiees) then t.%[1]s else l.%[1]s end", c.nom)
		}
		affectations = append(affectations, c.nom+" = "+lu)
		tables, lus = append(tables, "t."+c.nom), append(lus, lu)
	}
	if len(affectations) == 0 {
		return ""
	}
	sql := fmt.Sprintf("update %s t\nset %s\nfrom %s l\nwhere %s\n  and (%s) is distinct from (%s)",
		f.table, strings.Join(affectations, ", "), f.luSQL(), f.memeCleSQL(), strings.Join(tables, ", "), strings.Join(lus, ", "))
	if f.administree {
		sql += "\n  and not t.local"
	}
	return sql
}

// completerSQL inserts the missing rows in the order of the file, so that
// numbers follow it. It is not an « on conflict »: that would use up identity
// numbers at each load.
func (f fichier) completerSQL() string {
	var noms, valeurs []string
	for _, c := range f.colonnes {
		noms, valeurs = append(noms, c.nom), append(valeurs, "l."+c.nom)
	}
	if f.numero != "" {
		noms = append(noms, f.numero)
		valeurs = append(valeurs, fmt.Sprintf(`coalesce((select max(n.%[1]s) from %[2]s n where n.%[3]s = l.%[3]s), 0)
    + row_number() over (partition by l.%[3]s order by l.ligne_csv)`, f.numero, f.table, f.cle[0]))
	}
	return fmt.Sprintf("insert into %s (%s)\nselect %s\nfrom %s l\nwhere not exists (select from %s t where %s)\norder by l.ligne_csv",
		f.table, strings.Join(noms, ", "), strings.Join(valeurs, ", "), f.luSQL(), f.table, f.memeCleSQL())
}

const fermerInclusionsSQL = `
with recursive fermeture (ancetre, descendant) as (
    select code, code from territoires
    union all
    select t.code_parent, f.descendant
    from fermeture f
    join territoires t on t.code = f.ancetre
    where t.code_parent is not null
), perimees as (
    delete from territoires_inclusions i
    where not exists (select from fermeture f where f.ancetre = i.ancetre and f.descendant = i.descendant)
)
insert into territoires_inclusions (ancetre, descendant)
select f.ancetre, f.descendant
from fermeture f
where not exists (
    select from territoires_inclusions i where i.ancetre = f.ancetre and i.descendant = f.descendant)`

// FermerInclusions makes territoires_inclusions follow the parents of
// territoires.
func FermerInclusions(ctx context.Context, db pg.DB) error {
	if _, err := db.Exec(ctx, fermerInclusionsSQL); err != nil {
		return fmt.Errorf("referentiels: territoires_inclusions: %w", err)
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/pg/cluster"
	"imhoweb/migrations"
)

// pgbench replays creations: each is confirmed once for nothing, in a
// transaction rolled back, while a tracer notes its statements and their
// arguments; a table then holds the arguments that change from one creation to
// the next, and a script the statements, in pipelines between the two results
// that are awaited. What differs from the application: fewer round trips, one
// more select that reads the arguments, and an attestation that quotes the
// number of the trial.
type pgbench struct {
	programme    string
	dsn          string
	instructions int
	script       string
}

// nouveauPgbench finds the program beside the server.
func nouveauPgbench(ctx context.Context, b *base) (*pgbench, error) {
	var dossier string
	err := b.admin.QueryRow(ctx, "select setting from pg_config where name = 'BINDIR'").Scan(&dossier)
	if err != nil {
		return nil, fmt.Errorf("folder of pgbench: %w", err)
	}
	p := &pgbench{programme: filepath.Join(dossier, "pgbench"), dsn: b.cluster.DSN(cluster.Application, b.nom)}
	_, err = os.Stat(p.programme)
	return p, err
}

// instruction is a statement of a creation.
type instruction struct {
	sql  string
	args []any
}

// traceur notes the statements of a connection.
type traceur struct {
	actif bool
	notes []instruction
	err   error
}

func (t *traceur) TraceQueryStart(ctx context.Context, c *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	if !t.actif {
		return ctx
	}
	i := instruction{d.SQL, nil}
	for _, a := range d.Args {
		switch x := a.(type) {
		case pgx.QueryRewriter:
			i.sql, i.args, t.err = x.RewriteQuery(ctx, c, d.SQL, nil)
		case pgx.QueryExecMode:
		default:
			i.args = append(i.args, a)
		}
	}
	t.notes = append(t.notes, i)
	return ctx
}

func (t *traceur) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (t *traceur) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

func (t *traceur) TraceBatchQuery(_ context.Context, _ *pgx.Conn, d pgx.TraceBatchQueryData) {
	if t.actif {
		t.notes = append(t.notes, instruction{d.SQL, d.Args})
	}
}

func (t *traceur) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// creation is one creation as traced: texts[i][j] is argument j of statement
// i, nil for null.
type creation struct {
	sql        []string
	types      [][]string // of the arguments
	textes     [][]*string
	personne   string // what the base and the counter gave
	unique, iw string
}

// preparer traces the creations and makes the table and the script.
func (p *pgbench) preparer(ctx context.Context, b *base, t *tirage, saisies []*demandes.Saisie) error {
	cfg, err := pgx.ParseConfig(p.dsn)
	if err != nil {
		return err
	}
	tr := &traceur{}
	cfg.Tracer = tr
	cfg.RuntimeParams["timezone"] = "Europe/Paris"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	creations := make([]creation, len(saisies))
	for i, a := range saisies {
		if creations[i], err = tracer(ctx, b.site, conn, tr, a, t); err != nil {
			return fmt.Errorf("trace: %w", err)
		}
	}
	script, colonnes, err := ecrireScript(creations)
	if err != nil {
		return err
	}
	p.script, p.instructions = script, len(creations[0].sql)
	return chargerTirages(ctx, b, creations, colonnes)
}

func tracer(ctx context.Context, s *site, conn *pgx.Conn, tr *traceur, a *demandes.Saisie, t *tirage) (creation, error) {
	var c creation
	tx, err := conn.Begin(ctx)
	if err != nil {
		return c, err
	}
	defer tx.Rollback(ctx)
	tr.notes, tr.actif = nil, true
	d, err := s.fichier.Confirmer(ctx, tx, s.session, a, t.le)
	tr.actif = false
	if err = errors.Join(err, tr.err); err != nil {
		return c, err
	}
	c.unique, c.iw, c.personne = d.NumeroUnique, d.NumeroIW, strconv.FormatInt(d.Demandeur.ID, 10)
	for _, i := range tr.notes {
		types, textes, err := enTextes(ctx, conn, i)
		if err != nil {
			return c, fmt.Errorf("%s: %w", i.sql, err)
		}
		c.sql, c.types, c.textes = append(c.sql, i.sql), append(c.types, types), append(c.textes, textes)
	}
	return c, nil
}

// enTextes writes the arguments of a statement as PostgreSQL reads them.
func enTextes(ctx context.Context, conn *pgx.Conn, i instruction) (types []string, textes []*string, err error) {
	if len(i.args) == 0 {
		return nil, nil, nil
	}
	d, err := conn.Prepare(ctx, i.sql, i.sql)
	if err != nil {
		return nil, nil, err
	}
	for n, a := range i.args {
		x, ok := conn.TypeMap().TypeForOID(d.ParamOIDs[n])
		if !ok {
			return nil, nil, fmt.Errorf("type %d of argument %d", d.ParamOIDs[n], n+1)
		}
		octets, err := conn.TypeMap().Encode(d.ParamOIDs[n], pgtype.TextFormatCode, a, []byte{}) // nil would make "" null
		if err != nil {
			return nil, nil, err
		}
		types = append(types, sqlType(x.Name))
		if octets == nil {
			textes = append(textes, nil)
		} else {
			textes = append(textes, new(string(octets)))
		}
	}
	return types, textes, nil
}

// sqlType is the name of a type in SQL: pgx calls arrays _text.
func sqlType(nom string) string {
	if element, ok := strings.CutPrefix(nom, "_"); ok {
		return element + "[]"
	}
	return nom
}

// source is where an argument comes from: a literal, or a column of the table.
type source struct{ instruction, argument int }

var reParametre = regexp.MustCompile(`\$(\d+)`)

// ecrireScript writes the script of pgbench, and tells which arguments the
// table must hold, in the order of its columns.
func ecrireScript(l []creation) (string, []source, error) {
	modele := l[0]
	for _, c := range l {
		if strings.Join(c.sql, ";") != strings.Join(modele.sql, ";") {
			return "", nil, errors.New("pgbench: the creations don't run the same statements")
		}
	}
	var colonnes []source
	var corps strings.Builder
	var groupe string // of statements whose result nobody waits for
	envoyer := func() {
		if groupe != "" {
			corps.WriteString("\\startpipeline\n" + groupe + "\\endpipeline\n")
		}
		groupe = ""
	}
	for i, sql := range modele.sql {
		valeurs := make([]string, len(modele.textes[i]))
		for j := range valeurs {
			v, variable := valeur(l, i, j, len(colonnes))
			if variable {
				colonnes = append(colonnes, source{i, j})
			}
			valeurs[j] = "(" + v + ")::" + modele.types[i][j]
		}
		sql = reParametre.ReplaceAllStringFunc(strings.TrimSpace(sql), func(p string) string {
			n, _ := strconv.Atoi(p[1:]) // digits
			return valeurs[n-1]
		})
		if sql, attendu := terminer(sql); attendu {
			envoyer()
			corps.WriteString(sql)
		} else {
			groupe += sql
		}
	}
	envoyer()
	noms := make([]string, len(colonnes))
	for i := range noms {
		noms[i] = fmt.Sprintf("v%d", i)
	}
	tete := "\\set i :i + 1\n\\set n :client_id * :par_client + :i\nselect " + strings.Join(noms, ", ") + " from banc_tirages where n = :n \\gset\n"
	return tete + corps.String(), colonnes, nil
}

// terminer ends a statement, and tells whether its result is used afterwards.
// A transaction within the trial's is the creation's own.
func terminer(sql string) (string, bool) {
	switch {
	case strings.HasPrefix(sql, "savepoint"):
		return "begin;\n", false
	case strings.HasPrefix(sql, "release savepoint"):
		return "commit;\n", false
	case strings.HasSuffix(sql, "returning personne_id"), strings.HasSuffix(sql, "returning dernier"):
		return sql + " \\gset\n", true
	}
	return sql + ";\n", false
}

// valeur writes an argument: what the base gives on the spot, a variable when
// it changes from one creation to another, else a literal.
func valeur(l []creation, i, j, colonne int) (sql string, variable bool) {
	partout := func(f func(c creation, v string) bool) bool {
		for _, c := range l {
			if c.textes[i][j] == nil || !f(c, *c.textes[i][j]) {
				return false
			}
		}
		return true
	}
	premier := l[0].textes[i][j]
	switch {
	case partout(func(c creation, v string) bool { return v == c.personne }):
		return ":personne_id", false
	case partout(func(c creation, v string) bool { return v == c.unique }):
		return "'" + (*premier)[:7] + "' || lpad(:dernier::text, 6, '0') || '" + (*premier)[13:] + "'", false
	case partout(func(c creation, v string) bool { return v == c.iw }):
		return "'" + (*premier)[:6] + "' || lpad(:dernier::text, greatest(4, length(:dernier::text)), '0')", false
	}
	change, nul := false, false
	for _, c := range l {
		v := c.textes[i][j]
		nul = nul || v == nil
		change = change || (v == nil) != (premier == nil) || v != nil && *v != *premier
	}
	switch {
	case change && nul: // the table holds '' for null; no type where that happens has an empty text
		return fmt.Sprintf("nullif(:v%d, '')", colonne), true
	case change:
		return fmt.Sprintf(":v%d", colonne), true
	case nul:
		return "null", false
	}
	return litteral(*premier), false
}

// litteral quotes a text; pgbench would take a colon for a variable.
func litteral(v string) string {
	return "e'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, `:`, `\x3a`, "\n", `\n`).Replace(v) + "'"
}

// chargerTirages fills the table that the script reads.
func chargerTirages(ctx context.Context, b *base, l []creation, colonnes []source) error {
	noms := []string{"n"}
	definition := "n int primary key"
	for i := range colonnes {
		nom := fmt.Sprintf("v%d", i)
		noms = append(noms, nom)
		definition += ", " + nom + " text not null"
	}
	sql := "drop table if exists banc_tirages; create unlogged table banc_tirages (" + definition + "); grant select on banc_tirages to " + migrations.RoleApplication
	if _, err := b.admin.Exec(ctx, sql); err != nil {
		return err
	}
	_, err := b.admin.CopyFrom(ctx, pgx.Identifier{"banc_tirages"}, noms, pgx.CopyFromSlice(len(l), func(n int) ([]any, error) {
		ligne := []any{n}
		for _, s := range colonnes {
			texte := l[n].textes[s.instruction][s.argument]
			if texte == nil {
				texte = new("")
			}
			ligne = append(ligne, *texte)
		}
		return ligne, nil
	}))
	if err != nil {
		return err
	}
	_, err = b.admin.Exec(ctx, "analyze banc_tirages")
	return err
}

var reTps = regexp.MustCompile(`tps = ([0-9.]+) \(without initial connection time\)`)

// jouer runs the script over n creations and gives the rate.
func (p *pgbench) jouer(ctx context.Context, clients, n int) (float64, error) {
	f, err := os.CreateTemp("", "banc-*.sql")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	if _, err := f.WriteString(p.script); err != nil {
		return 0, err
	}
	if err := f.Close(); err != nil {
		return 0, err
	}
	u, err := url.Parse(p.dsn)
	if err != nil {
		return 0, err
	}
	parClient := n / clients
	cmd := exec.CommandContext(ctx, p.programme, "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-t", strconv.Itoa(parClient),
		"-D", "i=-1", "-D", "par_client="+strconv.Itoa(parClient), "-f", f.Name(),
		"-h", u.Query().Get("host"), "-U", u.Query().Get("user"), strings.TrimPrefix(u.Path, "/"))
	sortie, err := cmd.CombinedOutput()
	m := reTps.FindSubmatch(sortie)
	if err != nil || m == nil {
		return 0, fmt.Errorf("pgbench: %w\n%s", errors.Join(err), sortie)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

package gestion

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"imhoweb/internal/champs"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/tableur"
	"imhoweb/internal/referentiels"
)

// Export is a list to write to a file: a search, or rows ticked in one.
type Export struct {
	Criteres Criteres
	Vue      Vue
	Numeros  []string // as in addresses; empty: all rows of the search

	Avancer func(n int) `json:"-"` // told of each row; may be nil
}

// ExportDirect bounds the list that an agent waits for, in rows; a longer one
// is a background job.
const ExportDirect = 10_000

// colonne is a column of the file.
type colonne struct {
	titre string
	champ champs.Champ
	sql   string
}

// nomsExport replaces the key of the order by the names as typed, those of a
// draft included, and says the co-titulaires beside.
const (
	nomExport = `coalesce((select p.nom from personnes p where p.demande_id = d.id and p.role = 'demandeur'),
        (select a.valeurs->>'demandeur.nom' from saisies a where a.demande_id = d.id and a.sorte = 'creation' order by a.modifie_le desc limit 1))`
	prenomExport = `coalesce((select p.prenom from personnes p where p.demande_id = d.id and p.role = 'demandeur'),
        (select a.valeurs->>'demandeur.prenom' from saisies a where a.demande_id = d.id and a.sorte = 'creation' order by a.modifie_le desc limit 1))`
	cotitulairesExport = `array(select upper(p.nom) || ' ' || p.prenom || coalesce(to_char(p.naissance, ' (DD/MM/YYYY)'), '')
        from personnes p where p.demande_id = d.id and p.role = 'co_titulaire' order by p.cle)`
)

// colonnes are the facts of the catalogue that may be exported and that the
// session may see.
func colonnes(s habilitations.Session) []colonne {
	var l []colonne
	for _, c := range champs.AvecUsage(champs.EnExport) {
		if c.Droit != "" && !s.Peut(c.Droit) || c.SQL == "" {
			continue
		}
		col := colonne{c.Libelle, c, c.SQL}
		switch c.Code {
		case Nom:
			col.sql = nomExport
		case Prenom:
			col.sql = prenomExport
		}
		l = append(l, col)
		if c.Code == "titulaire.situation_familiale" {
			l = append(l, colonne{"Co-demandeurs", champs.Champ{Type: champs.Texte}, cotitulairesExport})
		}
	}
	return l
}

// Exporter writes the demandes as CSV for a French spreadsheet: semicolons, a
// byte order mark, numbers kept as text, no cell that a spreadsheet could run.
// Rows are written as the base gives them: memory doesn't grow with their
// number. It gives the number of rows. The caller opens the transaction.
func Exporter(ctx context.Context, db pg.DB, s habilitations.Session, ref *referentiels.Referentiels, e Export, vers io.Writer) (int, error) {
	if !s.Peut(habilitations.ExporterDemandes) {
		return 0, fault.Refuser(fault.Forbidden, "Votre profil ne permet pas d’exporter des demandes.")
	}
	cols := colonnes(s)
	sql, args := e.statement(s, cols)
	rows, err := db.Query(ctx, sql, immediat, args)
	if err != nil {
		return 0, fmt.Errorf("gestion: export: %w", err)
	}
	defer rows.Close()
	cellules := make([]string, len(cols))
	for i, c := range cols {
		cellules[i] = c.titre
	}
	w, err := tableur.Nouveau(vers, cellules)
	if err != nil {
		return 0, err
	}
	n := 0
	for ; rows.Next(); n++ {
		valeurs, err := rows.Values()
		if err != nil {
			return n, fmt.Errorf("gestion: export: %w", err)
		}
		for i, c := range cols {
			cellules[i] = c.cellule(ref, valeurs[i])
		}
		if err := w.Ligne(cellules); err != nil {
			return n, err
		}
		if e.Avancer != nil {
			e.Avancer(1)
		}
	}
	if err := rows.Err(); err != nil {
		return n, fmt.Errorf("gestion: export: %w", err)
	}
	return n, w.Fermer()
}

// statement reads all rows in the order of the list.
func (e Export) statement(s habilitations.Session, cols []colonne) (string, pg.Args) {
	c := e.Criteres
	if len(e.Numeros) > 0 { // ticked rows, whatever the search has become
		c = Criteres{}.AvecCode(Etat, EtatTous)
	}
	q := preparer(s, habilitations.ExporterDemandes, c, e.Vue)
	args := pg.Args{}
	maps.Copy(args, q.filtre.Args)
	condition := q.filtre.SQL
	if len(e.Numeros) > 0 {
		condition += "\n  and (d.numero_unique = any(@numeros) or d.numero_unique is null and 'b-' || d.id = any(@numeros))"
		args["numeros"] = e.Numeros
	}
	l := make([]string, len(cols))
	for i, col := range cols {
		l[i] = col.sql
		if strings.Contains(col.sql, "@champ_organisme") {
			args["champ_organisme"] = s.Organisme
		}
	}
	t := e.Vue.ordre()
	p := page{tri: t, desc: e.Vue.Desc}
	ordre := p.ordreCle()
	if t.vide {
		ordre = "(" + t.cle + " is null), " + ordre
	}
	if g := e.Vue.groupe(); g != "" {
		ordre = g + ", " + ordre
	}
	tout := q.entiere()
	return tout.with("") + "select " + strings.Join(l, ",\n    ") + "\nfrom demandes d\nwhere " + condition + "\norder by " + ordre, args
}

// cellule says a value as the screens do.
func (c colonne) cellule(ref *referentiels.Referentiels, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "Oui"
		}
		if c.champ.Type == champs.Case {
			return ""
		}
		return "Non"
	case time.Time:
		return jour.De(v.Year(), v.Month(), v.Day()).String()
	case int32:
		return strconv.Itoa(int(v))
	case int64:
		return strconv.FormatInt(v, 10)
	case []any:
		l := make([]string, 0, len(v))
		for _, x := range v {
			if s, ok := x.(string); ok {
				l = append(l, c.dire(ref, s))
			}
		}
		return tableur.Inerte(strings.Join(l, " | "))
	case string:
		if v != "" && c.champ.Type == champs.Numero && c.champ.Code != "demande.guichet" {
			return tableur.EnTexte(v)
		}
		return tableur.Inerte(c.dire(ref, v))
	}
	return tableur.Inerte(fmt.Sprint(v))
}

func (c colonne) dire(ref *referentiels.Referentiels, v string) string {
	if v == "" || c.champ.Code == "" {
		return v
	}
	return LibelleDe(ref, c.champ, v)
}

// Selection bounds and cleans the numbers ticked in a list.
func Selection(numeros []string) []string {
	var l []string
	for _, n := range numeros {
		if n != "" && len(n) <= 20 && !slices.Contains(l, n) && len(l) < Tailles[len(Tailles)-1] {
			l = append(l, n)
		}
	}
	return l
}

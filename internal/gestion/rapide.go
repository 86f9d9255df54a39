package gestion

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/pg"
)

var (
	formeNU = regexp.MustCompile(`^[0-9][0-9AB][0-9AB][0-9]{10}[0-9A-Z]{5}$`)
	formeIW = regexp.MustCompile(`^[0-9]{10,12}$`)
)

// LireNumero tells which number a pasted text is, spaces allowed (R-REC-05);
// ok is false for anything else.
func LireNumero(texte string) (n Numero, ok bool) {
	t := strings.ToUpper(strings.Join(strings.FieldsFunc(form.Nettoyer(texte), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(".-\u200b", r)
	}), ""))
	switch {
	case formeNU.MatchString(t):
		return Numero{NumeroUnique, t}, true
	case formeIW.MatchString(t):
		return Numero{NumeroIW, t}, true
	}
	return Numero{}, false
}

const designeeSQL = `
select d.numero_unique
from demandes d
where (%s) and (%s) and d.numero_unique is not null
limit 2`

// Designee finds the one demande that a number names, whatever its state,
// among those the session may consult; "" when there isn't exactly one.
func Designee(ctx context.Context, db pg.DB, s habilitations.Session, n Numero) (string, error) {
	if n.Valeur == "" {
		return "", nil
	}
	f := Criteres{Numero: n}.AvecCode(Etat, EtatTous).Where("d", s)
	portee := s.Portee(habilitations.ConsulterDemande)
	args := pg.Args{}
	maps.Copy(args, f.Args)
	maps.Copy(args, portee.Args)
	rows, err := db.Query(ctx, fmt.Sprintf(designeeSQL, portee.SQL, f.SQL), args)
	if err != nil {
		return "", fmt.Errorf("gestion: number: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return "", fmt.Errorf("gestion: number: %w", err)
	}
	if len(l) != 1 {
		return "", nil
	}
	return l[0], nil
}

// Nommer reads a name typed in the quick search, « DUPONT Marie », « dupont »,
// « de la tour jean » : the first way of cutting it into a name and a first
// name that finds somebody, the radiées coming last, else the whole text as
// the name.
func Nommer(ctx context.Context, db pg.DB, s habilitations.Session, texte string) (Criteres, error) {
	mots := strings.Fields(form.Nettoyer(texte))
	tout := Criteres{Nom: couper(strings.Join(mots, " "))}
	for _, etats := range [][]string{nil, {EtatTous}} {
		for _, n := range coupes(mots) {
			c := Criteres{Nom: couper(strings.Join(mots[:n], " ")), Prenom: couper(strings.Join(mots[n:], " "))}
			switch oui, err := existe(ctx, db, s, c.AvecCode(Etat, etats...)); {
			case err != nil:
				return tout, err
			case oui:
				return c, nil
			}
		}
	}
	return tout, nil
}

func existe(ctx context.Context, db pg.DB, s habilitations.Session, c Criteres) (oui bool, err error) {
	q := preparer(s, habilitations.ConsulterDemande, c, Vue{})
	un := q.brute()
	err = db.QueryRow(ctx, un.with("")+"select true\nfrom "+un.de+"\nlimit 1", immediat, q.filtre.Args).Scan(&oui)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("gestion: name: %w", err)
	}
	return oui, nil
}

// coupes are the numbers of words that may make the name, the likeliest first:
// capitals tell the name, then all words, all but the last, the first.
func coupes(mots []string) []int {
	n := len(mots)
	if n < 2 {
		return nil
	}
	capitales := 0
	for capitales < n && strings.ToUpper(mots[capitales]) == mots[capitales] {
		capitales++
	}
	if capitales > 0 && capitales < n {
		return []int{capitales, n, n - 1}
	}
	if n == 2 {
		return []int{2, 1}
	}
	return []int{n, n - 1, 1}
}

func couper(s string) string {
	if r := []rune(s); len(r) > maxTexte {
		return string(r[:maxTexte])
	}
	return s
}

const identifiantsSQL = `
select d.id
from unnest(@numeros::text[]) with ordinality as choisie (numero, rang)
join demandes d on d.numero_unique = choisie.numero
where %s
order by choisie.rang`

// Identifiants gives the ids of registered demandes, in the order of their
// numbers; those out of sight are left out.
func Identifiants(ctx context.Context, db pg.DB, s habilitations.Session, numeros []string) ([]int64, error) {
	portee := s.Portee(habilitations.ConsulterDemande)
	args := pg.Args{"numeros": numeros}
	maps.Copy(args, portee.Args)
	rows, err := db.Query(ctx, fmt.Sprintf(identifiantsSQL, portee.SQL), args)
	if err != nil {
		return nil, fmt.Errorf("gestion: identifiers: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

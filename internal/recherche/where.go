package recherche

import (
	"strconv"
	"strings"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// Where is the condition on the search row, alias r, of the criteria and of
// the rows that the session may consult. A criterion that it may not use
// matches nothing.
func (c Criteres) Where(s habilitations.Session, ref *referentiels.Referentiels) pg.Condition {
	var w pg.Where
	w.AndCondition(s.PorteeRecherche())
	n := 0
	for _, k := range catalogue {
		x, demande := c.Valeurs[k.Code]
		if !demande {
			continue
		}
		if k.Droit != "" && !s.Peut(k.Droit) {
			w.And("false", nil)
			continue
		}
		n++
		sql, args := condition(k, x, ref, "c"+strconv.Itoa(n))
		if x.Sauf {
			sql = "(" + sql + ") is not true"
		}
		w.And(sql, args)
	}
	return pg.Condition{SQL: w.SQL(), Args: w.Args(nil)}
}

// condition says one criterion; its arguments are named after nom.
func condition(k Critere, x Valeur, ref *referentiels.Referentiels, nom string) (string, pg.Args) {
	switch k.Sorte {
	case Codes:
		return k.SQL + " = any(@" + nom + "::smallint[])", pg.Args{nom: numeros(k, x.Codes, ref)}
	case Plusieurs:
		return k.SQL + " && @" + nom + "::smallint[]", pg.Args{nom: numeros(k, x.Codes, ref)}
	case Textes:
		return k.SQL + " = any(@" + nom + ")", pg.Args{nom: textes(x.Codes)}
	case Periode:
		return periode(k, x, nom)
	case Bornes:
		return bornes(k, x, nom)
	case OuiNon:
		return k.SQL + map[string]string{"O": " is true", "N": " is false", "?": " is null"}[x.Oui], nil
	case Mot:
		motif, _ := texte.Jokers(x.Texte)
		return strings.ReplaceAll(k.SQL, "@motif", "@"+nom), pg.Args{nom: motif}
	}
	return lieux(k, x, ref, nom)
}

func numeros(k Critere, codes []string, ref *referentiels.Referentiels) []int16 {
	l := make([]int16, len(codes))
	for i, c := range codes {
		l[i] = ref.Numero(k.Nomenclature, c) // 0 for NonRenseigne
	}
	return l
}

func textes(codes []string) []string {
	l := make([]string, len(codes))
	for i, c := range codes {
		if c != NonRenseigne {
			l[i] = c
		}
	}
	return l
}

func periode(k Critere, x Valeur, nom string) (string, pg.Args) {
	var w pg.Where
	if !x.Du.IsZero() {
		w.And(k.SQL+" >= @"+nom+"_du", pg.Args{nom + "_du": x.Du})
	}
	if !x.Au.IsZero() {
		w.And(k.SQL+" <= @"+nom+"_au", pg.Args{nom + "_au": x.Au})
	}
	return w.SQL(), w.Args(nil)
}

func bornes(k Critere, x Valeur, nom string) (string, pg.Args) {
	var w pg.Where
	if x.Min != nil {
		w.And(k.SQL+" >= @"+nom+"_min", pg.Args{nom + "_min": *x.Min})
	}
	if x.Max != nil {
		w.And(k.SQL+" <= @"+nom+"_max", pg.Args{nom + "_max": *x.Max})
	}
	return w.SQL(), w.Args(nil)
}

// lieux: a choice fits when it stands in one of the places sought, or when it
// holds one of them (who asks for the whole commune takes any of its
// quartiers), unless only those are wanted (R-LOG-39, R-LOG-40).
func lieux(k Critere, x Valeur, ref *referentiels.Referentiels, nom string) (string, pg.Args) {
	choix := k.SQL
	if x.Rang > 0 {
		choix += "[1:" + strconv.Itoa(x.Rang) + "]"
	}
	return choix + " && @" + nom + "::int[]", pg.Args{nom: Etendre(ref, x.Codes, x.Exacts)}
}

// Etendre gives the numbers of the territoires that a choice may name to fit
// places sought: these, all that they hold and, unless exacts, what holds
// them.
func Etendre(ref *referentiels.Referentiels, codes []string, exacts bool) []int32 {
	vus := map[string]bool{}
	var l []int32
	ajouter := func(t referentiels.Territoire) {
		if !vus[t.Code] {
			vus[t.Code] = true
			l = append(l, t.Numero)
		}
	}
	var descendre func(t referentiels.Territoire)
	descendre = func(t referentiels.Territoire) {
		ajouter(t)
		for _, e := range ref.Enfants(t.Code) {
			descendre(e)
		}
	}
	for _, code := range codes {
		t, ok := ref.Territoire(code)
		if !ok {
			continue
		}
		descendre(t)
		for !exacts && t.CodeParent != "" {
			if t, ok = ref.Territoire(t.CodeParent); !ok {
				break
			}
			ajouter(t)
		}
	}
	return l
}

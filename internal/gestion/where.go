package gestion

import (
	"regexp"
	"strconv"
	"strings"

	"imhoweb/internal/champs"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
)

// Filtre is a search ready for a statement over the demandes: a condition and
// the common table expression that it may need.
type Filtre struct {
	Avec string // "noms as materialized (…)", "" without a name
	pg.Condition
	noms string // what noms selects
	sans string // the condition on d, but that it is one of noms
}

// Where is the condition of the criteria on an alias of demandes. What belongs
// to an organisme (drafts, its own numbers) is that of the session. It says
// nothing of rights: the caller adds the portée.
func (c Criteres) Where(alias string, s habilitations.Session) Filtre {
	var w pg.Where
	b := &constructeur{w: &w, s: s}
	c.etats(b)
	for _, ch := range criteres {
		switch sorteDe(ch) {
		case sorteCode:
			if codes := c.Codes[ch.Code]; len(codes) > 0 && ch.Code != Etat {
				b.parmi(ch, codes)
			}
		case sorteDates:
			if p, ok := c.Dates[ch.Code]; ok {
				b.periode(ch, p)
			}
		case sorteCase:
			if c.Cases[ch.Code] {
				w.And(ch.SQL, nil)
			}
		}
	}
	if c.Numero.Valeur != "" {
		b.parmi(champs.Get(c.Numero.Champ), []string{c.Numero.Valeur})
	}
	if c.Brouillons {
		w.And("d.statut = 'BROUILLON' and d.organisme = @critere_organisme", pg.Args{"critere_organisme": s.Organisme})
	}
	f := Filtre{sans: w.SQL()}
	if f.noms = c.noms(&w, s); f.noms != "" {
		f.Avec = "noms as materialized (\n" + f.noms + ")"
		w.And("d.id in (select id from noms)", nil)
	}
	f.SQL, f.Args = surAlias(w.SQL(), alias), w.Args(nil)
	return f
}

// etats: without this criterion, every demande but the radiées. They are told
// by what the others are: the index demandes_statut then skips them, and the
// count of a département takes half the time.
func (c Criteres) etats(b *constructeur) {
	codes := c.Codes[Etat]
	for _, code := range codes {
		if code == EtatTous {
			return
		}
	}
	if len(codes) > 0 {
		b.parmi(champs.Get(Etat), codes)
		return
	}
	b.w.And("d.statut in ('ACTIVE', 'A_VALIDER', 'BROUILLON')", nil)
}

// constructeur numbers the arguments of the criteria.
type constructeur struct {
	w *pg.Where
	s habilitations.Session
	n int
}

func (b *constructeur) nom() string {
	b.n++
	return "critere_" + strconv.Itoa(b.n)
}

func (b *constructeur) parmi(ch champs.Champ, codes []string) {
	nom := b.nom()
	predicat := ch.Predicat
	if predicat == "" {
		predicat = ch.SQL + " = any(@valeurs)"
	}
	args := pg.Args{nom: codes}
	if len(codes) == 1 { // an equality reads an index in its order; any() doesn't
		predicat, args = strings.Replace(predicat, "= any(@valeurs)", "= @valeurs", 1), pg.Args{nom: codes[0]}
	}
	predicat = strings.ReplaceAll(predicat, "@valeurs", "@"+nom)
	if strings.Contains(predicat, "@champ_organisme") {
		args["champ_organisme"] = b.s.Organisme
	}
	b.w.And(predicat, args)
}

func (b *constructeur) periode(ch champs.Champ, p Periode) {
	if !p.Du.IsZero() {
		nom := b.nom()
		b.w.And(ch.SQL+" >= @"+nom, pg.Args{nom: p.Du})
	}
	if !p.Au.IsZero() {
		nom := b.nom()
		b.w.And(ch.SQL+" <= @"+nom, pg.Args{nom: p.Au})
	}
}

// noms looks for a person: usage or birth name and first name of the same one,
// demandeur or co-titulaire. It gives colonnesNoms of the demandes, some of
// them twice. Drafts have no rows of names; those of the organisme are read as
// typed.
func (c Criteres) noms(w *pg.Where, s habilitations.Session) string {
	nom, prenom := motif(c.Nom), motif(c.Prenom)
	if nom == "" && prenom == "" {
		return ""
	}
	w.And("true", pg.Args{"noms_departement": s.Departement, "noms_organisme": s.Organisme})
	parPrenom, parPrenomTape := "", ""
	if prenom != "" {
		w.And("true", pg.Args{"prenom": prenom})
		parPrenom = " and n.prenom like @prenom"
		parPrenomTape = " and normaliser_nom(a.valeurs->>(k.sujet || 'prenom')) like @prenom"
	}
	const enregistrees = "select n.demande_id as id, n.departement, n.statut, n.organisme, n.date_depot\nfrom recherche_noms n\nwhere n.departement = @noms_departement"
	tapees := brouillonsSQL + parPrenomTape
	if nom == "" {
		return enregistrees + parPrenom + "\nunion all " + tapees
	}
	w.And("true", pg.Args{"nom": nom})
	return enregistrees + " and n.nom like @nom" + parPrenom +
		"\nunion all " + enregistrees + " and n.nom_naissance <> '' and n.nom_naissance like @nom" + parPrenom +
		"\nunion all " + tapees + nomTapeSQL
}

const brouillonsSQL = `
select b.id, b.departement, b.statut, b.organisme, b.date_depot
from demandes b
join saisies a on a.demande_id = b.id and a.sorte = 'creation'
cross join lateral (
    select distinct substring(c from '^(.*\.)[a-z_]+$') as sujet
    from jsonb_object_keys(a.valeurs) c
    where c ~ '^(demandeur|cotitulaire\.[0-9]+)\.(nom|nom_naissance|prenom)$' or c = 'morale.raison_sociale'
) k
where b.statut = 'BROUILLON' and b.organisme = @noms_organisme`

const nomTapeSQL = ` and (normaliser_nom(a.valeurs->>(k.sujet || 'nom')) like @nom
    or normaliser_nom(a.valeurs->>(k.sujet || 'nom_naissance')) like @nom
    or normaliser_nom(a.valeurs->>(k.sujet || 'raison_sociale')) like @nom)`

var aliasD = regexp.MustCompile(`\bd\.`)

// surAlias moves a condition to another alias than d.
func surAlias(sql, alias string) string {
	if alias == "d" {
		return sql
	}
	return aliasD.ReplaceAllLiteralString(sql, alias+".")
}

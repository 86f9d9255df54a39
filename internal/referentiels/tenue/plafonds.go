package tenue

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/plafonds"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	affichage "imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// Categories are the columns of the grid of plafonds, in order.
var Categories = []Choix{{"1", "Catégorie 1"}, {"2", "Catégorie 2"}, {"3", "Catégorie 3"}, {"4", "Catégorie 4"}, {"5", "Catégorie 5"},
	{"6", "Catégorie 6"}, {"supp", "Personne en plus"}}

// Grille holds the plafonds of a year in the zone of the file.
type Grille struct {
	Annee    int
	Montants map[Case]int // absent: not given
	Source   string
	Publiee  bool // used by the calculation
	Version  int
}

// Case is a cell of the grid.
type Case struct{ Financement, Categorie string }

// Champ is the name of the cell in a form: "PLUS.1".
func (c Case) Champ() string { return c.Financement + "." + c.Categorie }

// Cases lists the cells, row by row.
func Cases() []Case {
	var l []Case
	for _, f := range plafonds.Financements {
		for _, c := range Categories {
			l = append(l, Case{f, c.Code})
		}
	}
	return l
}

// Annee sums up the plafonds of a year.
type Annee struct {
	Annee   int
	Nombre  int // amounts given
	Source  string
	Publiee bool
}

const anneesSQL = `
select p.annee, count(*)::integer as nombre, coalesce(max(nullif(p.source, '')), '') as source, coalesce(bool_and(a.publiee), true) as publiee
from plafonds p
left join plafonds_annees a on a.annee = p.annee and a.zone = p.zone
where p.zone = @zone
  and p.financement = any(@financements)
group by p.annee
order by p.annee desc`

// Annees lists the years that have plafonds, latest first.
func (t Tenue) Annees(ctx context.Context, db pg.DB) ([]Annee, error) {
	return lireTous[Annee](ctx, db, anneesSQL, pg.Args{"zone": t.zone(), "financements": plafonds.Financements})
}

func (t Tenue) zone() string { return t.Ref.Texte(referentiels.ZonePlafonds) }

const grilleSQL = `
select financement, categorie, montant, source
from plafonds
where annee = @annee
  and zone = @zone
  and financement = any(@financements)
order by financement, categorie`

const anneeSQL = `
select publiee, version
from plafonds_annees
where annee = @annee
  and zone = @zone`

// LireGrille reads the plafonds of a year; a year without any is an empty grid
// that isn't published.
func (t Tenue) LireGrille(ctx context.Context, db pg.DB, annee int) (Grille, error) {
	g := Grille{Annee: annee, Montants: map[Case]int{}}
	if annee < 1990 || annee > 2100 {
		return g, fault.NotFound
	}
	rows, err := db.Query(ctx, grilleSQL, pg.Args{"annee": annee, "zone": t.zone(), "financements": plafonds.Financements})
	if err != nil {
		return g, err
	}
	var c Case
	var montant int
	var source string
	_, err = pgx.ForEachRow(rows, []any{&c.Financement, &c.Categorie, &montant, &source}, func() error {
		g.Montants[c] = montant
		if g.Source == "" {
			g.Source = source
		}
		return nil
	})
	if err != nil {
		return g, err
	}
	err = db.QueryRow(ctx, anneeSQL, pg.Args{"annee": annee, "zone": t.zone()}).Scan(&g.Publiee, &g.Version)
	if errors.Is(err, pgx.ErrNoRows) { // as loaded from the files: published
		g.Publiee, err = true, nil
	}
	g.Publiee = g.Publiee && len(g.Montants) > 0
	return g, err
}

func (g Grille) faits() []Fait {
	var l []Fait
	for _, c := range Cases() {
		montant := ""
		if n, ok := g.Montants[c]; ok {
			montant = affichage.Euros(n)
		}
		l = append(l, Fait{c.Financement + ", " + strings.ToLower(libelleDe(Categories, c.Categorie)), montant})
	}
	return append(l, Fait{"Source", g.Source}, Fait{"Année publiée", ouiNon(g.Publiee)})
}

func (g Grille) verifier() error {
	var f fault.Fields
	for _, c := range Cases() {
		n, ok := g.Montants[c]
		switch {
		case !ok && g.Publiee:
			f.Add(c.Champ(), "Indiquez ce montant : une année se publie complète.")
		case ok && (n < 1000 || n > 999999):
			f.Add(c.Champ(), "Indiquez un montant annuel en euros, de 1 000 à 999 999.")
		}
	}
	for _, fin := range plafonds.Financements {
		for i := 1; i < plafonds.CategorieMax; i++ {
			c := Case{fin, strconv.Itoa(i + 1)}
			n, ok := g.Montants[c]
			if avant, connu := g.Montants[Case{fin, strconv.Itoa(i)}]; ok && connu && n <= avant {
				f.Add(c.Champ(), "Indiquez un plafond supérieur à celui de la catégorie précédente.")
			}
		}
	}
	texte(&f, "source", g.Source, 300, "Indiquez l’arrêté qui fixe ces plafonds.")
	return f.Err()
}

const verrouAnneeSQL = `
select pg_advisory_xact_lock(hashtext('imhoweb plafonds'), @annee)`

const ecrireMontantsSQL = `
insert into plafonds as p (annee, zone, financement, categorie, montant, source, local)
select @annee, @zone, x.financement, x.categorie, x.montant, @source, true
from unnest(@financements::text[], @categories::text[], @montants::integer[]) as x (financement, categorie, montant)
on conflict (annee, zone, financement, categorie) do update
set montant = excluded.montant, source = excluded.source, modifiees = '{montant,source}'
where (p.montant, p.source) is distinct from (excluded.montant, excluded.source)`

// Only what was added here goes: what the files hold would come back.
const oterMontantsSQL = `
delete from plafonds p
where p.annee = @annee
  and p.zone = @zone
  and p.local
  and p.financement = any(@financements)
  and not exists (select from unnest(@gardes::text[]) g where g = p.financement || '.' || p.categorie)`

const ecrireAnneeSQL = `
insert into plafonds_annees as a (annee, zone, publiee, modifie_par)
values (@annee, @zone, @publiee, @par)
on conflict (annee, zone) do update
set publiee = excluded.publiee, version = a.version + 1, modifie_le = now(), modifie_par = excluded.modifie_par`

// EnregistrerPlafonds keeps the grid of a year, and publishes it or not.
// Percentages shown on dossiers follow at once, those of lists at the next
// projection (demandes.Reprojeter), that Recalculer asks for.
func (t Tenue) EnregistrerPlafonds(s habilitations.Session, g Grille) Acte {
	return Acte{
		objet: "plafonds", cle: strconv.Itoa(g.Annee), acte: "modifier",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			if !s.Peut(habilitations.GererReferentiels) {
				return Apercu{}, "", fault.Forbidden
			}
			if _, err := tx.Exec(ctx, verrouAnneeSQL, pg.Args{"annee": g.Annee}); err != nil {
				return Apercu{}, "", err
			}
			avant, err := t.LireGrille(ctx, tx, g.Annee)
			if err != nil {
				return Apercu{}, "", err
			}
			if err := g.verifier(); err != nil {
				return Apercu{}, "", err
			}
			a := Apercu{Version: avant.Version, Conflit: g.Version != avant.Version, Differences: comparer(avant.faits(), g.faits())}
			a.Recalcul = g.Publiee || avant.Publiee
			switch {
			case g.Publiee:
				a.Consequences = []string{fmt.Sprintf("Le calcul emploie ces plafonds pour %d. Les dossiers montrent aussitôt les nouveaux pourcentages, les listes après leur recalcul.", g.Annee)}
			case avant.Publiee:
				a.Consequences = []string{fmt.Sprintf("Le calcul n’a plus de plafond pour %d : « plafond non connu » s’affiche sur les dossiers.", g.Annee)}
			default:
				a.Consequences = []string{"Ces plafonds ne servent pas au calcul tant que l’année n’est pas publiée."}
			}
			return a, fmt.Sprintf("Plafonds de %d", g.Annee), nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error { return t.ecrireGrille(ctx, tx, s, g) },
	}
}

func (t Tenue) ecrireGrille(ctx context.Context, tx pg.DB, s habilitations.Session, g Grille) error {
	var financements, categories, gardes []string
	var montants []int
	for _, c := range Cases() {
		if n, ok := g.Montants[c]; ok {
			financements, categories, montants = append(financements, c.Financement), append(categories, c.Categorie), append(montants, n)
			gardes = append(gardes, c.Champ())
		}
	}
	if _, err := tx.Exec(ctx, oterMontantsSQL, pg.Args{"annee": g.Annee, "zone": t.zone(), "financements": plafonds.Financements, "gardes": gardes}); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, ecrireMontantsSQL, pg.Args{"annee": g.Annee, "zone": t.zone(), "source": g.Source,
		"financements": financements, "categories": categories, "montants": montants}); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, ecrireAnneeSQL, pg.Args{"annee": g.Annee, "zone": t.zone(), "publiee": g.Publiee, "par": s.Prenom + " " + s.Nom})
	return err
}

// LirePlafondsCSV reads amounts pasted or sent as CSV, one line an amount:
// financement;categorie;montant, with « ; », « , » or a tabulation, and perhaps
// a heading. The mistake says at which line.
func LirePlafondsCSV(contenu string) (map[Case]int, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(contenu, "\ufeff")))
	r.Comma = separateur(contenu)
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	lignes, err := r.ReadAll()
	if err != nil {
		return nil, fault.Fields{{Nom: "csv", Message: "Collez un tableau CSV lisible : financement;categorie;montant."}}
	}
	connues, m := Cases(), map[Case]int{}
	for i, l := range lignes {
		if i == 0 && len(l) > 0 && strings.EqualFold(strings.TrimSpace(l[0]), "financement") {
			continue
		}
		c, n, ok := ligneCSV(l)
		_, deja := m[c]
		if !ok || deja || !slices.Contains(connues, c) {
			return nil, fault.Fields{{Nom: "csv", Message: fmt.Sprintf("Corrigez la ligne %d : financement (PLAI, PLUS ou PLS), catégorie (1 à 6, ou supp), montant en euros, une fois chacun.", i+1)}}
		}
		m[c] = n
	}
	if len(m) == 0 {
		return nil, fault.Fields{{Nom: "csv", Message: "Collez au moins une ligne : financement;categorie;montant."}}
	}
	return m, nil
}

func separateur(contenu string) rune {
	for _, s := range ";\t" {
		if strings.ContainsRune(contenu, s) {
			return s
		}
	}
	return ','
}

func ligneCSV(l []string) (Case, int, bool) {
	if len(l) < 3 {
		return Case{}, 0, false
	}
	n, ok := LireMontant(l[2])
	return Case{strings.ToUpper(strings.TrimSpace(l[0])), strings.ToLower(strings.TrimSpace(l[1]))}, n, ok && n > 0
}

var espaces = strings.NewReplacer(" ", "", affichage.Fine, "", affichage.Insecable, "", "€", "")

// LireMontant reads an amount in whole euros as people type it: "23 403 €".
func LireMontant(s string) (int, bool) {
	s = espaces.Replace(s)
	if len(s) > 9 || strings.ContainsFunc(s, func(c rune) bool { return c < '0' || c > '9' }) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

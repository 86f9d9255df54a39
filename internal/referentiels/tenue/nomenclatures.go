package tenue

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	affichage "imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// Valeur is one value of a nomenclature.
type Valeur struct {
	Domaine    string
	Code       string
	Libelle    string
	Ordre      int
	Debut, Fin jour.Date
	Source     string
	Local      bool // added here
	Version    int
}

// Ouverte tells whether it is offered on that day.
func (v Valeur) Ouverte(le jour.Date) bool {
	return referentiels.Code{Debut: v.Debut, Fin: v.Fin}.Ouverte(le)
}

const valeursSQL = `
select domaine, code, libelle, ordre, debut, fin, source, local, version
from nomenclatures
where domaine = @domaine
  and @code in ('', code)
order by ordre, numero`

// Valeurs lists the values of a nomenclature in their order, closed ones
// included; an unknown one is fault.NotFound.
func Valeurs(ctx context.Context, db pg.DB, domaine string) ([]Valeur, error) {
	if _, ok := DomaineDe(domaine); !ok {
		return nil, fault.NotFound
	}
	return lireTous[Valeur](ctx, db, valeursSQL, pg.Args{"domaine": domaine, "code": ""})
}

// LireValeur reads one value.
func LireValeur(ctx context.Context, db pg.DB, domaine, code string) (Valeur, error) {
	if _, ok := DomaineDe(domaine); !ok || code == "" {
		return Valeur{}, fault.NotFound
	}
	return lireUn[Valeur](ctx, db, valeursSQL, pg.Args{"domaine": domaine, "code": code})
}

// usagesSQL counts, for each code of the domaine, the rows that hold it.
func (d Domaine) usagesSQL() string {
	if len(d.colonnes) == 0 {
		return ""
	}
	var parts []string
	for _, c := range d.colonnes {
		if c.tableau {
			parts = append(parts, fmt.Sprintf("select unnest(%s) as code from %s", c.nom, c.table))
		} else {
			parts = append(parts, fmt.Sprintf("select %s as code from %s", c.nom, c.table))
		}
	}
	return "select code, count(*) from (" + strings.Join(parts, " union all ") + ") x where code <> '' and @code in ('', code) group by code"
}

// Usages counts the rows of dossiers that hold each code of a domaine.
func Usages(ctx context.Context, db pg.DB, domaine string) (map[string]int, error) {
	d, _ := DomaineDe(domaine)
	return d.usages(ctx, db, "")
}

func (d Domaine) usages(ctx context.Context, db pg.DB, code string) (map[string]int, error) {
	m := map[string]int{}
	sql := d.usagesSQL()
	if sql == "" {
		return m, nil
	}
	rows, err := db.Query(ctx, sql, pg.Args{"code": code})
	if err != nil {
		return nil, fmt.Errorf("référentiels: uses of %s: %w", d.Code, err)
	}
	defer rows.Close()
	for rows.Next() {
		var c string
		var n int
		if err := rows.Scan(&c, &n); err != nil {
			return nil, err
		}
		m[c] = n
	}
	return m, rows.Err()
}

// What is being typed holds codes as values, or at the end of the name of a
// ticked box; another field of the same text counts too: it is a refusal too
// many, never one too few.
const brouillonsSQL = `
select exists (select from saisies where valeurs::text like @valeur or valeurs::text like @nom)`

func (v Valeur) faits() []Fait {
	return []Fait{{"Code", v.Code}, {"Libellé", v.Libelle}, {"Rang", strconv.Itoa(v.Ordre)}, {"Proposée à partir du", v.Debut.String()},
		{"Proposée jusqu’au", v.Fin.String()}}
}

var formeCode = regexp.MustCompile(`^[0-9A-Z][0-9A-Z_]{0,19}$`)

func (v Valeur) verifier() error {
	var f fault.Fields
	if !formeCode.MatchString(v.Code) {
		f.Add("code", "Indiquez un code de 20 caractères au plus, en majuscules sans accent, chiffres et _.")
	}
	texte(&f, "libelle", v.Libelle, 200, "Indiquez le libellé de la valeur.")
	if v.Ordre < 0 || v.Ordre > 9999 {
		f.Add("ordre", "Indiquez un rang de 0 à 9999.")
	}
	if !v.Debut.IsZero() && !v.Fin.IsZero() && v.Fin.Avant(v.Debut) {
		f.Add("fin", "Indiquez une date postérieure au début.")
	}
	return f.Err()
}

// args are those of the statements below, which use some of them.
func (v Valeur) args() pg.Args {
	return pg.Args{"domaine": v.Domaine, "code": v.Code, "libelle": v.Libelle, "ordre": v.Ordre, "debut": v.Debut, "fin": v.Fin}
}

const verrouNomenclaturesSQL = `
select code
from nomenclatures
where domaine = @domaine
for update`

// verrouillerDomaine reads the domaine of an act, and locks its values: numbers
// follow each other.
func (t Tenue) verrouillerDomaine(ctx context.Context, tx pg.DB, s habilitations.Session, domaine string) (Domaine, error) {
	d, ok := DomaineDe(domaine)
	if !s.Peut(habilitations.GererReferentiels) {
		return d, fault.Forbidden
	}
	if !ok {
		return d, fault.NotFound
	}
	_, err := tx.Exec(ctx, verrouNomenclaturesSQL, pg.Args{"domaine": domaine})
	return d, err
}

// valeurVerrouillee is verrouillerDomaine, with one of its values.
func (t Tenue) valeurVerrouillee(ctx context.Context, tx pg.DB, s habilitations.Session, domaine, code string) (d Domaine, v Valeur, err error) {
	if d, err = t.verrouillerDomaine(ctx, tx, s, domaine); err == nil {
		v, err = LireValeur(ctx, tx, domaine, code)
	}
	return d, v, err
}

const ajouterValeurSQL = `
insert into nomenclatures (domaine, code, libelle, numero, ordre, debut, fin, source, local)
select @domaine, @code, @libelle, coalesce(max(numero), 0) + 1, @ordre, @debut, @fin, 'Saisie par ATLAS', true
from nomenclatures
where domaine = @domaine`

// AjouterValeur adds a value to a nomenclature.
func (t Tenue) AjouterValeur(s habilitations.Session, v Valeur) Acte {
	return Acte{
		objet: "nomenclature", cle: v.Domaine + " " + v.Code, acte: "créer",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			d, err := t.verrouillerDomaine(ctx, tx, s, v.Domaine)
			if err != nil {
				return Apercu{}, "", err
			}
			if d.Regles {
				return Apercu{}, "", fault.Refuser(fault.Conflict, "Le programme applique des règles à ces codes : la liste ne reçoit pas de valeur.")
			}
			if err := v.verifier(); err != nil {
				return Apercu{}, "", err
			}
			deja, err := LireValeur(ctx, tx, v.Domaine, v.Code)
			if err == nil && len(comparer(deja.faits(), v.faits())) == 0 {
				return Apercu{}, "", nil // the second click of the same addition
			}
			if err == nil {
				return Apercu{}, "", fault.Fields{{Nom: "code", Message: "Ce code est déjà celui de « " + deja.Libelle + " »."}}
			}
			if !errors.Is(err, fault.NotFound) {
				return Apercu{}, "", err
			}
			return Apercu{Differences: comparer(nil, v.faits())}, d.Libelle + affichage.Insecable + ": " + v.Libelle, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			_, err := tx.Exec(ctx, ajouterValeurSQL, v.args())
			return err
		},
	}
}

const modifierValeurSQL = `
update nomenclatures
set libelle = @libelle, ordre = @ordre, debut = @debut, fin = @fin, version = version + 1,
    modifiees = array(select distinct x from unnest(modifiees
        || case when libelle <> @libelle then array['libelle'] else '{}' end
        || case when ordre <> @ordre then array['ordre'] else '{}' end) x order by x)
where domaine = @domaine
  and code = @code`

// ModifierValeur relabels a value, moves it in its list, closes or opens it.
// Its code stays: dossiers hold it.
func (t Tenue) ModifierValeur(s habilitations.Session, v Valeur) Acte {
	return Acte{
		objet: "nomenclature", cle: v.Domaine + " " + v.Code, acte: "modifier",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			d, avant, err := t.valeurVerrouillee(ctx, tx, s, v.Domaine, v.Code)
			if err != nil {
				return Apercu{}, "", err
			}
			if err := v.verifier(); err != nil {
				return Apercu{}, "", err
			}
			if d.Regles && (v.Debut != avant.Debut || v.Fin != avant.Fin) {
				return Apercu{}, "", fault.Fields{{Nom: "fin", Message: "Le programme applique des règles à ce code : ses dates ne changent pas."}}
			}
			a := Apercu{Version: avant.Version, Conflit: v.Version != avant.Version, Differences: comparer(avant.faits(), v.faits())}
			usages, err := d.usages(ctx, tx, v.Code)
			if err != nil {
				return Apercu{}, "", err
			}
			a.Consequences = suitesValeur(avant, v, usages[v.Code])
			return a, d.Libelle + affichage.Insecable + ": " + avant.Libelle, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			_, err := tx.Exec(ctx, modifierValeurSQL, v.args())
			return err
		},
	}
}

func suitesValeur(avant, v Valeur, usages int) (l []string) {
	emplois := "Elle n’est portée par aucun dossier."
	if usages > 0 {
		emplois = "Elle est portée " + affichage.Pluriel(usages, "fois", "fois") + " dans les dossiers."
	}
	auj := jour.Aujourdhui()
	switch {
	case v.Libelle != avant.Libelle:
		l = append(l, emplois+" Le nouveau libellé s’affiche partout, y compris sur les dossiers anciens.")
	case v.Fin != avant.Fin || v.Debut != avant.Debut:
		l = append(l, emplois)
	}
	if avant.Ouverte(auj) && !v.Ouverte(auj) {
		l = append(l, "Elle n’est plus proposée"+affichage.Fine+"; les dossiers qui la portent la gardent et restent trouvables.")
	}
	if !avant.Ouverte(auj) && v.Ouverte(auj) {
		l = append(l, "Elle est de nouveau proposée dans les formulaires.")
	}
	return l
}

const supprimerValeurSQL = `
delete from nomenclatures
where domaine = @domaine
  and code = @code
  and local`

// SupprimerValeur removes a value that was added here and that nothing holds:
// no dossier, no draft. Any other is closed instead.
func (t Tenue) SupprimerValeur(s habilitations.Session, domaine, code string, version int) Acte {
	return Acte{
		objet: "nomenclature", cle: domaine + " " + code, acte: "supprimer",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			d, v, err := t.valeurVerrouillee(ctx, tx, s, domaine, code)
			if err != nil {
				return Apercu{}, "", err
			}
			if err := d.supprimable(ctx, tx, v); err != nil {
				return Apercu{}, "", err
			}
			a := Apercu{Version: v.Version, Conflit: version != v.Version}
			for _, f := range v.faits() {
				if f.Valeur != "" {
					a.Differences = append(a.Differences, Difference{Libelle: f.Libelle, Avant: f.Valeur})
				}
			}
			return a, d.Libelle + affichage.Insecable + ": " + v.Libelle, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			_, err := tx.Exec(ctx, supprimerValeurSQL, pg.Args{"domaine": domaine, "code": code})
			return err
		},
	}
}

// Supprimable tells whether a value may be removed rather than closed.
func Supprimable(ctx context.Context, db pg.DB, v Valeur) (bool, error) {
	d, _ := DomaineDe(v.Domaine)
	err := d.supprimable(ctx, db, v)
	if errors.Is(err, fault.Conflict) {
		return false, nil
	}
	return err == nil, err
}

func (d Domaine) supprimable(ctx context.Context, db pg.DB, v Valeur) error {
	if !v.Local {
		return fault.Refuser(fault.Conflict, "Cette valeur vient des référentiels d’origine : fermez-la à une date.")
	}
	usages, err := d.usages(ctx, db, v.Code)
	if err != nil {
		return err
	}
	var tape bool
	args := pg.Args{"valeur": `%"` + v.Code + `"%`, "nom": `%.` + v.Code + `"%`}
	if err := db.QueryRow(ctx, brouillonsSQL, args).Scan(&tape); err != nil {
		return err
	}
	if usages[v.Code] > 0 || tape {
		return fault.Refuser(fault.Conflict, "Cette valeur est portée par des dossiers ou des saisies en cours : fermez-la à une date.")
	}
	return nil
}

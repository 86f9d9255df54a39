package tenue

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	affichage "imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// Parametre is a setting of the file.
type Parametre struct {
	Code, Libelle string
	Type          string // entier, texte, oui_non
	Valeur        string
	Unite         string
	Source        string // legal source, or who decided
	Fictif        bool   // made up for the demonstration
	Version       int
	ModifieLe     *time.Time
	ModifiePar    string
}

// Choix is a value that a setting may take, with its label.
type Choix struct{ Code, Libelle string }

// borne bounds a setting: a whole number, or one of some codes.
type borne struct {
	min, max int
	choix    []Choix
	fixe     bool // decided when the base was made
	pct      bool // percentages of plafonds depend on it
	suite    string
}

// bornes are the limits of settings, by code. A number without an entry may be
// from 0 to 9999.
var bornes = map[string]borne{
	string(referentiels.DelaiAnormalementLong): {min: 1, max: 120, suite: "Les attestations éditées à partir de maintenant portent le nouveau délai ; celles déjà émises gardent le leur."},
	string(referentiels.PreavisRenouvellement): {min: 1, max: 6, suite: "La loi demande un préavis d’un mois au moins (CCH R441-2-7)."},
	string(referentiels.EffacementApresRadiation): {min: 1, max: 60,
		suite: "Les demandes radiées depuis plus longtemps que ce délai seront effacées à la prochaine purge, sans retour possible."},
	string(referentiels.SeuilSecretStatistique):  {min: 0, max: 100},
	string(referentiels.BaisseRessources):        {min: 0, max: 100, pct: true, suite: "Le pourcentage des plafonds change pour les ménages concernés."},
	string(referentiels.EnfantsANaitreComptes):   {pct: true, suite: "La catégorie de ménage et le pourcentage des plafonds changent pour les ménages concernés."},
	string(referentiels.DelaiReponseProposition): {min: 10, max: 60},
	string(referentiels.PeriodeRecertification):  {min: 1, max: 12},
	string(referentiels.DelaiRecertification):    {min: 1, max: 90},
	string(referentiels.ConservationJournal): {min: 6, max: 36,
		suite: "Le journal plus ancien que ce délai est supprimé à la prochaine purge, sans retour possible."},
	string(referentiels.DepartementFichier): {fixe: true},
	string(referentiels.ZonePlafonds): {choix: []Choix{{"autres_regions", "Autres régions"}, {"ile_de_france", "Île-de-France"},
		{"paris_limitrophes", "Paris et communes limitrophes"}}, pct: true, suite: "Les plafonds et leur pourcentage changent pour toutes les demandes."},
	string(referentiels.NatureBase): {choix: Natures, suite: "Le bandeau de chaque page, à l’écran et à l’impression, change pour tous les agents."},
}

// Natures are what a base may hold, with the label of lists.
var Natures = []Choix{
	{referentiels.NatureProduction, "Production : les vrais dossiers"},
	{referentiels.NatureFormation, "Formation : dossiers d’exercice"},
	{referentiels.NatureDemonstration, "Démonstration : personnes et dossiers fictifs"},
}

// Fixe tells that the setting is shown and not changed here.
func (p Parametre) Fixe() bool { return bornes[p.Code].fixe }

// Choix lists the values that the setting may take; none when it is typed.
func (p Parametre) Choix() []Choix {
	if p.Type == "oui_non" {
		return []Choix{{"oui", "Oui"}, {"non", "Non"}}
	}
	return bornes[p.Code].choix
}

// Bornes are the limits of a whole number.
func (p Parametre) Bornes() (min, max int) {
	if b, ok := bornes[p.Code]; ok && b.max > 0 {
		return b.min, b.max
	}
	return 0, 9999
}

// Montrer is a value of the setting as people read it, with its unit.
func (p Parametre) Montrer(valeur string) string {
	for _, c := range p.Choix() {
		if c.Code == valeur {
			return c.Libelle
		}
	}
	if p.Unite != "" {
		return valeur + affichage.Insecable + p.Unite
	}
	return strings.ReplaceAll(valeur, "|", ", ")
}

const parametresSQL = `
select code, libelle, type, valeur, unite, source, fictif, version, modifie_le, modifie_par
from parametres
where @code in ('', code)
order by libelle`

// Parametres lists the settings, by label.
func Parametres(ctx context.Context, db pg.DB) ([]Parametre, error) {
	return lireTous[Parametre](ctx, db, parametresSQL, pg.Args{"code": ""})
}

// LireParametre reads a setting; an unknown one is fault.NotFound.
func LireParametre(ctx context.Context, db pg.DB, code string) (Parametre, error) {
	if code == "" {
		return Parametre{}, fault.NotFound
	}
	return lireUn[Parametre](ctx, db, parametresSQL, pg.Args{"code": code})
}

// Ancien is a former value of a setting.
type Ancien struct {
	Avant, Apres string
	ModifieLe    time.Time
	ModifiePar   string
}

const anciensSQL = `
select avant, apres, modifie_le, modifie_par
from parametres_historique
where code = @code
order by modifie_le desc, id desc`

// Anciens lists the changes of a setting, latest first.
func Anciens(ctx context.Context, db pg.DB, code string) ([]Ancien, error) {
	return lireTous[Ancien](ctx, db, anciensSQL, pg.Args{"code": code})
}

const verrouParametreSQL = `
select code
from parametres
where code = @code
for update`

const modifierParametreSQL = `
update parametres
set valeur = @valeur, source = @source, fictif = false, version = version + 1, modifie_le = now(), modifie_par = @par
where code = @code`

// ModifierParametre changes the value of a setting and its source.
func (t Tenue) ModifierParametre(s habilitations.Session, code, valeur, source string, version int) Acte {
	return Acte{
		objet: "parametre", cle: code, acte: "modifier",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			if !s.Peut(habilitations.GererParametres) {
				return Apercu{}, "", fault.Forbidden
			}
			if _, err := tx.Exec(ctx, verrouParametreSQL, pg.Args{"code": code}); err != nil {
				return Apercu{}, "", err
			}
			p, err := LireParametre(ctx, tx, code)
			if err != nil {
				return Apercu{}, "", err
			}
			if err := p.verifier(valeur, source); err != nil {
				return Apercu{}, "", err
			}
			a := Apercu{Version: p.Version, Conflit: version != p.Version, Differences: comparer(
				[]Fait{{"Valeur", p.Montrer(p.Valeur)}, {"Source", p.Source}},
				[]Fait{{"Valeur", p.Montrer(valeur)}, {"Source", source}})}
			a.Recalcul = bornes[code].pct && valeur != p.Valeur
			if suite := bornes[code].suite; suite != "" && valeur != p.Valeur {
				a.Consequences = []string{suite}
			}
			return a, p.Libelle, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			_, err := tx.Exec(ctx, modifierParametreSQL, pg.Args{"code": code, "valeur": valeur, "source": source, "par": s.Prenom + " " + s.Nom})
			return err
		},
	}
}

func (p Parametre) verifier(valeur, source string) error {
	var f fault.Fields
	choix := p.Choix()
	min, max := p.Bornes()
	n, err := strconv.Atoi(valeur)
	switch {
	case p.Fixe():
		f.Add("valeur", "Ce paramètre est fixé à la création de la base.")
	case len(choix) > 0 && !slices.ContainsFunc(choix, func(c Choix) bool { return c.Code == valeur }):
		f.Add("valeur", "Choisissez une valeur de la liste.")
	case p.Type == "entier" && (err != nil || strconv.Itoa(n) != valeur || n < min || n > max):
		f.Add("valeur", fmt.Sprintf("Indiquez un nombre entier de %s à %s.", affichage.Milliers(min), affichage.Milliers(max)))
	case p.Type == "texte" && len(choix) == 0:
		texte(&f, "valeur", valeur, 2000, "Indiquez un texte.")
	}
	texte(&f, "source", source, 300, "Indiquez d’où vient cette valeur : article, arrêté, décision.")
	return f.Err()
}

package tenue

import (
	"context"
	"fmt"
	"slices"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	affichage "imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// Territoire is a place of the file, with what is needed to change it.
type Territoire struct {
	Code       string
	Type       referentiels.TypeTerritoire
	Nom        string
	CodeParent string
	CodeInsee  string
	Population *int
	Actif      bool
	Local      bool // added here
	Verifie    string
	Version    int
	Demandes   int // demandes that ask for it itself
}

const territoiresSQL = `
select t.code, t.type, t.nom, coalesce(t.code_parent, '') as code_parent, coalesce(t.code_insee, '') as code_insee, t.population,
    t.actif, t.local, t.verifie, t.version,
    (select count(*) from choix_geographiques c where c.territoire = t.code)::integer as demandes
from territoires t
where @code in ('', t.code)
  and t.departement = @departement
order by t.ordre, t.numero`

// Territoires lists those of the file, closed ones included, in their order.
func (t Tenue) Territoires(ctx context.Context, db pg.DB) ([]Territoire, error) {
	return lireTous[Territoire](ctx, db, territoiresSQL, pg.Args{"code": "", "departement": t.departement()})
}

// LireTerritoire reads one; an unknown one is fault.NotFound.
func (t Tenue) LireTerritoire(ctx context.Context, db pg.DB, code string) (Territoire, error) {
	if code == "" {
		return Territoire{}, fault.NotFound
	}
	return lireUn[Territoire](ctx, db, territoiresSQL, pg.Args{"code": code, "departement": t.departement()})
}

const verrouTerritoireSQL = `
select code
from territoires
where code = @code
for update`

func (t Tenue) territoireVerrouille(ctx context.Context, tx pg.DB, s habilitations.Session, code string, niveau referentiels.TypeTerritoire) (Territoire, error) {
	if !s.Peut(habilitations.GererReferentiels) {
		return Territoire{}, fault.Forbidden
	}
	if _, err := tx.Exec(ctx, verrouTerritoireSQL, pg.Args{"code": code}); err != nil {
		return Territoire{}, err
	}
	x, err := t.LireTerritoire(ctx, tx, code)
	if err == nil && x.Type != niveau {
		err = fault.NotFound
	}
	return x, err
}

func verifierNom(nom string) error {
	var f fault.Fields
	texte(&f, "nom", nom, 120, "Indiquez le nom du quartier.")
	return f.Err()
}

const quartierExisteSQL = `
select exists (select from territoires where code_parent = @commune and nom_recherche = @recherche and code <> @code)`

func quartierExiste(ctx context.Context, tx pg.DB, commune, code, nom string) error {
	var existe bool
	err := tx.QueryRow(ctx, quartierExisteSQL, pg.Args{"commune": commune, "code": code, "recherche": referentiels.Normaliser(nom)}).Scan(&existe)
	if err == nil && existe {
		return fault.Fields{{Nom: "nom", Message: "La commune a déjà un quartier de ce nom, ouvert ou fermé."}}
	}
	return err
}

// The code of a quartier is that of its commune and the next rank: 31-555-23.
// Its place in lists follows the other quartiers.
const ajouterQuartierSQL = `
insert into territoires (code, type, nom, nom_recherche, departement, code_parent, code_insee, code_epci, codes_postaux, ordre, verifie, local)
select c.code || '-' || lpad((1 + coalesce((select max(split_part(q.code, '-', 3)::integer) from territoires q
        where q.code_parent = c.code and q.type = 'quartier' and q.code ~ '-[0-9]{2}$'), 0))::text, 2, '0'),
    'quartier', @nom, @recherche, c.departement, c.code, c.code_insee, c.code_epci, c.codes_postaux,
    (select coalesce(max(ordre), 0) + 1 from territoires), 'oui', true
from territoires c
where c.code = @commune`

// AjouterQuartier adds a quartier to a commune.
func (t Tenue) AjouterQuartier(s habilitations.Session, commune, nom string) Acte {
	return Acte{
		objet: "territoire", cle: commune + " " + nom, acte: "créer",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			c, err := t.territoireVerrouille(ctx, tx, s, commune, referentiels.TypeCommune)
			if err != nil {
				return Apercu{}, "", err
			}
			if err := verifierNom(nom); err != nil {
				return Apercu{}, "", err
			}
			if err := quartierExiste(ctx, tx, commune, "", nom); err != nil {
				return Apercu{}, "", err
			}
			return Apercu{Differences: comparer(nil, []Fait{{"Commune", c.Nom}, {"Quartier", nom}}),
				Consequences: []string{"Il pourra être demandé aussitôt. Les demandes déjà enregistrées ne changent pas."}}, c.Nom + affichage.Insecable + ": " + nom, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			if _, err := tx.Exec(ctx, ajouterQuartierSQL, pg.Args{"commune": commune, "nom": nom, "recherche": referentiels.Normaliser(nom)}); err != nil {
				return err
			}
			return referentiels.FermerInclusions(ctx, tx)
		},
	}
}

const modifierQuartierSQL = `
update territoires
set nom = @nom, nom_recherche = @recherche, actif = @actif, version = version + 1,
    modifiees = case when nom = @nom then modifiees
        else array(select distinct x from unnest(modifiees || '{nom,nom_recherche}') x order by x) end
where code = @code`

// ModifierQuartier renames a quartier, closes it or opens it again: a closed
// one is no longer offered, and stays on the demandes that ask for it.
func (t Tenue) ModifierQuartier(s habilitations.Session, code, nom string, actif bool, version int) Acte {
	return Acte{
		objet: "territoire", cle: code, acte: "modifier",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			q, err := t.territoireVerrouille(ctx, tx, s, code, referentiels.TypeQuartier)
			if err != nil {
				return Apercu{}, "", err
			}
			if err := verifierNom(nom); err != nil {
				return Apercu{}, "", err
			}
			if err := quartierExiste(ctx, tx, q.CodeParent, code, nom); err != nil {
				return Apercu{}, "", err
			}
			a := Apercu{Version: q.Version, Conflit: version != q.Version, Differences: comparer(
				[]Fait{{"Nom", q.Nom}, {"Quartier", etat(q.Actif)}}, []Fait{{"Nom", nom}, {"Quartier", etat(actif)}})}
			if q.Actif && !actif {
				a.Consequences = []string{fmt.Sprintf("Il ne sera plus proposé. %s : il y reste, et se trouve toujours par la recherche de sa commune.",
					affichage.Pluriel(q.Demandes, "demande le porte", "demandes le portent"))}
			}
			return a, q.Nom, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			_, err := tx.Exec(ctx, modifierQuartierSQL, pg.Args{"code": code, "nom": nom, "recherche": referentiels.Normaliser(nom), "actif": actif})
			return err
		},
	}
}

// Secteurs lists where a commune may stand: EPCI and sous-secteurs of the file.
func (t Tenue) Secteurs() []Choix {
	var l []Choix
	for _, x := range t.Ref.Secteurs(t.departement()) {
		if x.Type == referentiels.TypeEpci || x.Type == referentiels.TypeSousSecteur {
			l = append(l, Choix{x.Code, x.Nom})
		}
	}
	return l
}

const deplacerCommuneSQL = `
update territoires
set code_parent = @parent, version = version + 1
where code = @code`

const ciblesCommuneSQL = `
with touchees as (
    select distinct c.demande_id
    from choix_geographiques c
    join territoires_inclusions i on i.descendant = c.territoire
    where i.ancetre = @code
), cibles as (
    select c.demande_id, array_agg(distinct t.numero order by t.numero) as cibles
    from touchees x
    join choix_geographiques c on c.demande_id = x.demande_id
    join territoires_inclusions i on i.descendant = c.territoire
    join territoires t on t.code = i.ancetre and t.code_parent is not null
    group by c.demande_id
)
update demandes d
set cibles = n.cibles
from cibles n
where n.demande_id = d.id
  and d.cibles is distinct from n.cibles`

const demandesCommuneSQL = `
select count(distinct c.demande_id)
from choix_geographiques c
join territoires_inclusions i on i.descendant = c.territoire
where i.ancetre = @code`

// DeplacerCommune puts a commune in another EPCI or sous-secteur. The closure
// of the hierarchy and what the demandes for it target, which bounds what
// collectivités see, follow in the same transaction.
func (t Tenue) DeplacerCommune(s habilitations.Session, code, parent string, version int) Acte {
	return Acte{
		objet: "territoire", cle: code, acte: "déplacer",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			c, err := t.territoireVerrouille(ctx, tx, s, code, referentiels.TypeCommune)
			if err != nil {
				return Apercu{}, "", err
			}
			if !slices.ContainsFunc(t.Secteurs(), func(x Choix) bool { return x.Code == parent }) {
				return Apercu{}, "", fault.Fields{{Nom: "parent", Message: "Choisissez l’EPCI ou le secteur où placer la commune."}}
			}
			a := Apercu{Version: c.Version, Conflit: version != c.Version, Differences: comparer(
				[]Fait{{"Secteur", t.nomTerritoire(c.CodeParent)}}, []Fait{{"Secteur", t.nomTerritoire(parent)}})}
			var n int
			if err := tx.QueryRow(ctx, demandesCommuneSQL, pg.Args{"code": code}).Scan(&n); err != nil {
				return Apercu{}, "", err
			}
			a.Consequences = []string{affichage.Pluriel(n, "demande vise", "demandes visent") + " cette commune ou ses quartiers" + affichage.Insecable +
				": les agents de « " + t.nomTerritoire(parent) + " » les verront, ceux de l’ancien secteur ne les verront plus que par leurs autres choix. Les totaux par secteur changent."}
			return a, c.Nom, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			if _, err := tx.Exec(ctx, deplacerCommuneSQL, pg.Args{"code": code, "parent": parent}); err != nil {
				return err
			}
			if err := referentiels.FermerInclusions(ctx, tx); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, ciblesCommuneSQL, pg.Args{"code": code})
			return err
		},
	}
}

func (t Tenue) nomTerritoire(code string) string {
	if x, ok := t.Ref.Territoire(code); ok {
		return x.Nom
	}
	return code
}

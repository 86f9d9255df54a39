package tenue

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	affichage "imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// Organisme is a row of the partners of the file, with what hangs on it.
type Organisme struct {
	Code         string
	Nom          string
	Nom2011      string
	Type         string
	Enregistreur bool
	Actif        bool
	Successeur   string
	Territoire   string
	Adresse      string
	CodePostal   string
	Ville        string
	Telephone    string
	Version      int
	Agents       int // accounts that may act for it
	Guichets     int // open ones
}

// Types of organisme, with their label, in the order of lists.
var Types = []Choix{
	{string(habilitations.Bailleur), "Bailleur social"},
	{string(habilitations.Collecteur), "Collecteur ou réservataire (Action Logement, 1" + affichage.Fine + "%)"},
	{string(habilitations.Etat), "État"},
	{string(habilitations.Departement), "Département"},
	{string(habilitations.Epci), "EPCI"},
	{string(habilitations.Commune), "Commune"},
	{string(habilitations.Federation), "Fédération ou groupement"},
	{string(habilitations.Gestionnaire), "Gestionnaire du fichier"},
	{"AUTRE", "Autre"},
}

// TypeLibelle is the label of a type of organisme.
func TypeLibelle(code string) string { return libelleDe(Types, code) }

func libelleDe(l []Choix, code string) string {
	for _, c := range l {
		if c.Code == code {
			return c.Libelle
		}
	}
	return code
}

// ressorts gives the level of the territoire of a collectivité.
var ressorts = map[string]referentiels.TypeTerritoire{
	string(habilitations.Departement): referentiels.TypeDepartement,
	string(habilitations.Epci):        referentiels.TypeEpci,
	string(habilitations.Commune):     referentiels.TypeCommune,
}

// Ressort is the level of the territoire that an organisme of a type has, ""
// when it has none.
func Ressort(typeOrganisme string) referentiels.TypeTerritoire { return ressorts[typeOrganisme] }

const organismesSQL = `
select o.code, o.nom, o.nom_2011, o.type, o.enregistreur, o.actif, coalesce(o.successeur, '') as successeur,
    coalesce(o.territoire, '') as territoire, o.adresse, o.code_postal, o.ville, o.telephone, o.version,
    (select count(*) from affectations a join utilisateurs u on u.id = a.utilisateur
     where a.organisme = o.code and a.suspendue_le is null and not u.suspendu) as agents,
    (select count(*) from guichets g where g.organisme = o.code and g.actif and (g.fin is null or g.fin >= current_date)) as guichets
from organismes o
where @code in ('', o.code)
  and o.departement = @departement
order by o.numero`

// Organismes lists those that the session may see in administration: all of
// the file's département for ATLAS, its own for an organisme.
func (t Tenue) Organismes(ctx context.Context, db pg.DB, s habilitations.Session) ([]Organisme, error) {
	code, err := portee(s)
	if err != nil {
		return nil, err
	}
	return lireTous[Organisme](ctx, db, organismesSQL, pg.Args{"code": code, "departement": t.departement()})
}

// portee is the organisme whose rows the session administers, "" for all.
func portee(s habilitations.Session) (organisme string, err error) {
	switch {
	case !s.Peut(habilitations.GererAgences):
		return "", fault.Forbidden
	case s.Peut(habilitations.ToutOrganisme):
		return "", nil
	case s.Organisme == "":
		return "", fault.NotFound
	}
	return s.Organisme, nil
}

func (t Tenue) departement() string { return t.Ref.Texte(referentiels.DepartementFichier) }

// LireOrganisme reads an organisme that the session may administer; another is
// fault.NotFound.
func (t Tenue) LireOrganisme(ctx context.Context, db pg.DB, s habilitations.Session, code string) (Organisme, error) {
	if code == "" || !s.SonOrganisme(habilitations.GererAgences, code) {
		return Organisme{}, fault.NotFound
	}
	return lireUn[Organisme](ctx, db, organismesSQL, pg.Args{"code": code, "departement": t.departement()})
}

func (t Tenue) faitsOrganisme(o Organisme) []Fait {
	return []Fait{{"Code", o.Code}, {"Nom", o.Nom}, {"Nom en 2011", o.Nom2011}, {"Type", TypeLibelle(o.Type)},
		{"Service enregistreur", ouiNon(o.Enregistreur)}, {"Ressort", t.nomTerritoire(o.Territoire)}, {"Adresse", o.Adresse},
		{"Code postal", o.CodePostal}, {"Ville", o.Ville}, {"Téléphone", o.Telephone}}
}

var formeCodeOrganisme = regexp.MustCompile(`^[0-9A-Z][0-9A-Z-]{0,19}$`)

// verifierOrganisme checks what was typed.
func (t Tenue) verifierOrganisme(o Organisme) error {
	var f fault.Fields
	if !formeCodeOrganisme.MatchString(o.Code) {
		f.Add("code", "Indiquez un code de 20 caractères au plus, en majuscules sans accent, chiffres et tirets.")
	}
	texte(&f, "nom", o.Nom, 120, "Indiquez le nom de l’organisme.")
	texte(&f, "nom_2011", o.Nom2011, 120, "")
	if !slices.ContainsFunc(Types, func(c Choix) bool { return c.Code == o.Type }) {
		f.Add("type", "Choisissez le type de l’organisme.")
	}
	if o.Enregistreur && (o.Type == string(habilitations.Federation) || o.Type == "AUTRE") {
		f.Add("enregistreur", "Un organisme de ce type ne peut pas être service enregistreur (CCH R441-2-1).")
	}
	switch niveau := Ressort(o.Type); {
	case niveau == "" && o.Territoire != "":
		f.Add("territoire", "Laissez vide : un organisme de ce type n’a pas de ressort propre.")
	case niveau != "":
		if x, ok := t.Ref.Territoire(o.Territoire); !ok || x.Type != niveau || !x.Actif {
			f.Add("territoire", "Choisissez le ressort de la collectivité, au niveau de son type.")
		}
	}
	lieu(&f, o.Adresse, o.CodePostal, o.Ville, o.Telephone)
	return f.Err()
}

const creerOrganismeSQL = `
insert into organismes (code, nom, nom_2011, type, enregistreur, departement, territoire, adresse, code_postal, ville, telephone, source, verifie)
values (@code, @nom, @nom_2011, @type, @enregistreur, @departement, nullif(@territoire, ''), @adresse, @code_postal, @ville,
    @telephone, 'Saisi par ATLAS', 'oui')`

// CreerOrganisme adds a partner.
func (t Tenue) CreerOrganisme(s habilitations.Session, o Organisme) Acte {
	return Acte{
		objet: "organisme", cle: o.Code, organisme: o.Code, acte: "créer",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			if !s.Peut(habilitations.GererOrganismes) {
				return Apercu{}, "", fault.Forbidden
			}
			if err := t.verifierOrganisme(o); err != nil {
				return Apercu{}, "", err
			}
			deja, err := lireUn[Organisme](ctx, tx, organismesSQL, pg.Args{"code": o.Code, "departement": t.departement()})
			if err == nil && len(comparer(t.faitsOrganisme(deja), t.faitsOrganisme(o))) == 0 {
				return Apercu{}, "", nil // the second click of the same creation
			}
			if err == nil {
				return Apercu{}, "", fault.Fields{{Nom: "code", Message: "Ce code est déjà celui de « " + deja.Nom + " »."}}
			}
			if !errors.Is(err, fault.NotFound) {
				return Apercu{}, "", err
			}
			return Apercu{Differences: comparer(nil, t.faitsOrganisme(o)), Consequences: rolesDe(o)}, o.Nom, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			_, err := tx.Exec(ctx, creerOrganismeSQL, t.argsOrganisme(o))
			if pg.IsUnique(err, "") { // of another département
				return fault.Fields{{Nom: "code", Message: "Ce code est déjà pris."}}
			}
			return err
		},
	}
}

// rolesDe says which roles the agents of an organisme may have.
func rolesDe(o Organisme) []string {
	roles := habilitations.Accordables(habilitations.TypeOrganisme(o.Type), o.Enregistreur)
	if len(roles) == 0 {
		return []string{"Ses agents ne pourront recevoir aucun rôle."}
	}
	return []string{"Ses agents pourront recevoir ces rôles" + affichage.Insecable + ": " + nommer(roles) + "."}
}

func nommer(roles []habilitations.Role) string {
	l := make([]string, len(roles))
	for i, r := range roles {
		l[i] = r.Libelle()
	}
	return strings.Join(l, ", ")
}

func (t Tenue) argsOrganisme(o Organisme) pg.Args {
	return pg.Args{"code": o.Code, "nom": o.Nom, "nom_2011": o.Nom2011, "type": o.Type, "enregistreur": o.Enregistreur,
		"departement": t.departement(), "territoire": o.Territoire, "adresse": o.Adresse, "code_postal": o.CodePostal, "ville": o.Ville,
		"telephone": o.Telephone}
}

const verrouOrganismeSQL = `
select code
from organismes
where code = @code
for update`

// organismeVerrouille locks an organisme and reads it for an act; one that the
// session doesn't administer is fault.NotFound.
func (t Tenue) organismeVerrouille(ctx context.Context, tx pg.DB, s habilitations.Session, d habilitations.Droit, code string) (Organisme, error) {
	if !s.SonOrganisme(d, code) {
		return Organisme{}, fault.NotFound
	}
	if _, err := tx.Exec(ctx, verrouOrganismeSQL, pg.Args{"code": code}); err != nil {
		return Organisme{}, err
	}
	return lireUn[Organisme](ctx, tx, organismesSQL, pg.Args{"code": code, "departement": t.departement()})
}

const modifierOrganismeSQL = `
update organismes
set nom = @nom, nom_2011 = @nom_2011, type = @type, enregistreur = @enregistreur, territoire = nullif(@territoire, ''),
    adresse = @adresse, code_postal = @code_postal, ville = @ville, telephone = @telephone, coordonnees_fictives = false,
    version = version + 1
where code = @code
  and departement = @departement`

// ModifierOrganisme changes what is known of a partner. A change of type or of
// the flag enregistreur says who loses which roles: they stay written, and give
// nothing.
func (t Tenue) ModifierOrganisme(s habilitations.Session, o Organisme) Acte {
	return Acte{
		objet: "organisme", cle: o.Code, organisme: o.Code, acte: "modifier",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			avant, err := t.organismeVerrouille(ctx, tx, s, habilitations.GererOrganismes, o.Code)
			if err != nil {
				return Apercu{}, "", err
			}
			if err := t.verifierOrganisme(o); err != nil {
				return Apercu{}, "", err
			}
			if o.Code == s.Organisme && o.Type != avant.Type {
				return Apercu{}, "", fault.Fields{{Nom: "type", Message: "Vous ne pouvez pas changer le type de votre propre organisme."}}
			}
			a := Apercu{Version: avant.Version, Conflit: o.Version != avant.Version,
				Differences: comparer(t.faitsOrganisme(avant), t.faitsOrganisme(o))}
			a.Consequences, a.Pertes, err = consequences(ctx, tx, avant, o)
			return a, avant.Nom, err
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			_, err := tx.Exec(ctx, modifierOrganismeSQL, t.argsOrganisme(o))
			return err
		},
	}
}

const rolesTenusSQL = `
select u.nom, u.prenom, a.roles
from affectations a
join utilisateurs u on u.id = a.utilisateur
where a.organisme = @code
order by u.nom_n, u.prenom_n, u.id`

// consequences says what a change of type, of enregistreur or of territoire
// means for the agents.
func consequences(ctx context.Context, tx pg.DB, avant, apres Organisme) (l []string, pertes []Perte, err error) {
	if apres.Territoire != avant.Territoire {
		l = append(l, "Les agents verront les demandes du nouveau ressort, et plus celles de l’ancien.")
	}
	if avant.Enregistreur && !apres.Enregistreur && avant.Guichets > 0 {
		l = append(l, affichage.Pluriel(avant.Guichets, "guichet ouvert n’enregistrera", "guichets ouverts n’enregistreront")+" plus de demande.")
	}
	if apres.Type == avant.Type && apres.Enregistreur == avant.Enregistreur {
		return l, nil, nil
	}
	l = append(l, rolesDe(apres)...)
	avaient := habilitations.Accordables(habilitations.TypeOrganisme(avant.Type), avant.Enregistreur)
	restent := habilitations.Accordables(habilitations.TypeOrganisme(apres.Type), apres.Enregistreur)
	rows, err := tx.Query(ctx, rolesTenusSQL, pg.Args{"code": avant.Code})
	if err != nil {
		return nil, nil, err
	}
	var nom, prenom string
	var roles []habilitations.Role
	_, err = pgx.ForEachRow(rows, []any{&nom, &prenom, &roles}, func() error {
		var perdus []habilitations.Role
		for _, r := range roles {
			if slices.Contains(avaient, r) && !slices.Contains(restent, r) {
				perdus = append(perdus, r)
			}
		}
		if len(perdus) > 0 {
			pertes = append(pertes, Perte{Agent: affichage.Capitales(nom) + " " + prenom, Roles: nommer(perdus)})
		}
		return nil
	})
	if err == nil && len(pertes) == 0 {
		l = append(l, "Aucun agent ne perd de rôle.")
	}
	return l, pertes, err
}

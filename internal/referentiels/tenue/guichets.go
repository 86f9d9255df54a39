package tenue

import (
	"context"
	"errors"
	"regexp"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	affichage "imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// Guichet is where an organisme registers demandes. Its code ends the numéro
// unique of what it registered: it is given once, for ever.
type Guichet struct {
	Code         string // 5 digits or capitals
	Organisme    string
	OrganismeNom string
	Agence       string // "" for none
	AgenceNom    string
	Nom          string
	Adresse      string
	CodePostal   string
	Ville        string
	Telephone    string
	Actif        bool
	Debut, Fin   jour.Date
	Version      int
}

// Ouvert tells whether it registers demandes on that day.
func (g Guichet) Ouvert(le jour.Date) bool {
	return referentiels.Guichet{Actif: g.Actif, Debut: g.Debut, Fin: g.Fin}.Ouvert(le)
}

const guichetsSQL = `
select g.code, g.organisme, o.nom as organisme_nom, coalesce(g.agence, '') as agence, coalesce(a.nom, '') as agence_nom, g.nom,
    g.adresse, g.code_postal, g.ville, g.telephone, g.actif, g.debut, g.fin, g.version
from guichets g
join organismes o on o.code = g.organisme
left join agences a on a.organisme = g.organisme and a.code = g.agence
where @code in ('', g.code)
  and @organisme in ('', g.organisme)
  and o.departement = @departement
order by o.numero, g.code`

// Guichets lists those that the session may see in administration.
func (t Tenue) Guichets(ctx context.Context, db pg.DB, s habilitations.Session) ([]Guichet, error) {
	organisme, err := portee(s)
	if err != nil {
		return nil, err
	}
	return t.guichetsDe(ctx, db, organisme)
}

// GuichetsDe lists the guichets of an organisme, closed ones included.
func (t Tenue) GuichetsDe(ctx context.Context, db pg.DB, s habilitations.Session, organisme string) ([]Guichet, error) {
	if !s.SonOrganisme(habilitations.GererAgences, organisme) {
		return nil, fault.NotFound
	}
	return t.guichetsDe(ctx, db, organisme)
}

func (t Tenue) guichetsDe(ctx context.Context, db pg.DB, organisme string) ([]Guichet, error) {
	return lireTous[Guichet](ctx, db, guichetsSQL, pg.Args{"code": "", "organisme": organisme, "departement": t.departement()})
}

// LireGuichet reads a guichet of an organisme that the session administers.
func (t Tenue) LireGuichet(ctx context.Context, db pg.DB, s habilitations.Session, organisme, code string) (Guichet, error) {
	if code == "" || organisme == "" || !s.SonOrganisme(habilitations.GererAgences, organisme) {
		return Guichet{}, fault.NotFound
	}
	return lireUn[Guichet](ctx, db, guichetsSQL, pg.Args{"code": code, "organisme": organisme, "departement": t.departement()})
}

func (t Tenue) faitsGuichet(g Guichet) []Fait {
	agence := g.AgenceNom
	if a, ok := t.Ref.Agence(g.Agence); ok {
		agence = a.Nom
	}
	return []Fait{{"Code", g.Code}, {"Nom", g.Nom}, {"Agence", agence}, {"Adresse", g.Adresse}, {"Code postal", g.CodePostal},
		{"Ville", g.Ville}, {"Téléphone", g.Telephone}, {"Ouvert le", g.Debut.String()}, {"Fermé après le", g.Fin.String()}}
}

var formeGuichet = regexp.MustCompile(`^[0-9A-Z]{5}$`)

func (t Tenue) verifierGuichet(g Guichet) error {
	var f fault.Fields
	if !formeGuichet.MatchString(g.Code) {
		f.Add("code", "Indiquez cinq caractères, chiffres ou majuscules sans accent, par exemple G1105.")
	}
	texte(&f, "nom", g.Nom, 120, "Indiquez le nom du guichet.")
	if a, ok := t.Ref.Agence(g.Agence); g.Agence != "" && (!ok || a.Organisme != g.Organisme) {
		f.Add("agence", "Choisissez une agence de l’organisme, ou aucune.")
	}
	if !g.Debut.IsZero() && !g.Fin.IsZero() && g.Fin.Avant(g.Debut) {
		f.Add("fin", "Indiquez une date de fermeture postérieure à l’ouverture.")
	}
	lieu(&f, g.Adresse, g.CodePostal, g.Ville, g.Telephone)
	return f.Err()
}

func argsGuichet(g Guichet) pg.Args {
	return pg.Args{"code": g.Code, "organisme": g.Organisme, "agence": g.Agence, "nom": g.Nom, "adresse": g.Adresse,
		"code_postal": g.CodePostal, "ville": g.Ville, "telephone": g.Telephone, "debut": g.Debut, "fin": g.Fin}
}

const guichetPrisSQL = `
select exists (select from guichets where code = @code)`

const creerGuichetSQL = `
insert into guichets (code, organisme, agence, nom, adresse, code_postal, ville, telephone, debut, fin)
values (@code, @organisme, nullif(@agence, ''), @nom, @adresse, @code_postal, @ville, @telephone, @debut, @fin)`

var errGuichetPris = fault.Fields{{Nom: "code", Message: "Ce code est déjà pris : un code de guichet ne sert qu’une fois, même après sa fermeture."}}

// CreerGuichet opens a guichet of an organisme enregistreur.
func (t Tenue) CreerGuichet(s habilitations.Session, g Guichet) Acte {
	return Acte{
		objet: "guichet", cle: g.Code, organisme: g.Organisme, acte: "créer",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			o, err := t.organismeVerrouille(ctx, tx, s, habilitations.GererAgences, g.Organisme)
			if err != nil {
				return Apercu{}, "", err
			}
			if !o.Actif || !o.Enregistreur {
				return Apercu{}, "", fault.Refuser(fault.Conflict, "Seul un service enregistreur ouvert peut avoir un guichet.")
			}
			if err := t.verifierGuichet(g); err != nil {
				return Apercu{}, "", err
			}
			deja, err := t.LireGuichet(ctx, tx, s, g.Organisme, g.Code)
			if err == nil && len(comparer(t.faitsGuichet(deja), t.faitsGuichet(g))) == 0 {
				return Apercu{}, "", nil // the second click of the same creation
			}
			if err != nil && !errors.Is(err, fault.NotFound) {
				return Apercu{}, "", err
			}
			var pris bool // by any organisme
			if err := tx.QueryRow(ctx, guichetPrisSQL, pg.Args{"code": g.Code}).Scan(&pris); err != nil {
				return Apercu{}, "", err
			}
			if pris {
				return Apercu{}, "", errGuichetPris
			}
			return Apercu{Differences: comparer(nil, t.faitsGuichet(g)), Consequences: []string{
				"Les numéros uniques qu’il attribuera finiront par " + g.Code + ". Ce code ne pourra plus être changé ni donné à un autre guichet."}}, g.Nom, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			_, err := tx.Exec(ctx, creerGuichetSQL, argsGuichet(g))
			if pg.IsUnique(err, "") {
				return errGuichetPris
			}
			return err
		},
	}
}

const modifierGuichetSQL = `
update guichets
set agence = nullif(@agence, ''), nom = @nom, adresse = @adresse, code_postal = @code_postal, ville = @ville, telephone = @telephone,
    debut = @debut, fin = @fin, actif = @fin::date is null or @fin::date >= current_date, fictif = false, version = version + 1
where code = @code
  and organisme = @organisme`

const agentsGuichetSQL = `
select count(*)
from affectations
where guichet = @code`

// ModifierGuichet changes a guichet; a past closing date closes it, none opens
// it again. Its code stays.
func (t Tenue) ModifierGuichet(s habilitations.Session, g Guichet) Acte {
	return Acte{
		objet: "guichet", cle: g.Code, organisme: g.Organisme, acte: "modifier",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			o, err := t.organismeVerrouille(ctx, tx, s, habilitations.GererAgences, g.Organisme)
			if err != nil {
				return Apercu{}, "", err
			}
			avant, err := t.LireGuichet(ctx, tx, s, g.Organisme, g.Code)
			if err != nil {
				return Apercu{}, "", err
			}
			if err := t.verifierGuichet(g); err != nil {
				return Apercu{}, "", err
			}
			a := Apercu{Version: avant.Version, Conflit: g.Version != avant.Version,
				Differences: comparer(t.faitsGuichet(avant), t.faitsGuichet(g))}
			if ouvert := g.Fin.IsZero() || !g.Fin.Avant(jour.Aujourdhui()); ouvert && !o.Actif {
				return Apercu{}, "", fault.Refuser(fault.Conflict, "L’organisme est fermé : ses guichets ne se rouvrent pas.")
			}
			if !g.Fin.IsZero() && g.Fin != avant.Fin {
				var agents int
				if err := tx.QueryRow(ctx, agentsGuichetSQL, pg.Args{"code": g.Code}).Scan(&agents); err != nil {
					return Apercu{}, "", err
				}
				a.Consequences = []string{"Après le " + g.Fin.String() + ", ce guichet n’enregistre plus de demande" + affichage.Fine +
					"; il est le guichet habituel de " + affichage.Pluriel(agents, "agent", "agents") + "."}
			}
			return a, avant.Nom, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			_, err := tx.Exec(ctx, modifierGuichetSQL, argsGuichet(g))
			return err
		},
	}
}

package tenue

import (
	"context"
	"fmt"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	affichage "imhoweb/internal/platform/texte"
)

// Agence is a subdivision of an organisme. Its code is given by the program.
type Agence struct {
	Code         string
	Organisme    string
	OrganismeNom string
	Nom          string
	Adresse      string
	CodePostal   string
	Ville        string
	Telephone    string
	Actif        bool
	Version      int
	Agents       int
	Guichets     int // open ones
}

const agencesSQL = `
select a.code, a.organisme, o.nom as organisme_nom, a.nom, a.adresse, a.code_postal, a.ville, a.telephone, a.actif, a.version,
    (select count(*) from affectations f where f.organisme = a.organisme and f.agence = a.code) as agents,
    (select count(*) from guichets g where g.organisme = a.organisme and g.agence = a.code and g.actif
        and (g.fin is null or g.fin >= current_date)) as guichets
from agences a
join organismes o on o.code = a.organisme
where @code in ('', a.code)
  and @organisme in ('', a.organisme)
  and o.departement = @departement
order by o.numero, a.code`

// Agences lists those that the session may see in administration.
func (t Tenue) Agences(ctx context.Context, db pg.DB, s habilitations.Session) ([]Agence, error) {
	organisme, err := portee(s)
	if err != nil {
		return nil, err
	}
	return t.agencesDe(ctx, db, organisme)
}

// AgencesDe lists the agences of an organisme, closed ones included.
func (t Tenue) AgencesDe(ctx context.Context, db pg.DB, s habilitations.Session, organisme string) ([]Agence, error) {
	if !s.SonOrganisme(habilitations.GererAgences, organisme) {
		return nil, fault.NotFound
	}
	return t.agencesDe(ctx, db, organisme)
}

func (t Tenue) agencesDe(ctx context.Context, db pg.DB, organisme string) ([]Agence, error) {
	return lireTous[Agence](ctx, db, agencesSQL, pg.Args{"code": "", "organisme": organisme, "departement": t.departement()})
}

// LireAgence reads an agence of an organisme that the session administers.
func (t Tenue) LireAgence(ctx context.Context, db pg.DB, s habilitations.Session, organisme, code string) (Agence, error) {
	if code == "" || organisme == "" || !s.SonOrganisme(habilitations.GererAgences, organisme) {
		return Agence{}, fault.NotFound
	}
	return lireUn[Agence](ctx, db, agencesSQL, pg.Args{"code": code, "organisme": organisme, "departement": t.departement()})
}

func faitsAgence(a Agence) []Fait {
	return []Fait{{"Nom", a.Nom}, {"Adresse", a.Adresse}, {"Code postal", a.CodePostal}, {"Ville", a.Ville}, {"Téléphone", a.Telephone},
		{"Agence", etat(a.Actif)}}
}

const nomAgenceSQL = `
select exists (select from agences where organisme = @organisme and nom = @nom and code <> @code)`

func verifierAgence(ctx context.Context, tx pg.DB, a Agence) error {
	var f fault.Fields
	texte(&f, "nom", a.Nom, 120, "Indiquez le nom de l’agence.")
	lieu(&f, a.Adresse, a.CodePostal, a.Ville, a.Telephone)
	var pris bool
	if err := tx.QueryRow(ctx, nomAgenceSQL, pg.Args{"organisme": a.Organisme, "nom": a.Nom, "code": a.Code}).Scan(&pris); err != nil {
		return err
	}
	if pris {
		f.Add("nom", "L’organisme a déjà une agence de ce nom.")
	}
	return f.Err()
}

// The code of an agence is that of its organisme and a rank: TMH-04.
const creerAgenceSQL = `
insert into agences (code, organisme, nom, adresse, code_postal, ville, telephone)
select @organisme::text || '-' || lpad((coalesce(max(substring(a.code from '-([0-9]{1,6})$')::integer), 0) + 1)::text, 2, '0'), @organisme, @nom,
    @adresse, @code_postal, @ville, @telephone
from agences a
where a.organisme = @organisme`

func argsAgence(a Agence) pg.Args {
	return pg.Args{"organisme": a.Organisme, "nom": a.Nom, "adresse": a.Adresse, "code_postal": a.CodePostal, "ville": a.Ville, "telephone": a.Telephone}
}

// CreerAgence adds an agence to an organisme that is open.
func (t Tenue) CreerAgence(s habilitations.Session, a Agence) Acte {
	a.Code, a.Actif = "", true
	return Acte{
		objet: "agence", cle: a.Organisme + " " + a.Nom, organisme: a.Organisme, acte: "créer",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			o, err := t.organismeVerrouille(ctx, tx, s, habilitations.GererAgences, a.Organisme)
			if err != nil {
				return Apercu{}, "", err
			}
			if !o.Actif {
				return Apercu{}, "", fault.Refuser(fault.Conflict, "L’organisme est fermé : il n’ouvre plus d’agence.")
			}
			if err := verifierAgence(ctx, tx, a); err != nil {
				return Apercu{}, "", err
			}
			return Apercu{Differences: comparer(nil, faitsAgence(a))}, a.Nom, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			_, err := tx.Exec(ctx, creerAgenceSQL, argsAgence(a))
			return err
		},
	}
}

const modifierAgenceSQL = `
update agences
set nom = @nom, adresse = @adresse, code_postal = @code_postal, ville = @ville, telephone = @telephone, actif = @actif, fictif = false,
    version = version + 1
where code = @code
  and organisme = @organisme`

// ModifierAgence changes an agence, closes it or opens it again (Actif).
func (t Tenue) ModifierAgence(s habilitations.Session, a Agence) Acte {
	return Acte{
		objet: "agence", cle: a.Code, organisme: a.Organisme, acte: "modifier",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			if _, err := t.organismeVerrouille(ctx, tx, s, habilitations.GererAgences, a.Organisme); err != nil {
				return Apercu{}, "", err
			}
			avant, err := t.LireAgence(ctx, tx, s, a.Organisme, a.Code)
			if err != nil {
				return Apercu{}, "", err
			}
			if err := verifierAgence(ctx, tx, a); err != nil {
				return Apercu{}, "", err
			}
			p := Apercu{Version: avant.Version, Conflit: a.Version != avant.Version, Differences: comparer(faitsAgence(avant), faitsAgence(a))}
			if avant.Actif && !a.Actif {
				p.Consequences = []string{fmt.Sprintf("Elle ne sera plus proposée. %s et %s y restent rattachés.",
					affichage.Pluriel(avant.Agents, "agent", "agents"), affichage.Pluriel(avant.Guichets, "guichet ouvert", "guichets ouverts"))}
			}
			return p, avant.Nom, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			args := argsAgence(a)
			args["code"], args["actif"] = a.Code, a.Actif
			_, err := tx.Exec(ctx, modifierAgenceSQL, args)
			return err
		},
	}
}

package demo

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/textes"
)

// MotDePasse opens every account of the demonstration.
const MotDePasse = "tuiles-roses-garonne-31"

// Connexion is a line of connexions-demo.json.
type Connexion struct {
	Role          habilitations.Role          `json:"role"`
	TypeOrganisme habilitations.TypeOrganisme `json:"type_organisme"`
	Organisme     string                      `json:"organisme"` // code
	Nom           string                      `json:"nom"`
	Prenom        string                      `json:"prenom"`
	Courriel      string                      `json:"courriel"`
	MotDePasse    string                      `json:"mot_de_passe"`
}

// compte is an invented agent.
type compte struct {
	role        habilitations.Role
	organisme   string // code
	agence      string // code, may be empty
	prenom, nom string
}

// comptes covers each role, in each type of organisme where it makes sense.
// The two Jean Dupuy are homonyms: the login asks for their organisme.
var comptes = []compte{
	{habilitations.Consultation, "TMH", "TMH-01", "Hélène", "Cazenave"},
	{habilitations.Saisie, "TMH", "TMH-02", "Maëlle", "Barthès"},
	{habilitations.Instruction, "TMH", "TMH-01", "Bernard", "Lacoste"},
	{habilitations.Commission, "TMH", "TMH-01", "Solange", "Delpech"},
	{habilitations.Offre, "TMH", "TMH-03", "Régis", "Fourcade"},
	{habilitations.Statistiques, "TMH", "", "Nadège", "Abadie"},
	{habilitations.AdminOrganisme, "TMH", "TMH-01", "Yvan", "Castéra"},
	{habilitations.Saisie, "CHALETS", "CHALETS-01", "Élodie", "Roques"},
	{habilitations.Instruction, "CHALETS", "CHALETS-02", "Gilles", "Peyre"},
	{habilitations.Saisie, "ETAT", "ETAT-01", "Sabine", "Marquès"},
	{habilitations.Consultation, "ETAT", "ETAT-01", "Didier", "Laffont"},
	{habilitations.Saisie, "CD31", "CD31-02", "Karine", "Soulé"},
	{habilitations.Consultation, "CD31", "CD31-01", "Joël", "Vidal"},
	{habilitations.Saisie, "TM", "TM-01", "Amandine", "Pujol"},
	{habilitations.Reservataire, "TM", "TM-02", "Thierry", "Galinier"},
	{habilitations.Consultation, "SICOVAL", "SICOVAL-01", "Odile", "Carrère"},
	{habilitations.Saisie, "TOURNEF", "TOURNEF-01", "Rachid", "Benali"},
	{habilitations.StatistiquesAgregees, "CUGNAUX", "", "Muriel", "Escande"},
	{habilitations.Reservataire, "AL", "AL-01", "Corinne", "Fabre"},
	{habilitations.Saisie, "AL", "AL-01", "Denis", "Rouquette"},
	{habilitations.StatistiquesAgregees, "COL-SRIAS", "", "Arlette", "Combes"},
	{habilitations.StatistiquesAgregees, "USH", "", "Lionel", "Espinasse"},
	{habilitations.AdminAtlas, "ATLAS", "ATLAS-01", "Claire", "Montagné"},
	{habilitations.Statistiques, "ATLAS", "ATLAS-01", "Paul", "Izard"},
	{habilitations.Auditeur, "ATLAS", "ATLAS-01", "Irène", "Delmas"},
	{habilitations.Saisie, "OPH31", "OPH31-02", "Jean", "Dupuy"},
	{habilitations.Saisie, "PROMO", "PROMO-02", "Jean", "Dupuy"},
	{habilitations.Saisie, "SICOVAL", "SICOVAL-01", "Véronique", "Lasserre"},
}

// partages are the second places of agents that two organismes employ: they
// choose at the login, and change from the header.
var partages = []compte{
	{habilitations.Consultation, "TM", "TM-01", "Véronique", "Lasserre"},
}

// premier is the account that a shared agent already has.
func (c compte) premier() compte {
	for _, p := range comptes {
		if p.nom == c.nom && p.prenom == c.prenom {
			return p
		}
	}
	return c
}

// courriel is unique and of a domain that belongs to nobody (RFC 2606).
func (c compte) courriel() string {
	local := strings.ReplaceAll(texte.Normaliser(c.prenom)+"."+texte.Normaliser(c.nom), " ", "-")
	return strings.ToLower(local + "@" + c.organisme + ".example")
}

// nouveauVenu has not accepted the charte: it meets it at the first login.
const nouveauVenu = "gilles.peyre@chalets.example"

const dejaSQL = `
select o.type, coalesce(u.id, 0)
from unnest(@organismes::text[], @courriels::text[]) with ordinality as c(organisme, courriel, rang)
left join organismes o on o.code = c.organisme
left join utilisateurs u on u.courriel = c.courriel
order by c.rang`

// CreerComptes makes the accounts that are missing, and lists all of them in a
// stable order. They share one password, hence one digest: the first start
// would otherwise hash it once per account.
func CreerComptes(ctx context.Context, db pg.DB) ([]Connexion, error) {
	organismes, courriels := make([]string, len(comptes)), make([]string, len(comptes))
	for i, c := range comptes {
		organismes[i], courriels[i] = c.organisme, c.courriel()
	}
	rows, err := db.Query(ctx, dejaSQL, pg.Args{"organismes": organismes, "courriels": courriels})
	if err != nil {
		return nil, fmt.Errorf("accounts of the demo: %w", err)
	}
	type deja struct {
		Type *habilitations.TypeOrganisme
		ID   int64
	}
	etats, err := pgx.CollectRows(rows, pgx.RowToStructByPos[deja])
	if err != nil {
		return nil, fmt.Errorf("accounts of the demo: %w", err)
	}
	charte, err := textes.Courante(ctx, db, textes.Charte)
	if err != nil {
		return nil, err
	}
	connexions := make([]Connexion, len(comptes))
	empreinte := ""
	for i, c := range comptes {
		if etats[i].Type == nil {
			return nil, fmt.Errorf("accounts of the demo: organisme %s is not loaded", c.organisme)
		}
		connexions[i] = Connexion{c.role, *etats[i].Type, c.organisme, c.nom, c.prenom, courriels[i], MotDePasse}
		if etats[i].ID != 0 {
			continue
		}
		if empreinte == "" {
			if empreinte, err = administration.Hacher(ctx, MotDePasse); err != nil {
				return nil, err
			}
		}
		id, err := administration.CreerAvecEmpreinte(ctx, db, administration.Nouveau{
			Nom: c.nom, Prenom: c.prenom, Courriel: courriels[i], MotDePasse: MotDePasse,
			Organisme: c.organisme, Agence: c.agence, Roles: []habilitations.Role{c.role},
		}, empreinte)
		if err != nil {
			return nil, fmt.Errorf("account of the demo %s: %w", courriels[i], err)
		}
		if courriels[i] == nouveauVenu {
			continue
		}
		if err := textes.Accepter(ctx, db, habilitations.Session{Utilisateur: id, Organisme: c.organisme}, charte.Numero); err != nil {
			return nil, fmt.Errorf("account of the demo %s: %w", courriels[i], err)
		}
	}
	for _, c := range partages {
		x, err := ajouterPlace(ctx, db, c)
		if err != nil {
			return nil, fmt.Errorf("account of the demo %s: %w", c.premier().courriel(), err)
		}
		connexions = append(connexions, x)
	}
	return connexions, nil
}

const placeSQL = `
select u.id, o.type, exists (select from affectations a where a.utilisateur = u.id and a.organisme = o.code)
from utilisateurs u, organismes o
where u.courriel = @courriel and o.code = @organisme`

// ajouterPlace gives an account its place in a second organisme.
func ajouterPlace(ctx context.Context, db pg.DB, c compte) (Connexion, error) {
	x := Connexion{Role: c.role, Organisme: c.organisme, Nom: c.nom, Prenom: c.prenom, Courriel: c.premier().courriel(), MotDePasse: MotDePasse}
	var id int64
	var deja bool
	err := db.QueryRow(ctx, placeSQL, pg.Args{"courriel": x.Courriel, "organisme": c.organisme}).Scan(&id, &x.TypeOrganisme, &deja)
	if err != nil || deja {
		return x, err
	}
	atlas := habilitations.Session{TypeOrganisme: habilitations.Gestionnaire, Roles: []habilitations.Role{habilitations.AdminAtlas}}
	return x, administration.Affecter(ctx, db, atlas, id, c.organisme, administration.Place{Agence: c.agence, Roles: []habilitations.Role{c.role}})
}

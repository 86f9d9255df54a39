package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// tirage draws parameters from what the base holds.
type tirage struct {
	*rand.Rand
	b         *base
	numeros   []string
	personnes []personne
	pages200  []int64            // ids at about the rank 9,950 of the list
	modeles   []demandes.Valeurs // dossiers that the checks accept, as forms
	le        jour.Date
}

// personne is a titulaire of the file.
type personne struct {
	Civilite, Nom, NomNaissance, Prenom string
	Naissance                           jour.Date
}

const numerosSQL = `
select numero_unique
from demandes
where departement = @departement
  and statut = 'ACTIVE'
order by md5(id::text)
limit 2000`

const personnesSQL = `
select p.civilite, p.nom, p.nom_naissance, p.prenom, p.naissance
from demandes d
join personnes p on p.demande_id = d.id and p.role in ('demandeur', 'co_titulaire')
where d.departement = @departement
  and d.statut = 'ACTIVE'
  and not d.personne_morale
  and length(p.nom) >= 4
  and p.prenom <> ''
order by md5(p.id::text)
limit 2000`

const pages200SQL = `
select id
from demandes
where departement = @departement
  and statut = 'ACTIVE'
order by date_depot desc, id desc
offset 9900
limit 100`

// nbModeles is how many dossiers creations copy.
const nbModeles = 60

func nouveauTirage(ctx context.Context, b *base) (*tirage, error) {
	t := &tirage{Rand: rand.New(rand.NewPCG(graine, 1)), b: b, le: jour.Aujourdhui()}
	args := pg.Args{"departement": b.departement}
	var err error
	if t.numeros, err = colonne[string](ctx, b, numerosSQL, args); err != nil {
		return nil, err
	}
	if t.pages200, err = colonne[int64](ctx, b, pages200SQL, args); err != nil {
		return nil, err
	}
	rows, err := b.admin.Query(ctx, personnesSQL, args)
	if err != nil {
		return nil, err
	}
	if t.personnes, err = pgx.CollectRows(rows, pgx.RowToStructByName[personne]); err != nil {
		return nil, err
	}
	return t, t.choisirModeles(ctx)
}

func colonne[T any](ctx context.Context, b *base, sql string, args pg.Args) ([]T, error) {
	rows, err := b.admin.Query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

// choisirModeles keeps dossiers that could be registered today.
func (t *tirage) choisirModeles(ctx context.Context) error {
	s := t.b.site
	for _, numero := range t.numeros {
		d, err := s.fichier.Get(ctx, s.lecture, s.session, habilitations.ConsulterDemande, numero)
		if err != nil {
			return err
		}
		v := demandes.Ecrire(d, s.ref)
		delete(v, "demande.numero_interne")
		if _, bilan := demandes.Controler(t.entete(), v, nil, s.ref, t.le); !d.PersonneMorale && bilan.Erreurs.Err() == nil {
			t.modeles = append(t.modeles, v)
		}
		if len(t.modeles) == nbModeles {
			return nil
		}
	}
	return fmt.Errorf("only %d dossiers of the demo pass the checks", len(t.modeles))
}

// entete is that of a draft of the agent.
func (t *tirage) entete() demandes.Entete {
	s := t.b.site.session
	return demandes.Entete{Departement: s.Departement, Statut: demandes.Brouillon, Organisme: s.Organisme, Guichet: s.Guichet, Origine: "GUICHET"}
}

func un[T any](t *tirage, l []T) T { return l[t.IntN(len(l))] }

func (t *tirage) nom() string { return un(t, t.personnes).Nom }

// prefixe is the beginning of a name, as an agent types it.
func (t *tirage) prefixe() string {
	r := []rune(t.nom())
	return string(r[:3+t.IntN(len(r)-3)])
}

func (t *tirage) infixe() string {
	r := []rune(t.nom())
	return "%" + string(r[1:min(len(r), 5)]) + "%"
}

// jokers hides the middle of a name.
func (t *tirage) jokers() string {
	r := []rune(t.nom())
	return string(r[:2]) + "%" + string(r[len(r)-2:])
}

// menage is a new household: a dossier of the file under another identity.
func (t *tirage) menage(modele demandes.Valeurs) demandes.Valeurs {
	v := maps.Clone(modele)
	p, q := un(t, t.personnes), un(t, t.personnes)
	v["demandeur.nom"], v["demandeur.prenom"] = p.Nom, q.Prenom
	if d, err := jour.Parse(v["demandeur.naissance"]); err == nil {
		v["demandeur.naissance"] = d.Jours(-t.IntN(300)).String()
	}
	v["adresse.voie"] = fmt.Sprintf("%d rue des Pyrénées", 1+t.IntN(400))
	return v
}

// faute is what a tired agent does to an identity.
func (t *tirage) faute(p personne) personne {
	r := []rune(p.Nom)
	i := 1 + t.IntN(len(r)-2)
	switch t.IntN(5) {
	case 0: // two letters swapped
		r[i], r[i+1] = r[i+1], r[i]
		p.Nom = string(r)
	case 1: // one forgotten
		p.Nom = string(r[:i]) + string(r[i+1:])
	case 2: // one doubled, in capitals
		p.Nom = strings.ToUpper(string(r[:i+1]) + string(r[i:]))
	case 3: // name and first name in each other's place
		p.Nom, p.Prenom = p.Prenom, p.Nom
	case 4: // a day beside
		p.Naissance = p.Naissance.Jours(1)
	}
	return p
}

// identite are the fields of the demandeur of a draft.
func (p personne) identite(v demandes.Valeurs) {
	v["demandeur.civilite"], v["demandeur.nom"], v["demandeur.prenom"] = p.Civilite, p.Nom, p.Prenom
	v["demandeur.naissance"] = p.Naissance.String()
	if p.NomNaissance != "" {
		v["demandeur.nom_naissance"] = p.NomNaissance
	}
}

// deOnglet keeps the fields of a tab.
func deOnglet(v demandes.Valeurs, o champs.Onglet) demandes.Valeurs {
	l := demandes.Valeurs{}
	for nom, valeur := range v {
		if c, ok := champs.Nom(nom); ok && c.Onglet == o {
			l[nom] = valeur
		}
	}
	return l
}

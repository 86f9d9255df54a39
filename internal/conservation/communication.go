package conservation

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
)

// Communication is everything the file holds about the persons of a demande
// (RGPD art. 15), with who consulted it. Agents are not named: the right of
// access reaches the organisme that acts under its own authority, not its
// employees (CJUE, 22 June 2023, C-579/21); ATLAS has their names in the
// journal. The JSON form is meant to be read by another program: names of
// fields are stable.
type Communication struct {
	ID              int64           `json:"-"`
	Mois            int             `json:"-"` // kept after radiation
	EtablieLe       time.Time       `json:"etablie_le"`
	NumeroUnique    string          `json:"numero_unique"`
	NumeroIW        string          `json:"numero_iw"`
	Demande         []Fait          `json:"demande"`
	Rubriques       []Rubrique      `json:"rubriques"`
	Priorites       []string        `json:"priorites"`
	NumerosInternes []NumeroInterne `json:"numeros_internes"`
	Attestations    []Attestation   `json:"attestations"`
	Saisies         []SaisieEnCours `json:"saisies_en_cours"`
	Historique      []Evenement     `json:"historique"`
	Consultations   []Consultation  `json:"consultations"`
}

// Fait is one fact: of whom, what, its value.
type Fait struct {
	Personne string `json:"personne,omitempty"`
	Libelle  string `json:"libelle"`
	Valeur   string `json:"valeur"`
}

// Rubrique is a tab of the dossier.
type Rubrique struct {
	Titre string `json:"titre"`
	Faits []Fait `json:"faits"`
}

// NumeroInterne is the number of the demande at an organisme.
type NumeroInterne struct {
	Organisme string `json:"organisme"`
	Numero    string `json:"numero"`
}

// Attestation is one that was delivered, with its mentions as printed.
type Attestation struct {
	EmiseLe  time.Time       `json:"emise_le"`
	Sorte    string          `json:"sorte"`
	Mentions json.RawMessage `json:"mentions"`
}

// SaisieEnCours is a change that an agent is typing, not confirmed yet.
type SaisieEnCours struct {
	Organisme  string            `json:"organisme"`
	ModifieeLe time.Time         `json:"modifiee_le"`
	Valeurs    map[string]string `json:"valeurs"` // of the whole form, as typed
	Changes    []Fait            `json:"-"`       // those that the demande doesn't declare so
}

// Evenement is something that happened to the demande.
type Evenement struct {
	Quand       time.Time    `json:"quand"`
	Acte        string       `json:"acte"`
	Organisme   string       `json:"organisme"`
	Guichet     string       `json:"guichet,omitempty"`
	Motif       string       `json:"motif,omitempty"`
	Changements []Changement `json:"changements,omitempty"`
}

// Changement is a field before and after.
type Changement struct {
	Personne string `json:"personne,omitempty"`
	Libelle  string `json:"libelle"`
	Avant    string `json:"avant"`
	Apres    string `json:"apres"`
}

// Consultation is a time when the dossier was read, printed or handed over.
type Consultation struct {
	Le        time.Time `json:"le"`
	Organisme string    `json:"organisme"`
	Sorte     string    `json:"sorte"`
	Ecran     string    `json:"ecran,omitempty"`
}

// Communiquer gathers the whole dossier, in one snapshot when db is a
// transaction. Out of sight, a draft or an erased demande is fault.NotFound;
// fault.Forbidden without the droit.
func Communiquer(ctx context.Context, db pg.DB, f demandes.Fichier, s habilitations.Session, numero string) (*Communication, error) {
	d, err := f.PourCommunication(ctx, db, s, numero)
	if err != nil {
		return nil, err
	}
	c := &Communication{ID: d.ID, Mois: f.Ref.Entier(referentiels.EffacementApresRadiation), EtablieLe: time.Now(), NumeroUnique: d.NumeroUnique, NumeroIW: d.NumeroIW, Demande: entete(f, d),
		Priorites: []string{}, Historique: []Evenement{}}
	for _, x := range f.Declarations(d) {
		c.ranger(x)
	}
	for _, p := range d.Priorites {
		c.Priorites = append(c.Priorites, f.Ref.Libelle("priorite", p))
	}
	if err := c.historique(ctx, db, f, s); err != nil {
		return nil, err
	}
	if err := c.annexes(ctx, db); err != nil {
		return nil, fmt.Errorf("conservation: communication of %d: %w", d.ID, err)
	}
	for i := range c.Saisies {
		if err := c.Saisies[i].lire(f, d); err != nil {
			return nil, fmt.Errorf("conservation: communication of %d: %w", d.ID, err)
		}
	}
	return c, nil
}

// lire opens the sealed numbers of a working copy and finds what it changes.
func (s *SaisieEnCours) lire(f demandes.Fichier, d *demandes.Demande) (err error) {
	for nom, v := range s.Valeurs {
		if strings.HasSuffix(nom, ".nir") {
			if s.Valeurs[nom], err = f.Cle.DechiffrerTexte(v); err != nil {
				return err
			}
		}
	}
	connues := f.Declarations(d)
	saisie, _ := demandes.Lire(d.Entete, s.Valeurs, f.Ref) // what can't be read is in Valeurs
	for _, x := range f.Declarations(saisie) {
		if !slices.Contains(connues, x) {
			s.Changes = append(s.Changes, Fait{Personne: x.Sujet, Libelle: x.Libelle, Valeur: x.Valeur})
		}
	}
	return nil
}

// entete says in French what identifies and dates the demande.
func entete(f demandes.Fichier, d *demandes.Demande) []Fait {
	var l []Fait
	ajouter := func(libelle, valeur string) {
		if valeur != "" {
			l = append(l, Fait{Libelle: libelle, Valeur: valeur})
		}
	}
	ajouter("Numéro unique", d.NumeroUnique)
	ajouter("N° IW", d.NumeroIW)
	ajouter("État", demandes.EtatLibelle(d.Etat))
	ajouter("Nature", f.Ref.Libelle("nature_demande", d.Nature))
	ajouter("Date de dépôt", d.DateDepot.String())
	ajouter("Dernier renouvellement", d.DateRenouvellement.String())
	ajouter("Échéance", d.DateEcheance.String())
	ajouter("Radiation", d.DateRadiation.String())
	ajouter("Motif de radiation", f.Ref.Libelle("motif_radiation", d.MotifRadiation))
	ajouter("Guichet", d.Guichet)
	return l
}

// ranger puts a fact into its rubrique, the last one: they come in order.
func (c *Communication) ranger(x demandes.Declaration) {
	titre := x.Onglet.Libelle()
	if n := len(c.Rubriques); n == 0 || c.Rubriques[n-1].Titre != titre {
		c.Rubriques = append(c.Rubriques, Rubrique{Titre: titre})
	}
	r := &c.Rubriques[len(c.Rubriques)-1]
	r.Faits = append(r.Faits, Fait{Personne: x.Sujet, Libelle: x.Libelle, Valeur: x.Valeur})
}

func (c *Communication) historique(ctx context.Context, db pg.DB, f demandes.Fichier, s habilitations.Session) error {
	filtre := demandes.FiltreHistorique{Limite: 200}
	for {
		l, suite, err := f.Historique(ctx, db, s, c.ID, filtre)
		if err != nil {
			return err
		}
		for _, e := range l {
			x := Evenement{Quand: e.Quand, Acte: e.Type.Libelle(), Organisme: e.Organisme, Guichet: e.Guichet, Motif: e.Motif}
			for _, ch := range e.Changements {
				x.Changements = append(x.Changements, Changement{Personne: ch.Sujet, Libelle: ch.Libelle, Avant: ch.Avant, Apres: ch.Apres})
			}
			c.Historique = append(c.Historique, x)
		}
		if suite == "" {
			return nil
		}
		filtre.Suite = suite
	}
}

const numerosSQL = `
select o.nom, n.numero
from numeros_internes n
join organismes o on o.code = n.organisme
where n.demande_id = @id
order by o.nom`

const attestationsSQL = `
select emise_le, sorte, mentions
from attestations
where demande_id = @id
order by emise_le desc`

const saisiesSQL = `
select o.nom as organisme, s.modifie_le as modifiee_le, s.valeurs
from saisies s
join organismes o on o.code = s.organisme
where s.demande_id = @id
order by s.modifie_le desc`

const consultationsSQL = `
select j.fait_le, coalesce(o.nom, j.organisme), j.sorte, j.ecran
from journal_acces j
left join organismes o on o.code = j.organisme
where j.demande = @id and j.sorte = any(@sortes)
order by j.rang desc`

// annexes reads, in one round trip, what hangs on the demande beside its form.
func (c *Communication) annexes(ctx context.Context, db pg.DB) error {
	b := &pgx.Batch{}
	args := pg.Args{"id": c.ID}
	b.Queue(numerosSQL, args).Query(lire(&c.NumerosInternes))
	b.Queue(attestationsSQL, args).Query(lire(&c.Attestations))
	b.Queue(saisiesSQL, args).Query(func(rows pgx.Rows) (err error) {
		c.Saisies, err = pgx.CollectRows(rows, pgx.RowToStructByNameLax[SaisieEnCours])
		return err
	})
	b.Queue(consultationsSQL, pg.Args{
		"id": c.ID, "sortes": []journal.Sorte{journal.Lecture, journal.Edition, journal.Communication, journal.Export},
	}).Query(lire(&c.Consultations))
	if err := db.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	for i := range c.Consultations {
		c.Consultations[i].Sorte = journal.Sorte(c.Consultations[i].Sorte).Libelle()
	}
	return nil
}

func lire[T any](vers *[]T) func(pgx.Rows) error {
	return func(rows pgx.Rows) (err error) {
		*vers, err = pgx.CollectRows(rows, pgx.RowToStructByPos[T])
		return err
	}
}

// JSON writes the dossier for another program.
func (c *Communication) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(c)
}

package demandes

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// TypeEvenement is what happened to a demande.
type TypeEvenement string

// Types of événements, in the order of filters.
const (
	EvBrouillon      TypeEvenement = "BRO" // draft opened
	EvSuppression    TypeEvenement = "SUP" // draft deleted
	EvCreation       TypeEvenement = "CRE"
	EvModification   TypeEvenement = "MOD"
	EvRenouvellement TypeEvenement = "REN"
	EvRadiation      TypeEvenement = "RAD"
	EvReactivation   TypeEvenement = "REA"
	EvContingent     TypeEvenement = "CTG"
	EvAttestation    TypeEvenement = "ATT"
	EvDoublon        TypeEvenement = "DOU" // created despite a close demande
)

// TypesEvenements lists the types with their French labels, in the order of filters.
var TypesEvenements = []struct {
	Code    TypeEvenement
	Libelle string
}{
	{EvCreation, "Création"},
	{EvModification, "Modification"},
	{EvRenouvellement, "Renouvellement"},
	{EvRadiation, "Radiation"},
	{EvReactivation, "Réactivation"},
	{EvContingent, "Contingent"},
	{EvAttestation, "Attestation"},
	{EvDoublon, "Création malgré un doublon probable"},
	{EvBrouillon, "Brouillon ouvert"},
	{EvSuppression, "Brouillon supprimé"},
}

// Libelle is the French label of a type.
func (t TypeEvenement) Libelle() string {
	for _, x := range TypesEvenements {
		if x.Code == t {
			return x.Libelle
		}
	}
	return string(t)
}

// Evenement is one thing that happened to a demande. It holds nothing
// nominative: values are Differences, kept apart.
type Evenement struct {
	Departement string
	DemandeID   int64
	Type        TypeEvenement
	Utilisateur int64
	Organisme   string
	Guichet     string
	Motif       string // code of the motive of a radiation
	DateEffet   jour.Date
	Version     int // of the demande, after
}

// evenement is what this session does to that demande.
func (f Fichier) evenement(s habilitations.Session, e *Entete, t TypeEvenement) Evenement {
	guichet := s.Guichet
	if guichet == "" {
		guichet = e.Guichet
	}
	return Evenement{Departement: e.Departement, DemandeID: e.ID, Type: t, Utilisateur: s.Utilisateur, Organisme: s.Organisme,
		Guichet: guichet, Version: e.Version}
}

// Difference is the change of one field of the form, raw values.
type Difference struct{ Nom, Avant, Apres string }

// Differences lists what changed from one form to the other, in the order of
// the catalogue.
func Differences(avant, apres Valeurs) []Difference {
	tous := maps.Clone(avant)
	if tous == nil {
		tous = Valeurs{}
	}
	maps.Copy(tous, apres)
	var l []Difference
	for nom := range tous {
		if avant[nom] != apres[nom] {
			l = append(l, Difference{nom, avant[nom], apres[nom]})
		}
	}
	slices.SortFunc(l, comparerDifferences)
	return l
}

func comparerDifferences(a, b Difference) int {
	return cmp.Or(cmp.Compare(rangChamp(a.Nom), rangChamp(b.Nom)), comparerNoms(a.Nom, b.Nom))
}

var rangs = func() map[string]int {
	m := map[string]int{}
	for i, c := range champs.Tous() {
		m[c.Code] = i
	}
	return m
}()

// rangChamp is the place of a field in the catalogue, last when it has none.
func rangChamp(nom string) int {
	c, ok := champs.Nom(nom)
	if !ok {
		return len(rangs)
	}
	return rangs[c.Code]
}

// comparerNoms orders the names of one entry: the demandeur before the
// co-titulaires, the second person before the tenth.
func comparerNoms(a, b string) int {
	pa, pb := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(pa), len(pb)) {
		na, ea := strconv.Atoi(pa[i])
		nb, eb := strconv.Atoi(pb[i])
		c := strings.Compare(pa[i], pb[i])
		if ea == nil && eb == nil {
			c = cmp.Compare(na, nb)
		}
		if c != 0 {
			if i == 0 && (pa[0] == "demandeur" || pb[0] == "demandeur") {
				return map[bool]int{true: -1, false: 1}[pa[0] == "demandeur"]
			}
			return c
		}
	}
	return cmp.Compare(len(pa), len(pb))
}

const journaliserSQL = `
with e as (
    insert into evenements (departement, demande_id, type, utilisateur, organisme, guichet, motif, date_effet, version, champs)
    values (@departement, @demande, @type, nullif(@utilisateur::bigint, 0), @organisme, @guichet, @motif, @date_effet, @version,
        coalesce(@champs::text[], '{}'))
    returning id),
v as (
    insert into evenements_valeurs (evenement_id, demande_id, champ, avant, apres)
    select e.id, @demande, x.champ, x.avant, x.apres
    from e, unnest(@noms::text[], @avant::text[], @apres::text[]) as x (champ, avant, apres))
select id from e`

// journaliser adds an événement: the codes of the fields that changed in the
// append-only table, their values apart, the NIR encrypted.
func (f Fichier) journaliser(ctx context.Context, tx pgx.Tx, e Evenement, diffs []Difference) (id int64, err error) {
	b := &pgx.Batch{}
	if err := f.evenementSuivant(b, e, diffs, &id); err != nil {
		return 0, err
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return 0, fmt.Errorf("demandes: record %s of %d: %w", e.Type, e.DemandeID, err)
	}
	return id, nil
}

// evenementSuivant queues journaliser among other writings; id is set when they
// are sent.
func (f Fichier) evenementSuivant(b *pgx.Batch, e Evenement, diffs []Difference, id *int64) (err error) {
	var codes, noms, avant, apres []string
	for _, d := range diffs {
		code := d.Nom
		if c, ok := champs.Nom(d.Nom); ok {
			code = c.Code
			if d, err = f.chiffrerDifference(c, d); err != nil {
				return err
			}
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
		noms, avant, apres = append(noms, d.Nom), append(avant, d.Avant), append(apres, d.Apres)
	}
	b.Queue(journaliserSQL, pg.Args{
		"departement": e.Departement, "demande": e.DemandeID, "type": e.Type, "utilisateur": e.Utilisateur, "organisme": e.Organisme,
		"guichet": e.Guichet, "motif": e.Motif, "date_effet": e.DateEffet, "version": e.Version, "champs": codes,
		"noms": noms, "avant": avant, "apres": apres,
	}).QueryRow(func(row pgx.Row) error { return row.Scan(id) })
	return nil
}

func (f Fichier) chiffrerDifference(c champs.Champ, d Difference) (Difference, error) {
	if c.Type != champs.Nir {
		return d, nil
	}
	var err error
	if d.Avant, err = f.Cle.ChiffrerTexte(d.Avant); err == nil {
		d.Apres, err = f.Cle.ChiffrerTexte(d.Apres)
	}
	return d, err
}

package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// Taille is the number of rows of a page, MaxTotal how far rows are counted,
// MaxExport how many a file holds.
const (
	Taille    = 50
	MaxTotal  = 100_000
	MaxExport = 100_000
)

// Acces is a row of the journal of accesses, read.
type Acces struct {
	Rang         int64
	FaitLe       time.Time
	Utilisateur  int64  // 0 when nobody was connected
	Nom, Prenom  string // of the agent; "" when the account is gone
	Organisme    string // code
	OrganismeNom string
	Sorte        Sorte
	Demande      int64
	NumeroUnique string // "" when the demande was erased
	Ecran        string
	Criteres     string
	ParNom       bool // a search by name, whose names aren't in the journal
	Lignes       *int
	Reference    string
}

// Place is where a page stands in a list: after or before a row, at the end.
type Place struct {
	Apres, Avant int64 // rank of a row, 0 for none
	Derniere     bool
	Debut        int // rank of its first row in the list, from 1, as the link knows it
}

// Page is a page of a journal, the latest first.
type Page[T any] struct {
	Lignes     []T
	Total      int
	Tronque    bool // there are more rows than Total
	Place      Place
	Precedente bool
	Suivante   bool
}

const colonnesAcces = `
select a.rang, a.fait_le, coalesce(a.utilisateur, 0) as utilisateur, coalesce(u.nom, '') as nom, coalesce(u.prenom, '') as prenom,
    a.organisme, coalesce(o.nom, a.organisme) as organisme_nom, a.sorte, coalesce(a.demande, 0) as demande,
    coalesce(d.numero_unique, '') as numero_unique, a.ecran, a.criteres, a.recherche is not null as par_nom, a.lignes, a.reference
from (
    select *
    from journal_acces a
    where %s
    order by a.rang %s
    limit @limite
) a
left join utilisateurs u on u.id = a.utilisateur
left join organismes o on o.code = a.organisme
left join demandes d on d.id = a.demande
order by a.rang %s`

const compterAccesSQL = `
select count(*) from (select from journal_acces a where %s limit @limite) x`

// Lister gives a page of the accesses.
func Lister(ctx context.Context, db pg.DB, s habilitations.Session, f Filtre, p Place) (Page[Acces], error) {
	if !s.Peut(habilitations.LireJournal) {
		return Page[Acces]{}, fault.Forbidden
	}
	w, err := f.acces(ctx, db, s)
	if err != nil {
		return Page[Acces]{}, err
	}
	l, err := paginer(ctx, db, w, p, "a.rang", colonnesAcces, compterAccesSQL, func(a Acces) int64 { return a.Rang })
	if err != nil {
		return l, fmt.Errorf("journal: list accesses: %w", err)
	}
	return l, nil
}

const dossierSQL = `
select coalesce(array_agg(id), '{}')
from demandes
where numero_unique = @numero or departement = @departement and numero_iw = @numero`

// acces makes the condition. A batch is written after its facts: the partitions
// of the months before are left out.
func (f Filtre) acces(ctx context.Context, db pg.DB, s habilitations.Session) (*pg.Where, error) {
	w := &pg.Where{}
	if f.Numero != "" {
		var ids []int64
		if err := db.QueryRow(ctx, dossierSQL, pg.Args{"numero": compact(f.Numero), "departement": s.Departement}).Scan(&ids); err != nil {
			return nil, fmt.Errorf("journal: dossier of a number: %w", err)
		}
		w.And("a.demande = any(@demandes)", pg.Args{"demandes": ids})
	}
	f.agents(w, "a")
	f.dates(w, "a")
	if !f.Du.IsZero() {
		w.And("a.ecrit_le >= @ecrit::date", pg.Args{"ecrit": f.Du.Jours(-1)})
	}
	if f.Organisme != "" {
		w.And("a.organisme = @organisme", pg.Args{"organisme": f.Organisme})
	}
	if f.Sorte != "" {
		w.And("a.sorte = @sorte", pg.Args{"sorte": f.Sorte})
	}
	if f.Ecran != "" {
		w.And("starts_with(lower(a.ecran), lower(@ecran))", pg.Args{"ecran": f.Ecran})
	}
	return w, nil
}

// compact is a number without the spaces that it is read with.
func compact(numero string) string { return strings.ToUpper(strings.Join(strings.Fields(numero), "")) }

// paginer reads a page by key, and counts as far as MaxTotal.
func paginer[T any](ctx context.Context, db pg.DB, w *pg.Where, p Place, cle, lire, compter string, rang func(T) int64) (Page[T], error) {
	l := Page[T]{Place: p}
	if err := db.QueryRow(ctx, fmt.Sprintf(compter, w.SQL()), w.Args(pg.Args{"limite": MaxTotal + 1})).Scan(&l.Total); err != nil {
		return l, err
	}
	if l.Total > MaxTotal {
		l.Total, l.Tronque = MaxTotal, true
	}
	sens := "desc"
	switch {
	case p.Derniere:
		sens = "asc"
	case p.Avant > 0:
		sens = "asc"
		w.And(cle+" > @avant", pg.Args{"avant": p.Avant})
	case p.Apres > 0:
		w.And(cle+" < @apres", pg.Args{"apres": p.Apres})
	}
	taille := Taille
	if p.Derniere && !l.Tronque && l.Total%Taille != 0 {
		taille = l.Total % Taille
	}
	rows, err := db.Query(ctx, fmt.Sprintf(lire, w.SQL(), sens, sens), w.Args(pg.Args{"limite": taille + 1}))
	if err != nil {
		return l, err
	}
	if l.Lignes, err = pgx.CollectRows(rows, pgx.RowToStructByName[T]); err != nil {
		return l, err
	}
	plus := len(l.Lignes) > taille
	if plus {
		l.Lignes = l.Lignes[:taille]
	}
	if sens == "asc" {
		slices.Reverse(l.Lignes)
		l.Precedente, l.Suivante = plus, !p.Derniere
	} else {
		l.Precedente, l.Suivante = p.Apres > 0, plus
	}
	l.Place.Debut = max(1, p.Debut)
	switch {
	case p.Derniere:
		l.Place.Debut = l.Total - len(l.Lignes) + 1
	case !l.Precedente:
		l.Place.Debut = 1
	}
	if n := len(l.Lignes); n > 0 {
		l.Place.Avant, l.Place.Apres = rang(l.Lignes[0]), rang(l.Lignes[n-1])
	}
	return l, nil
}

// Parcourir gives the accesses one by one, the latest first, MaxExport at most:
// for a file. It holds none.
func Parcourir(ctx context.Context, db pg.DB, s habilitations.Session, f Filtre, ligne func(Acces) error) error {
	if !s.Peut(habilitations.LireJournal) {
		return fault.Forbidden
	}
	w, err := f.acces(ctx, db, s)
	if err != nil {
		return err
	}
	return parcourir(ctx, db, w, colonnesAcces, ligne)
}

func parcourir[T any](ctx context.Context, db pg.DB, w *pg.Where, lire string, ligne func(T) error) error {
	rows, err := db.Query(ctx, fmt.Sprintf(lire, w.SQL(), "desc", "desc"), w.Args(pg.Args{"limite": MaxExport}))
	if err != nil {
		return fmt.Errorf("journal: walk: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		l, err := pgx.RowToStructByName[T](rows)
		if err != nil {
			return fmt.Errorf("journal: walk: %w", err)
		}
		if err := ligne(l); err != nil {
			return err
		}
	}
	return rows.Err()
}

// DuDossier gives the latest accesses to a demande, n at most.
func DuDossier(ctx context.Context, db pg.DB, s habilitations.Session, demande int64, n int) ([]Acces, error) {
	if !s.Peut(habilitations.LireJournal) {
		return nil, fault.Forbidden
	}
	var w pg.Where
	w.And("a.demande = @demande", pg.Args{"demande": demande})
	rows, err := db.Query(ctx, fmt.Sprintf(colonnesAcces, w.SQL(), "desc", "desc"), w.Args(pg.Args{"limite": n}))
	if err != nil {
		return nil, fmt.Errorf("journal: accesses to a dossier: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByName[Acces])
	if err != nil {
		return nil, fmt.Errorf("journal: accesses to a dossier: %w", err)
	}
	return l, nil
}

const numeroSQL = `
select numero_unique
from demandes
where (numero_unique = @numero or departement = @departement and numero_iw = @numero) and numero_unique is not null`

// ListerDossier gives a page of the accesses to a demande, known by either of
// its numbers, and its numéro unique; a number that no demande bears is
// fault.NotFound.
func ListerDossier(ctx context.Context, db pg.DB, s habilitations.Session, numero string, p Place) (string, Page[Acces], error) {
	if !s.Peut(habilitations.LireJournal) {
		return "", Page[Acces]{}, fault.Forbidden
	}
	var nu string
	err := db.QueryRow(ctx, numeroSQL, pg.Args{"numero": compact(numero), "departement": s.Departement}).Scan(&nu)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.NotFound
	}
	if err != nil {
		return "", Page[Acces]{}, fmt.Errorf("journal: dossier of a number: %w", err)
	}
	l, err := Lister(ctx, db, s, Filtre{Numero: nu}, p)
	return nu, l, err
}

// Agent names an agent; no name when the account is gone.
func Agent(ctx context.Context, db pg.DB, utilisateur int64) (nom, prenom string, err error) {
	err = db.QueryRow(ctx, "select nom, prenom from utilisateurs where id = $1", utilisateur).Scan(&nom, &prenom)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", "", nil
	}
	if err != nil {
		return "", "", fmt.Errorf("journal: name of an agent: %w", err)
	}
	return nom, prenom, nil
}

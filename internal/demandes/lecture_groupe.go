package demandes

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
)

// PourAttestations is PourAttestation for a print run: these dossiers whole, in
// no order, in four statements whatever their number. Those out of sight, and
// drafts, are left out.
func (f Fichier) PourAttestations(ctx context.Context, db pg.DB, s habilitations.Session, ids []int64) (map[int64]*Demande, error) {
	l, err := entetesDe(ctx, db, s, habilitations.EditerAttestation, ids)
	if err != nil || len(l) == 0 {
		return nil, err
	}
	ids = ids[:0:0]
	for id := range l {
		ids = append(ids, id)
	}
	if err := f.lireGroupe(ctx, db, s.Organisme, ids, l); err != nil {
		return nil, fmt.Errorf("demandes: read %d dossiers: %w", len(ids), err)
	}
	return l, nil
}

// entetesDe reads the headers of registered demandes that the droit reaches.
func entetesDe(ctx context.Context, db pg.DB, s habilitations.Session, droit habilitations.Droit, ids []int64) (map[int64]*Demande, error) {
	vue, permis := s.Portee(habilitations.ConsulterDemande), s.Portee(droit)
	args := pg.Args{"ids": ids}
	maps.Copy(args, vue.Args)
	maps.Copy(args, permis.Args)
	rows, err := db.Query(ctx, fmt.Sprintf(enteteSQL, permis.SQL, "d.id = any(@ids) and d.numero_unique is not null", vue.SQL), args)
	if err != nil {
		return nil, fmt.Errorf("demandes: read the headers: %w", err)
	}
	type ligne struct {
		Entete
		Permis bool
	}
	lues, err := pgx.CollectRows(rows, pgx.RowToStructByName[ligne])
	if err != nil {
		return nil, fmt.Errorf("demandes: read the headers: %w", err)
	}
	l := map[int64]*Demande{}
	for _, x := range lues {
		if x.Permis {
			l[x.ID] = &Demande{Entete: x.Entete}
		}
	}
	return l, nil
}

// deChacune runs a statement over one dossier (@id) for each of @ids.
func deChacune(sql string) string {
	return "select x.dossier, l.*\nfrom unnest(@ids::bigint[]) as x (dossier)\ncross join lateral (" + strings.ReplaceAll(sql, "@id", "x.dossier") + ") l"
}

var (
	fichesSQL         = deChacune(ficheSQL)
	souhaitsSQL       = deChacune(souhaitSQL)
	tousTitulairesSQL = deChacune(titulairesSQL) + "\norder by x.dossier, l.role = 'co_titulaire', l.cle"
)

type ficheDe struct {
	Dossier int64
	ficheLue
}

type souhaitDe struct {
	Dossier int64
	souhaitLu
}

type titulaireDe struct {
	Dossier int64
	titulaireLu
}

// lireGroupe is lireLignes for many dossiers.
func (f Fichier) lireGroupe(ctx context.Context, db pg.DB, organisme string, ids []int64, l map[int64]*Demande) error {
	fiches, souhaits, titulaires := map[int64]ficheLue{}, map[int64]souhaitLu{}, map[int64][]titulaireLu{}
	b := &pgx.Batch{}
	b.Queue(fichesSQL, pg.Args{"ids": ids, "organisme": organisme}).Query(func(rows pgx.Rows) error {
		lues, err := pgx.CollectRows(rows, pgx.RowToStructByName[ficheDe])
		for _, x := range lues {
			fiches[x.Dossier] = x.ficheLue
		}
		return err
	})
	b.Queue(souhaitsSQL, pg.Args{"ids": ids}).Query(func(rows pgx.Rows) error {
		lus, err := pgx.CollectRows(rows, pgx.RowToStructByName[souhaitDe])
		for _, x := range lus {
			souhaits[x.Dossier] = x.souhaitLu
		}
		return err
	})
	b.Queue(tousTitulairesSQL, pg.Args{"ids": ids}).Query(func(rows pgx.Rows) error {
		lus, err := pgx.CollectRows(rows, pgx.RowToStructByName[titulaireDe])
		for _, x := range lus {
			titulaires[x.Dossier] = append(titulaires[x.Dossier], x.titulaireLu)
		}
		return err
	})
	if err := db.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	if len(fiches) != len(l) || len(souhaits) != len(l) {
		return fmt.Errorf("%d dossiers, %d sheets, %d wishes", len(l), len(fiches), len(souhaits))
	}
	for id, d := range l {
		if err := f.assembler(d, fiches[id], souhaits[id], titulaires[id]); err != nil {
			return err
		}
	}
	return nil
}

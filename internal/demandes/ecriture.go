package demandes

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
	"imhoweb/internal/referentiels"
)

// ecrire replaces what a registered demande declares, its computed header and
// its projections, if it is still at the version that was read; otherwise
// fault.Conflict. Numbers, dates of deposit and priorités never change here.
// suite may queue what else goes with the second and last round trip.
func (f Fichier) ecrire(ctx context.Context, tx pgx.Tx, s habilitations.Session, d *Demande, suite func(*pgx.Batch) error) error {
	b := &pgx.Batch{}
	var touchees int64
	b.Queue(modifierEnteteSQL, f.argsEntete(d)).Exec(func(t pgconn.CommandTag) error {
		touchees = t.RowsAffected()
		return nil
	})
	b.Queue(viderSQL, pg.Args{"id": d.ID, "roles": rolesPersonnes(d), "cles": clesPersonnes(d)})
	if err := f.lignes(b, s.Organisme, d); err != nil {
		return err
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("demandes: write %d: %w", d.ID, err)
	}
	if touchees == 0 {
		return fault.Refuser(fault.Conflict, "La demande vient d’être modifiée par un autre agent. Relisez-la puis recommencez.")
	}
	d.Version++
	b = &pgx.Batch{}
	f.projections(b, d)
	if err := suite(b); err != nil {
		return err
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("demandes: project %d: %w", d.ID, err)
	}
	return nil
}

// numerotation gives a new demande its numbers. prendre queues what takes the
// rank, at the end of the rows because it locks the counter of the month; poser
// sets NumeroUnique and NumeroIW once the rank is known, and queues what quotes
// them: while the counter is locked, each round trip makes the others wait.
type numerotation struct {
	prendre func(*pgx.Batch) error
	poser   func(*pgx.Batch) error
}

// inserer registers a demande: the header of a draft, or a new one when d.ID
// is 0, its rows, then the numbers, then the projections. A nil numerotation is
// that of a demande which already has its numbers (imports, tests). Two round
// trips, three without a draft.
func (f Fichier) inserer(ctx context.Context, tx pgx.Tx, s habilitations.Session, d *Demande, n *numerotation) error {
	if d.ID == 0 {
		err := tx.QueryRow(ctx, nouvelEnteteSQL, pg.Args{"departement": d.Departement, "organisme": d.Organisme}).Scan(&d.ID)
		if err != nil {
			return fmt.Errorf("demandes: insert: %w", err)
		}
		d.Version = 1
	}
	b := &pgx.Batch{}
	if err := f.lignes(b, s.Organisme, d); err != nil {
		return err
	}
	for _, p := range d.Priorites {
		b.Queue(prioriteSQL, pg.Args{"id": d.ID, "priorite": p})
	}
	if n != nil {
		if err := n.prendre(b); err != nil {
			return err
		}
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("demandes: insert %d: %w", d.ID, err)
	}
	b = &pgx.Batch{}
	if n != nil {
		if err := n.poser(b); err != nil {
			return err
		}
	}
	args := f.argsEntete(d)
	for nom, v := range (pg.Args{"numero_unique": d.NumeroUnique, "numero_iw": d.NumeroIW, "date_depot": d.DateDepot,
		"guichet": d.Guichet, "organisme": d.Organisme, "cle_creation": d.CleCreation}) {
		args[nom] = v
	}
	var touchees int64
	b.Queue(enregistrerEnteteSQL, args).Exec(func(t pgconn.CommandTag) error {
		touchees = t.RowsAffected()
		return nil
	})
	f.projections(b, d)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("demandes: number %d: %w", d.ID, err)
	}
	if touchees == 0 {
		return fault.Refuser(fault.Conflict, "Ce brouillon vient d’être modifié ou enregistré par un autre agent.")
	}
	d.Version++
	return nil
}

// Inserer is inserer without checks, for what builds whole dossiers itself:
// imports and tests. d brings its numbers and dates.
func (f Fichier) Inserer(ctx context.Context, tx pgx.Tx, s habilitations.Session, d *Demande) error {
	return f.inserer(ctx, tx, s, d, nil)
}

const nouvelEnteteSQL = `
insert into demandes (departement, organisme, statut)
values (@departement, @organisme, 'BROUILLON')
returning id`

// enteteEcrite is what both writings of the header set.
const enteteEcrite = `
    statut = @statut, motif_radiation = @motif_radiation, avancement = @avancement, incomplete = @incomplete,
    personne_morale = @personne_morale, nature = @nature, situation_familiale = @situation_familiale, tri_nom = @tri_nom,
    foyer = @foyer, date_renouvellement = @date_renouvellement, date_echeance = @date_echeance, date_radiation = @date_radiation,
    origine = @origine, contingent = @contingent, degre = @degre, statut_dalo = @statut_dalo, preavis_postal = @preavis_postal,
    cibles = @cibles, version = version + 1, modifie_le = now()`

const modifierEnteteSQL = `
update demandes set` + enteteEcrite + `
where id = @id
  and version = @version
  and numero_unique is not null`

// The month and the rank are those of the numéro IW.
const enregistrerEnteteSQL = `
update demandes set
    numero_unique = @numero_unique, numero_iw = @numero_iw, mois = left(@numero_iw, 6)::integer,
    rang = substr(@numero_iw, 7)::integer, date_depot = @date_depot, guichet = @guichet, organisme = @organisme,
    cle_creation = nullif(@cle_creation, '')::uuid,` + enteteEcrite + `
where id = @id
  and version = @version
  and numero_unique is null`

// argsEntete computes what derives from the household and gives the header.
func (f Fichier) argsEntete(d *Demande) pg.Args {
	d.Nature, d.Foyer = d.CalculerNature(), d.CalculerFoyer()
	return pg.Args{
		"id": d.ID, "version": d.Version, "statut": d.Statut, "motif_radiation": d.MotifRadiation, "avancement": d.Avancement,
		"incomplete": d.Incomplete, "personne_morale": d.PersonneMorale, "nature": d.Nature,
		"situation_familiale": d.Demandeur.SituationFamiliale, "tri_nom": d.TriNom(), "foyer": d.Foyer,
		"date_renouvellement": d.DateRenouvellement, "date_echeance": d.DateEcheance, "date_radiation": d.DateRadiation,
		"origine": d.Origine, "contingent": d.Contingent, "degre": d.Degre, "statut_dalo": d.StatutDalo,
		"preavis_postal": d.PreavisPostal, "cibles": Cibles(f.Ref, d.Souhait.Choix),
	}
}

// Cibles gives the numbers of the territoires asked for and of those that
// contain them, but the département: what bounds the sight of a collectivité.
func Cibles(ref *referentiels.Referentiels, choix []string) []int32 {
	l := []int32{}
	for _, code := range choix {
		for t, ok := ref.Territoire(code); ok && t.CodeParent != ""; t, ok = ref.Territoire(t.CodeParent) {
			if !slices.Contains(l, t.Numero) {
				l = append(l, t.Numero)
			}
		}
	}
	slices.Sort(l)
	return l
}

// TriNom is the name under which lists sort the demande: usage name and first
// name of the demandeur, or raison sociale, upper case without accents.
func (d *Demande) TriNom() string {
	if d.PersonneMorale {
		return texte.Normaliser(d.Morale.RaisonSociale)
	}
	return texte.Normaliser(d.Demandeur.Nom + " " + d.Demandeur.Prenom)
}

const prioriteSQL = `
insert into priorites (demande_id, priorite)
values (@id, @priorite)`

// Persons still there keep their row: their id is known elsewhere.
const viderSQL = `
with emplois_otes as (delete from emplois where demande_id = @id),
    collecteurs_otes as (delete from collecteurs_demande where demande_id = @id),
    handicaps_otes as (delete from handicaps where demande_id = @id),
    mdph_otee as (delete from handicaps_demandes where demande_id = @id),
    morale_otee as (delete from personnes_morales where demande_id = @id),
    coordonnees_otees as (delete from coordonnees where demande_id = @id),
    naissances_otees as (delete from naissances_attendues where demande_id = @id),
    revenus_otes as (delete from revenus_fiscaux where demande_id = @id),
    ressources_otees as (delete from ressources where demande_id = @id),
    logement_ote as (delete from logements_actuels where demande_id = @id),
    motifs_otes as (delete from motifs where demande_id = @id),
    souhait_ote as (delete from souhaits where demande_id = @id),
    choix_otes as (delete from choix_geographiques where demande_id = @id)
delete from personnes
where demande_id = @id
  and (role, cle) not in (select * from unnest(@roles::text[], @cles::smallint[]))`

func rolesPersonnes(d *Demande) []string {
	l := []string{string(RoleDemandeur)}
	for range d.Cotitulaires {
		l = append(l, string(RoleCotitulaire))
	}
	for _, o := range d.Occupants {
		l = append(l, string(o.Role))
	}
	return l
}

func clesPersonnes(d *Demande) []int {
	l := []int{0}
	for _, c := range d.Cotitulaires {
		l = append(l, c.Cle)
	}
	for _, o := range d.Occupants {
		l = append(l, o.Cle)
	}
	return l
}

package demandes

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// Sorte says what a saisie becomes when confirmed.
type Sorte string

// Sortes of saisie.
const (
	SaisieCreation       Sorte = "creation"
	SaisieModification   Sorte = "modification"
	SaisieRenouvellement Sorte = "renouvellement"
)

// Droit is the right that confirms this kind of saisie.
func (so Sorte) Droit() habilitations.Droit {
	switch so {
	case SaisieModification:
		return habilitations.ModifierDemande
	case SaisieRenouvellement:
		return habilitations.RenouvelerDemande
	}
	return habilitations.CreerDemande
}

// Saisie is a working copy: what an agent typed, as typed, on the server.
// Nothing of the demande moves until it is confirmed. A draft has one, shared
// by its organisme; a registered demande has one per user.
type Saisie struct {
	ID           int64
	DemandeID    int64
	Numero       string // how URLs name the demande: numéro unique, or "b-12"
	Utilisateur  int64  // who wrote last
	Organisme    string
	Sorte        Sorte
	Valeurs      Valeurs
	Base         Valeurs // the demande when the saisie was opened
	VersionBase  int
	Acceptees    []string // codes of the alertes confirmed
	MotifDoublon string
	Controle     bool // the whole checks were asked for once: mistakes show
	Cle          string
	Version      int
	ModifieLe    time.Time
}

const saisieSQL = `
select a.id, a.demande_id, coalesce(d.numero_unique, 'b-' || d.id) as numero, a.utilisateur, a.organisme, a.sorte, a.valeurs, a.base,
  a.version_base, a.acceptees, a.motif_doublon, a.controle, a.cle::text as cle, a.version, a.modifie_le
from saisies a
join demandes d on d.id = a.demande_id`

// NouveauBrouillon opens a draft with its saisie. cle comes from the page, so
// that two sends of the same page make one draft; it returns the draft's
// identifier for URLs ("b-12"), or the numéro unique of the demande that an
// earlier send of the page created.
func (f Fichier) NouveauBrouillon(ctx context.Context, db pg.DB, s habilitations.Session, cle, guichet string) (string, error) {
	if !s.Peut(habilitations.CreerDemande) {
		return "", fault.Refuser(fault.Forbidden, "Votre profil ne permet pas d’enregistrer une demande.")
	}
	if guichet == "" {
		guichet = s.Guichet
	}
	var id int64
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		var err error
		id, err = f.ouvrirBrouillon(ctx, tx, s, cle, guichet)
		return err
	})
	if pg.IsUnique(err, "saisies_cle_key") { // the first send of the page already made it
		id, err = f.brouillonDeCle(ctx, db, s, cle)
	}
	var deja *dejaCreee
	if errors.As(err, &deja) {
		return deja.d.NumeroUnique, nil
	}
	if errors.Is(err, fault.NotFound) { // confirmed in between
		if numero, err := CreeeAvec(ctx, db, s, cle); err != nil || numero != "" {
			return numero, err
		}
	}
	return "b-" + strconv.FormatInt(id, 10), err
}

const brouillonSQL = `
insert into demandes (departement, statut, origine, organisme, guichet, foyer)
values (@departement, 'BROUILLON', 'GUICHET', @organisme, nullif(@guichet, ''), 1)
returning id`

const nouvelleSaisieSQL = `
insert into saisies (demande_id, utilisateur, organisme, sorte, cle)
values (@demande, @utilisateur, @organisme, 'creation', @cle)`

func (f Fichier) ouvrirBrouillon(ctx context.Context, tx pgx.Tx, s habilitations.Session, cle, guichet string) (int64, error) {
	var id int64
	err := tx.QueryRow(ctx, brouillonSQL, pg.Args{"departement": s.Departement, "organisme": s.Organisme, "guichet": guichet}).Scan(&id)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, nouvelleSaisieSQL, pg.Args{"demande": id, "utilisateur": s.Utilisateur, "organisme": s.Organisme, "cle": cle})
	if err != nil {
		return 0, err
	}
	// Looked for now that no other send of the page holds the key.
	if numero, err := CreeeAvec(ctx, tx, s, cle); err != nil {
		return 0, err
	} else if numero != "" {
		return 0, &dejaCreee{&Demande{Entete: Entete{NumeroUnique: numero}}}
	}
	_, err = f.journaliser(ctx, tx, f.evenement(s, &Entete{ID: id, Departement: s.Departement, Version: 1, Guichet: guichet}, EvBrouillon), nil)
	return id, err
}

const brouillonDeCleSQL = `
select d.id
from saisies a join demandes d on d.id = a.demande_id
where a.cle = @cle and a.organisme = @organisme`

func (f Fichier) brouillonDeCle(ctx context.Context, db pg.DB, s habilitations.Session, cle string) (int64, error) {
	var id int64
	err := db.QueryRow(ctx, brouillonDeCleSQL, pg.Args{"cle": cle, "organisme": s.Organisme}).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.Refuser(fault.NotFound, "Ce brouillon n’existe plus.")
	}
	return id, err
}

// OuvrirSaisie finds the working copy of a demande for this session, or opens
// one of that kind. A draft's is shared by its organisme. A saisie of another
// kind already open (modification, then renewal asked) changes kind and keeps
// what was typed.
func (f Fichier) OuvrirSaisie(ctx context.Context, db pg.DB, s habilitations.Session, numero string, sorte Sorte) (*Saisie, error) {
	d, err := EnteteDe(ctx, db, s, sorte.Droit(), numero)
	if err != nil {
		return nil, err
	}
	if d.Statut == Brouillon {
		return f.saisieDe(ctx, db, s, d.ID, true)
	}
	acte := ActeModifier
	if sorte == SaisieRenouvellement {
		acte = ActeRenouveler
	}
	if err := d.Possible(acte, jour.Aujourdhui()); err != nil {
		return nil, err
	}
	complet, err := f.getComplet(ctx, db, s, sorte.Droit(), numero)
	if err != nil {
		return nil, err
	}
	base, err := f.chiffrer(Ecrire(complet, f.Ref))
	if err != nil {
		return nil, err
	}
	_, err = db.Exec(ctx, ouvrirSaisieSQL, pg.Args{"demande": d.ID, "utilisateur": s.Utilisateur, "organisme": s.Organisme,
		"sorte": sorte, "base": base, "version": complet.Version})
	if err != nil {
		return nil, err
	}
	return f.saisieDe(ctx, db, s, d.ID, false)
}

const ouvrirSaisieSQL = `
insert into saisies (demande_id, utilisateur, organisme, sorte, valeurs, base, version_base)
values (@demande, @utilisateur, @organisme, @sorte, @base, @base, @version)
on conflict (demande_id, utilisateur) do update set sorte = excluded.sorte, version = saisies.version + 1`

// SaisieDe gives the open working copy of a demande, or nil when there is none.
func (f Fichier) SaisieDe(ctx context.Context, db pg.DB, s habilitations.Session, e *Entete) (*Saisie, error) {
	a, err := f.saisieDe(ctx, db, s, e.ID, e.Statut == Brouillon)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return a, err
}

// saisieDe reads a working copy; partagee when any agent of the organisme
// shares it.
func (f Fichier) saisieDe(ctx context.Context, db pg.DB, s habilitations.Session, demande int64, partagee bool) (*Saisie, error) {
	var a *Saisie
	b := &pgx.Batch{}
	f.queueSaisie(b, s, demande, partagee, &a)
	if err := db.SendBatch(ctx, b).Close(); err != nil {
		return nil, err
	}
	if a == nil {
		return nil, fault.Refuser(fault.NotFound, "Aucune saisie n’est en cours sur cette demande.")
	}
	return a, nil
}

// queueSaisie reads a working copy among other statements; vers stays nil when
// there is none.
func (f Fichier) queueSaisie(b *pgx.Batch, s habilitations.Session, demande int64, partagee bool, vers **Saisie) {
	var w pg.Where
	w.And("a.demande_id = @demande and a.organisme = @organisme", pg.Args{"demande": demande, "organisme": s.Organisme})
	if !partagee {
		w.And("a.utilisateur = @utilisateur", pg.Args{"utilisateur": s.Utilisateur})
	}
	b.Queue(saisieSQL+"\nwhere "+w.SQL()+"\norder by a.modifie_le desc limit 1", w.Args(nil)).Query(func(rows pgx.Rows) error {
		a, err := pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByName[Saisie])
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if a.Valeurs, err = f.dechiffrer(a.Valeurs); err != nil {
			return err
		}
		if a.Base, err = f.dechiffrer(a.Base); err != nil {
			return err
		}
		*vers = a
		return nil
	})
}

// EnregistrerOnglet keeps the values of one tab as typed, without any check:
// the tab's fields that are not sent are emptied, the other tabs are left
// alone. Fields that the session may not see, and names that the catalogue
// doesn't know, are ignored. version is the one the page was shown with; when
// somebody else wrote other values meanwhile, nothing is kept and the error is a
// Conflict.
func (f Fichier) EnregistrerOnglet(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie, o champs.Onglet, envoyees Valeurs, version int) error {
	valeurs := RemplacerOnglet(s, a.Valeurs, envoyees, o)
	if version != 0 && version != a.Version {
		if maps.Equal(valeurs, a.Valeurs) { // the same page sent twice
			return nil
		}
		return fault.Refuser(fault.Conflict, "Ce brouillon a été modifié ailleurs depuis l’affichage de cette page. Relisez vos valeurs, puis enregistrez de nouveau.")
	}
	if !memesPersonnes(a.Valeurs, valeurs) {
		a.MotifDoublon = "" // it was given for another person
	}
	a.Valeurs = valeurs
	return f.garder(ctx, db, s, a)
}

// identites are the fields that the duplicates check compares.
var identites = []string{"titulaire.nom", "titulaire.nom_naissance", "titulaire.prenom", "titulaire.naissance", "morale.raison_sociale"}

// memesPersonnes tells whether two forms name the same titulaires.
func memesPersonnes(a, b Valeurs) bool {
	for _, d := range Differences(a, b) {
		if c, ok := champs.Nom(d.Nom); ok && slices.Contains(identites, c.Code) {
			return false
		}
	}
	return true
}

// RemplacerOnglet gives the values with one tab’s fields replaced, those that
// the session may change.
func RemplacerOnglet(s habilitations.Session, avant, envoyees Valeurs, o champs.Onglet) Valeurs {
	apres := Valeurs{}
	for nom, v := range avant {
		if c, ok := champs.Nom(nom); !ok || c.Onglet != o || !modifiable(s, c) {
			apres[nom] = v
		}
	}
	for nom, v := range envoyees {
		if c, ok := champs.Nom(nom); ok && c.Onglet == o && modifiable(s, c) && v != "" && len(nom) <= 80 {
			apres[nom] = v
		}
	}
	return apres
}

// figes are facts of the catalogue that no form sets.
var figes = []string{"demande.numero_unique", "demande.numero_iw", "demande.etat", "demande.incomplete", "demande.nature",
	"demande.date_depot", "demande.date_renouvellement", "demande.date_echeance", "demande.foyer", "demande.contingent", "demande.guichet"}

func modifiable(s habilitations.Session, c champs.Champ) bool {
	return !slices.Contains(figes, c.Code) && (c.Droit == "" || s.Peut(c.Droit))
}

const garderSQL = `
update saisies set
  valeurs = @valeurs, base = @base, version_base = @version_base, acceptees = @acceptees, motif_doublon = @motif_doublon,
  controle = @controle, sorte = @sorte, utilisateur = @utilisateur, version = version + 1, modifie_le = now()
where id = @id and version = @version
returning version, modifie_le`

// brouillonTrieSQL keeps what lists show of a draft.
const brouillonTrieSQL = `
update demandes set
  tri_nom = @tri_nom, nature = @nature, foyer = @foyer, situation_familiale = @situation, personne_morale = @morale, modifie_le = now()
where id = @id and statut = 'BROUILLON'`

// garder writes the saisie, and what the lists show of a draft.
func (f Fichier) garder(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie) error {
	valeurs, err := f.chiffrer(a.Valeurs)
	if err != nil {
		return err
	}
	base, err := f.chiffrer(a.Base)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if a.Acceptees == nil {
			a.Acceptees = []string{}
		}
		err := tx.QueryRow(ctx, garderSQL, pg.Args{"valeurs": valeurs, "base": base, "version_base": a.VersionBase,
			"acceptees": a.Acceptees, "motif_doublon": a.MotifDoublon, "controle": a.Controle, "sorte": a.Sorte,
			"utilisateur": s.Utilisateur, "id": a.ID, "version": a.Version}).Scan(&a.Version, &a.ModifieLe)
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.Refuser(fault.Conflict, "Cette saisie a été modifiée ou confirmée ailleurs. Rouvrez la demande.")
		}
		if err != nil || a.Sorte != SaisieCreation {
			return err
		}
		d, _ := Lire(Entete{ID: a.DemandeID}, a.Valeurs, f.Ref)
		_, err = tx.Exec(ctx, brouillonTrieSQL, pg.Args{"id": a.DemandeID, "tri_nom": d.TriNom(), "nature": d.Nature,
			"foyer": d.Foyer, "situation": d.Demandeur.SituationFamiliale, "morale": d.PersonneMorale})
		return err
	})
}

// Abandonner drops a working copy on a registered demande: nothing of the
// demande had moved.
func (f Fichier) Abandonner(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie) error {
	if a.Sorte == SaisieCreation {
		return f.supprimerBrouillon(ctx, db, s, a)
	}
	_, err := db.Exec(ctx, `delete from saisies where id = @id and utilisateur = @utilisateur`, pg.Args{"id": a.ID, "utilisateur": s.Utilisateur})
	return err
}

// supprimerBrouillon deletes a draft and leaves the trace of who did (R-SAI-10).
func (f Fichier) supprimerBrouillon(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		t, err := tx.Exec(ctx, `delete from demandes where id = @id and statut = 'BROUILLON' and organisme = @organisme`,
			pg.Args{"id": a.DemandeID, "organisme": s.Organisme})
		if err != nil {
			return err
		}
		if t.RowsAffected() == 0 {
			return fault.Refuser(fault.Conflict, "Ce brouillon est déjà supprimé, ou devenu une demande.")
		}
		_, err = f.journaliser(ctx, tx, f.evenement(s, &Entete{ID: a.DemandeID, Departement: s.Departement, Version: 1}, EvSuppression), nil)
		return err
	})
}

// chiffrer gives the values as JSON, the social security numbers encrypted: a
// working copy is kept like the demande.
func (f Fichier) chiffrer(v Valeurs) (json.RawMessage, error) {
	return f.transformer(v, func(nir string) (string, error) { return f.Cle.ChiffrerTexte(nir) })
}

func (f Fichier) transformer(v Valeurs, nir func(string) (string, error)) (json.RawMessage, error) {
	w := maps.Clone(v)
	for nom := range w {
		if strings.HasSuffix(nom, ".nir") {
			t, err := nir(w[nom])
			if err != nil {
				return nil, err
			}
			w[nom] = t
		}
	}
	if w == nil {
		w = Valeurs{}
	}
	return json.Marshal(w)
}

func (f Fichier) dechiffrer(v Valeurs) (Valeurs, error) {
	for nom := range v {
		if strings.HasSuffix(nom, ".nir") {
			t, err := f.Cle.DechiffrerTexte(v[nom])
			if err != nil {
				return nil, err
			}
			v[nom] = t
		}
	}
	return v, nil
}

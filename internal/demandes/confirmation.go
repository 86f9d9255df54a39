package demandes

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/doublons"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// Alertes is the refusal of a confirmation until each alerte is accepted.
type Alertes []Alerte

func (a Alertes) Error() string { return fmt.Sprintf("%d alertes à confirmer", len(a)) }

// Doublons is the refusal of a creation while a close demande exists and no
// reason was given.
type Doublons struct{ doublons.Trouvailles }

func (d *Doublons) Error() string { return "une demande proche existe déjà" }

// Conflits is the refusal of a modification when another agent changed the
// same fields to other values meanwhile.
type Conflits []Conflit

// Conflit is one field changed on both sides.
type Conflit struct {
	Nom               string
	Avant, Mien, Leur string // raw values
}

func (c Conflits) Error() string {
	return fmt.Sprintf("%d champs modifiés par un autre agent", len(c))
}

// Unwrap makes Conflits a fault.Conflict.
func (c Conflits) Unwrap() error { return fault.Conflict }

// ControlerSaisie applies the checks to a working copy, without writing.
func (f Fichier) ControlerSaisie(e Entete, a *Saisie, le jour.Date) (*Demande, Bilan) {
	return Controler(e, a.Valeurs, a.Base, f.Ref, le)
}

// AlertesRestantes are those that the agent has not accepted yet.
func (a *Saisie) AlertesRestantes(b Bilan) Alertes {
	var l Alertes
	for _, x := range b.Alertes {
		if !slices.Contains(a.Acceptees, x.Code) {
			l = append(l, x)
		}
	}
	return l
}

// Accepter records the alertes that the agent confirms and the reason to
// create despite a close demande.
func (f Fichier) Accepter(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie, codes []string, motifDoublon string) error {
	for _, c := range codes {
		if len(c) <= 200 && !slices.Contains(a.Acceptees, c) {
			a.Acceptees = append(a.Acceptees, c)
		}
	}
	if motifDoublon != "" {
		a.MotifDoublon = couper(motifDoublon, champs.Get("doublon.motif").Max)
	}
	return f.garder(ctx, db, s, a)
}

func couper(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// Confirmer turns the working copy into the demande, once: the whole checks,
// the normalised rows, one événement with the differences, the projections, the
// attestation's mentions, in one transaction. The error is fault.Fields,
// Alertes, *Doublons or Conflits when the agent has something to do first; the
// saisie is then untouched but for its Controle flag.
func (f Fichier) Confirmer(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie, le jour.Date) (*Demande, error) {
	if !s.Peut(a.Sorte.Droit()) {
		return nil, fault.Refuser(fault.Forbidden, "Votre profil ne permet pas cet enregistrement.")
	}
	if a.Sorte == SaisieCreation {
		return f.creer(ctx, db, s, a, le)
	}
	return f.modifier(ctx, db, s, a, le)
}

// controler runs the checks and keeps the flag that makes the pages show them.
func (f Fichier) controler(ctx context.Context, db pg.DB, s habilitations.Session, e Entete, a *Saisie, le jour.Date) (*Demande, error) {
	d, b := f.ControlerSaisie(e, a, le)
	err := b.Erreurs.Err()
	if err == nil {
		if restantes := a.AlertesRestantes(b); len(restantes) > 0 {
			err = restantes
		}
	}
	if err != nil && !a.Controle {
		a.Controle = true
		if errGarde := f.garder(ctx, db, s, a); errGarde != nil {
			return nil, errGarde
		}
	}
	return d, err
}

// creer registers a draft (R-SAI-08). A second send of the same page finds the
// demande that the first one made.
func (f Fichier) creer(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie, le jour.Date) (*Demande, error) {
	e, err := EnteteDe(ctx, db, s, habilitations.CreerDemande, a.Numero)
	if errors.Is(err, fault.NotFound) { // maybe no draft any more, because this saisie made it a demande
		return creeePar(ctx, db, s, a)
	}
	if err != nil {
		return nil, err
	}
	d, err := f.controler(ctx, db, s, e, a, le)
	if err != nil {
		return nil, err
	}
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if err := verrouillerPersonnes(ctx, tx, d); err != nil {
			return err
		}
		proches, err := f.ChercherDoublons(ctx, tx, s, d, le)
		if err != nil {
			return err
		}
		fort := proches.Meilleur().MemePersonne()
		if fort && strings.TrimSpace(a.MotifDoublon) == "" {
			return &Doublons{proches}
		}
		if err := f.prendre(ctx, tx, a, ActeCreer, d); err != nil {
			return err
		}
		return f.enregistrer(ctx, tx, s, a, d, le, fort)
	})
	var deja *dejaCreee
	if errors.As(err, &deja) {
		return deja.d, nil
	}
	return d, err
}

// creeePar gives the demande that the same saisie already created.
func creeePar(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie) (*Demande, error) {
	numero, err := CreeeAvec(ctx, db, s, a.Cle)
	if err != nil {
		return nil, err
	}
	if numero == "" {
		return nil, fault.Refuser(fault.NotFound, "Ce brouillon n’existe plus.")
	}
	e, err := EnteteDe(ctx, db, s, habilitations.ConsulterDemande, numero)
	return &Demande{Entete: e}, err
}

// dejaCreee says that the same saisie was already confirmed.
type dejaCreee struct{ d *Demande }

func (*dejaCreee) Error() string { return "demande déjà créée par cette saisie" }

const prendreSQL = `
select statut, version, coalesce(cle_creation::text, '') as cle, coalesce(numero_unique, '') as numero
from demandes where id = @id for update`

// prendre locks the demande for the rest of the transaction and checks that the
// act is still possible on what it now is.
func (f Fichier) prendre(ctx context.Context, tx pgx.Tx, a *Saisie, acte Acte, d *Demande) error {
	var cle, numero string
	var statut Statut
	var version int
	err := tx.QueryRow(ctx, prendreSQL, pg.Args{"id": a.DemandeID}).Scan(&statut, &version, &cle, &numero)
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.Refuser(fault.NotFound, "Ce brouillon n’existe plus.")
	}
	if err != nil {
		return err
	}
	if acte == ActeCreer && statut == Active && cle == a.Cle {
		e := d.Entete
		e.Statut, e.NumeroUnique, e.Version = statut, numero, version
		return &dejaCreee{&Demande{Entete: e}}
	}
	e := Entete{Statut: statut}
	if err := e.Possible(acte, jour.Aujourdhui()); err != nil {
		return err
	}
	if version != d.Version {
		return fault.Refuser(fault.Conflict, "La demande vient d’être modifiée par un autre agent. Enregistrez de nouveau pour comparer.")
	}
	return nil
}

// enregistrer writes a new demande. The counter's row comes last: see rangSuivant.
func (f Fichier) enregistrer(ctx context.Context, tx pgx.Tx, s habilitations.Session, a *Saisie, d *Demande, le jour.Date, malgreDoublon bool) error {
	if d.Guichet == "" {
		return fault.Fields{{Nom: "demande.guichet", Message: "Choisissez le guichet qui enregistre la demande."}}
	}
	if g, ok := f.Ref.Guichet(d.Guichet); !ok || g.Organisme != s.Organisme || !g.Ouvert(le) {
		return fault.Fields{{Nom: "demande.guichet", Message: "Choisissez un guichet ouvert de votre organisme."}}
	}
	d.Statut, d.DateDepot, d.DateEcheance = Active, le, Echeance(le)
	d.CleCreation = a.Cle
	var diffs []Difference
	if malgreDoublon {
		diffs = append(diffs, Difference{Nom: "doublon.motif", Apres: a.MotifDoublon})
	}
	var rang int
	return f.inserer(ctx, tx, s, d, &numerotation{
		prendre: func(b *pgx.Batch) error {
			b.Queue(oterSaisieSQL, pg.Args{"id": a.ID})
			ev := f.evenement(s, &d.Entete, EvCreation)
			ev.Version++ // numbering is the version that follows
			if err := f.evenementSuivant(b, ev, diffs, new(int64)); err != nil {
				return err
			}
			rangSuivant(b, d.Departement, Mois(le), &rang)
			return nil
		},
		poser: func(b *pgx.Batch) error {
			d.NumeroUnique, d.NumeroIW = Numeros(d.Departement, le, rang, d.Guichet)
			return f.attester(b, d, "creation", le)
		},
	})
}

const oterSaisieSQL = `
delete from saisies
where id = @id`

// ChercherDoublons looks for close demandes of the whole département, whoever
// registered them, over the demandeur and the co-titulaires (R-SAI-39).
func (f Fichier) ChercherDoublons(ctx context.Context, db pg.DB, s habilitations.Session, d *Demande, le jour.Date) (doublons.Trouvailles, error) {
	q := doublons.Requete{Departement: d.Departement, Exclure: d.ID, Jour: le, Portee: s.Portee(habilitations.ConsulterDemande),
		Delais: doublons.Delais{NonRenouvelee: ReactivationRenMois, SansReponse: ReactivationSansReponseMois}}
	if d.PersonneMorale {
		q.Personnes = []doublons.Identite{{Nom: d.Morale.RaisonSociale}}
	} else {
		for _, t := range d.Titulaires() {
			q.Personnes = append(q.Personnes, doublons.Identite{Titre: t.Civilite, Nom: t.Nom, NomNaissance: t.NomNaissance, Prenom: t.Prenom, Naissance: t.Naissance})
		}
	}
	return doublons.Chercher(ctx, db, q)
}

// modifier applies a modification or a renewal. Changes that another agent made
// meanwhile are merged field by field; the same field changed on both sides is
// a conflict that the agent settles.
func (f Fichier) modifier(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie, le jour.Date) (*Demande, error) {
	actuelle, err := f.getComplet(ctx, db, s, a.Sorte.Droit(), a.Numero)
	if err != nil {
		return nil, err
	}
	if actuelle.Version != a.VersionBase {
		if err := a.Fusionner(Ecrire(actuelle, f.Ref), actuelle.Version); err != nil {
			return nil, err
		}
	}
	d, err := f.controler(ctx, db, s, actuelle.Entete, a, le)
	if err != nil {
		return nil, err
	}
	acte, sorte := ActeModifier, EvModification
	if a.Sorte == SaisieRenouvellement {
		acte, sorte = ActeRenouveler, EvRenouvellement
	}
	d.Priorites, d.Incomplete = actuelle.Priorites, false
	avant := Ecrire(actuelle, f.Ref)
	diffs := Differences(avant, Ecrire(d, f.Ref))
	if acte == ActeModifier && len(diffs) == 0 && !actuelle.Incomplete {
		return d, f.Abandonner(ctx, db, s, a) // nothing changed: no événement
	}
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if err := f.prendre(ctx, tx, a, acte, d); err != nil {
			return err
		}
		if acte == ActeRenouveler {
			diffs = append(diffs, d.renouveler(le)...)
		}
		return f.ecrire(ctx, tx, s, d, func(b *pgx.Batch) error {
			b.Queue(oterSaisieSQL, pg.Args{"id": a.ID})
			if acte == ActeRenouveler {
				if err := f.attester(b, d, "renouvellement", le); err != nil {
					return err
				}
			}
			return f.evenementSuivant(b, f.evenement(s, &d.Entete, sorte), diffs, new(int64))
		})
	})
	return d, err
}

// renouveler moves the dates: the number and the seniority stay, the validity
// runs one year from that day (CCH R441-2-7).
func (d *Demande) renouveler(le jour.Date) []Difference {
	avant := d.DateRenouvellement
	d.DateRenouvellement, d.DateEcheance = le, Echeance(le)
	return []Difference{{Nom: "demande.date_renouvellement", Avant: avant.String(), Apres: le.String()}}
}

// Fusionner brings the changes of the stored demande into the saisie. Fields
// changed on one side only take that side; a field changed on both sides to
// different values is a Conflit, and the saisie keeps its base so that the
// conflict is found again until it is settled.
func (a *Saisie) Fusionner(actuelles Valeurs, version int) error {
	fusion, conflits := fusionner(a.Base, a.Valeurs, actuelles)
	if len(conflits) > 0 {
		return conflits
	}
	a.Valeurs, a.Base, a.VersionBase = fusion, actuelles, version
	return nil
}

func fusionner(base, miennes, leurs Valeurs) (Valeurs, Conflits) {
	noms := map[string]bool{}
	for _, v := range []Valeurs{base, miennes, leurs} {
		for nom := range v {
			noms[nom] = true
		}
	}
	fusion := Valeurs{}
	var conflits Conflits
	for _, nom := range slices.Sorted(maps.Keys(noms)) {
		b, m, l := base[nom], miennes[nom], leurs[nom]
		v := m
		switch {
		case m == b:
			v = l
		case l != b && l != m:
			conflits = append(conflits, Conflit{nom, b, m, l})
		}
		if v != "" {
			fusion[nom] = v
		}
	}
	return fusion, conflits
}

// Trancher settles conflicts: for each field, the agent's own value or the
// other's. Every conflict must be settled; the base then becomes the stored
// demande.
func (f Fichier) Trancher(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie, choix map[string]string) error {
	actuelle, err := f.getComplet(ctx, db, s, a.Sorte.Droit(), a.Numero)
	if err != nil {
		return err
	}
	leurs := Ecrire(actuelle, f.Ref)
	fusion, conflits := fusionner(a.Base, a.Valeurs, leurs)
	var fautes fault.Fields
	for _, c := range conflits {
		switch choix[c.Nom] {
		case "mien":
			fusion[c.Nom] = c.Mien
		case "leur":
			fusion[c.Nom] = c.Leur
		default:
			fautes.Add(c.Nom, "Choisissez la valeur à garder.")
		}
		if fusion[c.Nom] == "" {
			delete(fusion, c.Nom)
		}
	}
	if err := fautes.Err(); err != nil {
		return err
	}
	a.Valeurs, a.Base, a.VersionBase = fusion, leurs, actuelle.Version
	return f.garder(ctx, db, s, a)
}

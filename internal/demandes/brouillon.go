package demandes

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// Devenu gives the numéro unique of the demande that a draft became; "" when it
// is still a draft, never was one, or is out of sight. brouillon names it as
// URLs do ("b-12").
func Devenu(ctx context.Context, db pg.DB, s habilitations.Session, brouillon string) (string, error) {
	id, ok := idBrouillon(brouillon)
	if !ok {
		return "", nil
	}
	return numeroDe(ctx, db, s, "d.id = @id", pg.Args{"id": id})
}

// CreeeAvec gives the numéro unique of the demande created under the key of a
// page, or "".
func CreeeAvec(ctx context.Context, db pg.DB, s habilitations.Session, cle string) (string, error) {
	return numeroDe(ctx, db, s, "d.cle_creation = @cle", pg.Args{"cle": cle})
}

const numeroDeSQL = `
select d.numero_unique
from demandes d
where d.numero_unique is not null
  and %s
  and (%s)`

func numeroDe(ctx context.Context, db pg.DB, s habilitations.Session, cle string, args pg.Args) (string, error) {
	var w pg.Where
	w.AndCondition(s.Portee(habilitations.ConsulterDemande))
	var numero string
	err := db.QueryRow(ctx, fmt.Sprintf(numeroDeSQL, cle, w.SQL()), w.Args(args)).Scan(&numero)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return numero, err
}

func idBrouillon(numero string) (int64, bool) {
	_, args, ok := designer(numero)
	id, estID := args["id"].(int64)
	return id, ok && estID
}

// GuichetOuvert tells whether the session may register at that guichet on that day.
func (f Fichier) GuichetOuvert(s habilitations.Session, code string, le jour.Date) bool {
	g, ok := f.Ref.Guichet(code)
	return ok && g.Organisme == s.Organisme && g.Ouvert(le)
}

const choisirGuichetSQL = `
update demandes set guichet = @guichet, modifie_le = now()
where id = @id and statut = 'BROUILLON' and organisme = @organisme`

// ChoisirGuichet sets the guichet that will register a draft: its code ends the
// numéro unique, hence a registered demande never changes it.
func (f Fichier) ChoisirGuichet(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie, guichet string, le jour.Date) error {
	if !f.GuichetOuvert(s, guichet, le) {
		return fault.Fields{{Nom: "demande.guichet", Message: "Choisissez un guichet ouvert de votre organisme."}}
	}
	_, err := db.Exec(ctx, choisirGuichetSQL, pg.Args{"guichet": guichet, "id": a.DemandeID, "organisme": s.Organisme})
	return err
}

// Apercu is the working copy that OuvrirSaisie would open, without writing:
// what a page shows before anything is typed. Its ID and Version are 0.
func (f Fichier) Apercu(ctx context.Context, db pg.DB, s habilitations.Session, e *Entete, sorte Sorte) (*Saisie, error) {
	a := &Saisie{DemandeID: e.ID, Numero: e.NumeroURL(), Sorte: sorte, Organisme: s.Organisme, VersionBase: e.Version}
	if e.Statut == Brouillon {
		a.Sorte = SaisieCreation
		return a, nil
	}
	d, err := f.getComplet(ctx, db, s, sorte.Droit(), e.NumeroUnique)
	if err != nil {
		return nil, err
	}
	a.Base, a.VersionBase = Ecrire(d, f.Ref), d.Version
	a.Valeurs = maps.Clone(a.Base)
	return a, nil
}

// ConflitsDe lists the fields that this saisie and another agent changed to
// different values since it was opened, without settling anything.
func (f Fichier) ConflitsDe(ctx context.Context, db pg.DB, s habilitations.Session, a *Saisie) (Conflits, error) {
	d, err := f.getComplet(ctx, db, s, a.Sorte.Droit(), a.Numero)
	if err != nil || d.Version == a.VersionBase {
		return nil, err
	}
	_, conflits := fusionner(a.Base, a.Valeurs, Ecrire(d, f.Ref))
	return conflits, nil
}

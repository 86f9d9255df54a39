package demandes

import (
	"context"
	"errors"
	"fmt"

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

package journal

import (
	"context"
	"fmt"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
)

// Changement is one act of administration. Values are as people read them,
// under the French label of their field; only the fields that change.
type Changement struct {
	Objet     string // "utilisateur", "organisme", "parametre"…
	Cle       string // "42", "TMH"
	Libelle   string // "Barthès Maëlle"
	Organisme string // code of the one it concerns, "" for what is everybody's
	Acte      string // "creer", "modifier", "suspendre"…
	Avant     map[string]string
	Apres     map[string]string
}

const changerSQL = `
insert into changements (utilisateur, organisme, objet, cle, libelle, organisme_vise, acte, avant, apres)
values (nullif(@utilisateur::bigint, 0), @organisme, @objet, @cle, @libelle, @organisme_vise, @acte, @avant, @apres)`

// Changer traces an act in the transaction that does it. The zero Session is
// the server itself. The row takes its place in the chain when the transaction
// ends.
func Changer(ctx context.Context, tx pg.DB, s habilitations.Session, c Changement) error {
	_, err := tx.Exec(ctx, changerSQL, pg.Args{
		"utilisateur": s.Utilisateur, "organisme": s.Organisme, "objet": c.Objet, "cle": c.Cle, "libelle": c.Libelle,
		"organisme_vise": c.Organisme, "acte": c.Acte, "avant": valeurs(c.Avant), "apres": valeurs(c.Apres),
	})
	if err != nil {
		return fmt.Errorf("journal: trace %s %s %s: %w", c.Acte, c.Objet, c.Cle, err)
	}
	return nil
}

// valeurs is never null in the base.
func valeurs(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

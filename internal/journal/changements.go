package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
)

// Changement is what an act of administration changed.
type Changement struct {
	Objet     string            // "utilisateur", "organisme", "nomenclature"…
	Cle       string            // its key: id or code
	Libelle   string            // its name at that time
	Organisme string            // whom it concerns; empty: the whole file
	Acte      string            // "créer", "modifier", "suspendre"…
	Avant     map[string]string // French label of a field → value; changed fields only
	Apres     map[string]string
}

const changerSQL = `
insert into changements (rang, fait_le, utilisateur, organisme, objet, cle, libelle, organisme_de, acte, avant, apres, chaine)
values (@rang, @fait_le, @utilisateur, @organisme, @objet, @cle, @libelle, @organisme_de, @acte, @avant, @apres, @chaine)`

// Changer records a change in the transaction that makes it: neither exists
// without the other. The zero Session is the program itself.
func Changer(ctx context.Context, tx pg.DB, s habilitations.Session, c Changement) error {
	avant, apres := enJSON(c.Avant), enJSON(c.Apres)
	m, err := verrouiller(ctx, tx, changements)
	if err != nil {
		return fmt.Errorf("journal: change of %s %s: %w", c.Objet, c.Cle, err)
	}
	fait := instant(time.Now())
	m = m.suivant(ecrireInstant(fait), entier(s.Utilisateur), s.Organisme, c.Objet, c.Cle, c.Libelle, c.Organisme, c.Acte, avant, apres)
	_, err = tx.Exec(ctx, changerSQL, pg.Args{
		"rang": m.Rang, "fait_le": fait, "utilisateur": s.Utilisateur, "organisme": s.Organisme, "objet": c.Objet, "cle": c.Cle,
		"libelle": c.Libelle, "organisme_de": c.Organisme, "acte": c.Acte, "avant": avant, "apres": apres, "chaine": m.Empreinte,
	})
	if err == nil {
		err = avancer(ctx, tx, changements, m)
	}
	if err != nil {
		return fmt.Errorf("journal: change of %s %s: %w", c.Objet, c.Cle, err)
	}
	return nil
}

// enJSON writes the fields in the order of their names.
func enJSON(m map[string]string) string {
	if len(m) == 0 {
		return "{}"
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(b)
}

package administration

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/pg"
)

// tracer leaves what was done to an account, in the transaction that does it.
// Only the facts that change are kept.
func tracer(ctx context.Context, tx pg.DB, s habilitations.Session, a Acces, acte string, avant, apres map[string]string) error {
	for k, v := range avant {
		if apres[k] == v {
			delete(avant, k)
			delete(apres, k)
		}
	}
	return journal.Changer(ctx, tx, s, journal.Changement{
		Objet: "utilisateur", Cle: strconv.FormatInt(a.Utilisateur, 10), Libelle: a.Nom + " " + a.Prenom,
		Organisme: a.Organisme, Acte: acte, Avant: avant, Apres: apres,
	})
}

// soi is the access of the agent who acts on its own account.
func soi(s habilitations.Session) Acces {
	return Acces{Utilisateur: s.Utilisateur, Nom: s.Nom, Prenom: s.Prenom, Organisme: s.Organisme}
}

// Libelles lists roles by their French names.
func Libelles(roles []habilitations.Role) string {
	var noms []string
	for _, r := range habilitations.Roles {
		if slices.Contains(roles, r.Code) {
			noms = append(noms, r.Libelle)
		}
	}
	return strings.Join(noms, ", ")
}

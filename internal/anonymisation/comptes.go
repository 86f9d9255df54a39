package anonymisation

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/noms"
	"imhoweb/internal/platform/texte"
)

const affectationsSQL = `
select utilisateur, organisme, agence, guichet, roles, delegues, suspendue_le, suspendue_motif
from affectations`

func sexe(r *rand.Rand) string { return []string{"F", "M"}[r.IntN(2)] }

// courriel is an address that reaches nobody.
func courriel(prenom, nom string, id int64) string {
	return strings.ToLower(strings.ReplaceAll(fmt.Sprintf("%s.%s.%d@formation.example", texte.Normaliser(prenom), texte.Normaliser(nom), id), " ", "-"))
}

// comptes gives each account of the source a stand-in: the same organismes,
// profiles and suspension, another name, the password of the training. Only the
// identifiers are kept, since the history names its authors by them.
func (c *copie) comptes(ctx context.Context) (int, error) {
	tirage, err := noms.Lire()
	if err != nil {
		return 0, err
	}
	r := hasard()
	rows, err := c.de.Query(ctx, "select id, suspendu from utilisateurs order by id")
	if err != nil {
		return 0, err
	}
	type compte struct {
		ID       int64
		Suspendu bool
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByPos[compte])
	if err != nil {
		return 0, err
	}
	lignes := make([][]any, len(l))
	for i, u := range l {
		prenom, nom := tirage.Prenom(r, sexe(r), 1965+r.IntN(35)), tirage.Nom(r).Capitales
		lignes[i] = []any{u.ID, nom, prenom, texte.Normaliser(nom), texte.Normaliser(prenom), courriel(prenom, nom, u.ID), c.o.Empreinte, time.Now(), u.Suspendu}
	}
	_, err = c.vers.CopyFrom(ctx, pgx.Identifier{"utilisateurs"},
		[]string{"id", "nom", "prenom", "nom_n", "prenom_n", "courriel", "mot_de_passe", "mot_de_passe_le", "suspendu"}, pgx.CopyFromRows(lignes))
	if err != nil {
		return 0, err
	}
	if rows, err = c.de.Query(ctx, affectationsSQL); err != nil {
		return 0, err
	}
	lignes, err = pgx.CollectRows(rows, valeurs)
	if err != nil {
		return 0, err
	}
	_, err = c.vers.CopyFrom(ctx, pgx.Identifier{"affectations"},
		[]string{"utilisateur", "organisme", "agence", "guichet", "roles", "delegues", "suspendue_le", "suspendue_motif"}, pgx.CopyFromRows(lignes))
	return len(l), err
}

package administration

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/textes"
)

// Profil is what a request needs to know of its agent.
type Profil struct {
	Session         habilitations.Session
	Preferences     Preferences
	Organismes      []Organisme // where the agent may act, its present one included
	SecondFacteur   bool        // it has one
	MotDePasseLe    time.Time   // last choice of a password
	CharteAAccepter bool        // nothing else opens before (R-CHA-12)
}

// Organisme is where an agent may act.
type Organisme struct{ Code, Nom string }

const profilSQL = `
select u.nom, u.prenom, coalesce(u.courriel, ''), u.densite, u.theme, u.par_page,
       o.code, o.nom, o.type, o.enregistreur, o.departement, coalesce(o.territoire, ''),
       coalesce((select i.ancetre
                 from territoires_inclusions i
                 join territoires t on t.code = i.ancetre and t.type = 'epci'
                 where i.descendant = o.territoire and o.type = 'COMMUNE'
                 limit 1), ''),
       o.type = 'BAILLEUR' and exists (
           select from bailleurs_communes b join communes c on c.code_insee = b.code_insee
           where b.organisme = o.code and c.departement = o.departement),
       coalesce(a.agence, ''), coalesce(g.nom, ''), a.roles, a.delegues,
       coalesce(a.guichet, (
           select p.code
           from guichets p
           where p.organisme = o.code and p.actif and o.enregistreur
             and (p.debut is null or p.debut <= current_date) and (p.fin is null or p.fin >= current_date)
           order by p.agence is distinct from a.agence, p.code
           limit 1), ''),
       u.second_facteur is not null, coalesce(u.mot_de_passe_le, u.cree_le), ` + textes.AAccepterSQL + `,
       (select array_agg(m.code order by m.nom)
        from affectations autre join organismes m on m.code = autre.organisme
        where autre.utilisateur = u.id and autre.suspendue_le is null and m.actif),
       (select array_agg(m.nom order by m.nom)
        from affectations autre join organismes m on m.code = autre.organisme
        where autre.utilisateur = u.id and autre.suspendue_le is null and m.actif)
from utilisateurs u
join affectations a on a.utilisateur = u.id
join organismes o on o.code = a.organisme
left join agences g on g.organisme = a.organisme and g.code = a.agence
where u.id = @utilisateur and a.organisme = @organisme and not u.suspendu and a.suspendue_le is null and o.actif`

// ProfilDe builds the session of an agent for one of its organismes. A
// suspended account or affectation, a withdrawn one or a closed organisme is
// fault.NotFound.
func ProfilDe(ctx context.Context, db pg.DB, utilisateur int64, organisme string) (Profil, error) {
	p := Profil{Session: habilitations.Session{Utilisateur: utilisateur}}
	s := &p.Session
	var codes, noms []string
	err := db.QueryRow(ctx, profilSQL, pg.Args{"utilisateur": utilisateur, "organisme": organisme}).Scan(
		&s.Nom, &s.Prenom, &s.Courriel, &p.Preferences.Densite, &p.Preferences.Theme, &p.Preferences.ParPage,
		&s.Organisme, &s.OrganismeNom, &s.TypeOrganisme, &s.Enregistreur, &s.Departement, &s.Territoire,
		&s.TerritoireSup, &s.AvecParc, &s.Agence, &s.AgenceNom, &s.Roles, &s.Delegues, &s.Guichet,
		&p.SecondFacteur, &p.MotDePasseLe, &p.CharteAAccepter, &codes, &noms)
	if errors.Is(err, pgx.ErrNoRows) {
		return Profil{}, fault.NotFound
	}
	if err != nil {
		return Profil{}, fmt.Errorf("profil of an agent: %w", err)
	}
	for i, code := range codes {
		p.Organismes = append(p.Organismes, Organisme{code, noms[i]})
	}
	return p, nil
}

// SessionDe is ProfilDe without the preferences.
func SessionDe(ctx context.Context, db pg.DB, utilisateur int64, organisme string) (habilitations.Session, error) {
	p, err := ProfilDe(ctx, db, utilisateur, organisme)
	return p.Session, err
}

package demo

import (
	"testing"

	"imhoweb/internal/platform/pg/pgtest"
)

func TestDraftsBelongToAgentsWhoRegister(t *testing.T) {
	t.Parallel()
	pool := pgtest.Admin(t)
	_, err := pool.Exec(t.Context(), `
with u as (
    insert into utilisateurs (nom, prenom, nom_n, prenom_n, courriel, mot_de_passe, mot_de_passe_le)
    values ('BARTHÈS', 'Maëlle', 'BARTHES', 'MAELLE', 'maelle.barthes@exemple.fr', '$argon2id$', now()) returning id
)
insert into affectations (utilisateur, organisme, roles) select id, 'TMH', array['SAISIE'] from u`)
	if err != nil {
		t.Fatal(err)
	}
	if err := Generer(t.Context(), pool, Options{Demandes: 1000, Graine: 31, Jour: leJour}); err != nil {
		t.Fatal(err)
	}
	const brouillonsSQL = `
select count(*)
from demandes d
join saisies s on s.demande_id = d.id
join evenements e on e.demande_id = d.id and e.type = 'BRO' and e.utilisateur = s.utilisateur
where d.statut = 'BROUILLON'
  and d.numero_unique is null
  and d.date_depot is null
  and d.organisme = 'TMH'
  and s.valeurs ->> 'demandeur.nom' <> ''
  and not exists (select from personnes p where p.demande_id = d.id)`
	if n := valeurDe[int](t, pool, brouillonsSQL); n != 10 {
		t.Errorf("%d drafts, want 10", n)
	}
	if n := valeurDe[int](t, pool, "select count(*) from evenements e join demandes d on d.id = e.demande_id where e.organisme = 'TMH' and e.type = 'CRE' and utilisateur is null"); n != 0 {
		t.Errorf("%d demandes of TMH were created by nobody", n)
	}
}

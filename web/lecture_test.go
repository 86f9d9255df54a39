package web_test

import (
	"net/http"
	"strings"
	"testing"

	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/web/webtest"
)

// petitEcrivain are the tables that a GET may leave a trace in, outside the
// transaction of its page: sessions and last seen, last opened, reads.
var petitEcrivain = []string{"sessions", "utilisateurs", "dernieres_ouvertures", "journal_acces", "journal_tetes"}

const interdireSQL = `
do $$
declare t regclass;
begin
    create function interdire_ecriture() returns trigger language plpgsql as
        'begin raise exception ''a GET wrote into %'', tg_table_name; end';
    for t in
        select c.oid::regclass
        from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
        where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
          and coalesce(p.relname, c.relname) <> all (string_to_array(current_setting('essai.permises'), ' '))
    loop
        execute format('create trigger interdire before insert or update or delete on %s for each statement execute function interdire_ecriture()', t);
    end loop;
end $$`

// TestLectures reads every page while the base refuses any write but those of
// the small writer: a GET changes nothing, whichever pool it uses.
func TestLectures(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	d := demandestest.Creer(t, site.DB, nil)
	agents := []*webtest.Navigateur{
		site.Agent(t, "TMH", habilitations.Saisie, habilitations.AdminOrganisme),
		site.Agent(t, "ATLAS", habilitations.AdminAtlas, habilitations.Auditeur),
	}
	admin := pgtest.Admin(t)
	tx, err := admin.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"select set_config('essai.permises', '" + strings.Join(petitEcrivain, " ") + "', true)", interdireSQL} {
		if _, err := tx.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := site.DB.Exec(t.Context(), "update demandes set version = version where id = @id", pg.Args{"id": d.ID}); err == nil {
		t.Fatal("the base lets a write through: this test proves nothing")
	}
	for _, r := range site.Routes {
		if r.Methode != http.MethodGet {
			continue
		}
		chemin := remplir(strings.Replace(r.Chemin, "{numero}", d.NumeroUnique, 1))
		for i, agent := range agents {
			if rep := agent.Get(t, chemin); rep.Statut >= 500 {
				t.Errorf("agent %d, GET %s: %d", i, chemin, rep.Statut)
			}
		}
	}
}

package main

import (
	"strings"
	"testing"
	"time"
)

func TestCentile(t *testing.T) {
	t.Parallel()
	var l []time.Duration
	for i := 100; i > 0; i-- {
		l = append(l, time.Duration(i)*time.Millisecond)
	}
	if p50, p95 := centile(l, .5), centile(l, .95); p50 != 51 || p95 != 96 {
		t.Errorf("p50 %v, p95 %v", p50, p95)
	}
	if got := centile(nil, .95); got != 0 {
		t.Errorf("nothing measured: %v", got)
	}
}

// The script replays what was traced: constants as literals, the rest as
// variables, what the base gives on the spot taken from it.
func TestScript(t *testing.T) {
	t.Parallel()
	textes := func(l ...string) (p []*string) {
		for _, x := range l {
			p = append(p, new(x))
		}
		return p
	}
	une := func(nom, personne, unique string) creation {
		return creation{
			sql: []string{
				"savepoint sp_1", "insert into personnes (nom, lien) values ($1, $2) returning personne_id",
				"insert into noms values ($1, $2)", "update compteurs set dernier = dernier + 1 returning dernier",
				"update demandes set numero_unique = $1 where type = $2", "release savepoint sp_1",
			},
			types:    [][]string{nil, {"text", "text"}, {"bigint", "text"}, nil, {"text", "text"}, nil},
			textes:   [][]*string{nil, textes(nom, "a:b'"), textes(personne, nom), nil, {new(unique), nil}, nil},
			personne: personne, unique: unique,
		}
	}
	script, colonnes, err := ecrireScript([]creation{une("Faur", "12", "031112600004111054"), une("Vidal", "13", "031112600004211054")})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		`\set i :i + 1`, `\set n :client_id * :par_client + :i`, `select v0, v1 from banc_tirages where n = :n \gset`,
		`\startpipeline`, `begin;`, `\endpipeline`,
		`insert into personnes (nom, lien) values ((:v0)::text, (e'a\x3ab\'')::text) returning personne_id \gset`,
		`\startpipeline`, `insert into noms values ((:personne_id)::bigint, (:v1)::text);`, `\endpipeline`,
		`update compteurs set dernier = dernier + 1 returning dernier \gset`,
		`\startpipeline`, `update demandes set numero_unique = ('0311126' || lpad(:dernier::text, 6, '0') || '11054')::text where type = (null)::text;`,
		`commit;`, `\endpipeline`, ``,
	}, "\n")
	if script != want || len(colonnes) != 2 {
		t.Errorf("%d columns\n%s\nwant\n%s", len(colonnes), script, want)
	}
	if _, _, err := ecrireScript([]creation{une("Faur", "12", "031112600004111054"), {sql: []string{"select 1"}}}); err == nil {
		t.Error("creations of two shapes make one script")
	}
}

func TestChoisir(t *testing.T) {
	t.Parallel()
	if l, err := choisir("60k, 600k"); err != nil || len(l) != 2 || l[1].demandes != 600_000 {
		t.Errorf("%v, %v", l, err)
	}
	if _, err := choisir("60k,3M"); err == nil {
		t.Error("an unknown scale is accepted")
	}
}

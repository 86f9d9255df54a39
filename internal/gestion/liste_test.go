package gestion_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/gestion"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

// fichier fills a base with demandes whose keys are equal, missing and in
// disorder on purpose, and drafts of two organismes.
func fichier(t *testing.T) (*pgxpool.Pool, habilitations.Session) {
	t.Helper()
	db := pgtest.DB(t)
	s := demandestest.Agent(t, db, demandestest.Saisie())
	alea := rand.New(rand.NewPCG(31, 555))
	noms := []string{"Barthès", "Dupont", "Dupont-Moretti", "N’Guyen", "Lecœur", "de la Tour"}
	prenoms := []string{"Zoé", "Maëlle", "Jean-Pierre", "Ali"}
	depots := []jour.Date{jour.De(2024, 2, 29), jour.De(2025, 6, 1), jour.De(2026, 10, 12)}
	for range 37 {
		d := demandestest.Creer(t, db, func(d *demandes.Demande) {
			d.Demandeur.Nom, d.Demandeur.Prenom = noms[alea.IntN(len(noms))], prenoms[alea.IntN(len(prenoms))]
			d.Demandeur.SituationFamiliale = []string{"C", "D", "V"}[alea.IntN(3)]
			d.DateDepot = depots[alea.IntN(len(depots))]
			if alea.IntN(3) == 0 {
				d.DateRenouvellement = jour.De(2026, 11, 2)
			}
			d.Guichet = []string{"11054", "11070"}[alea.IntN(2)]
			d.Contingent = []string{"", "PPRIOR", "COLTER"}[alea.IntN(3)]
			d.Incomplete = alea.IntN(5) == 0
		})
		switch alea.IntN(4) {
		case 0:
			executer(t, db, `update demandes set statut = 'RADIEE', motif_radiation = 'RADABA', date_radiation = current_date where id = @id`, pg.Args{"id": d.ID})
		case 1:
			executer(t, db, `update demandes set avancement = 'EN_INSTANCE' where id = @id`, pg.Args{"id": d.ID})
		}
	}
	for range 4 {
		demandestest.Brouillon(t, db, s.Organisme)
	}
	demandestest.Brouillon(t, db, "PROMO")
	return db, s
}

func executer(t *testing.T, db pg.DB, sql string, args pg.Args) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args); err != nil {
		t.Fatal(err)
	}
}

func toutes() gestion.Criteres { return gestion.Criteres{}.AvecCode(gestion.Etat, gestion.EtatTous) }

func lister(t *testing.T, db pg.DB, s habilitations.Session, c gestion.Criteres, v gestion.Vue) gestion.Liste {
	t.Helper()
	if v.Tri == "" {
		v.Tri, v.Desc = "demande.date_depot", true
	}
	if v.Taille == 0 {
		v.Taille = 200
	}
	l, err := gestion.Lister(t.Context(), db, s, c, v)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func ids(l []gestion.Ligne) []int64 {
	var tous []int64
	for _, x := range l {
		tous = append(tous, x.ID)
	}
	return tous
}

// R-REC-20, R-REC-23, R-REC-27: in every order, with and without rupture, the
// pages read forwards, then backwards, hold each row once and in its order;
// by name too, where the pages are read from other tables.
func TestPages(t *testing.T) {
	t.Parallel()
	db, s := fichier(t)
	var nommees int
	err := db.QueryRow(t.Context(), "select count(*) from demandes where tri_nom like 'D%'").Scan(&nommees)
	if err != nil || nommees == 0 || nommees == 41 {
		t.Fatalf("%d demandes to find by name, %v", nommees, err)
	}
	parNom := toutes()
	parNom.Nom = "d"
	ruptures := []string{""}
	for _, c := range gestion.Ruptures {
		ruptures = append(ruptures, c.Code)
	}
	for _, tri := range gestion.Tris {
		for _, desc := range []bool{false, true} {
			for _, rupture := range ruptures {
				base := gestion.Vue{Tri: tri.Code, Desc: desc, Rupture: rupture}
				nom := fmt.Sprintf("%s desc=%t rupture=%s", tri.Code, desc, rupture)
				feuilleter(t, db, s, nom, toutes(), base, 41)
				if rupture == "" || rupture == gestion.Etat {
					feuilleter(t, db, s, nom+" by name", parNom, base, nommees)
				}
			}
		}
	}
}

func feuilleter(t *testing.T, db pg.DB, s habilitations.Session, nom string, c gestion.Criteres, v gestion.Vue, attendu int) {
	t.Helper()
	v.Taille = 200
	tout := lister(t, db, s, c, v)
	if len(tout.Lignes) != attendu || tout.Total != attendu {
		t.Fatalf("%s: %d rows, total %d, want %d", nom, len(tout.Lignes), tout.Total, attendu)
	}
	v.Taille = 7
	suivre(t, db, s, nom, c, v, tout)
	reculer(t, db, s, nom, c, v, tout)
}

func suivre(t *testing.T, db pg.DB, s habilitations.Session, nom string, c gestion.Criteres, v gestion.Vue, tout gestion.Liste) {
	t.Helper()
	var vus []int64
	for rang := 1; ; {
		v.Rang = rang
		l := lister(t, db, s, c, v)
		if l.Rang != rang || l.Total != tout.Total || l.Precedente != (rang > 1) || l.Suivante != (rang+len(l.Lignes) <= l.Total) {
			t.Fatalf("%s: rank %d, want %d; %+v", nom, l.Rang, rang, l)
		}
		vus = append(vus, ids(l.Lignes)...)
		if !l.Suivante {
			break
		}
		rang += len(l.Lignes)
		v.Apres = l.Lignes[len(l.Lignes)-1].ID
	}
	if !slices.Equal(vus, ids(tout.Lignes)) {
		t.Errorf("%s: forwards\n%v\nwant\n%v", nom, vus, ids(tout.Lignes))
	}
}

func reculer(t *testing.T, db pg.DB, s habilitations.Session, nom string, c gestion.Criteres, v gestion.Vue, tout gestion.Liste) {
	t.Helper()
	v.Derniere = true
	var vus []int64
	for {
		l := lister(t, db, s, c, v)
		if v.Derniere && (len(l.Lignes) != (tout.Total-1)%v.Taille+1 || l.Rang != tout.Total-len(l.Lignes)+1) {
			t.Fatalf("%s: last page of %d rows from rank %d", nom, len(l.Lignes), l.Rang)
		}
		vus = append(ids(l.Lignes), vus...)
		if !l.Precedente {
			break
		}
		v.Derniere, v.Avant, v.Rang = false, l.Lignes[0].ID, l.Rang-v.Taille
	}
	if !slices.Equal(vus, ids(tout.Lignes)) {
		t.Errorf("%s: backwards\n%v\nwant\n%v", nom, vus, ids(tout.Lignes))
	}
}

// R-REC-27: rows without the key end the list whatever the direction; equal
// keys keep the order of their ids.
func TestOrdre(t *testing.T) {
	t.Parallel()
	db, s := fichier(t)
	for _, desc := range []bool{false, true} {
		l := lister(t, db, s, toutes(), gestion.Vue{Tri: "demande.date_renouvellement", Desc: desc})
		if l.Lignes[0].DateRenouvellement.IsZero() || !l.Lignes[len(l.Lignes)-1].DateRenouvellement.IsZero() {
			t.Errorf("desc=%t: rows without a renewal don't end the list", desc)
		}
	}
	l := lister(t, db, s, toutes(), gestion.Vue{Tri: "titulaire.nom"})
	var triees []string
	for _, x := range l.Lignes {
		if len(x.Personnes) > 0 {
			triees = append(triees, x.Personnes[0].Nom)
		}
	}
	rang := map[string]int{"Barthès": 1, "de la Tour": 2, "Dupont": 3, "Dupont-Moretti": 3, "Lecœur": 5, "N’Guyen": 6} // the key is NOM PRÉNOM
	if !slices.IsSortedFunc(triees, func(a, b string) int { return rang[a] - rang[b] }) {
		t.Errorf("names out of order: %v", triees)
	}
}

// R-REC-21, R-REC-25: the total is the sum of the groups and the number of
// lines of the file, in the same order.
func TestTotauxConcordent(t *testing.T) {
	t.Parallel()
	db, s := fichier(t)
	ref := demandestest.Ref(t, db)
	recherches := map[string]gestion.Criteres{
		"par défaut": {}, "toutes": toutes(), "par nom": {Nom: "dupont"}, "brouillons": {Brouillons: true},
		"instance": gestion.Criteres{}.AvecCode(gestion.Etat, "EN_INSTANCE"),
	}
	for nom, c := range recherches {
		for _, r := range gestion.Ruptures {
			v := gestion.Vue{Tri: "titulaire.nom", Rupture: r.Code, Taille: 200}
			l := lister(t, db, s, c, v)
			somme, parGroupe := 0, map[string]int{}
			for _, g := range l.Groupes {
				somme += g.Nombre
			}
			for _, x := range l.Lignes {
				parGroupe[x.Groupe]++
			}
			for g, n := range parGroupe {
				if l.Groupe(g) != n {
					t.Errorf("%s, %s: group %q says %d, holds %d", nom, r.Code, g, l.Groupe(g), n)
				}
			}
			var fichier bytes.Buffer
			n, err := gestion.Exporter(t.Context(), db, s, ref, gestion.Export{Criteres: c, Vue: v}, &fichier)
			if err != nil {
				t.Fatal(err)
			}
			lignes := lireCSV(t, fichier.Bytes())
			if somme != l.Total || len(l.Lignes) != l.Total || n != l.Total || len(lignes) != l.Total+1 {
				t.Errorf("%s, %s: total %d, groups %d, rows %d, file %d (%d lines)", nom, r.Code, l.Total, somme, len(l.Lignes), n, len(lignes)-1)
			}
			for i, x := range l.Lignes {
				if got := strings.Trim(lignes[i+1][0], `="`); got != x.NumeroUnique {
					t.Fatalf("%s, %s: line %d of the file is %s, the list has %s", nom, r.Code, i+1, got, x.NumeroUnique)
				}
			}
		}
	}
}

func lireCSV(t *testing.T, b []byte) [][]string {
	t.Helper()
	if !bytes.HasPrefix(b, []byte("\ufeff")) {
		t.Fatal("no byte order mark")
	}
	r := csv.NewReader(bytes.NewReader(b[3:]))
	r.Comma = ';'
	l, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A place that is gone, or out of sight, is the first page.
func TestPlacePerdue(t *testing.T) {
	t.Parallel()
	db, s := fichier(t)
	var autre int64
	if err := db.QueryRow(t.Context(), `select id from demandes where organisme = 'PROMO'`).Scan(&autre); err != nil {
		t.Fatal(err)
	}
	for _, place := range []int64{autre, 1 << 60} {
		l := lister(t, db, s, toutes(), gestion.Vue{Apres: place, Taille: 25})
		if l.Rang != 1 || l.Precedente || len(l.Lignes) != 25 {
			t.Errorf("place %d: rank %d, %d rows", place, l.Rang, len(l.Lignes))
		}
	}
}

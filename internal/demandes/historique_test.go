package demandes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

func journaliser(t *testing.T, db pg.DB, f demandes.Fichier, s habilitations.Session, d *demandes.Demande, sorte demandes.TypeEvenement, diffs ...demandes.Difference) int64 {
	t.Helper()
	var id int64
	err := pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) (err error) {
		id, err = f.Journaliser(t.Context(), tx, demandes.Evenement{Departement: d.Departement, DemandeID: d.ID, Type: sorte, Utilisateur: s.Utilisateur,
			Organisme: s.Organisme, Guichet: s.Guichet, Version: d.Version, DateEffet: jour.De(2026, 11, 2)}, diffs)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func historique(t *testing.T, db pg.DB, f demandes.Fichier, s habilitations.Session, id int64, filtre demandes.FiltreHistorique) ([]demandes.EvenementLu, string) {
	t.Helper()
	l, suite, err := f.Historique(t.Context(), db, s, id, filtre)
	if err != nil {
		t.Fatal(err)
	}
	return l, suite
}

func TestHistoryIsInFrench(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	s := demandestest.Agent(t, db, demandestest.Saisie())
	f := demandestest.Fichier(t, db)
	d := demandestest.Creer(t, db, nil)
	journaliser(t, db, f, s, d, demandes.EvModification, demandes.Differences(
		demandes.Valeurs{"demandeur.situation_familiale": "C", "logement.loyer": "1577", "souhait.elargie": "O", "choix.2": "31-395 X MURET"},
		demandes.Valeurs{"demandeur.situation_familiale": "M", "cotitulaire.2.nom": "Barthès", "demandeur.nom": "Vidal", "cotitulaire.10.nom": "Rey",
			"type.T3": "1", "rfr.cotitulaire.2.2024": "0", "ressource.1.personne": "charge.2", "demandeur.naissance": "14/03/1991"})...)
	l, suite := historique(t, db, f, s, d.ID, demandes.FiltreHistorique{})
	if len(l) != 1 || suite != "" || l[0].Auteur != "Inès FAURÉ" || l[0].Organisme != "Toulouse Métropole Habitat" || l[0].Guichet != "11054" ||
		l[0].Type.Libelle() != "Modification" || l[0].DateEffet != jour.De(2026, 11, 2) {
		t.Fatalf("%+v, %q", l, suite)
	}
	var got []string
	for _, c := range l[0].Changements {
		got = append(got, strings.Join([]string{c.Sujet, c.Libelle, c.Avant, c.Apres}, " | "))
	}
	want := []string{
		"Demandeur | Nom |  | VIDAL",
		"Co-demandeur 2 | Nom |  | BARTHÈS",
		"Co-demandeur 10 | Nom |  | REY",
		"Demandeur | Né(e) le |  | 14/03/1991",
		"Demandeur | Situation familiale | " + f.Ref.Libelle("situation_familiale", "C") + " | " + f.Ref.Libelle("situation_familiale", "M"),
		"Co-demandeur 2 | Revenu fiscal de référence 2024 |  | 0\u00a0€",
		"Ressource | Personne |  | Personne à charge 2",
		" | Loyer mensuel et charges | 1\u202f577\u00a0€ | ",
		" | Type\u00a0: T3 | Non | Oui",
		" | Choix géographique 2 | 31-395 X MURET | ",
		" | Demande élargie à d’autres communes | Oui | ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestHistoryPagesAndFilters(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	s := demandestest.Saisie()
	f := demandestest.Fichier(t, db)
	d := demandestest.Creer(t, db, nil)
	creation := journaliser(t, db, f, s, d, demandes.EvCreation)
	var ids []int64
	for _, nom := range []string{"demandeur.nom", "demandeur.prenom", "cotitulaire.1.nom"} {
		ids = append(ids, journaliser(t, db, f, s, d, demandes.EvModification, demandes.Difference{Nom: nom, Apres: "X"}, demandes.Difference{Nom: "adresse.voie", Apres: "Y"}))
	}
	slices.Reverse(ids)
	ids = append(ids, creation)

	var lus []int64
	filtre := demandes.FiltreHistorique{Limite: 3}
	for range 2 {
		l, suite := historique(t, db, f, s, d.ID, filtre)
		for _, e := range l {
			lus = append(lus, e.ID)
		}
		filtre.Suite = suite
	}
	if !slices.Equal(lus, ids) || filtre.Suite != "" {
		t.Errorf("pages: %v then %q, want %v", lus, filtre.Suite, ids)
	}
	if l, _ := historique(t, db, f, s, d.ID, demandes.FiltreHistorique{Type: demandes.EvCreation}); len(l) != 1 || l[0].ID != creation {
		t.Errorf("creations: %+v", l)
	}
	l, _ := historique(t, db, f, s, d.ID, demandes.FiltreHistorique{Champ: "titulaire.nom"})
	if len(l) != 2 || len(l[0].Changements) != 1 || l[0].Changements[0].Nom != "cotitulaire.1.nom" {
		t.Errorf("changes of name: %+v", l)
	}
	if l, _ := historique(t, db, f, demandestest.NonEnregistreur(), d.ID, demandes.FiltreHistorique{}); len(l) != 0 {
		t.Errorf("out of sight: %d événements", len(l))
	}
}

func TestHistoryHidesWhatTheDossierHides(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	s := demandestest.Saisie()
	f := demandestest.Fichier(t, db)
	d := demandestest.Creer(t, db, func(d *demandes.Demande) { d.Motifs[0] = demandes.MotifViolences })
	diffs := demandes.Differences(nil, pleine())
	id := journaliser(t, db, f, s, d, demandes.EvCreation, diffs...)

	visibles := func(s habilitations.Session) (noms []string) {
		l, _ := historique(t, db, f, s, d.ID, demandes.FiltreHistorique{})
		for _, c := range l[0].Changements {
			noms = append(noms, c.Nom)
			if c.Nom == "demandeur.nir" && c.Apres != nirValide {
				t.Errorf("NIR shown as %q", c.Apres)
			}
		}
		return noms
	}
	if n := len(visibles(s)); n != len(diffs) {
		t.Errorf("saisie sees %d changes of %d", n, len(diffs))
	}
	vus := visibles(demandestest.Session(habilitations.Consultation))
	for _, diff := range diffs {
		c, _ := champs.Nom(diff.Nom)
		cache := c.Droit != "" || slices.Contains(demandes.ChampsAdresse, c.Code)
		if cache == slices.Contains(vus, diff.Nom) {
			t.Errorf("%s: hidden from consultation: %v", diff.Nom, cache)
		}
	}
	if l, _ := historique(t, db, f, demandestest.Session(habilitations.Consultation), d.ID, demandes.FiltreHistorique{Champ: "titulaire.nir"}); len(l) > 0 {
		t.Errorf("asking for the NIR: %+v", l)
	}

	var clair bool
	var codes []string
	err := db.QueryRow(t.Context(), `
select e.champs, exists (select from evenements_valeurs v where v.evenement_id = e.id and v.avant || v.apres like '%' || $2 || '%')
from evenements e
where e.id = $1`, id, nirValide).Scan(&codes, &clair)
	if err != nil || clair {
		t.Errorf("NIR in clear: %v, %v", clair, err)
	}
	for _, code := range codes {
		if c := champs.Get(code); c.Code != code {
			t.Errorf("%s is not a code of the catalogue", code)
		}
	}
	if slices.Sort(codes); len(slices.Compact(slices.Clone(codes))) != len(codes) {
		t.Errorf("codes twice: %v", codes)
	}
}

func TestEvenementsAreAppendOnly(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := demandestest.Fichier(t, db)
	d := demandestest.Creer(t, db, nil)
	id := journaliser(t, db, f, demandestest.Saisie(), d, demandes.EvCreation)
	for _, sql := range []string{"update evenements set motif = 'X' where id = $1", "delete from evenements where id = $1"} {
		if _, err := db.Exec(t.Context(), sql, id); err == nil {
			t.Errorf("%s: accepted", sql)
		}
	}
}

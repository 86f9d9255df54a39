package demandes_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

// projection reads every search row of the base, by demande.
func projection(t *testing.T, db pg.DB) map[int64]map[string]any {
	t.Helper()
	rows, err := db.Query(t.Context(), "select demande_id, to_jsonb(r) from recherche_demandes r")
	if err != nil {
		t.Fatal(err)
	}
	m, id, brut := map[int64]map[string]any{}, int64(0), []byte(nil)
	_, err = pgx.ForEachRow(rows, []any{&id, &brut}, func() error {
		var ligne map[string]any
		err := json.Unmarshal(brut, &ligne)
		m[id] = ligne
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSearchRow(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := demandestest.Fichier(t, db)
	depot := jour.Aujourdhui().Mois(-30)
	v, _ := demandes.Lire(demandestest.Valide().Entete, pleine(), f.Ref)
	v.Fiscaux = []demandes.RevenuFiscal{{Foyer: "demandeur", Annee: jour.Aujourdhui().Annee() - 2, Montant: 9_000_000},
		{Foyer: "cotitulaire.3", Annee: jour.Aujourdhui().Annee() - 2, Montant: 0}}
	v.Cotitulaires[0].Revenus12Mois = nil
	d := demandestest.Creer(t, db, func(x *demandes.Demande) {
		*x = *v
		x.DateDepot, x.Contingent, x.Priorites, x.Statut = depot, "PPRIOR", []string{"DALO", "B"}, demandes.Active
	})
	vide := demandestest.Creer(t, db, func(d *demandes.Demande) {
		d.Ressources, d.Fiscaux, d.Demandeur.Naissance, d.Incomplete, d.Souhait.Elargie = nil, nil, jour.Date{}, true, nil
	})
	num := func(domaine, code string) any { return float64(f.Ref.Numero(domaine, code)) }
	lieu := func(code string) any { t, _ := f.Ref.Territoire(code); return float64(t.Numero) }
	tmh, _ := f.Ref.Organisme("TMH")

	lignes := projection(t, db)
	for nom, want := range map[string]any{
		"departement": "31", "numero_unique": d.NumeroUnique, "date_depot": depot.ISO(), "date_renouvellement": nil,
		"nature": num("nature_demande", "FA"), "situation_familiale": num("situation_familiale", "M"),
		"nationalite": num("nationalite", "1"), "activite": num("activite_professionnelle", "CDI"), "csp": num("csp", "46"),
		"situation_logement": num("situation_logement_actuel", "HLM"), "motif": num("motif_demande", "08"),
		"motif_secondaire": num("motif_demande", "23"), "contingent": num("reservataire", "PPRIOR"),
		"origine": num("origine_demande", "COURRIER"), "categorie": num("categorie_logement", "M"), "nature_bien": num("nature_bien", "LS"),
		"types":       []any{num("type_logement", "T4"), num("type_logement", "T5")},
		"places":      []any{lieu("31-555-13"), lieu("31-395"), lieu("31-557")},
		"collecteurs": []any{num("collecteur_1pc", "01"), num("collecteur_1pc", "12")},
		"priorites":   []any{num("priorite", "DALO"), num("priorite", "B")},
		"commune":     "31395", "commune_travail": "31395", "organisme": float64(tmh.Numero), "guichet": "11054", "annee_naissance": 1991.0,
		"nb_personnes": 9.0, "ressources": 1427.0, "pct_plus": 9999.0, "loyer_max": 640.0, "surface": 46.0, "habitants": 5.0,
		"elargie": false, "rez_de_chaussee": true, "sans_ascenseur": false, "adapte": true, "parking": false, "fsl": true,
		"handicap": true, "suivi": true, "incomplete": false,
	} {
		if got := lignes[d.ID][nom]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", nom, got, want)
		}
	}
	for nom, want := range map[string]any{
		"ressources": nil, "pct_plai": nil, "pct_plus": nil, "annee_naissance": nil, "csp": 0.0, "contingent": 0.0, "motif_secondaire": 0.0,
		"elargie": nil, "handicap": nil, "suivi": nil, "surface": nil, "collecteurs": []any{}, "incomplete": true, "nb_personnes": 1.0,
	} {
		if got, ok := lignes[vide.ID][nom]; !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("not given, %s: %v, want %v", nom, got, want)
		}
	}
}

// The search rows kept by each writing are those that a whole computation gives.
func TestSearchRowsAreTheTruth(t *testing.T) {
	t.Parallel()
	db, s := pgtest.DB(t), demandestest.Saisie()
	f := demandestest.Fichier(t, db)
	v, _ := demandes.Lire(demandestest.Valide().Entete, pleine(), f.Ref)
	pleine := demandestest.Creer(t, db, func(x *demandes.Demande) { *x = *v })
	change := demandestest.Creer(t, db, func(d *demandes.Demande) {
		d.Handicaps = []demandes.Handicap{{Cle: 1, Personne: "demandeur", Invalidite: true}}
		d.ANaitre.Nombre = 1
	})
	radiee := demandestest.Creer(t, db, nil)
	demandestest.Creer(t, db, func(d *demandes.Demande) {
		d.PersonneMorale, d.Morale.RaisonSociale, d.Demandeur = true, "Les Amis du Canal", demandes.Titulaire{}
	})
	demandestest.Brouillon(t, db, "TMH")

	x := relu(t, f, db, s, change)
	x.Occupants = append(x.Occupants, demandes.Occupant{Role: demandes.RoleACharge, Cle: 1, Fiscal: new(false)})
	x.Souhait.Choix = []string{"31-557", "31-555"}
	if err := reecrire(f, db, s, x); err != nil {
		t.Fatal(err)
	}
	err := pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "update demandes set statut = 'RADIEE', motif_radiation = 'RADABA', date_radiation = current_date where id = $1", radiee.ID)
		if err == nil {
			err = f.Projeter(t.Context(), tx, radiee.ID)
		}
		if err == nil {
			err = f.Projeter(t.Context(), tx, pleine.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	tenues := projection(t, db)
	if _, ok := tenues[radiee.ID]; ok || len(tenues) != 3 {
		t.Errorf("%d search rows, want the 3 active demandes", len(tenues))
	}
	if err := f.ProjeterTout(t.Context(), db, "31"); err != nil {
		t.Fatal(err)
	}
	if calculees := projection(t, db); !reflect.DeepEqual(tenues, calculees) {
		t.Errorf("kept: %v\ncomputed: %v", tenues, calculees)
	}
}

func TestSearchNames(t *testing.T) {
	t.Parallel()
	db, s := pgtest.DB(t), demandestest.Saisie()
	f := demandestest.Fichier(t, db)
	d := demandestest.Creer(t, db, func(d *demandes.Demande) {
		d.Demandeur.Nom, d.Demandeur.NomNaissance, d.Demandeur.Prenom = "O’Brien-Léger", "d’Escalquens", "Anne-Cécile"
		d.Cotitulaires = []demandes.Titulaire{{Cle: 2, Lien: "L", Identite: demandes.Identite{Civilite: "1", Nom: "Vidal", Prenom: "Noé"}}}
	})
	verifier := func(quand string, want []string) {
		t.Helper()
		rows, err := db.Query(t.Context(), `
select n.role || ' ' || n.titre || ' ' || n.nom || '/' || n.nom_naissance || '/' || n.prenom || ' ' || n.phon_nom || ' ' || p.nom
from recherche_noms n
join personnes p on p.id = n.personne_id and p.demande_id = n.demande_id
where n.demande_id = $1
order by n.role desc`, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		got, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", quand, got, err, want)
		}
	}
	verifier("created", []string{"demandeur 2 O BRIEN LEGER/D ESCALQUENS/ANNE CECILE ABRNLJR O’Brien-Léger", "co_titulaire 1 VIDAL//NOE VDL Vidal"})
	x := relu(t, f, db, s, d)
	x.Cotitulaires = nil
	if err := reecrire(f, db, s, x); err != nil {
		t.Fatal(err)
	}
	verifier("without its co-titulaire", []string{"demandeur 2 O BRIEN LEGER/D ESCALQUENS/ANNE CECILE ABRNLJR O’Brien-Léger"})
}

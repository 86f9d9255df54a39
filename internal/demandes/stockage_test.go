package demandes_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

const nirValide = "291033155500120"

// pleine is a form with every field of a household filled.
func pleine() demandes.Valeurs {
	v := demandes.Valeurs{
		"demande.numero_interne": "TMH-4417", "demande.origine": "COURRIER", "demande.preavis_postal": "1",
		"cotitulaire.1.lien": "M", "cotitulaire.1.fiscal_commun": "1", "cotitulaire.3.lien": "L",
		"cotitulaire.3.nom": "Vidal", "cotitulaire.3.prenom": "Noé",

		"adresse.chez": "M. Estève", "adresse.domiciliation": "CCAS de Muret", "adresse.complement": "Bât. B, 2e étage",
		"adresse.voie": "12 rue de l’Église", "adresse.code_postal": "31600", "adresse.commune": "MURET (31600)",
		"courrier.autre": "1", "courrier.destinataire": "Mme Estève", "courrier.complement": "Porte 4", "courrier.voie": "3 place du Lavoir",
		"courrier.code_postal": "31170", "courrier.commune": "TOURNEFEUILLE (31170)",
		"accompagnement.suivi": "O", "accompagnement.structure": "Maison des solidarités", "accompagnement.travailleur": "Mme Lacaze",
		"accompagnement.adresse": "8 avenue des Mimosas, Muret", "accompagnement.telephone": "05 36 49 00 12",
		"accompagnement.courriel": "m.lacaze@exemple.fr",

		"charge.1.nom": "Barthès", "charge.1.prenom": "Lilou", "charge.1.naissance": "02/05/2015", "charge.1.sexe": "F",
		"charge.1.lien_parente": "E", "charge.1.fiscal": "O",
		"charge.4.nom": "Barthès", "charge.4.prenom": "Enzo", "charge.4.naissance": "11/11/2018", "charge.4.sexe": "M",
		"charge.4.lien_parente": "E", "charge.4.fiscal": "N",
		"garde.1.naissance": "30/01/2012", "garde.1.sexe": "M", "garde.1.coparentalite": "G",
		"autre.2.nom": "Ferrand", "autre.2.prenom": "Odette", "autre.2.naissance": "19/08/1944", "autre.2.sexe": "F",
		"autre.2.lien_parente": "P",
		"naitre.nombre":        "2", "naitre.date_prevue": "15/02/2027",
		"occupants.handicap_mdph": "O",
		"handicap.2.personne":     "demandeur", "handicap.2.etat": "STA", "handicap.2.nature.MS": "1", "handicap.2.nature.DA": "1",
		"handicap.2.marches": "2", "handicap.2.aide.1": "1", "handicap.2.equipement.3": "1", "handicap.2.invalidite": "1",
		"handicap.1.personne": "charge.4", "handicap.1.etat": "EVO",
		"handicap.3.personne": "cotitulaire.1", "handicap.3.marches": "1",

		"rfr.demandeur.2024": "17420", "rfr.demandeur.2025": "0", "rfr.cotitulaire.3.2024": "9800", "rfr.autre.2024": "4100",
		"ressource.1.personne": "demandeur", "ressource.1.type": "SAL", "ressource.1.montant": "1577",
		"ressource.3.personne": "charge.1", "ressource.3.type": "AF", "ressource.3.montant": "0",
		"versee.1.personne": "cotitulaire.1", "versee.1.type": "PAV", "versee.1.montant": "150",
		"ressources.aucune": "1",

		"logement.situation": "HLM", "logement.depuis": "01/09/2019", "logement.bailleur": "Promologis", "logement.bail": "B-20417",
		"logement.preavis": "01/12/2026", "logement.categorie": "A", "logement.type": "T2", "logement.surface": "46",
		"logement.habitants": "5", "logement.loyer": "512", "logement.apl": "0", "logement.proprietaire": "N",
		"logement.hebergeant": "Mme Ferrand", "logement.structure": "Foyer des Platanes", "logement.structure_depuis": "03/03/2020",
		"logement.qpv": "OUI", "motif.1": "08", "motif.2": "23", "motif.precision": "Assignation reçue",

		"type.T4": "1", "type.T5": "1", "souhait.categorie": "M", "souhait.nature_bien": "LS",
		"choix.1": "31-555-13 LES CHALETS - SAINT-AUBIN - SAINT-ETIENNE", "choix.2": "31-395 X MURET", "choix.3": "31-557 X TOURNEFEUILLE",
		"souhait.elargie": "N", "souhait.loyer_max": "640", "souhait.rez_de_chaussee": "O", "souhait.sans_ascenseur": "N",
		"souhait.adapte": "O", "souhait.parking": "N", "souhait.fsl": "O", "souhait.fsl_du": "01/10/2026", "souhait.fsl_au": "01/04/2027",
		"souhait.caution": "Visale", "souhait.commentaire": "Près d’un arrêt de métro.\nSans moquette.",
	}
	for _, t := range []string{"demandeur.", "cotitulaire.1."} {
		maps.Copy(v, demandes.Valeurs{
			t + "civilite": "2", t + "nom": "Barthès", t + "nom_naissance": "d’Escalquens", t + "prenom": "Maëlle", t + "naissance": "14/03/1991",
			t + "emancipe": "1", t + "nationalite": "1", t + "situation_familiale": "M", t + "nir": nirValide,
			t + "tel_domicile": "05 36 49 00 10", t + "tel_portable": "06 39 98 41 17", t + "tel_travail": "05 36 49 00 11",
			t + "courriel":   "maelle.barthes@exemple.fr",
			t + "profession": "Boulangère", t + "activite": "CDI", t + "activite_depuis": "01/02/2017", t + "csp": "46",
			t + "employeur": "Boulangerie du Lauragais", t + "employeur_code_postal": "31000", t + "employeur_commune": "TOULOUSE (31000)",
			t + "employeur_voie": "5 rue des Potiers", t + "employeur_complement": "Zone sud", t + "employeur_siret": "73282932000074",
			t + "employeur_correspondant": "M. Rey", t + "employeur_telephone": "05 36 49 00 13", t + "employeur_fax": "05 36 49 00 14",
			t + "employeur_courriel": "rh@exemple.fr", t + "employeur_depuis": "01/02/2018", t + "commune_travail": "MURET (31600)",
			t + "plusieurs_employeurs": "N", t + "un_pour_cent": "O", t + "assistant_maternel": "N", t + "fonctionnaire": "O",
			t + "collecteur.01": "1", t + "dossier.01": "AL-1", t + "collecteur.12": "1", t + "revenus_12_mois": "0",
		})
	}
	return v
}

// etrangere and morale fill the fields that only another kind of demande has.
func etrangere() demandes.Valeurs {
	return demandes.Valeurs{
		"demande.origine": "GUICHET",
		"demandeur.nom":   "Barthès", "demandeur.prenom": "Maëlle", "adresse.etranger": "1", "adresse.voie": "Carrer Major 4",
		"adresse.localite": "17520 Puigcerdà", "adresse.pays": "Espagne",
	}
}

func morale() demandes.Valeurs {
	return demandes.Valeurs{
		"demande.origine": "GUICHET", "demande.personne_morale": "1", "morale.raison_sociale": "Les Amis du Canal", "morale.siret": "73282932000074",
		"morale.forme": "Association loi 1901", "demandeur.tel_domicile": "05 36 49 00 10", "demandeur.courriel": "contact@exemple.fr",
		"adresse.voie": "1 quai des Mimosas", "adresse.code_postal": "31600", "adresse.commune": "MURET (31600)", "type.T3": "1",
		"choix.1": "31-395 X MURET",
	}
}

// horsFormulaire are the entries that no field of the form holds: computed, or
// set by an act, as those of the tab Historique.
var horsFormulaire = []string{
	"demande.numero_unique", "demande.numero_iw", "demande.etat", "demande.incomplete", "demande.nature", "demande.date_depot",
	"demande.date_renouvellement", "demande.date_echeance", "demande.guichet", "demande.foyer", "demande.contingent",
}

// A stored field forgotten in the migration, the structure, the form pair, the
// SQL or the catalogue fails here.
func TestEveryFieldOfTheFormIsStored(t *testing.T) {
	t.Parallel()
	remplis := map[string]bool{}
	for _, v := range []demandes.Valeurs{pleine(), etrangere(), morale()} {
		for nom := range v {
			c, ok := champs.Nom(nom)
			if !ok {
				t.Errorf("%s is not in the catalogue", nom)
			}
			remplis[c.Code] = true
		}
	}
	for _, c := range champs.Tous() {
		if !remplis[c.Code] && c.Onglet != champs.Historique && !slices.Contains(horsFormulaire, c.Code) {
			t.Errorf("%s (%s): give it a value in the forms of this test", c.Code, c.Libelle)
		}
	}
	db := pgtest.DB(t)
	s := demandestest.Saisie()
	for nom, saisie := range map[string]demandes.Valeurs{"household": pleine(), "abroad": etrangere(), "personne morale": morale()} {
		t.Run(nom, func(t *testing.T) {
			f := demandestest.Fichier(t, db)
			d, fautes := demandes.Lire(demandestest.Valide().Entete, saisie, f.Ref)
			if fautes != nil {
				t.Fatalf("the form has mistakes: %+v", fautes)
			}
			d = demandestest.Creer(t, db, func(x *demandes.Demande) { *x = *d })
			memes(t, "read after the creation", saisie, relire(t, f, db, s, d))

			base, err := f.GetComplet(t.Context(), db, s, habilitations.ModifierDemande, d.NumeroUnique)
			if err != nil {
				t.Fatal(err)
			}
			ids := idsPersonnes(base)
			if err := reecrire(f, db, s, base); err != nil {
				t.Fatal(err)
			}
			memes(t, "read after a modification that changes nothing", saisie, relire(t, f, db, s, d))
			if apres := relu(t, f, db, s, d); !slices.Equal(ids, idsPersonnes(apres)) {
				t.Errorf("persons changed of row: %v, then %v", ids, idsPersonnes(apres))
			}
		})
	}
}

func relu(t *testing.T, f demandes.Fichier, db pg.DB, s habilitations.Session, d *demandes.Demande) *demandes.Demande {
	t.Helper()
	x, err := f.Get(t.Context(), db, s, habilitations.ConsulterDemande, d.NumeroUnique)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func relire(t *testing.T, f demandes.Fichier, db pg.DB, s habilitations.Session, d *demandes.Demande) demandes.Valeurs {
	t.Helper()
	return demandes.Ecrire(relu(t, f, db, s, d), f.Ref)
}

func memes(t *testing.T, quand string, want, got demandes.Valeurs) {
	t.Helper()
	for _, d := range demandes.Differences(want, got) {
		t.Errorf("%s: %s is %q, want %q", quand, d.Nom, d.Apres, d.Avant)
	}
}

func idsPersonnes(d *demandes.Demande) (ids []int64) {
	for _, t := range d.Titulaires() {
		ids = append(ids, t.ID)
	}
	for _, o := range d.Occupants {
		ids = append(ids, o.ID)
	}
	return ids
}

func reecrire(f demandes.Fichier, db pg.DB, s habilitations.Session, d *demandes.Demande) error {
	ctx := context.Background()
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error { return f.Reecrire(ctx, tx, s, d) })
}

func TestWritingRemovesWhatIsGone(t *testing.T) {
	t.Parallel()
	db, s := pgtest.DB(t), demandestest.Saisie()
	f := demandestest.Fichier(t, db)
	d, _ := demandes.Lire(demandestest.Valide().Entete, pleine(), f.Ref)
	d = demandestest.Creer(t, db, func(x *demandes.Demande) { *x = *d })

	moins := pleine()
	maps.DeleteFunc(moins, func(nom, _ string) bool {
		return !strings.HasPrefix(nom, "demandeur.") || strings.Contains(nom, "collecteur") || strings.Contains(nom, "dossier")
	})
	reste, _ := demandes.Lire(d.Entete, moins, f.Ref)
	reste.ID, reste.Version = d.ID, d.Version
	if err := reecrire(f, db, s, reste); err != nil {
		t.Fatal(err)
	}
	moins["demande.origine"] = "COURRIER" // of the header, which an empty field leaves as it is
	memes(t, "read after the removal", moins, relire(t, f, db, s, d))
}

func TestTwoAgentsAtOnce(t *testing.T) {
	t.Parallel()
	db, s := pgtest.DB(t), demandestest.Saisie()
	f := demandestest.Fichier(t, db)
	d := demandestest.Creer(t, db, nil)
	un, deux := relu(t, f, db, s, d), relu(t, f, db, s, d)
	un.Demandeur.Prenom, deux.Demandeur.Prenom = "Maëlys", "Marielle"
	if err := reecrire(f, db, s, un); err != nil {
		t.Fatal(err)
	}
	if err := reecrire(f, db, s, deux); !errors.Is(err, fault.Conflict) {
		t.Errorf("the second writing: %v, want a conflict", err)
	}
	apres := relu(t, f, db, s, d)
	if apres.Demandeur.Prenom != "Maëlys" || apres.Version != d.Version+1 {
		t.Errorf("%s at version %d, want the first writing alone, at %d", apres.Demandeur.Prenom, apres.Version, d.Version+1)
	}
}

func TestNumeroInterneBelongsToEachOrganisme(t *testing.T) {
	t.Parallel()
	db, s, autre := pgtest.DB(t), demandestest.Saisie(), demandestest.AutreBailleur()
	f := demandestest.Fichier(t, db)
	d := demandestest.Creer(t, db, func(d *demandes.Demande) { d.NumeroInterne = "TMH-1" })
	sien := relu(t, f, db, autre, d)
	if sien.NumeroInterne != "" {
		t.Errorf("another organisme reads %q", sien.NumeroInterne)
	}
	sien.NumeroInterne = "P-9"
	if err := reecrire(f, db, autre, sien); err != nil {
		t.Fatal(err)
	}
	if n, p := relu(t, f, db, s, d).NumeroInterne, relu(t, f, db, autre, d).NumeroInterne; n != "TMH-1" || p != "P-9" {
		t.Errorf("%q and %q, want TMH-1 and P-9", n, p)
	}
}

func TestPrioritesSurviveAModification(t *testing.T) {
	t.Parallel()
	db, s := pgtest.DB(t), demandestest.Saisie()
	f := demandestest.Fichier(t, db)
	d := demandestest.Creer(t, db, func(d *demandes.Demande) { d.Priorites = []string{"A", "DALO"} })
	x := relu(t, f, db, s, d)
	x.Priorites = nil
	if err := reecrire(f, db, s, x); err != nil {
		t.Fatal(err)
	}
	if p := relu(t, f, db, s, d).Priorites; !slices.Equal(p, []string{"A", "DALO"}) {
		t.Errorf("priorités %v", p)
	}
}

func TestNirIsUnreadableInTheBase(t *testing.T) {
	t.Parallel()
	db, s := pgtest.DB(t), demandestest.Saisie()
	f := demandestest.Fichier(t, db)
	d := demandestest.Creer(t, db, func(d *demandes.Demande) {
		d.Demandeur.Nir = nirValide
		d.Cotitulaires = []demandes.Titulaire{{Cle: 1, Lien: "M", Nir: nirValide}}
	})
	var un, deux []byte
	err := db.QueryRow(t.Context(), `
select p.nir, c.nir
from personnes p
join personnes c on c.demande_id = p.demande_id and c.role = 'co_titulaire'
where p.demande_id = $1 and p.role = 'demandeur'`, d.ID).Scan(&un, &deux)
	if err != nil || len(un) == 0 || bytes.Equal(un, deux) || bytes.Contains(un, []byte(nirValide)) {
		t.Errorf("stored as %x and %x, %v", un, deux, err)
	}
	if _, err := db.Exec(t.Context(), `
update personnes p set nir = c.nir from personnes c
where p.demande_id = $1 and p.role = 'demandeur' and c.demande_id = $1 and c.role = 'co_titulaire'`, d.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Get(t.Context(), db, s, habilitations.ConsulterDemande, d.NumeroUnique); err == nil {
		t.Error("a NIR moved to another person was read")
	}
	f.Cle = demandes.Cle{}
	x := demandestest.Valide()
	x.Demandeur.Nir = nirValide
	x.NumeroUnique, x.NumeroIW, x.DateEcheance = "0310101000001"+"11054", "2001010001", x.DateDepot.Mois(12)
	if err := pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) error { return f.Inserer(t.Context(), tx, s, x) }); err == nil {
		t.Error("a NIR was written without a key")
	}
}

func TestKeyOfAnotherBase(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := demandestest.Fichier(t, db)
	autre, err := demandes.NouvelleCle(bytes.Repeat([]byte{7}, demandes.TailleCle))
	if err != nil {
		t.Fatal(err)
	}
	demandestest.Creer(t, db, nil)
	if err := autre.Verifier(t.Context(), db); err != nil {
		t.Errorf("a base without a NIR takes any key: %v", err)
	}
	demandestest.Creer(t, db, func(d *demandes.Demande) { d.Demandeur.Nir = nirValide })
	if err := f.Cle.Verifier(t.Context(), db); err != nil {
		t.Error(err)
	}
	if err := autre.Verifier(t.Context(), db); !errors.Is(err, demandes.ErrAutreCle) {
		t.Errorf("another key: %v", err)
	}
}

func TestConstraintsOfTheBase(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	d := demandestest.Creer(t, db, func(d *demandes.Demande) { d.Souhait.Choix = []string{"31-395", "31-557"} })
	for _, c := range []struct{ nom, sql string }{
		{"a radiée without its motive", "update demandes set statut = 'RADIEE', date_radiation = current_date where id = $1"},
		{"a radiée without its date", "update demandes set statut = 'RADIEE', motif_radiation = 'RADABA' where id = $1"},
		{"an active demande with a motive of radiation", "update demandes set motif_radiation = 'RADABA' where id = $1"},
		{"a draft with a number", "update demandes set statut = 'BROUILLON' where id = $1"},
		{"an active demande without a number", "update demandes set numero_unique = null where id = $1"},
		{"a number without a rank", "update demandes set mois = null, rang = null where id = $1"},
		{"a renewal before the deposit", "update demandes set date_renouvellement = date_depot - 1 where id = $1"},
		{"an échéance before the deposit", "update demandes set date_echeance = date_depot where id = $1"},
		{"an unknown statut", "update demandes set statut = 'SUSPENDUE' where id = $1"},
		{"the same place twice", "insert into choix_geographiques select $1, 3, '31-395'"},
		{"a ninth choice", "insert into choix_geographiques select $1, 9, '31-555'"},
		{"two first choices", "insert into choix_geographiques select $1, 1, '31-555'"},
		{"a place that doesn't exist", "insert into choix_geographiques select $1, 3, '31-999'"},
		{"the same motive twice", "insert into motifs select $1, 2, '01'"},
		{"a negative resource", "insert into ressources select $1, false, 9, 'demandeur', 'SAL', -1"},
		{"a negative RFR", "insert into revenus_fiscaux select $1, 'demandeur', 2020, -1"},
		{"a negative rent", "update logements_actuels set loyer = -1 where demande_id = $1"},
		{"a negative loyer maximum", "update souhaits set loyer_max = -1 where demande_id = $1"},
		{"a FSL that ends before it begins", "update souhaits set fsl_du = '2026-02-01', fsl_au = '2026-01-01' where demande_id = $1"},
		{"ten children to be born", "insert into naissances_attendues select $1, 10"},
		{"two demandeurs", "insert into personnes (demande_id, role, cle) select $1, 'demandeur', 0"},
		{"a second demandeur beside", "insert into personnes (demande_id, role, cle) select $1, 'demandeur', 1"},
		{"the same numéro unique", `insert into demandes (departement, statut, organisme, numero_unique, numero_iw, mois, rang, date_depot, date_echeance, guichet)
select departement, statut, organisme, numero_unique, '209901000001', 209901, 1, date_depot, date_echeance, guichet from demandes where id = $1`},
		{"the same numéro IW", `insert into demandes (departement, statut, organisme, numero_unique, numero_iw, mois, rang, date_depot, date_echeance, guichet)
select departement, statut, organisme, '031019999999911054', numero_iw, 209901, 1, date_depot, date_echeance, guichet from demandes where id = $1`},
	} {
		_, err := db.Exec(t.Context(), c.sql, d.ID)
		var e *pgconn.PgError
		if !errors.As(err, &e) || e.Code[:2] != "23" {
			t.Errorf("%s: %v, want the base to refuse", c.nom, err)
		}
	}
}

func TestPersonneMorale(t *testing.T) {
	t.Parallel()
	db, s := pgtest.DB(t), demandestest.Saisie()
	f := demandestest.Fichier(t, db)
	v, _ := demandes.Lire(demandestest.Valide().Entete, morale(), f.Ref)
	d := demandestest.Creer(t, db, func(x *demandes.Demande) { *x = *v })
	x := relu(t, f, db, s, d)
	if x.Demandeur.Nom != "" || x.Nature != demandes.NaturePersonneMorale || x.Foyer != 0 {
		t.Errorf("demandeur %q, nature %s, foyer %d", x.Demandeur.Nom, x.Nature, x.Foyer)
	}
	var tri, nom string
	err := db.QueryRow(t.Context(), "select d.tri_nom, n.nom from demandes d join recherche_noms n on n.demande_id = d.id where d.id = $1", d.ID).Scan(&tri, &nom)
	if err != nil || tri != "LES AMIS DU CANAL" || nom != tri {
		t.Errorf("sorted as %q, searched as %q, %v", tri, nom, err)
	}
}

func TestHeaderOfARegisteredDemande(t *testing.T) {
	t.Parallel()
	db, s := pgtest.DB(t), demandestest.Saisie()
	f := demandestest.Fichier(t, db)
	depot := jour.De(2024, 5, 6)
	d := demandestest.Creer(t, db, func(d *demandes.Demande) { d.DateDepot, d.Contingent = depot, "PPRIOR" })
	e := relu(t, f, db, s, d).Entete
	if e.DateDepot != depot || e.DateEcheance != jour.De(2025, 5, 6) || e.Etat != "ACTIVE" || e.Contingent != "PPRIOR" ||
		e.Nature != demandes.NaturePersonneSeule || e.Foyer != 1 || e.Guichet != "11054" || e.NumeroIW != d.NumeroIW {
		t.Errorf("%+v", e)
	}
}

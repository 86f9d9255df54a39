package demandes_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

// jourVie is the day of these tests.
var jourVie = jour.De(2026, 11, 24)

// fichierVie delivers attestations as bare rows: their content is tested with
// the éditions.
func fichierVie(t testing.TB, db pg.DB) demandes.Fichier {
	f := demandestest.Fichier(t, db)
	f.Attester = func(b *pgx.Batch, d *demandes.Demande, sorte string, _ jour.Date) error {
		b.Queue(`insert into attestations (demande_id, sorte, mentions) values (@id, @sorte, '{}')`, pg.Args{"id": d.ID, "sorte": sorte})
		return nil
	}
	return f
}

// saisir types a whole form into a draft.
func saisir(t testing.TB, f demandes.Fichier, db pg.DB, s habilitations.Session, v demandes.Valeurs) *demandes.Saisie {
	t.Helper()
	a, err := tenterSaisie(t.Context(), f, db, s, v)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// essayerSaisir is saisir on a server that may die at any moment.
func essayerSaisir(t testing.TB, f demandes.Fichier, db pg.DB, s habilitations.Session, n int) (*demandes.Saisie, bool) {
	a, err := tenterSaisie(t.Context(), f, db, s, personne(n))
	return a, err == nil
}

func tenterSaisie(ctx context.Context, f demandes.Fichier, db pg.DB, s habilitations.Session, v demandes.Valeurs) (*demandes.Saisie, error) {
	var uuid string
	if err := db.QueryRow(ctx, `select gen_random_uuid()::text`).Scan(&uuid); err != nil {
		return nil, err
	}
	numero, err := f.NouveauBrouillon(ctx, db, s, uuid, "")
	if err != nil {
		return nil, err
	}
	a, err := f.OuvrirSaisie(ctx, db, s, numero, demandes.SaisieCreation)
	if err != nil {
		return nil, err
	}
	return a, garderForme(ctx, f, db, s, a, v)
}

// taper keeps a whole form as its tabs would have sent it.
func taper(t testing.TB, f demandes.Fichier, db pg.DB, s habilitations.Session, a *demandes.Saisie, v demandes.Valeurs) {
	t.Helper()
	if err := garderForme(t.Context(), f, db, s, a, v); err != nil {
		t.Fatal(err)
	}
}

func garderForme(ctx context.Context, f demandes.Fichier, db pg.DB, s habilitations.Session, a *demandes.Saisie, v demandes.Valeurs) error {
	identite := demandes.Valeurs{}
	for nom, x := range v {
		if c, _ := champs.Nom(nom); c.Onglet == champs.Identite {
			identite[nom] = x
		}
	}
	autres := maps.Clone(v)
	maps.DeleteFunc(autres, func(nom, _ string) bool { _, ok := identite[nom]; return ok })
	for nom, x := range a.Valeurs {
		if c, _ := champs.Nom(nom); c.Onglet == champs.Identite {
			autres[nom] = x
		}
	}
	a.Valeurs = autres
	return f.EnregistrerOnglet(ctx, db, s, a, champs.Identite, identite, a.Version)
}

// personne is a whole form of somebody nobody else resembles.
func personne(n int) demandes.Valeurs {
	v := maps.Clone(demandestest.Exemples[0].Valeurs)
	v["demandeur.nom"], v["demandeur.nom_naissance"] = fmt.Sprintf("N%s", lettres(n)), ""
	v["demandeur.prenom"] = "P" + lettres(n*7919+13)
	v["demandeur.naissance"] = jour.De(1950, 1, 1).Jours(n * 9).String()
	for nom := range v {
		if nom == "demandeur.nom_naissance" {
			delete(v, nom)
		}
	}
	return v
}

// lettres writes a number with consonants and vowels, far from its neighbours.
func lettres(n int) string {
	s := ""
	for range 5 {
		s += string("BDFGKLMNPRSTVZ"[n%14]) + string("AEIOU"[n/14%5])
		n = n*31 + 17
	}
	return s
}

func agent(t testing.TB, db pg.DB) habilitations.Session {
	return demandestest.Agent(t, db, demandestest.Saisie())
}

// 32 agents, 2 000 creations: no number twice, none lost, ranks without gap.
func TestConcurrentCreations(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := fichierVie(t, db), agent(t, db)
	const agents, total = 32, 2000
	suivants := make(chan int)
	var attente sync.WaitGroup
	for range agents {
		attente.Go(func() {
			for n := range suivants {
				a := saisir(t, f, db, s, personne(n))
				if _, err := f.Confirmer(t.Context(), db, s, a, jourVie); err != nil {
					t.Errorf("creation %d: %v", n, err)
				}
			}
		})
	}
	for n := range total {
		suivants <- n
	}
	close(suivants)
	attente.Wait()
	var lignes, numeros, dernier, min, max, evenements, noms, actives, attestations int
	err := db.QueryRow(t.Context(), `
select count(*), count(distinct numero_unique), min(rang), max(rang),
  (select dernier from compteurs_numeros where departement = '31' and mois = 202611),
  (select count(*) from evenements where type = 'CRE'), (select count(*) from recherche_noms),
  (select count(*) from recherche_demandes), (select count(*) from attestations)
from demandes where statut = 'ACTIVE'`).Scan(&lignes, &numeros, &min, &max, &dernier, &evenements, &noms, &actives, &attestations)
	if err != nil {
		t.Fatal(err)
	}
	for quoi, n := range map[string]int{"rows": lignes, "numbers": numeros, "last rank": max, "counter": dernier, "événements": evenements,
		"names": noms, "search rows": actives, "attestations": attestations} {
		if n != total {
			t.Errorf("%s: %d, want %d", quoi, n, total)
		}
	}
	if min != 1 {
		t.Errorf("first rank %d", min)
	}
}

// R-SAI-08: two sends of the same page, at the same time, make one demande and
// both learn its number.
func TestTwoClicksCreateOneDemande(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := fichierVie(t, db), agent(t, db)
	a := saisir(t, f, db, s, personne(1))
	numeros := make([]string, 8)
	var attente sync.WaitGroup
	for i := range numeros {
		attente.Go(func() {
			copie := *a
			d, err := f.Confirmer(t.Context(), db, s, &copie, jourVie)
			if err != nil {
				t.Errorf("send %d: %v", i, err)
				return
			}
			numeros[i] = d.NumeroUnique
		})
	}
	attente.Wait()
	for _, n := range numeros {
		if n == "" || n != numeros[0] {
			t.Errorf("numbers %v", numeros)
			break
		}
	}
	if n := compter(t, db, `select count(*) from demandes`); n != 1 {
		t.Errorf("%d demandes", n)
	}
	if n := compter(t, db, `select count(*) from evenements where type = 'CRE'`); n != 1 {
		t.Errorf("%d creations recorded", n)
	}
}

// Two sends of the page « Nouvelle demande » make one draft.
func TestTwoSendsOfANewPageMakeOneDraft(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := fichierVie(t, db), agent(t, db)
	numeros := make([]string, 6)
	var attente sync.WaitGroup
	for i := range numeros {
		attente.Go(func() {
			var err error
			if numeros[i], err = f.NouveauBrouillon(t.Context(), db, s, "5d8a2c62-8f0e-4a55-9a35-0f1f6f0c7a11", ""); err != nil {
				t.Error(err)
			}
		})
	}
	attente.Wait()
	if n := compter(t, db, `select count(*) from demandes`); n != 1 {
		t.Errorf("%d drafts for one page: %v", n, numeros)
	}
}

func compter(t testing.TB, db *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A mistake leaves nothing behind but the typed values: no number is used.
func TestARefusedCreationUsesNoNumber(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := fichierVie(t, db), agent(t, db)
	v := personne(1)
	v["demandeur.naissance"] = "31/02/1990"
	delete(v, "souhait.elargie")
	a := saisir(t, f, db, s, v)
	_, err := f.Confirmer(t.Context(), db, s, a, jourVie)
	var fautes fault.Fields
	if !errors.As(err, &fautes) || fautes.Message("demandeur.naissance") == "" || fautes.Message("souhait.elargie") == "" {
		t.Fatalf("refused with %v", err)
	}
	relue, err := f.OuvrirSaisie(t.Context(), db, s, a.Numero, demandes.SaisieCreation)
	if err != nil || relue.Valeurs["demandeur.naissance"] != "31/02/1990" || !relue.Controle {
		t.Errorf("typed value kept: %q, checks shown: %v, %v", relue.Valeurs["demandeur.naissance"], relue.Controle, err)
	}
	if n := compter(t, db, `select count(*) from compteurs_numeros`); n != 0 {
		t.Errorf("a number was taken")
	}
}

// R-SAI-39: the check always runs at creation, over the département, whoever
// registered; creating anyway needs a reason, which is recorded.
func TestCreationDespiteACloseDemandeNeedsAReason(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := fichierVie(t, db), agent(t, db)
	autre := demandestest.Agent(t, db, demandestest.AutreBailleur())
	if _, err := f.Confirmer(t.Context(), db, autre, saisir(t, f, db, autre, personne(3)), jourVie); err != nil {
		t.Fatal(err)
	}
	a := saisir(t, f, db, s, personne(3))
	_, err := f.Confirmer(t.Context(), db, s, a, jourVie)
	var proches *demandes.Doublons
	if !errors.As(err, &proches) || len(proches.Candidats) != 1 {
		t.Fatalf("found %v", err)
	}
	if err := f.Accepter(t.Context(), db, s, a, nil, "Jumelle homonyme, pièces vues"); err != nil {
		t.Fatal(err)
	}
	taper(t, f, db, s, a, personne(4))
	if taper(t, f, db, s, a, personne(3)); a.MotifDoublon != "" {
		t.Error("a reason given for one person covers another")
	}
	if err := f.Accepter(t.Context(), db, s, a, nil, "Jumelle homonyme, pièces vues"); err != nil {
		t.Fatal(err)
	}
	d, err := f.Confirmer(t.Context(), db, s, a, jourVie)
	if err != nil || d.NumeroUnique == "" {
		t.Fatal(err)
	}
	var motif string
	err = db.QueryRow(t.Context(), `select apres from evenements_valeurs where champ = 'doublon.motif' and demande_id = @id`, pg.Args{"id": d.ID}).Scan(&motif)
	if err != nil || motif != "Jumelle homonyme, pièces vues" {
		t.Errorf("reason recorded: %q, %v", motif, err)
	}
}

// creee registers somebody.
func creee(t testing.TB, f demandes.Fichier, db pg.DB, s habilitations.Session, n int, le jour.Date) *demandes.Demande {
	t.Helper()
	d, err := f.Confirmer(t.Context(), db, s, saisir(t, f, db, s, personne(n)), le)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// modifier changes some fields of a demande and confirms.
func modifier(t testing.TB, f demandes.Fichier, db pg.DB, s habilitations.Session, numero string, sorte demandes.Sorte, v demandes.Valeurs, le jour.Date) error {
	t.Helper()
	a, err := f.OuvrirSaisie(t.Context(), db, s, numero, sorte)
	if err != nil {
		return err
	}
	toutes := maps.Clone(a.Valeurs)
	maps.Copy(toutes, v)
	taper(t, f, db, s, a, toutes)
	_, err = f.Confirmer(t.Context(), db, s, a, le)
	return err
}

// Modification, renewal, radiation, reactivation: the number and the date of
// deposit never change; each act leaves one événement.
func TestLifeKeepsNumberAndSeniority(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := fichierVie(t, db), agent(t, db)
	depot := jourVie.Mois(-10)
	d := creee(t, f, db, s, 5, depot)
	numero := d.NumeroUnique
	if err := modifier(t, f, db, s, numero, demandes.SaisieModification, demandes.Valeurs{"adresse.voie": "20 rue Neuve"}, depot.Jours(30)); err != nil {
		t.Fatal(err)
	}
	// Any guichet with the right may renew, data changed with it.
	autre := demandestest.Agent(t, db, demandestest.AutreBailleur())
	if err := modifier(t, f, db, autre, numero, demandes.SaisieRenouvellement, demandes.Valeurs{"demandeur.tel_portable": "06 39 98 99 99"}, jourVie); err != nil {
		t.Fatal(err)
	}
	r := demandes.Radiation{Motif: demandes.RadSansReponse, AvertissementLe: jourVie, Preuve: "RAR 1A 234"}
	if _, err := f.Radier(t.Context(), db, s, numero, r, jourVie.Jours(10)); err == nil {
		t.Error("radiated before the month of the warning")
	}
	radiee := jourVie.Mois(2)
	if _, err := f.Radier(t.Context(), db, s, numero, r, radiee); err != nil {
		t.Fatal(err)
	}
	if n := compter(t, db, `select count(*) from recherche_demandes`); n != 0 {
		t.Error("a radiated demande is still searched among the active ones")
	}
	e, err := f.Reactiver(t.Context(), db, s, numero, demandes.Reactivation{ReponseLe: radiee.Jours(3), Preuve: "passage au guichet"}, radiee.Jours(5))
	if err != nil {
		t.Fatal(err)
	}
	relue, err := f.Get(t.Context(), db, s, habilitations.ConsulterDemande, numero)
	if err != nil {
		t.Fatal(err)
	}
	if relue.DateDepot != depot || relue.DateRenouvellement != jourVie || relue.DateEcheance != jourVie.Mois(12) || relue.Statut != demandes.Active ||
		e.Version != relue.Version || relue.Demandeur.TelPortable != "06 39 98 99 99" || relue.Coordonnees.Voie != "20 rue Neuve" {
		t.Errorf("came back as %+v", relue.Entete)
	}
	var types string
	if err := db.QueryRow(t.Context(), `select string_agg(type, ' ' order by id) from evenements`).Scan(&types); err != nil || types != "BRO CRE MOD REN RAD REA" {
		t.Errorf("événements %q, %v", types, err)
	}
	if n := compter(t, db, `select count(*) from attestations`); n != 3 { // creation, renewal, reactivation; never a modification
		t.Errorf("%d attestations", n)
	}
}

// A demande not renewed comes back by ATLAS only, renewed, until t + 18 months.
func TestNonRenewedComesBackRenewed(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := fichierVie(t, db), agent(t, db)
	atlas := demandestest.Agent(t, db, demandestest.Atlas())
	depot := jourVie.Mois(-14)
	d := creee(t, f, db, s, 6, depot)
	_, err := db.Exec(t.Context(), `update demandes set statut = 'RADIEE', motif_radiation = 'RADREN', date_radiation = @le where id = @id`,
		pg.Args{"le": depot.Mois(13), "id": d.ID})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Reactiver(t.Context(), db, s, d.NumeroUnique, demandes.Reactivation{}, jourVie); !errors.Is(err, fault.Forbidden) {
		t.Errorf("by an agent: %v", err)
	}
	e, err := f.Reactiver(t.Context(), db, atlas, d.NumeroUnique, demandes.Reactivation{}, jourVie)
	if err != nil {
		t.Fatal(err)
	}
	if e.DateDepot != depot || e.DateRenouvellement != jourVie || e.DateEcheance != jourVie.Mois(12) || e.NumeroUnique != d.NumeroUnique {
		t.Errorf("%+v", e)
	}
	if n := compter(t, db, `select count(*) from recherche_demandes`); n != 1 {
		t.Error("not searched again")
	}
}

// Two agents on one dossier: disjoint fields merge, the same field is a
// conflict that loses nothing and is settled field by field.
func TestTwoAgentsOnOneDossier(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := fichierVie(t, db), agent(t, db)
	autre := demandestest.Agent(t, db, demandestest.AutreBailleur())
	d := creee(t, f, db, s, 8, jourVie)
	a, err := f.OuvrirSaisie(t.Context(), db, s, d.NumeroUnique, demandes.SaisieModification)
	if err != nil {
		t.Fatal(err)
	}
	v := maps.Clone(a.Valeurs)
	v["adresse.voie"], v["demandeur.courriel"] = "1 rue A", "moi@exemple.fr"
	taper(t, f, db, s, a, v)
	if err := modifier(t, f, db, autre, d.NumeroUnique, demandes.SaisieModification, demandes.Valeurs{"adresse.voie": "2 rue B", "souhait.loyer_max": "700"}, jourVie); err != nil {
		t.Fatal(err)
	}
	_, err = f.Confirmer(t.Context(), db, s, a, jourVie)
	var conflits demandes.Conflits
	if !errors.As(err, &conflits) || len(conflits) != 1 || conflits[0].Nom != "adresse.voie" || conflits[0].Mien != "1 rue A" || conflits[0].Leur != "2 rue B" {
		t.Fatalf("%v", err)
	}
	if err := f.Trancher(t.Context(), db, s, a, map[string]string{"adresse.voie": "mien"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Confirmer(t.Context(), db, s, a, jourVie); err != nil {
		t.Fatal(err)
	}
	r, err := f.Get(t.Context(), db, s, habilitations.ConsulterDemande, d.NumeroUnique)
	if err != nil {
		t.Fatal(err)
	}
	if r.Coordonnees.Voie != "1 rue A" || *r.Souhait.LoyerMax != 700 || r.Demandeur.Courriel != "moi@exemple.fr" {
		t.Errorf("merged as %q, %v, %q", r.Coordonnees.Voie, *r.Souhait.LoyerMax, r.Demandeur.Courriel)
	}
}

// R-SAI-10: a draft is deleted by its organisme only, and leaves its trace.
func TestDraftDeletion(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := fichierVie(t, db), agent(t, db)
	a := saisir(t, f, db, s, personne(9))
	autre := demandestest.Agent(t, db, demandestest.AutreBailleur())
	if _, err := f.OuvrirSaisie(t.Context(), db, autre, a.Numero, demandes.SaisieCreation); !errors.Is(err, fault.NotFound) {
		t.Errorf("seen by another organisme: %v", err)
	}
	if err := f.Abandonner(t.Context(), db, s, a); err != nil {
		t.Fatal(err)
	}
	if n := compter(t, db, `select count(*) from demandes`) + compter(t, db, `select count(*) from saisies`); n != 0 {
		t.Errorf("%d rows left", n)
	}
	if n := compter(t, db, `select count(*) from evenements where type = 'SUP'`); n != 1 {
		t.Error("no trace")
	}
}

// R-SAI-09: the social security number is never readable in a working copy.
func TestNirOfADraftIsEncrypted(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := fichierVie(t, db), agent(t, db)
	v := personne(10)
	v["demandeur.nir"] = "255081416802538"
	a := saisir(t, f, db, s, v)
	if n := compter(t, db, `select count(*) from saisies where valeurs::text like '%255081416802538%' or base::text like '%255081416802538%'`); n != 0 {
		t.Error("readable in the base")
	}
	relue, err := f.OuvrirSaisie(t.Context(), db, s, a.Numero, demandes.SaisieCreation)
	if err != nil || relue.Valeurs["demandeur.nir"] != "255081416802538" {
		t.Errorf("%q, %v", relue.Valeurs["demandeur.nir"], err)
	}
}

package editions

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/referentiels"
)

func referentielsDeTest(t *testing.T, db pg.DB) *referentiels.Referentiels {
	t.Helper()
	ref, err := referentiels.Ouvrir(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// couple is a couple with a child, a delicate motive and health data.
func couple() *demandes.Demande {
	d := &demandes.Demande{}
	d.Departement, d.NumeroUnique, d.Guichet, d.Organisme = "31", "031041100185611054", "11054", "TMH"
	d.DateDepot, d.DateEcheance = jour.De(2011, time.April, 18), jour.De(2012, time.April, 18)
	d.Demandeur = demandes.Titulaire{Identite: demandes.Identite{Civilite: "2", Nom: "Benali", Prenom: "Nadia", Naissance: jour.De(1980, time.March, 12)},
		Nationalite: "3", SituationFamiliale: "M", Nir: "280033155500112", Emploi: demandes.Emploi{Activite: "CDI"}}
	d.Cotitulaires = []demandes.Titulaire{{Cle: 1, Lien: "M", Identite: demandes.Identite{Civilite: "1", Nom: "đorđe", Prenom: "Łukasz"}, Nationalite: "1"}}
	d.Occupants = []demandes.Occupant{{Role: demandes.RoleACharge, Cle: 1, Prenom: "Inès", Nom: "Benali"}}
	d.Coordonnees = demandes.Coordonnees{Chez: "Mme Fontaine", Complement: "Bât. B", Voie: "12 rue des Lilas", CodePostal: "31600", Commune: "31395"}
	d.Ressources = []demandes.Ressource{{Personne: "demandeur", Type: "AAH", Montant: 1577}, {Versee: true, Montant: 77}}
	d.HandicapMDPH = new(true)
	d.Motifs = [2]string{"06", "08"}
	d.MotifPrecision = "conjoint violent"
	d.LogementActuel.Situation = "CP"
	d.Souhait = demandes.Souhait{Types: []string{"T3", "T4"}, Categorie: "A", Choix: []string{"31-395", "31-555-13", "31-555-21"}, Elargie: new(false)}
	return d
}

func TestPreparerMentions(t *testing.T) {
	t.Parallel()
	ref := referentielsDeTest(t, pgtest.Tx(t))
	m, err := PreparerMentions(ref, couple(), Creation, jour.De(2011, time.April, 18))
	if err != nil {
		t.Fatal(err)
	}
	if m.Demandeur != "Madame Nadia BENALI" || !slices.Equal(m.Cotitulaires, []string{"Monsieur Łukasz ĐORĐE"}) {
		t.Errorf("noms : %q, %q", m.Demandeur, m.Cotitulaires)
	}
	if want := []string{"Madame Nadia BENALI", "Chez Mme Fontaine", "Bât. B", "12 rue des Lilas", "31600 MURET"}; !slices.Equal(m.Adresse, slices.Insert(want, 1, "Monsieur Łukasz ĐORĐE")) {
		t.Errorf("adresse : %q", m.Adresse)
	}
	if m.Service.Nom == "" || m.Service.Telephone == "" || len(m.Service.Adresse) != 2 || m.Lieu == "" || m.Departement != "Haute-Garonne" {
		t.Errorf("service : %+v, %q, %q", m.Service, m.Lieu, m.Departement)
	}
	if len(m.Bailleurs) != 2 || m.Bailleurs[0].Commune != "Muret" || m.Bailleurs[1].Commune != "Toulouse" || len(m.Bailleurs[1].Noms) == 0 {
		t.Errorf("bailleurs : %+v", m.Bailleurs)
	}
	if m.Mediation.DelaiMois != 36 || m.Mediation.Apres != jour.De(2014, time.April, 18) || len(m.Mediation.Adresse) != 3 {
		t.Errorf("médiation : %+v", m.Mediation)
	}
	if m.Delais != (Delais{Validite: 12, Preavis: 1, Reactivation: 18, RadiationReponse: 1}) {
		t.Errorf("délais : %+v", m.Delais)
	}
	resume := map[string]string{}
	for _, l := range m.Resume {
		resume[l.Libelle] = l.Valeur
	}
	for libelle, want := range map[string]string{
		"Personnes à loger": "3", "Ressources mensuelles du foyer": "1\u202f500\u00a0€", "Logement recherché": "Appartement, T3 ou T4",
		"Lieux demandés, par préférence": "1.\u00a0Muret\u202f; 2.\u00a0Toulouse, Les Chalets – Saint-Aubin – Saint-Étienne\u202f; 3.\u00a0Toulouse, Saint-Cyprien",
		"Élargie à d’autres communes":    "Non",
	} {
		if resume[libelle] != want {
			t.Errorf("%s : %q, voulu %q", libelle, resume[libelle], want)
		}
	}
	if AttestationPDF(&bytes.Buffer{}, m) != nil {
		t.Error("les mentions ne s’impriment pas")
	}
}

// TestMentionsTellNothingSensitive: neither NIR, health nor motive is frozen,
// and a household with all of them gets the same pieces as one without.
func TestMentionsTellNothingSensitive(t *testing.T) {
	t.Parallel()
	ref := referentielsDeTest(t, pgtest.Tx(t))
	le := jour.De(2011, time.April, 18)
	preparer := func(d *demandes.Demande) string {
		m, err := PreparerMentions(ref, d, Creation, le)
		if err != nil {
			t.Fatal(err)
		}
		j, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(j)
	}
	discret, sensible := couple(), couple()
	discret.Demandeur.Nir, discret.HandicapMDPH, discret.Motifs, discret.MotifPrecision = "", nil, [2]string{"23"}, ""
	discret.Ressources[0].Type = "AF"
	if a, b := preparer(discret), preparer(sensible); a != b {
		t.Errorf("les mentions diffèrent :\n%s\n%s", a, b)
	}
	for _, secret := range []string{"280033155500112", "AAH", "iolences familiales", "conjoint violent"} {
		if strings.Contains(preparer(sensible), secret) {
			t.Errorf("les mentions disent %q", secret)
		}
	}
}

func TestMailAddressHidesTheHome(t *testing.T) {
	t.Parallel()
	ref := referentielsDeTest(t, pgtest.Tx(t))
	d := couple()
	d.Cotitulaires = nil
	c := &d.Coordonnees
	c.CourrierAutre, c.CourrierDestinataire, c.CourrierVoie, c.CourrierCodePostal, c.CourrierCommune = true, "Association Relais", "BP 12", "31000", "31555"
	m, err := PreparerMentions(ref, d, Creation, d.DateDepot)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Madame Nadia BENALI", "Association Relais", "BP 12", "31000 TOULOUSE"}; !slices.Equal(m.Adresse, want) {
		t.Errorf("adresse : %q", m.Adresse)
	}
	if j, _ := json.Marshal(m); strings.Contains(string(j), "Lilas") {
		t.Error("l’adresse du logement est imprimée")
	}
	*c = demandes.Coordonnees{Etranger: true, Chez: "Chez Ana", Domiciliation: "Casa", Complement: "2º", Voie: "Calle Mayor 1", Localite: "28013 Madrid", Pays: "Espagne"}
	if m, err = PreparerMentions(ref, d, Creation, d.DateDepot); err != nil {
		t.Fatal(err)
	}
	if want := []string{"Madame Nadia BENALI", "Chez Ana, Casa", "2º", "Calle Mayor 1", "28013 Madrid", "ESPAGNE"}; !slices.Equal(m.Adresse, want) {
		t.Errorf("adresse : %q", m.Adresse)
	}
}

func TestPiecesSuitTheHousehold(t *testing.T) {
	t.Parallel()
	ref := referentielsDeTest(t, pgtest.Tx(t))
	for _, c := range []struct {
		nom        string
		changer    func(*demandes.Demande)
		avec, sans []string
	}{
		{"couple marié hors UE, hébergé, un enfant", func(*demandes.Demande) {},
			[]string{"Titre de séjour", "Livret de famille ou acte de naissance", "(mariage)", "hébergeante", "RM_CAF"}, []string{"Bail et quittance", "Acte de propriété", "Congé du"}},
		{"locataire HLM menacé d’expulsion", func(d *demandes.Demande) { d.LogementActuel.Situation, d.Motifs = "HLM", [2]string{"05"} },
			[]string{"Bail et quittance", "Commandement de payer"}, []string{"hébergeante"}},
		{"étudiant seul", func(d *demandes.Demande) {
			d.Cotitulaires, d.Occupants = nil, nil
			d.Demandeur.SituationFamiliale, d.Demandeur.Nationalite, d.Demandeur.Emploi.Activite = "C", "2", "ETU"
			d.Ressources = []demandes.Ressource{{Type: "BE", Montant: 400}}
		}, []string{"(UE, EEE, Suisse)", "Carte d’étudiant", "bourse"}, []string{"Titre de séjour", "(mineurs)", "(mariage)", "Attestation CAF"}},
		{"personne morale", func(d *demandes.Demande) { d.PersonneMorale, d.Morale.RaisonSociale = true, "Association Le Toit" }, nil, []string{"Carte", "Avis"}},
	} {
		d := couple()
		c.changer(d)
		m, err := PreparerMentions(ref, d, Creation, jour.De(2026, time.November, 24))
		if err != nil {
			t.Fatal(err)
		}
		var toutes string
		for _, p := range m.Pieces {
			toutes += p.Groupe + " : " + p.Libelle + "\n"
		}
		for _, s := range c.avec {
			if libelle := ref.Libelle("piece_justificative", s); libelle != s {
				s = typographie(libelle)
			}
			if !strings.Contains(toutes, s) {
				t.Errorf("%s : %q manque dans\n%s", c.nom, s, toutes)
			}
		}
		for _, s := range c.sans {
			if strings.Contains(toutes, s) {
				t.Errorf("%s : %q est de trop", c.nom, s)
			}
		}
	}
}

func TestPreparerRefusesWhatHasNoNumber(t *testing.T) {
	t.Parallel()
	ref := referentielsDeTest(t, pgtest.Tx(t))
	brouillon := couple()
	brouillon.NumeroUnique = ""
	if _, err := PreparerMentions(ref, brouillon, Creation, jour.Aujourdhui()); err == nil {
		t.Error("un brouillon a une attestation")
	}
	if _, err := PreparerMentions(ref, couple(), "modification", jour.Aujourdhui()); err == nil {
		t.Error("une modification a une attestation")
	}
}

const demandeSQL = `
insert into demandes (departement, numero_unique, numero_iw, mois, rang, statut, date_depot, date_echeance, guichet, organisme)
values ('31', @numero, @iw, 201104, @rang, 'ACTIVE', '2011-04-18', '2012-04-18', '11054', 'TMH')
returning id`

func TestAttestationsAreReadWithinReach(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	ctx := t.Context()
	var ids []int64
	for rang, numero := range []string{"031041190185611054", "031041190185711054"} {
		var id int64
		if err := tx.QueryRow(ctx, demandeSQL, pg.Args{"numero": numero, "iw": "201104" + numero[8:13], "rang": 901856 + rang}).Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	m := exemple()
	d := couple()
	d.ID = ids[0]
	b := &pgx.Batch{}
	if err := Attester(referentielsDeTest(t, tx))(b, d, Creation, d.DateDepot); err != nil {
		t.Fatal(err)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		t.Fatal(err)
	}
	if id, err := EnregistrerAttestation(ctx, tx, ids[0], m); err != nil || id == 0 { // the later one
		t.Fatal(id, err)
	}
	agent := habilitations.Session{Utilisateur: 1, Organisme: "TMH", TypeOrganisme: habilitations.Bailleur, Enregistreur: true, AvecParc: true, Departement: "31",
		Roles: []habilitations.Role{habilitations.Saisie}}
	l, err := LireAttestation(ctx, tx, agent, "031041190185611054")
	if err != nil || len(l) != 2 || l[0].Sorte != Renouvellement || l[1].Sorte != Creation || l[0].EmiseLe.IsZero() {
		t.Fatalf("%+v, %v", l, err)
	}
	if avant, apres := dessiner(t, m), dessiner(t, l[0].Mentions); !bytes.Equal(avant, apres) {
		t.Error("l’attestation relue s’imprime autrement")
	}
	lettres, err := dernieres(ctx, tx, agent, []int64{ids[1], ids[0]})
	if err != nil || len(lettres) != 1 || lettres[ids[0]].Sorte != Renouvellement {
		t.Errorf("%+v, %v", lettres, err)
	}
	if _, err := LireAttestation(ctx, tx, agent, "031041190185711054"); !errors.Is(err, fault.NotFound) {
		t.Errorf("sans attestation : %v", err)
	}
	for nom, s := range map[string]habilitations.Session{
		"autre département": func(s habilitations.Session) habilitations.Session { s.Departement = "32"; return s }(agent),
		"consultation": func(s habilitations.Session) habilitations.Session {
			s.Roles = []habilitations.Role{habilitations.Consultation}
			return s
		}(agent),
		"personne": {},
	} {
		if _, err := LireAttestation(ctx, tx, s, "031041190185611054"); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s : %v", nom, err)
		}
		if l, err := dernieres(ctx, tx, s, ids); err != nil || len(l) != 0 {
			t.Errorf("%s : %d attestations, %v", nom, len(l), err)
		}
	}
}

package demandes_test

import (
	"errors"
	"slices"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg/pgtest"
)

// Invariant 4: nobody reads or changes a row outside their portée; absent and
// forbidden to know look the same.
func TestWhoReadsADossier(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := demandestest.Fichier(t, db)
	aMuret := demandestest.Creer(t, db, nil).NumeroUnique
	aToulouse := demandestest.Creer(t, db, func(d *demandes.Demande) { d.Souhait.Choix = []string{"31-395", "31-555-13"} }).NumeroUnique
	parTM := demandestest.Creer(t, db, func(d *demandes.Demande) { d.Organisme, d.Guichet = "TM", "M3101" }).NumeroUnique
	brouillon := demandestest.Brouillon(t, db, "TMH")
	effacee := demandestest.Creer(t, db, func(d *demandes.Demande) { d.Statut = demandes.Effacee }).NumeroUnique
	ailleurs := demandestest.Saisie()
	ailleurs.Departement = "32"

	consulter, modifier := habilitations.ConsulterDemande, habilitations.ModifierDemande
	for _, c := range []struct {
		nom    string
		s      habilitations.Session
		droit  habilitations.Droit
		numero string
		want   error
	}{
		{"its own demande", demandestest.Saisie(), modifier, aMuret, nil},
		{"another bailleur reads it", demandestest.AutreBailleur(), consulter, aMuret, nil},
		{"another bailleur changes it", demandestest.AutreBailleur(), modifier, aMuret, nil},
		{"consultation reads it", demandestest.Session(habilitations.Consultation), consulter, aMuret, nil},
		{"consultation doesn't change it", demandestest.Session(habilitations.Consultation), modifier, aMuret, fault.Forbidden},
		{"a session without role", demandestest.Session(), consulter, aMuret, fault.NotFound},
		{"ATLAS", demandestest.Atlas(), modifier, aMuret, nil},
		{"another département", ailleurs, consulter, aMuret, fault.NotFound},
		{"an EPCI, a demande that targets another territory", demandestest.Epci(), consulter, aMuret, fault.NotFound},
		{"an EPCI, a demande that targets a quartier of it", demandestest.Epci(), consulter, aToulouse, nil},
		{"an EPCI, a demande that it registered", demandestest.Epci(), modifier, parTM, nil},
		{"a commune, a demande that targets its EPCI", demandestest.Commune(), consulter, aToulouse, nil},
		{"a commune, a demande that targets elsewhere", demandestest.Commune(), consulter, aMuret, fault.NotFound},
		{"a collectivité that registers nothing", demandestest.NonEnregistreur(), consulter, aToulouse, fault.NotFound},
		{"its own draft", demandestest.Saisie(), modifier, brouillon, nil},
		{"the draft of another organisme", demandestest.AutreBailleur(), consulter, brouillon, fault.NotFound},
		{"the draft of another organisme, for ATLAS", demandestest.Atlas(), consulter, brouillon, fault.NotFound},
		{"an erased demande", demandestest.Atlas(), consulter, effacee, fault.NotFound},
		{"a number that doesn't exist", demandestest.Saisie(), consulter, "031010100000111054", fault.NotFound},
		{"not a number", demandestest.Saisie(), consulter, "b-1 or true", fault.NotFound},
		{"nothing", demandestest.Saisie(), consulter, "", fault.NotFound},
	} {
		t.Run(c.nom, func(t *testing.T) {
			d, err := f.Get(t.Context(), db, c.s, c.droit, c.numero)
			if !errors.Is(err, c.want) || (err == nil) != (d != nil) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if _, err := demandes.EnteteDe(t.Context(), db, c.s, c.droit, c.numero); !errors.Is(err, c.want) {
				t.Errorf("the header alone: got %v, want %v", err, c.want)
			}
		})
	}
}

func TestARegisteredDemandeIsNotReadAsADraft(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	d := demandestest.Creer(t, db, nil)
	e := d.Entete
	e.NumeroUnique = ""
	_, err := demandestest.Fichier(t, db).Get(t.Context(), db, demandestest.Saisie(), habilitations.ConsulterDemande, e.NumeroURL())
	if !errors.Is(err, fault.NotFound) {
		t.Errorf("%s: %v, want not found", e.NumeroURL(), err)
	}
}

func TestADraftHasOnlyItsHeader(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	d, err := demandestest.Fichier(t, db).Get(t.Context(), db, demandestest.Saisie(), habilitations.ModifierDemande, demandestest.Brouillon(t, db, "TMH"))
	if err != nil || d.Statut != demandes.Brouillon || d.Organisme != "TMH" {
		t.Errorf("%+v, %v", d, err)
	}
}

// Fields with a droit, and the address of a household in danger, are removed
// from what is read; the dossier itself keeps them.
func TestFieldsHiddenByDroit(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := demandestest.Fichier(t, db)
	saisie := pleine()
	saisie["motif.1"] = demandes.MotifViolences
	v, _ := demandes.Lire(demandestest.Valide().Entete, saisie, f.Ref)
	d := demandestest.Creer(t, db, func(x *demandes.Demande) { *x = *v })

	for _, c := range []struct {
		role   habilitations.Role
		caches []habilitations.Droit
	}{
		{habilitations.Saisie, nil},
		{habilitations.AdminAtlas, nil},
		{habilitations.Instruction, []habilitations.Droit{habilitations.VoirNir}},
		{habilitations.Commission, []habilitations.Droit{habilitations.VoirNir, habilitations.VoirAdresseConfidentielle}},
		{habilitations.Consultation, []habilitations.Droit{habilitations.VoirNir, habilitations.VoirAdresseConfidentielle, habilitations.VoirHandicap, habilitations.VoirNoteSociale}},
	} {
		t.Run(string(c.role), func(t *testing.T) {
			s := demandestest.Session(c.role)
			if c.role == habilitations.AdminAtlas { // which the gestionnaire alone may give; each organisme has its own numbers
				s.TypeOrganisme = habilitations.Gestionnaire
			}
			got := relire(t, f, db, s, d)
			for nom := range saisie {
				x, _ := champs.Nom(nom)
				droit := x.Droit
				if slices.Contains(demandes.ChampsAdresse, x.Code) {
					droit = habilitations.VoirAdresseConfidentielle
				}
				if cache := slices.Contains(c.caches, droit); cache == (got[nom] != "") {
					t.Errorf("%s: read %q, hidden: %v", nom, got[nom], cache)
				}
			}
			entier, err := f.GetComplet(t.Context(), db, s, habilitations.ConsulterDemande, d.NumeroUnique)
			if err != nil {
				t.Fatal(err)
			}
			memes(t, "the whole dossier", saisie, demandes.Ecrire(entier, f.Ref))
			entier.Vue(habilitations.Session{})
			memes(t, "the dossier after Vue", saisie, demandes.Ecrire(entier, f.Ref))
		})
	}

	t.Run("the address stays when nobody is in danger", func(t *testing.T) {
		d := demandestest.Creer(t, db, nil)
		if v := relire(t, f, db, demandestest.Session(habilitations.Consultation), d)["adresse.voie"]; v == "" {
			t.Error("hidden")
		}
	})
}

func TestTheCardCountsForThePlafondOfThoseWhoDoNotSeeIt(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f := demandestest.Fichier(t, db)
	d := demandestest.Creer(t, db, func(d *demandes.Demande) {
		d.Handicaps = []demandes.Handicap{{Cle: 1, Personne: "demandeur", Invalidite: true}}
	})
	vue := relu(t, f, db, demandestest.Session(habilitations.Consultation), d)
	if p := f.Plafonds(vue, d.DateDepot); len(vue.Handicaps) > 0 || p.Categorie != 2 {
		t.Errorf("catégorie %d with %v, want 2", p.Categorie, vue.Handicaps)
	}
}

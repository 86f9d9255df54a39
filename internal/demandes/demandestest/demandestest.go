// Package demandestest builds demandes and sessions for tests.
package demandestest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
)

var (
	refMu sync.Mutex
	ref   *referentiels.Referentiels
)

// Ref is the reference data of test bases, read once: they all have the same.
func Ref(t testing.TB, db pg.DB) *referentiels.Referentiels {
	t.Helper()
	refMu.Lock()
	defer refMu.Unlock()
	if ref == nil {
		r, err := referentiels.Ouvrir(t.Context(), db)
		if err != nil {
			t.Fatalf("demandestest: %v", err)
		}
		ref = r
	}
	return ref
}

// Fichier is a fichier with a key for tests.
func Fichier(t testing.TB, db pg.DB) demandes.Fichier {
	t.Helper()
	cle, err := demandes.NouvelleCle(make([]byte, demandes.TailleCle))
	if err != nil {
		t.Fatalf("demandestest: %v", err)
	}
	return demandes.Fichier{Ref: Ref(t, db), Cle: cle}
}

// rang numbers the demandes of this test binary.
var rang atomic.Int64

// Creer inserts an active demande: a person alone, valid, registered today by
// Toulouse Métropole Habitat, that f may change first. It runs in its own
// transaction, as an agent of d.Organisme.
func Creer(t testing.TB, db pg.DB, f func(d *demandes.Demande)) *demandes.Demande {
	t.Helper()
	d := Valide()
	if f != nil {
		f(d)
	}
	if d.NumeroUnique == "" {
		d.NumeroUnique, d.NumeroIW = demandes.Numeros(d.Departement, d.DateDepot, int(rang.Add(1)), d.Guichet)
	}
	if d.DateEcheance.IsZero() {
		d.DateEcheance = demandes.Echeance(d.DateDepot)
		if !d.DateRenouvellement.IsZero() {
			d.DateEcheance = demandes.Echeance(d.DateRenouvellement)
		}
	}
	fichier := Fichier(t, db)
	s := habilitations.Session{Organisme: d.Organisme, Departement: d.Departement}
	err := pgx.BeginFunc(context.Background(), db, func(tx pgx.Tx) error { return fichier.Inserer(t.Context(), tx, s, d) })
	if err != nil {
		t.Fatalf("demandestest: %v", err)
	}
	return d
}

// Valide is a demande with everything that the checks ask, without number.
func Valide() *demandes.Demande {
	le := jour.Aujourdhui()
	return &demandes.Demande{
		Entete: demandes.Entete{
			Departement: "31", Statut: demandes.Active, DateDepot: le, Origine: "GUICHET", Guichet: "11054", Organisme: "TMH",
		},
		Demandeur: demandes.Titulaire{
			Identite:    demandes.Identite{Civilite: "2", Nom: "Barthès", Prenom: "Maëlle", Naissance: jour.De(1991, 3, 14)},
			Nationalite: "1", SituationFamiliale: "C",
			TelPortable: "06 39 98 41 17", Courriel: "maelle.barthes@exemple.fr",
			Emploi: demandes.Emploi{Activite: "CDI", Employeur: "Boulangerie du Lauragais"},
		},
		Coordonnees:    demandes.Coordonnees{Voie: "12 rue des Violettes", CodePostal: "31600", Commune: "31395"},
		Fiscaux:        []demandes.RevenuFiscal{{Foyer: "demandeur", Annee: le.Annee() - 2, Montant: 17_420}},
		Ressources:     []demandes.Ressource{{Cle: 1, Personne: "demandeur", Type: "SAL", Montant: 1_577}},
		LogementActuel: demandes.LogementActuel{Situation: "LP", Categorie: "A", Type: "T1", Loyer: new(610)},
		Motifs:         [2]string{"01", ""},
		Souhait:        demandes.Souhait{Types: []string{"T2"}, Categorie: "I", Choix: []string{"31-395"}, Elargie: new(false)},
	}
}

// Brouillon inserts a draft of an organisme and gives its name in URLs, b-12.
func Brouillon(t testing.TB, db pg.DB, organisme string) string {
	t.Helper()
	var id int64
	err := db.QueryRow(t.Context(), `
insert into demandes (departement, organisme, statut)
values ('31', @organisme, 'BROUILLON')
returning id`, pg.Args{"organisme": organisme}).Scan(&id)
	if err != nil {
		t.Fatalf("demandestest: %v", err)
	}
	return fmt.Sprintf("b-%d", id)
}

// Session is an agent of Toulouse Métropole Habitat (bailleur, enregistreur)
// with these roles.
func Session(roles ...habilitations.Role) habilitations.Session {
	return habilitations.Session{
		Utilisateur: 1, Nom: "Fauré", Prenom: "Inès", Organisme: "TMH", OrganismeNom: "Toulouse Métropole Habitat",
		TypeOrganisme: habilitations.Bailleur, Enregistreur: true, AvecParc: true, Agence: "TMH-01", Guichet: "11054", Departement: "31", Roles: roles,
	}
}

// Saisie is an agent of Toulouse Métropole Habitat who registers demandes.
func Saisie() habilitations.Session { return Session(habilitations.Saisie) }

// AutreBailleur is an agent of Promologis who registers demandes.
func AutreBailleur() habilitations.Session {
	s := Saisie()
	s.Utilisateur, s.Nom, s.Prenom = 2, "Delmas", "Hugo"
	s.Organisme, s.OrganismeNom, s.Agence, s.Guichet = "PROMO", "Promologis", "PROMO-02", "11084"
	return s
}

// Epci is an agent of Toulouse Métropole, enregistreur on its territory.
func Epci() habilitations.Session {
	s := Saisie()
	s.Utilisateur, s.Nom, s.Prenom = 3, "Rouquette", "Salomé"
	s.Organisme, s.OrganismeNom, s.Agence, s.Guichet = "TM", "Toulouse Métropole", "TM-01", "M3101"
	s.TypeOrganisme, s.Territoire = habilitations.Epci, "TM"
	return s
}

// Commune is an agent of Tournefeuille, enregistreur, who also sees its EPCI.
func Commune() habilitations.Session {
	s := Epci()
	s.Utilisateur, s.Nom, s.Prenom = 4, "Cazals", "Rémi"
	s.Organisme, s.OrganismeNom, s.Agence, s.Guichet = "TOURNEF", "Commune de Tournefeuille", "TOURNEF-01", "T3557"
	s.TypeOrganisme, s.Territoire, s.TerritoireSup = habilitations.Commune, "31-557", "TM"
	return s
}

// NonEnregistreur is an agent of a commune that registers nothing: statistics only.
func NonEnregistreur() habilitations.Session {
	s := Commune()
	s.Utilisateur, s.Nom, s.Prenom = 5, "Pujol", "Léna"
	s.Organisme, s.OrganismeNom, s.Agence, s.Guichet = "CUGNAUX", "Commune de Cugnaux", "", ""
	s.Territoire, s.Enregistreur = "31-157", false
	return s
}

// Atlas is an administrator of the gestionnaire.
func Atlas() habilitations.Session {
	s := Session(habilitations.AdminAtlas)
	s.Utilisateur, s.Nom, s.Prenom = 6, "Soulié", "Agathe"
	s.Organisme, s.OrganismeNom, s.Agence, s.Guichet = "ATLAS", "ATLAS", "", ""
	s.TypeOrganisme, s.Enregistreur = habilitations.Gestionnaire, false
	return s
}

// Agent gives the session an account, for what refers to one (saisies,
// dernières ouvertures).
func Agent(t testing.TB, db pg.DB, s habilitations.Session) habilitations.Session {
	t.Helper()
	courriel := fmt.Sprintf("agent%d@exemple.fr", rang.Add(1))
	err := db.QueryRow(t.Context(), `
insert into utilisateurs (nom, prenom, nom_n, prenom_n, courriel, mot_de_passe, mot_de_passe_le)
values (@nom, @prenom, upper(@nom), upper(@prenom), @courriel, '$argon2id$essai', now())
returning id`, pg.Args{"nom": s.Nom, "prenom": s.Prenom, "courriel": courriel}).Scan(&s.Utilisateur)
	if err != nil {
		t.Fatalf("demandestest: %v", err)
	}
	s.Courriel = courriel
	return s
}

package web_test

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/web/page"
	"imhoweb/web/webtest"
)

// profil is a kind of agent: what the matrix of rights crosses with the routes.
type profil struct {
	organisme    string
	sorte        habilitations.TypeOrganisme
	enregistreur bool
}

// profils are an organisme of each type that registers demandes, and its like
// that doesn't.
func profils(t *testing.T, site *webtest.Site) []profil {
	t.Helper()
	var l []profil
	for _, p := range []profil{
		{"TMH", habilitations.Bailleur, true}, {"AL", habilitations.Collecteur, true}, {"ETAT", habilitations.Etat, true},
		{"CD31", habilitations.Departement, true}, {"TM", habilitations.Epci, true}, {"TOURNEF", habilitations.Commune, true},
		{"USH", habilitations.Federation, true}, {"ATLAS", habilitations.Gestionnaire, true},
	} {
		copie := profil{"X-" + p.organisme, p.sorte, false}
		_, err := site.DB.Exec(t.Context(), `
with copie as (
    insert into organismes (code, nom, type, enregistreur, departement, territoire)
    select @copie, nom || ' (copie)', type, false, departement, territoire from organismes where code = @organisme
)
insert into bailleurs_communes (organisme, code_insee, fictif)
select @copie, code_insee, fictif from bailleurs_communes where organisme = @organisme`,
			pg.Args{"copie": copie.organisme, "organisme": p.organisme})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := site.DB.Exec(t.Context(), "update organismes set enregistreur = true where code = $1", p.organisme); err != nil {
			t.Fatal(err)
		}
		l = append(l, p, copie)
	}
	return l
}

// tenant logs in as an agent whose only role was written into the base, even
// one that its organisme may not give.
func tenant(t *testing.T, site *webtest.Site, organisme string, role habilitations.Role) *webtest.Navigateur {
	t.Helper()
	courriel := site.Compte(t, "", "", organisme, habilitations.StatistiquesAgregees)
	_, err := site.DB.Exec(t.Context(), `
update affectations
set roles = array[@role],
    delegues = case when @role = 'ADMIN_ORGANISME' then array['CONSULTATION', 'SAISIE', 'INSTRUCTION', 'COMMISSION', 'OFFRE',
                                                              'RESERVATAIRE', 'STATISTIQUES', 'STATISTIQUES_AGREGEES'] else '{}' end
where utilisateur = (select id from utilisateurs where courriel = @courriel)`, pg.Args{"role": string(role), "courriel": courriel})
	if err != nil {
		t.Fatal(err)
	}
	return site.Connecter(t, courriel)
}

// attendu says whether the table of rights opens a route. It is written here a
// second time, in full, so that a mistake in the table of the product shows.
func attendu(p profil, role habilitations.Role, d habilitations.Droit) bool {
	nominatif := p.sorte == habilitations.Gestionnaire || p.sorte == habilitations.Etat ||
		p.enregistreur && p.sorte != habilitations.Federation
	dans := func(roles string) bool { return strings.Contains(" "+roles+" ", " "+string(role)+" ") }
	ordinaires := map[habilitations.TypeOrganisme]string{
		habilitations.Bailleur:     "CONSULTATION SAISIE INSTRUCTION COMMISSION OFFRE STATISTIQUES STATISTIQUES_AGREGEES ADMIN_ORGANISME",
		habilitations.Federation:   "STATISTIQUES STATISTIQUES_AGREGEES ADMIN_ORGANISME",
		habilitations.Gestionnaire: "CONSULTATION SAISIE STATISTIQUES STATISTIQUES_AGREGEES ADMIN_ORGANISME ADMIN_ATLAS AUDITEUR",
	}
	possibles, ok := ordinaires[p.sorte]
	if !ok {
		possibles = "CONSULTATION SAISIE RESERVATAIRE STATISTIQUES STATISTIQUES_AGREGEES ADMIN_ORGANISME"
	}
	if !dans(possibles) {
		return false
	}
	switch d {
	case habilitations.ConsulterDemande, habilitations.ExporterDemandes:
		return nominatif && dans("CONSULTATION SAISIE INSTRUCTION COMMISSION RESERVATAIRE ADMIN_ATLAS")
	case habilitations.CreerDemande, habilitations.ModifierDemande, habilitations.RenouvelerDemande, habilitations.RadierDemande,
		habilitations.ReactiverDemande, habilitations.EditerAttestation:
		return nominatif && dans("SAISIE ADMIN_ATLAS")
	case habilitations.ContingenterDemande:
		return nominatif && dans("RESERVATAIRE ADMIN_ATLAS")
	case habilitations.Administrer:
		return dans("ADMIN_ORGANISME ADMIN_ATLAS AUDITEUR")
	case habilitations.GererUtilisateurs, habilitations.GererAgences:
		return dans("ADMIN_ORGANISME ADMIN_ATLAS")
	case habilitations.LireJournal:
		return dans("AUDITEUR ADMIN_ATLAS")
	case habilitations.VoirChiffres:
		return dans("CONSULTATION SAISIE INSTRUCTION COMMISSION RESERVATAIRE STATISTIQUES STATISTIQUES_AGREGEES ADMIN_ATLAS")
	case habilitations.ReactiverNonRenouv, habilitations.ToutOrganisme, habilitations.GererOrganismes, habilitations.GererReferentiels,
		habilitations.GererParametres, habilitations.GererTextes, habilitations.LireCourriels, habilitations.GererTravaux,
		habilitations.Effacer, habilitations.CommuniquerDossier:
		return dans("ADMIN_ATLAS")
	}
	return false // a droit that this table doesn't know opens nothing
}

// TestMatrice sends every address of the site as every role of every type of
// organisme: refused unless granted, and granted when it should be (R-MEN-11,
// R-CHA-07).
func TestMatrice(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	for _, p := range profils(t, site) {
		for _, role := range habilitations.Roles {
			agent := tenant(t, site, p.organisme, role.Code)
			for _, r := range site.Routes {
				if r.Droit == habilitations.Public || r.Droit == habilitations.Connecte {
					continue
				}
				cas := fmt.Sprintf("%s (enregistreur %t), %s: %s %s [%s]", p.sorte, p.enregistreur, role.Code, r.Methode, r.Chemin, r.Droit)
				rep := agent.Envoyer(t, agent.Requete(t, r.Methode, remplir(r.Chemin), nil))
				if !attendu(p, role.Code, r.Droit) {
					if rep.Statut != http.StatusForbidden {
						t.Errorf("%s: %d, want a refusal", cas, rep.Statut)
					}
					continue
				}
				if rep.Statut == http.StatusForbidden && !ailleurs(r) || rep.Statut >= 500 || strings.HasPrefix(rep.Lieu, "/connexion") {
					t.Errorf("%s: %d %s, want an answer", cas, rep.Statut, rep.Lieu)
				}
			}
		}
	}
}

// ailleurs tells the acts whose droit also depends on what they act upon, which
// their handler asks for: a demande's last act, an agent who holds a role that
// this administrator can't give.
func ailleurs(r page.Route) bool {
	if !strings.HasPrefix(r.Chemin, "/administration/utilisateurs/{id}/") {
		return strings.HasSuffix(r.Chemin, "/reactivation")
	}
	return slices.Contains([]string{"identite", "acces", "second-facteur"}, path.Base(r.Chemin))
}

// TestPerimetre opens every address of a demande that is out of sight: in the
// draft of another organisme, or out of the territory of a collectivité. It
// doesn't exist, whatever the role.
func TestPerimetre(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	muret := demandestest.Creer(t, site.DB, func(d *demandes.Demande) { // MURETAIN's territory, registered by TMH
		d.Souhait.Choix = []string{"31-395"}
	})
	brouillon := demandestest.Brouillon(t, site.DB, "PROMO")
	effacee := demandestest.Creer(t, site.DB, nil)
	if _, err := site.DB.Exec(t.Context(), "update demandes set statut = 'EFFACEE', motif_radiation = 'RADCON', date_radiation = $2 where id = $1",
		effacee.ID, jour.Aujourdhui()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		organisme string
		roles     []habilitations.Role
		voitMuret bool
	}{
		{"TMH", []habilitations.Role{habilitations.Saisie}, true},
		{"CHALETS", []habilitations.Role{habilitations.Saisie}, true}, // R-OBJ-01: known to all as soon as registered
		{"CHALETS", []habilitations.Role{habilitations.Consultation}, true},
		{"MURETAIN", []habilitations.Role{habilitations.Saisie}, true},
		{"TM", []habilitations.Role{habilitations.Saisie}, false},
		{"TM", []habilitations.Role{habilitations.Consultation, habilitations.Reservataire}, false},
		{"TOURNEF", []habilitations.Role{habilitations.Saisie, habilitations.AdminOrganisme}, false},
		{"ETAT", []habilitations.Role{habilitations.Reservataire}, true},
		{"ATLAS", []habilitations.Role{habilitations.AdminAtlas}, true},
	} {
		agent := site.Agent(t, c.organisme, c.roles...)
		for _, r := range site.Routes {
			if !strings.Contains(r.Chemin, "/demandes/{numero}") {
				continue
			}
			for cible, visible := range map[string]bool{muret.NumeroUnique: c.voitMuret, brouillon: false, effacee.NumeroUnique: false, "b-999999": false} {
				chemin := remplir(strings.Replace(r.Chemin, "{numero}", cible, 1))
				if r.Methode == http.MethodPost && visible {
					continue // an act: the tests of its screen do it
				}
				rep := agent.Envoyer(t, agent.Requete(t, r.Methode, chemin, nil))
				cas := fmt.Sprintf("%s %v: %s %s", c.organisme, c.roles, r.Methode, chemin)
				switch {
				case !visible && rep.Statut != http.StatusNotFound && rep.Statut != http.StatusForbidden:
					t.Errorf("%s: %d, want not found", cas, rep.Statut)
				case !visible && rep.Statut == http.StatusForbidden && strings.Contains(rep.Corps, muret.Demandeur.Nom):
					t.Errorf("%s: the refusal names the person", cas)
				case visible && rep.Statut >= 500:
					t.Errorf("%s: %d", cas, rep.Statut)
				}
			}
			if r.Chemin == "/demandes/{numero}" && r.Methode == http.MethodGet && c.voitMuret {
				if rep := agent.Get(t, "/demandes/"+muret.NumeroUnique); rep.Statut != http.StatusOK {
					t.Errorf("%s %v: %d, want the demande", c.organisme, c.roles, rep.Statut)
				}
			}
		}
	}
}

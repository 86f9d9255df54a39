// Package referentiels serves the screens that run the référentiels:
// organismes, agences and guichets, nomenclatures, territoires, plafonds,
// paramètres. Each form says what it would change and is confirmed; acte.go is
// how.
package referentiels

import (
	"context"
	"net/http"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/referentiels/tenue"
	"imhoweb/internal/travaux"
	"imhoweb/internal/travaux/table"
	"imhoweb/web/page"
)

// Handlers serve the screens.
type Handlers struct {
	Lecture  *pgxpool.Pool
	Ecriture *pgxpool.Pool
	Ref      *referentiels.Referentiels
	Travaux  *travaux.File // may be nil: the nightly run then does
}

func (h *Handlers) tenue() tenue.Tenue {
	t := tenue.Tenue{DB: h.Ecriture, Ref: h.Ref}
	if h.Travaux != nil {
		t.Recalculer = func(ctx context.Context, tx pgx.Tx, s habilitations.Session) error {
			_, err := h.Travaux.Lancer(ctx, tx, table.Projections, nil, s)
			return err
		}
	}
	return t
}

// base is where a page reads, or an act.
func (h *Handlers) base(r *http.Request) *pgxpool.Pool {
	if r.Method == http.MethodPost {
		return h.Ecriture
	}
	return h.Lecture
}

// Routes lists the screens and their acts.
func (h *Handlers) Routes() []page.Route {
	return slices.Concat(h.routesOrganismes(), h.routesListes(), h.routesTerritoires(), h.routesPlafonds(), h.routesParametres())
}

func (h *Handlers) routesOrganismes() []page.Route {
	const o = cheminOrganismes
	organismes, agences := habilitations.GererOrganismes, habilitations.GererAgences // and guichets
	return slices.Concat(
		tableauOrganismes.Routes(agences, h.lireOrganismes, h.montrerOrganismes),
		tableauAgences.Routes(agences, h.lireAgences, montrerListe("Agences", "Les agences de chaque organisme. Une agence s’ajoute depuis la fiche de son organisme.")),
		tableauGuichets.Routes(agences, h.lireGuichets, montrerListe("Guichets", "Les guichets d’enregistrement. Leur code termine les numéros uniques : il n’est donné qu’une fois.")),
		[]page.Route{
			page.Get(o+"/nouveau", organismes, h.nouvelOrganisme),
			page.Post(o+"/nouveau", organismes, h.creerOrganisme),
			page.Get(o+"/{code}", agences, h.organisme),
			page.Get(o+"/{code}/modification", organismes, h.editerOrganisme),
			page.Post(o+"/{code}/modification", organismes, h.modifierOrganisme),
			page.Get(o+"/{code}/fermeture", organismes, h.fermeture),
			page.Post(o+"/{code}/fermeture", organismes, h.fermerOrganisme),
			page.Post(o+"/{code}/reouverture", organismes, h.rouvrirOrganisme),
			page.Get(o+"/{code}/agences/nouvelle", agences, h.nouvelleAgence),
			page.Post(o+"/{code}/agences/nouvelle", agences, h.creerAgence),
			page.Get(o+"/{code}/agences/{agence}", agences, h.editerAgence),
			page.Post(o+"/{code}/agences/{agence}", agences, h.modifierAgence),
			page.Get(o+"/{code}/guichets/nouveau", agences, h.nouveauGuichet),
			page.Post(o+"/{code}/guichets/nouveau", agences, h.creerGuichet),
			page.Get(o+"/{code}/guichets/{guichet}", agences, h.editerGuichet),
			page.Post(o+"/{code}/guichets/{guichet}", agences, h.modifierGuichet),
		})
}

func (h *Handlers) routesListes() []page.Route {
	const l = cheminListes
	d := habilitations.GererReferentiels
	return append(tableauDomaines.Routes(d, h.lireDomaines, montrerListe("Nomenclatures", "Les listes de valeurs du fichier. Une valeur fermée reste lisible sur les dossiers qui la portent.")),
		page.Get(l+"/{domaine}", d, h.valeurs),
		page.Get(l+"/{domaine}.csv", d, h.exporterValeurs),
		page.Get(l+"/{domaine}/nouvelle", d, h.nouvelleValeur),
		page.Post(l+"/{domaine}/nouvelle", d, h.ajouterValeur),
		page.Get(l+"/{domaine}/{code}", d, h.editerValeur),
		page.Post(l+"/{domaine}/{code}", d, h.modifierValeur),
		page.Post(l+"/{domaine}/{code}/suppression", d, h.supprimerValeur),
	)
}

func (h *Handlers) routesTerritoires() []page.Route {
	const t = cheminTerritoires
	d := habilitations.GererReferentiels
	return append(tableauTerritoires.Routes(d, h.lireTerritoires, montrerListe("Liste des territoires", "", filTerritoires)),
		page.Get(t, d, h.arbre),
		page.Get(t+"/{code}", d, h.editerTerritoire),
		page.Post(t+"/{code}", d, h.modifierTerritoire),
		page.Get(t+"/{code}/quartier", d, h.nouveauQuartier),
		page.Post(t+"/{code}/quartier", d, h.ajouterQuartier),
	)
}

func (h *Handlers) routesPlafonds() []page.Route {
	const p = cheminPlafonds
	d := habilitations.GererReferentiels
	return append(tableauAnnees.Routes(d, h.lireAnnees, h.montrerAnnees),
		page.Get(p+"/annee", d, h.choisirAnnee),
		page.Get(p+"/{annee:[0-9]+}", d, h.plafonds),
		page.Post(p+"/{annee:[0-9]+}", d, h.enregistrerPlafonds),
		page.Post(p+"/{annee:[0-9]+}/import", d, h.importerPlafonds),
	)
}

func (h *Handlers) routesParametres() []page.Route {
	const p = cheminParametres
	d := habilitations.GererParametres
	return append(tableauParametres.Routes(d, h.lireParametres, h.montrerParametres),
		page.Get(p+"/{code}", d, h.editerParametre),
		page.Post(p+"/{code}", d, h.modifierParametre),
	)
}

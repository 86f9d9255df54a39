// Package web is the site: the chain that every request goes through, then the
// routes of each noun. Start with New.
package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/jackc/pgx/v5/pgxpool"

	comptesdomaine "imhoweb/internal/administration"
	"imhoweb/internal/courriels"
	dossiers "imhoweb/internal/demandes"
	"imhoweb/internal/editions"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/travaux"
	"imhoweb/internal/travaux/table"
	"imhoweb/static"
	"imhoweb/web/access"
	"imhoweb/web/accueil"
	"imhoweb/web/administration"
	"imhoweb/web/comptes"
	"imhoweb/web/connexion"
	"imhoweb/web/conservation"
	"imhoweb/web/demandes"
	"imhoweb/web/gestion"
	journalweb "imhoweb/web/journal"
	"imhoweb/web/page"
	"imhoweb/web/preferences"
	listes "imhoweb/web/referentiels"
	"imhoweb/web/sante"
	"imhoweb/web/textes"
	travauxweb "imhoweb/web/travaux"
)

// memoireSession is how late a revocation made by another instance may be seen.
const memoireSession = 3 * time.Second

// Deps are what the site needs, set in main.
type Deps struct {
	Lecture  *pgxpool.Pool // default_transaction_read_only=on: pages to read
	Ecriture *pgxpool.Pool // acts and sessions
	Ref      *referentiels.Referentiels
	Config   config.Config
	Version  string
	Demo     bool
	Travaux  *travaux.File // the same queue as the process works; nil for one of its own, that only asks

	Facteur *courriels.Facteur // sends mails; nil for one that keeps them in the base
	Journal *journal.Ecrivain  // takes the accesses; nil notes nothing

	ExportDirect int // rows of a list written at once, a job beyond; 0 for the usual bound
}

// New builds the site, and lists its routes.
func New(d Deps) (http.Handler, []page.Route) {
	r, routes := router(d)
	return middleware.GetHead(r), routes
}

func router(d Deps) (chi.Router, []page.Route) {
	https := d.Config.URL != nil && d.Config.URL.Scheme == "https"
	acces := access.New(access.Config{
		DB: d.Ecriture, Inactivite: d.Config.SessionInactivite, Max: d.Config.SessionMax, Memoire: memoireSession,
		Securise: https, Cle: d.Config.Cle, Version: d.Version, Nature: d.nature,
		Exigeants: exigeants(d.Config.SecondFacteur),
	})
	routes := routes(d, acces)

	r := chi.NewRouter()
	r.Get("/sante", sante.Vivante)
	r.Get("/pret", sante.Prete(d.Ecriture))
	r.Method(http.MethodGet, "/static/*", static.Handler())
	r.Group(func(r chi.Router) {
		r.Use(suivre(d.Journal), rattraper, compresser(), proteger(https), memeSite(), limiter(d.Config.TailleMax), acces.Middleware)
		for _, route := range routes {
			r.Method(route.Methode, route.Chemin, acces.Garder(r, route))
		}
		r.NotFound(refuser(fault.NotFound))
		r.MethodNotAllowed(refuser(page.ErrMethode))
	})
	return r, routes
}

// routes is the site, noun by noun.
func routes(d Deps, acces *access.Acces) []page.Route {
	fichier := fichier(d)
	agents := agents(d)
	if d.Facteur == nil {
		d.Facteur = &courriels.Facteur{DB: d.Ecriture, Coffre: agents.Coffre}
	}
	if d.Travaux == nil {
		d.Travaux = table.Nouvelle(table.Deps{DB: d.Ecriture, Admin: d.Ecriture, Ref: d.Ref, Inactivite: d.Config.SessionInactivite,
			Comptes: agents, Facteur: d.Facteur})
	}
	return slices.Concat(
		(&connexion.Handlers{DB: d.Ecriture, Acces: acces, Ref: d.Ref, Comptes: agents, Facteur: d.Facteur}).Routes(),
		(&comptes.Handlers{Lecture: d.Lecture, Ecriture: d.Ecriture, Ref: d.Ref, Acces: acces, Comptes: agents, Facteur: d.Facteur}).Routes(),
		(&preferences.Handlers{DB: d.Ecriture, Acces: acces}).Routes(),
		(&textes.Handlers{Lecture: d.Lecture, Ecriture: d.Ecriture, Acces: acces}).Routes(),
		administration.Handlers{Lecture: d.Lecture}.Routes(),
		(&listes.Handlers{Lecture: d.Lecture, Ecriture: d.Ecriture, Ref: d.Ref, Travaux: d.Travaux}).Routes(),
		(&accueil.Handlers{Lecture: d.Lecture, Ref: d.Ref}).Routes(),
		(&gestion.Handlers{Lecture: d.Lecture, Ecriture: d.Ecriture, Ref: d.Ref, Fichier: fichier, Travaux: d.Travaux, ExportDirect: d.ExportDirect}).Routes(),
		(&travauxweb.Handlers{Lecture: d.Lecture, Ecriture: d.Ecriture, File: d.Travaux}).Routes(),
		(&conservation.Handlers{Lecture: d.Lecture, Ecriture: d.Ecriture, Fichier: fichier, Ref: d.Ref, Travaux: d.Travaux}).Routes(),
		(&journalweb.Handlers{Lecture: d.Lecture, Ecriture: d.Ecriture, Ref: d.Ref}).Routes(),
		(&demandes.Handlers{Lecture: d.Lecture, Ecriture: d.Ecriture, Fichier: fichier, Ref: d.Ref, Acces: acces}).Routes(),
	)
}

// agents is how accounts are acted on.
func agents(d Deps) comptesdomaine.Comptes {
	url := ""
	if d.Config.URL != nil {
		url = d.Config.URL.String()
	}
	return comptesdomaine.NouveauxComptes(d.Config.Cle, url)
}

// exigeants are the roles that must have a second factor.
func exigeants(codes []string) []habilitations.Role {
	var l []habilitations.Role
	for _, c := range codes {
		l = append(l, habilitations.Role(c))
	}
	return l
}

// fichier is how dossiers are read and written.
func fichier(d Deps) dossiers.Fichier {
	cle, err := dossiers.NouvelleCle(d.Config.Cle)
	if err != nil {
		panic(err) // the configuration demands it
	}
	return dossiers.Fichier{Ref: d.Ref, Cle: cle, Attester: editions.Attester(d.Ref)}
}

// nature is what the base says that it holds; what the demonstration filled is
// never announced as the real file.
func (d Deps) nature() string {
	n := d.Ref.Texte(referentiels.NatureBase)
	if d.Demo && n == referentiels.NatureProduction {
		return referentiels.NatureDemonstration
	}
	return n
}

// refuser answers what no route answers.
func refuser(err error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { page.Erreur(w, r, err) }
}

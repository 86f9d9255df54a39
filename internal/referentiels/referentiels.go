package referentiels

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"imhoweb/internal/plafonds"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// Referentiels is the reference data in memory. It is safe for concurrent use;
// the slices it returns are shared and must not be changed.
type Referentiels struct {
	db   pg.DB
	etat atomic.Pointer[etat]
	lit  sync.Mutex // one reading at a time: an older one never replaces a newer one
}

// Ouvrir reads the reference data of a database where Charger has run.
func Ouvrir(ctx context.Context, db pg.DB) (*Referentiels, error) {
	r := &Referentiels{db: db}
	return r, r.Recharger(ctx)
}

// Recharger reads again all that may change while the program runs, after an
// administrator's act. On error the former data stay.
func (r *Referentiels) Recharger(ctx context.Context) error {
	r.lit.Lock()
	defer r.lit.Unlock()
	e, err := lireEtat(ctx, r.db, r.etat.Load())
	if err != nil {
		return err
	}
	r.etat.Store(e)
	return nil
}

const versionSQL = `
select numero
from referentiels_version`

// Rafraichir is Recharger when something changed since the last reading,
// whichever instance wrote it, and tells whether it did.
func (r *Referentiels) Rafraichir(ctx context.Context) (bool, error) {
	var version int64
	if err := r.db.QueryRow(ctx, versionSQL).Scan(&version); err != nil {
		return false, fmt.Errorf("referentiels: version: %w", err)
	}
	if version == r.etat.Load().version {
		return false, nil
	}
	return true, r.Recharger(ctx)
}

// Suivre refreshes the data at each pas until ctx ends: what another instance
// changed is seen that late. The instance that writes doesn't wait, it calls
// Recharger.
func (r *Referentiels) Suivre(ctx context.Context, pas time.Duration) {
	t := time.NewTicker(pas)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if _, err := r.Rafraichir(ctx); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "référentiels : relecture impossible, les précédents restent", "erreur", err.Error())
			}
		}
	}
}

// Domaines lists the nomenclatures, in alphabetical order.
func (r *Referentiels) Domaines() []string { return r.etat.Load().domaines }

// Nomenclature gives all values of a domaine in their order, closed ones
// included; nil when the domaine doesn't exist.
func (r *Referentiels) Nomenclature(domaine string) []Code {
	return r.etat.Load().nomenclatures[domaine]
}

// Ouvertes gives the values that a form may offer on that day: those open, and
// those already on the dossier.
func (r *Referentiels) Ouvertes(domaine string, le jour.Date, dejaChoisis ...string) []Code {
	var l []Code
	for _, c := range r.Nomenclature(domaine) {
		if c.Ouverte(le) || slices.Contains(dejaChoisis, c.Code) {
			l = append(l, c)
		}
	}
	return l
}

// Valeur finds one value of a domaine.
func (r *Referentiels) Valeur(domaine, code string) (Code, bool) {
	c, ok := r.etat.Load().codes[cleCode{domaine, code}]
	return c, ok
}

// Libelle is the label of a value, closed ones included. An unknown code is
// its own label, so that a dossier never shows an empty cell for it; "" is "".
func (r *Referentiels) Libelle(domaine, code string) string {
	if c, ok := r.Valeur(domaine, code); ok {
		return c.Libelle
	}
	return code
}

// Numero is the small number stored for a code; 0 for "" or an unknown code.
func (r *Referentiels) Numero(domaine, code string) int16 {
	c, _ := r.Valeur(domaine, code)
	return c.Numero
}

// Code is the code of a stored number; "" for 0 or an unknown number.
func (r *Referentiels) Code(domaine string, numero int16) string {
	return r.etat.Load().numeros[cleNumero{domaine, numero}]
}

// Territoire finds a territoire by its code.
func (r *Referentiels) Territoire(code string) (Territoire, bool) {
	return trouve(r.etat.Load().territoires, code)
}

// TerritoireNumero finds a territoire by its number.
func (r *Referentiels) TerritoireNumero(numero int32) (Territoire, bool) {
	e := r.etat.Load()
	return trouve(e.territoires, e.territoiresNumeros[numero])
}

// Enfants gives the territoires directly inside one, in the order of the file:
// the EPCI of a département, the communes of an EPCI, the quartiers of a commune.
func (r *Referentiels) Enfants(code string) []Territoire { return r.etat.Load().enfants[code] }

// Dans tells whether a territoire is inside another, or is it.
func (r *Referentiels) Dans(code, ancetre string) bool {
	e := r.etat.Load()
	for t := e.territoires[code]; t != nil; t = e.territoires[t.CodeParent] {
		if t.Code == ancetre {
			return true
		}
	}
	return false
}

// CommunesDe gives the communes of a département that can be asked for, by name.
func (r *Referentiels) CommunesDe(departement string) []Territoire {
	return r.etat.Load().communesDe[departement]
}

// Secteurs gives the département, EPCI and sous-secteurs of a département:
// the groups of communes that a search offers.
func (r *Referentiels) Secteurs(departement string) []Territoire {
	return r.etat.Load().secteurs[departement]
}

// TerritoireCommune finds the territoire of a commune by its Insee code.
func (r *Referentiels) TerritoireCommune(insee string) (Territoire, bool) {
	e := r.etat.Load()
	return trouve(e.territoires, e.territoiresInsee[insee])
}

// Commune finds a commune of France by its Insee code.
func (r *Referentiels) Commune(insee string) (Commune, bool) {
	return trouve(r.etat.Load().communes, insee)
}

// Departement finds a département by its code.
func (r *Referentiels) Departement(code string) (Departement, bool) {
	return trouve(r.etat.Load().departements, code)
}

// Qpv gives the quartiers prioritaires of a commune, latest generation first.
func (r *Referentiels) Qpv(insee string) []Qpv { return r.etat.Load().qpv[insee] }

// Organismes gives all organismes in the order of the file.
func (r *Referentiels) Organismes() []Organisme { return r.etat.Load().listeOrganismes }

// Organisme finds an organisme by its code.
func (r *Referentiels) Organisme(code string) (Organisme, bool) {
	return trouve(r.etat.Load().organismes, code)
}

// Agences gives the agences of an organisme.
func (r *Referentiels) Agences(organisme string) []Agence { return r.etat.Load().agencesDe[organisme] }

// Agence finds an agence by its code.
func (r *Referentiels) Agence(code string) (Agence, bool) {
	return trouve(r.etat.Load().agences, code)
}

// Guichets gives the guichets of an organisme, closed ones included.
func (r *Referentiels) Guichets(organisme string) []Guichet {
	return r.etat.Load().guichetsDe[organisme]
}

// Guichet finds a guichet by its code.
func (r *Referentiels) Guichet(code string) (Guichet, bool) {
	return trouve(r.etat.Load().guichets, code)
}

// GuichetNumero finds a guichet by its number.
func (r *Referentiels) GuichetNumero(numero int32) (Guichet, bool) {
	e := r.etat.Load()
	return trouve(e.guichets, e.guichetsNumeros[numero])
}

// Bailleurs gives the active bailleurs with stock in one of these communes, by
// name: a mention of the attestation (CCH R441-2-4).
func (r *Referentiels) Bailleurs(insee ...string) []Organisme {
	e, vus := r.etat.Load(), map[string]bool{}
	for _, c := range insee {
		for _, o := range e.bailleurs[c] {
			vus[o] = true
		}
	}
	var l []Organisme
	for code := range vus {
		if o := e.organismes[code]; o != nil && o.Actif {
			l = append(l, *o)
		}
	}
	slices.SortFunc(l, func(a, b Organisme) int { return compareNoms(a.Nom, b.Nom) })
	return l
}

// Plafonds gives the published plafonds de ressources of the zone of the file.
func (r *Referentiels) Plafonds() plafonds.Table { return r.etat.Load().plafonds }

func trouve[K comparable, V any](m map[K]*V, cle K) (V, bool) {
	if v := m[cle]; v != nil {
		return *v, true
	}
	var rien V
	return rien, false
}

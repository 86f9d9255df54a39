package referentiels

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels/tenue"
	"imhoweb/templates/components"
	"imhoweb/templates/layout"
	vues "imhoweb/templates/referentiels"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// suite is what an act leads to.
type suite struct {
	montrer func(statut int, a *tenue.Apercu, signature string) error // the screen again
	fait    string                                                    // what was done
	retour  string                                                    // where to go then
}

// mener answers a form. Sent once, it comes back with what it would change;
// sent again with the signature of what was shown, the act is done. When
// somebody else changed the row, both states are shown and the next sending
// confirms over it.
func (h *Handlers) mener(w http.ResponseWriter, r *http.Request, f *form.Form, a tenue.Acte, s suite) error {
	var apercu tenue.Apercu
	var err error
	confirme := f.Get("confirme") == signer(f)
	if confirme {
		apercu, err = h.tenue().Faire(r.Context(), access.Session(r), a)
	} else {
		apercu, err = h.tenue().Apercevoir(r.Context(), a)
	}
	switch conflit := apercu.Conflit && errors.Is(err, fault.Conflict); {
	case f.Absorb(err):
		return s.montrer(http.StatusUnprocessableEntity, nil, "")
	case err != nil && !conflit:
		return err
	case apercu.Rien(): // as asked already: a second click, or nothing typed
		page.Succes(r, "La base est déjà ainsi : rien n’a été changé.")
		return page.Redirect(w, r, s.retour)
	case confirme && !conflit:
		if apercu.Recalcul {
			s.fait += " Les listes se recalculent en arrière-plan."
		}
		page.Succes(r, s.fait)
		return page.Redirect(w, r, s.retour)
	}
	statut := http.StatusUnprocessableEntity
	if apercu.Conflit {
		statut = http.StatusConflict
		f.Valeurs["version"] = strconv.Itoa(apercu.Version)
	}
	return s.montrer(statut, &apercu, signer(f))
}

// signer names what was sent, so that a confirmation holds for what was shown.
func signer(f *form.Form) string {
	h := sha256.New()
	for _, nom := range slices.Sorted(maps.Keys(f.Valeurs)) {
		if nom != "confirme" {
			fmt.Fprintf(h, "%q=%q\n", nom, f.Valeurs[nom])
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// formulaire is mener for a plain form.
func (h *Handlers) formulaire(w http.ResponseWriter, r *http.Request, e vues.Formulaire, a tenue.Acte, fait string) error {
	return h.mener(w, r, e.F, a, suite{fait: fait, retour: e.Retour, montrer: func(statut int, apercu *tenue.Apercu, signature string) error {
		e.Apercu, e.Signature, e.Version = apercu, signature, version(e.F)
		return page.Render(w, r, statut, vues.Edition(e))
	}})
}

func version(f *form.Form) int {
	n, _ := strconv.Atoi(f.Get("version")) // unreadable: an old version, hence a conflict
	return n
}

// lireJour reads a date of the form, and notes a mistake.
func lireJour(f *form.Form, nom string) jour.Date {
	d, err := jour.Parse(f.Get(nom))
	if err != nil {
		f.Erreurs.Add(nom, "Indiquez une date, par exemple 01/01/2027.")
	}
	return d
}

func coche(b bool) string {
	if b {
		return "1"
	}
	return ""
}

// montrerListe renders the page around a list.
func montrerListe(titre, intro string, fil ...layout.Lien) func(http.ResponseWriter, *http.Request, components.Tableau) error {
	return func(w http.ResponseWriter, r *http.Request, t components.Tableau) error {
		return page.Render(w, r, http.StatusOK, vues.PageListe(titre, "", intro, t, fil...))
	}
}

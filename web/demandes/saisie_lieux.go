package demandes

import (
	"encoding/json"
	"net/http"
	"slices"

	"imhoweb/internal/platform/form"
)

// propositions bounds what is offered while typing.
const propositions = 12

// lieu is a place offered while typing; Libelle is the text that the form
// reads back.
type lieu struct {
	Code       string `json:"code"`
	Nom        string `json:"nom"`
	Libelle    string `json:"libelle"`
	CodePostal string `json:"code_postal,omitempty"` // when there is no doubt
}

// communes offers the communes of France, by name or postcode.
func (h *Handlers) communes(w http.ResponseWriter, r *http.Request) error {
	q := form.Nettoyer(r.URL.Query().Get("q"))
	l := []lieu{}
	for _, c := range h.Ref.ChercherCommunes(q, propositions) {
		x := lieu{Code: c.CodeInsee, Nom: c.Nom, Libelle: h.Ref.LibelleCommune(c.CodeInsee)}
		switch {
		case slices.Contains(c.CodesPostaux, q):
			x.CodePostal = q
		case len(c.CodesPostaux) == 1:
			x.CodePostal = c.CodesPostaux[0]
		}
		l = append(l, x)
	}
	return ecrireJSON(w, l)
}

// territoires offers the communes and quartiers that can be asked for.
func (h *Handlers) territoires(w http.ResponseWriter, r *http.Request) error {
	l := []lieu{}
	for _, t := range h.Ref.ChercherLieux(form.Nettoyer(r.URL.Query().Get("q")), propositions) {
		l = append(l, lieu{Code: t.Code, Nom: t.Nom, Libelle: h.Ref.LibelleChoix(t.Code)})
	}
	return ecrireJSON(w, l)
}

func ecrireJSON(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b) // the client went away: nothing left to say
	return nil
}

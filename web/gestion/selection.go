package gestion

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/editions"
	"imhoweb/internal/gestion"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/travaux/table"
	vues "imhoweb/templates/gestion"
	"imhoweb/templates/layout"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// actes are the actions on one ticked row: the page that each opens, and the
// right that shows it.
var actes = map[string]struct {
	droit habilitations.Droit
	suite string
}{
	"ouvrir":     {habilitations.ConsulterDemande, ""},
	"renouveler": {habilitations.RenouvelerDemande, "/identite?saisie=renouvellement"},
	"radier":     {habilitations.RadierDemande, "/radiation"},
}

// appliquer does what Action or Édition says with the ticked rows (R-REC-24,
// R-REC-25). Its address is that of the list, to which a refusal comes back.
func (h *Handlers) appliquer(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	e, err := h.retrouver(r)
	if err != nil {
		return err
	}
	numeros := gestion.Selection(r.PostForm["demande"])
	toutes := r.PostForm.Get("toutes") != ""
	retour := func(message string) error {
		page.Flash(r, layout.Flash{Sorte: "alerte", Message: message})
		return page.Redirect(w, r, e.Adresse(e.Vue))
	}
	if r.PostForm.Get("export") != "" {
		return h.toutExporter(w, r, e)
	}
	action, edition := r.PostForm.Get("action"), r.PostForm.Get("edition")
	acte, connue := actes[action]
	switch {
	case action == "" && edition == "":
		return retour("Choisissez une action ou une édition, puis appliquez.")
	case action != "" && edition != "":
		return retour("Choisissez une action ou une édition, pas les deux.")
	case len(numeros) == 0 && !(toutes && edition != ""):
		return retour("Cochez d’abord au moins une demande.")
	case edition == "liste":
		return h.liste(w, r, e, numeros, toutes)
	case edition == "attestations":
		http.Redirect(w, r, "/demandes/attestations.pdf?"+r.URL.RawQuery, http.StatusTemporaryRedirect) // posted again, as it is
		return nil
	case !connue:
		return retour("Cette action n’existe pas.")
	case !access.Session(r).Peut(acte.droit):
		return fault.Refuser(fault.Forbidden, "Votre profil ne permet pas cette action.")
	case len(numeros) > 1:
		return retour("Cochez une seule demande pour cette action.")
	}
	return page.Redirect(w, r, "/demandes/"+url.PathEscape(numeros[0])+acte.suite)
}

// retrouver reads the search from the address of an act on its list. Names
// that aren't kept any more are refused: the act would be on everybody.
func (h *Handlers) retrouver(r *http.Request) (vues.Ecran, error) {
	q := r.URL.Query()
	e, err := h.ecran(r, q)
	if err != nil {
		return e, err
	}
	if err := e.Form.Err(); err != nil {
		return e, err
	}
	if e.Recherche = q.Get("r"); e.Recherche != "" {
		err := gestion.Reprendre(r.Context(), h.Lecture, access.Session(r), e.Recherche, &e.Criteres)
		if errors.Is(err, fault.NotFound) {
			err = fault.Refuser(fault.NotFound, "Cette recherche par nom n’est plus gardée : relancez-la.")
		}
		return e, err
	}
	return e, nil
}

// liste exports the ticked rows, or the whole search.
func (h *Handlers) liste(w http.ResponseWriter, r *http.Request, e vues.Ecran, numeros []string, toutes bool) error {
	if toutes {
		return h.toutExporter(w, r, e)
	}
	return h.ecrireCSV(w, r, gestion.Export{Criteres: e.Criteres, Vue: e.Vue, Numeros: numeros}, e.Recherche)
}

// toutExporter exports the whole search: at once, or by a background job when
// it is long, whose page follows.
func (h *Handlers) toutExporter(w http.ResponseWriter, r *http.Request, e vues.Ecran) error {
	export := gestion.Export{Criteres: e.Criteres, Vue: e.Vue}
	long, err := h.long(r, e.Criteres)
	if err != nil {
		return err
	}
	if !long {
		return h.ecrireCSV(w, r, export, e.Recherche)
	}
	var id int64
	err = pgx.BeginFunc(r.Context(), h.Ecriture, func(tx pgx.Tx) (err error) {
		id, err = h.Travaux.Lancer(r.Context(), tx, table.Export, table.ArgumentsExport{Export: export, Recherche: e.Recherche}, access.Session(r))
		return err
	})
	if err != nil {
		return err
	}
	return page.Redirect(w, r, "/travaux/"+strconv.FormatInt(id, 10))
}

func (h *Handlers) long(r *http.Request, c gestion.Criteres) (bool, error) {
	n, err := gestion.Compter(r.Context(), h.Lecture, access.Session(r), c)
	return n > cmp.Or(h.ExportDirect, gestion.ExportDirect), err
}

// exporter writes the whole search, when it is short: an address that is read
// starts no job.
func (h *Handlers) exporter(w http.ResponseWriter, r *http.Request) error {
	e, err := h.retrouver(r)
	if err != nil {
		return err
	}
	long, err := h.long(r, e.Criteres)
	if err != nil {
		return err
	}
	if long {
		return fault.Refuser(fault.Conflict, "Cette liste est trop longue pour être écrite aussitôt : dans la liste des demandes, choisissez « Tout exporter », et le fichier se prépare en arrière-plan.")
	}
	return h.ecrireCSV(w, r, gestion.Export{Criteres: e.Criteres, Vue: e.Vue}, e.Recherche)
}

func (h *Handlers) ecrireCSV(w http.ResponseWriter, r *http.Request, e gestion.Export, recherche string) error {
	s := access.Session(r)
	if !s.Peut(habilitations.ExporterDemandes) {
		return fault.Refuser(fault.Forbidden, "Votre profil ne permet pas d’exporter des demandes.")
	}
	return pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) error {
		n, err := gestion.Exporter(r.Context(), tx, s, h.Ref, e, enFichier(w, "demandes", "csv", "text/csv; charset=utf-8"))
		acces := h.acces(journal.Export, e.Criteres, recherche, n) // cut by an error: some rows may have left
		if len(e.Numeros) > 0 {
			acces.Criteres, acces.Recherche = "demandes cochées", ""
		}
		page.Journal(r, acces)
		return err
	})
}

// enFichier names the file that the browser saves.
func enFichier(w http.ResponseWriter, nom, ext, sorte string) http.ResponseWriter {
	w.Header().Set("Content-Type", sorte)
	w.Header().Set("Content-Disposition", `attachment; filename="`+nom+"-"+jour.Aujourdhui().ISO()+"."+ext+`"`)
	return w
}

// sansAttestation refuses a print run that would leave some of the ticked
// demandes out without a word.
func sansAttestation(numeros []string, lettres []editions.Mentions) error {
	var manquent []string
	for _, n := range numeros {
		if !slices.ContainsFunc(lettres, func(m editions.Mentions) bool { return m.NumeroUnique == n }) {
			manquent = append(manquent, editions.NumeroGroupe(n))
		}
	}
	const montres = 10
	switch n := len(manquent); {
	case n == 0:
		return nil
	case len(lettres) == 0:
		return fault.Refuser(fault.NotFound, "Aucune des demandes cochées n’a d’attestation : seule une demande active en reçoit une.")
	case n > montres:
		manquent = append(manquent[:montres], fmt.Sprintf("et %d autres", n-montres))
	}
	return fault.Refuser(fault.Conflict, "Des demandes cochées ne sont plus actives et n’ont pas d’attestation gardée : décochez-les. "+strings.Join(manquent, ", ")+".")
}

// attestations prints the attestation of each ticked demande, in the order of
// the list and in one file: the latest kept, else that of the day.
func (h *Handlers) attestations(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	numeros := gestion.Selection(r.PostForm["demande"])
	if len(numeros) == 0 {
		e, err := h.retrouver(r)
		if err != nil {
			return err
		}
		message := "Cochez d’abord au moins une demande."
		if r.PostForm.Get("toutes") != "" {
			message = "Cochez les demandes une par une, ou la page : les attestations s’éditent par 200 au plus."
		}
		page.Flash(r, layout.Flash{Sorte: "alerte", Message: message})
		return page.Redirect(w, r, e.Adresse(e.Vue))
	}
	var lettres []editions.Mentions
	err := pg.ReadOnly(r.Context(), h.Lecture, func(tx pgx.Tx) (err error) {
		s := access.Session(r)
		ids, err := gestion.Identifiants(r.Context(), tx, s, numeros)
		if err == nil {
			lettres, err = editions.Lettres(r.Context(), tx, h.Fichier, h.Ref, s, ids, jour.Aujourdhui())
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := sansAttestation(numeros, lettres); err != nil {
		return err
	}
	var pdf bytes.Buffer
	if err := editions.AttestationsPDF(&pdf, lettres); err != nil {
		return err
	}
	un := 1
	for _, l := range lettres { // each dossier has its own reading
		page.Journal(r, journal.Entree{Sorte: journal.Edition, Numero: l.NumeroUnique, Ecran: "Attestations", Lignes: &un})
	}
	_, _ = pdf.WriteTo(enFichier(w, "attestations", "pdf", "application/pdf")) // the client went away: nothing left to say
	return nil
}

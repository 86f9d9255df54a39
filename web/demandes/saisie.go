package demandes

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/templates/components"
	vues "imhoweb/templates/demandes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

// nouvelle shows an empty demande. Nothing is kept before the first send.
func (h *Handlers) nouvelle(w http.ResponseWriter, r *http.Request) error {
	e, a := brouillonVide(access.Session(r), nouvelleCle())
	q := ecran{e: e, a: a, onglet: champs.Identite}
	if chemin, tapees, ok := h.Acces.Reprise(w, r); ok && chemin == r.URL.Path {
		q.reprendre(form.FromValues(tapees))
		if cle := tapees.Get("cle"); estCle(cle) {
			a.Cle = cle
		}
	}
	return h.montrer(w, r, http.StatusOK, h.Lecture, q)
}

// brouillonVide is the draft that the first send will make.
func brouillonVide(s habilitations.Session, cle string) (demandes.Entete, *demandes.Saisie) {
	e := demandes.Entete{Departement: s.Departement, Statut: demandes.Brouillon, Organisme: s.Organisme, Guichet: s.Guichet, Origine: "GUICHET"}
	return e, &demandes.Saisie{Sorte: demandes.SaisieCreation, Cle: cle, Organisme: s.Organisme}
}

// nouvelleCle draws the key by which two sends of a page are one (a UUID).
func nouvelleCle() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails: crypto/rand aborts the program instead
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func estCle(s string) bool {
	return len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' && strings.Trim(s, "0123456789abcdef-") == ""
}

// onglet shows a tab: of a draft or of an open saisie to type in, of a
// registered demande to read.
func (h *Handlers) onglet(w http.ResponseWriter, r *http.Request) error {
	o, ok := ongletDe(chi.URLParam(r, "onglet"))
	if !ok {
		return fault.NotFound
	}
	s, numero := access.Session(r), chi.URLParam(r, "numero")
	chemin, tapees, reprise := h.Acces.Reprise(w, r)
	reprise = reprise && chemin == r.URL.Path
	perdue := func(err error) error { // what was typed before the session ended isn't
		q := envoi{ecran: ecran{onglet: o}, s: s}
		if reprise {
			q.f = form.FromValues(tapees)
		}
		return h.devenue(w, r, q, numero, err)
	}
	e, err := demandes.EnteteDe(r.Context(), h.Lecture, s, habilitations.ConsulterDemande, numero)
	if err != nil {
		return perdue(err)
	}
	sorte := sorteDe(r.URL.Query().Get("saisie"))
	if reprise && sorte == "" {
		sorte = sorteDe(tapees.Get("saisie"))
	}
	if e.Statut == demandes.Brouillon {
		sorte = demandes.SaisieCreation
	} else if sorte == "" || sorte == demandes.SaisieCreation {
		return h.lire(w, r)
	}
	a, err := h.travail(r.Context(), s, &e, sorte)
	if err != nil {
		return perdue(err)
	}
	q := ecran{e: e, a: a, onglet: o, personne: r.URL.Query().Get("personne"), ajoutees: lignesDe(r.URL.Query()["ajoute"], o)}
	if reprise {
		q.reprendre(form.FromValues(tapees))
	}
	page.Journal(r, journal.Entree{Sorte: journal.Lecture, Demande: e.ID, Ecran: "Saisie, " + o.Libelle()})
	return h.montrer(w, r, http.StatusOK, h.Lecture, q)
}

// siDevenu follows a draft to the demande that it became.
func (h *Handlers) siDevenu(w http.ResponseWriter, r *http.Request, numero string, sinon error) error {
	devenu, err := demandes.Devenu(r.Context(), h.Ecriture, access.Session(r), numero)
	if err != nil {
		return err
	}
	if devenu == "" {
		return sinon
	}
	return page.Redirect(w, r, "/demandes/"+devenu)
}

// travail gives the working copy to show: the one kept, else what opening one
// would give, without writing.
func (h *Handlers) travail(ctx context.Context, s habilitations.Session, e *demandes.Entete, sorte demandes.Sorte) (*demandes.Saisie, error) {
	if e.Statut != demandes.Brouillon {
		if err := h.permise(ctx, h.Lecture, s, e, sorte); err != nil {
			return nil, err
		}
	}
	a, err := h.Fichier.SaisieDe(ctx, h.Lecture, s, e)
	if err != nil {
		return nil, err
	}
	if a != nil {
		a.Sorte = sorte
		return a, nil
	}
	return h.Fichier.Apercu(ctx, h.Lecture, s, e, sorte)
}

// permise asks whether this session may do that kind of saisie on this demande.
func (h *Handlers) permise(ctx context.Context, db pg.DB, s habilitations.Session, e *demandes.Entete, sorte demandes.Sorte) error {
	if _, err := demandes.EnteteDe(ctx, db, s, sorte.Droit(), e.NumeroURL()); err != nil {
		return err
	}
	acte := demandes.ActeModifier
	if sorte == demandes.SaisieRenouvellement {
		acte = demandes.ActeRenouveler
	}
	return e.Possible(acte, jour.Aujourdhui())
}

func sorteDe(s string) demandes.Sorte {
	switch x := demandes.Sorte(s); x {
	case demandes.SaisieCreation, demandes.SaisieModification, demandes.SaisieRenouvellement:
		return x
	}
	return ""
}

func ongletDe(s string) (champs.Onglet, bool) {
	for _, o := range champs.Onglets {
		if string(o.Code) == s {
			return o.Code, true
		}
	}
	return "", false
}

// ecran is what a page of the saisie is made from.
type ecran struct {
	e        demandes.Entete
	a        *demandes.Saisie
	onglet   champs.Onglet
	tapees   demandes.Valeurs // of the tab, when they aren't kept
	personne string
	ajoutees map[string][]int
	vue      vues.Saisie // what the act adds: Doublons, SansMotif, Perimees, Reprise, Modifie, Anomalie
	complet  bool        // the whole checks were asked for
}

// reprendre shows what was typed before the session ended.
func (q *ecran) reprendre(f *form.Form) {
	q.tapees = ongletTape(f, q.a, q.onglet)
	q.personne, q.ajoutees = f.Get("personne"), lignesVides(f, q.tapees, q.onglet)
	if v, err := strconv.Atoi(f.Get("version")); err == nil {
		q.a.Version = v // of the page that was typed: an older one is said at the send
	}
	q.vue.Reprise, q.vue.Modifie = true, true
}

// montrer answers with a tab.
func (h *Handlers) montrer(w http.ResponseWriter, r *http.Request, statut int, db pg.DB, q ecran) error {
	s := access.Session(r)
	v := h.vue(s, q)
	if q.onglet == champs.Historique && q.e.ID != 0 {
		var err error
		if v.Evenements, _, err = h.Fichier.Historique(r.Context(), db, s, q.e.ID, demandes.FiltreHistorique{}); err != nil {
			return err
		}
	}
	if q.a.Sorte == demandes.SaisieCreation && !s.Peut(habilitations.CreerDemande) {
		v.Champs.LectureSeule = true
		return page.Render(w, r, statut, vues.PageBrouillonLu(v))
	}
	if statut == http.StatusConflict && page.Fragment(r) {
		statut = http.StatusUnprocessableEntity // htmx shows it
	}
	if page.Fragment(r) && !v.Modifie {
		w.Header().Set("HX-Trigger-After-Settle", "imhoweb:enregistre")
		w.Header().Set("HX-Replace-Url", v.Adresse(q.onglet)) // reloading finds the draft that a first send made
	}
	return page.Render(w, r, statut, vues.PageSaisie(v))
}

// vue puts together what the page shows.
func (h *Handlers) vue(s habilitations.Session, q ecran) vues.Saisie {
	le := jour.Aujourdhui()
	valeurs := demandes.Valeurs{}
	maps.Copy(valeurs, q.a.Valeurs)
	if q.tapees != nil {
		valeurs = demandes.RemplacerOnglet(s, valeurs, q.tapees, q.onglet)
	}
	d, b := demandes.Controler(q.e, valeurs, q.a.Base, h.Ref, le)
	v := q.vue
	v.Onglet, v.Demande, v.Travail, v.Ref, v.Session, v.Jour = q.onglet, d, q.a, h.Ref, s, le
	v.Ajoutees, v.Guichets, v.Personne = q.ajoutees, h.guichets(s, le), personneDe(d, q.personne)
	v.Plafonds = h.Fichier.Plafonds(d, le)
	controle := q.a.Controle || q.complet
	if q.a.Sorte == demandes.SaisieCreation && !h.Fichier.GuichetOuvert(s, q.e.Guichet, le) {
		b.Erreurs = slices.Insert(b.Erreurs, 0, fault.Field{Nom: "demande.guichet", Message: "Choisissez le guichet qui enregistre la demande."})
	}
	v.Etats, v.Fait, v.Total = avancement(valeurs, d, b.Erreurs, controle)
	f := form.New(valeurs)
	if f.Valeurs["demande.origine"] == "" {
		f.Valeurs["demande.origine"] = q.e.Origine
	}
	f.Erreurs = illisibles(valeurs, b.Erreurs)
	if controle {
		v.Erreurs, f.Erreurs = b.Erreurs, b.Erreurs
		v.Alertes = q.a.AlertesRestantes(b)
	}
	v.Champs = components.Saisie{F: f, Noms: h.Ref, Jour: le, Session: s, VisiblesObligatoires: true}
	return v
}

func (h *Handlers) guichets(s habilitations.Session, le jour.Date) []components.Choix {
	var l []components.Choix
	for _, g := range h.Ref.Guichets(s.Organisme) {
		if g.Ouvert(le) {
			l = append(l, components.Choix{Code: g.Code, Libelle: g.Code + " " + g.Nom})
		}
	}
	return l
}

// personneDe gives the titulaire that the tab Métier shows.
func personneDe(d *demandes.Demande, demandee string) string {
	for _, t := range d.Titulaires() {
		if t.Sujet() == demandee {
			return demandee
		}
	}
	return "demandeur"
}

// avancement gives the state of each tab, and how many of the compulsory facts
// are given. Before the whole checks are asked for, what is missing isn't yet
// a mistake, and a tab not begun says nothing.
func avancement(v demandes.Valeurs, d *demandes.Demande, erreurs fault.Fields, controle bool) (etats map[champs.Onglet]components.EtatOnglet, fait, total int) {
	etats = map[champs.Onglet]components.EtatOnglet{}
	attendus := map[string]bool{}
	for _, nom := range demandes.Obligatoires(d) {
		attendus[nom] = true
	}
	commences := map[champs.Onglet]bool{}
	for nom := range v {
		if c, ok := champs.Nom(nom); ok {
			commences[c.Onglet] = true
		}
	}
	manques := 0
	for _, f := range erreurs {
		c, ok := champs.Nom(f.Nom)
		if !ok {
			continue
		}
		e := etats[c.Onglet]
		vide := vide(v, f.Nom)
		if vide {
			attendus[f.Nom] = true
			manques++
		}
		if controle || !vide {
			e.Fautes++
		} else if commences[c.Onglet] {
			e.Manque++
		} else {
			e.Manque = 0
		}
		etats[c.Onglet] = e
	}
	for _, o := range champs.Onglets {
		if _, fautif := etats[o.Code]; !fautif && commences[o.Code] {
			etats[o.Code] = components.EtatOnglet{Complet: true}
		}
	}
	return etats, len(attendus) - manques, len(attendus)
}

// vide tells whether nothing was typed in a field, or in all its boxes.
func vide(v demandes.Valeurs, nom string) bool {
	if v[nom] != "" {
		return false
	}
	if nom == "type" {
		for n := range v {
			if strings.HasPrefix(n, "type.") {
				return false
			}
		}
	}
	return true
}

// illisibles keeps the mistakes that are in what was typed.
func illisibles(v demandes.Valeurs, erreurs fault.Fields) fault.Fields {
	var l fault.Fields
	for _, f := range erreurs {
		if v[f.Nom] != "" {
			l = append(l, f)
		}
	}
	return l
}

// lignesDe reads the empty lines that an address asks for ("charge.2").
func lignesDe(demandees []string, o champs.Onglet) map[string][]int {
	l := map[string][]int{}
	for _, x := range demandees[:min(len(demandees), 50)] {
		sorte, cle, _ := strings.Cut(x, ".")
		if n, err := strconv.Atoi(cle); err == nil && n > 0 && n < 1000 && slices.Contains(sortes[o], sorte) {
			l[sorte] = append(l[sorte], n)
		}
	}
	return l
}

// adresse is that of a tab of a saisie, with its empty lines.
func adresse(a *demandes.Saisie, o champs.Onglet, personne string, ajoutees map[string][]int, ancre string) string {
	q := url.Values{}
	if o == champs.Metier && personne != "" && personne != "demandeur" {
		q.Set("personne", personne)
	}
	for _, sorte := range slices.Sorted(maps.Keys(ajoutees)) {
		for _, n := range ajoutees[sorte] {
			q.Add("ajoute", fmt.Sprintf("%s.%d", sorte, n))
		}
	}
	return vues.AdresseSaisie(a.Numero, o, a.Sorte, q, ancre)
}

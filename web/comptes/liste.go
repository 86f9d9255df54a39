package comptes

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/texte"
	"imhoweb/templates/components"
	vues "imhoweb/templates/comptes"
	"imhoweb/web/access"
	"imhoweb/web/page"
)

const utilisateurs = "/administration/utilisateurs"

// inactif is how long without a connexion the list points out.
const inactif = 90 * 24 * time.Hour

// tableau is the list of users: an access a line.
func (h *Handlers) tableau() page.Tableau[administration.Acces] {
	type a = administration.Acces
	return page.Tableau[a]{
		Titre: "Utilisateurs", Chemin: utilisateurs, Fichier: "utilisateurs", Vide: "Aucun utilisateur", Tri: "agent",
		Adresse: func(x a) string { return vues.Adresse(x.Utilisateur) },
		Colonnes: []page.Colonne[a]{
			{Code: "agent", Libelle: "Agent", Classe: "seul", Texte: func(x a) string { return components.NomPersonne(x.Nom, x.Prenom) }},
			{Code: "organisme", Libelle: "Organisme", Texte: func(x a) string { return x.OrganismeNom }},
			{Code: "type", Libelle: "Type", Classe: "seul", Texte: func(x a) string { return vues.Types[x.TypeOrganisme] }},
			{Code: "roles", Libelle: "Rôles", Texte: func(x a) string { return administration.Libelles(x.Roles) }},
			{Code: "etat", Libelle: "État", Classe: "seul", Texte: func(x a) string { return x.Etat().Libelle() },
				Montrer: func(x a) templ.Component { return vues.Etat(x.Etat()) }},
			{Code: "connexion", Libelle: "Dernière connexion", Classe: "nb", Texte: func(x a) string { return vues.Moment(x.DerniereConnexion) },
				Cle: func(x a) string { return page.CleInstant(x.DerniereConnexion) }},
			{Code: "confirme", Libelle: "Confirmé le", Classe: "nb", Texte: func(x a) string { return vues.Moment(x.CertifieLe) },
				Cle: func(x a) string { return page.CleInstant(x.CertifieLe) }},
			{Code: "courriel", Libelle: "Courriel", Cachee: true, Texte: func(x a) string { return x.Courriel }},
			{Code: "agence", Libelle: "Agence", Cachee: true, Texte: func(x a) string { return x.AgenceNom }},
			{Code: "second_facteur", Libelle: "Second facteur", Cachee: true, Texte: func(x a) string {
				if x.SecondFacteurLe.IsZero() {
					return "non"
				}
				return "oui"
			}},
		},
	}
}

// filtres are those of the list, over the rows that the session sees.
func filtres(s habilitations.Session, l []administration.Acces) []page.FiltreDe[administration.Acces] {
	type a = administration.Acces
	var roles, etats []components.Choix
	for _, r := range habilitations.Roles {
		roles = append(roles, components.Choix{Code: string(r.Code), Libelle: r.Libelle})
	}
	for _, e := range administration.Etats {
		etats = append(etats, components.Choix{Code: string(e.Code), Libelle: e.Libelle})
	}
	f := []page.FiltreDe[a]{
		{Code: "role", Libelle: "Rôle", Choix: roles, Garde: func(x a, v string) bool { return slices.Contains(x.Roles, habilitations.Role(v)) }},
		{Code: "etat", Libelle: "État", Choix: etats, Garde: func(x a, v string) bool { return string(x.Etat()) == v }},
		{Code: "vu", Libelle: "Connexion", Choix: []components.Choix{{Code: "jamais", Libelle: "Jamais"}, {Code: "90", Libelle: "Aucune depuis 90 jours"}},
			Garde: func(x a, v string) bool {
				return v == "jamais" && x.DerniereConnexion.IsZero() || v == "90" && time.Since(x.DerniereConnexion) > inactif
			}},
	}
	if !s.Peut(habilitations.ToutOrganisme) {
		return f
	}
	return append([]page.FiltreDe[a]{
		{Code: "organisme", Libelle: "Organisme", Choix: organismes(l), Garde: func(x a, v string) bool { return x.Organisme == v }},
	}, f...)
}

func organismes(l []administration.Acces) []components.Choix {
	var choix []components.Choix
	for _, x := range l {
		if c := (components.Choix{Code: x.Organisme, Libelle: x.OrganismeNom}); !slices.Contains(choix, c) {
			choix = append(choix, c)
		}
	}
	slices.SortFunc(choix, func(a, b components.Choix) int {
		return strings.Compare(texte.Normaliser(a.Libelle), texte.Normaliser(b.Libelle))
	})
	return choix
}

func (h *Handlers) routesListe() []page.Route {
	lire := func(r *http.Request) (page.Tableau[administration.Acces], []administration.Acces, error) {
		s := access.Session(r)
		l, err := administration.Lister(r.Context(), h.Lecture, s)
		t := h.tableau()
		t.Filtres = filtres(s, l)
		return t, l, err
	}
	return []page.Route{
		page.Get(utilisateurs, habilitations.GererUtilisateurs, func(w http.ResponseWriter, r *http.Request) error {
			t, l, err := lire(r)
			if err != nil {
				return err
			}
			return page.Render(w, r, http.StatusOK, vues.Liste(t.Lire(r, l)))
		}),
		page.Get(utilisateurs+".csv", habilitations.GererUtilisateurs, func(w http.ResponseWriter, r *http.Request) error {
			t, l, err := lire(r)
			if err != nil {
				return err
			}
			return t.Exporter(w, r, l)
		}),
	}
}

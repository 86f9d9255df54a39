package components_test

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"imhoweb/internal/champs"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/form"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels"
	domaine "imhoweb/internal/textes"
	"imhoweb/templates/components"
	"imhoweb/templates/erreurs"
	"imhoweb/templates/layout"
	"imhoweb/templates/textes"
)

// Screens made of every component, for the browser tests. Nothing here is in
// the product.

// noms are a few nomenclatures, in memory.
type noms map[string][]referentiels.Code

var jourTest = jour.De(2026, 11, 24)

var nomsTest = noms{
	"civilite":            {{Code: "1", Libelle: "Monsieur"}, {Code: "2", Libelle: "Madame"}, {Code: "3", Libelle: "Mademoiselle", Fin: jour.De(2012, 2, 21)}},
	"nationalite":         {{Code: "F", Libelle: "Française"}, {Code: "U", Libelle: "Union européenne"}, {Code: "H", Libelle: "Hors Union européenne"}},
	"situation_familiale": {{Code: "C", Libelle: "Célibataire"}, {Code: "M", Libelle: "Marié(e)"}},
	"type_logement":       {{Code: "C", Libelle: "Chambre"}, {Code: "T1", Libelle: "T1"}, {Code: "T2", Libelle: "T2"}, {Code: "T6P", Libelle: "T6 et plus"}},
	"handicap_nature":     {{Code: "MS", Libelle: "Moteur : membre(s) supérieur(s)"}, {Code: "DA", Libelle: "Sensoriel : déficience auditive"}},
}

func (n noms) Libelle(domaine, code string) string {
	for _, c := range n[domaine] {
		if c.Code == code {
			return c.Libelle
		}
	}
	return ""
}

func (n noms) Ouvertes(domaine string, le jour.Date, deja ...string) []referentiels.Code {
	var l []referentiels.Code
	for _, c := range n[domaine] {
		if c.Ouverte(le) || len(deja) > 0 && contient(deja, c.Code) {
			l = append(l, c)
		}
	}
	return l
}

func contient(l []string, s string) bool {
	for _, x := range l {
		if x == s {
			return true
		}
	}
	return false
}

var agent = habilitations.Session{
	Utilisateur: 7, Prenom: "Hélène", Nom: "Cazenave", OrganismeNom: "Habitat Garonne", AgenceNom: "Agence Toulouse",
	TypeOrganisme: habilitations.Bailleur, Enregistreur: true, AvecParc: true, Roles: []habilitations.Role{habilitations.Saisie},
}

// suite renders texts as they are, and components, one after the other.
func suite(parties ...any) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, p := range parties {
			var err error
			switch p := p.(type) {
			case string:
				_, err = io.WriteString(w, p)
			case templ.Component:
				err = p.Render(ctx, w)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// dans gives children to a component.
func dans(c templ.Component, parties ...any) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, suite(parties...)), w)
	})
}

func valeurs() *form.Form {
	f := form.New(map[string]string{
		"demandeur.civilite": "2", "demandeur.nom": "barthès", "demandeur.prenom": "Maëlle", "demandeur.naissance": "31/02/1990",
		"demandeur.tel_portable": "0639984117", "adresse.commune": "MURET (31600)",
		"logement.loyer": "1577", "souhait.parking": "N", "type.T2": "1", "type.T6P": "1", "titulaire.emancipe": "1",
	})
	return f
}

func saisie(edition bool) components.Saisie {
	f := valeurs()
	if edition {
		f.Erreurs.Add("demandeur.naissance", "Indiquez une date du calendrier, par exemple 14/03/1991.")
		f.Erreurs.Add("demandeur.situation_familiale", "Choisissez une situation dans la liste.")
		f.Erreurs.Add("souhait.rez_de_chaussee", "Indiquez oui ou non.")
		f.Erreurs.Add("type", "Cochez au moins un type.")
		f.Erreurs.Add("cotitulaire.2.naissance", "Indiquez une date passée.")
	}
	return components.Saisie{F: f, Noms: nomsTest, Jour: jourTest, Session: agent, LectureSeule: !edition, VisiblesObligatoires: edition}
}

func dossier(edition bool) templ.Component {
	s := saisie(edition)
	ch := func(nom string, o ...components.Option) templ.Component { return components.Champ(s, nom, o...) }
	etats := map[champs.Onglet]components.EtatOnglet{
		champs.Identite: {Fautes: 2}, champs.Coordonnees: {Complet: true}, champs.Occupants: {Complet: true},
		champs.Ressources: {Manque: 1}, champs.LogementRecherche: {Manque: 2},
	}
	parties := []any{
		`<div class="deux"><aside class="panneau defile" tabindex="0" aria-label="Demande en cours"><div class="corps pile"><div class="groupe"><h2 class="fs-6">Demande</h2>`,
		components.EtatBadge("BROUILLON"), `</div>`,
		components.Fiche(components.Ligne{Libelle: "Demandeur", Valeur: "BARTHÈS Maëlle"}, components.Ligne{Libelle: "Co-dem.", Vide: "aucun"},
			components.Ligne{Libelle: "N° unique", Contenu: components.NU18("031112600231711054")}),
		components.Progression("obligatoires", "Rubriques obligatoires", 17, 22),
		`</div></aside><div class="liste defile-col">`,
		components.Onglets(champs.Coordonnees, etats, edition, "/demandes/b-12"),
		`<div class="defile pile pt-2" tabindex="0" role="region" aria-label="Identité" id="onglet">`,
		components.Bilan(s.F.Erreurs),
		`<section class="bloc"><header><h2>Demandeur</h2>`, components.LegendeMarques(), `</header><div class="corps champs">`,
		ch("demandeur.civilite", components.Largeur(2)), ch("demandeur.nom"), ch("demandeur.nom_naissance", components.Largeur(3)),
		ch("demandeur.prenom", components.Largeur(3)), ch("demandeur.naissance", components.Largeur(4)), ch("demandeur.emancipe"),
		ch("demandeur.nationalite"), ch("demandeur.situation_familiale"), ch("demandeur.nir"), ch("demandeur.tel_portable"), ch("demandeur.courriel"),
		ch("adresse.commune"), ch("logement.loyer"), ch("logement.surface"), ch("choix.1"),
		ch("souhait.parking"), ch("souhait.rez_de_chaussee"), components.Cases(s, "type", components.Largeur(6)), components.Cases(s, "handicap.1.nature"),
		ch("handicap.1.personne", components.Parmi(components.Choix{Code: "demandeur", Libelle: "BARTHÈS Maëlle"})),
		ch("souhait.commentaire"), ch("demande.date_renouvellement", components.SiVide("jamais")), ch("cotitulaire.2.naissance"),
		`</div></section>`,
	}
	if edition {
		parties = append(parties, `<section class="bloc" data-imhoweb-ligne="charge"><header><h2>Personnes à charge</h2>`,
			components.AjouterLigne("/demandes/b-12/occupants", "charge", "user-plus", "Ajouter une personne"), `</header><div class="corps">`,
			components.RetirerLigne("/demandes/b-12/occupants", "charge", "1", "LÉA Barthès"), `</div></section>`,
			components.AConfirmer("confirmer.revenus", "Revenus inhabituels : 15 770 € par mois. Confirmez ou corrigez.", false))
	}
	parties = append(parties, `</div></div></div>`)
	barre := dans(components.BarreActions(), `<button class="btn btn-primary" form="saisie" name="acte" value="creer">`, components.Ic("check"), `Créer la demande</button>`,
		`<button class="btn btn-second" form="saisie" data-imhoweb-sauver>`, components.Ic("device-floppy"), `Sauver le brouillon</button>`,
		`<a class="btn btn-danger-doux" href="/demandes/b-12/suppression" data-imhoweb-dialogue="#supprimer">`, components.Ic("trash"), `Supprimer le brouillon…</a>`,
		components.AideRaccourcis(), `<a class="btn btn-second" href="/demandes">Fermer</a>`)
	dialogue := dans(components.Dialogue(components.Confirmation{ID: "supprimer", Titre: "Supprimer le brouillon de BARTHÈS Maëlle ?", Action: "/demandes/b-12/suppression",
		Faire: "Supprimer le brouillon", Garder: "Garder le brouillon"}), `<p>La saisie du 24/11/2026 sera perdue.</p>`)
	page := layout.Page{Titre: "Gestion des demandes", SousTitre: "Nouvelle demande, BARTHÈS Maëlle", Module: "demande", Plein: true,
		Fil: []layout.Lien{{Libelle: "Accueil", Adresse: "/"}, {Libelle: "Demande", Adresse: "/demandes"}, {Libelle: "Nouvelle demande"}}}
	if !edition {
		return dans(layout.Gabarit(page), suite(parties...))
	}
	return dans(layout.Gabarit(page), `<form class="saisie" id="saisie" method="post" action="/envoi" data-imhoweb-garde>`, suite(parties...), `</form>`, barre, dialogue)
}

func liste() templ.Component {
	tri := components.Tri{Par: "depot", Desc: true, Adresse: func(par string, desc bool) string {
		if desc {
			par = "-" + par
		}
		return "/demandes?tri=" + par
	}}
	parties := []any{`<div class="deux"><details class="panneau" open><summary>`, components.Ic("filter"), `<h2>Demande</h2><span class="puce">2 critères</span>`, components.Ic("chevron-right"),
		`</summary><form action="/demandes"><div class="corps pile-s"><div><label class="form-label" for="c-nom">Nom</label><input class="form-control" id="c-nom" name="nom"></div></div><div class="pied"><button class="btn btn-primary">`, components.Ic("search"), `Rechercher</button></div></form></details>`,
		`<section class="bloc liste" aria-labelledby="t-liste"><div class="barre"><h2 id="t-liste" class="fs-6">Liste des demandes</h2>`, components.Cochees(), `</div>`,
		`<div class="tableau-zone" tabindex="0" role="region" aria-label="Tableau des demandes" data-imhoweb-liste><table class="tableau en-fiches"><thead><tr>`, components.ToutCocher(),
		components.EnteteTri(tri, "nu", "N° unique", "", ""), components.EnteteTri(tri, "nom", "Demandeur", "", "large"), components.EnteteTri(tri, "etat", "État", "", ""), components.EnteteTri(tri, "depot", "Init.", "Dépôt initial", "nb"), `</tr></thead><tbody>`}
	for i, e := range []string{"ACTIVE", "SATISFAITE", "EN_INSTANCE", "NON_RENOUVELEE", "RADIEE", "VALIDEE", "A_VALIDER", "BROUILLON", "ANNULEE"} {
		n := string(rune('1' + i))
		parties = append(parties, `<tr><td class="case"><input class="form-check-input" type="checkbox" name="d" value="`+n+`" aria-label="Sélectionner TISON Linda `+n+`"></td><td class="seul f-ligne" data-l="N°"><a href="/ouvert?n=`+n+`">`,
			components.NU18("03109260019"+n+"011082"), `</a></td><th scope="row" class="coupe f-titre">TISON Linda</th><td class="seul f-coin">`, components.EtatBadge(e), ` `, components.IncompleteCourte(), `</td><td class="nb f-ligne" data-l="Dépôt">05/09/2026</td></tr>`)
	}
	parties = append(parties, `</tbody></table></div><div class="barre barre-bas">`,
		components.Pagination(components.Pages{Debut: 51, Fin: 100, Total: 35161, Premiere: "/demandes", Precedente: "/demandes?avant=x", Suivante: "/demandes?apres=x"}),
		components.TaillePage(50, "/demandes", 20, 50, 100), components.Densite("compacte", "/demandes"), `</div></section></div>`)
	return dans(layout.Gabarit(layout.Page{Titre: "Gestion Demande", Module: "demande", Plein: true, Fil: []layout.Lien{{Libelle: "Accueil", Adresse: "/"}, {Libelle: "Gestion Demande"}},
		Actions: suite(`<a class="btn btn-primary" href="/demandes/nouvelle">`, components.Ic("plus"), `Nouvelle demande</a>`)}), parties...)
}

func porte() templ.Component {
	return dans(layout.Porte("Connexion", layout.Chiffre{Libelle: "Demandes actives ce matin", Valeur: components.Nombre(35161)}),
		`<h1>Connexion</h1>`, dans(components.Alerte(components.Erreur, ""), `<p>Nom, prénom ou mot de passe incorrect.</p>`),
		`<form class="pile-s" method="post" action="/envoi"><div><label class="form-label" for="nom">Nom</label><input class="form-control" id="nom" name="nom" autocomplete="family-name"></div><div><label class="form-label" for="mdp">Mot de passe</label><input class="form-control" type="password" id="mdp" name="mot_de_passe" autocomplete="current-password"></div><button class="btn btn-primary">Se connecter</button></form>`)
}

func divers() templ.Component {
	return dans(layout.Gabarit(layout.Page{Titre: "Composants"}), `<div class="contenu pile">`,
		dans(components.Alerte(components.Info, ""), `<p>La photo du 23/11 est utilisée.</p>`),
		dans(components.Alerte(components.Attention, "Revenus inhabituels"), `<p>15 770 € par mois. Confirmez ou corrigez.</p>`),
		dans(components.Alerte(components.Succes, ""), `<p>Demande créée.</p>`),
		dans(components.Vide("Aucune demande ne correspond", "Muret, T2, dépôt avant le 24/11/2025."), `<a class="btn btn-second" href="/demandes">Réinitialiser</a>`),
		components.Incomplete(), `</div>`)
}

func ecrans() map[string]templ.Component {
	return map[string]templ.Component{
		"saisie": dossier(true), "lecture": dossier(false), "liste": liste(), "porte": porte(), "divers": divers(),
		"erreur":   erreurs.Page(erreurs.Erreur{Statut: 404, Titre: "Page introuvable", Message: "Vérifiez le numéro.", Retour: layout.Lien{Libelle: "Revenir à l’accueil", Adresse: "/"}}),
		"mentions": textes.Public("Mentions légales", "<h2>Éditeur</h2><p>ATLAS.</p>", domaine.Version{Numero: 1}),
	}
}

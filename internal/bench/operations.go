package main

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/accueil"
	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/editions"
	"imhoweb/internal/gestion"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg"
)

// Budgets, p95 in milliseconds at 60k and 600k.
var (
	budgetOuvrir   = [2]float64{5, 5}
	budgetListe    = [2]float64{30, 40}
	budgetDoublons = [2]float64{10, 20}
	budgetAccueil  = [2]float64{50, 150}
	budgetCreation = [2]float64{50, 50}
)

// Other budgets.
const (
	budgetPage200   = 1.5  // times the first page, p95
	budgetHTTP      = 1.3  // times the SQL of the same page, above seuilHTTP
	seuilHTTP       = 10.0 // ms of SQL
	budgetDebit     = .85  // of pgbench, above seuilHTTP; budgetDebitBref below
	budgetDebitBref = .20
	budgetCharge    = 5000.0 // demandes a second
)

// Names of the operations that the report compares.
const (
	nomPage1   = "liste, sans critère, page 1"
	nomPage200 = "liste, sans critère, page 200"
	nomCreer   = "enregistrement"
)

// operations lists what is measured.
func operations(s *site, t *tirage) []operation {
	m := mesures{s, t, &accueil.Chiffres{}, ""}
	return []operation{
		{"ouvrir par numéro", "la lecture du dossier, ses attestations, ses derniers événements ; HTTP : la page", budgetOuvrir, false, m.ouvrir},
		{"liste, nom, préfixe", "garder le nom cherché, page de 50 et total ; HTTP : l’envoi et la page", budgetListe, true, m.liste(t.prefixe)},
		{"liste, nom, infixe", "de même, %ARTI%", budgetListe, true, m.liste(t.infixe)},
		{"liste, nom, jokers", "de même, MA%IN", budgetListe, true, m.liste(t.jokers)},
		{nomPage1, "page de 50 et total", budgetListe, true, m.page1},
		{nomPage200, "de même, par la clé", budgetListe, true, m.page200},
		{"doublons, recherche", "une personne du fichier, avec une faute", budgetDoublons, true, m.doublonsSeuls},
		{"doublons, à l’écran", "garder l’onglet Identité puis chercher ; HTTP : l’envoi et la page", budgetDoublons, true, m.doublonsEcran},
		{"accueil", "tout ce que montre la page", budgetAccueil, false, m.accueil},
		{"accueil, chiffres recomptés", "une fois par minute", budgetAccueil, false, m.chiffres},
		{nomCreer, "garder le dernier onglet et confirmer ; HTTP : l’envoi du bouton", budgetCreation, false, m.creer},
	}
}

// mesures makes the draws of the operations.
type mesures struct {
	s         *site
	t         *tirage
	retenus   *accueil.Chiffres
	brouillon string // that in which duplicates are looked for
}

func (m *mesures) lire(ctx context.Context, f func(context.Context, pgx.Tx) error) error {
	return pg.ReadOnly(ctx, m.s.lecture, func(tx pgx.Tx) error { return f(ctx, tx) })
}

// recents is how many événements the page of a dossier tells.
const recents = 12

func (m *mesures) ouvrir(context.Context) (essai, error) {
	numero, s := un(m.t, m.t.numeros), m.s.session
	return essai{
		sql: func(ctx context.Context) error {
			return m.lire(ctx, func(ctx context.Context, tx pgx.Tx) error {
				_, err := m.s.fichier.LireDossier(ctx, tx, s, numero, &demandes.FiltreHistorique{Limite: recents}, func(b *pgx.Batch) {
					editions.QueueAttestations(b, s, numero, new([]editions.Attestation))
				})
				return err
			})
		},
		http: func(ctx context.Context) error { return m.s.get(ctx, "/demandes/"+numero) },
	}, nil
}

func (m *mesures) lister(c gestion.Criteres, v url.Values) func(context.Context) error {
	return func(ctx context.Context) error {
		return m.lire(ctx, func(ctx context.Context, tx pgx.Tx) error {
			_, err := gestion.Lister(ctx, tx, m.s.session, c, gestion.ParseVue(v, gestion.TailleParDefaut))
			return err
		})
	}
}

func (m *mesures) liste(nom func() string) func(context.Context) (essai, error) {
	return func(context.Context) (essai, error) {
		c := gestion.Criteres{Nom: nom()}
		return essai{
			sql: func(ctx context.Context) error {
				id, err := gestion.Garder(ctx, m.s.ecriture, m.s.session, c)
				if err != nil {
					return err
				}
				return m.lire(ctx, func(ctx context.Context, tx pgx.Tx) error {
					lus := gestion.Criteres{}
					if err := gestion.Reprendre(ctx, tx, m.s.session, id, &lus); err != nil {
						return err
					}
					_, err := gestion.Lister(ctx, tx, m.s.session, lus, gestion.ParseVue(url.Values{}, gestion.TailleParDefaut))
					return err
				})
			},
			http: func(ctx context.Context) error {
				lieu, err := m.s.post(ctx, "/demandes", url.Values{gestion.Nom: {c.Nom}}, http.StatusSeeOther)
				if err != nil {
					return err
				}
				return m.s.get(ctx, lieu)
			},
		}, nil
	}
}

func (m *mesures) page1(context.Context) (essai, error) {
	return essai{m.lister(gestion.Criteres{}, nil), func(ctx context.Context) error { return m.s.get(ctx, "/demandes") }}, nil
}

func (m *mesures) page200(context.Context) (essai, error) {
	v := url.Values{"apres": {strconv.FormatInt(un(m.t, m.t.pages200), 10)}, "rang": {"9951"}}
	return essai{m.lister(gestion.Criteres{}, v), func(ctx context.Context) error { return m.s.get(ctx, "/demandes?"+v.Encode()) }}, nil
}

func (m *mesures) doublonsSeuls(context.Context) (essai, error) {
	p := m.t.faute(un(m.t, m.t.personnes))
	d := &demandes.Demande{Entete: m.t.entete()}
	d.Demandeur.Identite = demandes.Identite{Civilite: p.Civilite, Nom: p.Nom, NomNaissance: p.NomNaissance, Prenom: p.Prenom, Naissance: p.Naissance}
	return essai{sql: func(ctx context.Context) error {
		_, err := m.s.fichier.ChercherDoublons(ctx, m.s.ecriture, m.s.session, d, m.t.le)
		return err
	}}, nil
}

// garder does what a send of a tab does before its act.
func (m *mesures) garder(ctx context.Context, numero string, v demandes.Valeurs, o champs.Onglet) (demandes.Entete, *demandes.Saisie, error) {
	s := m.s
	e, err := demandes.EnteteDe(ctx, s.ecriture, s.session, habilitations.ModifierDemande, numero)
	if err != nil {
		return e, nil, err
	}
	a, err := s.fichier.SaisieDe(ctx, s.ecriture, s.session, &e)
	if err != nil {
		return e, nil, err
	}
	return e, a, s.fichier.EnregistrerOnglet(ctx, s.ecriture, s.session, a, o, v, 0)
}

func (m *mesures) doublonsEcran(ctx context.Context) (essai, error) {
	if m.brouillon == "" {
		var err error
		if m.brouillon, err = m.s.brouillon(ctx, m.t, demandes.Valeurs{"demandeur.nom": "Banc"}); err != nil {
			return essai{}, err
		}
	}
	v := demandes.Valeurs{}
	m.t.faute(un(m.t, m.t.personnes)).identite(v)
	a, err := m.s.fichier.SaisieDe(ctx, m.s.ecriture, m.s.session, enteteDe(m.brouillon))
	if err != nil {
		return essai{}, err
	}
	version := a.Version
	return essai{
		sql: func(ctx context.Context) error {
			e, a, err := m.garder(ctx, m.brouillon, v, champs.Identite)
			if err != nil {
				return err
			}
			version = a.Version
			d, _ := m.s.fichier.ControlerSaisie(e, a, m.t.le)
			_, err = m.s.fichier.ChercherDoublons(ctx, m.s.ecriture, m.s.session, d, m.t.le)
			return err
		},
		http: func(ctx context.Context) error {
			_, err := m.s.post(ctx, "/demandes/"+m.brouillon+"/identite", formulaire(v, version, "doublons"), http.StatusOK)
			return err
		},
	}, nil
}

// formulaire is what a browser sends from a tab.
func formulaire(v demandes.Valeurs, version int, acte string) url.Values {
	f := url.Values{"acte": {acte}, "saisie": {string(demandes.SaisieCreation)}, "version": {strconv.Itoa(version)}}
	for nom, valeur := range v {
		f.Set(nom, valeur)
	}
	return f
}

func (m *mesures) accueil(context.Context) (essai, error) {
	s := m.s.session
	return essai{
		sql: func(ctx context.Context) error {
			return m.lire(ctx, func(ctx context.Context, tx pgx.Tx) error {
				if _, err := accueil.Lire(ctx, tx, s, m.t.le); err != nil {
					return err
				}
				_, err := m.retenus.Typologie(ctx, tx, m.s.ref, s.Departement)
				return err
			})
		},
		http: func(ctx context.Context) error { return m.s.get(ctx, "/") },
	}, nil
}

func (m *mesures) chiffres(context.Context) (essai, error) {
	return essai{sql: func(ctx context.Context) error {
		_, err := accueil.CompterTypes(ctx, m.s.lecture, m.s.ref, m.s.session.Departement)
		return err
	}}, nil
}

// creer registers two households alike, one at each level.
func (m *mesures) creer(ctx context.Context) (essai, error) {
	modele := un(m.t, m.t.modeles)
	var numeros [2]string
	var tapees [2]demandes.Valeurs
	for i := range numeros {
		v := m.t.menage(modele)
		tapees[i] = deOnglet(v, champs.LogementRecherche)
		var err error
		if numeros[i], err = m.s.brouillon(ctx, m.t, v); err != nil {
			return essai{}, err
		}
	}
	return essai{
		sql: func(ctx context.Context) error {
			_, a, err := m.garder(ctx, numeros[0], tapees[0], champs.LogementRecherche)
			if err != nil {
				return err
			}
			_, err = m.s.fichier.Confirmer(ctx, m.s.ecriture, m.s.session, a, m.t.le)
			return err
		},
		http: func(ctx context.Context) error {
			_, err := m.s.post(ctx, "/demandes/"+numeros[1]+"/"+string(champs.LogementRecherche), formulaire(tapees[1], 1, "confirmer"), http.StatusSeeOther)
			return err
		},
	}, nil
}

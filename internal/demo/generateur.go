package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"

	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/noms"
	"imhoweb/internal/plafonds"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
)

// generateur holds what every lot reads and none writes.
type generateur struct {
	jour     jour.Date
	graine   uint64
	ouvriers int // goroutines that make lots
	ref      *referentiels.Referentiels
	fichier  demandes.Fichier
	noms     *noms.Tirage
	lois     *lois
	plafonds plafonds.Table
	aNaitre  bool // children expected count in the category of plafond

	partAttribuees, partAutresRadiations float64

	petits     map[cleNumero]int16
	places     map[string]int32 // numbers of territoires
	organismes map[string]int32
	agents     map[string][]int64 // users who register, by organisme
	gestion    string             // organisme that radiates for non-renewal
	ailleurs   []referentiels.Commune
}

type cleNumero struct{ domaine, code string }

// Nomenclatures whose small numbers the search row holds.
var domainesProjetes = []string{
	"nature_demande", "situation_familiale", "nationalite", "activite_professionnelle", "csp", "situation_logement_actuel",
	"motif_demande", "reservataire", "origine_demande", "categorie_logement", "nature_bien", "type_logement", "collecteur_1pc", "priorite",
}

func nouveauGenerateur(ctx context.Context, db pg.DB, o Options) (*generateur, error) {
	ref, err := referentiels.Ouvrir(ctx, db)
	if err != nil {
		return nil, err
	}
	tirage, err := noms.Lire()
	if err != nil {
		return nil, err
	}
	cal, err := lireCalibrage()
	if err != nil {
		return nil, err
	}
	g := &generateur{
		jour: o.Jour, graine: o.Graine, ouvriers: runtime.GOMAXPROCS(0), ref: ref, fichier: demandes.Fichier{Ref: ref}, noms: tirage, lois: construireLois(cal),
		plafonds: ref.Plafonds(), aNaitre: ref.Oui(referentiels.EnfantsANaitreComptes),
		petits: map[cleNumero]int16{}, places: map[string]int32{}, organismes: map[string]int32{}, agents: map[string][]int64{},
	}
	sorties := cal.poids("sortie_du_stock", 3)
	g.partAttribuees, g.partAutresRadiations = sorties[0], sorties[2]
	for _, d := range domainesProjetes {
		if len(ref.Nomenclature(d)) == 0 {
			return nil, fmt.Errorf("demo: la nomenclature %s est vide : lancez « imhoweb referentiels »", d)
		}
		for _, c := range ref.Nomenclature(d) {
			g.petits[cleNumero{d, c.Code}] = c.Numero
		}
	}
	for _, o := range ref.Organismes() {
		g.organismes[o.Code] = o.Numero
		if o.Type == string(habilitations.Gestionnaire) && o.Actif && g.gestion == "" {
			g.gestion = o.Code
		}
	}
	return g, g.lireAgents(ctx, db)
}

func (g *generateur) numero(domaine, code string) int16 { return g.petits[cleNumero{domaine, code}] }

const agentsSQL = `
select organisme, utilisateur
from affectations
where roles && array['SAISIE', 'ADMIN_ATLAS']
order by organisme, utilisateur`

// lireAgents finds who may have registered what: accounts of the demo, if any.
func (g *generateur) lireAgents(ctx context.Context, db pg.DB) error {
	rows, err := db.Query(ctx, agentsSQL)
	if err != nil {
		return fmt.Errorf("demo: read the agents: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var organisme string
		var id int64
		if err := rows.Scan(&organisme, &id); err != nil {
			return err
		}
		g.agents[organisme] = append(g.agents[organisme], id)
	}
	return rows.Err()
}

// departement is where a set of demandes is registered and wants to live.
type departement struct {
	code     string
	secteurs [4]urne[referentiels.Territoire] // TM, SICOVAL, MURETAIN, the rest
	communes urne[referentiels.Commune]       // where people live
	guichets urne[referentiels.Guichet]
	portail  *referentiels.Guichet
	// bailleurs by commune, for present HLM tenants
	bailleurs urne[referentiels.Organisme]
}

// Weights of the guichets by type of organisme: most demandes are registered by
// bailleurs.
var poidsGuichets = map[string]int{"BAILLEUR": 10, "EPCI": 6, "COMMUNE": 4, "DEPARTEMENT": 3, "ETAT": 2, "COLLECTEUR": 6}

// codePortail is the guichet of the demandes made on the public portal.
const codePortail = "GDPUB"

func (g *generateur) departement(code string) (*departement, error) {
	d := &departement{code: code}
	dep, _ := g.ref.Departement(code)
	for _, t := range g.ref.CommunesDe(code) {
		c, _ := g.ref.Commune(t.CodeInsee)
		g.places[t.Code] = t.Numero
		for _, q := range g.ref.Enfants(t.Code) {
			g.places[q.Code] = q.Numero
		}
		poids := max(c.Population, 1)
		if len(g.ref.Enfants(t.Code)) > 0 {
			poids *= 2 // Toulouse (calibrage.md §3)
		}
		s := slices.IndexFunc([]string{"TM", "SICOVAL", "MURETAIN"}, func(s string) bool { return g.ref.Dans(t.Code, s) })
		if s < 0 {
			s = 3
		}
		d.secteurs[s].ajouter(t, poids)
		d.communes.ajouter(c, poids)
	}
	for _, o := range g.ref.Organismes() {
		if o.Departement != code || !o.Actif {
			continue
		}
		if o.Type == "BAILLEUR" {
			d.bailleurs.ajouter(o, 1)
		}
		for _, gu := range g.ref.Guichets(o.Code) {
			switch {
			case gu.Code == codePortail && gu.Actif:
				d.portail = &gu
			case gu.Actif && o.Enregistreur:
				d.guichets.ajouter(gu, poidsGuichets[o.Type])
			}
		}
	}
	if d.guichets.vide() || d.communes.vide() || d.bailleurs.vide() {
		return nil, fmt.Errorf("demo: le département %s n’a ni guichet, ni commune ou ni bailleur", dep.Nom)
	}
	return d, nil
}

// tireur makes the demandes of one lot.
type tireur struct {
	*generateur
	*rand.Rand
	dep       *departement
	fiche     *fiche
	d         *demandes.Demande
	tirages   tirages
	dernieres []*demandes.Demande // recent ones, to be copied with mistakes
}

// tirages are the positions drawn for the demande being made.
type tirages struct {
	men, situation, age, activite, statut, pourcent int
	anciens                                         bool // registered before 2017
	rfr                                             int  // yearly income of the household, euros
}

// demande makes a whole dossier.
func (t *tireur) demande(f *fiche) (*demandes.Demande, []evenement) {
	l := t.lois
	t.fiche = f
	men := l.menages.tirer(t.Rand, 0)
	x := tirages{men: men, anciens: f.depot.Annee() < 2017}
	x.situation = l.situation.tirer(t.Rand, men)
	x.age = l.age.tirer(t.Rand, iAge(f.anciennete, men, x.situation))
	x.age = max(x.age, slices.IndexFunc(ages, func(a [2]int) bool { return a[1] >= t.ageMinimum() }))
	x.activite = l.activite.tirer(t.Rand, iActivite(x.age, men))
	x.statut = l.statut.tirer(t.Rand, iStatut(x.age, men, x.activite))
	x.pourcent = l.ressources.tirer(t.Rand, x.activite)
	t.tirages = x
	t.d = &demandes.Demande{Entete: demandes.Entete{
		ID: f.id, Departement: t.dep.code, Statut: demandes.Active, MotifRadiation: f.motif, Incomplete: f.incomplete,
		DateDepot: f.depot, DateEcheance: f.echeance(), DateRadiation: f.radiation,
	}}
	if !f.active() {
		t.d.Statut = demandes.Radiee
	}
	if n := len(f.renouvellements); n > 0 {
		t.d.DateRenouvellement = f.renouvellements[n-1]
	}
	t.enregistrement()
	if chance(t.Rand, partMorales) && !f.incomplete {
		t.morale()
	} else {
		t.menage()
		t.lieu()
		t.emplois()
		t.ressources()
		t.logement()
		t.handicaps()
		t.souhaits()
		t.accompagnement()
		t.priorites()
	}
	t.d.Foyer, t.d.Nature = t.d.CalculerFoyer(), t.d.CalculerNature()
	t.doublon()
	if f.incomplete {
		t.lacunes()
	}
	return t.d, t.evenements()
}

// enregistrement chooses who registers the demande, and gives its numbers.
func (t *tireur) enregistrement() {
	d, f := t.d, t.fiche
	gu := t.dep.guichets.tirer(t.Rand)
	d.Origine = "GUICHET"
	enLigne := .1 + .025*float64(min(max(f.depot.Annee()-2015, 0), 11)) // a tenth in 2015, a third in 2020
	switch {
	case f.depot.Avant(ouverture), f.incomplete && chance(t.Rand, .5):
		d.Origine = "SNE"
	case t.dep.portail != nil && t.dep.portail.Ouvert(f.depot) && chance(t.Rand, enLigne):
		d.Origine, gu = "GP", *t.dep.portail
	case chance(t.Rand, .06):
		d.Origine = "COURRIER"
	}
	d.Guichet, d.Organisme = gu.Code, gu.Organisme
	d.NumeroUnique, d.NumeroIW = demandes.Numeros(t.dep.code, f.depot, f.rang, gu.Code)
	if chance(t.Rand, .2) {
		d.NumeroInterne = "D" + chiffres(t.IntN(1_000_000), 6)
	}
	d.PreavisPostal = d.Origine == "GP" && chance(t.Rand, .2)
	d.Contingent = t.contingent()
}

func (t *tireur) contingent() string {
	if !chance(t.Rand, .09) {
		return ""
	}
	return parmi(t.Rand, "PPRIOR", "PPRIOR", "PFONCT", "COLTER", "COLACT", "COLACT", "AUTRES", "AUCUN")
}

// chiffres writes a number on n digits.
func chiffres(v, n int) string {
	b := make([]byte, n)
	for i := n - 1; i >= 0; i-- {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return string(b)
}

// age is that of a person on the day of the demo.
func (g *generateur) age(naissance jour.Date) int { return naissance.Age(g.jour) }

package demo

import (
	"slices"

	"imhoweb/internal/demandes"
	"imhoweb/internal/plafonds"
)

// projeter writes the search row of an active demande.
func (g *generateur) projeter(f *flux, d *demandes.Demande) {
	t, c, o := &d.Demandeur, &d.Coordonnees, &d.Souhait
	numero := func(domaine, code string) { f.int2(int(g.numero(domaine, code))) }
	f.ligne(44)
	f.texte(d.Departement)
	f.int8(d.ID)
	f.date(d.DateDepot)
	f.date(d.DateRenouvellement)
	f.date(d.DateEcheance)
	f.texte(d.NumeroUnique)
	numero("nature_demande", d.Nature)
	numero("situation_familiale", t.SituationFamiliale)
	numero("nationalite", t.Nationalite)
	numero("activite_professionnelle", t.Emploi.Activite)
	numero("csp", t.Emploi.Csp)
	numero("situation_logement_actuel", d.LogementActuel.Situation)
	numero("motif_demande", d.Motifs[0])
	numero("motif_demande", d.Motifs[1])
	numero("reservataire", d.Contingent)
	numero("origine_demande", d.Origine)
	numero("categorie_logement", o.Categorie)
	numero("nature_bien", o.NatureBien)
	f.int2s(g.numeros("type_logement", o.Types))
	places := make([]int32, len(o.Choix))
	for i, code := range o.Choix {
		places[i] = g.places[code]
	}
	f.int4s(places)
	var collecteurs []string
	for _, t := range d.Titulaires() {
		for _, c := range t.Collecteurs {
			if !slices.Contains(collecteurs, c.Code) {
				collecteurs = append(collecteurs, c.Code)
			}
		}
	}
	f.int2s(g.numeros("collecteur_1pc", collecteurs))
	f.int2s(g.numeros("priorite", d.Priorites))
	f.texte(c.Commune)
	f.texte(t.Emploi.CommuneTravail)
	f.int4(int(g.organismes[d.Organisme]))
	f.texte(d.Guichet)
	if t.Naissance.IsZero() {
		f.nul()
	} else {
		f.int2(t.Naissance.Annee())
	}
	f.int2(d.Foyer)
	if total, connu := d.TotalRessources(); connu {
		f.int4(total)
	} else {
		f.nul()
	}
	pct := g.fichier.Plafonds(d, g.jour).Pct
	for _, financement := range plafonds.Financements {
		f.int2OuNul(pct[financement])
	}
	f.int4OuNul(o.LoyerMax)
	f.int2OuNul(d.LogementActuel.Surface)
	f.int2OuNul(d.LogementActuel.Habitants)
	f.ouiOuNul(o.Elargie)
	f.ouiOuNul(o.RezDeChaussee)
	f.ouiOuNul(o.SansAscenseur)
	f.ouiOuNul(o.Adapte)
	f.ouiOuNul(o.Parking)
	f.ouiOuNul(o.Fsl)
	if len(d.Handicaps) > 0 {
		f.oui(true)
	} else {
		f.ouiOuNul(d.HandicapMDPH)
	}
	f.ouiOuNul(c.Suivi)
	f.oui(d.Incomplete)
}

// numeros gives the small numbers of codes, in increasing order.
func (g *generateur) numeros(domaine string, codes []string) []int16 {
	l := make([]int16, len(codes))
	for i, c := range codes {
		l[i] = g.numero(domaine, c)
	}
	slices.Sort(l)
	return l
}

package demandes

import (
	"context"
	"slices"

	"imhoweb/internal/champs"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// PourCommunication reads a registered dossier whole, for the person it is
// about (RGPD art. 15): nothing of it is hidden from whoever may hand it over.
func (f Fichier) PourCommunication(ctx context.Context, db pg.DB, s habilitations.Session, numero string) (*Demande, error) {
	d, err := f.getComplet(ctx, db, s, habilitations.CommuniquerDossier, numero)
	if err == nil && d.NumeroUnique == "" { // a draft is its organisme's working paper
		err = fault.NotFound
	}
	return d, err
}

// Declaration is one fact of a dossier, in French.
type Declaration struct {
	Onglet  champs.Onglet
	Sujet   string // "Co-demandeur 2", or ""
	Libelle string
	Valeur  string
}

// Declarations lists everything that a dossier declares, as its form shows it,
// tab by tab.
func (f Fichier) Declarations(d *Demande) []Declaration {
	var l []Declaration
	for _, x := range Differences(nil, Ecrire(d, f.Ref)) {
		c, _ := champs.Nom(x.Nom)
		change := f.changement(c, x)
		if change.Apres == "" {
			continue
		}
		l = append(l, Declaration{Onglet: c.Onglet, Sujet: change.Sujet, Libelle: change.Libelle, Valeur: change.Apres})
	}
	slices.SortStableFunc(l, func(a, b Declaration) int { return rangOnglet(a.Onglet) - rangOnglet(b.Onglet) })
	return l
}

func rangOnglet(o champs.Onglet) int {
	for i, x := range champs.Onglets {
		if x.Code == o {
			return i
		}
	}
	return len(champs.Onglets)
}

package e2e

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/plafonds"
	"imhoweb/internal/platform/jour"
)

// versOnglet goes to a tab of the saisie, as one does: by its button.
func (o *Onglet) versOnglet(c champs.Onglet) {
	o.t.Helper()
	o.suivre(boutonOnglet(c))
	o.surOnglet(c)
}

func boutonOnglet(c champs.Onglet) string {
	return `[data-imhoweb-onglets] button[value="` + string(c) + `"]`
}

// surOnglet waits for the page of a tab.
func (o *Onglet) surOnglet(c champs.Onglet) {
	o.t.Helper()
	o.attendre(`document.querySelector('[data-imhoweb-onglets] [aria-current]')?.value === ` + chaine(string(c)))
}

// remplir types the values of a whole dossier, tab after tab, as on paper, and
// ends on the last tab.
func (o *Onglet) remplir(v demandes.Valeurs) {
	o.t.Helper()
	par := map[champs.Onglet]demandes.Valeurs{}
	for nom, x := range v {
		c, ok := champs.Nom(nom)
		if !ok {
			o.t.Fatalf("field %s isn't in the catalogue", nom)
		}
		if par[c.Onglet] == nil {
			par[c.Onglet] = demandes.Valeurs{}
		}
		par[c.Onglet][nom] = x
	}
	for _, x := range champs.Onglets {
		if x.Code == champs.Historique || v["demande.personne_morale"] != "" && par[x.Code] == nil {
			continue
		}
		if x.Code != champs.Identite {
			o.versOnglet(x.Code)
		}
		o.remplirOnglet(x.Code, par[x.Code])
	}
}

// remplirOnglet types the values of one tab, and reads them again.
func (o *Onglet) remplirOnglet(c champs.Onglet, v demandes.Valeurs) {
	o.t.Helper()
	switch c {
	case champs.Metier:
		o.remplirMetier(v)
		return
	case champs.Identite:
		if v["demande.personne_morale"] != "" {
			o.deplierMorale()
		}
	}
	o.poserTout(v)
}

// deplierMorale turns the tab into that of an association.
func (o *Onglet) deplierMorale() {
	o.t.Helper()
	if !o.sansJS {
		o.nouvellePage(func() { o.poser("demande.personne_morale", "1") })
		return
	}
	o.poser("demande.personne_morale", "1")
	o.suivre("=Afficher ses rubriques")
}

// remplirMetier types the job of each titulaire, then the collecteurs in their window.
func (o *Onglet) remplirMetier(v demandes.Valeurs) {
	o.t.Helper()
	par := map[string]demandes.Valeurs{}
	fenetre := map[string]demandes.Valeurs{}
	for nom, x := range v {
		sujet := nom[:strings.LastIndexByte(nom, '.')]
		cible := par
		for _, mot := range []string{".collecteur", ".dossier"} {
			if s, ok := strings.CutSuffix(sujet, mot); ok {
				sujet, cible = s, fenetre
			}
		}
		if cible[sujet] == nil {
			cible[sujet] = demandes.Valeurs{}
		}
		cible[sujet][nom] = x
	}
	sujets := []string{"demandeur"}
	for s := range par {
		if s != "demandeur" {
			sujets = append(sujets, s)
		}
	}
	slices.Sort(sujets[1:])
	for _, s := range sujets {
		if s != "demandeur" {
			o.suivre(`button[value="metier#` + s + `.profession"]`)
		}
		o.poserTout(par[s])
		if fenetre[s] != nil {
			o.cliquer("=Détail…")
			o.poserTout(fenetre[s])
			o.suivre(`button[value="metier#` + s + `.un_pour_cent"]`)
			for nom, x := range fenetre[s] {
				if got := o.valeur(nom); got != x {
					o.t.Fatalf("%s holds %q after the window, typed %q", nom, got, x)
				}
			}
		}
	}
}

// poserTout types values in the order of the form, adding the lines they need.
func (o *Onglet) poserTout(v demandes.Valeurs) {
	o.t.Helper()
	ordre := parLigne(demandes.Differences(nil, v))
	for _, d := range ordre {
		if o.poser(d.Nom, d.Apres) {
			continue
		}
		o.ajouterLigne(d.Nom)
		if !o.poser(d.Nom, d.Apres) {
			o.t.Fatalf("on %s, no field %s", o.adresse(), d.Nom)
		}
	}
	for _, d := range ordre {
		if got := o.valeur(d.Nom); got != d.Apres {
			o.t.Fatalf("on %s, %s holds %q, typed %q", o.adresse(), d.Nom, got, d.Apres)
		}
	}
}

// parLigne puts the fields of one line together, where the catalogue has those
// of one kind together.
func parLigne(l []demandes.Difference) []demandes.Difference {
	ligne := func(nom string) string {
		parts := strings.SplitN(nom, ".", 3)
		if len(parts) == 3 && strings.Trim(parts[1], "0123456789") == "" {
			return parts[0] + "." + parts[1]
		}
		return ""
	}
	rangs := map[string]int{}
	for i, d := range l {
		x := ligne(d.Nom)
		if _, deja := rangs[x]; x != "" && !deja {
			rangs[x] = i
		}
	}
	rang := func(i int, d demandes.Difference) int {
		if x := ligne(d.Nom); x != "" {
			return rangs[x]
		}
		return i
	}
	type place struct {
		rang int
		d    demandes.Difference
	}
	places := make([]place, len(l))
	for i, d := range l {
		places[i] = place{rang(i, d), d}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.rang, b.rang) })
	for i, x := range places {
		l[i] = x.d
	}
	return l
}

// ajouterLigne asks for the line of a field that isn't shown yet: "charge.2.nom".
func (o *Onglet) ajouterLigne(nom string) {
	o.t.Helper()
	sorte, _, _ := strings.Cut(nom, ".")
	bouton := `button[name="ajouter"][value="` + sorte + `"]`
	if !o.existe(bouton) {
		return
	}
	apparu := fmt.Sprintf("document.getElementsByName(%s).length > 0", chaine(nom))
	if o.sansJS || !o.existe(bouton+"[hx-post]") { // the first page of a demande goes to that of its draft
		o.nouvellePage(func() { o.cliquer(bouton) })
		o.attendre(apparu)
		return
	}
	o.cliquer(bouton)
	o.attendre(apparu + ` && document.activeElement.closest("[data-imhoweb-ligne]")`) // the new line takes the keyboard
}

// verifierValeurs reads the whole saisie again, tab after tab.
func (o *Onglet) verifierValeurs(v demandes.Valeurs, onglets ...champs.Onglet) {
	o.t.Helper()
	for _, x := range onglets {
		o.versOnglet(x)
		for nom, want := range v {
			if c, _ := champs.Nom(nom); c.Onglet == x {
				if got := o.valeur(nom); got != want {
					o.t.Errorf("%s holds %q, typed %q", nom, got, want)
				}
			}
		}
	}
}

// cejour moves the fiscal years of an example to those that the form asks for
// today.
func cejour(v demandes.Valeurs) demandes.Valeurs {
	w := demandes.Valeurs{}
	for nom, x := range v {
		if debut, ok := strings.CutPrefix(nom, "rfr."); ok && strings.HasSuffix(nom, ".2024") {
			nom = fmt.Sprintf("rfr.%s.%d", strings.TrimSuffix(debut, ".2024"), plafonds.AnneeRFR(jour.Aujourdhui()))
		}
		w[nom] = x
	}
	return w
}

// confirmerAlertes ticks what has to be confirmed, and tells what it was.
func (o *Onglet) confirmerAlertes() []string {
	o.t.Helper()
	phrases := lire[[]string](o, `[...document.querySelectorAll("#alertes .alerte p")].map(p => p.innerText)`)
	for _, nom := range lire[[]string](o, `[...document.querySelectorAll("#alertes input[type=checkbox]")].map(x => x.name)`) {
		o.cliquer(`[id="` + nom + `"]`)
	}
	return phrases
}

// creee waits for the demande just made, and gives its numéro unique.
func (o *Onglet) creee() string {
	o.t.Helper()
	o.attendre(`/^\/demandes\/[0-9]{13}[0-9A-Z]{5}$/.test(location.pathname)`)
	o.doitDire("Demande créée. Numéro unique")
	return strings.TrimPrefix(o.adresse(), "/demandes/")
}

// sansFaute fails with the mistakes that the page reproaches, when there are some.
func (o *Onglet) sansFaute() {
	o.t.Helper()
	if o.existe("#bilan") {
		o.t.Fatalf("mistakes on %s:\n%s", o.adresse(), o.resume())
	}
}

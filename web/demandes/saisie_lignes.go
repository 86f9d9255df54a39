package demandes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/form"
)

// sortes are the kinds of lines of each tab.
var sortes = map[champs.Onglet][]string{
	champs.Identite:          {"cotitulaire"},
	champs.Occupants:         {"charge", "garde", "autre", "handicap"},
	champs.Ressources:        {"ressource", "versee"},
	champs.LogementRecherche: {"choix"},
}

// ongletTape takes the fields of a tab out of what was sent. Fields that the
// page didn't show are those kept: the job of another person, the identity
// behind a personne morale.
func ongletTape(f *form.Form, a *demandes.Saisie, o champs.Onglet) demandes.Valeurs {
	v := demandes.Valeurs{}
	for nom, x := range f.Valeurs {
		if c, ok := champs.Nom(nom); ok && c.Onglet == o && x != "" && !strings.Contains(nom, "__") {
			v[nom] = x
		}
	}
	for nom, x := range a.Valeurs {
		c, ok := champs.Nom(nom)
		if _, envoye := f.Valeurs[nom]; ok && c.Onglet == o && !envoye && !montre(f, a, o, nom) {
			v[nom] = x
		}
	}
	return v
}

// montre tells whether the page that was sent showed that field.
func montre(f *form.Form, a *demandes.Saisie, o champs.Onglet, nom string) bool {
	sujet, _, _ := strings.Cut(nom, ".")
	switch {
	case o == champs.Metier:
		return strings.HasPrefix(nom, f.Get("personne")+".")
	case o == champs.Identite && f.Get("variante") == "morale":
		return sujet != "demandeur" && sujet != "cotitulaire"
	case o == champs.Identite:
		return sujet != "morale"
	case a.Valeurs["demande.personne_morale"] != "":
		return o == champs.Coordonnees || o == champs.LogementRecherche
	}
	return true
}

// lignesVides lists the lines of the page where nothing was typed.
func lignesVides(f *form.Form, v demandes.Valeurs, o champs.Onglet) map[string][]int {
	l := map[string][]int{}
	for _, sorte := range sortes[o] {
		if sorte == "choix" {
			continue
		}
		pleines := clesDe(v, sorte)
		for _, n := range clesDe(f.Valeurs, sorte) {
			if !slices.Contains(pleines, n) {
				l[sorte] = append(l[sorte], n)
			}
		}
	}
	return l
}

// clesDe lists the keys of a kind of line among names of fields, in order.
func clesDe(v map[string]string, sorte string) []int {
	var l []int
	for nom := range v {
		reste, ok := strings.CutPrefix(nom, sorte+".")
		cle, _, _ := strings.Cut(reste, ".")
		if n, err := strconv.Atoi(cle); ok && err == nil && n > 0 && n < 1000 && !slices.Contains(l, n) {
			l = append(l, n)
		}
	}
	slices.Sort(l)
	return l
}

// cleSuivante numbers a new line: a key is not used again within a saisie, so
// that the history doesn't take one person for another.
func cleSuivante(sorte string, sources ...map[string]string) int {
	dernier := 0
	for _, v := range sources {
		if l := clesDe(v, sorte); len(l) > 0 {
			dernier = max(dernier, l[len(l)-1])
		}
	}
	return min(dernier+1, 999)
}

// oter removes a line, or a person with all that the other tabs say of them.
func oter(v demandes.Valeurs, sujet string) demandes.Valeurs {
	reste := demandes.Valeurs{}
	for nom, x := range v {
		if !strings.HasPrefix(nom, sujet+".") && !strings.HasPrefix(nom, "rfr."+sujet+".") {
			reste[nom] = x
		}
	}
	return reste
}

// choixTapes are the ranks of the tab, without holes but in their order.
func choixTapes(v demandes.Valeurs) []string {
	l := make([]string, demandes.MaxChoix)
	for i := range l {
		l[i] = v[fmt.Sprintf("choix.%d", i+1)]
	}
	return l
}

func poserChoix(v demandes.Valeurs, l []string) {
	for i := range demandes.MaxChoix {
		nom := fmt.Sprintf("choix.%d", i+1)
		delete(v, nom)
		if i < len(l) && l[i] != "" {
			v[nom] = l[i]
		}
	}
}

// reclasser moves or removes one of the choices as the button says; the rank is
// that to look at afterwards, 0 when no button of the choices was pressed.
func reclasser(f *form.Form, v demandes.Valeurs) (rang int) {
	l := choixTapes(v)
	echanger := func(i, j int) int {
		if i < 0 || j < 0 || i >= len(l) || j >= len(l) {
			return 0
		}
		l[i], l[j] = l[j], l[i]
		return j + 1
	}
	if n, err := strconv.Atoi(f.Get("monter")); err == nil {
		rang = echanger(n-1, n-2)
	}
	if n, err := strconv.Atoi(f.Get("descendre")); err == nil {
		rang = echanger(n-1, n)
	}
	if cle, ok := strings.CutPrefix(f.Get("retirer"), "choix."); ok {
		if n, err := strconv.Atoi(cle); err == nil && n >= 1 && n <= len(l) {
			l, rang = slices.Delete(l, n-1, n), n
		}
	}
	if rang > 0 {
		poserChoix(v, l)
	}
	return rang
}

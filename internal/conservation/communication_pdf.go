package conservation

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"imhoweb/internal/editions"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

// PDF writes the dossier for the person.
func (c *Communication) PDF(w io.Writer) error { return editions.DossierPDF(w, c.imprimer()) }

func (c *Communication) imprimer() editions.Dossier {
	d := editions.Dossier{
		Titre:     "Dossier complet de demande de logement social",
		Reference: "Numéro unique : " + editions.NumeroGroupe(c.NumeroUnique),
		Auteur:    "ATLAS",
		Le:        jour.DeTime(c.EtablieLe),
		Chapo: []string{
			"Établi par ATLAS, gestionnaire du fichier partagé, le " + jour.DeTime(c.EtablieLe).String() +
				", en réponse à une demande d’accès (règlement général sur la protection des données, article 15). Il contient tout ce que le fichier détient sur cette demande, et les organismes qui l’ont consultée.",
			"Vous pouvez faire rectifier ou compléter ces informations au guichet qui a enregistré votre demande ou auprès d’ATLAS et, en cas de difficulté, saisir la CNIL (cnil.fr). " +
				fmt.Sprintf("Elles sont effacées %d%smois après la radiation de la demande.", c.Mois, texte.Insecable),
		},
	}
	type fait = [2]string
	d.Rubriques = append(d.Rubriques, rubrique("Demande", "", c.Demande, Fait.imprimer))
	for _, r := range c.Rubriques {
		d.Rubriques = append(d.Rubriques, rubrique(r.Titre, "", r.Faits, Fait.imprimer))
	}
	d.Rubriques = append(d.Rubriques,
		rubrique("Priorités", "", c.Priorites, func(p string) fait { return fait{"Priorité", p} }),
		rubrique("Numéros chez les organismes", "", c.NumerosInternes, func(n NumeroInterne) fait { return fait{n.Organisme, n.Numero} }),
		rubrique("Attestations délivrées", "", c.Attestations, func(a Attestation) fait { return fait{instant(a.EmiseLe), a.Sorte} }),
	)
	for _, s := range c.Saisies {
		titre := "En cours de saisie chez " + s.Organisme + ", le " + instant(s.ModifieeLe)
		d.Rubriques = append(d.Rubriques, rubrique(titre, "Aucune modification.", s.Changes, Fait.imprimer))
	}
	d.Rubriques = append(d.Rubriques,
		rubrique("Historique", "Aucun événement.", c.Historique, func(e Evenement) fait { return fait{instant(e.Quand), e.phrase()} }),
		rubrique("Qui a consulté ce dossier", "Aucune consultation n’est inscrite au journal.", c.Consultations, func(x Consultation) fait {
			return fait{instant(x.Le), joindre(x.Organisme, x.Sorte, x.Ecran)}
		}),
	)
	return d
}

func rubrique[T any](titre, vide string, l []T, fait func(T) [2]string) editions.RubriqueDossier {
	r := editions.RubriqueDossier{Titre: titre, Vide: vide}
	for _, x := range l {
		r.Faits = append(r.Faits, fait(x))
	}
	return r
}

func (f Fait) imprimer() [2]string { return [2]string{joindre(f.Personne, f.Libelle), f.Valeur} }

// phrase tells an event and its changes.
func (e Evenement) phrase() string {
	p := joindre(e.Acte, e.Organisme, e.Motif)
	for _, c := range e.Changements {
		p += texte.Fine + "; " + joindre(c.Personne, c.Libelle) + texte.Insecable + ": " + ou(c.Avant) + " → " + ou(c.Apres)
	}
	return p
}

func ou(s string) string {
	if s == "" {
		return "(vide)"
	}
	return s
}

// joindre separates what is given.
func joindre(l ...string) string {
	l = slices.DeleteFunc(l, func(s string) bool { return s == "" })
	return strings.Join(l, " · ")
}

func instant(t time.Time) string { return t.In(jour.Paris).Format("02/01/2006 à 15:04") }

package conservation

import (
	"io"
	"strings"
	"time"

	"imhoweb/internal/editions"
	"imhoweb/internal/platform/jour"
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
			"Vous pouvez faire rectifier ou compléter ces informations au guichet qui a enregistré votre demande ou auprès d’ATLAS et, en cas de difficulté, saisir la CNIL (cnil.fr). Elles sont effacées un an après la radiation de la demande.",
		},
	}
	d.Rubriques = append(d.Rubriques, editions.RubriqueDossier{Titre: "Demande", Faits: faits(c.Demande)})
	for _, r := range c.Rubriques {
		d.Rubriques = append(d.Rubriques, editions.RubriqueDossier{Titre: r.Titre, Faits: faits(r.Faits)})
	}
	priorites := editions.RubriqueDossier{Titre: "Priorités"}
	for _, p := range c.Priorites {
		priorites.Faits = append(priorites.Faits, [2]string{"Priorité", p})
	}
	internes := editions.RubriqueDossier{Titre: "Numéros chez les organismes"}
	for _, n := range c.NumerosInternes {
		internes.Faits = append(internes.Faits, [2]string{n.Organisme, n.Numero})
	}
	attestations := editions.RubriqueDossier{Titre: "Attestations délivrées"}
	for _, a := range c.Attestations {
		attestations.Faits = append(attestations.Faits, [2]string{instant(a.EmiseLe), a.Sorte})
	}
	saisies := editions.RubriqueDossier{Titre: "Modifications en cours de saisie"}
	for _, s := range c.Saisies {
		saisies.Faits = append(saisies.Faits, [2]string{instant(s.ModifieeLe), s.Organisme})
	}
	historique := editions.RubriqueDossier{Titre: "Historique", Vide: "Aucun événement."}
	for _, e := range c.Historique {
		historique.Faits = append(historique.Faits, [2]string{instant(e.Quand), e.phrase()})
	}
	consultations := editions.RubriqueDossier{Titre: "Qui a consulté ce dossier", Vide: "Aucune consultation n’est inscrite au journal."}
	for _, x := range c.Consultations {
		consultations.Faits = append(consultations.Faits, [2]string{instant(x.Le), strings.Join(pleins(x.Organisme, x.Sorte, x.Ecran), " · ")})
	}
	d.Rubriques = append(d.Rubriques, priorites, internes, attestations, saisies, historique, consultations)
	return d
}

func faits(l []Fait) [][2]string {
	var r [][2]string
	for _, f := range l {
		r = append(r, [2]string{strings.Join(pleins(f.Personne, f.Libelle), " · "), f.Valeur})
	}
	return r
}

// phrase tells an event and its changes.
func (e Evenement) phrase() string {
	p := strings.Join(pleins(e.Acte, e.Organisme, e.Motif), " · ")
	for _, c := range e.Changements {
		p += " ; " + strings.Join(pleins(c.Personne, c.Libelle), " · ") + " : " + ou(c.Avant) + " → " + ou(c.Apres)
	}
	return p
}

func ou(s string) string {
	if s == "" {
		return "(vide)"
	}
	return s
}

func pleins(l ...string) []string {
	var r []string
	for _, s := range l {
		if s != "" {
			r = append(r, s)
		}
	}
	return r
}

func instant(t time.Time) string { return t.In(jour.Paris).Format("02/01/2006 à 15:04") }

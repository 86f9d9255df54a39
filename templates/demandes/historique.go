package demandes

import (
	"net/url"
	"strconv"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/editions"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
	"imhoweb/templates/components"
)

// Histoire is a page of what happened to a demande, the latest first.
type Histoire struct {
	Evenements []demandes.EvenementLu
	Filtre     demandes.FiltreHistorique
	Suite      string // of the next page, "" on the last
}

// recit is how a type of événement is told: a verb, and a dot on the line.
type recit struct{ verbe, icone, rond string }

var recits = map[demandes.TypeEvenement]recit{
	demandes.EvBrouillon:      {"Brouillon ouvert", "pencil", ""},
	demandes.EvSuppression:    {"Brouillon supprimé", "trash", ""},
	demandes.EvCreation:       {"Demande créée", "file-description", "rond-vert"},
	demandes.EvModification:   {"Demande modifiée", "pencil", ""},
	demandes.EvRenouvellement: {"Demande renouvelée", "refresh", "rond-fort"},
	demandes.EvRadiation:      {"Demande radiée", "ban", "rond-rouge"},
	demandes.EvReactivation:   {"Demande réactivée", "rotate-clockwise", "rond-vert"},
	demandes.EvContingent:     {"Contingent modifié", "tag", "rond-ambre"},
	demandes.EvAttestation:    {"Attestation remise", "printer", ""},
	demandes.EvDoublon:        {"Créée malgré une demande proche", "users", "rond-ambre"},
}

func recitDe(t demandes.TypeEvenement) recit {
	if r, ok := recits[t]; ok {
		return r
	}
	return recit{t.Libelle(), "history", ""}
}

// precision gives the motive of a radiation, told or cancelled.
func precision(e demandes.EvenementLu) string {
	switch {
	case e.Motif == "":
		return ""
	case e.Type == demandes.EvReactivation:
		return ", après une radiation" + texte.Insecable + ": " + e.Motif
	}
	return texte.Insecable + ": " + e.Motif
}

// sansMotif leaves out the motive, told with the verb.
func sansMotif(e demandes.EvenementLu) []demandes.Changement {
	var l []demandes.Changement
	for _, c := range e.Changements {
		if e.Motif == "" || c.Nom != "radiation.motif" {
			l = append(l, c)
		}
	}
	return l
}

// nouvelleAnnee tells that the événement opens a year of the timeline.
func nouvelleAnnee(l []demandes.EvenementLu, i int) bool {
	return i == 0 || l[i-1].Quand.In(jour.Paris).Year() != l[i].Quand.In(jour.Paris).Year()
}

// signature says who acted and from where: « Maëlle BARTHÈS, Habitat Garonne ».
func signature(e demandes.EvenementLu) string {
	s := e.Auteur
	if s == "" {
		s = "Imhoweb"
	}
	s += ", " + e.Organisme
	if e.Guichet != "" {
		s += ", guichet" + texte.Insecable + e.Guichet
	}
	return s
}

// differences names each field that changed: « Co-demandeur, Prénom ».
func differences(l []demandes.Changement) []components.Difference {
	r := make([]components.Difference, len(l))
	for i, c := range l {
		r[i] = components.Difference{Fait: c.Libelle, Avant: c.Avant, Apres: c.Apres}
		if c.Sujet != "" && c.Sujet != "Demandeur" {
			r[i].Fait = c.Sujet + ", " + c.Libelle
		}
	}
	return r
}

// adresse is this history, with another page or without the filters.
func (h Histoire) adresse(base, suite string) string {
	q := url.Values{}
	for nom, v := range map[string]string{"type": string(h.Filtre.Type), "champ": h.Filtre.Champ, "suite": suite} {
		if v != "" {
			q.Set(nom, v)
		}
	}
	if len(q) == 0 {
		return base + "/historique"
	}
	return base + "/historique?" + q.Encode()
}

func (h Histoire) filtree() bool { return h.Filtre.Type != "" || h.Filtre.Champ != "" }

// groupe gathers the fields of a tab for the filter.
type groupeChamps struct {
	Libelle string
	Champs  []components.Choix
}

// rubriques are the fields that the history may be filtered by, those that the
// session may see.
func rubriques(s habilitations.Session) []groupeChamps {
	var l []groupeChamps
	for _, o := range champs.Onglets {
		g := groupeChamps{Libelle: o.Code.Libelle()}
		for _, c := range champs.AvecUsage(champs.EnHistorique) {
			if c.Onglet == o.Code && (c.Droit == "" || s.Peut(c.Droit)) {
				g.Champs = append(g.Champs, components.Choix{Code: c.Code, Libelle: prefixeSujet(c)})
			}
		}
		l = append(l, g)
	}
	return l
}

// prefixeSujet tells apart the fields of several kinds of persons.
func prefixeSujet(c champs.Champ) string {
	if s := champs.SujetLibelle(c.Code); s != "" {
		return s + ", " + c.Libelle
	}
	return c.Libelle
}

// sorteAttestation names an attestation by the act that delivered it.
func sorteAttestation(sorte string) string {
	switch sorte {
	case editions.Renouvellement:
		return "Renouvellement"
	case editions.Reactivation:
		return "Réactivation"
	}
	return "Création"
}

func numero(id int64) string { return strconv.FormatInt(id, 10) }

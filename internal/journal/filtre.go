package journal

import (
	"net/url"
	"strconv"
	"strings"

	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
)

// Filtre chooses rows of a journal. The zero value takes them all.
type Filtre struct {
	Numero      string // of a dossier, as typed: numéro unique or numéro IW
	Agent       string // words of a name
	Utilisateur int64  // the agent itself, from a link; 0 for any
	Organisme   string // code
	Sorte       Sorte  // accesses only
	Ecran       string // beginning of the screen's name, accesses only
	Objet       string // changes only
	Du, Au      jour.Date
}

// LireFiltre reads a filter from an address. A date that can't be read is a
// mistake, the rest matches nothing.
func LireFiltre(q url.Values) (Filtre, error) {
	f := Filtre{
		Numero: strings.TrimSpace(q.Get("dossier")), Agent: strings.TrimSpace(q.Get("agent")), Organisme: q.Get("organisme"),
		Sorte: Sorte(q.Get("sorte")), Ecran: strings.TrimSpace(q.Get("ecran")), Objet: q.Get("objet"),
	}
	f.Utilisateur, _ = strconv.ParseInt(q.Get("utilisateur"), 10, 64) // unreadable: any
	var fautes fault.Fields
	for nom, d := range map[string]*jour.Date{"du": &f.Du, "au": &f.Au} {
		v := strings.TrimSpace(q.Get(nom))
		if v == "" {
			continue
		}
		var err error
		if *d, err = jour.Parse(v); err != nil {
			fautes.Add(nom, "Indiquez une date du calendrier, par exemple 03/11/2026.")
		}
	}
	return f, fautes.Err()
}

// Query writes the filter back into an address.
func (f Filtre) Query() url.Values {
	q := url.Values{}
	for nom, v := range map[string]string{
		"dossier": f.Numero, "agent": f.Agent, "organisme": f.Organisme, "sorte": string(f.Sorte), "ecran": f.Ecran, "objet": f.Objet,
		"du": f.Du.String(), "au": f.Au.String(),
	} {
		if v != "" {
			q.Set(nom, v)
		}
	}
	if f.Utilisateur != 0 {
		q.Set("utilisateur", strconv.FormatInt(f.Utilisateur, 10))
	}
	return q
}

// Phrase says the filter, for the journal itself: no name.
func (f Filtre) Phrase() string {
	var l []string
	dire := func(condition bool, phrase string) {
		if condition {
			l = append(l, phrase)
		}
	}
	dire(f.Numero != "", "un dossier")
	dire(f.Agent != "" || f.Utilisateur != 0, "un agent")
	dire(f.Organisme != "", "organisme "+f.Organisme)
	dire(f.Sorte != "", "sorte "+f.Sorte.Libelle())
	dire(f.Ecran != "", "un écran")
	dire(f.Objet != "", "objet "+f.Objet)
	dire(!f.Du.IsZero(), "depuis le "+f.Du.String())
	dire(!f.Au.IsZero(), "jusqu’au "+f.Au.String())
	if len(l) == 0 {
		return "tout"
	}
	return strings.Join(l, ", ")
}

// agents adds the conditions on who acted; the alias is the journal's.
func (f Filtre) agents(w *pg.Where, alias string) {
	if f.Utilisateur != 0 {
		w.And(alias+".utilisateur = @utilisateur", pg.Args{"utilisateur": f.Utilisateur})
	}
	if mots := texte.Mots(f.Agent); len(mots) > 0 {
		w.And(alias+`.utilisateur in (select u.id from utilisateurs u
    where not exists (select from unnest(@mots::text[]) m where position(m in u.nom_n || ' ' || u.prenom_n) = 0))`, pg.Args{"mots": mots})
	}
}

// dates adds the period, in days of Paris.
func (f Filtre) dates(w *pg.Where, alias string) {
	if !f.Du.IsZero() {
		w.And(alias+".fait_le >= @du::date::timestamp at time zone 'Europe/Paris'", pg.Args{"du": f.Du})
	}
	if !f.Au.IsZero() {
		w.And(alias+".fait_le < @au::date::timestamp at time zone 'Europe/Paris'", pg.Args{"au": f.Au.Jours(1)})
	}
}

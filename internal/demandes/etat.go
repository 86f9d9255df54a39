package demandes

import (
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
)

// Displayed states of a demande (R-REF-26). The base derives the code; this
// table says each in French, in the order of lists. There is no « Suspendue ».
var Etats = []struct {
	Code, Libelle string
}{
	{"ACTIVE", "Active"},
	{"VALIDEE", "Validée"},
	{"EN_INSTANCE", "Attribuée en instance"},
	{"SATISFAITE", "Satisfaite"},
	{"ANNULEE", "Annulée"},
	{"NON_RENOUVELEE", "Non renouvelée"},
	{"RADIEE", "Radiée"},
	{"BROUILLON", "Brouillon"},
	{"A_VALIDER", "À valider"},
	{"EFFACEE", "Effacée"},
}

// EtatLibelle is the French word of a displayed state.
func EtatLibelle(code string) string {
	for _, e := range Etats {
		if e.Code == code {
			return e.Libelle
		}
	}
	return code
}

// Acte is what can be done to a demande.
type Acte string

// Acts of the life of a demande (regles §3, §4, §6).
const (
	ActeCreer      Acte = "creer"
	ActeModifier   Acte = "modifier"
	ActeRenouveler Acte = "renouveler"
	ActeRadier     Acte = "radier"
	ActeReactiver  Acte = "reactiver"
)

// Motifs of radiation (nomenclature motif_radiation; the list is the law's,
// CCH R441-2-8).
const (
	RadAttribution   = "RADATT" // attribution followed by a signed lease
	RadRenonciation  = "RADABA" // written renunciation
	RadSansReponse   = "RADCON" // no answer to a letter at the last address
	RadIrrecevable   = "RADIRR" // pronounced in commission
	RadNonRenouvelee = "RADREN"
	RadFusion        = "RADFUS"
)

// Durations of the life of a demande, in months.
const (
	ValiditeMois                = 12 // CCH R441-2-7
	NonRenouvellementMois       = 13 // radiation for non-renewal, CDC §6.1: one month of tolerance
	ReactivationRenMois         = 18 // CDC §6.1: number and seniority kept until t + 18 months
	ReactivationSansReponseMois = 5  // CDC §6.5
	AvertissementMois           = 1  // between the warning and the radiation for no answer
)

// RadiationsManuelles are the motives an agent may choose: attribution comes
// with the signed lease, irrecevabilité from the commission, non-renewal and
// merging from the system.
var RadiationsManuelles = []string{RadRenonciation, RadSansReponse}

// transitions is the state machine: from which statut an act is possible, and
// where it leads.
var transitions = map[Acte]struct{ de, vers Statut }{
	ActeCreer:      {Brouillon, Active},
	ActeModifier:   {Active, Active},
	ActeRenouveler: {Active, Active},
	ActeRadier:     {Active, Radiee},
	ActeReactiver:  {Radiee, Active},
}

// Possible tells whether the life of the demande allows the act on that day;
// the error is a refusal with its sentence. Rights are asked elsewhere.
func (e *Entete) Possible(a Acte, le jour.Date) error {
	t, ok := transitions[a]
	if !ok || e.Statut != t.de {
		return fault.Refuser(fault.Conflict, refus(a, e))
	}
	if a == ActeReactiver {
		return e.reactivable(le)
	}
	return nil
}

func refus(a Acte, e *Entete) string {
	switch a {
	case ActeCreer:
		return "Cette demande est déjà enregistrée."
	case ActeReactiver:
		return "Seule une demande radiée peut être réactivée."
	}
	if e.Statut == Brouillon {
		return "Ce brouillon n’est pas encore une demande : créez-la d’abord."
	}
	return "Cette demande est radiée : réactivez-la d’abord, ou enregistrez une nouvelle demande."
}

// LimiteReactivation is the last day a radiated demande may come back with its
// number and seniority; ok is false when its motive never allows it.
func (e *Entete) LimiteReactivation() (limite jour.Date, ok bool) {
	switch e.MotifRadiation {
	case RadNonRenouvelee:
		t := e.DateRenouvellement
		if t.IsZero() {
			t = e.DateDepot
		}
		return t.Mois(ReactivationRenMois), true
	case RadSansReponse:
		return e.DateRadiation.Mois(ReactivationSansReponseMois), true
	}
	return jour.Date{}, false
}

func (e *Entete) reactivable(le jour.Date) error {
	limite, ok := e.LimiteReactivation()
	if !ok {
		return fault.Refuser(fault.Conflict, "Une demande radiée pour ce motif ne peut pas être réactivée : enregistrez une nouvelle demande.")
	}
	if le.Apres(limite) {
		return fault.Refuser(fault.Conflict, "Le délai de réactivation est dépassé depuis le "+limite.String()+" : enregistrez une nouvelle demande.")
	}
	return nil
}

// Echeance is one year after the deposit or the last renewal (CCH R441-2-7).
func Echeance(t jour.Date) jour.Date { return t.Mois(ValiditeMois) }

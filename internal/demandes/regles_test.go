package demandes

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
)

func TestNature(t *testing.T) {
	t.Parallel()
	conjoint, colocataire := Titulaire{Cle: 1, Lien: "M"}, Titulaire{Cle: 1, Lien: "L"}
	enfant := Occupant{Role: RoleACharge, Cle: 1}
	for _, c := range []struct {
		nom   string
		d     Demande
		want  string
		foyer int
	}{
		{"a person alone", Demande{}, "PS", 1},
		{"a couple", Demande{Cotitulaires: []Titulaire{conjoint}}, "CS", 2},
		{"a couple and a child", Demande{Cotitulaires: []Titulaire{conjoint}, Occupants: []Occupant{enfant}}, "FA", 3},
		{"a couple expecting a child", Demande{Cotitulaires: []Titulaire{conjoint}, ANaitre: ANaitre{Nombre: 1}}, "FA", 3},
		{"a parent alone with a child", Demande{Occupants: []Occupant{enfant}}, "PA", 2},
		{"a person alone expecting twins", Demande{ANaitre: ANaitre{Nombre: 2}}, "PA", 3},
		{"a person alone with a child in shared custody", Demande{Occupants: []Occupant{{Role: RoleGarde, Cle: 1}}}, "PA", 2},
		{"a person alone with an ascendant", Demande{Occupants: []Occupant{{Role: RoleAutre, Cle: 1}}}, "PA", 2},
		{"two flat-mates", Demande{Cotitulaires: []Titulaire{colocataire}}, "PA", 2},
		{"a couple and a flat-mate", Demande{Cotitulaires: []Titulaire{conjoint, {Cle: 2, Lien: "L"}}}, "FA", 3},
		{"an association", Demande{Entete: Entete{PersonneMorale: true}}, "PM", 0},
	} {
		if got, foyer := c.d.CalculerNature(), c.d.CalculerFoyer(); got != c.want || foyer != c.foyer {
			t.Errorf("%s: %s for %d persons, want %s for %d", c.nom, got, foyer, c.want, c.foyer)
		}
	}
}

// R-REC-13
func TestNumeros(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		departement string
		le          jour.Date
		rang        int
		guichet     string
		unique, iw  string
	}{
		{"31", jour.De(2011, 4, 18), 1856, "11076", "031041100185611076", "2011041856"},
		{"31", jour.De(2011, 5, 6), 648, "11070", "031051100064811070", "2011050648"},
		{"31", jour.De(2026, 11, 24), 1, "G1104", "0311126000001G1104", "2026110001"},
		{"31", jour.De(2026, 11, 24), 12345, "G1104", "0311126012345G1104", "20261112345"},
		{"2A", jour.De(2026, 1, 2), 7, "2A001", "02A01260000072A001", "2026010007"},
		{"974", jour.De(2026, 1, 2), 999999, "97401", "974012699999997401", "202601999999"},
	} {
		u, iw := Numeros(c.departement, c.le, c.rang, c.guichet)
		if u != c.unique || iw != c.iw || len(u) != 18 {
			t.Errorf("rank %d: %s, %s; want %s, %s", c.rang, u, iw, c.unique, c.iw)
		}
	}
}

func TestTransitions(t *testing.T) {
	t.Parallel()
	le := jour.De(2026, 11, 24)
	for _, c := range []struct {
		nom  string
		e    Entete
		acte Acte
		ok   bool
	}{
		{"a draft is created", Entete{Statut: Brouillon}, ActeCreer, true},
		{"a draft is not renewed", Entete{Statut: Brouillon}, ActeRenouveler, false},
		{"an active demande is not created again", Entete{Statut: Active}, ActeCreer, false},
		{"an active demande is modified", Entete{Statut: Active}, ActeModifier, true},
		{"an active demande is not reactivated", Entete{Statut: Active}, ActeReactiver, false},
		{"a radiated demande is not modified", Entete{Statut: Radiee, MotifRadiation: "RADREN"}, ActeModifier, false},
		{"not renewed, on the last day of t + 18 months", Entete{Statut: Radiee, MotifRadiation: "RADREN", DateDepot: jour.De(2025, 5, 24)}, ActeReactiver, true},
		{"not renewed, a day after t + 18 months", Entete{Statut: Radiee, MotifRadiation: "RADREN", DateDepot: jour.De(2025, 5, 23)}, ActeReactiver, false},
		{"t is the last renewal", Entete{Statut: Radiee, MotifRadiation: "RADREN", DateDepot: jour.De(2015, 1, 1), DateRenouvellement: jour.De(2025, 10, 1)}, ActeReactiver, true},
		{"no answer, within 5 months of the radiation", Entete{Statut: Radiee, MotifRadiation: "RADCON", DateRadiation: jour.De(2026, 6, 24)}, ActeReactiver, true},
		{"no answer, after 5 months", Entete{Statut: Radiee, MotifRadiation: "RADCON", DateRadiation: jour.De(2026, 6, 23)}, ActeReactiver, false},
		{"a lease was signed", Entete{Statut: Radiee, MotifRadiation: "RADATT", DateRadiation: le}, ActeReactiver, false},
		{"the demandeur renounced", Entete{Statut: Radiee, MotifRadiation: "RADABA", DateRadiation: le}, ActeReactiver, false},
		{"an erased demande never comes back", Entete{Statut: Effacee, MotifRadiation: "RADREN", DateDepot: le}, ActeReactiver, false},
	} {
		err := c.e.Possible(c.acte, le)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", c.nom, err)
		}
	}
}

func TestRadiationConditions(t *testing.T) {
	t.Parallel()
	le, e := jour.De(2026, 11, 24), &Entete{DateDepot: jour.De(2026, 1, 10)}
	for _, c := range []struct {
		nom   string
		r     Radiation
		champ string // the field refused, "" when accepted
	}{
		{"a written renunciation", Radiation{Motif: RadRenonciation, Date: jour.De(2026, 11, 20)}, ""},
		{"a renunciation without its date", Radiation{Motif: RadRenonciation}, "radiation.date"},
		{"a renunciation of tomorrow", Radiation{Motif: RadRenonciation, Date: jour.De(2026, 11, 25)}, "radiation.date"},
		{"a renunciation older than the demande", Radiation{Motif: RadRenonciation, Date: jour.De(2026, 1, 9)}, "radiation.date"},
		{"no answer a month after the warning", Radiation{Motif: RadSansReponse, AvertissementLe: jour.De(2026, 10, 24), Preuve: "RAR"}, ""},
		{"no answer, the month not over", Radiation{Motif: RadSansReponse, AvertissementLe: jour.De(2026, 10, 25), Preuve: "RAR"}, "radiation.avertissement_le"},
		{"no answer without proof of delivery", Radiation{Motif: RadSansReponse, AvertissementLe: jour.De(2026, 9, 1)}, "radiation.preuve"},
		{"an attribution is not pronounced by hand", Radiation{Motif: RadAttribution, Date: le}, "radiation.motif"},
		{"nor a non-renewal", Radiation{Motif: RadNonRenouvelee, Date: le}, "radiation.motif"},
		{"no motive", Radiation{}, "radiation.motif"},
	} {
		var f fault.Fields
		err := c.r.Valider(le, e)
		errors.As(err, &f)
		if c.champ == "" && err != nil || c.champ != "" && f.Message(c.champ) == "" {
			t.Errorf("%s: %v, want %q refused", c.nom, err, c.champ)
		}
	}
}

func TestSiretAndNirKeys(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"73282932000074": true, "73282932000075": false, "35600000000048": true, "35600000049837": true,
		"1234": false, "7328293200007A": false, "": false} {
		if SiretValide(s) != want {
			t.Errorf("SIRET %q: %v", s, !want)
		}
	}
	for s, want := range map[string]bool{"255081416802538": true, "255081416802539": false, "1990199999999": false, "29903 2B": false, "": false,
		"2A5081416802538": false} {
		if NirValide(s) != want {
			t.Errorf("NIR %q: %v", s, !want)
		}
	}
}

// sansDroit may see no protected field.
var sansDroit = habilitations.Session{Utilisateur: 1, TypeOrganisme: habilitations.Bailleur, Roles: []habilitations.Role{habilitations.Consultation}}

// Two agents: disjoint fields merge, the same field is a conflict, the same
// change is none.
func TestMergeFieldByField(t *testing.T) {
	t.Parallel()
	base := Valeurs{"demandeur.nom": "MARTIN", "demandeur.prenom": "Ana", "adresse.voie": "1 rue A", "demandeur.courriel": "a@b.fr"}
	miennes, leurs := maps.Clone(base), maps.Clone(base)
	miennes["adresse.voie"], leurs["demandeur.prenom"] = "2 rue B", "Anna"
	leurs["demandeur.tel_portable"] = "06 39 98 00 01"
	delete(leurs, "demandeur.courriel")
	fusion, conflits := fusionner(base, miennes, leurs)
	want := Valeurs{"demandeur.nom": "MARTIN", "demandeur.prenom": "Anna", "adresse.voie": "2 rue B", "demandeur.tel_portable": "06 39 98 00 01"}
	if len(conflits) > 0 || !maps.Equal(fusion, want) {
		t.Errorf("merged %v with conflicts %v", fusion, conflits)
	}
	leurs["adresse.voie"] = "3 rue C"
	if _, conflits = fusionner(base, miennes, leurs); len(conflits) != 1 || conflits[0] != (Conflit{"adresse.voie", "1 rue A", "2 rue B", "3 rue C"}) {
		t.Errorf("conflicts %v", conflits)
	}
	leurs["adresse.voie"] = "2 rue B"
	if _, conflits = fusionner(base, miennes, leurs); len(conflits) != 0 {
		t.Errorf("the same change on both sides is no conflict: %v", conflits)
	}
}

// A forged field, or one of another tab, is never kept.
func TestATabKeepsItsOwnFieldsOnly(t *testing.T) {
	t.Parallel()
	avant := Valeurs{"demandeur.nom": "MARTIN", "demandeur.prenom": "Ana", "adresse.voie": "1 rue A", "demandeur.nir": "255081416802538"}
	envoyees := Valeurs{"demandeur.nom": "DURAND", "adresse.voie": "9 rue Z", "demande.date_depot": "01/01/2001", "demande.etat": "ACTIVE",
		"organisme": "TMH", "demandeur.roles": "x", "cotitulaire.1.nom": "PETIT", "demandeur.nir": "1"}
	apres := RemplacerOnglet(sansDroit, avant, envoyees, champs.Identite)
	want := Valeurs{"demandeur.nom": "DURAND", "adresse.voie": "1 rue A", "cotitulaire.1.nom": "PETIT", "demandeur.nir": "255081416802538"}
	if !maps.Equal(apres, want) {
		t.Errorf("kept %v, want %v", slices.Sorted(maps.Keys(apres)), slices.Sorted(maps.Keys(want)))
	}
}

func TestEuros(t *testing.T) {
	t.Parallel()
	if got := euros(15770); got != "15\u202f770\u00a0€" || euros(300) != "300\u00a0€" || strings.Contains(got, " ") {
		t.Errorf("%q", got)
	}
}

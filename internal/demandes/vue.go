package demandes

import (
	"maps"
	"slices"

	"imhoweb/internal/habilitations"
)

// MotifViolences makes the address of a dossier confidential (regles §10).
const MotifViolences = "06"

// Confidentielle tells whether the address is hidden from those without
// VoirAdresseConfidentielle.
func (d *Demande) Confidentielle() bool { return slices.Contains(d.Motifs[:], MotifViolences) }

// champsAdresse are the fields that would say where a household in danger
// lives or receives its mail; postcode and commune stay.
var champsAdresse = []string{
	"adresse.chez", "adresse.domiciliation", "adresse.complement", "adresse.voie", "adresse.localite",
	"courrier.destinataire", "courrier.complement", "courrier.voie", "logement.hebergeant", "logement.structure",
}

// prioritesReservees are the priorities of CCH L441-1 that tell of health, or of
// violence suffered, with the droit that shows them.
var prioritesReservees = map[string]habilitations.Droit{
	"A": habilitations.VoirHandicap, "B": habilitations.VoirHandicap,
	"G": habilitations.VoirNoteSociale, "G2": habilitations.VoirNoteSociale,
	"H": habilitations.VoirNoteSociale, "I": habilitations.VoirNoteSociale,
}

// Vue is the dossier without what the session may not see: NIR, health,
// confidential address, social notes. Screens, exports and éditions all start
// from it. The dossier itself is not changed.
func (d *Demande) Vue(s habilitations.Session) *Demande {
	v := *d
	v.Cotitulaires = slices.Clone(d.Cotitulaires)
	if !s.Peut(habilitations.VoirNir) {
		for _, t := range v.Titulaires() {
			t.Nir = ""
		}
	}
	if !s.Peut(habilitations.VoirHandicap) {
		v.carteInvalidite = slices.Sorted(maps.Keys(d.personnesCarte()))
		v.HandicapMDPH, v.Handicaps = nil, nil
	}
	if d.Confidentielle() && !s.Peut(habilitations.VoirAdresseConfidentielle) {
		c := &v.Coordonnees
		c.Chez, c.Domiciliation, c.Complement, c.Voie, c.Localite = "", "", "", "", ""
		c.CourrierDestinataire, c.CourrierComplement, c.CourrierVoie = "", "", ""
		v.LogementActuel.Hebergeant, v.LogementActuel.Structure = "", ""
	}
	if !s.Peut(habilitations.VoirNoteSociale) {
		v.MotifPrecision, v.Souhait.Commentaire = "", ""
	}
	v.Priorites = slices.DeleteFunc(slices.Clone(d.Priorites), func(p string) bool {
		droit, reservee := prioritesReservees[p]
		return reservee && !s.Peut(droit)
	})
	return &v
}

package editions

import (
	"slices"
	"strings"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/referentiels"
)

// Groups of pieces, in the order of the list; the key is the beginning of the
// codes of the nomenclature.
var groupesPieces = []struct{ prefixe, nom string }{
	{"ID_", "Identité"},
	{"TS", "Identité"},
	{"SF_", "Situation familiale"},
	{"PRO_", "Situation professionnelle"},
	{"RF_", "Ressources"},
	{"RM_", "Ressources"},
	{"PATR", "Ressources"},
	{"LA_", "Logement actuel"},
	{"MO_", "Motif de la demande"},
}

// groupeConcerne gathers pieces about health, protection and violence. Every
// attestation lists them, so that none tells anything about its household.
const groupeConcerne = "Si cela vous concerne"

var piecesConcerne = []string{"TUT", "SF_OP", "MO_HAND", "MO_SANTE"}

var (
	piecesIdentite = map[string]string{"1": "ID_FR", "2": "ID_UE", "3": "TS"} // by nationalite
	piecesFamille  = map[string]string{"M": "SF_MAR", "P": "SF_PACS", "D": "SF_DIV", "S": "SF_INST", "V": "SF_DECES"}
	piecesActivite = map[string]string{"ETU": "PRO_ETU", "APP": "PRO_APP", "CDI": "PRO_AUT", "CDD": "PRO_AUT", "ART": "PRO_AUT", "AUT": "PRO_AUT"}
	// The kinds of income that would reveal a handicap give the same piece as
	// others do: pensions, and benefits paid by the CAF.
	piecesRessource = map[string]string{"SAL": "RM_SAL", "RET": "RM_RET", "PINV": "RM_RET", "AMV": "RM_RET", "CHO": "RM_CHO", "PAR": "RM_PA",
		"AF": "RM_CAF", "AAH": "RM_CAF", "AEEH": "RM_CAF", "AJPP": "RM_CAF", "RSA": "RM_CAF", "PAJE": "RM_CAF", "BE": "RM_BE"}
	piecesLogement = map[string]string{"HLM": "LA_LOC", "LP": "LA_LOC", "RS": "LA_LOC", "RE": "LA_LOC", "RHVS": "LA_LOC", "FONC": "LA_LOC",
		"SLHT": "LA_HEB", "SH": "LA_HEB", "CDEFCM": "LA_HEB", "CPE": "LA_HEB", "CP": "LA_HEB", "LTG": "LA_HEB", "POCC": "LA_PROP",
		"CAMCAR": "MO_SSL", "HOT": "MO_SSL", "SD": "MO_SSL", "SQUAT": "MO_SSL"}
	piecesMotif = map[string]string{"01": "MO_SSL", "03": "MO_NDEC", "04": "MO_CONGE", "05": "MO_EXP", "09": "MO_CHER", "11": "SF_INST",
		"15": "MO_REGR", "16": "MO_AM", "18": "MO_MUT", "19": "MO_TRAV", "22": "MO_ACC"}
)

// pieces lists the justificative pieces that suit the household, in the order
// of the nomenclature. A personne morale has none of them (CCH R441-2-2, last
// paragraph).
func pieces(ref *referentiels.Referentiels, d *demandes.Demande, le jour.Date) []Piece {
	if d.PersonneMorale {
		return nil
	}
	codes := codesPieces(d)
	var l, concerne []Piece
	for _, c := range ref.Nomenclature("piece_justificative") {
		switch p := (Piece{Libelle: typographie(c.Libelle)}); {
		case !c.Ouverte(le):
		case slices.Contains(piecesConcerne, c.Code):
			p.Groupe = groupeConcerne
			concerne = append(concerne, p)
		case codes[c.Code]:
			p.Groupe = groupeDe(c.Code)
			l = append(l, p)
		}
	}
	// The nomenclature ends with PATR: its group comes earlier.
	slices.SortStableFunc(l, func(a, b Piece) int { return rangGroupe(a.Groupe) - rangGroupe(b.Groupe) })
	return append(l, concerne...)
}

// codesPieces tells which pieces the situation of the household calls for.
func codesPieces(d *demandes.Demande) map[string]bool {
	codes := map[string]bool{"RF_N2": true, "RF_DER": true, "PATR": true}
	for _, t := range d.Titulaires() {
		codes[piecesIdentite[t.Nationalite]] = true
		codes[piecesFamille[t.SituationFamiliale]] = true
		codes[piecesActivite[t.Emploi.Activite]] = true
		if t.Emploi.Activite == "ART" {
			codes["RM_IND"] = true
		}
		if t.Nationalite == "" {
			codes["ID_FR"], codes["TS"] = true, true
		}
	}
	for _, o := range d.Occupants {
		if o.Role == demandes.RoleACharge || o.Role == demandes.RoleGarde {
			codes["ID_MIN"] = true
		}
	}
	if d.ANaitre.Nombre > 0 {
		codes["SF_GROS"] = true
	}
	for _, r := range d.Ressources {
		if !r.Versee {
			codes[piecesRessource[r.Type]] = true
		}
	}
	codes[piecesLogement[d.LogementActuel.Situation]] = true
	if p := d.LogementActuel.Proprietaire; p != nil && *p {
		codes["LA_PROP"] = true
	}
	for _, m := range d.Motifs {
		codes[piecesMotif[m]] = true
	}
	return codes
}

func groupeDe(code string) string {
	for _, g := range groupesPieces {
		if strings.HasPrefix(code, g.prefixe) {
			return g.nom
		}
	}
	return "Autres pièces"
}

func rangGroupe(nom string) int {
	for i, g := range groupesPieces {
		if g.nom == nom {
			return i
		}
	}
	return len(groupesPieces)
}

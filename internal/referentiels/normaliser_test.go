package referentiels

import "testing"

func TestNormaliser(t *testing.T) {
	t.Parallel()
	for texte, want := range map[string]string{
		"Labarthe-sur-Lèze": "LABARTHE SUR LEZE", "L'Union": "L UNION", "l’union": "L UNION", "St-Orens": "SAINT ORENS", "Ste  Foy": "SAINTE FOY",
		"Œuf-en-Ternois": "OEUF EN TERNOIS", "Val'Aïgo": "VAL AIGO", "Stains": "STAINS", "Best": "BEST", " 31 600 ": "31 600", "%_": "", "L\u00e9vignac": "LEVIGNAC",
		"Le\u0301vignac": "LEVIGNAC",
	} {
		if got := Normaliser(texte); got != want {
			t.Errorf("%q: %q, want %q", texte, got, want)
		}
		if got := Normaliser(Normaliser(texte)); got != want {
			t.Errorf("%q is not stable: %q", texte, got)
		}
	}
}

func TestEachDescribedColumnIsReadFromItsFiles(t *testing.T) {
	t.Parallel()
	for _, f := range fichiers {
		lignes, err := f.lignes()
		if err != nil || len(lignes) == 0 {
			t.Errorf("%s: %d lines, %v", f.source, len(lignes), err)
		}
	}
	absente := fichier{table: "x", source: "departements.csv", cle: []string{"code"}, colonnes: []colonne{{nom: "capitale", sorte: texte}}}
	if _, err := absente.lignes(); err == nil {
		t.Error("a column that the file lacks is accepted")
	}
	if _, err := (fichier{source: "absent.csv"}).lignes(); err == nil {
		t.Error("a missing file is accepted")
	}
}

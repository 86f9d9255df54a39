package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const paires = `id;titre_a;nom_a;nom_naissance_a;prenom_a;date_naissance_a;titre_b;nom_b;nom_naissance_b;prenom_b;date_naissance_b;meme_personne
1;MME;Barthès;;Odile;13/04/1978;MME;BARTHES;;ODILE;13/04/1978;oui
2;MME;Barthès;;Odile;31/02/1978;MME;BARTHES;;ODILE;13/04/1978;oui
3;M;ROUX;;Paul;13/04/1978;M;ROUX;;Luc;13/04/1978;non
4;M;ROUX;;Paul;13/04/1978;MME;VIDAL;;Anne;25/09/1990;oui
5;M;ROUX;;Paul;13/04/1978;M;ROUX;;Luc;13/04/1978;
`

// R-SAI-39
func TestDoublonsComparer(t *testing.T) {
	fichier := filepath.Join(t.TempDir(), "paires.csv")
	if err := os.WriteFile(fichier, []byte(paires), 0o600); err != nil {
		t.Fatal(err)
	}
	lancer := func(args ...string) (int, string, string) {
		var sortie, erreurs bytes.Buffer
		code := executer(t.Context(), append([]string{"doublons", "comparer"}, args...), os.Getenv, &sortie, &erreurs)
		return code, sortie.String(), erreurs.String()
	}

	code, sortie, erreurs := lancer(fichier)
	if code != codeEchec || !strings.Contains(erreurs, "ligne 3 : date_naissance_a") {
		t.Errorf("code %d, %s", code, erreurs)
	}
	for _, s := range []string{
		"id;score;verdict;raisons\n1;100;certain;même nom, à l’accent",
		"\n3;60;possible;même nom + prénoms différents + même date de naissance\n",
		"précision : 1,000\nrappel : 0,500\nF1 : 0,667\n",
	} {
		if !strings.Contains(sortie, s) {
			t.Errorf("%q missing in\n%s", s, sortie)
		}
	}

	var b bilan
	_, sortie, _ = lancer("--json", fichier)
	if err := json.Unmarshal([]byte(sortie), &b); err != nil {
		t.Fatal(err)
	}
	if len(b.Paires) != 4 || len(b.Fausses) != 1 || b.Fausses[0].Ligne != 3 || b.Mesure == nil || b.Mesure.Paires != 3 || b.Paires[3].MemePersonne != nil {
		t.Errorf("%+v", b)
	}

	if code, _, erreurs = lancer(); code != codeUsage {
		t.Errorf("without a file: code %d, %s", code, erreurs)
	}
	if code, _, erreurs = lancer(fichier + ".absent"); code != codeEchec || !strings.Contains(erreurs, "illisible") {
		t.Errorf("missing file: code %d, %s", code, erreurs)
	}
}

package referentiels

import (
	"compress/gzip"
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed donnees
var donnees embed.FS

var nomRecherche = colonne{nom: "nom_recherche", sorte: texte, de: func(_ string, _ int, cellule func(string) string) string {
	return Normaliser(cellule("nom"))
}}

func rang(_ string, ligne int, _ func(string) string) string { return strconv.Itoa(ligne) }

func nomFichier(fichier string, _ int, _ func(string) string) string { return fichier }

// lignes reads all the files of a description: one slice of texts for each
// line, in the order of its colonnes.
func (f fichier) lignes() ([][]any, error) {
	chemins, err := fs.Glob(donnees, "donnees/"+f.source)
	if err != nil || len(chemins) == 0 {
		return nil, fmt.Errorf("referentiels: no file for %s", f.source)
	}
	var lignes [][]any
	for _, chemin := range chemins {
		lignes, err = f.lireFichier(chemin, lignes)
		if err != nil {
			return nil, fmt.Errorf("referentiels: %s: %w", chemin, err)
		}
	}
	return lignes, nil
}

func (f fichier) lireFichier(chemin string, lignes [][]any) ([][]any, error) {
	r, fermer, err := ouvrirCSV(chemin)
	if err != nil {
		return nil, err
	}
	defer fermer()
	entetes, err := r.Read()
	if err != nil {
		return nil, err
	}
	place := make(map[string]int, len(entetes))
	for i, e := range entetes {
		place[e] = i
	}
	for _, c := range f.colonnes {
		if _, ok := place[c.nom]; !ok && c.de == nil {
			return nil, fmt.Errorf("column %q is missing", c.nom)
		}
	}
	nom, _, _ := strings.Cut(path.Base(chemin), ".")
	for n := 1; ; n++ {
		cellules, err := r.Read() // the reader checks the number of cells
		if err == io.EOF {
			return lignes, nil
		}
		if err != nil {
			return nil, err
		}
		cellule := func(c string) string { return cellules[place[c]] }
		ligne := make([]any, len(f.colonnes))
		for i, c := range f.colonnes {
			if c.de != nil {
				ligne[i] = c.de(nom, n, cellule)
			} else {
				ligne[i] = cellule(c.nom)
			}
		}
		lignes = append(lignes, ligne)
	}
}

// ouvrirCSV opens an embedded file, decompressed when its name says so.
func ouvrirCSV(chemin string) (r *csv.Reader, fermer func(), err error) {
	fichier, err := donnees.Open(chemin)
	if err != nil {
		return nil, nil, err
	}
	var source io.Reader = fichier
	if strings.HasSuffix(chemin, ".gz") {
		if source, err = gzip.NewReader(fichier); err != nil {
			fichier.Close()
			return nil, nil, err
		}
	}
	r = csv.NewReader(source)
	r.Comma = ';'
	return r, func() { fichier.Close() }, nil
}

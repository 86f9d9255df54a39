package doublons

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

// Paire is a line of a file of pairs to compare (donnees,
// format-import-demandes.md, "Paires à comparer").
type Paire struct {
	ID           string
	A, B         Identite
	MemePersonne *bool // the truth, when the file gives it
}

// LigneFausse is a line of a file of pairs that can't be used; the others are.
type LigneFausse struct {
	Ligne  int // in the file, from 1
	Raison string
}

func (l *LigneFausse) Error() string { return fmt.Sprintf("ligne %d : %s", l.Ligne, l.Raison) }

var colonnesPaires = []string{
	"id", "titre_a", "nom_a", "nom_naissance_a", "prenom_a", "date_naissance_a",
	"titre_b", "nom_b", "nom_naissance_b", "prenom_b", "date_naissance_b", "meme_personne",
}

// LirePaires reads a file of pairs (UTF-8, semicolons, header) line by line. A
// *LigneFausse goes on with the next line; any other error is the last value.
func LirePaires(r io.Reader) iter.Seq2[Paire, error] {
	return func(yield func(Paire, error) bool) {
		c := csv.NewReader(r)
		c.Comma = ';'
		c.FieldsPerRecord = -1
		entete, err := c.Read()
		if err != nil && !errors.Is(err, io.EOF) {
			yield(Paire{}, err)
			return
		}
		if len(entete) > 0 {
			entete[0] = strings.TrimPrefix(entete[0], "\ufeff")
		}
		if !slices.Equal(entete, colonnesPaires) {
			yield(Paire{}, fmt.Errorf("en-tête attendu : %s", strings.Join(colonnesPaires, ";")))
			return
		}
		for {
			p, err := lirePaire(c)
			if err == io.EOF {
				return
			}
			var fausse *LigneFausse
			if !yield(p, err) || err != nil && !errors.As(err, &fausse) {
				return
			}
		}
	}
}

// lirePaire reads one record.
func lirePaire(c *csv.Reader) (Paire, error) {
	champs, err := c.Read()
	var illisible *csv.ParseError
	if errors.As(err, &illisible) {
		return Paire{}, &LigneFausse{illisible.StartLine, "guillemets mal fermés ou mal doublés"}
	}
	if err != nil {
		return Paire{}, err
	}
	ligne, _ := c.FieldPos(0)
	fausse := func(format string, args ...any) (Paire, error) {
		return Paire{}, &LigneFausse{ligne, fmt.Sprintf(format, args...)}
	}
	if len(champs) != len(colonnesPaires) {
		return fausse("%d colonnes au lieu de %d", len(champs), len(colonnesPaires))
	}
	for i, s := range champs {
		if !utf8.ValidString(s) {
			return fausse("%s : le texte n’est pas en UTF-8", colonnesPaires[i])
		}
		champs[i] = strings.TrimSpace(s)
	}
	p := Paire{ID: champs[0]}
	var colonne string
	if p.A, colonne = lireIdentite(champs[1:6], "a"); colonne == "" {
		p.B, colonne = lireIdentite(champs[6:11], "b")
	}
	if colonne != "" {
		return fausse("%s : date inconnue du calendrier, écrivez-la JJ/MM/AAAA", colonne)
	}
	switch texte.Normaliser(champs[11]) {
	case "OUI", "NON":
		vrai := texte.Normaliser(champs[11]) == "OUI"
		p.MemePersonne = &vrai
	case "":
	default:
		return fausse("meme_personne : « %s » au lieu de oui, non ou vide", champs[11])
	}
	return p, nil
}

// lireIdentite reads five fields; it names the column of a wrong date.
func lireIdentite(c []string, cote string) (i Identite, colonne string) {
	d, err := jour.Parse(c[4])
	if err != nil {
		return Identite{}, "date_naissance_" + cote
	}
	return Identite{Titre: c[0], Nom: c[1], NomNaissance: c[2], Prenom: c[3], Naissance: d}, ""
}

// Mesure counts verdicts against the truth. The zero value is ready for use.
type Mesure struct{ VraisPositifs, FauxPositifs, FauxNegatifs, VraisNegatifs int }

// Compter adds one pair whose truth is known.
func (m *Mesure) Compter(v Verdict, memePersonne bool) {
	switch {
	case v.MemePersonne() && memePersonne:
		m.VraisPositifs++
	case v.MemePersonne():
		m.FauxPositifs++
	case memePersonne:
		m.FauxNegatifs++
	default:
		m.VraisNegatifs++
	}
}

// Total is the number of pairs counted.
func (m Mesure) Total() int {
	return m.VraisPositifs + m.FauxPositifs + m.FauxNegatifs + m.VraisNegatifs
}

// Precision is the share of pairs found that are right, 0 to 1.
func (m Mesure) Precision() float64 { return part(m.VraisPositifs, m.VraisPositifs+m.FauxPositifs) }

// Rappel is the share of right pairs that are found, 0 to 1.
func (m Mesure) Rappel() float64 { return part(m.VraisPositifs, m.VraisPositifs+m.FauxNegatifs) }

// F1 is the harmonic mean of Precision and Rappel.
func (m Mesure) F1() float64 {
	return part(2*m.VraisPositifs, 2*m.VraisPositifs+m.FauxPositifs+m.FauxNegatifs)
}

// part is n/total; 0 when there is nothing to divide.
func part(n, total int) float64 {
	if total == 0 {
		return 0
	}
	return float64(n) / float64(total)
}

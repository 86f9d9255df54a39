package referentiels

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ErrChoix says that a text is not a commune or a quartier that can be asked for.
var ErrChoix = errors.New("commune ou quartier inconnu")

// Both forms of the document of 2011, « 31-395 X MURET » and « 31-555-X
// TOULOUSE », and bare codes: 31-395, 31-555-13. X is the whole commune.
var formeChoix = regexp.MustCompile(`(?i)^\s*([0-9][0-9AB][0-9]?)-([0-9]{2,3})(?:(?:\s*-\s*|\s+)(X|[0-9]{2}))?(?:\s.*)?$`)

// LireChoix gives the code of the territoire that a text names, or ErrChoix.
// What follows the code is for people: it is not read.
func (r *Referentiels) LireChoix(texte string) (string, error) {
	m := formeChoix.FindStringSubmatch(texte)
	if m == nil {
		return "", fmt.Errorf("%w : %q", ErrChoix, texte)
	}
	code := strings.ToUpper(m[1]) + "-" + m[2]
	if m[3] != "" && !strings.EqualFold(m[3], "X") {
		code += "-" + m[3]
	}
	if t, ok := r.Territoire(code); !ok || !t.Actif {
		return "", fmt.Errorf("%w : %q", ErrChoix, texte)
	}
	return code, nil
}

// LibelleChoix is the label of a choice, in capitals without accents as in the
// document of 2011: « 31-395 X MURET », « 31-555-13 LES CHALETS … ». LireChoix
// reads it back. Another territoire has its name.
func (r *Referentiels) LibelleChoix(code string) string {
	t, ok := r.Territoire(code)
	switch {
	case !ok:
		return code
	case t.Type == TypeCommune:
		return t.Code + " X " + sansAccents(t.Nom)
	case t.Type == TypeQuartier:
		return t.Code + " " + sansAccents(t.Nom)
	}
	return t.Nom
}

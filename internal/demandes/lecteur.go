package demandes

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"imhoweb/internal/champs"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

// Referentiel is what reading a form asks of the code lists and places.
type Referentiel interface {
	// Existe tells whether the code belongs to the nomenclature, closed or not.
	Existe(domaine, code string) bool
	// LireCommune finds the INSEE code of a typed commune ("Muret", "MURET (31600)",
	// "31395"); codePostal, when not empty, settles between homonyms. The error is
	// a French sentence for the field.
	LireCommune(texte, codePostal string) (string, error)
	// LibelleCommune is the text that LireCommune reads back: "MURET (31600)".
	LibelleCommune(insee string) string
	// LireLieu finds the code of a commune or quartier of the file
	// ("31-395 X MURET", "31-555-13", "Muret").
	LireLieu(texte string) (string, error)
	// LibelleChoix is the text that LireLieu reads back: "31-395 X MURET".
	LibelleChoix(code string) string
	// CodePostalDe tells whether the commune has this postcode; known is false
	// when its postcodes are not in the référentiel.
	CodePostalDe(insee, codePostal string) (oui, known bool)
}

// lecteur reads the flat values of a form. Each method gives the value of one
// field, checked by its entry in the catalogue, and notes at most one mistake
// for it. What doesn't parse reads as not given.
type lecteur struct {
	valeurs map[string]string
	ref     Referentiel
	fautes  fault.Fields
}

func (l *lecteur) faute(nom, message string) { l.fautes.Add(nom, message) }

// champ gives the raw value and the entry of a field.
func (l *lecteur) champ(nom string) (string, champs.Champ) {
	c, ok := champs.Nom(nom)
	if !ok {
		panic("demandes: le champ " + nom + " n’est pas au catalogue")
	}
	return l.valeurs[nom], c
}

// texte reads a text bounded by the catalogue.
func (l *lecteur) texte(nom string) string {
	v, c := l.champ(nom)
	if c.Max > 0 && utf8.RuneCountInString(v) > c.Max {
		l.faute(nom, fmt.Sprintf("Raccourcissez ce texte : %d caractères au plus.", c.Max))
		return ""
	}
	return v
}

// code reads a code of the field's nomenclature.
func (l *lecteur) code(nom string) string {
	v, c := l.champ(nom)
	if v == "" {
		return ""
	}
	if !l.ref.Existe(c.Nomenclature, v) {
		l.faute(nom, "Choisissez une valeur dans la liste.")
		return ""
	}
	return v
}

// date reads a date; the message carries an example.
func (l *lecteur) date(nom string) jour.Date {
	d, err := jour.Parse(l.valeurs[nom])
	if err != nil {
		l.faute(nom, "Indiquez une date qui existe, par exemple 14/03/1991.")
		return jour.Date{}
	}
	if !d.IsZero() && (d.Annee() < 1880 || d.Annee() > 2200) {
		l.faute(nom, "Indiquez l’année sur quatre chiffres, par exemple 1991.")
		return jour.Date{}
	}
	return d
}

// espaces are the separators that people and spreadsheets put inside numbers.
var espaces = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "€", "", "\t", "")

// entier reads a whole number from 0 to the field's bound. Euros may be typed
// with spaces, a sign and ",00"; cents that are not zero are refused rather
// than rounded.
func (l *lecteur) entier(nom string) *int {
	v, c := l.champ(nom)
	s := espaces.Replace(v)
	if s == "" {
		return nil
	}
	s = strings.TrimSuffix(strings.TrimSuffix(s, ",00"), ".00")
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		exemple := "Indiquez un nombre entier, par exemple 3."
		if c.Type == champs.Montant {
			exemple = "Indiquez un montant en euros entiers, par exemple 1577."
		}
		l.faute(nom, exemple)
		return nil
	}
	if c.Max > 0 && n > c.Max {
		l.faute(nom, "Indiquez un nombre d’au plus "+texte.Milliers(c.Max)+".")
		return nil
	}
	return &n
}

// coche reads a box.
func (l *lecteur) coche(nom string) bool {
	v, _ := l.champ(nom)
	return v == "1" || v == "on" || v == "O"
}

// ouiNon reads a three-state answer.
func (l *lecteur) ouiNon(nom string) *bool {
	switch v, _ := l.champ(nom); v {
	case "O":
		return new(true)
	case "N":
		return new(false)
	case "":
	default:
		l.faute(nom, "Choisissez oui, non, ou laissez sans réponse.")
	}
	return nil
}

// commune reads a commune by name, postcode or code.
func (l *lecteur) commune(nom, codePostal string) string {
	v, _ := l.champ(nom)
	if v == "" {
		return ""
	}
	insee, err := l.ref.LireCommune(v, codePostal)
	if err != nil {
		l.faute(nom, err.Error())
	}
	return insee
}

// territoire reads a commune or quartier of the file.
func (l *lecteur) territoire(nom string) string {
	v, _ := l.champ(nom)
	if v == "" {
		return ""
	}
	code, err := l.ref.LireLieu(v)
	if err != nil {
		l.faute(nom, err.Error())
	}
	return code
}

var chiffresTelephone = regexp.MustCompile(`^\+?[0-9]{6,15}$`)

// telephone reads a number with any usual separator, French or not, and gives
// French ones their usual shape (06 39 98 41 17).
func (l *lecteur) telephone(nom string) string {
	v, _ := l.champ(nom)
	s := strings.NewReplacer(" ", "", ".", "", "-", "", "(", "", ")", "", "/", "", "\u00a0", "", "\u202f", "").Replace(v)
	if s == "" {
		return ""
	}
	if !chiffresTelephone.MatchString(s) {
		l.faute(nom, "Indiquez les 10 chiffres, par exemple 06 39 98 41 17.")
		return ""
	}
	if r, ok := strings.CutPrefix(s, "+33"); ok && len(r) == 9 {
		s = "0" + r
	}
	if len(s) == 10 && s[0] == '0' {
		return s[0:2] + " " + s[2:4] + " " + s[4:6] + " " + s[6:8] + " " + s[8:10]
	}
	if s[0] != '+' && len(s) != 10 || s[0] != '+' && s[0] != '0' {
		l.faute(nom, "Indiquez les 10 chiffres, ou le numéro international précédé de +.")
		return ""
	}
	return s
}

// courriel reads an address.
func (l *lecteur) courriel(nom string) string {
	v := l.texte(nom)
	if v == "" {
		return ""
	}
	a, err := mail.ParseAddress(v)
	if err != nil || a.Address != v || !strings.Contains(v[strings.LastIndex(v, "@"):], ".") {
		l.faute(nom, "Indiquez une adresse complète, par exemple maelle.barthes@exemple.fr.")
		return ""
	}
	return v
}

var cinqChiffres = regexp.MustCompile(`^[0-9]{5}$`)

// codePostal reads a French postcode.
func (l *lecteur) codePostal(nom string) string {
	v, _ := l.champ(nom)
	s := espaces.Replace(v)
	if s != "" && !cinqChiffres.MatchString(s) {
		l.faute(nom, "Indiquez les 5 chiffres, par exemple 31770.")
		return ""
	}
	return s
}

// siret reads 14 digits with a valid key.
func (l *lecteur) siret(nom string) string {
	v, _ := l.champ(nom)
	s := espaces.Replace(v)
	if s != "" && !SiretValide(s) {
		l.faute(nom, "Vérifiez le SIRET : 14 chiffres, avec une clé juste.")
		return ""
	}
	return s
}

// nir reads a social security number with its key.
func (l *lecteur) nir(nom string) string {
	v, _ := l.champ(nom)
	s := strings.ToUpper(espaces.Replace(v))
	if s != "" && !NirValide(s) {
		l.faute(nom, "Vérifiez le numéro : 15 caractères, avec sa clé.")
		return ""
	}
	return s
}

// cles lists the keys present for a repeated subject, in increasing order:
// "cotitulaire.2.nom" has the key 2. A key whose fields are all empty is a line
// that the agent left blank and doesn't count.
func (l *lecteur) cles(sujet string) []int {
	vues := map[int]bool{}
	for nom, v := range l.valeurs {
		reste, ok := strings.CutPrefix(nom, sujet+".")
		if !ok || v == "" {
			continue
		}
		cle, _, ok := strings.Cut(reste, ".")
		if n, err := strconv.Atoi(cle); ok && err == nil && n > 0 && n < 1000 && strconv.Itoa(n) == cle {
			vues[n] = true
		}
	}
	return triees(vues)
}

func triees(m map[int]bool) []int {
	l := make([]int, 0, len(m))
	for n := range m {
		l = append(l, n)
	}
	slices.Sort(l)
	return l
}

// parmi lists the codes of a nomenclature whose box is ticked
// ("type.T2" = "1"), sorted.
func (l *lecteur) parmi(prefixe string) []string {
	c, ok := champs.Nom(prefixe + ".x")
	if !ok {
		panic("demandes: " + prefixe + " n’est pas au catalogue")
	}
	var codes []string
	for nom, v := range l.valeurs {
		code, ok := strings.CutPrefix(nom, prefixe+".")
		if !ok || v == "" {
			continue
		}
		if !l.ref.Existe(c.Nomenclature, code) {
			l.faute(prefixe, "Choisissez des valeurs dans la liste.")
			continue
		}
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

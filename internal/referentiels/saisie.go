package referentiels

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

// Existe tells whether a code belongs to a nomenclature, closed values included.
func (r *Referentiels) Existe(domaine, code string) bool {
	_, ok := r.Valeur(domaine, code)
	return ok
}

// Sentences for a field where a place was typed.
var (
	errCommuneInconnue = errors.New("Commune inconnue : vérifiez le nom, par exemple Colomiers, ou choisissez dans la liste.")
	errHomonymes       = errors.New("Plusieurs communes portent ce nom : ajoutez le code postal, par exemple COLOMIERS (31770).")
	errLieuInconnu     = errors.New("Lieu inconnu : indiquez une commune ou un quartier du fichier, par exemple 31-395 X MURET.")
	errLieuxHomonymes  = errors.New("Plusieurs lieux portent ce nom : choisissez dans la liste.")
)

// nomEtCode is a commune as lists write it: "MURET (31600)", "ALBI (81004)".
var nomEtCode = regexp.MustCompile(`^(.*\S)\s*\(([0-9][0-9AB][0-9]{3})\)$`)

// LibelleCommune is a commune as forms show it: its name in capitals and its
// first postcode, its INSEE code where postcodes are not known. LireCommune
// reads it back.
func (r *Referentiels) LibelleCommune(insee string) string {
	c, ok := r.Commune(insee)
	if !ok {
		return insee
	}
	code := c.CodeInsee
	if len(c.CodesPostaux) > 0 {
		code = c.CodesPostaux[0]
	}
	return strings.ToUpper(c.Nom) + " (" + code + ")"
}

// LireCommune finds the INSEE code of a typed commune: "MURET (31600)", "Muret",
// "31395" or "31600" when only one commune has it. codePostal, when not empty,
// settles between homonyms. The error is a sentence for the field.
func (r *Referentiels) LireCommune(texte, codePostal string) (string, error) {
	texte = strings.TrimSpace(texte)
	nom, code := texte, codePostal
	if m := nomEtCode.FindStringSubmatch(strings.ToUpper(texte)); m != nil {
		nom, code = m[1], m[2]
	}
	cherche := Normaliser(nom)
	e := r.etat.Load()
	memeNom := slices.Concat(e.parNom[cherche], e.parCodePostal[cherche])
	var memeCode []Commune
	for _, c := range memeNom {
		if c.CodeInsee == code || slices.Contains(c.CodesPostaux, code) {
			memeCode = append(memeCode, c)
		}
	}
	if len(memeCode) == 0 && len(code) > 2 { // postcodes unknown outside the file's département
		for _, c := range memeNom {
			if len(c.CodesPostaux) == 0 && strings.HasPrefix(code, c.Departement) {
				memeCode = append(memeCode, c)
			}
		}
	}
	switch {
	case len(memeCode) == 1:
		return memeCode[0].CodeInsee, nil
	case len(memeNom) == 0:
		if _, ok := r.Commune(strings.ToUpper(texte)); ok { // an INSEE code that is nobody's postcode
			return strings.ToUpper(texte), nil
		}
		return "", errCommuneInconnue
	case len(memeNom) == 1:
		return memeNom[0].CodeInsee, nil
	}
	return "", errHomonymes
}

// CodePostalDe tells whether a commune has this postcode; connu is false when
// its postcodes are not in the référentiel.
func (r *Referentiels) CodePostalDe(insee, codePostal string) (oui, connu bool) {
	c, ok := r.Commune(insee)
	if !ok || len(c.CodesPostaux) == 0 {
		return false, false
	}
	return slices.Contains(c.CodesPostaux, codePostal), true
}

// LireLieu finds the commune or quartier that a demandeur may ask for, by its
// code (see LireChoix) or its exact name. The error is a sentence for the field.
func (r *Referentiels) LireLieu(texte string) (string, error) {
	if code, err := r.LireChoix(texte); err == nil {
		return code, nil
	}
	cherche := Normaliser(texte)
	if m := nomEtCode.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(texte))); m != nil {
		cherche = Normaliser(m[1])
	}
	trouves := r.lieux(cherche, func(nom string) bool { return nom == cherche }, 2)
	switch len(trouves) {
	case 0:
		return "", errLieuInconnu
	case 1:
		return trouves[0].Code, nil
	}
	return "", errLieuxHomonymes
}

// ChercherLieux finds up to n communes and quartiers of the file by the
// beginning of their name or of a word of it, of their code, or of a postcode;
// names that begin so come first, then the most populated.
func (r *Referentiels) ChercherLieux(texte string, n int) []Territoire {
	cherche := Normaliser(texte)
	if cherche == "" || n <= 0 {
		return nil
	}
	debut := r.lieux(cherche, func(nom string) bool { return strings.HasPrefix(nom, cherche) }, n)
	mots := r.lieux(cherche, func(nom string) bool { return strings.Contains(nom, " "+cherche) }, n)
	l := append(debut, mots...)
	return l[:min(n, len(l))]
}

// lieux lists up to n active communes and quartiers whose normalised name
// passes, or whose code or postcode begins with the text.
func (r *Referentiels) lieux(cherche string, nom func(string) bool, n int) []Territoire {
	var l []Territoire
	for _, t := range r.etat.Load().listeLieux {
		code := strings.ReplaceAll(t.Code, "-", " ")
		if nom(t.NomRecherche) || cherche[:min(1, len(cherche))] >= "0" && cherche[:min(1, len(cherche))] <= "9" &&
			(strings.HasPrefix(code, cherche) || slices.ContainsFunc(t.CodesPostaux, func(cp string) bool { return strings.HasPrefix(cp, cherche) })) {
			if l = append(l, t); len(l) == n {
				break
			}
		}
	}
	return l
}

package noms

// Prenoms gives the first names of the table, as the Insee writes them, with
// the sexes that bear them: "F", "M" or "FM".
func Prenoms() (map[string]string, error) {
	tous := map[string]string{}
	err := lire("donnees/prenoms.csv", func(l []string) error {
		if sexe := tous[l[0]]; sexe != "" && sexe != l[1] {
			tous[l[0]] = "FM"
			return nil
		}
		tous[l[0]] = l[1]
		return nil
	})
	return tous, err
}

package referentiels

// sorte says how the text of a CSV cell becomes the value of a column.
type sorte string

// Each sorte is the SQL that reads the text; %s is the column of the temporary
// table. An empty cell is an empty text, or NULL for what is not text.
const (
	texte  sorte = "%s"
	code   sorte = "nullif(%s, '')" // a reference: empty is NULL
	entier sorte = "nullif(%s, '')::integer"
	reel   sorte = "nullif(%s, '')::double precision"
	date   sorte = "nullif(%s, '')::date"
	ouiNon sorte = "%s = 'oui'"
	liste  sorte = "string_to_array(%s, ',')" // no element when empty
)

// colonne is a column of a table, of the same name in the file.
type colonne struct {
	nom   string
	sorte sorte
	// libre: set when the row is inserted, then left to the administrator (a
	// closing date, the composition of a sector).
	libre bool
	// de gives a column that the file doesn't have, from the cells of its line;
	// fichier is the name of the file without its extension.
	de func(fichier string, ligne int, cellule func(nom string) string) string
}

// fichier describes one CSV file, or several of the same form, and its table.
type fichier struct {
	table    string
	source   string   // path under donnees, "*" allowed
	cle      []string // columns of the primary key
	colonnes []colonne
	// libre: rows belong to the administrator once inserted.
	libre bool
	// administree: the administrator may change rows and add some; columns listed
	// in modifiees and rows marked local are left alone.
	administree bool
	// numero: a column numbered at insertion, from 1 within the first column of
	// the key; "" for none.
	numero string
}

// fichiers are the référentiels, in the order of their foreign keys. A new one
// is one entry here and one migration.
var fichiers = []fichier{
	{table: "departements", source: "departements.csv", cle: []string{"code"}, colonnes: []colonne{
		{nom: "code", sorte: texte}, {nom: "nom", sorte: texte}, {nom: "code_region", sorte: texte},
		{nom: "nom_region", sorte: texte}, {nom: "chef_lieu", sorte: texte}, {nom: "zone", sorte: texte},
	}},
	{table: "communes", source: "communes.csv.gz", cle: []string{"code_insee"}, colonnes: []colonne{
		{nom: "code_insee", sorte: texte}, {nom: "nom", sorte: texte}, nomRecherche, {nom: "departement", sorte: texte},
		{nom: "code_epci", sorte: texte}, {nom: "population", sorte: entier}, {nom: "codes_postaux", sorte: liste},
	}},
	{table: "territoires", source: "territoires.csv", cle: []string{"code"}, administree: true, colonnes: []colonne{
		{nom: "code", sorte: texte}, {nom: "type", sorte: texte}, {nom: "nom", sorte: texte}, nomRecherche,
		{nom: "departement", sorte: texte}, {nom: "code_parent", sorte: code, libre: true}, {nom: "code_insee", sorte: code},
		{nom: "code_epci", sorte: texte}, {nom: "codes_postaux", sorte: liste}, {nom: "population", sorte: entier},
		{nom: "latitude", sorte: reel}, {nom: "longitude", sorte: reel}, {nom: "libelle_2011", sorte: texte},
		{nom: "verifie", sorte: texte}, {nom: "ordre", sorte: entier, de: rang},
	}},
	{table: "quartiers_usuels", source: "quartiers_usuels.csv", cle: []string{"code"}, colonnes: []colonne{
		{nom: "code", sorte: texte}, {nom: "nom", sorte: texte}, nomRecherche, {nom: "code_insee", sorte: texte},
		{nom: "decoupage", sorte: texte}, {nom: "secteur_ville", sorte: texte}, {nom: "territoire", sorte: code, libre: true},
		{nom: "verifie", sorte: texte},
	}},
	{table: "qpv", source: "qpv.csv", cle: []string{"code"}, colonnes: []colonne{
		{nom: "code", sorte: texte}, {nom: "nom", sorte: texte}, {nom: "code_insee", sorte: texte},
		{nom: "generation", sorte: entier}, {nom: "population_2013", sorte: entier},
		{nom: "territoire", sorte: code, libre: true}, {nom: "source", sorte: texte}, {nom: "verifie", sorte: texte},
	}},
	{table: "nomenclatures", source: "nomenclatures/*.csv", cle: []string{"domaine", "code"}, numero: "numero", administree: true, colonnes: []colonne{
		{nom: "domaine", sorte: texte, de: nomFichier}, {nom: "code", sorte: texte}, {nom: "libelle", sorte: texte},
		{nom: "ordre", sorte: entier}, {nom: "debut", sorte: date, libre: true}, {nom: "fin", sorte: date, libre: true},
		{nom: "source", sorte: texte},
	}},
	{table: "plafonds", source: "plafonds.csv", cle: []string{"annee", "zone", "financement", "categorie"}, administree: true, colonnes: []colonne{
		{nom: "annee", sorte: entier}, {nom: "zone", sorte: texte}, {nom: "financement", sorte: texte},
		{nom: "categorie", sorte: texte}, {nom: "montant", sorte: entier}, {nom: "source", sorte: texte},
	}},
	{table: "parametres", source: "parametres.csv", cle: []string{"code"}, libre: true, colonnes: []colonne{
		{nom: "code", sorte: texte}, {nom: "libelle", sorte: texte}, {nom: "type", sorte: texte}, {nom: "valeur", sorte: texte},
		{nom: "unite", sorte: texte}, {nom: "source", sorte: texte}, {nom: "fictif", sorte: ouiNon},
	}},
	{table: "organismes", source: "organismes.csv", cle: []string{"code"}, libre: true, colonnes: []colonne{
		{nom: "code", sorte: texte}, {nom: "nom", sorte: texte}, {nom: "nom_2011", sorte: texte}, {nom: "type", sorte: texte},
		{nom: "statut", sorte: texte}, {nom: "enregistreur", sorte: ouiNon}, {nom: "actif", sorte: ouiNon},
		{nom: "successeur", sorte: code}, {nom: "departement", sorte: texte}, {nom: "territoire", sorte: code},
		{nom: "adresse", sorte: texte}, {nom: "code_postal", sorte: texte}, {nom: "ville", sorte: texte},
		{nom: "telephone", sorte: texte}, {nom: "source", sorte: texte}, {nom: "verifie", sorte: texte},
		{nom: "fictif", sorte: ouiNon}, {nom: "coordonnees_fictives", sorte: ouiNon},
	}},
	{table: "agences", source: "agences.csv", cle: []string{"code"}, libre: true, colonnes: []colonne{
		{nom: "code", sorte: texte}, {nom: "organisme", sorte: texte}, {nom: "nom", sorte: texte}, {nom: "adresse", sorte: texte},
		{nom: "code_postal", sorte: texte}, {nom: "ville", sorte: texte}, {nom: "telephone", sorte: texte},
		{nom: "actif", sorte: ouiNon}, {nom: "fictif", sorte: ouiNon},
	}},
	{table: "guichets", source: "guichets.csv", cle: []string{"code"}, libre: true, colonnes: []colonne{
		{nom: "code", sorte: texte}, {nom: "organisme", sorte: texte}, {nom: "agence", sorte: code}, {nom: "nom", sorte: texte},
		{nom: "adresse", sorte: texte}, {nom: "code_postal", sorte: texte}, {nom: "ville", sorte: texte},
		{nom: "telephone", sorte: texte}, {nom: "actif", sorte: ouiNon}, {nom: "debut", sorte: date}, {nom: "fin", sorte: date},
		{nom: "fictif", sorte: ouiNon},
	}},
	{table: "bailleurs_communes", source: "bailleurs_communes.csv", cle: []string{"organisme", "code_insee"}, libre: true, colonnes: []colonne{
		{nom: "organisme", sorte: texte}, {nom: "code_insee", sorte: texte}, {nom: "fictif", sorte: ouiNon},
	}},
}

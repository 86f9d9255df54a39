// Package referentiels holds what the file refers to: territoires, communes,
// nomenclatures, organismes with their agences and guichets, plafonds and
// paramètres.
//
// The data are CSV files embedded in the binary (donnees, whose README says
// where they come from and what is made up). Charger brings the database up to
// date from them, as often as one likes; Ouvrir reads the database into memory,
// where every screen looks codes up without a query.
//
// Start with Referentiels in referentiels.go; fichiers.go is the list of what
// is loaded into which table.
package referentiels

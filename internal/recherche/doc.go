// Package recherche finds the active demandes that fit a dwelling: the
// multi-criteria search (R-LOG, R-CRD, R-RES). One Criteres is the screen, its
// address, its sentence in French, its condition in SQL and the saved list.
//
// Start with catalogue.go, the table of criteria: a new one is one entry.
// criteres.go reads and writes them, phrase.go says them, where.go makes the
// condition over the search row (table recherche_demandes, alias r).
package recherche

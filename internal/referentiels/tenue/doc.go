// Package tenue keeps the référentiels from the browser: organismes, agences,
// guichets, nomenclatures, territoires, plafonds, paramètres. What it changes or
// adds is marked, so that the next load of the files leaves it alone, and is
// traced with its values before and after.
//
// Each change is an Acte. Tenue.Apercevoir says what it would change and what
// follows; Tenue.Faire does it, in one transaction with its trace, then has the
// référentiels in memory read again. Start with acte.go, then parametres.go for
// the shortest example.
package tenue

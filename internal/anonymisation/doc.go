// Package anonymisation makes a base for training out of the real one: the same
// distributions, no real person. Persons, accounts, addresses, telephones and
// numbers are made again; births move by some months; free texts, values of the
// history, attestations and journals stay behind. Types, places, dates of
// deposit, amounts and codes are the real ones: the copy is pseudonymous, kept
// among agents bound by the charte, not published.
//
// Start with copier.go. tables.go says what becomes of each table and column;
// one that it doesn't know stops the copy, so that nothing nominative added
// later leaves unnoticed. personnes.go makes the persons.
package anonymisation

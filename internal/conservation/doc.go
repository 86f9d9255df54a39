// Package conservation keeps the file's promise on time: one year after its
// radiation (a parameter; décret n° 2017-917, art. 4), a demande loses
// everything that says who its household was. An anonymous row (état EFFACEE)
// stays for statistics, with ages in bands of five years, dates of the month
// and rounded amounts; its number moves to a list of its own, so that it is
// never given again and leads nobody to the row.
//
// Start with effacer.go (the run, by lots), then champs.go (what goes, what
// stays), apercu.go (what the next run will do). communication.go is the right
// of access: everything the file holds about the persons of a demande.
package conservation

// Package travaux runs what takes longer than a page: the nightly schedule,
// large exports, the purge. Jobs are rows of PostgreSQL, so that none is lost
// or done twice, whatever the number of instances.
package travaux

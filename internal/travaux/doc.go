// Package travaux runs what takes longer than a page: the nightly schedule,
// large exports, the purge. A job is two rows written in one transaction: ours
// in `travaux`, that people read, and River's, that instances take. None is
// lost, and none runs twice at once: an instance holds, for as long as it
// works, a lock of PostgreSQL that dies with it (execution.go), and jobs whose
// lock is free go back to the queue (reprise.go). A job may still be started
// again after a kill, so each does its work in a way that may be repeated.
//
// Start with table.go, what a job is, then lancer.go. The jobs themselves are
// listed in travaux/table.
package travaux

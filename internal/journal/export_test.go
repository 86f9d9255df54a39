package journal

// For the tests: what the calendar and the size of a queue decide otherwise.
var (
	ConserverDepuis = conserverDepuis
	AlerterA        = alerterA
)

// Capacite is how many accesses may wait.
const Capacite = capacite

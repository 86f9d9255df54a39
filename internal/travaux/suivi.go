package travaux

// Suivi is how a job says where it stands, to the page that started it and to
// the list of jobs. Cancelling a job cancels its context.
type Suivi interface {
	// Total says how many rows there will be; 0 when nobody knows.
	Total(n int)
	// Avancer adds n rows done.
	Avancer(n int)
	// Dire replaces the sentence shown beside the bar, in French, without any
	// nominative value.
	Dire(message string)
}

// Muet is a Suivi that nobody reads: for commands and tests.
type Muet struct{}

// Total does nothing.
func (Muet) Total(int) {}

// Avancer does nothing.
func (Muet) Avancer(int) {}

// Dire does nothing.
func (Muet) Dire(string) {}

// Package textes holds the texts that ATLAS edits and everybody reads: the
// charte de déontologie, which every agent accepts, and the legal pages. They
// are written in Markdown. A draft becomes a version when it is published, with
// a sentence that says what changes; a published version never changes again.
//
// Start with textes.go (reading, writing, publishing), then acceptations.go.
// It writes the tables textes_versions and acceptations.
package textes

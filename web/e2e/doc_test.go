// Package e2e drives the assembled application in Debian's chromium, as agents
// do: what HTML alone can't show, and the journeys of the main job. Start with
// parcours_test.go. There is one browser for the package, and for each test a
// site on a base of its own. IMHOWEB_CAPTURES=FOLDER keeps a picture and the
// HTML of the page on which a test failed.
package e2e

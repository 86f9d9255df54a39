package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// The image says the version it is built with, else that of the source: never
// an empty one.
func TestImageVersion(t *testing.T) {
	t.Parallel()
	texte, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`-ldflags ("[^"]*")`).FindSubmatch(texte)
	if m == nil {
		t.Fatal("the Dockerfile builds without -ldflags")
	}
	for version, attendu := range map[string]string{"": "-s -w", "31.9": "-s -w -X main.numeroVersion=31.9"} {
		cmd := exec.Command("sh", "-c", "printf %s "+string(m[1]))
		cmd.Env = []string{"VERSION=" + version}
		s, err := cmd.Output()
		if err != nil || strings.TrimSpace(string(s)) != attendu {
			t.Errorf("VERSION=%s: %q, %v; want %q", version, s, err, attendu)
		}
	}
}

// Command bilan reads `go test -json` and says what matters: one line a
// package, all of what a failed test said, and the total. It fails when a test
// failed, or when there was none.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// evenement is a line of `go test -json` (go doc test2json).
type evenement struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

type bilan struct {
	sortie                  io.Writer
	dit                     map[string]*strings.Builder // what each test said, and each package
	reussis, rates, ignores int
	paquets, casses         int
}

func main() {
	debut := time.Now()
	b := bilan{sortie: os.Stdout, dit: map[string]*strings.Builder{}}
	lignes := bufio.NewScanner(os.Stdin)
	lignes.Buffer(nil, 16<<20)
	for lignes.Scan() {
		var e evenement
		if json.Unmarshal(lignes.Bytes(), &e) != nil {
			fmt.Println(lignes.Text()) // go itself speaking
			continue
		}
		b.lire(e)
	}
	fmt.Printf("TOTAL : %d tests réussis, %d échoués, %d ignorés, dans %d paquets, en %d s\n",
		b.reussis, b.rates, b.ignores, b.paquets, int(time.Since(debut).Seconds()))
	if err := lignes.Err(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if b.rates+b.casses > 0 || b.reussis == 0 {
		os.Exit(1)
	}
}

func (b *bilan) lire(e evenement) {
	cle := e.Package + e.ImportPath + "\x00" + e.Test
	switch e.Action {
	case "output", "build-output":
		if b.dit[cle] == nil {
			b.dit[cle] = new(strings.Builder)
		}
		b.dit[cle].WriteString(e.Output)
		return
	case "build-fail":
		b.casses++
		fmt.Fprint(b.sortie, b.dit[cle])
	case "pass", "fail", "skip":
		if e.Test == "" {
			b.paquet(e, cle)
		} else {
			b.test(e, cle)
		}
	}
}

func (b *bilan) paquet(e evenement, cle string) {
	switch e.Action {
	case "pass":
		b.paquets++
		fmt.Fprintf(b.sortie, "ok    %s  %.1f s\n", e.Package, e.Elapsed)
	case "fail":
		b.casses++
		fmt.Fprintf(b.sortie, "RATÉ  %s  %.1f s\n%s", e.Package, e.Elapsed, texte(b.dit[cle])) // a panic, a timeout
	}
}

func (b *bilan) test(e evenement, cle string) {
	switch e.Action {
	case "pass":
		b.reussis++
	case "skip":
		b.ignores++
		fmt.Fprint(b.sortie, texte(b.dit[cle]))
	case "fail":
		b.rates++
		fmt.Fprint(b.sortie, texte(b.dit[cle]))
	}
	delete(b.dit, cle)
}

func texte(s *strings.Builder) string {
	if s == nil {
		return ""
	}
	return s.String()
}

package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"imhoweb/internal/platform/config"
)

// numeroVersion is the version shown to people, on every page and before login
// (R-CNX-11). A release build may set it (-ldflags "-X main.numeroVersion=…").
var numeroVersion = "31.1"

// numero is the version shown to people.
func numero() string { return numeroVersion }

// revision is the commit this was built from, "+" when the tree had changes, ""
// when the build doesn't know.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	var revision, modifie string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 10:
			revision = s.Value[:10]
		case s.Key == "vcs.modified" && s.Value == "true":
			modifie = "+"
		}
	}
	return revision + modifie
}

func (o *outil) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Affiche la version",
		RunE: func(*cobra.Command, []string) error {
			v := "imhoweb " + numero()
			if r := revision(); r != "" {
				v += " (" + r + ")"
			}
			_, err := fmt.Fprintln(o.sortie, v)
			return err
		},
	}
}

func (o *outil) configuration() *cobra.Command {
	return &cobra.Command{
		Use:   "configuration",
		Short: "Affiche les variables d’environnement et leur sens",
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(o.sortie, config.Markdown())
			return err
		},
	}
}

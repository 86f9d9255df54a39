package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"imhoweb/internal/platform/config"
)

// numeroVersion is set by the release build (-ldflags "-X main.numeroVersion=…").
var numeroVersion = ""

// numero is the version shown to people: that of the release, else the commit.
func numero() string {
	if numeroVersion != "" {
		return numeroVersion
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "inconnue"
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
	if revision == "" {
		return "dev"
	}
	return revision + modifie
}

func (o *outil) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Affiche la version",
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(o.sortie, "imhoweb", numero())
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

package referentiels

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
)

// Empreinte changes with the embedded data and with how they are loaded; test
// templates are named after it.
func Empreinte() (string, error) {
	h := sha256.New()
	for _, f := range fichiers {
		fmt.Fprintln(h, f.creerSQL(), f.corrigerSQL(), f.completerSQL())
	}
	err := fs.WalkDir(donnees, ".", func(chemin string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		r, err := donnees.Open(chemin)
		if err != nil {
			return err
		}
		defer r.Close()
		fmt.Fprintln(h, chemin)
		_, err = io.Copy(h, r)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

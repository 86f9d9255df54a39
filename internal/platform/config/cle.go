package config

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// FichierCle is the name, in the data folder, of the key that dev generates.
const FichierCle = "cle"

// CleLocale gives the key of the data folder, generated the first time and
// readable by its owner only. For the private cluster: serve takes its key from
// the environment.
func CleLocale(donnees string) ([]byte, error) {
	chemin := filepath.Join(donnees, FichierCle)
	texte, err := os.ReadFile(chemin)
	if errors.Is(err, fs.ErrNotExist) {
		if err := ecrireCle(chemin); err != nil {
			return nil, err
		}
		texte, err = os.ReadFile(chemin)
	}
	if err != nil {
		return nil, err
	}
	cle, err := LireCle(string(texte))
	if err != nil {
		return nil, fmt.Errorf("%s : %w", chemin, err)
	}
	return cle, nil
}

// ecrireCle appears whole or not at all, and never replaces a key: another
// process may have written one meanwhile.
func ecrireCle(chemin string) error {
	cle := make([]byte, 32)
	rand.Read(cle)                                         // never fails
	f, err := os.CreateTemp(filepath.Dir(chemin), ".cle-") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(cle) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), chemin); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

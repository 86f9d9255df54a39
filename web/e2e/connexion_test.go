package e2e

import (
	"testing"

	"imhoweb/internal/habilitations"
)

func TestConnexion(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "TMH", habilitations.Saisie)
	t.Log(o.adresse())
	o.aller("/preferences")
	o.verifier()
	o.aller("/demandes")
	o.verifier()
	o.photographier("liste")
}

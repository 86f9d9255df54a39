package demandes

// ChiffrerNir encrypts a NIR as a person's row holds it, for the copy that
// gives the persons of another base new ones.
func (c Cle) ChiffrerNir(clair string, demande int64, role Role, cle int) ([]byte, error) {
	return c.chiffrer(clair, lieNir(demande, role, cle))
}

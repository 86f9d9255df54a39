package coffre

import (
	"bytes"
	"testing"
)

func TestCoffre(t *testing.T) {
	t.Parallel()
	cle := bytes.Repeat([]byte("k"), TailleCle)
	c, autre := New(cle, "essai"), New(cle, "autre")
	scelle := c.Sceller("agent 7", []byte("secret"))
	if clair, err := c.Ouvrir("agent 7", scelle); err != nil || string(clair) != "secret" {
		t.Errorf("%q, %v", clair, err)
	}
	if bytes.Contains(scelle, []byte("secret")) || bytes.Equal(scelle, c.Sceller("agent 7", []byte("secret"))) {
		t.Error("the text shows, or two seals are alike")
	}
	for nom, ouvrir := range map[string]func() ([]byte, error){
		"another contexte": func() ([]byte, error) { return c.Ouvrir("agent 8", scelle) },
		"another use":      func() ([]byte, error) { return autre.Ouvrir("agent 7", scelle) },
		"a changed byte": func() ([]byte, error) {
			faux := bytes.Clone(scelle)
			faux[len(faux)-1] ^= 1
			return c.Ouvrir("agent 7", faux)
		},
		"nothing": func() ([]byte, error) { return c.Ouvrir("agent 7", nil) },
	} {
		if clair, err := ouvrir(); err == nil {
			t.Errorf("%s opens %q", nom, clair)
		}
	}
	e := c.Empreinte("agent 7", "abcd")
	if e != c.Empreinte("agent 7", "abcd") || e == c.Empreinte("agent 8", "abcd") || e == c.Empreinte("agent 7", "abce") || e == autre.Empreinte("agent 7", "abcd") {
		t.Error("digests collide, or change")
	}
}

package referentiels_test

import (
	"strings"
	"testing"

	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/referentiels"
)

func TestPlacesAsAgentsTypeThem(t *testing.T) {
	t.Parallel()
	r, err := referentiels.Ouvrir(t.Context(), pgtest.DB(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ texte, cp, want string }{
		{"Muret", "", "31395"}, {"MURET (31600)", "", "31395"}, {"31395", "", "31395"}, {"saint orens de gameville", "31650", "31506"},
		{"St-Orens-de-Gameville", "", "31506"}, {"Toulouse", "31200", "31555"}, {"TOULOUSE (31000)", "", "31555"}, {"Albi", "", "81004"},
		{"ALBI (81004)", "", "81004"}, {"31170", "", "31557"}, {"31770", "", "31149"},
	} {
		got, err := r.LireCommune(c.texte, c.cp)
		if err != nil || got != c.want {
			t.Errorf("LireCommune(%q, %q) = %q, %v; want %q", c.texte, c.cp, got, err, c.want)
		}
	}
	for _, faux := range []string{"Nulle-Part-sur-Rien", "99999", "()"} {
		if got, err := r.LireCommune(faux, ""); err == nil {
			t.Errorf("LireCommune(%q) = %q, want a sentence", faux, got)
		}
	}
	if _, err := r.LireCommune("Saint-Denis", ""); err == nil || !strings.Contains(err.Error(), "code postal") {
		t.Errorf("homonyms must ask for the postcode, got %v", err)
	}
	for texte, want := range map[string]string{"31-395 X MURET": "31-395", "Muret": "31-395", "31-555-13": "31-555-13", "capitole": "31-555-11", "MURET (31600)": "31-395"} {
		if got, err := r.LireLieu(texte); err != nil || got != want {
			t.Errorf("LireLieu(%q) = %q, %v; want %q", texte, got, err, want)
		}
	}
	if got, err := r.LireLieu("Albi"); err == nil {
		t.Errorf("LireLieu outside the file = %q", got)
	}
}

// Whatever the commune, what the form shows is read back as the same commune.
func TestEveryCommuneReadsBack(t *testing.T) {
	t.Parallel()
	r, err := referentiels.Ouvrir(t.Context(), pgtest.DB(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.CommunesDe("31") {
		if got, err := r.LireCommune(r.LibelleCommune(c.CodeInsee), ""); err != nil || got != c.CodeInsee {
			t.Errorf("%s shown as %q reads as %q, %v", c.CodeInsee, r.LibelleCommune(c.CodeInsee), got, err)
		}
		if got, err := r.LireLieu(r.LibelleChoix(c.Code)); err != nil || got != c.Code {
			t.Errorf("%s shown as %q reads as %q, %v", c.Code, r.LibelleChoix(c.Code), got, err)
		}
	}
}

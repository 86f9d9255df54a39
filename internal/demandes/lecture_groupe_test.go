package demandes_test

import (
	"reflect"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg/pgtest"
)

// A print run reads each dossier as it is read alone, and no other.
func TestPourAttestationsReadsAsOneByOne(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	f, s := demandestest.Fichier(t, db), demandestest.Saisie()
	var ids []int64
	var numeros []string
	ajouter := func(remplir func(*demandes.Demande)) {
		d := demandestest.Creer(t, db, remplir)
		ids, numeros = append(ids, d.ID), append(numeros, d.NumeroUnique)
	}
	formulaires := []demandes.Valeurs{pleine()}
	for _, x := range demandestest.Exemples {
		formulaires = append(formulaires, x.Valeurs)
	}
	for _, v := range formulaires {
		ajouter(func(d *demandes.Demande) {
			lue, fautes := demandes.Lire(d.Entete, v, f.Ref)
			if len(fautes) > 0 {
				t.Fatal(fautes)
			}
			*d = *lue
		})
	}
	ajouter(nil)
	brouillon := demandestest.Brouillon(t, db, "TMH")
	e, err := demandes.EnteteDe(t.Context(), db, s, habilitations.ConsulterDemande, brouillon)
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.PourAttestations(t.Context(), db, s, append(ids, e.ID, 999_999))
	if err != nil || len(l) != len(ids) {
		t.Fatalf("%d dossiers, want %d, %v", len(l), len(ids), err)
	}
	for i, id := range ids {
		seule, err := f.PourAttestation(t.Context(), db, s, numeros[i])
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(seule, l[id]) {
			t.Errorf("%s read otherwise:\n%+v\n%+v", numeros[i], seule, l[id])
		}
	}
	for nom, s := range map[string]habilitations.Session{
		"a reader":                 demandestest.Session(habilitations.Consultation),
		"a session without a role": demandestest.Session(),
	} {
		if l, err := f.PourAttestations(t.Context(), db, s, ids); err != nil || len(l) != 0 {
			t.Errorf("%s reads %d dossiers, %v", nom, len(l), err)
		}
	}
}

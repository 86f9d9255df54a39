package demandes_test

import (
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

// R-REF-26: the base derives the displayed state from what is stored, and the
// table of states says each in French. « Incomplète (NU) » is a flag beside it.
func TestEtatsDisplayed(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	d := demandestest.Creer(t, db, func(d *demandes.Demande) { d.Incomplete = true })
	for _, c := range []struct{ statut, motif, avancement, libelle string }{
		{"ACTIVE", "", "", "Active"},
		{"ACTIVE", "", "VALIDEE", "Validée"},
		{"ACTIVE", "", "EN_INSTANCE", "Attribuée en instance"},
		{"RADIEE", "RADATT", "", "Satisfaite"},
		{"RADIEE", "RADABA", "", "Annulée"},
		{"RADIEE", "RADREN", "", "Non renouvelée"},
		{"RADIEE", "RADCON", "", "Radiée"},
		{"RADIEE", "RADIRR", "", "Radiée"},
	} {
		var etat string
		var incomplete bool
		err := db.QueryRow(t.Context(), `
update demandes set statut = @statut, motif_radiation = @motif, avancement = @avancement,
  date_radiation = case when @motif <> '' then date_depot end
where id = @id returning etat, incomplete`, pg.Args{"statut": c.statut, "motif": c.motif, "avancement": c.avancement, "id": d.ID}).Scan(&etat, &incomplete)
		if err != nil {
			t.Fatal(err)
		}
		if got := demandes.EtatLibelle(etat); got != c.libelle || !incomplete {
			t.Errorf("%s %s %s is %q (incomplete %t), want %q", c.statut, c.motif, c.avancement, got, incomplete, c.libelle)
		}
	}
	var brouillon string
	err := db.QueryRow(t.Context(), `select etat from demandes where id = @id::bigint`,
		pg.Args{"id": demandestest.Brouillon(t, db, "TMH")[2:]}).Scan(&brouillon)
	if err != nil || demandes.EtatLibelle(brouillon) != "Brouillon" {
		t.Errorf("a draft is %q, %v", brouillon, err)
	}
}

// R-REF-28: the contingents of the file, and that of the 1 % collecteurs.
func TestContingents(t *testing.T) {
	t.Parallel()
	ref := demandestest.Ref(t, pgtest.DB(t))
	var codes []string
	for _, c := range ref.Nomenclature("reservataire") {
		if c.Libelle == "" {
			t.Errorf("%s has no label", c.Code)
		}
		codes = append(codes, c.Code)
	}
	for _, want := range []string{"PPRIOR", "PFONCT", "COLTER", "COLACT", "AUTRES", "AUCUN"} {
		if !ref.Existe("reservataire", want) {
			t.Errorf("%s is missing from %v", want, codes)
		}
	}
}

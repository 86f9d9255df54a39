package demandes_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg/pgtest"
)

// The household of pleine: nine persons, every field filled.
func grandMenage(b *testing.B, f demandes.Fichier) *demandes.Demande {
	b.Helper()
	d, fautes := demandes.Lire(demandestest.Valide().Entete, pleine(), f.Ref)
	if fautes != nil {
		b.Fatal(fautes)
	}
	return d
}

func BenchmarkGet(b *testing.B) {
	db, s := pgtest.DB(b), demandestest.Saisie()
	f := demandestest.Fichier(b, db)
	d := demandestest.Creer(b, db, func(x *demandes.Demande) { *x = *grandMenage(b, f) })
	for b.Loop() {
		if _, err := f.Get(b.Context(), db, s, habilitations.ConsulterDemande, d.NumeroUnique); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEcrire(b *testing.B) {
	db, s := pgtest.DB(b), demandestest.Saisie()
	f := demandestest.Fichier(b, db)
	d := demandestest.Creer(b, db, func(x *demandes.Demande) { *x = *grandMenage(b, f) })
	for b.Loop() {
		if err := reecrire(f, db, s, d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInserer(b *testing.B) {
	db := pgtest.DB(b)
	for b.Loop() {
		demandestest.Creer(b, db, nil)
	}
}

func BenchmarkProjeter(b *testing.B) {
	db := pgtest.DB(b)
	f := demandestest.Fichier(b, db)
	d := demandestest.Creer(b, db, nil)
	for b.Loop() {
		if err := pgx.BeginFunc(b.Context(), db, func(tx pgx.Tx) error { return f.Projeter(b.Context(), tx, d.ID) }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkProjeterTout reports the demandes a second.
func BenchmarkProjeterTout(b *testing.B) {
	const n = 1000
	db := pgtest.DB(b)
	f := demandestest.Fichier(b, db)
	for range n {
		demandestest.Creer(b, db, nil)
	}
	if _, err := pgtest.Admin(b).Exec(b.Context(), "analyze"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := f.ProjeterTout(b.Context(), db, "31"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "demandes/s")
}

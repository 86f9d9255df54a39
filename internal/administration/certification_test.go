package administration

import (
	"testing"
	"time"

	"imhoweb/internal/courriels"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/referentiels"
)

// muet follows a job without showing anything.
type muet struct{ fait int }

func (m *muet) Total(int)     {}
func (m *muet) Avancer(n int) { m.fait += n }
func (m *muet) Dire(string)   {}

func TestRecertifier(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	agent := b.agent(t, "TMH", "agent@tmh.example", habilitations.Saisie)
	recent := b.agent(t, "TMH", "recent@tmh.example", habilitations.Saisie)
	vieillir := func(id int64, age string) {
		b.exec(t, "update affectations set cree_le = now() - $2::interval, certifiee_le = null where utilisateur = $1", id, age)
	}
	maintenant := time.Now()
	passer := func() int {
		t.Helper()
		m := &muet{}
		if err := b.comptes.Recertifier(ctx, b.db, maintenant, Rythme{3, 30}, m); err != nil {
			t.Fatal(err)
		}
		return m.fait
	}
	rappels := func() int { return b.un(t, "select count(*) from courriels where destinataire = 'admin@tmh.example'") }

	if passer(); rappels() != 0 {
		t.Fatal("a reminder with nothing to confirm")
	}
	vieillir(agent, "3 months 1 day")
	if passer(); rappels() != 1 || b.fiche(t, agent).Suspendu() {
		t.Errorf("after three months: %d reminders", rappels())
	}
	if passer(); rappels() != 1 {
		t.Error("reminded twice in a night")
	}
	maintenant = maintenant.Add(8 * 24 * time.Hour)
	if passer(); rappels() != 2 {
		t.Errorf("a week later: %d reminders", rappels())
	}
	maintenant = time.Now()

	t.Run("reminds ATLAS of its own, and notes no reminder that nobody received", func(t *testing.T) {
		vieillir(b.agent(t, "ATLAS", "agent@atlas.example", habilitations.Consultation), "3 months 1 day")
		vieillir(b.agent(t, "CUGNAUX", "agent@cugnaux.example", habilitations.Statistiques), "3 months 1 day")
		passer()
		if n := b.un(t, "select count(*) from courriels where destinataire = 'admin@atlas.example'"); n != 1 {
			t.Errorf("%d reminders to ATLAS", n)
		}
		if b.un(t, "select count(*) from rappels_certification where organisme = 'CUGNAUX'") != 0 {
			t.Error("a reminder without a reader")
		}
	})
	t.Run("suspends what nobody confirmed, and not the last administrator", func(t *testing.T) {
		vieillir(agent, "4 months 1 day")
		vieillir(b.tmh.Utilisateur, "400 days")
		vieillir(recent, "4 months 1 day")
		if n, _, err := Certifier(ctx, b.db, b.tmh, "TMH", []int64{recent}, nil); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		passer()
		a := b.fiche(t, agent)
		if a.Etat() != EtatNonConfir || b.traces(t, agent, "suspendre") != 1 {
			t.Errorf("%v", a.Etat())
		}
		if b.fiche(t, b.tmh.Utilisateur).Suspendu() || b.fiche(t, recent).Suspendu() {
			t.Error("suspends too much")
		}
		l, err := Rapport(ctx, b.db, b.atlas, maintenant, Rythme{3, 30})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range l {
			if x.Organisme == "TMH" && (x.Agents != 2 || x.AConfirmer != 0 || x.EnRetard != 1 || x.NonConfirmes != 1 || x.Rappel.IsZero()) {
				t.Errorf("%+v", x)
			}
		}
	})
	t.Run("a setting changes the rhythm", func(t *testing.T) {
		ref, err := referentiels.Ouvrir(ctx, b.db)
		if err != nil {
			t.Fatal(err)
		}
		r := RythmeDe(ref)
		if r != (Rythme{Periode: 3, Delai: 30}) {
			t.Fatalf("%+v", r)
		}
		if a := b.fiche(t, recent); a.Situation(maintenant, r) != Confirme || a.Situation(maintenant.AddDate(0, 2, 0), Rythme{Periode: 1, Delai: 10}) != EnRetard {
			t.Error("the rhythm isn't heard")
		}
	})
	t.Run("opening it again confirms it", func(t *testing.T) {
		if err := RouvrirAcces(ctx, b.db, b.tmh, agent, "TMH", b.fiche(t, agent).Version); err != nil {
			t.Fatal(err)
		}
		if passer(); b.fiche(t, agent).Situation(maintenant, Rythme{3, 30}) != Confirme || b.fiche(t, agent).CertifiePar == "" {
			t.Error("suspended again")
		}
	})
	t.Run("an administrator refuses some and confirms others at once", func(t *testing.T) {
		if _, _, err := Certifier(ctx, b.db, b.tmh, "TMH", nil, nil); champ(err) != "agents" {
			t.Error(err)
		}
		n, k, err := Certifier(ctx, b.db, b.tmh, "TMH", []int64{recent}, []int64{agent})
		if err != nil || n != 1 || k != 1 || !b.fiche(t, agent).Suspendu() || b.traces(t, recent, "confirmer") != 2 {
			t.Errorf("%d, %d, %v", n, k, err)
		}
	})
	t.Run("reminders name no agent", func(t *testing.T) {
		l, err := courriels.Lister(ctx, b.db, b.atlas)
		if err != nil || len(l) == 0 {
			t.Fatal(err)
		}
		_, corps, err := courriels.Lire(ctx, b.db, b.comptes.Coffre, b.atlas, l[0].ID)
		if err != nil || corps == "" {
			t.Errorf("%q, %v", corps, err)
		}
	})
}

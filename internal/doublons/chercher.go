package doublons

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
)

// Requete is the persons of a dossier to look for in a département.
type Requete struct {
	Departement string
	Personnes   []Identite // demandeur and co-titulaires
	Exclure     int64      // id of the dossier itself, 0 when it has none
	Jour        jour.Date  // today: what may still be reactivated depends on it
	Delais      Delais
	Portee      pg.Condition
}

// Candidat is a demande that seems to be the same household's. Outside the
// portée of the session only NumeroUnique, Guichet, Score and Verdict are
// given (conception §11, "Duplicates").
type Candidat struct {
	DemandeID    int64
	NumeroUnique string
	Guichet      string
	Visible      bool     // within the portée
	Reactivable  bool     // radiée, and may be reactivated rather than created anew
	Personne     int      // index in Requete.Personnes
	Role         string   // demandeur or co_titulaire: whom it resembles there
	Identite     Identite // of that person, as typed
	Resultat
}

// Trouvailles are the candidates found, best first.
type Trouvailles struct {
	Candidats []Candidat // at most MaxCandidats
	Total     int        // before that bound
}

// MaxCandidats bounds what is shown.
const MaxCandidats = 20

// maxParVoie bounds the persons read by each way of looking, for each person:
// a base where thousands share a default must not stop a guichet.
const maxParVoie = 500

// Delais say for how many months a radiation may be undone: after a
// non-renewal, from the deposit or last renewal; after no answer to a letter,
// from the radiation. The rule is that of the demandes.
type Delais struct{ NonRenouvelee, SansReponse int }

// Meilleur is the highest verdict among the candidates; Different without any.
func (t Trouvailles) Meilleur() Verdict {
	mieux := Resultat{Verdict: Different}
	for _, c := range t.Candidats {
		if c.Score > mieux.Score {
			mieux = c.Resultat
		}
	}
	return mieux.Verdict
}

// Chercher looks in the département, whoever registered them, for the active
// demandes, and the radiées that may still be reactivated, of which a titulaire
// resembles one of the persons. One statement reads the candidates of all
// persons; Comparer then judges them. Reactivable likely duplicates come
// first, then the best scores.
func Chercher(ctx context.Context, db pg.DB, q Requete) (Trouvailles, error) {
	lignes, err := lireCandidats(ctx, db, q)
	if err != nil {
		return Trouvailles{}, fmt.Errorf("chercher les doublons: %w", err)
	}
	fiches := make([]fiche, len(q.Personnes))
	for i, p := range q.Personnes {
		fiches[i] = preparer(p)
	}
	parDemande := map[int64]Candidat{}
	for _, l := range lignes {
		c := l.candidat()
		c.Resultat = fiches[c.Personne].comparer(preparer(c.Identite))
		if connu, ok := parDemande[c.DemandeID]; c.Verdict != Different && (!ok || c.Score > connu.Score) {
			parDemande[c.DemandeID] = c
		}
	}
	var t Trouvailles
	for _, c := range parDemande {
		if !c.Visible {
			c = Candidat{DemandeID: c.DemandeID, NumeroUnique: c.NumeroUnique, Guichet: c.Guichet, Reactivable: c.Reactivable,
				Personne: c.Personne, Resultat: Resultat{Score: c.Score, Verdict: c.Verdict}}
		}
		t.Candidats = append(t.Candidats, c)
	}
	slices.SortFunc(t.Candidats, ordre)
	t.Total = len(t.Candidats)
	t.Candidats = t.Candidats[:min(t.Total, MaxCandidats)]
	return t, nil
}

func ordre(a, b Candidat) int {
	enTete := func(c Candidat) int {
		if c.Reactivable && c.Verdict.MemePersonne() {
			return 0
		}
		return 1
	}
	return cmp.Or(enTete(a)-enTete(b), b.Score-a.Score, cmp.Compare(a.NumeroUnique, b.NumeroUnique))
}

// ligne is a titulaire read as candidate for one person of the request.
type ligne struct {
	Personne     int
	DemandeID    int64
	NumeroUnique string
	Guichet      string
	Reactivable  bool
	Visible      bool
	Role         string
	Civilite     string
	Nom          string
	NomNaissance string
	Prenom       string
	Naissance    jour.Date
}

func (l ligne) candidat() Candidat {
	return Candidat{DemandeID: l.DemandeID, NumeroUnique: l.NumeroUnique, Guichet: l.Guichet, Reactivable: l.Reactivable,
		Visible: l.Visible, Personne: l.Personne, Role: l.Role,
		Identite: Identite{Titre: l.Civilite, Nom: l.Nom, NomNaissance: l.NomNaissance, Prenom: l.Prenom, Naissance: l.Naissance}}
}

// chercherSQL reads candidates by three ways, each served by its indexes:
// recherche_noms_naissance; recherche_noms_nom and _nom_naissance;
// recherche_noms_phonetique and _phonetique_naissance. A 1st of January, often
// a default, says nothing without a name that sounds alike.
const chercherSQL = `
with q as materialized (
  select rang - 1 as personne, nom, naissance_nom, prenom, naissance, inverse, defaut, phon_nom, phon_naissance, phon_prenom
  from unnest(@noms::text[], @naissances_noms::text[], @prenoms::text[], @naissances::date[], @inverses::date[],
              @defauts::boolean[], @phon_noms::text[], @phon_naissances::text[], @phon_prenoms::text[])
    with ordinality as u (nom, naissance_nom, prenom, naissance, inverse, defaut, phon_nom, phon_naissance, phon_prenom, rang)
), proches as materialized (
  select personne, array_agg(naissance) as dates
  from unnest(@proches_personnes::int[], @proches_dates::date[]) as u (personne, naissance)
  group by personne
), trouves as materialized (
  select distinct q.personne, t.demande_id, t.personne_id, t.role
  from q
  left join proches p using (personne)
  cross join lateral (
    (select r.demande_id, r.personne_id, r.role
     from recherche_noms r
     where r.departement = @departement
       and r.naissance = any(array[q.naissance, q.inverse])
       and (not q.defaut or r.phon_nom = any(array[q.phon_nom, q.phon_naissance, q.phon_prenom])
            or r.phon_naissance = any(array[q.phon_nom, q.phon_naissance]))
     limit @max)
    union all
    (select r.demande_id, r.personne_id, r.role
     from recherche_noms r
     where r.departement = @departement
       and r.nom = any(array_remove(array[q.nom, q.naissance_nom], ''))
       and r.prenom = q.prenom and q.prenom <> ''
     limit @max)
    union all
    (select r.demande_id, r.personne_id, r.role
     from recherche_noms r
     where r.departement = @departement
       and r.nom_naissance <> ''
       and r.nom_naissance = any(array_remove(array[q.nom, q.naissance_nom], ''))
       and r.prenom = q.prenom and q.prenom <> ''
     limit @max)
    union all
    (select r.demande_id, r.personne_id, r.role
     from recherche_noms r
     where r.departement = @departement and r.nom = q.prenom and r.prenom = q.nom and q.nom <> '' and q.prenom <> ''
     limit @max)
    union all
    (select r.demande_id, r.personne_id, r.role
     from recherche_noms r
     where r.departement = @departement
       and r.phon_nom = any(array_remove(array[q.phon_nom, q.phon_naissance], ''))
       and r.phon_prenom = q.phon_prenom and q.phon_prenom <> ''
       and (r.naissance is null or q.naissance is null or r.naissance = any(p.dates))
     limit @max)
    union all
    (select r.demande_id, r.personne_id, r.role
     from recherche_noms r
     where r.departement = @departement
       and r.phon_naissance <> ''
       and r.phon_naissance = any(array_remove(array[q.phon_nom, q.phon_naissance], ''))
       and r.phon_prenom = q.phon_prenom and q.phon_prenom <> ''
       and (r.naissance is null or q.naissance is null or r.naissance = any(p.dates))
     limit @max)
  ) t
  where t.demande_id <> @exclure
)
select t.personne::int as personne, t.demande_id, d.numero_unique, d.guichet, d.statut = 'RADIEE' as reactivable,
       (%s) is true as visible, t.role, p.civilite, p.nom, p.nom_naissance, p.prenom, p.naissance
from trouves t
join demandes d on d.id = t.demande_id
join personnes p on p.id = t.personne_id
where d.statut = 'ACTIVE'
   or d.statut = 'RADIEE' and d.motif_radiation = 'RADREN'
      and coalesce(d.date_renouvellement, d.date_depot) + make_interval(months => @mois_non_renouvelee) >= @jour::date
   or d.statut = 'RADIEE' and d.motif_radiation = 'RADCON' and d.date_radiation + make_interval(months => @mois_sans_reponse) >= @jour::date`

func lireCandidats(ctx context.Context, db pg.DB, q Requete) ([]ligne, error) {
	if len(q.Personnes) == 0 {
		return nil, nil
	}
	var w pg.Where
	w.AndCondition(q.Portee)
	args := arguments(q.Personnes)
	args["departement"], args["exclure"], args["jour"], args["max"] = q.Departement, q.Exclure, q.Jour, maxParVoie
	args["mois_non_renouvelee"], args["mois_sans_reponse"] = q.Delais.NonRenouvelee, q.Delais.SansReponse
	rows, err := db.Query(ctx, fmt.Sprintf(chercherSQL, w.SQL()), w.Args(args))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[ligne])
}

// arguments lays the persons out as one array for each column of q.
func arguments(personnes []Identite) pg.Args {
	n := len(personnes)
	noms, naissancesNoms, prenoms := make([]string, n), make([]string, n), make([]string, n)
	phonNoms, phonNaissances, phonPrenoms := make([]string, n), make([]string, n), make([]string, n)
	naissances, inverses, defauts := make([]jour.Date, n), make([]jour.Date, n), make([]bool, n)
	procheDe, proches := []int{}, []jour.Date{}
	for i, p := range personnes {
		noms[i], naissancesNoms[i], prenoms[i] = texte.Normaliser(p.Nom), texte.Normaliser(p.NomNaissance), texte.Normaliser(p.Prenom)
		phonNoms[i], phonNaissances[i], phonPrenoms[i] = texte.Phonetique(p.Nom), texte.Phonetique(p.NomNaissance), texte.Phonetique(p.Prenom)
		if p.Naissance.IsZero() {
			continue
		}
		naissances[i], inverses[i], defauts[i] = p.Naissance, inverser(p.Naissance), parDefaut(p.Naissance)
		for _, d := range Proches(p.Naissance) {
			procheDe, proches = append(procheDe, i), append(proches, d)
		}
	}
	return pg.Args{
		"noms": noms, "naissances_noms": naissancesNoms, "prenoms": prenoms, "naissances": naissances, "inverses": inverses,
		"defauts": defauts, "phon_noms": phonNoms, "phon_naissances": phonNaissances, "phon_prenoms": phonPrenoms,
		"proches_personnes": procheDe, "proches_dates": proches,
	}
}

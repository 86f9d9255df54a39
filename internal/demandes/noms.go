package demandes

import (
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
)

// LigneNom is a row of recherche_noms: a titulaire of a registered demande, as
// names are searched. Titre is a code of the nomenclature civilite. The row
// also holds the statut, organisme and date_depot of the demande.
type LigneNom struct {
	Departement           string
	DemandeID, PersonneID int64
	Role                  Role
	Titre                 string
	Nom, NomNaissance     string // texte.Normaliser
	Prenom                string
	Naissance             jour.Date
	PhonNom               string // texte.Phonetique
	PhonNaissance         string
	PhonPrenom            string
}

// LignesNoms gives the rows of a dossier whose ids are known. A personne morale
// is found by its raison sociale.
func LignesNoms(d *Demande) []LigneNom {
	var l []LigneNom
	for _, t := range d.Titulaires() {
		nom := t.Nom
		if d.PersonneMorale {
			nom = d.Morale.RaisonSociale
		}
		l = append(l, LigneNom{
			Departement: d.Departement, DemandeID: d.ID, PersonneID: t.ID, Role: t.Role(), Titre: t.Civilite,
			Nom: texte.Normaliser(nom), NomNaissance: texte.Normaliser(t.NomNaissance), Prenom: texte.Normaliser(t.Prenom),
			Naissance: t.Naissance,
			PhonNom:   texte.Phonetique(nom), PhonNaissance: texte.Phonetique(t.NomNaissance), PhonPrenom: texte.Phonetique(t.Prenom),
		})
	}
	return l
}

// nomsSQL brings the names of a demande up to date; what hasn't changed isn't
// written again, so that the indexes of names wear out slowly. What lists by
// name ask of the demande itself comes from its row, written just before.
const nomsSQL = `
with ecrits as (
    insert into recherche_noms (departement, demande_id, personne_id, role, titre, nom, nom_naissance, prenom, naissance,
        phon_nom, phon_naissance, phon_prenom, statut, organisme, date_depot)
    select d.departement, d.id, x.*, d.statut, d.organisme, d.date_depot
    from demandes d
    cross join unnest(@personnes::bigint[], @roles::text[], @titres::text[], @noms::text[], @noms_naissance::text[], @prenoms::text[],
        @naissances::date[], @phon_noms::text[], @phon_naissances::text[], @phon_prenoms::text[]) x
    where d.id = @id
    on conflict (departement, personne_id) do update set
        role = excluded.role, titre = excluded.titre, nom = excluded.nom, nom_naissance = excluded.nom_naissance,
        prenom = excluded.prenom, naissance = excluded.naissance, phon_nom = excluded.phon_nom,
        phon_naissance = excluded.phon_naissance, phon_prenom = excluded.phon_prenom, statut = excluded.statut,
        organisme = excluded.organisme, date_depot = excluded.date_depot
    where (recherche_noms.role, recherche_noms.titre, recherche_noms.nom, recherche_noms.nom_naissance, recherche_noms.prenom,
            recherche_noms.naissance, recherche_noms.statut, recherche_noms.organisme, recherche_noms.date_depot)
        is distinct from (excluded.role, excluded.titre, excluded.nom, excluded.nom_naissance, excluded.prenom,
            excluded.naissance, excluded.statut, excluded.organisme, excluded.date_depot))
delete from recherche_noms
where departement = @departement
  and demande_id = @id
  and personne_id <> all(@personnes)`

// argsNoms lays the rows of a dossier out as one array for each column.
func argsNoms(d *Demande) pg.Args {
	l := LignesNoms(d)
	n := len(l)
	personnes, roles, titres, naissances := make([]int64, n), make([]string, n), make([]string, n), make([]jour.Date, n)
	noms, nomsNaissance, prenoms := make([]string, n), make([]string, n), make([]string, n)
	phonNoms, phonNaissances, phonPrenoms := make([]string, n), make([]string, n), make([]string, n)
	for i, x := range l {
		personnes[i], roles[i], titres[i], naissances[i] = x.PersonneID, string(x.Role), x.Titre, x.Naissance
		noms[i], nomsNaissance[i], prenoms[i] = x.Nom, x.NomNaissance, x.Prenom
		phonNoms[i], phonNaissances[i], phonPrenoms[i] = x.PhonNom, x.PhonNaissance, x.PhonPrenom
	}
	return pg.Args{
		"departement": d.Departement, "id": d.ID, "personnes": personnes, "roles": roles, "titres": titres, "naissances": naissances,
		"noms": noms, "noms_naissance": nomsNaissance, "prenoms": prenoms,
		"phon_noms": phonNoms, "phon_naissances": phonNaissances, "phon_prenoms": phonPrenoms,
	}
}

package demandes

import (
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
)

// LigneNom is a row of recherche_noms: a titulaire of a registered demande, as
// names are searched. Titre is a code of the nomenclature civilite.
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

// ColonnesNoms are the columns of recherche_noms, in the order of Valeurs.
var ColonnesNoms = []string{"departement", "demande_id", "personne_id", "role", "titre", "nom", "nom_naissance", "prenom", "naissance",
	"phon_nom", "phon_naissance", "phon_prenom"}

// Valeurs are the values of the row, for a COPY.
func (l LigneNom) Valeurs() []any {
	return []any{l.Departement, l.DemandeID, l.PersonneID, l.Role, l.Titre, l.Nom, l.NomNaissance, l.Prenom, l.Naissance,
		l.PhonNom, l.PhonNaissance, l.PhonPrenom}
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

const oterNomsSQL = `
delete from recherche_noms
where departement = @departement
  and demande_id = @id`

const nomSQL = `
insert into recherche_noms (departement, demande_id, personne_id, role, titre, nom, nom_naissance, prenom, naissance,
    phon_nom, phon_naissance, phon_prenom)
values (@departement, @demande_id, @personne_id, @role, @titre, @nom, @nom_naissance, @prenom, @naissance,
    @phon_nom, @phon_naissance, @phon_prenom)`

func (l LigneNom) args() pg.Args {
	args := pg.Args{}
	for i, v := range l.Valeurs() {
		args[ColonnesNoms[i]] = v
	}
	return args
}

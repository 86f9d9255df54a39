package demandes_test

import (
	"maps"
	"strings"
	"testing"

	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/platform/pg/pgtest"
)

// Each rule of the form, from a dossier that breaks none: what is changed, and
// the field that must be refused, or the alerte that must be confirmed.
func TestControles(t *testing.T) {
	t.Parallel()
	ref := demandestest.Ref(t, pgtest.DB(t))
	mere, couple, retraitee, association := demandestest.Exemples[0].Valeurs, demandestest.Exemples[1].Valeurs, demandestest.Exemples[2].Valeurs, demandestest.Exemples[3].Valeurs
	for _, c := range []struct {
		nom    string
		depuis demandes.Valeurs
		change demandes.Valeurs // "" removes the field
		erreur string           // field refused, or ""
		alerte string           // field with an alerte, or ""
	}{
		{"nothing is wrong", mere, nil, "", ""},
		{"no name", mere, demandes.Valeurs{"demandeur.nom": ""}, "demandeur.nom", ""},
		{"no first name", mere, demandes.Valeurs{"demandeur.prenom": ""}, "demandeur.prenom", ""},
		{"no civilité", mere, demandes.Valeurs{"demandeur.civilite": ""}, "demandeur.civilite", ""},
		{"Mademoiselle is closed", mere, demandes.Valeurs{"demandeur.civilite": "3"}, "demandeur.civilite", ""},
		{"an invented civilité", mere, demandes.Valeurs{"demandeur.civilite": "9"}, "demandeur.civilite", ""},
		{"a date that doesn't exist", mere, demandes.Valeurs{"demandeur.naissance": "31/02/1991"}, "demandeur.naissance", ""},
		{"born tomorrow", mere, demandes.Valeurs{"demandeur.naissance": "25/11/2026"}, "demandeur.naissance", ""},
		{"born in 1900", mere, demandes.Valeurs{"demandeur.naissance": "01/01/1900"}, "demandeur.naissance", ""},
		{"18 today", mere, demandes.Valeurs{"demandeur.naissance": "24/11/2008"}, "", "charge.1.naissance"},
		{"17 years old", couple, demandes.Valeurs{"demandeur.naissance": "25/11/2008"}, "demandeur.naissance", ""},
		{"17 and emancipated", couple, demandes.Valeurs{"demandeur.naissance": "25/11/2008", "demandeur.emancipe": "1"}, "", ""},
		{"15 and emancipated", couple, demandes.Valeurs{"demandeur.naissance": "25/11/2011", "demandeur.emancipe": "1"}, "demandeur.naissance", ""},
		{"outside the Union", mere, demandes.Valeurs{"demandeur.nationalite": "3"}, "", "demandeur.nationalite"},
		{"a NIR with a wrong key", mere, demandes.Valeurs{"demandeur.nir": "255081416802539"}, "demandeur.nir", ""},
		{"a telephone of 9 digits", mere, demandes.Valeurs{"demandeur.tel_portable": "06 39 98 12 0"}, "demandeur.tel_portable", ""},
		{"a foreign telephone", mere, demandes.Valeurs{"demandeur.tel_portable": "+34 612 34 56 78"}, "", ""},
		{"an address without a domain", mere, demandes.Valeurs{"demandeur.courriel": "naima@exemple"}, "demandeur.courriel", ""},
		{"nobody can be reached", mere, demandes.Valeurs{"demandeur.tel_portable": "", "demandeur.courriel": ""}, "", "demandeur.tel_portable"},
		{"married without the spouse", mere, demandes.Valeurs{"demandeur.situation_familiale": "M"}, "", "demandeur.situation_familiale"},
		{"in couple but single", couple, demandes.Valeurs{"demandeur.situation_familiale": "C"}, "", "demandeur.situation_familiale"},
		{"a partner without a link", couple, demandes.Valeurs{"cotitulaire.1.lien": ""}, "cotitulaire.1.lien", ""},
		{"a partner 40 years older", couple, demandes.Valeurs{"cotitulaire.1.naissance": "19/10/1959"}, "", "cotitulaire.1.naissance"},
		{"the partner is the demandeur", couple, demandes.Valeurs{"cotitulaire.1.nom": "LACOSTE", "cotitulaire.1.prenom": "Théo", "cotitulaire.1.naissance": "03/05/2000"}, "cotitulaire.1.nom", ""},
		{"two spouses", couple, demandes.Valeurs{"cotitulaire.2.lien": "M", "cotitulaire.2.civilite": "2", "cotitulaire.2.nom": "X", "cotitulaire.2.prenom": "Y",
			"cotitulaire.2.naissance": "01/01/2000", "cotitulaire.2.nationalite": "1", "cotitulaire.2.situation_familiale": "U", "cotitulaire.2.activite": "AUT"}, "cotitulaire.2.lien", ""},
		{"no street", mere, demandes.Valeurs{"adresse.voie": ""}, "adresse.voie", ""},
		{"no street but a domiciliation", mere, demandes.Valeurs{"adresse.voie": "", "adresse.domiciliation": "CCAS"}, "", ""},
		{"a postcode of another commune", mere, demandes.Valeurs{"adresse.code_postal": "31600"}, "adresse.code_postal", ""},
		{"an unknown commune", mere, demandes.Valeurs{"adresse.commune": "Nulle-Part"}, "adresse.commune", ""},
		{"a commune elsewhere, postcode of another département", mere, demandes.Valeurs{"adresse.commune": "ALBI (81004)", "adresse.code_postal": "31000"}, "", "adresse.code_postal"},
		{"abroad without a country", mere, demandes.Valeurs{"adresse.etranger": "1", "adresse.localite": "Barcelone 08001"}, "adresse.pays", ""},
		{"mail elsewhere, nowhere", mere, demandes.Valeurs{"courrier.autre": "1"}, "courrier.voie", ""},
		{"followed, by nobody", mere, demandes.Valeurs{"accompagnement.suivi": "O"}, "accompagnement.structure", ""},
		{"a child without a birth", mere, demandes.Valeurs{"charge.1.naissance": ""}, "charge.1.naissance", ""},
		{"the same child twice", mere, demandes.Valeurs{"charge.2.prenom": "Yanis", "charge.2.naissance": "02/06/2015"}, "charge.2.nom", ""},
		{"a child of 27", mere, demandes.Valeurs{"charge.1.naissance": "01/01/1999", "demandeur.naissance": "01/01/1970"}, "", "charge.1.naissance"},
		{"an adult in shared custody", mere, demandes.Valeurs{"garde.1.naissance": "01/01/2008", "garde.1.sexe": "F", "garde.1.coparentalite": "G"}, "", "garde.1.naissance"},
		{"a birth expected, when", mere, demandes.Valeurs{"naitre.nombre": "1"}, "naitre.date_prevue", ""},
		{"a birth expected in a year", mere, demandes.Valeurs{"naitre.nombre": "1", "naitre.date_prevue": "24/11/2027"}, "naitre.date_prevue", ""},
		{"a birth expected yesterday", mere, demandes.Valeurs{"naitre.nombre": "1", "naitre.date_prevue": "23/11/2026"}, "naitre.date_prevue", ""},
		{"ten children expected", mere, demandes.Valeurs{"naitre.nombre": "10", "naitre.date_prevue": "24/01/2027"}, "naitre.nombre", ""},
		{"the handicap of nobody", retraitee, demandes.Valeurs{"handicap.1.personne": "charge.4"}, "handicap.1.personne", ""},
		{"the handicap of one person twice", retraitee, demandes.Valeurs{"handicap.2.personne": "demandeur", "handicap.2.etat": "STA"}, "handicap.2.personne", ""},
		{"a recognised handicap without its annex", mere, demandes.Valeurs{"occupants.handicap_mdph": "O"}, "", "occupants.handicap_mdph"},
		{"an adapted dwelling without the annex", mere, demandes.Valeurs{"souhait.adapte": "O"}, "", "souhait.adapte"},
		{"no activity", mere, demandes.Valeurs{"demandeur.activite": ""}, "demandeur.activite", ""},
		{"employed by nobody", mere, demandes.Valeurs{"demandeur.employeur": ""}, "demandeur.employeur", ""},
		{"hired tomorrow", mere, demandes.Valeurs{"demandeur.employeur_depuis": "25/11/2026"}, "demandeur.employeur_depuis", ""},
		{"an employer's SIRET with a wrong key", mere, demandes.Valeurs{"demandeur.employeur_siret": "73282932000075"}, "demandeur.employeur_siret", ""},
		{"retired at 35", mere, demandes.Valeurs{"demandeur.activite": "RET"}, "", "demandeur.activite"},
		{"a student of 77", retraitee, demandes.Valeurs{"demandeur.activite": "ETU"}, "", "demandeur.activite"},
		{"a collecteur though the employer doesn't pay", mere, demandes.Valeurs{"demandeur.un_pour_cent": "N"}, "", "demandeur.un_pour_cent"},
		{"no resource said", mere, demandes.Valeurs{"ressource.1.type": "", "ressource.1.montant": "", "ressource.1.personne": "", "ressource.2.type": "", "ressource.2.montant": "",
			"ressource.2.personne": "", "ressource.3.type": "", "ressource.3.montant": "", "ressource.3.personne": ""}, "ressources.aucune", ""},
		{"no resource, and some", mere, demandes.Valeurs{"ressources.aucune": "1"}, "ressources.aucune", ""},
		{"a resource of nobody in the demande", mere, demandes.Valeurs{"ressource.1.personne": "cotitulaire.1"}, "ressource.1.personne", ""},
		{"a line without an amount", mere, demandes.Valeurs{"ressource.1.montant": ""}, "ressource.1.montant", ""},
		{"a negative amount", mere, demandes.Valeurs{"ressource.1.montant": "-5"}, "ressource.1.montant", ""},
		{"cents", mere, demandes.Valeurs{"ressource.1.montant": "1180,50"}, "ressource.1.montant", ""},
		{"an amount with spaces and a sign", mere, demandes.Valeurs{"ressource.1.montant": "1 180,00 €"}, "", ""},
		{"15 770 a month", mere, demandes.Valeurs{"ressource.1.montant": "15770"}, "", "ressource.1.montant"},
		{"too much a month", mere, demandes.Valeurs{"ressource.1.montant": "100000"}, "ressource.1.montant", ""},
		{"a tax income of 240 000", mere, demandes.Valeurs{"rfr.demandeur.2024": "240000"}, "", "rfr.demandeur.2024"},
		{"no present dwelling", mere, demandes.Valeurs{"logement.situation": ""}, "logement.situation", ""},
		{"a tenant without a rent", mere, demandes.Valeurs{"logement.loyer": ""}, "logement.loyer", ""},
		{"a HLM tenant of nobody", mere, demandes.Valeurs{"logement.situation": "HLM"}, "logement.bailleur", ""},
		{"hosted by nobody", mere, demandes.Valeurs{"logement.situation": "CP"}, "logement.hebergeant", ""},
		{"in a structure without a name", mere, demandes.Valeurs{"logement.situation": "SH"}, "logement.structure", ""},
		{"indifferent is for what is looked for", mere, demandes.Valeurs{"logement.categorie": "I"}, "logement.categorie", ""},
		{"a surface of zero", mere, demandes.Valeurs{"logement.surface": "0"}, "logement.surface", ""},
		{"4 m² a person", mere, demandes.Valeurs{"logement.surface": "12"}, "", "logement.surface"},
		{"since tomorrow", mere, demandes.Valeurs{"logement.depuis": "25/11/2026"}, "logement.depuis", ""},
		{"the same motive twice", mere, demandes.Valeurs{"motif.2": "13"}, "motif.2", ""},
		{"another motive, which", mere, demandes.Valeurs{"motif.1": "23"}, "motif.precision", ""},
		{"no type", mere, demandes.Valeurs{"type.T3": "", "type.T4": ""}, "type", ""},
		{"« non précisé » is no type", mere, demandes.Valeurs{"type.X": "1"}, "type", ""},
		{"a T6 for three", mere, demandes.Valeurs{"type.T6P": "1"}, "", "type.T6P"},
		{"no place", mere, demandes.Valeurs{"choix.1": "", "choix.2": ""}, "choix.1", ""},
		{"the same place twice", mere, demandes.Valeurs{"choix.3": "Colomiers"}, "choix.3", ""},
		{"a place outside the file", mere, demandes.Valeurs{"choix.3": "Albi"}, "choix.3", ""},
		{"neither yes nor no", mere, demandes.Valeurs{"souhait.elargie": ""}, "souhait.elargie", ""},
		{"a FSL that ends before it begins", mere, demandes.Valeurs{"souhait.fsl_du": "01/03/2026", "souhait.fsl_au": "01/02/2026"}, "souhait.fsl_au", ""},
		{"a comment too long", mere, demandes.Valeurs{"souhait.commentaire": strings.Repeat("é", 1001)}, "souhait.commentaire", ""},
		{"an association without its name", association, demandes.Valeurs{"morale.raison_sociale": ""}, "morale.raison_sociale", ""},
		{"an association without a SIRET", association, demandes.Valeurs{"morale.siret": ""}, "", "morale.siret"},
		{"an association is not asked for resources", association, nil, "", ""},
	} {
		t.Run(c.nom, func(t *testing.T) {
			v := maps.Clone(c.depuis)
			for nom, x := range c.change {
				if v[nom] = x; x == "" {
					delete(v, nom)
				}
			}
			_, b := demandes.Controler(demandes.Entete{Departement: "31", Statut: demandes.Brouillon}, v, nil, ref, jourVie)
			if c.erreur == "" && len(b.Erreurs) > 0 || c.erreur != "" && b.Erreurs.Message(c.erreur) == "" {
				t.Errorf("mistakes %v, want %q", b.Erreurs, c.erreur)
			}
			champs := map[string]bool{}
			for _, a := range b.Alertes {
				champs[a.Champ] = true
			}
			if c.alerte != "" && !champs[c.alerte] || c.alerte == "" && c.erreur == "" && len(b.Alertes) > 0 {
				t.Errorf("alertes %v, want %q", b.Alertes, c.alerte)
			}
		})
	}
}

// Messages say what to do: no jargon, no exclamation, a capital and a full stop.
func TestMessagesAreSentences(t *testing.T) {
	t.Parallel()
	ref := demandestest.Ref(t, pgtest.DB(t))
	_, b := demandes.Controler(demandes.Entete{Departement: "31"}, demandes.Valeurs{"cotitulaire.1.nom": "X", "charge.1.nom": "Y", "garde.1.sexe": "M", "autre.1.nom": "Z",
		"ressource.1.montant": "x", "demandeur.naissance": "hier", "logement.situation": "HLM", "souhait.adapte": "O"}, nil, ref, jourVie)
	if len(b.Erreurs) < 25 {
		t.Fatalf("only %d mistakes", len(b.Erreurs))
	}
	for _, e := range b.Erreurs {
		m := e.Message
		if !strings.HasSuffix(m, ".") && !strings.HasSuffix(m, "?") || strings.ContainsAny(m, "!") || strings.Contains(m, "invalide") || strings.Contains(m, "Veuillez") {
			t.Errorf("%s: %q", e.Nom, m)
		}
	}
}

// A bound is said as amounts are written.
func TestBorneDUnMontant(t *testing.T) {
	t.Parallel()
	_, fautes := demandes.Lire(demandes.Entete{}, demandes.Valeurs{"ressource.1.type": "SAL", "ressource.1.montant": "100000"}, demandestest.Ref(t, pgtest.DB(t)))
	if m := fautes.Message("ressource.1.montant"); m != "Indiquez un nombre d’au plus 99\u202f999." {
		t.Error(m)
	}
}

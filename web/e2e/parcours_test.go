package e2e

import (
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/editions"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/pg/pgtest"
)

// TestParcours is the main job, from the login to the whole history: a draft, a
// close demande found, the creation, the attestation, then modifying, renewing,
// radiating and bringing back.
//
// R-CNX-05 R-CNX-06 R-SAI-08 R-SAI-09 R-SAI-39 R-SAI-41 R-REC-26 R-MEN-17
func TestParcours(t *testing.T) {
	for _, c := range []struct {
		nom    string
		sansJS bool
	}{{"with scripts", false}, {"without JavaScript", true}} {
		t.Run(c.nom, func(t *testing.T) {
			t.Parallel()
			parcours(t, c.sansJS)
		})
	}
}

func parcours(t *testing.T, sansJS bool) {
	s := site(t)
	x := demandestest.Exemples[0]
	v := cejour(x.Valeurs)
	proche := demandestest.Creer(t, s.DB, func(d *demandes.Demande) {
		d.Organisme, d.Guichet = "PROMO", "11084"
		d.NumeroUnique, d.NumeroIW = demandes.Numeros(d.Departement, d.DateDepot, 900_001, d.Guichet) // beyond those of the demonstration
		d.Demandeur.Identite = demandes.Identite{Civilite: "2", Nom: "Belkacem", Prenom: "Naima", Naissance: jour.De(1991, 3, 14)}
	})
	o := onglet(t, s.URL)
	if sansJS {
		o.couperJS()
	}
	agent := s.compte(t, "TMH", habilitations.Saisie)
	o.connecter(agent)
	if scripts := lire[bool](o, `"htmx" in window`); scripts == sansJS {
		t.Fatalf("the scripts of the pages run: %v", scripts)
	}

	// A draft: changing tab keeps everything, leaving and coming back too.
	o.aller("/demandes")
	o.suivre("=Nouvelle demande")
	o.remplirOnglet(champs.Identite, onglet1(v))
	o.verifier()
	o.versOnglet(champs.Coordonnees)
	o.poser("adresse.voie", v["adresse.voie"])
	o.verifierValeurs(onglet1(v), champs.Identite)
	if etat := lire[string](o, `document.querySelector('`+boutonOnglet(champs.Coordonnees)+`').innerText`); !strings.Contains(etat, "à remplir") {
		t.Errorf("the tab of an address without commune says %q", etat)
	}
	brouillon := o.adresse()
	o.suivre("=Sauver le brouillon")
	o.doitDire("Brouillon enregistré à")
	o.suivre("=Fermer")
	o.aller(brouillon)
	o.versOnglet(champs.Coordonnees)
	if got := o.valeur("adresse.voie"); got != v["adresse.voie"] {
		t.Errorf("the draft lost the address: %q", got)
	}
	o.versOnglet(champs.Identite)
	o.remplir(v)

	// The close demande of another bailleur, in place, then at the creation.
	o.versOnglet(champs.Identite)
	o.cliquer("=Vérifier les doublons")
	o.attendre(`document.querySelector("#doublons")`)
	o.doitDire("BELKACEM Naima", "11084")
	o.verifier()
	o.suivre("=Créer la demande")
	o.doitDire("demande proche existe déjà", "BELKACEM Naima")
	if o.existe("#alertes") {
		t.Errorf("unexpected warnings: %s", o.confirmerAlertes())
	}
	if !o.existe(`[id="doublon.motif"]`) {
		o.cliquer("=Ce n’est pas la même personne…")
	}
	o.suivre("=Créer malgré la demande proche") // without the reason
	o.doitDire("Pourquoi créer malgré la demande proche")
	o.taper(`[id="doublon.motif"]`, "Deux homonymes, pièces d’identité différentes vues au guichet")
	o.suivre("=Créer malgré la demande proche")
	numero := o.creee()
	if numero == proche.NumeroUnique || len(numero) != 18 {
		t.Fatalf("numéro unique %q", numero)
	}
	o.verifier()
	o.doitDire("BELKACEM Naïma", "Active", "3 personnes")

	// The attestation.
	o.doitDire("Imprimer l’attestation")
	attestation := o.pdf("/demandes/" + numero + "/attestation.pdf")
	for _, mot := range append(x.Attestation, espaces(editions.NumeroGroupe(numero)), "Naïma") {
		if !strings.Contains(attestation, mot) {
			t.Errorf("the attestation doesn't say %q:\n%s", mot, court(attestation))
		}
	}

	// Found again, by name in the list, by its number pasted in the header.
	o.aller("/demandes")
	o.taper(`[id="titulaire.nom"]`, "haddad")
	o.chercher()
	o.attendre(`document.querySelector("#resultats a[href='/demandes/` + numero + `']")`)
	o.verifier()
	o.suivre(`#resultats a[href="/demandes/` + numero + `"]`)
	o.doitDire("BELKACEM Naïma")
	o.aller("/")
	o.taper("#recherche-rapide", editions.NumeroGroupe(numero))
	o.nouvellePage(o.entree)
	if a := o.adresse(); a != "/demandes/"+numero {
		t.Errorf("the number pasted opens %s", a)
	}

	// Modified.
	o.suivre("=Modifier")
	o.poser("demandeur.tel_portable", "06 39 98 77 66")
	o.suivre("=Enregistrer les modifications")
	o.doitDire("Modifications enregistrées", "06 39 98 77 66")

	// Renewed: number and seniority stay, the attestation is delivered again.
	vieillir(t, numero)
	o.aller("/demandes/" + numero)
	o.doitDire("À renouveler avant le")
	depot := depotDe(t, numero)
	o.suivre("=Renouveler")
	o.versOnglet(champs.LogementActuel)
	o.poser("logement.loyer", "705")
	o.suivre("=Renouveler la demande")
	o.doitDire("Demande renouvelée jusqu’au " + demandes.Echeance(jour.Aujourdhui()).String())
	if d := depotDe(t, numero); d != depot {
		t.Errorf("the seniority moved from %s to %s", depot, d)
	}
	if a := o.pdf("/demandes/" + numero + "/attestation.pdf"); !strings.Contains(a, espaces(editions.NumeroGroupe(numero))) {
		t.Errorf("the attestation of the renewal doesn't say the number:\n%s", court(a))
	}

	// Radiated for want of an answer, not before one month.
	o.suivre("=Radier…")
	o.verifier()
	o.cliquer(`[id="motif.RADCON"]`)
	o.poser("radiation.avertissement_le", jour.Aujourdhui().String())
	o.poser("radiation.preuve", "Recommandé 1A 234 567 8901 2")
	o.suivre("=Radier la demande")
	o.doitDire("Attendez un mois après l’avertissement")
	o.verifier()
	o.poser("radiation.avertissement_le", jour.Aujourdhui().Mois(-2).String())
	o.suivre("=Radier la demande")
	o.doitDire("radiée", "Réactiver")
	o.verifier()

	// Brought back, on proof of the answer.
	o.suivre("=Réactiver…")
	o.poser("reactivation.reponse_le", jour.Aujourdhui().String())
	o.poser("reactivation.preuve", "Courrier reçu au guichet")
	o.suivre("=Réactiver la demande")
	o.doitDire("réactivée", "Active")

	// Everything is told, who did it and what changed.
	o.suivre(`nav a[href$="/historique"]`)
	o.doitDire("Demande créée", "Demande modifiée", "Demande renouvelée", "Demande radiée", "Demande réactivée",
		"Maëlle BARTHÈS", "Deux homonymes, pièces d’identité différentes vues au guichet", "06 39 98 12 01", "06 39 98 77 66", "690", "705", "Recommandé 1A 234 567 8901 2")
	o.verifier()
}

// onglet1 are the values of the first tab.
func onglet1(v demandes.Valeurs) demandes.Valeurs {
	w := demandes.Valeurs{}
	for nom, x := range v {
		if c, _ := champs.Nom(nom); c.Onglet == champs.Identite {
			w[nom] = x
		}
	}
	return w
}

// chercher sends the criteria; with scripts, the result comes in place.
func (o *Onglet) chercher() {
	o.t.Helper()
	if o.sansJS {
		o.suivre("#rechercher")
		return
	}
	o.cliquer("#rechercher")
	o.attendre(`!document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")`)
}

const vieillirSQL = `
update demandes set
  date_depot = date_depot - interval '11 months', date_echeance = date_echeance - interval '11 months'
where numero_unique = @numero`

const vieillirRechercheSQL = `
update recherche_demandes r set date_depot = d.date_depot, date_echeance = d.date_echeance
from demandes d
where d.id = r.demande_id and d.numero_unique = @numero`

// vieillir makes a demande eleven months older, so that it is due for renewal.
func vieillir(t *testing.T, numero string) {
	t.Helper()
	for _, sql := range []string{vieillirSQL, vieillirRechercheSQL} {
		if _, err := pgtest.Admin(t).Exec(t.Context(), sql, pg.Args{"numero": numero}); err != nil {
			t.Fatal(err)
		}
	}
}

func depotDe(t *testing.T, numero string) string {
	t.Helper()
	var d jour.Date
	err := pgtest.Admin(t).QueryRow(t.Context(), `select date_depot from demandes where numero_unique = @numero`, pg.Args{"numero": numero}).Scan(&d)
	if err != nil {
		t.Fatal(err)
	}
	return d.String()
}

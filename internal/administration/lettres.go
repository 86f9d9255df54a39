package administration

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/courriels"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/texte"
)

// The mails of accounts. They name nobody but their reader, and carry no other
// secret than the link.

func (c Comptes) lien(jeton string) string { return c.URL + "/invitation/" + jeton }

func nomme(a Acces) string { return a.Prenom + " " + texte.Capitales(a.Nom) }

const piedCourriel = `

Ce message est envoyé par Imhoweb 31, le fichier partagé de la demande de logement social en Haute-Garonne. N’y répondez pas.
`

func (c Comptes) courrielInvitation(a Acces, s habilitations.Session, jeton string) courriels.Courriel {
	return courriels.Courriel{Utilisateur: a.Utilisateur, Destinataire: a.Courriel, Sujet: "Votre accès à Imhoweb 31",
		Corps: fmt.Sprintf(`Bonjour %s,

%s vous ouvre un accès au fichier partagé de la demande de logement social. Choisissez votre mot de passe à cette adresse :

%s

Ce lien sert une seule fois, pendant 7 jours. Votre compte est personnel : ne le prêtez pas.%s`,
			nomme(a), s.OrganismeNom, c.lien(jeton), piedCourriel)}
}

func (c Comptes) courrielReinitialisation(a Acces, jeton string) courriels.Courriel {
	return courriels.Courriel{Utilisateur: a.Utilisateur, Destinataire: a.Courriel, Sujet: "Votre mot de passe Imhoweb 31 est à choisir de nouveau",
		Corps: fmt.Sprintf(`Bonjour %s,

Votre administrateur a réinitialisé votre mot de passe : l’ancien ne sert plus. Choisissez-en un nouveau à cette adresse :

%s

Ce lien sert une seule fois, pendant 7 jours.%s`, nomme(a), c.lien(jeton), piedCourriel)}
}

func (c Comptes) courrielOubli(a Acces, jeton string) courriels.Courriel {
	return courriels.Courriel{Utilisateur: a.Utilisateur, Destinataire: a.Courriel, Sujet: "Choisir un nouveau mot de passe Imhoweb 31",
		Corps: fmt.Sprintf(`Bonjour %s,

Vous avez demandé à choisir un nouveau mot de passe. Suivez ce lien dans l’heure ; il sert une seule fois :

%s

Si vous n’avez rien demandé, ne faites rien : votre mot de passe ne change pas. Si cela se répète, prévenez votre administrateur.%s`,
			nomme(a), c.lien(jeton), piedCourriel)}
}

// prevenirAncienCourriel tells the former address that it no longer serves.
func (c Comptes) prevenirAncienCourriel(ctx context.Context, tx pgx.Tx, a Acces) error {
	if a.Courriel == "" {
		return nil
	}
	return courriels.Deposer(ctx, tx, c.Coffre, courriels.Courriel{
		Utilisateur: a.Utilisateur, Destinataire: a.Courriel, Sujet: "L’adresse de votre compte Imhoweb 31 a changé",
		Corps: fmt.Sprintf(`Bonjour %s,

L’administrateur de votre organisme a remplacé l’adresse de courriel de votre compte. Celle-ci ne sert plus à vous connecter.

Si ce n’est pas attendu, prévenez-le.%s`, nomme(a), piedCourriel),
	})
}

func (c Comptes) courrielRappel(utilisateur int64, destinataire, organisme string, n int, r Rythme) courriels.Courriel {
	combien := "Un accès reste"
	if n > 1 {
		combien = fmt.Sprintf("%d accès restent", n)
	}
	return courriels.Courriel{Utilisateur: utilisateur, Destinataire: destinataire, Sujet: "Confirmez les accès de vos agents à Imhoweb 31",
		Corps: fmt.Sprintf(`Bonjour,

%s à confirmer pour %s. Tous les %d mois, l’administrateur d’un organisme dit qui garde son accès au fichier :

%s

Un accès que personne ne confirme est suspendu au bout de %d jours.%s`,
			combien, organisme, r.Periode, c.URL+"/administration/certification", r.Delai, piedCourriel)}
}

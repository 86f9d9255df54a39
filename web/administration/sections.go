// Package administration is the front page of the module: one card for each
// screen that the profile opens.
package administration

import (
	"imhoweb/internal/habilitations"
	"imhoweb/templates/administration"
)

// Headings of the page.
const (
	agents   = "Organismes et agents"
	listes   = "Référentiels et paramètres"
	controle = "Contrôle et conservation"
)

// sections lists the screens of the module, in the order of the page. A screen
// adds its line here, under its heading.
var sections = []administration.Section{
	// Organismes et agents
	{Groupe: agents, Libelle: "Utilisateurs", Description: "Inviter, modifier, suspendre les agents et leurs rôles.",
		Adresse: "/administration/utilisateurs", Icone: "users", Droit: habilitations.GererUtilisateurs},
	{Groupe: agents, Libelle: "Confirmer les accès", Description: "Dire, à chaque échéance, qui garde son accès au fichier.",
		Adresse: "/administration/certification", Icone: "user-check", Droit: habilitations.GererUtilisateurs},
	{Groupe: agents, Libelle: "Droits par profil", Description: "Ce que chaque type d’organisme peut tenir.",
		Adresse: "/administration/droits", Icone: "shield-check", Droit: habilitations.Administrer},
	{Groupe: agents, Libelle: "Organismes", Description: "Partenaires du fichier, leur type, leur ressort, leurs agences et leurs guichets.", Adresse: "/administration/organismes", Icone: "building-community", Droit: habilitations.GererAgences},
	{Groupe: agents, Libelle: "Agences", Description: "Toutes les agences, avec leurs agents et leurs guichets.", Adresse: "/administration/agences", Icone: "building", Droit: habilitations.GererAgences},
	{Groupe: agents, Libelle: "Guichets", Description: "Tous les guichets d’enregistrement, ouverts et fermés.", Adresse: "/administration/guichets", Icone: "map-pin", Droit: habilitations.GererAgences},

	// Référentiels et paramètres
	{Groupe: listes, Libelle: "Nomenclatures", Description: "Listes de valeurs : ajouter, renommer, ordonner, fermer à une date.", Adresse: "/administration/referentiels", Icone: "list", Droit: habilitations.GererReferentiels},
	{Groupe: listes, Libelle: "Territoires", Description: "Secteurs, communes et quartiers que l’on peut demander.", Adresse: "/administration/territoires", Icone: "world", Droit: habilitations.GererReferentiels},
	{Groupe: listes, Libelle: "Plafonds de ressources", Description: "Montants d’une année, saisis ou importés, à côté de ceux de l’année précédente.", Adresse: "/administration/plafonds", Icone: "coins", Droit: habilitations.GererReferentiels},
	{Groupe: listes, Libelle: "Paramètres", Description: "Délais, durées de conservation, mentions, nature de la base, avec leur source.", Adresse: "/administration/parametres", Icone: "adjustments-horizontal", Droit: habilitations.GererParametres},

	// Contrôle et conservation
	{Groupe: controle, Libelle: "Courriels", Description: "Messages envoyés aux agents, ou gardés ici.",
		Adresse: "/administration/courriels", Icone: "mail", Droit: habilitations.LireCourriels},
	{Groupe: controle, Libelle: "Textes", Description: "Charte de déontologie et pages légales : rédiger, comparer, publier une version.", Adresse: "/administration/textes", Icone: "file-text", Droit: habilitations.GererTextes},
	{Groupe: controle, Libelle: "Acceptations de la charte", Description: "Qui a accepté quelle version, organisme par organisme.", Adresse: "/administration/textes/charte/acceptations", Icone: "check", Droit: habilitations.GererUtilisateurs},
	{Groupe: controle, Libelle: "Conservation", Description: "Ce que l’effacement de cette nuit va faire, ce qu’ont fait les précédents.", Adresse: "/administration/conservation", Icone: "trash", Droit: habilitations.Effacer},
	{Groupe: controle, Libelle: "Journal", Description: "Qui a lu, cherché, exporté, édité, changé quoi ; alertes à examiner.",
		Adresse: "/administration/journal", Icone: "eye", Droit: habilitations.LireJournal},
	{Groupe: controle, Libelle: "Travaux", Description: "Ce qui tourne en arrière-plan : calendrier de nuit, exports, échecs à relancer.", Adresse: "/administration/travaux", Icone: "clock", Droit: habilitations.GererTravaux},
}

// ouvertes keeps those that the session may open.
func ouvertes(s habilitations.Session) []administration.Section {
	var l []administration.Section
	for _, x := range sections {
		if s.Peut(x.Droit) {
			l = append(l, x)
		}
	}
	return l
}

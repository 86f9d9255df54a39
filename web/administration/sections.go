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
	{Groupe: agents, Libelle: "Confirmer les accès", Description: "Chaque trimestre, dire qui garde son accès au fichier.",
		Adresse: "/administration/certification", Icone: "user-check", Droit: habilitations.GererUtilisateurs},
	{Groupe: agents, Libelle: "Droits par profil", Description: "Ce que chaque type d’organisme peut tenir.",
		Adresse: "/administration/droits", Icone: "shield-check", Droit: habilitations.Administrer},
	{agents, "Organismes", "Partenaires du fichier, leur type, leur ressort, leurs agences et leurs guichets.", "/administration/organismes", "building-community", habilitations.GererAgences},
	{agents, "Agences", "Toutes les agences, avec leurs agents et leurs guichets.", "/administration/agences", "building", habilitations.GererAgences},
	{agents, "Guichets", "Tous les guichets d’enregistrement, ouverts et fermés.", "/administration/guichets", "map-pin", habilitations.GererAgences},

	// Référentiels et paramètres
	{listes, "Nomenclatures", "Listes de valeurs : ajouter, renommer, ordonner, fermer à une date.", "/administration/referentiels", "list", habilitations.GererReferentiels},
	{listes, "Territoires", "Secteurs, communes et quartiers que l’on peut demander.", "/administration/territoires", "world", habilitations.GererReferentiels},
	{listes, "Plafonds de ressources", "Montants d’une année, saisis ou importés, à côté de ceux de l’année précédente.", "/administration/plafonds", "coins", habilitations.GererReferentiels},
	{listes, "Paramètres", "Délais, durées de conservation, mentions, nature de la base, avec leur source.", "/administration/parametres", "adjustments-horizontal", habilitations.GererParametres},

	// Contrôle et conservation
	{Groupe: controle, Libelle: "Courriels", Description: "Messages envoyés aux agents, ou gardés ici.",
		Adresse: "/administration/courriels", Icone: "mail", Droit: habilitations.LireCourriels},
	{controle, "Textes", "Charte de déontologie et pages légales : rédiger, comparer, publier une version.", "/administration/textes", "file-text", habilitations.GererTextes},
	{controle, "Acceptations de la charte", "Qui a accepté quelle version, organisme par organisme.", "/administration/textes/charte/acceptations", "check", habilitations.GererUtilisateurs},
	{controle, "Conservation", "Ce que l’effacement de cette nuit va faire, ce qu’ont fait les précédents.", "/administration/conservation", "trash", habilitations.Effacer},
	{Groupe: controle, Libelle: "Journal", Description: "Qui a lu, cherché, exporté, édité, changé quoi ; alertes à examiner.",
		Adresse: "/administration/journal", Icone: "eye", Droit: habilitations.LireJournal},
	{controle, "Travaux", "Ce qui tourne en arrière-plan : calendrier de nuit, exports, échecs à relancer.", "/administration/travaux", "clock", habilitations.GererTravaux},
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

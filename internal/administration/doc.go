// Package administration holds the agents: their accounts, what each organisme
// lets them do, how they connect and what they prefer on screen. It writes the
// tables utilisateurs, affectations, sessions, tentatives_connexion and
// saisies_suspendues.
//
// Start with connexion.go (Authentifier), then utilisateurs.go (Creer).
package administration

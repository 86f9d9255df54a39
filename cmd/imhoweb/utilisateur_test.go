package main

import (
	"bytes"
	"strings"
	"testing"

	"imhoweb/internal/administration"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/pg/pgtest"
)

func TestUtilisateurMotDePasseEtSuspendre(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), pgtest.DB(t)
	_, err := administration.Creer(ctx, db, administration.Nouveau{Nom: "Martin", Prenom: "Luce", Courriel: "luce@exemple.fr",
		MotDePasse: "girafe verte et lente", Organisme: "ATLAS", Roles: []habilitations.Role{habilitations.AdminAtlas}})
	if err != nil {
		t.Fatal(err)
	}
	lancer := func(entree string, args ...string) (string, error) {
		sortie := new(bytes.Buffer)
		o := &outil{getenv: func(nom string) string { return map[string]string{"DATABASE_URL": pgtest.DSN(t)}[nom] }, sortie: sortie, erreurs: new(bytes.Buffer)}
		racine := commandes(o)
		racine.SetArgs(append([]string{"utilisateur"}, args...))
		racine.SetIn(strings.NewReader(entree + "\n"))
		err := racine.ExecuteContext(ctx)
		return sortie.String(), err
	}
	entre := func(mdp string) bool {
		_, err := administration.Authentifier(ctx, db, administration.Identifiants{Courriel: "luce@exemple.fr", MotDePasse: mdp})
		return err == nil
	}
	for _, args := range [][]string{{"mot-de-passe", "--courriel", "personne@exemple.fr"}, {"suspendre", "--courriel", "personne@exemple.fr"}, {"suspendre"}} {
		if _, err := lancer("une autre girafe bleue", args...); err == nil || !strings.Contains(err.Error(), "aucun compte") {
			t.Errorf("%v: %v", args, err)
		}
	}
	if _, err := lancer("court", "mot-de-passe", "--courriel", "luce@exemple.fr"); err == nil || !strings.Contains(err.Error(), "12 caractères") {
		t.Errorf("a short password: %v", err)
	}
	if dit, err := lancer("une autre girafe bleue", "mot-de-passe", "--courriel", "Luce@exemple.fr"); err != nil || !strings.Contains(dit, "changé") || !entre("une autre girafe bleue") {
		t.Errorf("%q, %v", dit, err)
	}
	if dit, err := lancer("", "suspendre", "--courriel", "luce@exemple.fr"); err != nil || !strings.Contains(dit, "suspendu") || entre("une autre girafe bleue") {
		t.Errorf("%q, %v", dit, err)
	}
	if dit, err := lancer("", "suspendre", "--courriel", "luce@exemple.fr", "--rouvrir"); err != nil || !strings.Contains(dit, "rouvert") || !entre("une autre girafe bleue") {
		t.Errorf("%q, %v", dit, err)
	}
	var traces int
	if err := db.QueryRow(ctx, "select count(*) from changements where objet = 'utilisateur'").Scan(&traces); err != nil || traces != 3 {
		t.Errorf("%d traces, %v", traces, err)
	}
}

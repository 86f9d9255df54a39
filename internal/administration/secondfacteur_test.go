package administration

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
)

func TestSecondFacteur(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	ctx := t.Context()
	s := b.session(t, "TMH", "agent@tmh.example", habilitations.Saisie)
	secret, err := ProposerSecret(s)
	if err != nil || !bytes.HasPrefix(secret.QR, []byte("\x89PNG")) {
		t.Fatal(err)
	}
	if encore, err := ReproposerSecret(s, secret.Cle); err != nil || encore.Cle != secret.Cle || !bytes.Equal(encore.QR, secret.QR) {
		t.Errorf("another secret: %v", err)
	}
	code := func(dans time.Duration) string {
		c, err := totp.GenerateCode(secret.Cle, time.Now().Add(dans))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if _, err := b.comptes.ActiverSecondFacteur(ctx, b.db, s, secret.Cle, "000000x", ""); champ(err) != "code" {
		t.Errorf("activated without proof: %v", err)
	}
	codes, err := b.comptes.ActiverSecondFacteur(ctx, b.db, s, secret.Cle, code(-pasSecondes*time.Second), "")
	if err != nil || len(codes) != nbCodes {
		t.Fatalf("%v, %v", codes, err)
	}
	if _, err := b.comptes.ActiverSecondFacteur(ctx, b.db, s, secret.Cle, code(0), ""); !errors.Is(err, fault.Conflict) {
		t.Errorf("activated twice: %v", err)
	}
	if b.un(t, "select count(*) from utilisateurs where position(convert_to($1, 'UTF8') in second_facteur) > 0", secret.Cle) != 0 ||
		b.un(t, "select count(*) from codes_secours where empreinte = any($1)", codes) != 0 {
		t.Error("the base holds the secret or the codes in clear")
	}
	verifier := func(code string) error {
		return b.comptes.VerifierSecondFacteur(ctx, b.db, s.Utilisateur, code, "192.0.2.9")
	}
	suivant := code(pasSecondes * time.Second)
	for _, cas := range []struct {
		nom, code string
		err       error
	}{
		{"the code of the activation, again", code(-pasSecondes * time.Second), ErrCode},
		{"a code with a space", suivant[:3] + " " + suivant[3:], nil},
		{"the same code again", suivant, ErrCode},
		{"an older code", code(0), ErrCode},
		{"a recovery code", strings.ToUpper(codes[3]), nil},
		{"the same recovery code again", codes[3], ErrCode},
		{"nothing", "", ErrCode},
	} {
		if err := verifier(cas.code); !errors.Is(err, cas.err) {
			t.Errorf("%s: %v", cas.nom, err)
		}
	}
	if n, err := CodesRestants(ctx, b.db, s); err != nil || n != nbCodes-1 {
		t.Errorf("%d codes left, %v", n, err)
	}

	t.Run("brakes guesses", func(t *testing.T) {
		var bloque *Bloque
		for range 12 {
			if err := verifier("zzzzz-zzzzz"); errors.As(err, &bloque) {
				return
			}
		}
		t.Error("twelve guesses in a row")
	})
	b.exec(t, "delete from tentatives_connexion")

	t.Run("a recovery code is its owner's", func(t *testing.T) {
		autre := b.agent(t, "TMH", "autre@tmh.example", habilitations.Saisie)
		if err := b.comptes.VerifierSecondFacteur(ctx, b.db, autre, codes[4], "192.0.2.9"); !errors.Is(err, ErrCode) {
			t.Error(err)
		}
	})
	t.Run("a password alone doesn't change the password", func(t *testing.T) {
		mdp, err := Hacher(ctx, clair)
		if err != nil {
			t.Fatal(err)
		}
		b.exec(t, "update utilisateurs set mot_de_passe = $1 where id = $2", mdp, s.Utilisateur)
		_, err = ChangerMotDePasse(ctx, b.db, Changement{
			Identifiants: Identifiants{Courriel: "agent@tmh.example", MotDePasse: clair}, Nouveau: "une autre phrase longue", Confirmation: "une autre phrase longue",
		})
		if !errors.Is(err, fault.Forbidden) {
			t.Error(err)
		}
	})
	t.Run("new codes replace the old", func(t *testing.T) {
		nouveaux, err := b.comptes.RenouvelerCodes(ctx, b.db, s, codes[5], "192.0.2.9")
		if err != nil {
			t.Fatal(err)
		}
		if err := verifier(codes[6]); !errors.Is(err, ErrCode) {
			t.Errorf("an old code: %v", err)
		}
		if err := verifier(nouveaux[0]); err != nil {
			t.Error(err)
		}
		codes = nouveaux
	})
	t.Run("the administrator resets it, with a trace", func(t *testing.T) {
		if err := ReinitialiserSecondFacteur(ctx, b.db, b.tmh, s.Utilisateur, b.fiche(t, s.Utilisateur).Version); err != nil {
			t.Fatal(err)
		}
		if p, err := ProfilDe(ctx, b.db, s.Utilisateur, "TMH"); err != nil || p.SecondFacteur {
			t.Errorf("still there, %v", err)
		}
		if b.traces(t, s.Utilisateur, "réinitialiser le second facteur") != 1 {
			t.Error("no trace")
		}
		if err := verifier(codes[1]); !errors.Is(err, ErrCode) {
			t.Errorf("its codes still serve: %v", err)
		}
	})
}

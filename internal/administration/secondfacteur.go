package administration

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"image/png"
	"slices"
	"strings"
	"time"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
	"github.com/jackc/pgx/v5"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// The second factor is a TOTP (RFC 6238): six digits, thirty seconds, SHA-1,
// the only ones that every telephone application reads.
const (
	emetteur      = "Imhoweb 31"
	pasSecondes   = 30
	tolerance     = 1 // steps before and after: clocks differ
	nbCodes       = 10
	tailleCode    = 10 // characters of a recovery code, about 49 bits
	tailleQR      = 264
	chiffresTotp  = 6
	usageTotp     = "totp"
	usageSecours  = "secours"
	essaiSecond   = "second facteur"
	messageCode   = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, ou prenez un code de secours."
	messageAutre  = "Ce code n’est pas le bon. Vérifiez l’heure du téléphone, puis tapez le code affiché maintenant."
	messageAbsent = "Tapez le code à 6 chiffres de l’application."
)

// ErrCode refuses a code of the second factor: wrong, or used already.
var ErrCode = errors.New(messageCode)

// Secret is a second factor proposed to an agent, before it proves to have it.
type Secret struct {
	Cle string // base 32, for who can't read the picture
	QR  []byte // PNG
}

// Lisible writes the key in groups of four, as applications show it.
func (s Secret) Lisible() string {
	var groupes []string
	for g := range slices.Chunk([]byte(s.Cle), 4) {
		groupes = append(groupes, string(g))
	}
	return strings.Join(groupes, " ")
}

// ProposerSecret draws a secret for an agent.
func ProposerSecret(s habilitations.Session) (Secret, error) { return secretDe(s, nil) }

// ReproposerSecret shows the same secret again, after a mistake.
func ReproposerSecret(s habilitations.Session, cle string) (Secret, error) {
	octets, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(cle)
	if err != nil {
		return Secret{}, err
	}
	return secretDe(s, octets)
}

// secretDe draws a secret when none is given.
func secretDe(s habilitations.Session, octets []byte) (Secret, error) {
	cle, err := totp.Generate(totp.GenerateOpts{Issuer: emetteur, AccountName: nomDeCompte(s), Secret: octets})
	if err != nil {
		return Secret{}, err
	}
	return dessiner(cle)
}

func nomDeCompte(s habilitations.Session) string {
	if s.Courriel != "" {
		return s.Courriel
	}
	return s.Prenom + " " + s.Nom
}

func dessiner(cle *otp.Key) (Secret, error) {
	code, err := qr.Encode(cle.URL(), qr.M, qr.Auto)
	if err != nil {
		return Secret{}, err
	}
	grand, err := barcode.Scale(code, tailleQR, tailleQR)
	if err != nil {
		return Secret{}, err
	}
	var b bytes.Buffer
	err = png.Encode(&b, grand)
	return Secret{Cle: cle.Secret(), QR: b.Bytes()}, err
}

// pasDe gives the step whose code was typed, near le; ok is false for none.
func pasDe(secret, code string, le time.Time) (pas int64, ok bool) {
	for d := int64(-tolerance); d <= tolerance; d++ {
		n := le.Unix()/pasSecondes + d
		attendu, err := totp.GenerateCode(secret, time.Unix(n*pasSecondes, 0))
		if err == nil && subtle.ConstantTimeCompare([]byte(attendu), []byte(code)) == 1 {
			pas, ok = n, true
		}
	}
	return pas, ok
}

func contexteTotp(utilisateur int64) string { return fmt.Sprintf("%s %d", usageTotp, utilisateur) }

func contexteSecours(utilisateur int64) string {
	return fmt.Sprintf("%s %d", usageSecours, utilisateur)
}

const activerSQL = `
update utilisateurs
set second_facteur = @secret, second_facteur_le = now(), second_facteur_pas = @pas
where id = @utilisateur and second_facteur is null`

// ActiverSecondFacteur keeps a secret once the agent proves that its telephone
// has it, and gives its recovery codes, shown once. The other sessions close.
// A wrong code is fault.Fields; fault.Conflict when there is one already.
func (c Comptes) ActiverSecondFacteur(ctx context.Context, db pg.DB, s habilitations.Session, secret, code, jetonGarde string) ([]string, error) {
	pas, ok := pasDe(secret, chiffres(code), time.Now())
	if !ok {
		return nil, fault.Fields{{Nom: "code", Message: messageAutre}}
	}
	var codes []string
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		r, err := tx.Exec(ctx, activerSQL, pg.Args{
			"secret": c.Coffre.Sceller(contexteTotp(s.Utilisateur), []byte(secret)), "pas": pas, "utilisateur": s.Utilisateur,
		})
		if err != nil {
			return fmt.Errorf("second factor: %w", err)
		}
		if r.RowsAffected() == 0 {
			return fault.Refuser(fault.Conflict, "Votre second facteur est déjà actif.")
		}
		if codes, err = c.poserCodes(ctx, tx, s.Utilisateur); err != nil {
			return err
		}
		if err := fermerSessions(ctx, tx, s.Utilisateur, jetonGarde); err != nil {
			return err
		}
		return tracer(ctx, tx, s, soi(s), "activer le second facteur", secondFacteur("absent"), secondFacteur("actif"))
	})
	return codes, err
}

func secondFacteur(etat string) map[string]string { return map[string]string{"Second facteur": etat} }

const (
	oublierCodesSQL = `delete from codes_secours where utilisateur = @utilisateur`
	poserCodesSQL   = `insert into codes_secours (utilisateur, empreinte) select @utilisateur, unnest(@empreintes::text[])`
)

// poserCodes replaces the recovery codes of an agent.
func (c Comptes) poserCodes(ctx context.Context, tx pgx.Tx, utilisateur int64) ([]string, error) {
	if _, err := tx.Exec(ctx, oublierCodesSQL, pg.Args{"utilisateur": utilisateur}); err != nil {
		return nil, fmt.Errorf("recovery codes: %w", err)
	}
	codes, empreintes := make([]string, nbCodes), make([]string, nbCodes)
	for i := range codes {
		codes[i] = tirer(tailleCode)
		empreintes[i] = c.Coffre.Empreinte(contexteSecours(utilisateur), FormeJeton(codes[i]))
	}
	if _, err := tx.Exec(ctx, poserCodesSQL, pg.Args{"utilisateur": utilisateur, "empreintes": empreintes}); err != nil {
		return nil, fmt.Errorf("recovery codes: %w", err)
	}
	return codes, nil
}

const lireSecretSQL = `select second_facteur from utilisateurs where id = @utilisateur and not suspendu`

const utiliserPasSQL = `
update utilisateurs set second_facteur_pas = @pas where id = @utilisateur and second_facteur_pas < @pas`

const utiliserCodeSQL = `
update codes_secours set utilise_le = now()
where utilisateur = @utilisateur and empreinte = @empreinte and utilise_le is null`

// VerifierSecondFacteur takes a code of the telephone, or a recovery code: each
// serves once. ErrCode, or *Bloque after too many.
func (c Comptes) VerifierSecondFacteur(ctx context.Context, db pg.DB, utilisateur int64, code, ip string) error {
	e, err := compterEssai(ctx, db, essaiSecond, fmt.Sprint(utilisateur), ip)
	if err != nil {
		return err
	}
	bon, err := c.utiliser(ctx, db, utilisateur, code)
	if err != nil {
		return err
	}
	if !bon {
		return ErrCode
	}
	return e.pardonner(ctx, db)
}

func (c Comptes) utiliser(ctx context.Context, db pg.DB, utilisateur int64, code string) (bool, error) {
	if n := chiffres(code); len(n) == chiffresTotp {
		var scelle []byte
		err := db.QueryRow(ctx, lireSecretSQL, pg.Args{"utilisateur": utilisateur}).Scan(&scelle)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && scelle == nil {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("second factor: %w", err)
		}
		secret, err := c.Coffre.Ouvrir(contexteTotp(utilisateur), scelle)
		if err != nil {
			return false, fmt.Errorf("second factor sealed under another key: %w", err)
		}
		pas, ok := pasDe(string(secret), n, time.Now())
		if !ok {
			return false, nil
		}
		r, err := db.Exec(ctx, utiliserPasSQL, pg.Args{"utilisateur": utilisateur, "pas": pas})
		if err != nil {
			return false, fmt.Errorf("second factor: %w", err)
		}
		return r.RowsAffected() == 1, nil
	}
	r, err := db.Exec(ctx, utiliserCodeSQL, pg.Args{
		"utilisateur": utilisateur, "empreinte": c.Coffre.Empreinte(contexteSecours(utilisateur), FormeJeton(code)),
	})
	if err != nil {
		return false, fmt.Errorf("recovery code: %w", err)
	}
	return r.RowsAffected() == 1, nil
}

// chiffres drops the spaces of a code typed as shown, "123 456".
func chiffres(code string) string {
	c := strings.Join(strings.Fields(code), "")
	if strings.ContainsFunc(c, func(r rune) bool { return r < '0' || r > '9' }) {
		return ""
	}
	return c
}

const oublierSecondFacteurSQL = `
update utilisateurs set second_facteur = null, second_facteur_le = null
where id = @utilisateur and second_facteur is not null`

func oublierSecondFacteur(ctx context.Context, tx pgx.Tx, utilisateur int64) (change bool, err error) {
	r, err := tx.Exec(ctx, oublierSecondFacteurSQL, pg.Args{"utilisateur": utilisateur})
	if err == nil {
		_, err = tx.Exec(ctx, oublierCodesSQL, pg.Args{"utilisateur": utilisateur})
	}
	if err != nil {
		return false, fmt.Errorf("removing a second factor: %w", err)
	}
	return r.RowsAffected() == 1, nil
}

// RetirerSecondFacteur is the agent's own act: it proves the factor once more.
func (c Comptes) RetirerSecondFacteur(ctx context.Context, db pg.DB, s habilitations.Session, code, ip string) error {
	if err := c.prouver(ctx, db, s, code, ip); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		change, err := oublierSecondFacteur(ctx, tx, s.Utilisateur)
		if err != nil || !change {
			return err
		}
		return tracer(ctx, tx, s, soi(s), "retirer le second facteur", secondFacteur("actif"), secondFacteur("absent"))
	})
}

// RenouvelerCodes replaces the recovery codes of the agent itself.
func (c Comptes) RenouvelerCodes(ctx context.Context, db pg.DB, s habilitations.Session, code, ip string) (codes []string, err error) {
	if err := c.prouver(ctx, db, s, code, ip); err != nil {
		return nil, err
	}
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if codes, err = c.poserCodes(ctx, tx, s.Utilisateur); err != nil {
			return err
		}
		return tracer(ctx, tx, s, soi(s), "renouveler les codes de secours", map[string]string{}, map[string]string{"Codes de secours": "renouvelés"})
	})
	return codes, err
}

// prouver checks a code; what is refused is fault.Fields.
func (c Comptes) prouver(ctx context.Context, db pg.DB, s habilitations.Session, code, ip string) error {
	if strings.TrimSpace(code) == "" {
		return fault.Fields{{Nom: "code", Message: messageAbsent}}
	}
	err := c.VerifierSecondFacteur(ctx, db, s.Utilisateur, code, ip)
	var bloque *Bloque
	switch {
	case errors.Is(err, ErrCode):
		return fault.Fields{{Nom: "code", Message: messageCode}}
	case errors.As(err, &bloque):
		return fault.Fields{{Nom: "code", Message: bloque.Error()}}
	}
	return err
}

// ReinitialiserSecondFacteur is the act of an administrator, for an agent who
// lost its telephone and its codes. Its sessions close.
func ReinitialiserSecondFacteur(ctx context.Context, db pg.DB, s habilitations.Session, utilisateur int64, version int) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		f, err := verrouillerCompte(ctx, tx, s, utilisateur)
		switch {
		case err != nil:
			return err
		case f.Utilisateur == s.Utilisateur:
			return errSoiMeme
		case !f.Maitrise(s):
			return errMaitre
		case f.SecondFacteurLe.IsZero():
			return nil
		}
		if err := f.exigerVersion(version); err != nil {
			return err
		}
		if _, err := oublierSecondFacteur(ctx, tx, utilisateur); err != nil {
			return err
		}
		if err := fermerSessions(ctx, tx, utilisateur, ""); err != nil {
			return err
		}
		if err := noterVersion(ctx, tx, utilisateur); err != nil {
			return err
		}
		return tracer(ctx, tx, s, f.Acces, "réinitialiser le second facteur", secondFacteur("actif"), secondFacteur("absent"))
	})
}

const codesRestantsSQL = `select count(*) from codes_secours where utilisateur = @utilisateur and utilise_le is null`

// CodesRestants counts the recovery codes that still serve.
func CodesRestants(ctx context.Context, db pg.DB, s habilitations.Session) (int, error) {
	var n int
	if err := db.QueryRow(ctx, codesRestantsSQL, pg.Args{"utilisateur": s.Utilisateur}).Scan(&n); err != nil {
		return 0, fmt.Errorf("recovery codes: %w", err)
	}
	return n, nil
}

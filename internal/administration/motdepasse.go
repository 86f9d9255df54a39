package administration

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id, about 80 ms on the reference machine. A stored
// password names its own, so that these may grow without breaking the others.
const (
	tours     = 2
	memoire   = 19 * 1024 // KiB
	voies     = 1
	tailleSel = 16
	tailleCle = 32
)

// calculs bounds the computations under way: 19 MiB and a core each. Others
// wait, as long as their request does.
var calculs = make(chan struct{}, max(2, runtime.NumCPU()))

// nombreCalculs counts the verifications, for the test that an unknown name
// costs as many as a known one.
var nombreCalculs atomic.Int64

func deriver(ctx context.Context, clair string, sel []byte, t, m uint32, p uint8, taille uint32) ([]byte, error) {
	select {
	case calculs <- struct{}{}:
		defer func() { <-calculs }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(clair), sel, t, m, p, taille), nil
}

// Hacher gives the stored form of a password, in PHC format.
func Hacher(ctx context.Context, clair string) (string, error) {
	sel := make([]byte, tailleSel)
	rand.Read(sel) // never fails: crypto/rand aborts the program instead
	cle, err := deriver(ctx, clair, sel, tours, memoire, voies, tailleCle)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memoire, tours, voies, b64(sel), b64(cle)), nil
}

// verifier tells whether clair is the password stored as phc.
func verifier(ctx context.Context, clair, phc string) (bool, error) {
	nombreCalculs.Add(1)
	parts := strings.Split(phc, "$") // "", argon2id, v=, m=,t=,p=, salt, key
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("empreinte de mot de passe illisible")
	}
	var version int
	var m, t uint32
	var p uint8
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, fmt.Errorf("empreinte de mot de passe : version inconnue")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &m, &t, &p); err != nil || t == 0 || p == 0 {
		return false, fmt.Errorf("empreinte de mot de passe : paramètres illisibles")
	}
	sel, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	attendue, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(attendue) == 0 {
		return false, fmt.Errorf("empreinte de mot de passe : encodage illisible")
	}
	cle, err := deriver(ctx, clair, sel, t, m, p, uint32(len(attendue)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(cle, attendue) == 1, nil
}

// factice is the stored form of no password: verified in place of a missing
// account, with today's parameters, so that the answer takes as long.
var factice = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memoire, tours, voies,
	base64.RawStdEncoding.EncodeToString(make([]byte, tailleSel)),
	base64.RawStdEncoding.EncodeToString(make([]byte, tailleCle)))

// lisibles are characters that nobody confuses when copying a password by hand.
const lisibles = "abcdefghjkmnpqrstuvwxyz23456789"

// GenererMotDePasse makes a first password of 20 characters in groups of five,
// about 99 bits; it is shown once.
func GenererMotDePasse() string { return tirer(20) }

// tirer draws n characters, in groups of five.
func tirer(n int) string {
	var b strings.Builder
	octet := make([]byte, 1)
	for k := 0; k < n; {
		rand.Read(octet) // never fails, see Hacher
		i := int(octet[0])
		if i >= 256/len(lisibles)*len(lisibles) {
			continue // keeps the draw uniform
		}
		if k > 0 && k%5 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(lisibles[i%len(lisibles)])
		k++
	}
	return b.String()
}

package administration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"time"

	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
)

// frein is how failures slow down, then stop, what they have in common. An
// address is shared by a whole agence, hence its wider bounds.
type frein struct {
	ralentir int // from this many failures, wait 2, 4, 8… seconds
	bloquer  int // from this many, wait blocage
}

var (
	freinIdentifiant = frein{ralentir: 4, bloquer: 8}
	freinAdresse     = frein{ralentir: 40, bloquer: 100}
)

// How long failures count, and how long a block lasts.
const (
	blocage = 15 * time.Minute
	oubli   = time.Hour // since the last failure
)

// Bloque refuses to look at a password for a while; it says nothing of whether
// the account exists.
type Bloque struct{ Attente time.Duration }

// Error is the sentence shown.
func (b *Bloque) Error() string {
	if b.Attente > time.Minute {
		return fmt.Sprintf("Trop d’essais. Réessayez dans %d minutes.", int((b.Attente+time.Minute-1)/time.Minute))
	}
	n := max(1, int((b.Attente+time.Second-1)/time.Second))
	if n == 1 {
		return "Trop d’essais. Réessayez dans 1 seconde."
	}
	return fmt.Sprintf("Trop d’essais. Réessayez dans %d secondes.", n)
}

// Each attempt counts as a failure before the password is looked at, and a
// success takes it back: attempts sent together, to several instances, cannot
// all pass. A key under a block is left as it is and returns no row.
const compterSQL = `
insert into tentatives_connexion as t (cle, echecs) values (@cle, 1)
on conflict (cle) do update set
    echecs = case when t.dernier_le < now() - @oubli::interval then 1 else t.echecs + 1 end,
    dernier_le = now(),
    bloque_jusqu = now() + case
        when t.dernier_le < now() - @oubli::interval then interval '0'
        when t.echecs + 1 >= @bloquer then @blocage::interval
        when t.echecs + 1 >= @ralentir then interval '1 second' * power(2, least(t.echecs + 2 - @ralentir, 9))
        else interval '0' end
where t.bloque_jusqu <= now()`

const attenteSQL = `
select coalesce(extract(epoch from max(bloque_jusqu) - now()), 0)::float8
from tentatives_connexion
where cle = @cle and bloque_jusqu > now()`

// compter records an attempt under one key, or returns *Bloque.
func compter(ctx context.Context, db pg.DB, cle string, f frein) error {
	res, err := db.Exec(ctx, compterSQL, pg.Args{
		"cle": cle, "oubli": oubli, "blocage": blocage, "ralentir": f.ralentir, "bloquer": f.bloquer,
	})
	if err != nil {
		return fmt.Errorf("counting a login attempt: %w", err)
	}
	if res.RowsAffected() == 1 {
		return nil
	}
	var secondes float64
	if err := db.QueryRow(ctx, attenteSQL, pg.Args{"cle": cle}).Scan(&secondes); err != nil {
		return fmt.Errorf("login block: %w", err)
	}
	return &Bloque{Attente: time.Duration(secondes * float64(time.Second))}
}

// essai is one attempt to connect, counted under what was typed and under
// where it comes from.
type essai struct{ identifiant, adresse string }

// compterEssai records an attempt of a kind, at what was typed, or returns
// *Bloque.
func compterEssai(ctx context.Context, db pg.DB, sorte, valeur, ip string) (essai, error) {
	e := essai{identifiant: cleEssai(sorte, valeur), adresse: cleEssai("adresse", reseau(ip, 32, 64))}
	if err := compter(ctx, db, e.adresse, freinAdresse); err != nil {
		return e, err
	}
	return e, compter(ctx, db, e.identifiant, freinIdentifiant)
}

const (
	pardonnerIdentifiantSQL = `delete from tentatives_connexion where cle = @identifiant`
	pardonnerAdresseSQL     = `
update tentatives_connexion
set echecs = greatest(echecs - 1, 0),
    bloque_jusqu = case when echecs <= @bloquer then '-infinity' else bloque_jusqu end
where cle = @adresse`
)

// pardonner takes a successful attempt back: the identifier starts afresh, the
// address loses the failure counted for it.
func (e essai) pardonner(ctx context.Context, db pg.DB) error {
	if _, err := db.Exec(ctx, pardonnerIdentifiantSQL, pg.Args{"identifiant": e.identifiant}); err != nil {
		return fmt.Errorf("forgetting login failures: %w", err)
	}
	if _, err := db.Exec(ctx, pardonnerAdresseSQL, pg.Args{"adresse": e.adresse, "bloquer": freinAdresse.bloquer}); err != nil {
		return fmt.Errorf("forgetting login failures: %w", err)
	}
	return nil
}

const purgerTentativesSQL = `
delete from tentatives_connexion
where dernier_le < now() - @oubli::interval and bloque_jusqu < now()`

// cle is what failures of a same login have in common: what was typed, known
// or not.
func (i Identifiants) cle() string {
	if i.Utilisateur != 0 {
		return fmt.Sprintf("agent %d", i.Utilisateur)
	}
	if i.Courriel != "" {
		return normaliserCourriel(i.Courriel)
	}
	return texte.Normaliser(i.Nom) + "|" + texte.Normaliser(i.Prenom)
}

func cleEssai(sorte, valeur string) string {
	h := sha256.Sum256([]byte(sorte + "\x00" + valeur))
	return hex.EncodeToString(h[:])
}

// reseau keeps the first bits of an address. An unreadable one is "".
func reseau(ip string, v4, v6 int) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	a = a.Unmap().WithZone("")
	bits := v4
	if a.Is6() {
		bits = v6
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

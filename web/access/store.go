package access

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/alexedwards/scs/v2"

	"imhoweb/internal/administration"
	"imhoweb/internal/platform/pg"
)

// magasin is the scs store over the table sessions. It knows digests of tokens
// only. Reading a session notes its activity through the vigie.
type magasin struct {
	db         pg.DB
	inactivite time.Duration
	lues       memoire[string, administration.SessionWeb]
	vigie      *vigie
}

var _ scs.CtxStore = (*magasin)(nil)

// empreinte is what is stored of a token.
func empreinte(jeton string) string {
	h := sha256.Sum256([]byte(jeton))
	return hex.EncodeToString(h[:])
}

// FindCtx gives the content of a live session.
func (m *magasin) FindCtx(ctx context.Context, jeton string) ([]byte, bool, error) {
	cle := empreinte(jeton)
	s, ok := m.lues.get(cle)
	if !ok {
		var err error
		if s, ok, err = administration.LireSession(ctx, m.db, cle, m.inactivite); err != nil || !ok {
			return nil, false, err
		}
		m.lues.set(cle, s)
	}
	if m.vigie.vue(cle, s.Vu) {
		m.lues.update(cle, func(s *administration.SessionWeb) { s.Vu = time.Now() })
	}
	return s.Data, true, nil
}

// CommitCtx writes a session that changed.
func (m *magasin) CommitCtx(ctx context.Context, jeton string, data []byte, fin time.Time) error {
	_, valeurs, err := scs.GobCodec{}.Decode(data)
	if err != nil {
		return err
	}
	s := administration.SessionWeb{Jeton: empreinte(jeton), Data: data, Fin: fin}
	s.Utilisateur, _ = valeurs[cleUtilisateur].(int64)
	s.IP, _ = valeurs[cleIP].(string)
	s.Navigateur, _ = valeurs[cleNavigateur].(string)
	m.lues.delete(s.Jeton)
	return administration.EcrireSession(ctx, m.db, s)
}

// DeleteCtx closes a session.
func (m *magasin) DeleteCtx(ctx context.Context, jeton string) error {
	cle := empreinte(jeton)
	m.lues.delete(cle)
	return administration.FermerSession(ctx, m.db, cle)
}

// scs calls the methods below only on a store that lacks those above.
var errSansContexte = errors.New("access: session store used without a context")

// Find is never called.
func (m *magasin) Find(string) ([]byte, bool, error) { return nil, false, errSansContexte }

// Commit is never called.
func (m *magasin) Commit(string, []byte, time.Time) error { return errSansContexte }

// Delete is never called.
func (m *magasin) Delete(string) error { return errSansContexte }

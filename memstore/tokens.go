package memstore

import (
	"context"
	"time"

	auth "github.com/authplug/authplug/core"
)

// RevokeToken implements [auth.TokenStore].
func (s *Store) RevokeToken(ctx context.Context, id string, until time.Time) error {
	return s.write(ctx, func() error {
		if _, ok := s.tokens[id]; ok {
			return auth.ErrExists
		}
		s.tokens[id] = millis(until)
		return nil
	})
}

// TokenRevoked implements [auth.TokenStore].
func (s *Store) TokenRevoked(ctx context.Context, id string) (revoked bool, err error) {
	err = s.read(ctx, func() error {
		_, revoked = s.tokens[id]
		return nil
	})
	return revoked, err
}

// DeleteExpired implements [auth.Maintainer]. It looks at every session and token until it has
// found limit that are past, while all other calls wait.
func (s *Store) DeleteExpired(ctx context.Context, before time.Time, limit int) (n int, err error) {
	err = s.write(ctx, func() error {
		before = millis(before)
		n = s.sessions.purge(before, limit)
		n += s.purgeTokens(before, limit-n)
		return nil
	})
	return n, err
}

func (t *sessionTable) purge(before time.Time, limit int) (n int) {
	for _, e := range t.byID {
		if n >= limit {
			break
		}
		if e.ExpiresAt.Before(before) || e.EndsAt.Before(before) {
			t.remove(e)
			n++
		}
	}
	return n
}

func (s *Store) purgeTokens(before time.Time, limit int) (n int) {
	for id, until := range s.tokens {
		if n >= limit {
			break
		}
		if until.Before(before) {
			delete(s.tokens, id)
			n++
		}
	}
	return n
}

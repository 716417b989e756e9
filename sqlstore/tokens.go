package sqlstore

import (
	"context"
	"time"
)

// RevokeToken implements [auth.TokenStore].
func (s *Store) RevokeToken(ctx context.Context, id string, until time.Time) error {
	_, err := s.door.one(ctx, s.do.revoke, id, millis(until))
	return s.written("revoke token", err)
}

// TokenRevoked implements [auth.TokenStore].
func (s *Store) TokenRevoked(ctx context.Context, id string) (bool, error) {
	var n int
	err := s.do.revoked.GetContext(ctx, &n, id)
	return n > 0, failed("token revoked", err)
}

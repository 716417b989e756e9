package storetest

import (
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

func tokens() []claim {
	return []claim{
		{"a token is revoked once", tokenOnce},
		{"a token stays revoked after its time", tokenPast},
		{"ids match byte for byte", tokenBytes},
		{"of many who revoke one token one wins", tokenRace},
	}
}

// revoked fails the test unless the store says want of the token.
func revoked(t *testing.T, s auth.Store, id string, want bool) {
	t.Helper()
	got, err := s.TokenRevoked(t.Context(), id)
	isNil(t, err)
	if got != want {
		t.Errorf("TokenRevoked(%q) = %v", id, got)
	}
}

func tokenOnce(t *testing.T, s auth.Store) {
	revoked(t, s, "t1", false)
	isNil(t, s.RevokeToken(t.Context(), "t1", after(time.Hour)))
	is(t, s.RevokeToken(t.Context(), "t1", after(2*time.Hour)), auth.ErrExists)
	revoked(t, s, "t1", true)
	revoked(t, s, "t2", false)
	isNil(t, s.RevokeToken(t.Context(), "t2", after(time.Hour)))
}

func tokenPast(t *testing.T, s auth.Store) {
	long := now.AddDate(-20, 0, 0)
	isNil(t, s.RevokeToken(t.Context(), "t1", long))
	isNil(t, s.RevokeToken(t.Context(), "t2", time.Time{}))
	for _, id := range []string{"t1", "t2"} {
		revoked(t, s, id, true)
		is(t, s.RevokeToken(t.Context(), id, now), auth.ErrExists)
	}
}

func tokenBytes(t *testing.T, s auth.Store) {
	ids := append([]string{"t", "T", "t ", " t", "é", "e\u0301", strings.Repeat("🦉", 255)}, hostile...)
	for _, id := range ids {
		revoked(t, s, id, false)
		isNil(t, s.RevokeToken(t.Context(), id, now))
		revoked(t, s, id, true)
	}
}

func tokenRace(t *testing.T, s auth.Store) {
	for _, id := range []string{"t1", "t2", "t3"} {
		oneWinner(t, race(64, func(i int) error {
			return s.RevokeToken(t.Context(), id, after(time.Duration(i)*time.Hour))
		}), auth.ErrExists)
	}
}

package storetest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

// calls are all methods of a store, at something that is there and at something new.
var calls = map[string]func(ctx context.Context, s auth.Store, u *auth.User) error{
	"User": func(ctx context.Context, s auth.Store, u *auth.User) error {
		_, err := s.User(ctx, auth.UserKey{ID: u.ID})
		return err
	},
	"CreateUser": func(ctx context.Context, s auth.Store, _ *auth.User) error {
		return s.CreateUser(ctx, plainUser(2))
	},
	"UpdateUser": func(ctx context.Context, s auth.Store, u *auth.User) error {
		changed := u.Clone()
		changed.FirstName = "changed"
		return s.UpdateUser(ctx, changed)
	},
	"DeleteUser": func(ctx context.Context, s auth.Store, u *auth.User) error {
		return s.DeleteUser(ctx, u.ID)
	},
	"CreateSession": func(ctx context.Context, s auth.Store, u *auth.User) error {
		_, err := s.CreateSession(ctx, login("s2", u.ID), auth.Admission{At: now})
		return err
	},
	"CreateSession with a limit": func(ctx context.Context, s auth.Store, u *auth.User) error {
		_, err := s.CreateSession(ctx, onDevice("s2", u.ID, "phone"), limited(1, auth.EvictAll))
		return err
	},
	"Session": func(ctx context.Context, s auth.Store, _ *auth.User) error {
		_, err := s.Session(ctx, "s1")
		return err
	},
	"LiveSessions": func(ctx context.Context, s auth.Store, u *auth.User) error {
		_, err := s.LiveSessions(ctx, u.ID, now)
		return err
	},
	"RotateSession": func(ctx context.Context, s auth.Store, _ *auth.User) error {
		return s.RotateSession(ctx, "s1", "s1-token", step("next"))
	},
	"EndSessions of one": func(ctx context.Context, s auth.Store, _ *auth.User) error {
		_, err := s.EndSessions(ctx, auth.Ending{ID: "s1", At: now})
		return err
	},
	"EndSessions of all": func(ctx context.Context, s auth.Store, u *auth.User) error {
		_, err := s.EndSessions(ctx, auth.Ending{UserID: u.ID, At: now})
		return err
	},
	"RevokeToken": func(ctx context.Context, s auth.Store, _ *auth.User) error {
		return s.RevokeToken(ctx, "t2", now)
	},
	"TokenRevoked": func(ctx context.Context, s auth.Store, _ *auth.User) error {
		_, err := s.TokenRevoked(ctx, "t1")
		return err
	},
	"Ping": func(ctx context.Context, s auth.Store, _ *auth.User) error { return s.Ping(ctx) },
	"DeleteExpired": func(ctx context.Context, s auth.Store, _ *auth.User) error {
		_, err := s.DeleteExpired(ctx, after(100*time.Hour), 10)
		return err
	},
}

func cancellation() []claim {
	var claims []claim
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		call := calls[name]
		claims = append(claims, claim{
			name + " with a canceled context fails and changes nothing",
			func(t *testing.T, s auth.Store) { canceled(t, s, call) },
		})
	}
	return claims
}

// canceled requires that call fails with an error of the store's own and leaves all as it was.
func canceled(t *testing.T, s auth.Store, call func(context.Context, auth.Store, *auth.User) error) {
	t.Helper()
	u := create(t, s, plainUser(1))
	e := admit(t, s, onDevice("s1", u.ID, "phone"))
	isNil(t, s.RevokeToken(t.Context(), "t1", now))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := call(ctx, s, u)
	if err == nil {
		t.Error("no error")
	}
	for _, sentinel := range []error{auth.ErrNotFound, auth.ErrExists, auth.ErrConflict, auth.ErrLimit} {
		if errors.Is(err, sentinel) {
			t.Errorf("%v is an answer, but nobody was asked", err)
		}
	}

	same(t, user(t, s, auth.UserKey{ID: u.ID}), u)
	nobody(t, s, auth.UserKey{UUID: uuid(2)})
	same(t, session(t, s, "s1"), e)
	inOrder(t, liveIDs(t, s, u.ID, now), "s1")
	missing(t, s, "s2")
	revoked(t, s, "t1", true)
	revoked(t, s, "t2", false)
}

package authtest

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
)

// Token returns a token that authenticates a user's requests. Each call opens a session of its own,
// by [auth.Service.OpenSession]: logging out ends it, and so does everything else that would.
func (f *Fixture) Token(u *auth.User) string {
	f.t.Helper()
	return f.token(u, func(*auth.Settings) {})
}

// ExpiredToken returns a token like that of [Fixture.Token] which ran out a second ago. Nothing
// else is wrong with it: the user may log in, and the session that it belongs to lives.
func (f *Fixture) ExpiredToken(u *auth.User) string {
	f.t.Helper()
	return f.token(u, func(s *auth.Settings) {
		s.Now = func() time.Time { return f.Clock.Now().Add(-f.lifetime() - time.Second) }
	})
}

// ForgedToken returns a token like that of [Fixture.Token] whose signature is another token's, as
// good a one as can be made without the key. Nothing else is wrong with it.
func (f *Fixture) ForgedToken(u *auth.User) string {
	f.t.Helper()
	mine, other := f.Token(u), f.Token(u)
	return mine[:strings.LastIndexByte(mine, '.')] + other[strings.LastIndexByte(other, '.'):]
}

// RefreshToken returns the refresh token of a session that has just been opened: the endpoint
// token/refresh/ takes it, and no guard does.
func (f *Fixture) RefreshToken(u *auth.User) string {
	f.t.Helper()
	return f.open(u, func(s *auth.Settings) { s.Tokens.Kind, s.Tokens.Accept = auth.KindPair, nil }).Refresh
}

// Context returns a context in which [auth.FromContext] finds a user, for code below the handlers.
func (f *Fixture) Context(u *auth.User) context.Context {
	f.t.Helper()
	r := f.request(http.MethodGet, "/")
	f.As(u)(r)
	r, err := f.Service.Admit(r, auth.Authenticated)
	if err != nil {
		f.t.Fatalf("authtest: the user %q: %v", u.Email, err)
	}
	return r.Context()
}

// token returns the token that authenticates requests, of a service that differs by a change.
func (f *Fixture) token(u *auth.User, change func(*auth.Settings)) string {
	f.t.Helper()
	tokens := f.open(u, change)
	return cmp.Or(tokens.Sliding, tokens.Access)
}

// lifetime is after how long the service refuses a token of [Fixture.Token].
func (f *Fixture) lifetime() time.Duration {
	s := f.Service.Settings()
	if s.Tokens.Kind == auth.KindSliding {
		return s.Tokens.SlidingLifetime + s.Signing.Leeway
	}
	return s.Tokens.AccessLifetime + s.Signing.Leeway
}

// open opens a session of a user with a service that differs by a change.
func (f *Fixture) open(u *auth.User, change func(*auth.Settings)) *auth.Tokens {
	f.t.Helper()
	tokens, err := f.service(change).OpenSession(f.own(), auth.UserKey{ID: u.ID}, auth.Client{}, nil)
	if err != nil {
		f.t.Fatalf("authtest: a session of %q: %v", u.Email, err)
	}
	return tokens
}

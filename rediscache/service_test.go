package rediscache_test

import (
	"errors"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
	"github.com/authplug/authplug/rediscache"
)

// A Redis that is killed and started again makes nobody good who was not, and keeps nobody out.
func TestRedisIsKilledAndStartedAgain(t *testing.T) {
	s := newServer(t)
	shared := rediscache.New(s.client())
	settings := auth.Settings{
		Signing:    auth.Signing{Key: "a key for these tests, of more than thirty-two bytes: 5f1e"},
		Claims:     auth.ClaimSettings{Stateless: true},
		Passwords:  auth.PasswordSettings{Weak: true},
		Revocation: auth.RevocationSettings{Cache: shared, CacheTTL: time.Minute},
		Throttle:   auth.ThrottleSettings{Limiter: shared},
	}
	service, err := auth.New(settings, auth.In(memstore.New()))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	u, err := service.CreateUser(ctx, auth.NewUser{Email: "ann@example.com", Password: "correct horse battery"})
	if err != nil {
		t.Fatal(err)
	}
	login := func() *auth.Tokens {
		t.Helper()
		tokens, err := service.Login(ctx, auth.Credentials{Identifier: u.Email, Password: "correct horse battery"}, auth.Client{})
		if err != nil {
			t.Fatal(err)
		}
		return tokens
	}
	admitted := func(tokens *auth.Tokens, want bool) {
		t.Helper()
		_, err := service.Identify(ctx, tokens.Access, auth.Client{})
		if want && err != nil || !want && !errors.Is(err, auth.ErrTokenRevoked) {
			t.Errorf("Identify() = %v, want it admitted: %v", err, want)
		}
	}
	ended, during, alive := login(), login(), login()
	for _, tokens := range []*auth.Tokens{ended, during, alive} {
		admitted(tokens, true)
	}
	if err := service.Logout(ctx, auth.Logout{Refresh: ended.Refresh}); err != nil {
		t.Fatal(err)
	}
	s.kill()
	admitted(ended, false)
	if err := service.Logout(ctx, auth.Logout{Refresh: during.Refresh}); err != nil {
		t.Fatalf("a logout without Redis = %v", err)
	}
	check := func() {
		t.Helper()
		admitted(ended, false)
		admitted(during, false)
		admitted(alive, true)
		admitted(login(), true)
	}
	check()
	s.start() // it has lost everything
	check()
	time.Sleep(1100 * time.Millisecond) // by now it is asked again
	check()
}

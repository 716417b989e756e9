package memstore_test

import (
	"context"
	"errors"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/memstore"
)

// twoIssuers is a client-service that has got an issuer after somebody was mirrored under the URL.
type twoIssuers struct {
	*auth.Service

	up            *upstream
	before        *side
	first, second *auth.User // at the auth-service; the second is not mirrored yet
}

func newTwoIssuers(t *testing.T, configure ...func(*remote.Settings)) *twoIssuers {
	t.Helper()
	up := newUpstream(t)
	s := &twoIssuers{up: up, first: up.User("one@example.com"), second: up.User("two@example.com"), before: newSide(t, up)}
	s.before.page(up.Token(s.first)).Want(200)
	upstream := remote.Settings{URL: up.url, AllowInsecure: true}
	for _, c := range configure {
		c(&upstream)
	}
	var err error
	s.Service, err = remote.New(auth.Settings{
		Signing: auth.Signing{Issuer: "https://auth.example.com"}, Now: up.Clock.Now, Passwords: auth.PasswordSettings{Weak: true},
	}, auth.In(s.before.store), upstream)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// swap gives the first one's address to the second.
func (s *twoIssuers) swap() {
	s.up.Update(s.first, func(u *auth.User) { u.Email = "elsewhere@example.com" })
	s.up.Update(s.second, func(u *auth.User) { u.Email = "one@example.com" })
}

func (s *twoIssuers) identify(t *testing.T, u *auth.User) (*auth.User, error) {
	t.Helper()
	id, err := s.Identify(t.Context(), s.up.Token(u), auth.Client{})
	if err != nil {
		return nil, err
	}
	return id.User, nil
}

// To an application, all users of the auth-service are of one place.
func TestAnAddressMovesBetweenTwoIssuers(t *testing.T) {
	s := newTwoIssuers(t)
	heir, err := s.identify(t, s.second)
	if err != nil || heir.Issuer != "https://auth.example.com" {
		t.Fatalf("the heir is %+v, %v", heir, err)
	}
	s.swap()
	if u, err := s.identify(t, s.second); err != nil || u.ID != heir.ID || u.Email != "one@example.com" {
		t.Errorf("the heir became %+v, %v", u, err)
	}
	if u := s.before.of(t, s.first); u.Email != "" {
		t.Errorf("the former holder still has it: %+v", u)
	}
	if u, err := s.identify(t, s.first); err != nil || u.Email != "elsewhere@example.com" || u.ID != s.before.of(t, s.first).ID {
		t.Errorf("the former holder became %+v, %v", u, err)
	}
}

// Whoever is refused has taken nothing from anybody.
func TestWhoIsRefusedTakesNoAddress(t *testing.T) {
	refusal := auth.NewError(403, "not_ours", "Not here.")
	for name, c := range map[string]struct {
		hook  error
		local bool
		want  error
	}{
		"a local account has it": {nil, true, auth.ErrAccountConflict},
		"the hook refuses":       {refusal, false, refusal},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTwoIssuers(t, func(u *remote.Settings) {
				u.Mirror.Map = func(context.Context, *remote.Profile, *auth.User) error { return c.hook }
			})
			if c.local {
				newUser(t, s.Service, "one@example.com")
			}
			s.swap()
			if _, err := s.identify(t, s.second); !errors.Is(err, c.want) {
				t.Errorf("Identify() = %v, want %v", err, c.want)
			}
			if u := s.before.of(t, s.first); u.Email != "one@example.com" {
				t.Errorf("the holder became %+v", u)
			}
		})
	}
}

// An address that is not copied is taken from nobody.
func TestAnAddressThatIsNotCopiedStays(t *testing.T) {
	s := newTwoIssuers(t, func(u *remote.Settings) { u.Mirror.Fields = []string{"first_name"} })
	s.swap()
	if u, err := s.identify(t, s.second); err != nil || u.Email != "" {
		t.Errorf("mirrored %+v, %v", u, err)
	}
	if u := s.before.of(t, s.first); u.Email != "one@example.com" {
		t.Errorf("the holder became %+v", u)
	}
}

func TestExtraDataThatIsNoJSONIsAnOutage(t *testing.T) {
	up := newUpstream(t)
	s := newSide(t, up, func(_ *auth.Settings, u *remote.Settings) {
		u.Mirror.Map = func(_ context.Context, _ *remote.Profile, u *auth.User) error {
			u.Extra = []byte("{")
			return nil
		}
	})
	s.page(up.Token(up.User(ann))).Want(503, "invalid user response")
}

func TestAnIssuerIsOneLine(t *testing.T) {
	for name, good := range map[string]bool{"a": true, "a\x00b": false, "a\nb": false, "\xff": false, string(make([]byte, 256)): false} {
		_, err := remote.New(auth.Settings{}, auth.In(memstore.New()), remote.Settings{
			URL: "https://auth.example.com", Mirror: remote.Mirror{Issuer: name},
		})
		if (err == nil) != good {
			t.Errorf("%.20q: %v", name, err)
		}
	}
}

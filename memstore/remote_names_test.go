package memstore_test

import (
	"errors"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/memstore"
)

func TestTokensMayCallUsersByUUIDOrAddress(t *testing.T) {
	for _, field := range []string{"uuid", "email"} {
		for _, m := range []remote.Mode{remote.VerifyRemote, remote.VerifyLocal, remote.VerifyHybrid} {
			if field == "email" && m == remote.VerifyLocal {
				continue // refused
			}
			t.Run(field+" "+string(m), func(t *testing.T) {
				up := newUpstream(t, func(s *auth.Settings) { s.Claims.UserIDField = field })
				ann, bob := up.User(ann), up.User("bob@example.com")
				s := newSide(t, up, in(m), func(a *auth.Settings, _ *remote.Settings) { a.Claims.UserIDField = field })
				for range 2 {
					s.page(up.Token(ann)).Want(200, ann.Email)
					s.page(up.Token(bob)).Want(200, bob.Email)
				}
				if m == remote.VerifyLocal {
					up.wantAsked(t, 0, 2)
				}
			})
		}
	}
}

// A profile that does not have what tokens call its user tells of somebody who would not be found by
// the next token.
func TestAProfileHasWhatUsersAreLookedUpBy(t *testing.T) {
	up := newUpstream(t, func(s *auth.Settings) { s.Claims.UserIDField = "uuid" })
	access := up.Token(up.User(ann))
	up.says(userPath, 200, `{"id":7,"email":"ann@example.com"}`)
	for m, status := range map[remote.Mode]int{remote.VerifyRemote: 200, remote.VerifyHybrid: 200, remote.VerifyLocal: 503} {
		s := newSide(t, up, in(m), func(a *auth.Settings, _ *remote.Settings) { a.Claims.UserIDField = "uuid" })
		s.page(access).Want(status)
		if _, err := s.store.User(t.Context(), auth.UserKey{ID: "1"}); (err == nil) != (status == 200) {
			t.Errorf("%s: mirrored: %v", m, err)
		}
	}
}

// Who gets an address that somebody else had before must not get the local user with it.
func TestAnAddressIsNoNameForGood(t *testing.T) {
	up := newUpstream(t, func(s *auth.Settings) { s.Claims.UserIDField = "email" })
	first := up.User(ann)
	byAddress := func(a *auth.Settings, _ *remote.Settings) { a.Claims.UserIDField = "email" }
	for _, m := range []remote.Mode{remote.VerifyRemote, remote.VerifyHybrid} {
		s := newSide(t, up, in(m), byAddress)
		s.page(up.Token(first)).Want(200)
		up.Update(first, func(u *auth.User) { u.Email = string(m) + "@example.com" })
		second := up.User(ann)
		id, err := s.Identify(t.Context(), up.Token(second), auth.Client{})
		if err != nil || id.User.RemoteID != second.ID {
			t.Errorf("%s: Identify() = %v, %v", m, id, err)
		}
		first = second
	}
	_, err := remote.New(auth.Settings{Signing: auth.Signing{Key: yourKey}, Claims: auth.ClaimSettings{UserIDField: "email"}},
		auth.In(memstore.New()), remote.Settings{URL: up.url, AllowInsecure: true, Verify: remote.VerifyLocal})
	var p *remote.Problem
	if !errors.As(err, &p) || p.FieldPath() != "Verify" {
		t.Errorf("New() where nobody would ask = %v", err)
	}
}

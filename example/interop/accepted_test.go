package interop_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
)

// What Django answers to tokens that it does not take.
const (
	refusedInvalid = `{"detail":"Given token not valid for any token type","code":"token_not_valid",` +
		`"messages":[{"token_class":"AccessToken","token_type":"access","message":"Token is invalid or expired"}]}`
	refusedKind = `{"detail":"Given token not valid for any token type","code":"token_not_valid",` +
		`"messages":[{"token_class":"AccessToken","token_type":"access","message":"Token has wrong type"}]}`
)

// guarded are Django's routes that look the user up, and that believe the token.
var guarded = []string{"/lab/stateful/", "/lab/stateless/"}

func TestDjangoTakesAccessTokensMintedHere(t *testing.T) {
	eachSigning(t, slices.Collect(maps.Keys(allParties)), func(t *testing.T, k keys) {
		d := newDjango(t, k.checks)
		d.populate()
		store := populated(t, shared(k))
		takesGoodTokens(t, d, k, store)
		refusesOthers(t, d, k, store)
	})
}

func takesGoodTokens(t *testing.T, d *django, k keys, store *memstore.Store) {
	settings := shared(k)
	settings.Claims.Access = []string{"email", "is_staff"}
	service := newService(t, settings, store)
	refreshed, err := service.Refresh(t.Context(), tokens(t, service, ann).Refresh, auth.Client{})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range guarded {
		d.Get(path).Want(401, `{"detail":"Authentication credentials were not provided."}`)
		d.As(tokens(t, service, ann).Access, "").Get(path).Want(200, `{"id":1,"email":"ann@example.com","is_staff":false}`)
		d.As(tokens(t, service, root).Access, "").Get(path).Want(200, `{"id":2,"email":"root@example.com","is_staff":true}`)
		d.As(refreshed.Access, "").Get(path).Want(200, `{"id":1,"email":"ann@example.com","is_staff":false}`)
	}
}

func refusesOthers(t *testing.T, d *django, k keys, store *memstore.Store) {
	for wrong, change := range map[string]func(*auth.Settings){
		"expired":          func(s *auth.Settings) { s.Now = func() time.Time { return time.Now().Add(-5 * time.Minute) } },
		"of tomorrow":      func(s *auth.Settings) { s.Now = func() time.Time { return time.Now().Add(24 * time.Hour) } },
		"another key":      func(s *auth.Settings) { s.Signing.Key = k.another },
		"another issuer":   func(s *auth.Settings) { s.Signing.Issuer = "https://other.example.com" },
		"another audience": func(s *auth.Settings) { s.Signing.Audience = []string{"bar"} },
		"no issuer":        func(s *auth.Settings) { s.Signing.Issuer = "" },
		"no audience":      func(s *auth.Settings) { s.Signing.Audience = nil },
	} {
		settings := shared(k)
		change(&settings)
		access := tokens(t, newService(t, settings, store), ann).Access
		for _, path := range guarded {
			if matters(wrong, k) {
				d.As(access, "").Get(path).Want(401, refusedInvalid)
			} else {
				d.As(access, "").Get(path).Want(200, "")
			}
		}
	}
	refresh := tokens(t, newService(t, shared(k), store), ann).Refresh
	for _, path := range guarded {
		d.As(refresh, "").Get(path).Want(401, refusedKind)
	}
}

// matters reports whether Django looks at what a token says wrongly: at an issuer and an audience
// only where its settings name one.
func matters(wrong string, k keys) bool {
	switch wrong {
	case "another issuer", "no issuer":
		return k.ours.Issuer != ""
	case "another audience", "no audience":
		return k.ours.Audience != nil
	}
	return true
}

func TestDjangoJudgesTheUsersOfOurTokens(t *testing.T) {
	needDjango(t)
	k := allKeys()["HS256"]
	d := newDjango(t, k.checks)
	d.put(map[string]any{"email": ann, "id": 1, "is_active": false})
	service := newService(t, shared(k), populated(t, shared(k)))

	inactive, unknown := tokens(t, service, ann).Access, tokens(t, service, root).Access
	d.As(inactive, "").Get("/lab/stateful/").Want(401, `{"detail":"User is inactive","code":"user_inactive"}`)
	d.As(unknown, "").Get("/lab/stateful/").Want(401, `{"detail":"User not found","code":"user_not_found"}`)
	d.As(inactive, "").Get("/lab/stateless/").Want(200, `{"id":1,"email":null,"is_staff":false}`)
	d.As(unknown, "").Get("/lab/stateless/").Want(200, `{"id":2,"email":null,"is_staff":false}`)
}

package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var nilErrorClaims = []claim{
	{"a guard that returns a nil *Error admits nobody", nilErrorOfGuard},
	{"an authenticator that returns a nil *Error admits nobody", nilErrorOfAuthenticator},
	{"a login hook that returns a nil *Error lets nobody in", nilErrorOfLoginHooks},
	{"an endpoint that returns a nil *Error is broken", nilErrorOfEndpoint},
}

// nilErrors are the ways in which a nil *Error gets out of an application.
func nilErrors() map[string]error {
	var none *auth.Error
	return map[string]error{
		"bare":       none,
		"wrapped":    fmt.Errorf("hook: %w", none),
		"joined":     errors.Join(none, errOutage),
		"as a cause": errors.Join(errOutage, fmt.Errorf("hook: %w", errors.Join(none))),
	}
}

func nilErrorOfGuard(t *testing.T, h Harness) {
	for what, err := range nilErrors() {
		a := h.app(t, nil)
		a.user(ann)
		access := a.login(ann).access
		guard := func(context.Context, *auth.Identity) error { return err }
		for _, g := range []auth.Guard{guard, auth.Not(guard), auth.Any(guard, guard), auth.All(guard)} {
			if p := a.get(a.guarded(g), access); p.status != http.StatusForbidden || p.text != undecidedBody {
				t.Errorf("%s: %d %s", what, p.status, p.text)
			}
		}
		wantCauses(a)
	}
	a := h.app(t, nil)
	a.user(ann)
	because := func(context.Context, *auth.Identity) error { return auth.ErrForbidden.Because(noError()) }
	a.get(a.guarded(because), a.login(ann).access).want(t, http.StatusForbidden, forbiddenBody)
	wantCauses(a)
}

func nilErrorOfAuthenticator(t *testing.T, h Harness) {
	for what, err := range nilErrors() {
		a := h.withKeys(t, keyHolders(func(string) (*auth.Identity, error) { return &auth.Identity{User: robot()}, err }))
		for _, path := range []string{"/api/maybe", "/api/me", "/auth/user/"} {
			p := a.withKey(path)
			if p.status != http.StatusServiceUnavailable || p.text != unavailableBody || a.hit(path) != 0 {
				t.Errorf("%s: %s: %d %s", what, path, p.status, p.text)
			}
		}
		wantCauses(a)
	}
}

func nilErrorOfLoginHooks(t *testing.T, h Harness) {
	for what, err := range nilErrors() {
		a := h.app(t, func(s *auth.Settings) {
			s.Users.MayLogin = func(context.Context, *auth.User) error { return err }
		})
		u := a.user(ann)
		p := a.tryLogin(ann, userPassword)
		if p.status != http.StatusUnauthorized || p.text != loginFailedBody || a.live(u.ID) != 0 {
			t.Errorf("MayLogin, %s: %d %s", what, p.status, p.text)
		}
		wantCauses(a)
		a = h.app(t, func(s *auth.Settings) {
			s.Users.FindLogin = func(context.Context, string) (auth.UserKey, error) { return auth.UserKey{Email: ann}, err }
		})
		u = a.user(ann)
		p = a.tryLogin(ann, userPassword)
		if p.status != http.StatusServiceUnavailable || p.text != unavailableBody || a.live(u.ID) != 0 {
			t.Errorf("FindLogin, %s: %d %s", what, p.status, p.text)
		}
		wantCauses(a)
	}
}

func nilErrorOfEndpoint(t *testing.T, h Harness) {
	for what, err := range nilErrors() {
		a := h.app(t, nil, auth.With(auth.Endpoint{
			Name: "own", Method: http.MethodGet, Path: "/own/",
			Handle: func(*http.Request) (*auth.Response, error) { return &auth.Response{}, err },
		}))
		if p := a.get("/auth/own/", ""); p.status != http.StatusInternalServerError || p.text != internalBody {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
		wantCauses(a)
	}
}

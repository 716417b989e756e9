package adaptertest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

var openedClaims = []claim{
	{"a session opened from Go is like that of a login", openedLikeALogin},
	{"its claims are in every token, for as long as it lives", openedClaimsStay},
	{"its claims stay where tokens slide", openedClaimsSlide},
	{"whoever may not log in gets none", openedRefuses},
	{"claims that cannot be used open none", openedBadClaims},
	{"no session is half open after an outage", openedOutage},
}

// openSession opens a session from Go.
func (a *app) openSession(key auth.UserKey, claims map[string]any) (*auth.Tokens, error) {
	return a.service.OpenSession(context.Background(), key, auth.Client{Address: "192.0.2.7"}, claims)
}

// mustOpen opens a session from Go that must be good.
func (a *app) mustOpen(u *auth.User, claims map[string]any) *auth.Tokens {
	a.t.Helper()
	tokens, err := a.openSession(auth.UserKey{ID: u.ID}, claims)
	if err != nil {
		a.t.Fatalf("OpenSession() = %v", err)
	}
	return tokens
}

func openedLikeALogin(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Users.UpdateLastLogin = true })
	u := a.user(ann)
	for _, key := range []auth.UserKey{{ID: u.ID}, {UUID: u.UUID}, {Email: "ANN@example.com"}} {
		tokens, err := a.openSession(key, nil)
		if err != nil {
			t.Fatalf("OpenSession(%+v) = %v", key, err)
		}
		a.get("/api/me", tokens.Access).want(t, http.StatusOK, "")
		next := a.refreshed(tokens.Refresh)
		a.refresh(tokens.Refresh).want(t, http.StatusUnauthorized, revokedBody)
		a.get("/api/me", next.access).want(t, http.StatusUnauthorized, refusedBody(revokedText))
	}
	if n := a.count(auth.EventLogin); n != 3 || !a.row(u.ID).LastLogin.Equal(start) {
		t.Errorf("%d logins told of, last login %v", n, a.row(u.ID).LastLogin)
	}
	passwordless := a.row(u.ID)
	a.keepHash(passwordless.ID, "")
	a.get("/api/me", a.mustOpen(u, nil).Access).want(t, http.StatusOK, "")
}

// ownClaims fails the test unless a token has the sample, its claims in order.
func ownClaims(t *testing.T, token string) {
	t.Helper()
	const want = `"act":{"id":7,"n":1.50},"via":"<ldap>"`
	if text := payload(t, token); !strings.Contains(text, want) {
		t.Errorf("%s\nlacks %s", text, want)
	}
}

var sampleClaims = map[string]any{"via": "<ldap>", "act": raw(`{"id": 7, "n": 1.50}`)}

func openedClaimsStay(t *testing.T, h Harness) {
	for what, configure := range map[string]func(*auth.Settings){
		"strict": nil, "easy": easy,
		"stateless": func(s *auth.Settings) { s.Claims.Stateless = true },
		"grace":     func(s *auth.Settings) { s.Tokens.GracePeriod = 10 * time.Second },
	} {
		t.Run(what, func(t *testing.T) {
			a := h.app(t, configure)
			u := a.user(ann)
			first := a.mustOpen(u, sampleClaims)
			a.get("/api/me", first.Access).want(t, http.StatusOK, "")
			tokens := pair{access: first.Access, refresh: first.Refresh}
			for range 3 {
				ownClaims(t, tokens.access)
				ownClaims(t, tokens.refresh)
				next := a.refreshed(tokens.refresh)
				if what == "grace" {
					next = a.refreshed(tokens.refresh) // the successor once more
				}
				if next.refresh == "" {
					next.refresh = tokens.refresh
				}
				tokens = next
			}
			if text := payload(t, a.login(ann).access); strings.Contains(text, "via") {
				t.Errorf("a login has the claims of another session: %s", text)
			}
		})
	}
}

func openedClaimsSlide(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Tokens.Kind = auth.KindSliding })
	tokens := a.mustOpen(a.user(ann), sampleClaims)
	if tokens.Access != "" || tokens.Refresh != "" {
		t.Errorf("a pair besides the sliding token: %+v", tokens)
	}
	ownClaims(t, tokens.Sliding)
	p := a.slide(tokens.Sliding)
	p.want(t, http.StatusOK, "")
	ownClaims(t, p.field("token"))
}

func openedRefuses(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Users.MayLogin = notBob })
	inactive := a.user("inactive@example.com", func(n *auth.NewUser) { n.Inactive = true })
	bob := a.user("bob@example.com")
	for what, c := range map[string]struct {
		key   auth.UserKey
		cause error
	}{
		"missing":  {auth.UserKey{ID: "4711"}, auth.ErrNotFound},
		"no key":   {auth.UserKey{}, auth.ErrNotFound},
		"inactive": {auth.UserKey{ID: inactive.ID}, auth.ErrUserInactive},
		"refused":  {auth.UserKey{ID: bob.ID}, auth.ErrLoginFailed},
	} {
		tokens, err := a.openSession(c.key, nil)
		if tokens != nil || !errors.Is(err, auth.ErrLoginFailed) || !errors.Is(err, c.cause) {
			t.Errorf("%s: OpenSession() = %v, %v", what, tokens, err)
		}
	}
	if n := a.count(auth.EventLoginFailed); n != 4 {
		t.Errorf("%d failed logins told of, want 4", n)
	}
	if n := a.live(bob.ID) + a.live(inactive.ID); n != 0 {
		t.Errorf("%d sessions", n)
	}
}

func openedBadClaims(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		s.Claims.Access = []string{"email"}
		s.Claims.More = func(context.Context, *auth.User, token.Kind) (map[string]any, error) {
			return map[string]any{"more": 1}, nil
		}
	})
	u := a.user(ann)
	for what, claims := range map[string]map[string]any{
		"exp": {"exp": 1}, "EXP": {"EXP": 1}, "sid": {"sid": "x"}, "user_id": {"user_id": 1}, "iss": {"iss": "x"},
		"epoch": {"epoch": 9}, "token_type": {"token_type": "access"}, "hash_password": {"hash_password": "x"},
		"a field of the user": {"email": "bob@example.com"}, "another case of it": {"Email": "x"},
		"a claim of the application": {"more": 2}, "no name": {"": 1}, "twice": {"a": 1, "A": 2},
		"no JSON": {"a": func() {}}, "broken JSON": {"a": raw("{")},
		"too large": {"a": strings.Repeat("x", 2<<10)},
	} {
		if tokens, err := a.openSession(auth.UserKey{ID: u.ID}, claims); tokens != nil || !errors.Is(err, auth.ErrInternal) {
			t.Errorf("%s: OpenSession() = %v, %v; want ErrInternal", what, tokens, err)
		}
	}
	if n := a.live(u.ID); n != 0 {
		t.Errorf("%d live sessions, want none", n)
	}
	largest := map[string]any{"a": strings.Repeat("x", 2<<10-len(`{"a":""}`))}
	a.refreshed(a.mustOpen(u, largest).Refresh)
}

func openedOutage(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	for _, method := range []string{"User", "CreateSession"} {
		a.store.fail(method)
		tokens, err := a.openSession(auth.UserKey{ID: u.ID}, sampleClaims)
		if tokens != nil || !errors.Is(err, auth.ErrUnavailable) {
			t.Errorf("without %s: OpenSession() = %v, %v", method, tokens, err)
		}
	}
	a.store.heal()
	if n := a.live(u.ID); n != 0 {
		t.Errorf("%d live sessions, want none", n)
	}
}

package adaptertest

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var outageClaims = []claim{
	{"a store that is down is 503 everywhere", outageOfAll},
	{"each single method that fails is 503", outageOfEach},
	{"a store that panics is told in the protocol's shape", panicOfAll},
	{"a write that may have happened is no success", outageAfterTheWrite},
	{"nothing is lost by an outage", outageLosesNothing},
	{"a reuse that could not end the session is no refusal yet", outageOfReuse},
	{"a session ends even if the client has gone", reuseOutlivesTheRequest},
	{"a client that has gone is no refusal", clientGone},
	{"a login that would wait for too long is 503", busyHasher},
}

// outage is a request that needs the store: prepare makes it, and the request is good as long as
// the store is.
type outage struct {
	prepare func(a *app) func() reply
	path    string // of the application's own route
}

func posting(endpoint string, body func(a *app, p pair) object) outage {
	return outage{prepare: func(a *app) func() reply {
		tokens := a.login(ann)
		b := body(a, tokens)
		return func() reply { return a.post(endpoint, b) }
	}}
}

func asking(path string) outage {
	return outage{path: path, prepare: func(a *app) func() reply {
		access := a.login(ann).access
		return func() reply { return a.get(path, access) }
	}}
}

// outages are all endpoints and guards.
func outages() map[string]outage {
	credentials := func(*app, pair) object { return object{"email": ann, "password": Password} }
	refresh := func(_ *app, p pair) object { return object{"refresh": p.refresh} }
	foreign := func(a *app, _ pair) object { return object{"refresh": a.foreign("refresh", "1", nil)} }
	scope := func(scope string) func(*app, pair) object {
		return func(_ *app, p pair) object { return object{"refresh": p.refresh, "scope": scope} }
	}
	return map[string]outage{
		"login":             posting("/token/", credentials),
		"sliding login":     posting("/token/sliding/", credentials),
		"refresh":           posting("/token/refresh/", refresh),
		"foreign refresh":   posting("/token/refresh/", foreign),
		"slide":             posting("/token/sliding/refresh/", func(a *app, _ pair) object { return object{"token": a.slidingToken(ann)} }),
		"verify access":     posting("/token/verify/", func(_ *app, p pair) object { return object{"token": p.access} }),
		"verify refresh":    posting("/token/verify/", func(_ *app, p pair) object { return object{"token": p.refresh} }),
		"verify foreign":    posting("/token/verify/", func(a *app, _ pair) object { return object{"token": a.foreign("refresh", "1", nil)} }),
		"blacklist":         posting("/token/blacklist/", refresh),
		"blacklist foreign": posting("/token/blacklist/", foreign),
		"logout":            posting(logoutPath, refresh),
		"logout sliding":    posting(logoutPath, func(a *app, _ pair) object { return object{"token": a.slidingToken(ann)} }),
		"logout foreign":    posting(logoutPath, foreign),
		"logout others":     posting(logoutPath, scope("others")),
		"logout all":        posting(logoutPath, scope("all")),
		"create-user":       posting("/create-user/", func(*app, pair) object { return object{"email": "b@example.com", "password": Password} }),
		"password-change": posting("/password-change/", func(*app, pair) object {
			return object{"email": ann, "password": Password, "new_password": freshPassword}
		}),
		"user":   asking("/auth/user/"),
		"maybe":  asking("/api/maybe"),
		"me":     asking("/api/me"),
		"editor": asking("/api/editor"),
		"posts":  asking("/api/posts"),
		"staff":  asking("/api/staff"),
	}
}

// each runs f with every outage, on an application of its own.
func each(t *testing.T, h Harness, f func(what string, a *app, send func() reply)) {
	for what, o := range outages() {
		a := h.app(t, nil)
		a.user(ann, func(n *auth.NewUser) {
			n.Staff, n.Roles, n.Permissions = true, []string{"editor"}, []string{"posts.view", "posts.list"}
		})
		send := o.prepare(a)
		f(what, a, send)
	}
}

// isOutage checks the answer of an outage, and that no handler ran.
func (a *app) isOutage(what string, p reply) {
	a.t.Helper()
	if p.status != http.StatusServiceUnavailable || p.text != unavailableBody || p.header.Get("Retry-After") == "" {
		a.t.Errorf("%s: %d %s %v", what, p.status, p.text, p.header)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.hits) != 0 {
		a.t.Errorf("%s: handlers ran: %v", what, a.hits)
	}
}

func outageOfAll(t *testing.T, h Harness) {
	each(t, h, func(what string, a *app, send func() reply) {
		a.store.fail("*")
		a.isOutage(what, send())
		if a.count(auth.EventUnavailable) == 0 {
			t.Errorf("%s: operators were not told", what)
		}
	})
}

func outageOfEach(t *testing.T, h Harness) {
	needs := map[string][]string{}
	each(t, h, func(what string, a *app, send func() reply) {
		a.store.calls()
		if p := send(); p.status >= 400 {
			t.Errorf("%s: %d %s while the store is up", what, p.status, p.text)
		}
		needs[what] = slices.Collect(maps.Keys(a.store.calls()))
		if len(needs[what]) == 0 {
			t.Errorf("%s needs nothing of the store", what)
		}
	})
	for what, o := range outages() {
		for _, method := range needs[what] {
			a := h.app(t, nil)
			a.user(ann, func(n *auth.NewUser) {
				n.Staff, n.Roles, n.Permissions = true, []string{"editor"}, []string{"posts.view", "posts.list"}
			})
			send := o.prepare(a)
			a.store.fail(method)
			a.isOutage(what+" without "+method, send())
		}
	}
}

func panicOfAll(t *testing.T, h Harness) {
	each(t, h, func(what string, a *app, send func() reply) {
		a.store.hook(func(string) error { panic(errOutage) }, nil)
		p := send()
		if p.status != http.StatusServiceUnavailable && (p.status != http.StatusInternalServerError || p.text != internalBody) {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
		if len(a.hits) != 0 {
			t.Errorf("%s: handlers ran: %v", what, a.hits)
		}
		a.store.heal()
		if p := send(); p.status >= 400 {
			t.Errorf("%s: %d %s after the store came back", what, p.status, p.text)
		}
	})
}

func outageAfterTheWrite(t *testing.T, h Harness) {
	writes := []string{"CreateUser", "UpdateUser", "CreateSession", "RotateSession", "EndSessions", "RevokeToken"}
	each(t, h, func(what string, a *app, send func() reply) {
		wrote := false
		a.store.hook(nil, func(method string) error {
			if slices.Contains(writes, method) {
				wrote = true
				return errOutage
			}
			return nil
		})
		p := send()
		if wrote {
			a.isOutage(what, p)
		} else if p.status >= 400 {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
	})
}

func outageLosesNothing(t *testing.T, h Harness) {
	for _, method := range []string{"*", "RotateSession", "CreateSession", "RevokeToken", "UpdateUser", "EndSessions", "CreateUser"} {
		each(t, h, func(what string, a *app, send func() reply) {
			live := a.live("1")
			a.store.fail(method)
			first := send()
			a.store.heal()
			if first.status == http.StatusServiceUnavailable {
				if n := a.live("1"); n != live && method != "EndSessions" {
					t.Errorf("%s without %s: %d live sessions became %d", what, method, live, n)
				}
				if p := send(); p.status >= 400 {
					t.Errorf("%s without %s: %d %s after the store came back", what, method, p.status, p.text)
				}
			}
		})
	}
}

func outageOfReuse(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	first := a.login(ann)
	second := a.refreshed(first.refresh)
	a.store.fail("EndSessions")
	a.refresh(first.refresh).want(t, http.StatusServiceUnavailable, unavailableBody)
	if n := a.count(auth.EventRefreshReused); n != 0 {
		t.Errorf("%d events though the session lives", n)
	}
	a.store.heal()
	a.refresh(first.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(second.refresh).want(t, http.StatusUnauthorized, revokedBody)
	if n := a.count(auth.EventRefreshReused); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

// interrupted posts a body, and the client hangs up when a store method is reached.
func (a *app) interrupted(endpoint string, body object, method string) reply {
	a.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	a.store.hook(func(reached string) error {
		if reached == method {
			cancel()
		}
		return nil
	}, nil)
	defer a.store.heal()
	r := httptest.NewRequest(http.MethodPost, a.path(endpoint), strings.NewReader(encoded(a.t, body)))
	r.Header.Set("Content-Type", "application/json")
	return a.do(r.WithContext(ctx))
}

func reuseOutlivesTheRequest(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	first := a.login(ann)
	second := a.refreshed(first.refresh)
	a.interrupted("/token/refresh/", object{"refresh": first.refresh}, "EndSessions")
	if n := a.live(u.ID); n != 0 {
		t.Error("the session lives because the client hung up")
	}
	a.refresh(second.refresh).want(t, http.StatusUnauthorized, revokedBody)

	tokens := a.login(ann)
	a.interrupted(logoutPath, object{"refresh": tokens.refresh}, "EndSessions")
	a.alive(tokens, false)
}

func clientGone(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens := a.login(ann)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequest(http.MethodGet, "/api/me", nil).WithContext(ctx)
	r.Header.Set("Authorization", "Bearer "+tokens.access)
	if p := a.do(r); p.status != http.StatusServiceUnavailable && p.status != http.StatusOK {
		t.Errorf("%d %s", p.status, p.text)
	}
	for _, method := range []string{"User", "Session", "RotateSession"} {
		p := a.interrupted("/token/refresh/", object{"refresh": tokens.refresh}, method)
		if p.status != http.StatusServiceUnavailable && p.status != http.StatusOK {
			t.Errorf("%s: %d %s", method, p.status, p.text)
		}
		if p.status == http.StatusOK {
			tokens = p.pair()
		}
	}
	a.alive(tokens, true)
}

func busyHasher(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		p := &s.Passwords
		p.Permits, p.Queue, p.Wait, p.Cost.Memory = 1, 1, time.Millisecond, 32<<10
	})
	a.user(ann)
	a.login(ann)
	replies := together(16, func(int) reply { return a.tryLogin(ann, Password) })
	n := statuses(replies)
	if n[http.StatusOK] == 0 || n[http.StatusServiceUnavailable] == 0 || n[http.StatusOK]+n[http.StatusServiceUnavailable] != 16 {
		t.Errorf("statuses = %v, want some that were served and some that were not", n)
	}
	for _, p := range replies {
		if p.status == http.StatusServiceUnavailable && p.text != unavailableBody {
			t.Errorf("%s", p.text)
		}
	}
	if a.count(auth.EventLoginFailed) != 0 {
		t.Error("a login that had to wait is told as a failed one")
	}
	a.login(ann)
}

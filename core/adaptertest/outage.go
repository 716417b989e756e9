package adaptertest

import (
	"net/http"
	"slices"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var outageClaims = []claim{
	{"a store that is down is 503 everywhere", outageOfAll},
	{"a store that panics is an outage", panicOfAll},
	{"a write that may have happened is no success", outageAfterTheWrite},
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
	credentials := func(*app, pair) object { return object{"email": ann, "password": userPassword} }
	refresh := func(_ *app, p pair) object { return object{"refresh": p.refresh} }
	foreign := func(a *app, _ pair) object { return object{"refresh": a.foreign("refresh", "1", nil)} }
	scope := func(scope string) func(*app, pair) object {
		return func(_ *app, p pair) object { return object{"refresh": p.refresh, "scope": scope} }
	}
	return map[string]outage{
		"login":           posting("/token/", credentials),
		"sliding login":   posting("/token/sliding/", credentials),
		"refresh":         posting("/token/refresh/", refresh),
		"foreign refresh": posting("/token/refresh/", foreign),
		"slide": posting("/token/sliding/refresh/",
			func(a *app, _ pair) object { return object{"token": a.slidingToken()} }),
		"verify access": posting("/token/verify/",
			func(_ *app, p pair) object { return object{"token": p.access} }),
		"verify refresh": posting("/token/verify/",
			func(_ *app, p pair) object { return object{"token": p.refresh} }),
		"verify foreign": posting("/token/verify/",
			func(a *app, _ pair) object { return object{"token": a.foreign("refresh", "1", nil)} }),
		"blacklist":         posting("/token/blacklist/", refresh),
		"blacklist foreign": posting("/token/blacklist/", foreign),
		"logout":            posting(logoutPath, refresh),
		"logout sliding": posting(logoutPath,
			func(a *app, _ pair) object { return object{"token": a.slidingToken()} }),
		"logout foreign": posting(logoutPath, foreign),
		"logout others":  posting(logoutPath, scope("others")),
		"logout all":     posting(logoutPath, scope("all")),
		"create-user": posting("/create-user/",
			func(*app, pair) object { return object{"email": "b@example.com", "password": userPassword} }),
		"password-change": posting("/password-change/", func(*app, pair) object {
			return object{"email": ann, "password": userPassword, "new_password": freshPassword}
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
		a := h.served(t)
		send := o.prepare(a)
		f(what, a, send)
	}
}

// served is an application whose user every route serves.
func (h Harness) served(t *testing.T) *app {
	t.Helper()
	a := h.app(t, nil)
	a.user(ann, func(n *auth.NewUser) {
		n.Staff, n.Roles, n.Permissions = true, []string{"editor"}, []string{"posts.view", "posts.list"}
	})
	return a
}

// isOutage checks the answer of an outage, and that no handler ran.
func (a *app) isOutage(what string, p reply) {
	a.t.Helper()
	if p.status != http.StatusServiceUnavailable || p.text != unavailableBody ||
		p.header.Get("Retry-After") == "" {
		a.t.Errorf("%s: %d %s %v", what, p.status, p.text, p.header)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.hits) != 0 {
		a.t.Errorf("%s: handlers ran: %v", what, a.hits)
	}
}

// RV-07.
func outageOfAll(t *testing.T, h Harness) {
	each(t, h, func(what string, a *app, send func() reply) {
		a.store.fail("*")
		a.isOutage(what, send())
		if n := a.count(auth.EventUnavailable); n != 1 {
			t.Errorf("%s: operators were told %d times, want once", what, n)
		}
		a.store.heal()
		if p := send(); p.status >= 400 {
			t.Errorf("%s: %d %s after the store came back", what, p.status, p.text)
		}
	})
}

// RV-07.
func panicOfAll(t *testing.T, h Harness) {
	each(t, h, func(what string, a *app, send func() reply) {
		a.store.hook(func(string) error { panic(errOutage) }, nil)
		a.isOutage(what, send())
		a.store.heal()
		if p := send(); p.status >= 400 {
			t.Errorf("%s: %d %s after the store came back", what, p.status, p.text)
		}
	})
}

// RV-03.
func outageAfterTheWrite(t *testing.T, h Harness) {
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

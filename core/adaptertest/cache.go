package adaptertest

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var cacheClaims = []claim{
	{"what the cache knows is not asked again", cacheSpares},
	{"what ends a token here ends it at once", cacheAtOnce},
	{"what ends a token elsewhere ends it within the time", cacheElsewhere},
	{"processes that share a cache know at once", cacheShared},
	{"a cache that fails is no reason to accept or to refuse", cacheFails},
	{"without the cache and the store nobody is admitted", cacheAndStoreFail},
	{"a revocation that races a look into the store stays", cacheRace},
	{"a session is not known beyond its end", cacheBeyondTheEnd},
	{"a session is known for its own user", cacheOfOthers},
	{"a clock that jumps makes nothing live longer", cacheClock},
	{"a refresh asks the store", cacheRefresh},
	{"tokens without a session are looked up", cacheForeign},
}

// remembering serves checked, stateless tokens with a cache.
func (h Harness) remembering(t *testing.T, more ...func(*auth.Settings)) *app {
	t.Helper()
	a := h.app(t, nil)
	a.user(ann)
	a.restart(a.cached(auth.NewMemoryCache(4096, a.clock), more...))
	return a
}

func (a *app) cached(c auth.Cache, more ...func(*auth.Settings)) func(*auth.Settings) {
	return func(s *auth.Settings) {
		s.Claims.Stateless, s.Claims.Access = true, []string{"email", "roles"}
		s.Revocation.Cache = c
		for _, configure := range more {
			configure(s)
		}
	}
}

// twin serves another process over the same store.
func (a *app) twin(configure func(*auth.Settings)) *app {
	a.t.Helper()
	b := a.harness.bare(a.t)
	b.store = a.store
	b.pass(a.clock().Sub(start))
	b.restart(configure)
	return b
}

// asked returns how often the store was asked by a request of a token's holder.
func (a *app) asked(access string) int {
	a.t.Helper()
	a.store.calls()
	a.get("/api/me", access).want(a.t, http.StatusOK, "")
	n := 0
	for _, calls := range a.store.calls() {
		n += calls
	}
	return n
}

func cacheSpares(t *testing.T, h Harness) {
	for _, field := range []string{"id", "uuid"} {
		a := h.remembering(t, func(s *auth.Settings) { s.Claims.UserIDField = field })
		tokens := a.login(ann)
		if first, second := a.asked(tokens.access), a.asked(tokens.access); first != 2 || second != 0 {
			t.Errorf("%s: the store was asked %d and %d times, want 2 and 0", field, first, second)
		}
		a.pass(30 * time.Second)
		if later := a.asked(tokens.access); later != 2 {
			t.Errorf("%s: the store was asked %d times after half a minute, want 2", field, later)
		}
	}
	stateful := func(s *auth.Settings) { s.Claims.Stateless = false }
	a := h.remembering(t, stateful)
	tokens := a.login(ann)
	if first, second := a.asked(tokens.access), a.asked(tokens.access); first != 2 || second != 1 {
		t.Errorf("with the user the store was asked %d and %d times, want 2 and 1", first, second)
	}
	a = h.remembering(t, func(s *auth.Settings) { s.Claims.UserIDField = "email" })
	if n := a.asked(a.login(ann).access); n != 2 {
		t.Errorf("by address the store was asked %d times, want 2", n)
	}
}

// cacheEndings are all ways to end an access token before its time.
var cacheEndings = map[string]func(a *app, u *auth.User, tokens pair){
	"logout":     func(a *app, _ *auth.User, p pair) { a.post(logoutPath, object{"refresh": p.refresh}) },
	"logout all": func(a *app, _ *auth.User, p pair) { a.post(logoutPath, object{"refresh": p.refresh, "scope": "all"}) },
	"others": func(a *app, _ *auth.User, _ pair) {
		a.post(logoutPath, object{"refresh": a.login(ann).refresh, "scope": "others"})
	},
	"by id": func(a *app, _ *auth.User, p pair) {
		a.drop(sessionsPath+text(a.t, p.access, "sid")+"/", a.login(ann).access).want(a.t, http.StatusNoContent, "")
	},
	"blacklist": func(a *app, _ *auth.User, p pair) { a.post("/token/blacklist/", object{"refresh": p.refresh}) },
	"password": func(a *app, _ *auth.User, _ pair) {
		a.post("/password-change/", object{"email": ann, "password": userPassword, "new_password": "another horse battery"}).
			want(a.t, http.StatusOK, "")
	},
	"roles":    func(a *app, u *auth.User, _ pair) { a.update(u.ID, func(u *auth.User) { u.Roles = []string{"x"} }) },
	"inactive": func(a *app, u *auth.User, _ pair) { a.update(u.ID, deactivate) },
	"deletion": func(a *app, u *auth.User, _ pair) { a.remove(u.ID) },
	"everywhere": func(a *app, u *auth.User, _ pair) {
		_ = a.service.EndSessions(context.Background(), auth.UserKey{ID: u.ID})
	},
	"reuse": func(a *app, _ *auth.User, p pair) {
		a.refreshed(p.refresh)
		a.refresh(p.refresh).want(a.t, http.StatusUnauthorized, "")
	},
	"eviction": func(a *app, _ *auth.User, _ pair) { a.login(ann, "X-Device-ID", deviceOne) },
}

// onDevice logs in on a device, of which the next login replaces the session.
func (a *app) onDevice() pair {
	a.t.Helper()
	tokens := a.login(ann, "X-Device-ID", deviceOne)
	a.get("/api/me", tokens.access).want(a.t, http.StatusOK, "")
	return tokens
}

// RV-01, RV-02.
func cacheAtOnce(t *testing.T, h Harness) {
	for _, stateless := range []bool{true, false} {
		for name, end := range cacheEndings {
			a := h.remembering(t, func(s *auth.Settings) { s.Claims.Stateless = stateless })
			u, _ := a.service.User(context.Background(), auth.UserKey{Email: ann})
			tokens := a.onDevice()
			end(a, u, tokens)
			if p := a.get("/api/me", tokens.access); p.status != http.StatusUnauthorized {
				t.Errorf("%s, stateless %v: %d %s", name, stateless, p.status, p.text)
			}
		}
	}
}

func cacheElsewhere(t *testing.T, h Harness) {
	for name, end := range cacheEndings {
		a := h.remembering(t)
		b := a.twin(nil)
		b.restart(b.cached(auth.NewMemoryCache(4096, b.clock)))
		u, _ := a.service.User(context.Background(), auth.UserKey{Email: ann})
		tokens := a.onDevice()
		b.get("/api/me", tokens.access).want(t, http.StatusOK, "")
		end(a, u, tokens)
		b.get("/api/me", tokens.access).want(t, http.StatusOK, "") // it does not know yet
		b.pass(30 * time.Second)
		if p := b.get("/api/me", tokens.access); p.status != http.StatusUnauthorized {
			t.Errorf("%s: %d %s", name, p.status, p.text)
		}
	}
}

func cacheShared(t *testing.T, h Harness) {
	for name, end := range cacheEndings {
		a := h.app(t, nil)
		u := a.user(ann)
		shared := wrapped{Cache: auth.NewMemoryCache(4096, a.clock)}
		a.restart(a.cached(&shared))
		b := a.twin(a.cached(&shared))
		tokens := a.onDevice()
		b.get("/api/me", tokens.access).want(t, http.StatusOK, "")
		end(a, u, tokens)
		if p := b.get("/api/me", tokens.access); p.status != http.StatusUnauthorized {
			t.Errorf("%s: %d %s", name, p.status, p.text)
		}
	}
}

func cacheRace(t *testing.T, h Harness) {
	a := h.remembering(t)
	tokens := a.login(ann)
	sid := text(t, tokens.access, "sid")
	a.store.hook(nil, func(method string) error {
		if method == "User" { // the session was read as a live one
			a.store.heal()
			if err := a.service.EndSession(context.Background(), sid); err != nil {
				return errors.New("cannot end")
			}
		}
		return nil
	})
	a.get("/api/me", tokens.access) // either way: it was asked before
	a.get("/api/me", tokens.access).want(t, http.StatusUnauthorized, "")
}

func cacheBeyondTheEnd(t *testing.T, h Harness) {
	a := h.remembering(t, func(s *auth.Settings) {
		s.Tokens.SessionLifetime, s.Tokens.AccessLifetime = time.Hour, 5*time.Minute
	})
	tokens := a.login(ann)
	a.pass(59*time.Minute + 50*time.Second)
	last := a.refreshed(tokens.refresh)
	a.get("/api/me", last.access).want(t, http.StatusOK, "")
	a.pass(10 * time.Second)
	a.get("/api/me", last.access).want(t, http.StatusUnauthorized, "")
}

func cacheOfOthers(t *testing.T, h Harness) {
	a := h.remembering(t)
	bob := a.user("bob@example.com")
	tokens := a.login(ann)
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.get("/api/me", a.login("bob@example.com").access).want(t, http.StatusOK, "")
	mixed := a.foreign("access", bob.ID, object{"sid": text(t, tokens.access, "sid"), "epoch": 0})
	a.get("/api/me", mixed).want(t, http.StatusUnauthorized, "")
}

func cacheClock(t *testing.T, h Harness) {
	a := h.remembering(t)
	tokens, other := a.login(ann), a.login(ann)
	for _, jump := range []time.Duration{time.Minute, -time.Minute, 2 * time.Minute, -time.Minute} {
		a.pass(jump)
		a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	}
	a.post(logoutPath, object{"refresh": tokens.refresh}).want(t, http.StatusOK, loggedOutBody)
	for _, jump := range []time.Duration{0, time.Minute, -time.Minute} {
		a.pass(jump)
		a.get("/api/me", tokens.access).want(t, http.StatusUnauthorized, "")
		a.get("/api/me", other.access).want(t, http.StatusOK, "")
	}
}

func cacheRefresh(t *testing.T, h Harness) {
	a := h.remembering(t)
	tokens := a.login(ann)
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	b := a.twin(nil)
	b.post(logoutPath, object{"refresh": tokens.refresh}).want(t, http.StatusOK, loggedOutBody)
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.verify(tokens.access).want(t, http.StatusUnauthorized, revokedBody)
}

func cacheForeign(t *testing.T, h Harness) {
	a := h.remembering(t)
	u, _ := a.service.User(context.Background(), auth.UserKey{Email: ann})
	foreign := a.foreign("access", u.ID, nil)
	for range 2 {
		if n := a.asked(foreign); n == 0 {
			t.Error("the store was not asked")
		}
	}
	b := a.twin(nil)
	b.update(u.ID, deactivate)
	a.get("/api/me", foreign).want(t, http.StatusUnauthorized, "")
}

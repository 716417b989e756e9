package adaptertest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var interruptionClaims = []claim{
	{"a reuse that could not end the session is no refusal yet", outageOfReuse},
	{"a session ends even if the client has gone", reuseOutlivesTheRequest},
	{"a client that has gone is no refusal", clientGone},
	{"a user deactivated during a login gets dead tokens", deactivatedDuringLogin},
	{"a user deactivated while a login is recorded gets dead tokens", deactivatedDuringRecord},
	{"a user deactivated during a password change keeps the old one", deactivatedDuringChange},
	{"a login that would wait for too long is 503", busyHasher},
	{"a flood of logins leaves no permit behind", floodOfLogins},
}

// RV-03.
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

// during runs f once, when a store method is reached.
func (a *app) during(method string, f func()) {
	done := false
	a.store.hook(func(reached string) error {
		if reached == method && !done {
			done = true
			f()
		}
		return nil
	}, nil)
}

func deactivatedDuringLogin(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	a.during("CreateSession", func() { a.update(u.ID, deactivate) })
	p := a.tryLogin(ann, userPassword)
	a.store.heal()
	if p.status != http.StatusOK {
		p.want(t, http.StatusUnauthorized, loginFailedBody)
		return
	}
	a.refusals("Bearer "+p.field("access"), userInactiveBody)
	a.refresh(p.field("refresh")).want(t, http.StatusUnauthorized, noAccountBody)
	a.update(u.ID, func(u *auth.User) { u.Active = true })
	a.refusals("Bearer "+p.field("access"), refusedBody(revokedText))
	a.refresh(p.field("refresh")).want(t, http.StatusUnauthorized, revokedBody)
}

func deactivatedDuringRecord(t *testing.T, h Harness) {
	activate := func(u *auth.User) { u.Active = true }
	for what, again := range map[string]bool{"and is back before the record": true, "and is back later": false} {
		a := h.app(t, func(s *auth.Settings) { s.Users.UpdateLastLogin = true })
		u := a.user(ann)
		done := false
		a.store.hook(nil, func(reached string) error {
			if reached != "User" || done {
				return nil
			}
			done = true
			a.update(u.ID, deactivate)
			if again {
				a.update(u.ID, activate)
			}
			return nil
		})
		p := a.tryLogin(ann, userPassword)
		a.store.heal()
		a.update(u.ID, activate)
		if p.status != http.StatusOK {
			p.want(t, http.StatusUnauthorized, loginFailedBody)
			continue
		}
		if again := a.refresh(p.field("refresh")); again.text != revokedBody {
			t.Errorf("%s: %d %s", what, again.status, again.text)
		}
		a.refusals("Bearer "+p.field("access"), refusedBody(revokedText))
	}
}

func deactivatedDuringChange(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	a.during("UpdateUser", func() { a.update(u.ID, deactivate) })
	a.changePassword(ann, userPassword, freshPassword).want(t, http.StatusBadRequest, credentialsBody)
	a.store.heal()
	a.update(u.ID, func(u *auth.User) { u.Active = true })
	a.login(ann)
}

// DS-03.
func busyHasher(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		p := &s.Passwords
		p.Permits, p.Queue, p.Wait, p.Cost.Memory = 1, 1, time.Millisecond, 32<<10
	})
	a.user(ann)
	a.login(ann)
	replies := together(16, func(int) reply { return a.tryLogin(ann, userPassword) })
	n := statuses(replies)
	if n[http.StatusOK] == 0 || n[http.StatusServiceUnavailable] == 0 ||
		n[http.StatusOK]+n[http.StatusServiceUnavailable] != 16 {
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

// DS-03. Half of the clients leave at once; who is logged in is served meanwhile.
func floodOfLogins(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		p := &s.Passwords
		p.Permits, p.Queue, p.Wait, p.Cost.Memory = 2, 8, time.Minute, 4<<10
	})
	a.user(ann)
	access := a.login(ann).access
	computed := a.service.PasswordStats().Computed
	n := statuses(together(100, func(i int) reply {
		if i%10 == 0 {
			return a.get("/api/me", access)
		}
		ctx, leave := context.WithCancel(context.Background())
		defer leave()
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/auth/token/",
			strings.NewReader(encoded(t, object{"email": ann, "password": userPassword})))
		r.Header.Set("Content-Type", "application/json")
		if i%2 == 0 {
			go leave()
		}
		return a.do(r)
	}))
	if n[http.StatusOK] < 10 || n[http.StatusOK]+n[http.StatusServiceUnavailable] != 100 {
		t.Errorf("statuses = %v", n)
	}
	stats := a.service.PasswordStats()
	if stats.Running != 0 || stats.Waiting != 0 || stats.Computed-computed > 100 {
		t.Errorf("stats = %+v", stats)
	}
	a.login(ann)
}

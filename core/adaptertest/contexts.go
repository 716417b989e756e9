package adaptertest

import (
	"net/http"
	"testing"
	"time"
)

var contextClaims = []claim{
	{"a logout everywhere waits for a store for a bounded time", logoutIsBounded},
	{"a logout everywhere is done even if the client has gone", logoutOutlivesTheRequest},
	{"a guard waits for a store for a bounded time", guardIsBounded},
}

// bounded fails unless the last call of a store's method had at most a time to wait.
func (a *app) bounded(method string, most time.Duration) {
	a.t.Helper()
	if w := a.store.wait(method); w.left <= 0 || w.left > most {
		a.t.Errorf("%s may wait for %v, want at most %v", method, w.left, most)
	}
}

func logoutIsBounded(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	a.post(logoutPath, object{"refresh": a.login(ann).refresh, "scope": "all"}).
		want(t, http.StatusOK, loggedOutBody)
	a.bounded("UpdateUser", 15*time.Second)
}

func logoutOutlivesTheRequest(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens, other := a.login(ann), a.login(ann)
	a.interrupted(logoutPath, object{"refresh": tokens.refresh, "scope": "all"}, "UpdateUser")
	if err := a.store.wait("UpdateUser").err; err != nil {
		t.Errorf("the client that hung up stopped the logout: %v", err)
	}
	a.alive(tokens, false)
	a.alive(other, false)
}

// RV-07.
func guardIsBounded(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	access := a.login(ann).access
	a.get("/api/me", access).want(t, http.StatusOK, "")
	a.bounded("User", 5*time.Second)
	a.bounded("Session", 5*time.Second)
	a.store.calls()
	a.verify(access).want(t, http.StatusOK, "{}")
	a.bounded("User", 5*time.Second)
	a.bounded("Session", 5*time.Second)
}

package adaptertest

import (
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var graceClaims = []claim{
	{"within the window a replaced token gives the same successor", graceGivesTheSuccessor},
	{"after the window it ends the session", graceEnds},
	{"40 at once get one successor and the session lives", graceTogether},
	{"many retries make nothing grow", graceRetries},
	{"the window is no way around a logout", graceAfterLogout},
	{"the window does not move", graceDoesNotMove},
	{"a clock that is set back opens no window", graceOfAClockSetBack},
}

// gracious is an application with a window of 10 seconds.
func (h Harness) gracious(t *testing.T) *app {
	t.Helper()
	a := h.app(t, func(s *auth.Settings) { s.Tokens.GracePeriod = 10 * time.Second })
	a.user(ann)
	return a
}

// RF-05.
func graceGivesTheSuccessor(t *testing.T, h Harness) {
	a := h.gracious(t)
	first := a.login(ann)
	second := a.refreshed(first.refresh)
	for _, wait := range []time.Duration{0, time.Second, 8 * time.Second} {
		a.pass(wait)
		again := a.refreshed(first.refresh)
		if claims(t, again.refresh)["jti"] != claims(t, second.refresh)["jti"] {
			t.Error("another successor")
		}
		if !moment(t, again.refresh, "exp").Equal(moment(t, second.refresh, "exp")) {
			t.Error("another end")
		}
		a.get("/api/me", again.access).want(t, http.StatusOK, "")
		a.verify(first.refresh).want(t, http.StatusOK, "{}")
	}
	third := a.refreshed(second.refresh)
	a.get("/api/me", third.access).want(t, http.StatusOK, "")
	if n := a.count(auth.EventRefreshReused); n != 0 {
		t.Errorf("%d events of a reuse", n)
	}
}

// RF-05.
func graceEnds(t *testing.T, h Harness) {
	a := h.gracious(t)
	first := a.login(ann)
	second := a.refreshed(first.refresh)
	a.pass(10 * time.Second)
	a.verify(first.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.verify(second.refresh).want(t, http.StatusOK, "{}")
	a.refresh(first.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(second.refresh).want(t, http.StatusUnauthorized, revokedBody)
	if n := a.count(auth.EventRefreshReused); n != 1 {
		t.Errorf("%d events of the reuse, want 1", n)
	}
}

func graceTogether(t *testing.T, h Harness) {
	a := h.gracious(t)
	first := a.login(ann)
	a.store.meet("Session", 40)
	replies := together(40, func(int) reply { return a.refresh(first.refresh) })
	successors := map[any]bool{}
	for _, p := range replies {
		if p.status != http.StatusOK {
			t.Fatalf("%d %s", p.status, p.text)
		}
		successors[claims(t, p.field("refresh"))["jti"]] = true
	}
	if len(successors) != 1 {
		t.Errorf("%d successors, want 1", len(successors))
	}
	if n := a.count(auth.EventRefreshReused); n != 0 {
		t.Errorf("%d events of a reuse", n)
	}
	a.refreshed(replies[0].field("refresh"))
}

// RF-05.
func graceRetries(t *testing.T, h Harness) {
	a := h.gracious(t)
	first := a.login(ann)
	a.refreshed(first.refresh)
	a.store.calls()
	for range 100 {
		a.refreshed(first.refresh)
	}
	for method := range a.store.calls() {
		if method != "User" && method != "Session" {
			t.Errorf("a retry writes: %s", method)
		}
	}
}

func graceAfterLogout(t *testing.T, h Harness) {
	a := h.gracious(t)
	first := a.login(ann)
	second := a.refreshed(first.refresh)
	a.post(logoutPath, object{"refresh": second.refresh}).want(t, http.StatusOK, loggedOutBody)
	a.refresh(first.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(second.refresh).want(t, http.StatusUnauthorized, revokedBody)
}

func graceDoesNotMove(t *testing.T, h Harness) {
	a := h.gracious(t)
	first := a.login(ann)
	second := a.refreshed(first.refresh)
	for range 3 {
		a.pass(3 * time.Second)
		a.refreshed(first.refresh)
	}
	a.pass(time.Second)
	a.refresh(first.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(second.refresh).want(t, http.StatusUnauthorized, revokedBody)
}

func graceOfAClockSetBack(t *testing.T, h Harness) {
	a := h.gracious(t)
	first := a.login(ann)
	a.pass(30 * time.Minute)
	a.refreshed(first.refresh)
	a.pass(20 * time.Minute)
	a.pass(-25 * time.Minute)
	a.verify(first.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(first.refresh).want(t, http.StatusUnauthorized, revokedBody)
	if n := a.count(auth.EventRefreshReused); n != 1 {
		t.Errorf("%d events of the reuse, want 1", n)
	}
}

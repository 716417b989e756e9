package adaptertest

import (
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var leewayClaims = []claim{
	{"a refresh token is exchanged within it", leewayOfRefresh},
	{"a sliding token is exchanged within it", leewayOfSliding},
	{"it does not move the absolute end", leewayOfTheEnd},
	{"a retry within it has its grace", leewayAndGrace},
}

// lenient allows clocks to differ by a minute.
func lenient(s *auth.Settings) { s.Signing.Leeway = time.Minute }

func leewayOfRefresh(t *testing.T, h Harness) {
	for what, configure := range map[string]func(*auth.Settings){
		"rotation": lenient,
		"reuse":    func(s *auth.Settings) { easy(s); lenient(s) },
	} {
		a := h.app(t, configure)
		a.user(ann)
		first, other := a.login(ann), a.login(ann)
		a.pass(24*time.Hour + 30*time.Second)
		a.verify(first.refresh).want(t, http.StatusOK, "{}")
		next := a.refreshed(first.refresh)
		a.get("/api/me", next.access).want(t, http.StatusOK, "")
		if next.refresh != "" {
			a.pass(23 * time.Hour)
			a.refreshed(next.refresh)
			a.pass(-23 * time.Hour)
		}
		a.pass(31 * time.Second)
		a.verify(other.refresh).want(t, http.StatusUnauthorized, invalidBody)
		if p := a.refresh(other.refresh); p.status != http.StatusUnauthorized || p.text != invalidBody {
			t.Errorf("%s, after the leeway: %d %s", what, p.status, p.text)
		}
	}
}

func leewayOfSliding(t *testing.T, h Harness) {
	a := h.app(t, lenient)
	a.user(ann)
	first, other := a.slidingToken(), a.slidingToken()
	a.pass(5*time.Minute + 30*time.Second)
	a.slide(first).want(t, http.StatusOK, "")
	a.pass(31 * time.Second)
	a.slide(other).want(t, http.StatusUnauthorized, invalidBody)

	b := h.app(t, func(s *auth.Settings) {
		lenient(s)
		s.Tokens.SlidingRefreshLifetime = 8 * time.Minute
	})
	b.user(ann)
	sliding := b.slidingToken()
	b.pass(4 * time.Minute)
	sliding = b.slide(sliding).field("token")
	b.pass(4*time.Minute + 30*time.Second) // past the end of refreshing
	b.slide(sliding).want(t, http.StatusOK, "")
	b.pass(31 * time.Second)
	b.slide(sliding).want(t, http.StatusUnauthorized, invalidBody)
}

func leewayOfTheEnd(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		lenient(s)
		s.Tokens.SessionLifetime, s.Tokens.RefreshLifetime = time.Hour, 40*time.Minute
		s.Tokens.SlidingRefreshLifetime = time.Hour
		s.Tokens.SlidingLifetime = time.Hour
	})
	a.user(ann)
	tokens, sliding := a.login(ann), a.slidingToken()
	a.pass(39 * time.Minute)
	tokens = a.refreshed(tokens.refresh)
	a.pass(21*time.Minute - time.Second)
	tokens = a.refreshed(tokens.refresh)
	a.slide(sliding).want(t, http.StatusOK, "")
	a.pass(time.Second)
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, invalidBody)
	a.slide(sliding).want(t, http.StatusUnauthorized, invalidBody)
	a.verify(tokens.refresh).want(t, http.StatusUnauthorized, invalidBody)
}

func leewayAndGrace(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		lenient(s)
		s.Tokens.GracePeriod = 10 * time.Second
	})
	a.user(ann)
	first := a.login(ann)
	a.pass(24*time.Hour + 15*time.Second)
	next := a.refreshed(first.refresh)
	a.pass(5 * time.Second)
	again := a.refreshed(first.refresh)
	if one, other := claims(t, next.refresh)["jti"], claims(t, again.refresh)["jti"]; one != other {
		t.Errorf("successors %v and %v", one, other)
	}
	a.refreshed(next.refresh)
}

package adaptertest

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

var endedClaims = []claim{
	{"the application ends a session by its id", endedByID},
	{"the application ends all sessions of a user", endedByUser},
	{"it is told what may not have ended", endedInAnOutage},
	{"the application inspects tokens by their kind", inspectKinds},
	{"a token that was ended is not inspected", inspectEnded},
}

func endedByID(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	one, other := a.login(ann), a.login(ann)
	id := text(t, one.access, "sid")
	for range 2 {
		if err := a.service.EndSession(context.Background(), id); err != nil {
			t.Fatalf("EndSession() = %v", err)
		}
	}
	a.alive(one, false)
	for _, id := range []string{"", "unknown"} {
		if err := a.service.EndSession(context.Background(), id); err != nil {
			t.Errorf("EndSession(%q) = %v", id, err)
		}
	}
	a.alive(other, true)
	if n := a.count(auth.EventSessionEnded); n != 1 {
		t.Errorf("%d sessions told of, want 1", n)
	}
}

func endedByUser(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	a.user("bob@example.com")
	mine, bob := []pair{a.login(ann), a.login(ann)}, a.login("bob@example.com")
	sliding, foreign := a.slidingToken(), a.foreign("refresh", u.ID, nil)
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if err := a.service.EndSessions(done, auth.UserKey{Email: "ANN@example.com"}); err != nil {
		t.Fatalf("EndSessions() = %v", err)
	}
	for _, tokens := range mine {
		a.alive(tokens, false)
	}
	a.slide(sliding).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(foreign).want(t, http.StatusUnauthorized, revokedBody)
	a.alive(bob, true)
	a.alive(a.login(ann), true)
	err := a.service.EndSessions(context.Background(), auth.UserKey{ID: "4711"})
	if !errors.Is(err, auth.ErrNotFound) {
		t.Errorf("EndSessions() of nobody = %v, want ErrNotFound", err)
	}
	if n := a.count(auth.EventLogoutEverywhere); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

func endedInAnOutage(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	tokens := a.login(ann)
	a.store.fail("EndSessions", "UpdateUser")
	if err := a.service.EndSession(context.Background(), text(t, tokens.access, "sid")); !errors.Is(err, auth.ErrUnavailable) {
		t.Errorf("EndSession() = %v, want ErrUnavailable", err)
	}
	if err := a.service.EndSessions(context.Background(), auth.UserKey{ID: u.ID}); !errors.Is(err, auth.ErrUnavailable) {
		t.Errorf("EndSessions() = %v, want ErrUnavailable", err)
	}
	a.store.heal()
	a.alive(tokens, true)
}

// inspect inspects a token from Go.
func (a *app) inspect(raw string, kinds ...token.Kind) (*token.Claims, error) {
	return a.service.Inspect(context.Background(), raw, kinds...)
}

func inspectKinds(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	tokens := a.login(ann)
	all := map[token.Kind]string{
		token.Access: tokens.access, token.Refresh: tokens.refresh, token.Sliding: a.slidingToken(),
		"invite": a.foreign("invite", u.ID, object{"plan": "paid"}),
	}
	for kind, raw := range all {
		for _, kinds := range [][]token.Kind{nil, {kind}, {"other", kind}} {
			claims, err := a.inspect(raw, kinds...)
			if err != nil || claims.Kind != kind || claims.User != u.ID {
				t.Errorf("Inspect(%s, %q) = %+v, %v", kind, kinds, claims, err)
			}
		}
		others := slices.DeleteFunc(slices.Collect(maps.Keys(all)), func(k token.Kind) bool { return k == kind })
		if claims, err := a.inspect(raw, others...); claims != nil || !errors.Is(err, auth.ErrTokenKind) {
			t.Errorf("Inspect(%s, %q) = %+v, %v; want ErrTokenKind", kind, others, claims, err)
		}
	}
	claims, err := a.inspect(all["invite"], "invite")
	if err != nil {
		t.Fatal(err)
	}
	if plan, ok := claims.Member("plan"); !ok || plan != `"paid"` {
		t.Errorf("plan = %s, %v", plan, ok)
	}
}

func inspectEnded(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens := a.login(ann)
	a.store.fail("*")
	if claims, err := a.inspect(tokens.access); claims != nil || !errors.Is(err, auth.ErrUnavailable) {
		t.Errorf("Inspect() without a store = %v, %v", claims, err)
	}
	a.store.heal()
	a.post(logoutPath, object{"refresh": tokens.refresh}).want(t, http.StatusOK, loggedOutBody)
	for raw, want := range map[string]error{
		tokens.access: auth.ErrTokenRevoked, tokens.refresh: auth.ErrTokenRevoked,
		"": auth.ErrTokenInvalid, "garbage": auth.ErrTokenInvalid, tokens.access + "x": auth.ErrTokenInvalid,
	} {
		if claims, err := a.inspect(raw); claims != nil || !errors.Is(err, want) {
			t.Errorf("Inspect(%.20q) = %v, %v; want %v", raw, claims, err, want)
		}
	}
}

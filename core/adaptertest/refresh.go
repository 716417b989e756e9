package adaptertest

import (
	"net/http"
	"slices"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var refreshClaims = []claim{
	{"a refresh replaces both tokens", refreshRotates},
	{"a replaced token ends its session and no other", replayEndsTheSession},
	{"a token from long before ends the session too", grandparentEndsTheSession},
	{"of 40 at once one wins and the session is over", rotationHasOneWinner},
	{"the absolute end of a session never moves", absoluteEnd},
	{"a token that ran out ends nothing", expiredEndsNothing},
	{"an access token is none and does no harm", accessIsNoRefresh},
	{"a token of a session that is not there is refused", unknownSessions},
	{"a session belongs to the user of its tokens", sessionsOfOthers},
}

// RF-01.
func refreshRotates(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	first := a.login(ann)
	a.pass(time.Minute)
	p := a.refresh(first.refresh)
	second := p.pair()
	p.want(t, http.StatusOK, `{"access":"`+second.access+`","refresh":"`+second.refresh+`"}`)

	before, after := claims(t, first.refresh), claims(t, second.refresh)
	if before["jti"] == after["jti"] || before["sid"] != after["sid"] || before["user_id"] != after["user_id"] {
		t.Errorf("before %v, after %v", before, after)
	}
	if got, want := moment(t, second.refresh, "exp"), start.Add(24*time.Hour+time.Minute); !got.Equal(want) {
		t.Errorf("exp = %v, want %v", got, want)
	}
	for _, token := range []string{second.access, second.refresh} {
		if got := moment(t, token, "iat"); !got.Equal(start.Add(time.Minute)) {
			t.Errorf("iat = %v", got)
		}
	}
	if got := moment(t, second.access, "exp"); !got.Equal(start.Add(6 * time.Minute)) {
		t.Errorf("access exp = %v", got)
	}
	for _, token := range []string{first.access, second.access} {
		a.get("/api/me", token).want(t, http.StatusOK, "")
	}
	if n := a.live(u.ID); n != 1 || a.count(auth.EventRefreshed) != 1 {
		t.Errorf("%d live sessions, %d events", n, a.count(auth.EventRefreshed))
	}
}

// RF-02.
func replayEndsTheSession(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	a.user("bob@example.com")
	first, other, bob := a.login(ann), a.login(ann), a.login("bob@example.com")
	second := a.refreshed(first.refresh)

	a.refresh(first.refresh).want(t, http.StatusUnauthorized, revokedBody)
	for _, token := range []string{first.refresh, second.refresh} {
		a.refresh(token).want(t, http.StatusUnauthorized, revokedBody)
		a.verify(token).want(t, http.StatusUnauthorized, revokedBody)
	}
	for _, token := range []string{first.access, second.access} {
		a.refusals("Bearer "+token, refusedBody(revokedText))
		a.verify(token).want(t, http.StatusUnauthorized, revokedBody)
	}
	for _, tokens := range []pair{other, bob} {
		a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
		a.refresh(tokens.refresh).want(t, http.StatusOK, "")
	}
	a.tellsOfReuse(u.ID, text(t, first.refresh, "sid"))
	a.login(ann)
}

// tellsOfReuse checks that one event tells of a reuse: whose, and where it came from.
func (a *app) tellsOfReuse(user, session string) {
	a.t.Helper()
	if n := a.count(auth.EventRefreshReused); n != 1 {
		a.t.Errorf("%d events of the reuse, want 1", n)
	}
	for _, e := range a.events {
		if e.Kind == auth.EventRefreshReused && (e.UserID != user || e.SessionID != session || e.Address != "192.0.2.1" || !e.At.Equal(a.clock())) {
			a.t.Errorf("event = %+v", e)
		}
	}
}

// RF-05.
func grandparentEndsTheSession(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Tokens.GracePeriod = 10 * time.Second })
	a.user(ann)
	first := a.login(ann)
	second := a.refreshed(first.refresh)
	third := a.refreshed(second.refresh)
	a.refresh(first.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(third.refresh).want(t, http.StatusUnauthorized, revokedBody)
	if n := a.count(auth.EventRefreshReused); n != 1 {
		t.Errorf("%d events of the reuse, want 1", n)
	}
}

func rotationHasOneWinner(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	first, other := a.login(ann), a.login(ann)
	a.store.meet("Session", 40)
	replies := together(40, func(int) reply { return a.refresh(first.refresh) })
	if n := statuses(replies); n[http.StatusOK] != 1 || n[http.StatusUnauthorized] != 39 {
		t.Errorf("statuses = %v, want one winner", n)
	}
	won := replies[slices.IndexFunc(replies, func(p reply) bool { return p.status == http.StatusOK })]
	a.refresh(won.field("refresh")).want(t, http.StatusUnauthorized, revokedBody)
	a.refusals("Bearer "+won.field("access"), refusedBody(revokedText))
	if n := a.live(u.ID); n != 1 {
		t.Errorf("%d live sessions, want the other one", n)
	}
	if n := a.count(auth.EventRefreshReused); n != 1 {
		t.Errorf("%d events of the reuse, want 1", n)
	}
	a.refresh(other.refresh).want(t, http.StatusOK, "")
}

// RF-08.
func absoluteEnd(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Tokens.SessionLifetime = 72 * time.Hour })
	a.user(ann)
	end := start.Add(72 * time.Hour)
	tokens := a.login(ann)
	for range 3 {
		a.pass(23*time.Hour + 59*time.Minute)
		tokens = a.refreshed(tokens.refresh)
	}
	if got := moment(t, tokens.refresh, "exp"); !got.Equal(end) {
		t.Errorf("exp = %v, want the absolute end %v", got, end)
	}
	if got := moment(t, tokens.access, "exp"); !got.Equal(end) {
		t.Errorf("access exp = %v, want the absolute end %v", got, end)
	}
	a.pass(3*time.Minute - time.Second)
	tokens = a.refreshed(tokens.refresh)
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.pass(time.Second)
	a.refusals("Bearer "+tokens.access, refusedBody(invalidText))
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, invalidBody)
}

func expiredEndsNothing(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	first := a.login(ann)
	a.pass(12 * time.Hour)
	second := a.refreshed(first.refresh)
	a.pass(12 * time.Hour)
	a.refresh(first.refresh).want(t, http.StatusUnauthorized, invalidBody)
	a.refresh(second.refresh).want(t, http.StatusOK, "")
	if n := a.count(auth.EventRefreshReused); n != 0 {
		t.Errorf("%d events of a reuse", n)
	}
}

// TC-02.
func accessIsNoRefresh(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens := a.login(ann)
	for _, endpoint := range []string{"/token/refresh/", "/token/blacklist/"} {
		a.post(endpoint, object{"refresh": tokens.access}).want(t, http.StatusUnauthorized, wrongKindBody)
	}
	a.post("/token/sliding/refresh/", object{"token": tokens.refresh}).
		want(t, http.StatusUnauthorized, wrongKindBody)
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.refresh(tokens.refresh).want(t, http.StatusOK, "")
}

func unknownSessions(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	for _, sid := range []string{"nothing", "1", "' OR '1'='1", "%", "é\n"} {
		refresh := a.foreign("refresh", u.ID, object{"sid": sid})
		a.refresh(refresh).want(t, http.StatusUnauthorized, revokedBody)
		a.verify(refresh).want(t, http.StatusUnauthorized, revokedBody)
		a.post("/token/blacklist/", object{"refresh": refresh}).want(t, http.StatusOK, "{}")
		a.refusals("Bearer "+a.foreign("access", u.ID, object{"sid": sid}), refusedBody(revokedText))
	}
}

// Whoever shares the key can write any session into a token.
func sessionsOfOthers(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	v := a.user("bob@example.com")
	tokens := a.login(ann)
	own := claims(t, tokens.refresh)
	stolen := a.foreign("refresh", v.ID, object{"sid": own["sid"], "jti": own["jti"]})
	if p := a.refresh(stolen); p.status != http.StatusUnauthorized {
		t.Errorf("another user's session: %d %s", p.status, p.text)
	}
	a.refresh(tokens.refresh).want(t, http.StatusOK, "")
}
